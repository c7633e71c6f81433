"""Runs one misuse: misuse_test.py PROGRAM LIBRARY MESSAGE..., with {} for the pointer.

More than one message: which of them it is depends on what the memory became meanwhile.

By default exactly that line and SIGABRT; with misuse=continue the same line, and the program lives.
"""

import os
import signal
import subprocess
import sys

program, library, *messages = sys.argv[1:]


def run(options):
    environment = {**os.environ, "LD_PRELOAD": library}
    environment.pop("ASHLAR_OPTIONS", None)
    if options:
        environment["ASHLAR_OPTIONS"] = options
    return subprocess.run([program], capture_output=True, text=True, timeout=30, env=environment)


def check(what, right, done):
    if not right:
        sys.exit(f"{what}\nstatus {done.returncode}\nstdout: {done.stdout}stderr: {done.stderr}"
                 f"expected: {' or '.join(messages)}")


for options in ("", "misuse=continue"):
    done = run(options)
    words = done.stdout.split()
    check("the program announced no pointer", words and words[0].startswith("0x"), done)
    expected = [message.format(words[0]) + "\n" for message in messages]
    check("not the expected line", done.stderr in expected, done)
    if options:
        check("the program did not survive", done.returncode == 0 and "survived" in words, done)
    else:
        check("no abort", done.returncode == -signal.SIGABRT and len(words) == 1, done)
