"""Runs a case of this folder twice, on the system's malloc and under `ashlar run`, and compares.

usage: runner.py CASE --ashlar COMMAND --library LIBRARY
       runner.py --list
       runner.py CASE --preload LIBRARY     with another allocator, to see that the case can fail

A case is a function of cases_*.py that drives one real program and returns its transcript: every
output that should not depend on the allocator. It ends with status 77, naming what is missing,
where the program is not installed.
"""

import argparse
import difflib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
INPUTS = pathlib.Path(__file__).resolve().parent / "inputs"


class Missing(Exception):
    """A program that the case needs is not installed."""


class Failed(Exception):
    """A program ended as it should not, whatever its output."""


class Runner:
    """How to start programs in one of the two variants, and a folder of its own to do it in."""

    def __init__(self, name, folder, prefix, environment):
        self.name = name
        self.folder = folder
        self.prefix = prefix
        self.environment = environment

    def find(self, *names):
        """The first of these programs that is installed."""
        for name in names:
            path = shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin")
            if path:
                return path
        raise Missing(f"{' or '.join(names)} is not installed")

    def command(self, *arguments):
        return [*self.prefix, *map(str, arguments)]

    def variables(self, extra=None):
        return {**self.environment, **(extra or {})}

    def __call__(self, *arguments, stdin=b"", env=None, cwd=None, timeout=100, status=0):
        """Runs a program of the variant to its end; its transcript is output and errors."""
        run = subprocess.run(
            self.command(*arguments), input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=self.variables(env), cwd=cwd or self.folder, timeout=timeout, check=False)
        if run.returncode != status:
            tail = run.stdout.decode(errors="replace")[-2000:]
            raise Failed(f"{arguments[0]} ended with {run.returncode}, not {status}:\n{tail}")
        return run.stdout

    def start(self, *arguments, env=None):
        """Starts a server of the variant; the case stops it."""
        with open(self.folder / "server.log", "wb") as log:
            return subprocess.Popen(
                self.command(*arguments), stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=self.variables(env), cwd=self.folder)

    def file(self, name):
        """A copy of an input in this variant's folder."""
        return shutil.copy(INPUTS / name, self.folder / name)


def bare_environment():
    return {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
        "TZ": "UTC", "LANG": "C.UTF-8",
    }


def statistics_of(folder):
    """What the library says of the processes it was in; without it the comparison proves nothing."""
    return [json.loads(file.read_text()) for file in folder.glob("*.json")]


def run_variant(case, name, parent, prefix, environment):
    folder = parent / name
    folder.mkdir()
    folder.chmod(0o777)
    began = time.monotonic()
    transcript = case(Runner(name, folder, prefix, environment))
    return transcript, time.monotonic() - began


def difference(expected, got):
    lines = difflib.unified_diff(
        expected.decode(errors="replace").splitlines(), got.decode(errors="replace").splitlines(),
        "system", "ashlar", lineterm="", n=1)
    return "\n".join(line for line, _ in zip(lines, range(40)))


def all_cases():
    import cases_compilers
    import cases_languages
    import cases_servers
    import cases_tools
    return {
        name: function
        for module in (cases_languages, cases_compilers, cases_servers, cases_tools)
        for name, function in vars(module).items()
        if callable(function) and getattr(function, "is_case", False)
    }


def compare(case, arguments, parent):
    environment = bare_environment()
    if arguments.preload:
        prefix = ["env", f"LD_PRELOAD={arguments.preload}"]
        statistics = None
    else:
        # Servers that drop root's rights must still be able to read the library.
        tools = parent / "bin"
        tools.mkdir()
        shutil.copy(arguments.library, tools / "libashlar.so")
        command = shutil.copy(arguments.ashlar, tools / "ashlar")
        statistics = parent / "statistics"
        statistics.mkdir()
        statistics.chmod(0o777)
        prefix = [command, "run", "--options", f"stats={statistics}/%p.json", "--"]
    expected, system_s = run_variant(case, "system", parent, [], environment)
    got, ashlar_s = run_variant(case, "ashlar", parent, prefix, environment)
    if not expected:
        raise Failed("the case compares nothing: its transcript is empty")
    if got != expected:
        raise Failed(f"the output differs:\n{difference(expected, got)}")
    note = ""
    if statistics:
        processes = statistics_of(statistics)
        if not processes:
            raise Failed("no process left statistics: was the library in it?")
        note = f", statistics of {len(processes)} processes"
    print(f"{len(expected)} bytes of output are the same; system {system_s:.2f} s, "
          f"preload {ashlar_s:.2f} s{note}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", nargs="?")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--ashlar")
    parser.add_argument("--library")
    parser.add_argument("--preload")
    arguments = parser.parse_args()
    cases = all_cases()
    if arguments.list:
        print("\n".join(cases))
        return 0
    case = cases.get(arguments.case)
    if case is None:
        parser.error(f"no case '{arguments.case}'; there are: {' '.join(cases)}")
    if not (arguments.preload or (arguments.ashlar and arguments.library)):
        parser.error("--ashlar and --library, or --preload")
    with tempfile.TemporaryDirectory(prefix="ashlar-programs-") as parent:
        os.chmod(parent, 0o755)
        try:
            compare(case, arguments, pathlib.Path(parent))
        except Missing as missing:
            print(f"skipped: {missing}")
            return SKIPPED
        except (Failed, subprocess.TimeoutExpired) as failure:
            print(f"{arguments.case}: {failure}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
