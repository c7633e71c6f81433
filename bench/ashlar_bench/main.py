"""Command line of the bench."""

import argparse
import fnmatch
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ashlar_bench import inputs, instructions, measure, peers, quads, shares, sizes, terminal
from ashlar_bench.programs import PROGRAM_WORKLOADS
from ashlar_bench.summary import METRICS, SUBJECT, Results, Summary
from ashlar_bench.workloads import GROUPS, SYNTHETIC_WORKLOADS

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "instructions.json"
ALL = SYNTHETIC_WORKLOADS + PROGRAM_WORKLOADS


def arguments(argv):
    parser = argparse.ArgumentParser(
        prog="./do bench", description="Ashlar beside other allocators, in interleaved rounds.")
    parser.add_argument("--list", action="store_true", help="name the workloads and stop")
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN",
                        help="workloads of these names (shell patterns, commas allowed)")
    parser.add_argument("--group", action="append", default=[], choices=GROUPS,
                        help="workloads of this group (several allowed)")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=PATH",
                        help="one more allocator: a library to preload (several allowed)")
    parser.add_argument("--among", metavar="NAMES",
                        help="only these allocators (comma separated), beside ashlar and, but for "
                             "--quads, system")
    parser.add_argument("--rounds", type=int, default=7, help="rounds (default 7)")
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall",
                        help="which time ranks: wall, or cpu (user + system) on a busy machine")
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "release",
                        help="the build to measure (default build/release)")
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "bench",
                        help="folder for result.json and result.html (default build/bench)")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--instructions", nargs="?", const="show", choices=("show", "check", "update"),
                        help="instead of the workloads: count the fast paths' instructions by "
                             "callgrind and show them beside the peers', check them against the "
                             "golden numbers, or update those")
    instead.add_argument("--sizes", action="store_true",
                        help="instead of measuring: how many blocks of which sizes each takes")
    instead.add_argument("--shares", action="store_true",
                        help="instead of times: where the programs' time goes, by sampling with perf; "
                             "writes shares.json and shares.html")
    instead.add_argument("--quads", action="store_true",
                        help="instead of single runs: in each round four for each peer, ashlar and "
                             "the peer in the order A B B A; tells differences of some per cent after 20 "
                             "rounds, and writes quads.json")
    parser.add_argument("--check", action="store_true", help="exit 1 unless every goal is reached")
    return parser.parse_args(argv)


def chosen(options):
    patterns = [p for text in options.only for p in text.split(",")]
    # What a synthetic workload does elsewhere is next to nothing.
    groups = options.group or (("programs",) if options.shares and not patterns else ())
    for pattern in patterns:
        if not any(fnmatch.fnmatch(w.name, pattern) for w in ALL):
            raise SystemExit(f"bench: no workload is named '{pattern}'; see ./do bench --list")
    return [w for w in ALL
            if (not patterns or any(fnmatch.fnmatch(w.name, p) for p in patterns))
            and (not groups or w.group in groups)]


def allocators(options):
    found, missing = peers.find(options.build, options.peer)
    for library in missing:
        print(f"bench: not here, left out: {library}", file=sys.stderr)
    if options.among:
        names = set(options.among.split(",")) | {"ashlar"}
        if not options.quads:
            names.add("system")
        unknown = names - {p.name for p in found} - {"ashlar"}
        if unknown:
            raise SystemExit(f"bench: --among: unknown allocator {', '.join(sorted(unknown))}; "
                             f"there are {', '.join(p.name for p in found)}")
        found = [p for p in found if p.name in names]
    return found


def rounds(bench, results, workloads, allocs, count):
    """A B C, B C A, C A B: neighbours in time, and nobody always first. `bench` is a measure.Bench or
    whatever runs in its place."""
    reference = {}
    for number in range(count):
        for at, workload in enumerate(workloads):
            if sys.stderr.isatty():
                print(f"\r\033[Kround {number + 1}/{count}  {at + 1}/{len(workloads)}  "
                      f"{workload.name}", end="", file=sys.stderr, flush=True)
            if number == 0:
                warm_up(bench, workload, allocs[0])
            turn = (number + at) % len(allocs)
            for peer in allocs[turn:] + allocs[:turn]:
                if (workload.name, peer.name) in results.failures:
                    continue
                try:
                    sample = bench.run(workload, peer)
                    expected = reference.setdefault(workload.name, sample.digest)
                    if sample.digest != expected:
                        raise measure.Failed("its output differs from that under another allocator")
                    results.add(workload, peer, sample)
                except measure.Failed as failure:
                    results.fail(workload, peer, str(failure))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)


