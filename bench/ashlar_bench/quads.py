"""Small differences, on a machine whose speed changes: quads of runs in the order A B B A.

Where times scatter by a fifth, medians of some rounds do not tell 5% from nothing. Most of the scatter
is a machine that is slower for seconds or minutes. A is ashlar and B the other: what slows down
steadily slows both alike, and only what changes within the four runs remains. Each quad gives the
quotient of two runs by two. The fifth at either end is left out, and the mean of the rest has an interval by
resampling (Efron's bootstrap): for a library beside itself it holds 1 nine times in ten.
"""

import math
import random
import statistics
from dataclasses import dataclass

from ashlar_bench import measure, terminal
from ashlar_bench.summary import Ratio

LEFT_OUT = 5          # one in so many at either end
RESAMPLED = 1000
INTERVAL = 0.90


@dataclass
class Quad:
    seconds: tuple    # of ashlar, the other, the other, ashlar
    digest: str = ""

    @property
    def log_quotient(self):
        first, second, third, fourth = self.seconds
        return math.log((second + third) / (first + fourth))


class Runner:
    """Runs a quad where a bench runs once."""

    def __init__(self, bench, subject, clock):
        self.bench = bench
        self.subject = subject
        self.time = f"{clock}_seconds"

    def run(self, workload, peer):
        runs = [self.bench.run(workload, p) for p in (self.subject, peer, peer, self.subject)]
        if any(run.digest != runs[0].digest for run in runs):
            raise measure.Failed(f"its output differs from that under {self.subject.name}")
        seconds = tuple(getattr(run, self.time) for run in runs)
        if min(seconds) <= 0:
            raise measure.Failed("too short to be timed")
        return Quad(seconds, runs[0].digest)


def trimmed_mean(values):
    ordered = sorted(values)
    cut = len(ordered) // LEFT_OUT
    return statistics.fmean(ordered[cut:len(ordered) - cut])


def ratio(logs):
    """The quotient that these logarithms of quotients tell, with its interval."""
    chance = random.Random(0)
    means = sorted(trimmed_mean(chance.choices(logs, k=len(logs))) for _ in range(RESAMPLED))
    tail = round(RESAMPLED * (1 - INTERVAL) / 2)
    return Ratio(*(math.exp(mean) for mean in (trimmed_mean(logs), means[tail], means[-1 - tail])))


def logs(results, workload, peer):
    """Of each quad; empty if a run failed."""
    if not results.good(workload, peer):
        return []
    return [quad.log_quotient for quad in results.samples[workload.name][peer.name]]


def text(results, missing):
    found = {(w.name, p.name): logs(results, w, p) for w in results.workloads for p in results.peers}
    rows = [[w.name] + [str(ratio(found[w.name, p.name])) if found[w.name, p.name] else "-"
                        for p in results.peers] for w in results.workloads]
    means = []
    for peer in results.peers:
        of_peer = [trimmed_mean(found[w.name, peer.name]) for w in results.workloads
                   if found[w.name, peer.name]]
        means.append(f"{math.exp(statistics.fmean(of_peer)):.3f}" if of_peer else "-")
    blocks = [f"not run: {name}: {why}" for name, why in missing.items()]
    blocks.append(f"TIME relative to ashlar (above 1: slower), of quads, with the interval of "
                  f"{INTERVAL:.0%}\n"
                  + terminal.table(rows + [["geometric mean", *means]],
                                   [""] + [peer.name for peer in results.peers]))
    failures = terminal.failures(results)
    return "\n\n".join(blocks + ([failures] if failures else []))


def samples(quad):
    """What the JSON file holds of a quad."""
    return list(quad.seconds)
