"""The result as plain tables."""

from ashlar_bench.summary import TOLERANCE, sections
from ashlar_bench.workloads import GROUPS


def table(rows, header):
    """Columns as wide as they need; the first to the left, the others to the right."""
    rows = [list(map(str, row)) for row in [header, *rows]]
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in
                                             zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "-" * len(lines[0]))
    return "\n".join(lines)


def _number(value, form=".3f"):
    return "-" if value is None else format(value, form)


def means(summary):
    parts = sections(summary.results.workloads)
    rows = []
    for peer in [p for p in summary.results.peers if not p.is_floor]:
        row = [peer.name]
        for _, groups in parts:
            row += [_number(summary.geometric_mean(peer, groups, m))
                    for m in (summary.time, summary.memory)]
        rows.append(row)
    row = ["(best peer of each workload)"]
    for _, groups in parts:
        row += [_number(summary.best_of_each(groups, m)) for m in (summary.time, summary.memory)]
    rows.append(row)
    header = ["allocator"]
    for title, _ in parts:
        header += [f"{title} time", f"{title} memory"]
    return table(rows, header)


def per_workload(summary, metric, unit, scale, digits):
    """One row a workload, one column an allocator, relative to the base; the base in its unit."""
    results = summary.results
    peers = [p for p in results.peers if p is not summary.base]
    rows = []
    for workload in summary.counted(GROUPS, metric):
        if not results.good(workload, summary.base):
            rows.append([workload.name, "failed"] + [""] * (len(peers) + 1))
            continue
        row = [workload.name, f"{results.median(workload, summary.base, metric) * scale:.{digits}f}"]
        for peer in peers:
            ratio = results.ratio(workload, peer, summary.base, metric) \
                if results.good(workload, peer) else None
            row.append(_number(ratio.median, ".2f") if ratio else "-")
        compared = summary.against_best(workload, metric)
        row.append(f"{compared[1]} {compared[0].name}" if compared and compared[1] else "-")
        rows.append(row)
    header = ["", f"{summary.base.name} {unit}"] + [p.name for p in peers]
    header.append(f"{summary.base.name} to the best peer" if summary.subject else "")
    return table(rows, header)


def reported(summary):
    """What the workloads said of themselves: memory at start, idle, at the end."""
    results = summary.results
    rows = []
    peers = [p for p in results.peers if not p.is_floor]
    for workload in results.workloads:
        able = [p for p in peers if results.good(workload, p)]
        keys = results.reported(workload, able[0]) if able else ()
        for key in keys:
            rows.append([f"{workload.name}: {key.replace('_kib', '').replace('_', ' ')}, MiB"] + [
                f"{results.reported(workload, p)[key] / 1024:.2f}" if p in able else "-"
                for p in peers])
    return table(rows, [""] + [p.name for p in peers]) if rows else ""


def failures(results):
    """A block of lines; the floor fails where it must."""
    lines = [f"{workload} on {peer}: {why}" for (workload, peer), why in results.failures.items()
             if peer != "floor"]
    return "\n".join(["FAILED", *lines]) if lines else ""


def text(summary, missing):
    base = summary.base.name
    blocks = []
    for name, why in missing.items():
        blocks.append(f"not run: {name}: {why}")
    blocks.append(f"TIME ({summary.time.split('_')[0]}), relative to {base} (above 1: slower)\n"
                  + per_workload(summary, summary.time, "ms", 1e3, 1))
    blocks.append(f"PEAK MEMORY, relative to {base} (above 1: larger)\n"
                  + per_workload(summary, summary.memory, "MiB", 1 / 1024, 2))
    own = reported(summary)
    if own:
        blocks.append("MEMORY at moments of a workload\n" + own)
    failed = failures(summary.results)
    if failed:
        blocks.append(failed)
    blocks.append(f"GEOMETRIC MEANS relative to {base} (above 1: slower, larger)\n" + means(summary))
    if summary.subject:
        losses = [f"{w.name}: {ratio} of {best.name}'s time" for w, best, ratio
                  in summary.losses(summary.time)]
        blocks.append(f"MORE THAN {TOLERANCE - 1:.0%} SLOWER than the best peer\n"
                      + ("\n".join(losses) if losses else "none"))
        blocks.append("GOALS\n" + "\n".join(
            f"{'reached' if reached else 'MISSED '}  {statement}"
            for statement, reached in summary.goals()))
    return "\n\n".join(blocks)
