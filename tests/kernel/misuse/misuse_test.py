"""Runs one misuse: misuse_test.py PROGRAM KIND MACHINE LINE [MORE...], with {} for the pointer, and
/ for the semicolon in MACHINE, which CMake would take for itself.

KIND: bug (the report, then SIGABRT), fault (the report, then SIGSEGV), warn (the report, and the program goes on; with panic_on_warn=1
it ends), note (a message that is no WARN), none (no report at all). A "-" is an empty word. LINE is the whole first line but
for the place in the sources and a frame's state; each MORE must follow somewhere below, in this order.
"""

import os
import re
import signal
import subprocess
import sys

program, kind, machine, line, *more = ["" if word == "-" else word for word in sys.argv[1:]]


def run(extra):
    settings = ",".join(filter(None, ["size=64M,cpus=2", machine.replace("/", ";"), extra]))
    return subprocess.run([program], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "ASHLAR_MACHINE": settings})


def check(what, right, done):
    if not right:
        sys.exit(f"{what}\nstatus {done.returncode}\nstdout: {done.stdout}stderr: {done.stderr}expected: {line}")


for extra in ["", "panic_on_warn=1"] if kind == "warn" else [""]:
    done = run(extra)
    words = done.stdout.split()
    lines = done.stderr.splitlines()
    check("the program announced no pointer", words, done)
    def filled(text):
        # {+66}: 66 bytes behind the pointer.
        return re.sub(r"\{([+-]?\d*)\}", lambda m: f"{int(words[0], 16) + int(m[1] or 0):016x}", text)
    expected = filled(line)
    # The place of the check in the sources may move.
    first = re.sub(r":? at src/[\w/.]+:\d+ in ", " in ", lines[0]) if lines else ""
    first = re.sub(r" \(pfn .*\)$", "", first)
    whole = first == expected or (expected.endswith("+0x") and first.startswith(expected))
    check("not the expected line", whole, done)
    at = 1
    for text in more if not extra else []:
        found = [i for i in range(at, len(lines)) if filled(text) in lines[i]]
        check(f"no line with '{text}' below line {at}", found, done)
        at = found[0] + 1
    reports = [text for text in lines if text.startswith(("kernel BUG", "BUG: ", "WARNING", "Kernel panic"))]
    check("more reports than one", len(reports) == (0 if kind in ("none", "note") else 2 if extra else 1), done)
    if kind in ("bug", "fault") or extra:
        ending = signal.SIGSEGV if kind == "fault" else signal.SIGABRT
        check("another end", done.returncode == -ending and "survived" not in words, done)
    else:
        check("the program did not survive", done.returncode == 0 and words[-1] == "survived", done)
    # A report shows where it came from.
    check("the stack does not lead to main", kind in ("none", "note") or "main+0x" in done.stderr, done)
