"""Every moment before main and after it must be reached, in order, and the exit status be 0."""

import subprocess
import sys

MOMENTS = """preinit
constructor
static
main
outer handler
inner handler
atexit
static's end
destructor
after preinit's
"""

run = subprocess.run(sys.argv[1:], capture_output=True, text=True, timeout=60)
if run.returncode != 0 or run.stdout != MOMENTS:
    sys.exit(f"exit status {run.returncode}; passed:\n{run.stdout}{run.stderr}expected:\n{MOMENTS}")
