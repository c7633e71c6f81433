"""The demo's tables, as text for a terminal or as Markdown."""

import dataclasses
import math
import os

import seen

MIB = 1 << 20
# Differences below this are noise of a shared machine; they are not coloured.
NOISE = 0.03


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    does: str
    wall: list[float]  # system, Ashlar
    cpu: list[float]
    peak: list[float]
    verdict: str
    passed: bool


def ratio(pair):
    return pair[1] / pair[0] if pair[0] else math.nan


def geometric_mean(values):
    values = [value for value in values if value > 0]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


class Style:
    """Lays the tables out; colours and a progress line only where somebody watches."""

    def __init__(self, stream, markdown):
        self.stream = stream
        self.markdown = markdown
        self.watched = stream.isatty() and not markdown
        self.coloured = self.watched and not os.environ.get("NO_COLOR")

    def paint(self, text, colour):
        return f"\x1b[{colour}m{text}\x1b[0m" if self.coloured else text

    def progress(self, text):
        if self.watched:
            self.stream.write(f"\r\x1b[K  {text}" if text else "\r\x1b[K")
            self.stream.flush()

    def introduction(self, programs, rounds):
        turns = "once" if rounds == 1 else f"{rounds} times"
        things = "1 program" if programs == 1 else f"{programs} programs"
        return (
            f"{things}, each on the system's malloc and on Ashlar in turn, {turns}.\n"
            "Medians; a ratio below 1 means that Ashlar took less.\n\n"
        )

    def heading(self):
        if self.markdown:
            return (
                "| program | what it does | time: system | Ashlar | ratio | CPU ratio "
                "| peak memory: system | Ashlar | ratio | output |\n"
                "|---|---|--:|--:|--:|--:|--:|--:|--:|---|\n"
            )
        return self.paint(
            f"{'':41} {'time, seconds':^22} {'CPU':>6}  {'peak memory, MiB':^23}".rstrip() + "\n"
            f"{'program':9}{'what it does':32}"
            f"{'system':>7} {'ashlar':>7} {'ratio':>6} {'ratio':>6}  "
            f"{'system':>8} {'ashlar':>7} {'ratio':>6}  output\n",
            "1",
        )

    def shown_ratio(self, value):
        text = f"{value:6.2f}"
        if self.markdown:
            return text.strip()
        if value < 1 - NOISE:
            return self.paint(text, "32")
        return self.paint(text, "31") if value > 1 + NOISE else text

    def row(self, row):
        wall, peak = row.wall, [value / MIB for value in row.peak]
        ratios = [self.shown_ratio(ratio(pair)) for pair in (row.wall, row.cpu, row.peak)]
        if self.markdown:
            return (
                f"| {row.name} | {row.does} | {wall[0]:.2f} s | {wall[1]:.2f} s | {ratios[0]} "
                f"| {ratios[1]} | {peak[0]:.1f} MiB | {peak[1]:.1f} MiB | {ratios[2]} "
                f"| {row.verdict} |\n"
            )
        said = row.verdict if row.passed else self.paint(row.verdict, "1;31")
        return (
            f"{row.name:9}{row.does:32}{wall[0]:7.2f} {wall[1]:7.2f} {ratios[0]} {ratios[1]}  "
            f"{peak[0]:8.1f} {peak[1]:7.1f} {ratios[2]}  {said}\n"
        )

    def means(self, rows):
        means = [
            self.shown_ratio(geometric_mean(ratio(of(row)) for row in rows if row.passed))
            for of in (lambda row: row.wall, lambda row: row.cpu, lambda row: row.peak)
        ]
        if self.markdown:
            return f"| | geometric mean | | | {means[0]} | {means[1]} | | | {means[2]} | |\n"
        return f"{'':9}{'geometric mean':32}{'':16}{means[0]} {means[1]}  {'':17}{means[2]}\n"

    def sightings(self, sightings):
        """What Ashlar's own statistics say of the last run of each program."""
        columns = ("program", *seen.Sighting.HEADINGS)
        lines = [(name, *sighting.cells()) for name, sighting in sightings if sighting is not None]
        if not lines:
            return ""
        text = "\nWhat Ashlar's statistics saw when the programs ended, all their processes together:\n\n"
        if self.markdown:
            text += "| " + " | ".join(columns) + " |\n|---" + "|--:" * (len(columns) - 1) + "|\n"
            return text + "".join("| " + " | ".join(line) + " |\n" for line in lines) + "\n"
        widths = [max(len(line[i]) for line in [columns, *lines]) + 2 for i in range(len(columns))]
        text += self.paint(self.laid_out(columns, widths), "1")
        return text + "".join(self.laid_out(line, widths) for line in lines) + "\n"

    @staticmethod
    def laid_out(cells, widths):
        first, *rest = (
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths))
        )
        return first + "".join(rest) + "\n"
