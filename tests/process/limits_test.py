"""Runs greedy where memory or the system is scarce: limits_test.py CASE PROGRAM LIBRARY.

Each case is one test; a case that this machine does not allow ends with 77 and says why.
"""

import contextlib
import ctypes
import os
import resource
import subprocess
import sys

SKIPPED = 77
MIB = 1 << 20
CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000

case, program, library = sys.argv[1:]
environment = dict(os.environ, LD_PRELOAD=library)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def greedy(size, cap_mib, threads, before_exec=None):
    run = subprocess.run(
        [program, str(size), str(cap_mib), str(threads)],
        capture_output=True, text=True, timeout=50, env=environment, preexec_fn=before_exec)
    if run.returncode != 0:
        sys.exit(f"{case}, blocks of {size}: status {run.returncode}: {run.stderr.strip()}")
    if run.stderr:
        sys.exit(f"{case}, blocks of {size}: unexpected words: {run.stderr.strip()}")
    return int(run.stdout)


def address_space():
    """Small limits, from the first instruction: two fifths of the limit, at least, reach the program."""
    for limit in (64, 96, 128, 256):
        for size in (200, 5000, 100000, 1000000):
            def lower():
                resource.setrlimit(resource.RLIMIT_AS, (limit * MIB, limit * MIB))
            got = greedy(size, 2 * limit, 4, lower)
            if not limit * 2 // 5 <= got <= limit:
                sys.exit(f"of {limit} MiB address space the program got {got} in blocks of {size}")


def data_limit():
    """RLIMIT_DATA counts every private writable mapping, a reservation too if it is writable."""
    for size in (200, 100000):
        def lower():
            resource.setrlimit(resource.RLIMIT_DATA, (64 * MIB, 64 * MIB))
        got = greedy(size, 128, 2, lower)
        if not 32 <= got <= 64:
            sys.exit(f"of 64 MiB RLIMIT_DATA the program got {got} in blocks of {size}")


@contextlib.contextmanager
def overcommit(mode):
    path = "/proc/sys/vm/overcommit_memory"
    with open(path) as file:
        before = file.read()
    try:
        with open(path, "w") as file:
            file.write(mode)
    except OSError as error:
        skip(f"{path} cannot be written: {error.strerror}")
    try:
        yield
    finally:
        with open(path, "w") as file:
            file.write(before)


def no_overcommit():
    """vm.overcommit_memory=2: a writable reservation counts at once, MAP_NORESERVE or not."""
    with overcommit("2"):
        for size in (200, 100000):
            if greedy(size, 64, 2) < 64:
                sys.exit(f"64 MiB in blocks of {size} were refused without overcommit")


def always_overcommit():
    with overcommit("1"):
        if greedy(1000, 64, 2) < 64:
            sys.exit("64 MiB were refused with vm.overcommit_memory=1")


def no_proc():
    """A mount namespace of its own whose /proc is empty."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0 and libc.unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0:
        skip(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    if (libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0
            or libc.mount(b"none", b"/proc", b"tmpfs", 0, None) != 0):
        skip(f"/proc cannot be covered: {os.strerror(ctypes.get_errno())}")
    if os.path.exists("/proc/self"):
        sys.exit("/proc is still there")
    if greedy(1000, 64, 4) < 64:
        sys.exit("64 MiB were refused without /proc")


def no_environment():
    """Preloaded by name alone: no ASHLAR_OPTIONS, no HOME, nothing."""
    run = subprocess.run([program, "1000", "16", "1"], capture_output=True, text=True, timeout=50,
                         env={"LD_PRELOAD": library})
    if run.returncode != 0 or run.stderr:
        sys.exit(f"status {run.returncode}: {run.stderr}")


def few_files():
    """No file descriptor is free, not even for a message."""
    def lower():
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
    greedy(1000, 64, 4, lower)


globals()[case]()
