"""Objects, JSON, threads, SQLite, child processes, compression, big numbers."""

import collections
import concurrent.futures
import decimal
import gc
import hashlib
import io
import json
import multiprocessing
import pickle
import random
import re
import sqlite3
import subprocess
import sys
import threading
import zlib

random.seed(7)


def digest(data):
    return hashlib.md5(data if isinstance(data, bytes) else str(data).encode()).hexdigest()


def documents(count):
    return [{"id": i, "name": f"user {i}", "tags": [random.choice("abcdef") * (i % 9) for _ in range(i % 7)],
             "nested": {"score": random.random(), "text": "lorem ipsum " * (i % 20)}} for i in range(count)]


data = documents(15000)
text = json.dumps(data, indent=1)
assert json.loads(text) == data
print("json", len(text), digest(text))
print("pickle", digest(pickle.loads(pickle.dumps(data, protocol=4))))
print("zlib", digest(zlib.decompress(zlib.compress(text.encode(), 6))))
print("re", digest(re.sub(r'"(\w+)": (\d+)', r"\2=\1", text)), len(re.findall(r"lorem \w+", text)))

connection = sqlite3.connect(":memory:")
connection.execute("create table t (id integer primary key, name text, score real, body blob)")
connection.executemany("insert into t values (?, ?, ?, ?)",
                       [(d["id"], d["name"], d["nested"]["score"], bytes(d["id"] % 3000)) for d in data])
connection.execute("create index by_name on t (name, score)")
print("sqlite", connection.execute("select count(*), sum(length(body)), max(name) from t").fetchall(),
      digest(connection.execute("select a.id, b.id from t a join t b on b.id = a.id * 3 order by a.score")
             .fetchall()))


def work(seed):
    generator = random.Random(seed)
    table = collections.defaultdict(list)
    for i in range(6000):
        table[generator.randrange(500)].append("x" * generator.randrange(300))
        if i % 7 == 0:
            table.pop(generator.randrange(500), None)
    return sum(len(s) for values in table.values() for s in values)


with concurrent.futures.ThreadPoolExecutor(8) as pool:
    print("threads", list(pool.map(work, range(24))))
for wave in range(20):
    waves = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in waves:
        thread.start()
    for thread in waves:
        thread.join()
with multiprocessing.get_context("fork").Pool(3) as pool:
    print("forks", pool.map(work, range(6)))
print("child", subprocess.run([sys.executable, "-c", "print(sum(map(len, [str(i) for i in range(9999)])))"],
                              capture_output=True, check=True).stdout)

decimal.getcontext().prec = 2000
print("decimal", digest(decimal.Decimal(2).sqrt()), "power", digest(hex(3 ** 100000)))
cycles = []
for i in range(30000):
    a, b = {}, {}
    a["b"], b["a"] = b, a
    cycles.append(a if i % 10 == 0 else None)
print("cycles", gc.collect() > 0, len(cycles))
buffer = io.BytesIO()
for i in range(3000):
    buffer.write(bytes([i % 256]) * i)
print("buffer", digest(buffer.getvalue()))
