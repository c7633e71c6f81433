#!/usr/bin/env python3
"""Real programs on the system's malloc, then on Ashlar, side by side.

The two take turns, so that a machine that slows down slows both; the medians are shown. Whatever a
program prints or writes must be the same on both: a difference fails the demo.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
import tempfile

import measure
import report
import seen
import workloads


def arguments():
    parser = argparse.ArgumentParser(prog="demo", description=__doc__.splitlines()[0])
    parser.add_argument("--ashlar", required=True, type=pathlib.Path, help="the ashlar command")
    parser.add_argument("--rounds", type=int, default=3, help="how often each program runs (3)")
    parser.add_argument("--only", default="", metavar="NAME,...", help="these programs only")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--list", action="store_true", help="name the programs and stop")
    chosen = parser.parse_args()
    if chosen.rounds < 1:
        parser.error(f"--rounds {chosen.rounds}: at least 1")
    names = {workload.name for workload in workloads.WORKLOADS}
    unknown = [name for name in chosen.only.split(",") if name and name not in names]
    if unknown:
        parser.error(f"--only {','.join(unknown)}: not among {', '.join(sorted(names))}")
    if not os.access(chosen.ashlar, os.X_OK):
        parser.error(f"--ashlar {chosen.ashlar}: no such command; ./do build makes it")
    chosen.ashlar = chosen.ashlar.resolve()
    return chosen


def select(only):
    """The workloads to run, and for each of the others which of its programs is missing."""
    wanted = [w for w in workloads.WORKLOADS if not only or w.name in only.split(",")]
    runnable, skipped = [], {}
    for workload in wanted:
        missing = [name for name in workload.needs if not shutil.which(name)]
        if missing:
            skipped[workload.name] = missing
        else:
            runnable.append(workload)
    return runnable, skipped


def run_rounds(workload, folder, ashlar, rounds, progress):
    """Results on the system's malloc, results on Ashlar, and what Ashlar's statistics saw."""
    system, ours = [], []
    statistics_folder = folder / "statistics"
    # libc before whatever the program is linked with, as Debian's redis with jemalloc.
    on_system = ["env", "LD_PRELOAD=libc.so.6"] if workload.brings_own_malloc else []
    on_ashlar = [str(ashlar), "run", "--options", f"stats={statistics_folder}/%p.json", "--"]
    for number in range(1, rounds + 1):
        progress(f"{workload.name}: round {number} of {rounds}")
        system.append(measure.run(workload, folder, on_system))
        shutil.rmtree(statistics_folder, ignore_errors=True)
        statistics_folder.mkdir()
        ours.append(measure.run(workload, folder, on_ashlar))
    return system, ours, seen.read_folder(statistics_folder)


def verdict(system, ours):
    """How the outputs compare, and whether that is a pass."""
    for results, where in ((system, "on the system's malloc"), (ours, "on Ashlar")):
        for result in results:
            if result.error:
                return f"FAILED {where}, {result.error}", False
    if len({result.digest for result in system}) > 1:
        return "DIFFERS from run to run on the system's malloc", False
    if {result.digest for result in ours} != {system[0].digest}:
        return "DIFFERS on Ashlar", False
    return "same", True


def compare(workload, system, ours):
    def medians(of):
        return [statistics.median(of(result) for result in results) for results in (system, ours)]

    said, passed = verdict(system, ours)
    return report.Row(
        workload.name,
        workload.does,
        medians(lambda result: result.wall),
        medians(lambda result: result.cpu),
        medians(lambda result: result.peak),
        said,
        passed,
    )


def main():
    chosen = arguments()
    if chosen.list:
        for workload in workloads.WORKLOADS:
            print(f"{workload.name:10}{workload.does}")
        return 0
    runnable, skipped = select(chosen.only)
    style = report.Style(sys.stdout, chosen.markdown)
    print(style.introduction(len(runnable), chosen.rounds), end="")
    print(style.heading(), end="", flush=True)
    rows, sightings = [], []
    for workload in runnable:
        # A folder a workload: nothing that one leaves behind can help or hurt another.
        with tempfile.TemporaryDirectory(prefix="ashlar-demo-") as name:
            folder = pathlib.Path(name)
            style.progress(f"{workload.name}: making its input")
            workload.prepare(folder)
            system, ours, sighting = run_rounds(
                workload, folder, chosen.ashlar, chosen.rounds, style.progress
            )
        rows.append(compare(workload, system, ours))
        sightings.append((workload.name, sighting))
        style.progress("")
        print(style.row(rows[-1]), end="", flush=True)
    if rows:
        print(style.means(rows), end="")
        print(style.sightings(sightings), end="")
    for name, missing in skipped.items():
        print(f"skipped {name}: no {' and no '.join(missing)} on this machine")
    failed = [row.name for row in rows if not row.passed]
    blind = [name for name, sighting in sightings if sighting is None and name not in failed]
    for name in blind:
        print(f"demo: {name} left no statistics: did it run on Ashlar?", file=sys.stderr)
    if not rows:
        print("demo: no program to run", file=sys.stderr)
    return 1 if failed or blind or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
