"""What is measured: one `Workload` each, and the list of the synthetic ones."""

from dataclasses import dataclass, field

GROUPS = ("micro", "threads", "memory", "programs")
SYNTHETIC = ("micro", "threads", "memory")


@dataclass(frozen=True)
class Workload:
    """A command line under one allocator.

    Words of `command`, `files` and values of `environment` may hold {inputs} (made files), {scripts}
    (bench/scripts) and {fresh} (an empty folder for this run, also its working directory).
    """

    name: str
    group: str
    command: tuple
    environment: dict = field(default_factory=dict)
    inputs: tuple = ()       # made files that must exist
    stdin: str = ""          # a file for standard input
    files: tuple = ()        # outputs that must be the same under every allocator, beside stdout
    prepare: tuple = ()      # commands under the system's malloc before the measured one
    service: object = None   # a services.Service: the command is a server, this is its load
    reports: bool = False    # prints "key value" lines of its own (the synthetic workloads)
    timed: bool = True       # its time counts; not that of a program that does nothing
    compare: bool = True     # its output must be the same under every allocator


def _own(group, name, line):
    return Workload(name, group, tuple(line.split()), reports=True, timed=name != "nothing")


# The amounts of work make a run last 0.1 to 0.5 s: long beside its start, short enough for rounds.
SYNTHETIC_WORKLOADS = [_own(*row) for row in (
    ("micro", "pair-64", "pairs 64 8000000"),
    ("micro", "pair-1000", "pairs 1000 6000000"),
    ("micro", "pair-8000", "pairs 8000 6000000"),
    ("micro", "pair-40000", "pairs 40000 3000000"),
    ("micro", "pair-300000", "pairs 300000 200000"),
    ("micro", "burst-64", "bursts 64 1000 8000"),
    ("micro", "burst-1000", "bursts 1000 1000 3000"),
    ("micro", "burst-8000", "bursts 8000 200 3000"),
    ("micro", "lifo", "lifetimes lifo 100000 4000000 16 512"),
    ("micro", "fifo", "lifetimes fifo 100000 2500000 16 512"),
    ("micro", "random", "lifetimes random 100000 2000000 16 512"),
    ("micro", "classes", "classes 32768 64 300"),
    ("micro", "medium", "blocks 1024 65536 256 600000"),
    ("micro", "large", "blocks 65536 4194304 8 4000"),
    ("micro", "huge", "blocks 4194304 67108864 3 60"),
    ("micro", "calloc-small", "zeroed 16 1024 10000 2500000"),
    ("micro", "calloc-large", "zeroed 16384 4194304 16 4000"),
    ("micro", "realloc-vectors", "growth 100 262144 50 20"),
    ("micro", "realloc-append", "growth 1000 4096 0 15"),
    ("micro", "realloc-huge", "growth 4 67108864 100 1"),
    ("micro", "aligned", "aligned 5000 800000"),
    ("micro", "trees", "trees 18 150"),
    ("micro", "locality", "locality 300000 10"),
    ("micro", "containers", "containers 20000 6"),
    ("threads", "handover-small", "handover 1 4000 1000 16 256"),
    ("threads", "handover-mixed", "handover 2 600 500 16 8192"),
    ("threads", "ring", "ring 4 500 1000 16 1024"),
    ("threads", "generations", "generations 2 100 10000 10000"),
    ("threads", "visitors", "visitors 3000 300"),
    ("threads", "sharing-active", "sharing active 2 50000 1000"),
    ("threads", "sharing-passive", "sharing passive 2 50000 1000"),
    ("threads", "server", "server 2 5000 120000"),
    ("threads", "parallel", "parallel 2 20000 1500000 16 1024"),
    ("memory", "nothing", "nothing"),
    ("memory", "idle-single", "idle 0 200000 stay"),
    ("memory", "idle-threads", "idle 4 200000 stay"),
    ("memory", "idle-left", "idle 4 200000 leave"),
    ("memory", "idle-sizes", "idle 0 1300 stay 1000 61000 4"),
    ("memory", "fragments", "fragments 32 10"),
    ("memory", "cache", "cache 48 700000"),
)]
