"""Runs one command and tells what it took."""

import dataclasses
import hashlib
import os
import pathlib
import subprocess
import time

# GNU time forks the program from a small process. Forked from here, the program would inherit this
# interpreter's peak as its own: the kernel keeps the peak across exec.
GNU_TIME = "/usr/bin/time"


@dataclasses.dataclass(frozen=True)
class Result:
    wall: float  # seconds
    cpu: float  # seconds of user and system time, with all children
    peak: int  # bytes, of the largest process
    digest: str  # of everything the program wrote
    error: str | None  # why it failed, or None


def run(workload, folder, runner):
    """Runs the workload in its folder; `runner` is the command prefix that chooses the malloc."""
    peak_file = folder / "peak"
    output_file = folder / "output"
    error_file = folder / "errors"
    if workload.produces:
        (folder / workload.produces).unlink(missing_ok=True)
    prefix = [GNU_TIME, "--quiet", "--format=%M", f"--output={peak_file}", *runner]
    environment = {**os.environ, **workload.environment}
    for name in ("LD_PRELOAD", "ASHLAR_OPTIONS"):
        environment.pop(name, None)

    with open(output_file, "wb") as output, open(error_file, "wb") as errors:
        before = time.monotonic()
        process = subprocess.Popen(
            workload.command(prefix), cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - before
    process.returncode = os.waitstatus_to_exitcode(status)

    error = None
    if process.returncode != 0:
        said = error_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        error = f"exit status {process.returncode}" + (f": {said[-1]}" if said else "")
    digest = hashlib.sha256(output_file.read_bytes())
    digest.update(error_file.read_bytes())
    if workload.produces and error is None:
        digest.update((folder / workload.produces).read_bytes())
    return Result(
        wall, usage.ru_utime + usage.ru_stime, read_peak(peak_file), digest.hexdigest(), error
    )


def read_peak(path: pathlib.Path):
    """GNU time's one number, in KiB."""
    try:
        return int(path.read_text(encoding="ascii").split()[-1]) * 1024
    except (OSError, ValueError, IndexError):
        return 0