def of_quads(bench, allocs, clock):
    """What runs quads, and the allocators that ashlar meets in them."""
    subject = next((p for p in allocs if p.name == SUBJECT), None)
    others = [p for p in allocs if p is not subject and not p.is_floor]
    if subject is None or not others:
        raise SystemExit("bench: --quads compares ashlar with others; there is no "
                         + ("other allocator" if subject else "ashlar in this build"))
    return quads.Runner(bench, subject, clock), others


def warm_up(bench, workload, peer):
    """Fills the page cache; also the run whose output is the reference."""
    try:
        bench.run(workload, peer)
    except measure.Failed:
        pass  # the measured run says it


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as text:
        model = next((line.split(":")[1].strip() for line in text if line.startswith("model name")), "")
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"],
                            capture_output=True, text=True, check=False).stdout.strip()
    return {"processor": model, "cpus": os.cpu_count(), "kernel": platform.release(),
            "load": os.getloadavg()[0], "time": time.strftime("%Y-%m-%d %H:%M:%S"),
            "commit": commit}


def times(sample):
    """What the JSON file holds of a run."""
    return {**{m: getattr(sample, m) for m in METRICS}, **sample.reported}


def as_json(results, about, missing, kept, **statements):
    """`kept` makes of a run's sample what is written of it."""
    return {
        "about": about,
        "allocators": {p.name: str(p.library) for p in results.peers},
        "not_run": missing,
        "failures": [{"workload": w, "allocator": p, "why": why}
                     for (w, p), why in results.failures.items()],
        "workloads": [{
            "name": w.name, "group": w.group, "command": list(w.command),
            "samples": {p.name: [None if s is None else kept(s)
                                 for s in results.samples[w.name][p.name]] for p in results.peers},
        } for w in results.workloads],
        **statements,
    }


def report_times(options, results, about, missing):
    summary = Summary(results, options.clock)
    goals = summary.goals()
    write(options.output / "result", terminal.text(summary, missing),
          as_json(results, about, missing, times,
                  goals=[{"statement": statement, "reached": reached} for statement, reached in goals]),
          lambda page: page.of_times(summary, about, missing))
    return 1 if options.check and not all(reached for _, reached in goals) else 0


def report_shares(options, results, about, missing):
    found = shares.Shares(results)
    write(options.output / "shares", shares.text(found, missing),
          as_json(results, about, missing, shares.samples, means=shares.means(found)),
          lambda page: page.of_shares(found, about, missing))
    return 0


def report_quads(options, results, about, missing):
    write(options.output / "quads", quads.text(results, missing),
          as_json(results, about, missing, quads.samples))
    return 0


def write(path, text, data, drawn=None):
    """The table, PATH.json and, drawn by the module that is passed to it, PATH.html."""
    print(text)
    path.with_suffix(".json").write_text(json.dumps(data, indent=1) + "\n")
    if drawn is None:
        print(f"\n{path.with_suffix('.json')}")
        return
    # Only here: the golden test has no need of the charts' libraries.
    from ashlar_bench import page
    path.with_suffix(".html").write_text(drawn(page), encoding="utf-8")
    print(f"\n{path.with_suffix('.json')}\n{path.with_suffix('.html')}")


def main(argv=None):
    options = arguments(argv)
    workloads = chosen(options)
    if options.list:
        for workload in workloads:
            print(f"{workload.group:9} {workload.name:16} {' '.join(workload.command)}")
        return 0
    if not (options.build / "bench" / "launch").is_file():
        raise SystemExit(f"bench: nothing is built in {options.build}; run ./do build first")
    if options.instructions in ("check", "update"):
        return getattr(instructions, options.instructions)(options.build, GOLDEN)
    allocs = allocators(options)
    if options.instructions:
        instructions.show(options.build, allocs)
        return 0
    made = inputs.make(options.output / "inputs", {n for w in workloads for n in w.inputs})
    about = machine()
    about["rounds"] = 3 if options.quick else options.rounds
    # Not in the build: a server's user must reach it, and a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="ashlar-bench-") as scratch:
        os.chmod(scratch, 0o755)
        bench = measure.Bench(options.build, made, Path(scratch))
        missing = {w.name: f"no program {bench.missing(w)}" for w in workloads if bench.missing(w)}
        workloads = [w for w in workloads if w.name not in missing]
        if options.sizes:
            return sizes.show(bench, workloads)
        if options.shares:
            bench = shares.Sampler(bench)
            allocs = bench.visible(allocs)
        if options.quads:
            bench, allocs = of_quads(bench, allocs, options.clock)
        results = Results(workloads, allocs)
        rounds(bench, results, workloads, allocs, about["rounds"])
    report = report_shares if options.shares else report_quads if options.quads else report_times
    return report(options, results, about, missing)
