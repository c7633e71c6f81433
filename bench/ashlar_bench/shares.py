"""Where programs' time goes, by sampling: samples in the allocator and in the kernel for each hundred
samples elsewhere in the program.

A clock interrupts the program and its children (perf's cpu-clock, which needs no counters of the
processor), and what the processor was at is one of three: the allocator's library, the kernel, or
elsewhere, which is the program and its other libraries. What slows the machine slows the three nearly
alike, so their quotients repeat where times scatter: with the shares a and k, the time is elsewhere's times
1 + (a + k) / 100. It is blind to what an allocator does to the time elsewhere, as by where it places
blocks; that only the times show.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass

from ashlar_bench import measure, terminal
from ashlar_bench.summary import SUBJECT
from ashlar_bench.workloads import Workload

# A second gives 5000 samples. Five in a hundred of them are 250, which chance moves by a sixteenth: 0.3 of
# a hundred in one program's run, and 0.06 in the mean of 28 programs; each round more divides by the
# root of the rounds.
FREQUENCY = 5000

# Takes from the kernel and from the inner functions of glibc's malloc: if perf sees both there, it
# can see them elsewhere.
_PROBE = Workload("probe", "micro", ("lifetimes", "random", "100000", "200000", "16", "512"),
                  reports=True)

# The functions of glibc's malloc, without what the compiler or the version appended to a name. The
# memset of calloc and the memcpy of realloc are elsewhere, as they are under every allocator that
# calls libc's.
_GLIBC = re.compile(
    r"(__libc_|__)?("
    r"malloc\w*|c?free|calloc|realloc|reallocarray|(posix_)?memalign|aligned_alloc|p?valloc"
    r"|_int_\w+|_mid_memalign|(alloc|free)_perturb|(munmap|mremap|unlink)_chunk"
    r"|sysmalloc\w*|systrim|glibc_morecore|(ptmalloc|tcache)_\w+"
    r"|arena_get\w*|get_free_list|\w+_arena|(new|alloc_new|grow|shrink)_heap|heap_trim)")
# Not among the exported names: whoever sees these has the symbols that Debian strips.
_GLIBC_INNER = re.compile(r"_int_(malloc|free)")

# The mode (U: user, K: kernel, others: not of this machine), the symbol, the file. By the mode and not by
# the file's name: the kernel's has none where its symbols are hidden.
_SAMPLE = re.compile(r"([A-Za-z])\s+[0-9a-f]+ (.*?) \((.*)\)")

PARTS = ("allocator", "kernel", "together")


@dataclass(frozen=True)
class Share:
    """The samples of one run."""

    allocator: int
    kernel: int
    elsewhere: int
    digest: str = ""

    @property
    def together(self):
        return self.allocator + self.kernel

    def per_hundred(self, part):
        return 100 * getattr(self, part) / self.elsewhere


def parsed(text):
    """{(mode, file, symbol): samples} of what `perf script -F misc,ip,sym,dso` wrote."""
    counts = Counter()
    for line in filter(str.strip, text.splitlines()):
        found = _SAMPLE.fullmatch(line.strip())
        if not found:
            raise measure.Failed(f"perf script wrote what is no sample: {line.strip()[:100]}")
        mode, symbol, file = found.groups()
        counts[mode, file, re.split("[.@]", symbol)[0]] += 1
    return counts


def counted(counts, peer, digest=""):
    """The three parts, of the samples in user mode and in the kernel."""
    files = {os.path.realpath(library) for library in (peer.library, *peer.parts)}
    allocator = sum(n for (mode, file, symbol), n in counts.items()
                    if mode == "U" and file in files
                    and (not peer.is_system or _GLIBC.fullmatch(symbol)))
    user, kernel = (sum(n for (mode, _, _), n in counts.items() if mode == which) for which in "UK")
    if user == allocator:
        raise measure.Failed("no sample elsewhere in the program, which is too short for this measure")
    return Share(allocator, kernel, user - allocator, digest)


class Sampler:
    """Runs as measure.Bench does, under perf, and returns a Share for the run."""

    def __init__(self, bench):
        self.bench = bench
        self.data = bench.scratch / "perf.data"

    def run(self, workload, peer):
        digest, counts = self._sampled(workload, peer)
        return counted(counts, peer, digest)

    def _sampled(self, workload, peer):
        self.data.unlink(missing_ok=True)
        # Build ids would be for copies in the home folder; the watch for BPF's programs ends with a
        # second's sleep.
        self.bench.under = ("perf", "record", "-q", "-e", "cpu-clock", "-F", str(FREQUENCY),
                            "--no-buildid", "--no-bpf-event", "-o", str(self.data), "--")
        digest = self.bench.run(workload, peer).digest
        # Mangled names have no spaces.
        script = subprocess.run(
            ["perf", "script", "--no-demangle", "-i", str(self.data), "-F", "misc,ip,sym,dso"],
            env={"PATH": os.environ["PATH"], "HOME": str(self.bench.scratch)},
            capture_output=True, text=True, errors="replace", check=False)
        if script.returncode != 0:
            raise measure.Failed(f"perf script: {script.stderr.strip().partition(chr(10))[0]}")
        return digest, parsed(script.stdout)

    def visible(self, allocators):
        """The allocators that can be told from the rest here; SystemExit where perf may not sample."""
        if shutil.which("perf") is None:
            raise SystemExit("bench: --shares: no program perf; install linux-perf")
        system = next(peer for peer in allocators if peer.is_system)
        try:
            _, counts = self._sampled(_PROBE, system)
        except measure.Failed as problem:
            raise SystemExit(_refused(self._complaint() or str(problem))) from problem
        if not any(mode == "K" for mode, _, _ in counts):
            raise SystemExit(_refused("it saw no sample in the kernel"))
        if any(_GLIBC_INNER.match(symbol) for _, _, symbol in counts):
            return allocators
        print(f"bench: left out: {system.name}: perf has no symbols of libc here, in which its malloc "
              "is among all else; install libc6-dbg", file=sys.stderr)
        return [peer for peer in allocators if peer is not system]

    def _complaint(self):
        """The first of the many lines with which perf refuses."""
        error = self.bench.scratch / "stderr"
        lines = error.read_text(errors="replace").splitlines() if error.exists() else []
        return next((line.strip() for line in lines if line.strip() not in ("", "Error:")), "")


def _refused(why):
    with open("/proc/sys/kernel/perf_event_paranoid", encoding="ascii") as setting:
        level = setting.read().strip()
    return (f"bench: --shares: perf may not sample here ({why}); run it as root or by `sysctl "
            f"kernel.perf_event_paranoid=1` (now {level}), in a container with perf_event_open allowed")


class Shares:
    """The result: each figure with one value a round."""

    def __init__(self, results):
        self.results = results
        # The subject first: the others are read beside it.
        self.peers = sorted(results.peers, key=lambda peer: peer.name != SUBJECT)
        rivals = [peer for peer in self.peers if not peer.is_floor]
        # What all finished: the means are over the same for everybody.
        common = [w for w in results.workloads if all(results.good(w, p) for p in rivals)]
        # A server's kernel share is its sockets', which scatters more than an allocator changes it.
        alone = [w for w in common if w.service is None]
        self.means = [(f"mean of {len(common)}", common)]
        if 0 < len(alone) < len(common):
            self.means.append((f"mean of {len(alone)}, no servers", alone))

    def of(self, workload, peer, part):
        """Per hundred elsewhere, in each round; empty if a run failed."""
        if not self.results.good(workload, peer):
            return []
        return [share.per_hundred(part) for share in self.results.samples[workload.name][peer.name]]

    def mean(self, workloads, peer, part):
        """Over these workloads, in each round; empty unless the allocator finished all."""
        rows = [self.of(workload, peer, part) for workload in workloads]
        return [statistics.fmean(column) for column in zip(*rows)] if all(rows) else []


def spread(rounds):
    """The mean and half of the range."""
    if not rounds:
        return "-"
    mean = f"{statistics.fmean(rounds):.2f}"
    return f"{mean} ±{(max(rounds) - min(rounds)) / 2:.2f}" if len(rounds) > 1 else mean


def _table(shares, part):
    rows = [[workload.name] + [spread(shares.of(workload, peer, part)) for peer in shares.peers]
            for workload in shares.results.workloads]
    rows += [[title] + [spread(shares.mean(workloads, peer, part)) for peer in shares.peers]
             for title, workloads in shares.means]
    return terminal.table(rows, [""] + [peer.name for peer in shares.peers])


def text(shares, missing):
    blocks = [f"not run: {name}: {why}" for name, why in missing.items()]
    titles = ("IN THE ALLOCATOR", "IN THE KERNEL", "IN BOTH")
    blocks += [f"{title}, samples per hundred elsewhere in the program (mean of the rounds ± half "
               f"their range)\n{_table(shares, part)}" for title, part in zip(titles, PARTS)]
    failures = terminal.failures(shares.results)
    return "\n\n".join(blocks + ([failures] if failures else []))


def samples(share):
    """What the JSON file holds of a run."""
    return {"allocator": share.allocator, "kernel": share.kernel, "elsewhere": share.elsewhere}


def means(shares):
    return [{"title": title, "workloads": [w.name for w in workloads],
             "means": {peer.name: {part: shares.mean(workloads, peer, part) for part in PARTS}
                       for peer in shares.peers}}
            for title, workloads in shares.means]
