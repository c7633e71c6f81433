"""How many blocks of which sizes a workload takes: a library that counts, under the system's malloc."""

import json

from ashlar_bench import measure, terminal
from ashlar_bench.peers import Peer

# Upper ends of the columns, as powers of two.
ENDS = (4, 5, 6, 7, 8, 10, 12, 16, 19, 22, 48)


def _label(end):
    return "more" if end == ENDS[-1] else f"{2**end}" if end < 10 else \
        f"{2**(end - 10)}K" if end < 20 else f"{2**(end - 20)}M"


def _counts(bench, workload):
    report = bench.scratch / "sizes"
    # Any user's server must be able to write it.
    report.write_text("")
    report.chmod(0o666)
    bench.extra_environment = {"ASHLAR_BENCH_SIZES": str(report)}
    bench.run(workload, Peer("sizes", bench.tools / "libsizes.so"))
    return [json.loads(line) for line in report.read_text().splitlines()]


def _row(workload, processes):
    sizes = [sum(column) for column in zip(*(p["sizes"] for p in processes))]
    total = sum(sizes) or 1
    row, start = [workload.name, total], 0
    for end in ENDS:
        share = sum(sizes[start:end + 1]) / total
        row.append(f"{share:.1%}" if share else "")
        start = end + 1
    for kind in ("calloc", "realloc", "aligned"):
        share = sum(p[kind] for p in processes) / total
        row.append(f"{share:.1%}" if share else "")
    return row


def show(bench, workloads):
    rows, failed = [], 0
    for workload in workloads:
        try:
            rows.append(_row(workload, _counts(bench, workload)))
        except measure.Failed as problem:
            rows.append([workload.name, f"failed: {problem}"] + [""] * (len(ENDS) + 3))
            failed = 1
    print("Blocks taken, and the share of each size (up to, bytes) and kind of call")
    print(terminal.table(rows, ["", "blocks"] + [_label(end) for end in ENDS]
                         + ["calloc", "realloc", "aligned"]))
    return failed
