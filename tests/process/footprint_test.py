"""A program that allocates almost nothing is hardly larger than under glibc, and what it has of the
library in memory are the segments for small programs (src/assemble/preload/library.ld).

footprint_test.py RESIDENT LIBRARY: both mallocs in turn, the mean of each: what the kernel maps
around a fault depends on where it put the C library, up to 100 KiB from one run to the next.
"""

import os
import statistics
import subprocess
import sys

resident, library = sys.argv[1:]
NO_TRACING = 77
# 32 of code, 8 of data; and a page to spare.
CAP_OF_LIBRARY_KIB = 44
# Measured: 60 to 126, the most where registering for fork is all that reads the C library's tables.
CAP_KIB = 190
ROUNDS = 20


def run(environment, command):
    """Peak and what of it is the library, in KiB."""
    done = subprocess.run([resident, os.path.basename(library), environment, *command],
                          capture_output=True, text=True, timeout=20, check=False)
    if done.returncode == NO_TRACING:
        sys.exit(NO_TRACING)
    done.check_returncode()
    return tuple(int(word) for word in done.stdout.split())


failed = False
for command in (["/bin/true"], ["/bin/sh", "-c", ":"], ["/bin/cat", "/dev/null"]):
    peaks = {"glibc": [], "ashlar": []}
    for _ in range(ROUNDS):
        peaks["glibc"].append(run("A=b", command)[0])
        peak, of_library = run(f"LD_PRELOAD={library}", command)
        peaks["ashlar"].append(peak)
    glibc, ashlar = (round(statistics.mean(peaks[name])) for name in ("glibc", "ashlar"))
    print(f"{' '.join(command)}: glibc {glibc} KiB, with the preload {ashlar} KiB, "
          f"of that the library {of_library} KiB")
    failed = failed or ashlar > glibc + CAP_KIB or not 0 < of_library <= CAP_OF_LIBRARY_KIB
sys.exit(f"more than {CAP_KIB} KiB on top, or {CAP_OF_LIBRARY_KIB} KiB of the library" if failed
         else 0)
