"""A program that allocates almost nothing is no larger than under glibc plus 300 KiB.

footprint_test.py PEAK_RSS LIBRARY: both mallocs in turn, the mean of each: what the kernel maps
around a fault comes in two sizes, and a median would jump between them.
"""

import statistics
import subprocess
import sys

peak_rss, library = sys.argv[1:]
CAP_KIB = 300
ROUNDS = 30

failed = False
for command in (["/bin/true"], ["/bin/sh", "-c", ":"], ["/bin/cat", "/dev/null"]):
    peaks = {"glibc": [], "ashlar": []}
    for _ in range(ROUNDS):
        for name, environment in (("glibc", "A=b"), ("ashlar", f"LD_PRELOAD={library}")):
            run = subprocess.run([peak_rss, environment, *command], capture_output=True, text=True,
                                 timeout=20, check=True)
            peaks[name].append(int(run.stdout))
    glibc, ashlar = (round(statistics.mean(peaks[name])) for name in ("glibc", "ashlar"))
    print(f"{' '.join(command)}: glibc {glibc} KiB, with the preload {ashlar} KiB")
    failed = failed or ashlar > glibc + CAP_KIB
sys.exit(f"more than {CAP_KIB} KiB on top" if failed else 0)
