"""The result as one HTML page that needs nothing else: tables and inline SVG."""

import io
import itertools
import statistics
from pathlib import Path

import jinja2
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ashlar", "font.size": 8,
                            "font.family": "sans-serif", "axes.spines.top": False,
                            "axes.spines.right": False})

from matplotlib import pyplot  # noqa: E402  (after the choice of the backend)

from ashlar_bench import shares, terminal  # noqa: E402
from ashlar_bench.summary import SUBJECT, sections  # noqa: E402

_SUBJECT_COLOUR = "#c0392b"
# Of the qualitative palette all but the reds, which are the subject's.
_PALETTE = [colour for at, colour in enumerate(pyplot.get_cmap("tab20").colors) if at not in (6, 7)]


def _colours(peers):
    palette = itertools.cycle(_PALETTE)
    return {p.name: _SUBJECT_COLOUR if p.name == SUBJECT else next(palette) for p in peers}


def _svg(figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    pyplot.close(figure)
    text = buffer.getvalue()
    return text[text.index("<svg"):]


def _scatter(summary, groups, colours):
    """Both geometric means: nearer to the lower left corner is better."""
    figure, axes = pyplot.subplots(figsize=(5, 4))
    for peer in [p for p in summary.results.peers if not p.is_floor]:
        time = summary.geometric_mean(peer, groups, summary.time)
        memory = summary.geometric_mean(peer, groups, summary.memory)
        if time and memory:
            axes.scatter(time, memory, color=colours[peer.name], s=60, zorder=3)
            axes.annotate(peer.name, (time, memory), xytext=(5, 4), textcoords="offset points")
    axes.axvline(1, color="#bbb", linewidth=0.7)
    axes.axhline(1, color="#bbb", linewidth=0.7)
    axes.set_xlabel(f"time, relative to {summary.base.name}")
    axes.set_ylabel(f"peak memory, relative to {summary.base.name}")
    return _svg(figure)


def _bars(summary, workload, colours):
    """Time to the right, memory to the left, one row an allocator."""
    results = summary.results
    able = [p for p in results.peers if results.good(workload, p)]
    if not able:
        return ""
    figure, (memory, time) = pyplot.subplots(
        1, 2, figsize=(4.6, 0.35 + 0.16 * len(able)), sharey=True, gridspec_kw={"wspace": 0.06})
    for row, peer in enumerate(reversed(able)):
        for axes, metric, scale in ((memory, summary.memory, 1 / 1024), (time, summary.time, 1e3)):
            runs = [getattr(s, metric) * scale for s in results.samples[workload.name][peer.name]]
            middle = results.median(workload, peer, metric) * scale
            axes.barh(row, middle, color=colours[peer.name], height=0.8)
            axes.plot([min(runs), max(runs)], [row, row], color="#222", linewidth=0.8)
    memory.invert_xaxis()
    memory.set_yticks(range(len(able)), [p.name for p in reversed(able)])
    for axes, unit in ((memory, "MiB"), (time, "ms")):
        axes.tick_params(length=2, labelsize=7)
        axes.set_title(unit, fontsize=7)
    memory.spines["left"].set_visible(False)
    memory.tick_params(axis="y", length=0)
    return _svg(figure)


def _stacks(rows, colours):
    """The allocator's part in its colour and on it the kernel's in a paler one; `rows` are an
    allocator's name and {part: its rounds}."""
    figure, axes = pyplot.subplots(figsize=(4.2, 0.35 + 0.16 * len(rows)))
    for at, (name, parts) in enumerate(reversed(rows)):
        allocator = statistics.fmean(parts["allocator"])
        axes.barh(at, allocator, color=colours[name], height=0.8)
        axes.barh(at, statistics.fmean(parts["kernel"]), left=allocator, color=colours[name],
                  alpha=0.35, height=0.8)
        axes.plot([min(parts["together"]), max(parts["together"])], [at, at], color="#222",
                  linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, _ in reversed(rows)])
    axes.tick_params(length=2, labelsize=7)
    axes.tick_params(axis="y", length=0)
    return _svg(figure)


def _template(name):
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True)
    return environment.get_template(name)


def of_shares(found, about, missing):
    colours = _colours(found.peers)

    def chart(rounds):
        """`rounds(peer, part)`; without the allocators that have none."""
        rows = [(peer.name, {part: rounds(peer, part) for part in shares.PARTS})
                for peer in found.peers]
        rows = [(name, parts) for name, parts in rows if parts["together"]]
        return _stacks(rows, colours) if rows else ""

    return _template("shares.html.j2").render(
        about=about,
        means=[(title, chart(lambda peer, part, over=workloads: found.mean(over, peer, part)))
               for title, workloads in found.means],
        workloads=[(w, chart(lambda peer, part, w=w: found.of(w, peer, part)))
                   for w in found.results.workloads],
        tables=shares.text(found, missing))


def of_times(summary, about, missing):
    colours = _colours(summary.results.peers)
    return _template("page.html.j2").render(
        about=about,
        goals=summary.goals(),
        scatters=[(title, _scatter(summary, groups, colours))
                  for title, groups in sections(summary.results.workloads)],
        workloads=[(w, _bars(summary, w, colours), summary.against_best(w, summary.time),
                    summary.against_best(w, summary.memory)) for w in summary.results.workloads],
        subject=summary.base.name,
        tables=terminal.text(summary, missing))
