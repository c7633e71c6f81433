"""From samples to statements: medians, ratios with their spread, geometric means, losses.

Every ratio is taken within a round, between runs that stood next to each other, and the median over
the rounds is kept with its range: what slows the machine for a while slows both sides of a ratio.
"""

import math
import statistics
from dataclasses import dataclass

from ashlar_bench.workloads import GROUPS, SYNTHETIC

SUBJECT = "ashlar"
TOLERANCE = 1.05       # slower than the best peer by more than this is a loss
TIME_GOAL = 0.95       # of the best single peer's geometric mean
MEMORY_GOAL = 1.00     # of the smallest peer's
IDLE_GOAL = 1.2        # idle memory to memory at start
START_GOAL_KIB = 300   # above the system's malloc for a program that allocates next to nothing

METRICS = ("wall_seconds", "cpu_seconds", "sys_seconds", "peak_rss_kib", "page_faults")


@dataclass
class Ratio:
    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.2f} [{self.low:.2f}..{self.high:.2f}]"


class Results:
    """Samples by workload and allocator, in the order of the rounds; None stands for a failed run."""

    def __init__(self, workloads, peers):
        self.workloads = workloads
        self.peers = peers
        self.samples = {w.name: {p.name: [] for p in peers} for w in workloads}
        self.failures = {}   # (workload, peer) -> one line

    def add(self, workload, peer, sample):
        self.samples[workload.name][peer.name].append(sample)

    def fail(self, workload, peer, why):
        self.failures[workload.name, peer.name] = why
        self.samples[workload.name][peer.name].append(None)

    def good(self, workload, peer):
        runs = self.samples[workload.name][peer.name]
        return bool(runs) and None not in runs

    def median(self, workload, peer, metric):
        return statistics.median(
            getattr(sample, metric) for sample in self.samples[workload.name][peer.name])

    def reported(self, workload, peer):
        runs = self.samples[workload.name][peer.name]
        return {key: statistics.median(run.reported[key] for run in runs) for key in runs[0].reported}

    def ratio(self, workload, peer, base, metric):
        pairs = zip(self.samples[workload.name][peer.name], self.samples[workload.name][base.name])
        ratios = [getattr(a, metric) / getattr(b, metric) for a, b in pairs if getattr(b, metric) > 0]
        return Ratio(statistics.median(ratios), min(ratios), max(ratios)) if ratios else None


class Summary:
    def __init__(self, results, clock):
        self.results = results
        self.time = f"{clock}_seconds"
        self.memory = "peak_rss_kib"
        names = {peer.name: peer for peer in results.peers}
        self.subject = names.get(SUBJECT)
        # What all figures are relative to.
        self.base = self.subject or names["system"]
        self.rivals = [p for p in results.peers if not p.is_floor and p is not self.subject]

    def counted(self, groups, metric):
        """The workloads whose figures count: a program that does nothing has memory but no time."""
        return [w for w in self.results.workloads
                if w.group in groups and (w.timed or metric != self.time)]

    def best(self, workload, metric):
        """The rival with the lowest median there."""
        able = [p for p in self.rivals if self.results.good(workload, p)]
        return min(able, key=lambda p: self.results.median(workload, p, metric), default=None)

    def geometric_mean(self, peer, groups, metric):
        """The peer relative to the base, over the workloads that both finished; None without any."""
        logs = []
        for workload in self.counted(groups, metric):
            if self.results.good(workload, peer) and self.results.good(workload, self.base):
                ratio = self.results.ratio(workload, peer, self.base, metric)
                if ratio and ratio.median > 0:
                    logs.append(math.log(ratio.median))
        return math.exp(statistics.fmean(logs)) if logs else None

    def best_of_each(self, groups, metric):
        """What an allocator would have that is the best rival on every workload."""
        logs = []
        for workload in self.counted(groups, metric):
            best = self.best(workload, metric)
            if best and self.results.good(workload, self.base):
                logs.append(math.log(self.results.ratio(workload, best, self.base, metric).median))
        return math.exp(statistics.fmean(logs)) if logs else None

    def against_best(self, workload, metric):
        """(best rival, the subject relative to it), or None."""
        if self.subject is None or not self.results.good(workload, self.subject):
            return None
        best = self.best(workload, metric)
        if best is None:
            return None
        return best, self.results.ratio(workload, self.subject, best, metric)

    def losses(self, metric, tolerance=TOLERANCE):
        """Workloads where the subject is behind the best rival by more than the tolerance."""
        found = []
        for workload in self.counted(GROUPS, metric):
            compared = self.against_best(workload, metric)
            if compared and compared[1] and compared[1].median > tolerance:
                found.append((workload, *compared))
        return sorted(found, key=lambda loss: -loss[2].median)

    def goals(self):
        """[(statement, reached?)] of what the project promises, for what this run measured."""
        if self.subject is None:
            return []
        found = []
        for title, groups in sections(self.results.workloads):
            for what, metric, goal in (("time", self.time, TIME_GOAL),
                                       ("peak memory", self.memory, MEMORY_GOAL)):
                means = {p.name: self.geometric_mean(p, groups, metric) for p in self.rivals}
                means = {name: mean for name, mean in means.items() if mean}
                if means:
                    best = min(means, key=means.get)
                    ours = 1 / means[best]
                    found.append((f"{title}: {what} {ours:.3f} of {best}'s (the best single peer), "
                                  f"goal {goal:.2f}", ours <= goal))
        losses = self.losses(self.time)
        found.append((f"{len(losses)} workloads more than {TOLERANCE - 1:.0%} slower than the best "
                      "peer, goal 0", not losses))
        found += self._memory_goals()
        return found

    def _memory_goals(self):
        found = []
        system = next(p for p in self.rivals if p.name == "system")
        for workload in self.results.workloads:
            if not workload.reports or not self.results.good(workload, self.subject):
                continue
            ours = self.results.reported(workload, self.subject)
            if "idle_rss_kib" in ours:
                ratio = ours["idle_rss_kib"] / ours["start_rss_kib"]
                found.append((f"{workload.name}: idle memory {ratio:.2f} of that at start, "
                              f"goal {IDLE_GOAL:.2f}", ratio <= IDLE_GOAL))
            elif "start_rss_kib" in ours and self.results.good(workload, system):
                more = ours["start_rss_kib"] \
                    - self.results.reported(workload, system)["start_rss_kib"]
                found.append((f"{workload.name}: {more:+.0f} KiB beside the system's malloc, "
                              f"goal {START_GOAL_KIB:+d}", more <= START_GOAL_KIB))
        return found


def sections(workloads):
    """The parts that have geometric means of their own, of those that ran."""
    groups = {w.group for w in workloads}
    parts = (("synthetic", SYNTHETIC), ("programs", ("programs",)))
    return [(title, members) for title, members in parts if groups & set(members)]
