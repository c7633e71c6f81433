"""One run of one workload under one allocator, and what the kernel counted of it."""

import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

EXHAUSTED = 99  # the floor's exit status when it ran out of its one gigabyte
TIMEOUT = 120


class Failed(Exception):
    """The run did not do its work; the text is one line."""


@dataclass
class Sample:
    wall_seconds: float
    cpu_seconds: float
    sys_seconds: float
    peak_rss_kib: float
    page_faults: float
    reported: dict = field(default_factory=dict)
    digest: str = ""


class Bench:
    """The folders and tools of a build that runs need."""

    def __init__(self, build: Path, inputs: Path, scratch: Path):
        self.tools = build / "bench"
        self.scripts = Path(__file__).resolve().parent.parent / "scripts"
        self.inputs = inputs
        self.scratch = scratch
        self.extra_environment = {}
        self.under = ()   # words in front of the launcher: what watches it and its children

    def _fill(self, word, fresh):
        for name, value in (("inputs", self.inputs), ("scripts", self.scripts), ("fresh", fresh)):
            word = word.replace("{" + name + "}", str(value))
        return word

    def missing(self, workload):
        """The program that this machine lacks, if any."""
        if workload.reports:
            return None
        programs = [workload.command[0]] + [shlex.split(line)[0] for line in workload.prepare]
        return next((p for p in programs if shutil.which(p) is None), None)

    def _environment(self, workload, fresh):
        # Nothing of the caller's: what a program reads from there may change what it allocates.
        environment = {"PATH": os.environ["PATH"], "HOME": str(fresh), "LC_ALL": "C.UTF-8",
                       "TZ": "UTC"}
        for name in ("ASHLAR_OPTIONS", "MALLOC_CONF", "MALLOC_ARENA_MAX"):
            if name in os.environ:
                environment[name] = os.environ[name]
        environment.update(workload.environment)
        environment.update(self.extra_environment)
        return environment

    def run(self, workload, peer) -> Sample:
        fresh = self.scratch / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        environment = self._environment(workload, fresh)
        try:
            for line in workload.prepare:
                subprocess.run(shlex.split(self._fill(line, fresh)), env=environment, cwd=fresh,
                               check=True, stdout=subprocess.DEVNULL)
            if workload.service is not None:
                workload.service.prepare(fresh)
        except (OSError, KeyError, subprocess.SubprocessError) as problem:
            raise Failed(f"could not be prepared: {problem}") from problem
        words = [self._fill(word, fresh) for word in workload.command]
        if workload.reports:
            words[0] = str(self.tools / words[0])
        report = self.scratch / "report.json"
        report.unlink(missing_ok=True)
        launched = [*self.under, str(self.tools / "launch"), str(report), str(peer.library), *words]
        out, error = self.scratch / "stdout", self.scratch / "stderr"
        with out.open("wb") as stdout, error.open("wb") as stderr, \
                open(self._fill(workload.stdin, fresh) or os.devnull, "rb") as stdin:
            process = subprocess.Popen(launched, env=environment, cwd=fresh, stdin=stdin,
                                       stdout=stdout, stderr=stderr, start_new_session=True)
            try:
                load_seconds = self._load(workload, fresh, process)
                process.wait(TIMEOUT)
            except (RuntimeError, subprocess.SubprocessError) as problem:
                raise Failed(str(problem)) from problem
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        return self._sample(workload, report, out, error, fresh, load_seconds)

    def _load(self, workload, fresh, process):
        if workload.service is None:
            return None
        try:
            workload.service.wait(fresh, process)
            start = time.monotonic()
            workload.service.load(fresh)
            return time.monotonic() - start
        finally:
            workload.service.stop(fresh)

    def _sample(self, workload, report, out, error, fresh, load_seconds):
        try:
            kernel = json.loads(report.read_text())
        except (OSError, ValueError) as problem:
            raise Failed(f"no report of the run: {_last_line(error)}") from problem
        if kernel["exit"] != 0:
            how = f"signal {kernel['signal']}" if kernel["signal"] else f"status {kernel['exit']}"
            if kernel["exit"] == EXHAUSTED:
                how = "out of the floor's memory"
            raise Failed(f"{how}: {_last_line(error)}" if _last_line(error) else how)
        reported = {}
        if workload.reports:
            reported = {key: float(value) for key, value in
                        (line.split() for line in out.read_text().splitlines())}
        cpu = kernel["user_seconds"] + kernel["sys_seconds"]
        return Sample(
            wall_seconds=load_seconds or reported.pop("seconds", kernel["wall_seconds"]),
            cpu_seconds=reported.pop("cpu_seconds", cpu),
            sys_seconds=kernel["sys_seconds"],
            peak_rss_kib=kernel["peak_rss_kib"],
            page_faults=kernel["minor_faults"] + kernel["major_faults"],
            reported=reported,
            digest=self._digest(workload, out, fresh))

    def _digest(self, workload, out, fresh):
        if workload.reports or not workload.compare:
            return ""
        digest = hashlib.sha256(out.read_bytes())
        for name in workload.files:
            digest.update(Path(self._fill(name, fresh)).read_bytes())
        return digest.hexdigest()


def _last_line(path):
    lines = path.read_text(errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""
