"""malloc_info must write one well-formed XML document, as glibc's does: <malloc version="...">."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

run = subprocess.run(sys.argv[1:], capture_output=True, timeout=60)
if run.returncode != 0:
    sys.exit(f"malloc_info ended with {run.returncode}: {run.stderr.decode()}")
try:
    root = ElementTree.fromstring(run.stdout)
except ElementTree.ParseError as error:
    sys.exit(f"not well-formed: {error}\n{run.stdout.decode()}")
if root.tag != "malloc" or not root.get("version"):
    sys.exit(f'expected <malloc version="...">, got <{root.tag} {root.attrib}>')
sizes = [int(element.get("size")) for element in root.iter() if (element.get("size") or "").isdigit()]
held = sum(i * 1000 for i in range(300))
if not any(held // 2 <= size for size in sizes):
    sys.exit(f"{held} bytes are held but no element has such a size: {sorted(sizes)[-5:]}")
