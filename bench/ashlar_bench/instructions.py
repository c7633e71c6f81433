"""Instructions of the fast paths, counted by callgrind: exact, and the same on a busy machine.

A path runs with two counts of repetitions; the difference between both totals, divided by the
difference of the counts, is what one repetition takes, the loop around it included.
"""

import json
import os
import re
import subprocess

from ashlar_bench import terminal

# (kind of path, size). 500 divides the counts: bursts are of that length.
PATHS = [("pair", 16), ("pair", 64), ("pair", 1000), ("pair", 4000), ("pair", 8000),
         ("pair", 40000), ("pair", 300000), ("burst", 64), ("burst", 1000), ("burst", 8000),
         ("calloc", 64), ("aligned", 64), ("realloc", 100), ("remote", 64)]
COUNTS = (10_000, 30_000)
# Another compiler of the same age schedules a few instructions differently; a slower path shows more.
TOLERANCE = 0.03


class Uncounted(SystemExit):
    """The program failed; some allocators cannot run in valgrind, which has little address space."""


def name_of(path):
    return f"{path[0]}-{path[1]}"


def _total(build, library, path, count):
    kind, size = path
    # Of the caller's environment only what finds programs: its size would move the stack, and
    # the dynamic linker's work with it.
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
         str(build / "bench" / "paths"), kind, str(size), str(count)],
        env={"PATH": os.environ["PATH"], "LD_PRELOAD": str(library)},
        capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected:
        raise Uncounted(f"bench: {name_of(path)} under {library} failed in valgrind with status "
                        f"{run.returncode}; run it there by hand to see why")
    return int(collected.group(1))


def count(build, library):
    """{name of the path: instructions of one repetition}"""
    counts = {}
    for path in PATHS:
        few, many = (_total(build, library, path, n) for n in COUNTS)
        counts[name_of(path)] = round((many - few) / (COUNTS[1] - COUNTS[0]), 1)
    return counts


def show(build, peers):
    counts = {}
    for peer in peers:
        try:
            counts[peer.name] = count(build, peer.library)
        except Uncounted:
            counts[peer.name] = dict.fromkeys(map(name_of, PATHS), "-")
    print("INSTRUCTIONS of one repetition, its loop included")
    print(terminal.table([[name_of(path)] + [counts[name][name_of(path)] for name in counts]
                          for path in PATHS], ["", *counts]))


def update(build, golden):
    golden.write_text(json.dumps(count(build, build / "libashlar.so"), indent=4) + "\n")
    print(f"written: {golden}")
    return 0


def check(build, golden):
    """0 if no path takes more than its golden number; fewer is good and asks for an update."""
    expected = json.loads(golden.read_text())
    found = count(build, build / "libashlar.so")
    slower = 0
    for name in sorted(expected.keys() | found.keys()):
        was, now = expected.get(name), found.get(name)
        if was is None or now is None:
            print(f"{name}: only in the {'run' if was is None else 'golden numbers'}")
            slower += 1
        elif now > was * (1 + TOLERANCE):
            print(f"{name}: {now} instructions, {was} expected: slower")
            slower += 1
        else:
            better = "  (fewer: keep it by ./do bench --instructions=update)" \
                if now < was * (1 - TOLERANCE) else ""
            print(f"{name}: {now} instructions, {was} expected{better}")
    if slower:
        print(f"{slower} paths changed for the worse; if that is meant, say why in the commit and run "
              "./do bench --instructions=update")
    return 1 if slower else 0
