"""Reads, changes and writes JSON records: many small objects of mixed lifetimes."""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as source:
    records = json.load(source)
for _ in range(2):
    text = json.dumps(records, indent=1)
    records = json.loads(text)
    for record in records:
        record["tags"] = sorted(set(record["tags"]))
        record["key"] = f"{record['name']}/{record['address']['street']}"
by_key = {}
for record in records:
    by_key.setdefault(record["key"][:5], []).append(record)
print(len(text), len(by_key), sum(len(group) for group in by_key.values() if len(group) > 3))
