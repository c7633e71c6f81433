#!/usr/bin/python3
"""./do bench-kernel: what the kernel family costs beside Linux's, in instructions.

Both kernels run the same file, kernel_bench.c, on the same virtual machine, which counts instructions:
QEMU's TCG with `-icount shift=0` makes the time stamp counter one. Numbers are exact and repeatable.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import linux_side  # noqa: E402  (the path must be set first)

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "kernel.json"
# One processor of today, for both. Its page tables have four levels, as Ashlar's have.
MACHINE = ["qemu-system-x86_64", "-accel", "tcg", "-icount", "shift=0,sleep=off", "-smp", "1", "-m", "1G",
           "-cpu", "max,la57=off", "-nodefaults", "-no-user-config", "-nographic", "-serial", "stdio",
           "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
ROW = re.compile(r"kbench: (.+?) (\d+) (\d+) (\d+)\s*$")
# Ashlar's share of Linux's instructions that is aimed at.
GOALS = {"vmalloc": 0.5}
GOAL = 0.7
# Rows that are counted in a process, too, and how many allocations their runs do.
PROCESS_ROWS = {"kmalloc 64 pair": 2048, "kmem_cache 64 pair": 2048, "kmem_cache 64 bulk": 2048,
                "pages order 0 pair": 2048, "vmalloc 4 pair": 6144}
# A compiler of the same age schedules a few instructions differently; a slower path shows more.
TOLERANCE = 0.03


def rows_of(log):
    """{row: ticks of one allocation and its free}"""
    found = filter(None, map(ROW.search, log.splitlines()))
    return {row[1]: round((int(row[3]) - int(row[4])) / int(row[2]), 1) for row in found}


def boot(name, arguments, limit=300):
    """{row: instructions of one allocation and its free}"""
    try:
        run = subprocess.run([*MACHINE, *map(str, arguments)], capture_output=True, text=True, errors="replace",
                             stdin=subprocess.DEVNULL, timeout=limit, check=False)
    except FileNotFoundError as error:
        raise SystemExit("bench-kernel: no qemu-system-x86_64; install qemu-system-x86") from error
    except subprocess.TimeoutExpired as expired:
        raise SystemExit(f"bench-kernel: {name} did not end in {limit} s:\n{expired.stdout}") from expired
    counts = rows_of(run.stdout)
    if "kbench: done" not in run.stdout or not counts:
        raise SystemExit(f"bench-kernel: {name} did not finish its benchmark:\n{run.stdout}{run.stderr}")
    return counts


def ashlar(build):
    image = build / "bench" / "kernel_bench.elf"
    if not image.is_file():
        raise SystemExit(f"bench-kernel: no {image}; run ./do build first")
    return boot("Ashlar", ["-kernel", image])


def compare(build, output):
    output.mkdir(parents=True, exist_ok=True)
    try:
        linux = linux_side.fetch(output)
    except linux_side.Missing as why:
        raise SystemExit(f"bench-kernel: {why}") from why
    name, arguments = linux_side.build(linux, output)
    theirs, ours = boot("Linux", arguments), ashlar(build)
    rows, missed = [], 0
    for row, count in theirs.items():
        goal = next((g for prefix, g in GOALS.items() if row.startswith(prefix)), GOAL)
        share = ours[row] / count
        missed += share > goal
        rows.append({"row": row, "linux": count, "ashlar": ours[row], "share": round(share, 3), "goal": goal})
    print(f"INSTRUCTIONS of one allocation and its free: Linux {name} and Ashlar\n")
    print(f"{'':24}{'Linux':>10}{'Ashlar':>10}{'share':>8}{'goal':>6}")
    for row in rows:
        late = "  missed" if row["share"] > row["goal"] else ""
        print(f"{row['row']:24}{row['linux']:>10}{row['ashlar']:>10}{row['share']:>8.2f}{row['goal']:>6}{late}")
    result = output / "result.json"
    result.write_text(json.dumps({"linux": name, "boot": linux_side.BOOT, "machine": MACHINE, "rows": rows},
                                 indent=1) + "\n")
    print(f"\n{len(rows) - missed} of {len(rows)} rows reach their goal; {result}")
    return 1 if missed else 0


def _collected(build, row, repeat):
    """Instructions of a whole run of the library in a process, counted by callgrind."""
    run = subprocess.run(
        ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", build / "bench" / "kernel_bench",
         f"only={row}", f"repeat={repeat}"],
        env={"PATH": os.environ["PATH"], "ASHLAR_MACHINE": "cpus=1"}, capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected:
        raise SystemExit(f"bench-kernel: '{row}' failed in valgrind:\n{run.stdout}{run.stderr}")
    return int(collected.group(1))


def process(build):
    """{row: instructions in a process}, its loop included: the difference of two runs, so without start-up."""
    return {row: round((_collected(build, row, 3) - _collected(build, row, 1)) / (2 * units), 1)
            for row, units in PROCESS_ROWS.items()}


def counts(build):
    return {f"{where}: {row}": count for where, found in
            (("machine", ashlar(build)), ("process", process(build))) for row, count in found.items()}


def check(build):
    """0 if no row takes more than its golden number; fewer is good and asks for an update."""
    expected, found = json.loads(GOLDEN.read_text()), counts(build)
    slower = expected.keys() ^ found.keys()
    for row in sorted(slower):
        print(f"{row}: only in the {'run' if row in found else 'golden numbers'}")
    for row in sorted(expected.keys() & found.keys()):
        was, now = expected[row], found[row]
        note = ""
        if now > was * (1 + TOLERANCE):
            note = ": slower"
            slower |= {row}
        elif now < was * (1 - TOLERANCE):
            note = "  (fewer: keep it by ./do bench-kernel --golden=update)"
        print(f"{row}: {now} instructions, {was} expected{note}")
    if slower:
        print(f"{len(slower)} rows changed for the worse; if that is meant, say why in the commit and run "
              "./do bench-kernel --golden=update")
    return 1 if slower else 0


def update(build):
    GOLDEN.write_text(json.dumps(counts(build), indent=4) + "\n")
    print(f"written: {GOLDEN}")
    return 0


def hosted(build):
    """The library in a process: its own rows in ticks of the clock, then beside malloc and mmap."""
    run = subprocess.run([build / "bench" / "kernel_bench"], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"bench-kernel: the benchmark failed in a process:\n{run.stdout}{run.stderr}")
    print("TICKS of the time stamp counter, one allocation and its free, in a process\n")
    for row, ticks in rows_of(run.stdout + run.stderr).items():
        print(f"{row:24}{ticks:>10}")
    print("\nBESIDE malloc of libashlar and mmap, in one run\n", flush=True)
    return subprocess.run([build / "bench" / "kernel_hosted"], check=False).returncode


def main():
    parser = argparse.ArgumentParser(prog="./do bench-kernel", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release",
                        help="the build to measure (default build/release)")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench-kernel",
                        help="folder for Debian's kernel and result.json (default build/bench-kernel)")
    parser.add_argument("--hosted", action="store_true",
                        help="instead: the library in a process, beside malloc and mmap")
    parser.add_argument("--golden", choices=("check", "update"),
                        help="instead: Ashlar alone, against tests/golden/kernel.json")
    options = parser.parse_args()
    if options.hosted:
        return hosted(options.build)
    if options.golden:
        return (check if options.golden == "check" else update)(options.build)
    return compare(options.build, options.output)


if __name__ == "__main__":
    sys.exit(main())
