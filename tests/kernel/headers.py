#!/usr/bin/env python3
"""Compiles every Linux-shaped header by itself, as gnu11 C and as C++20, and together with libc's
headers before and after it. A warning is a failure. Usage: headers.py CC CXX INCLUDE"""

import pathlib
import subprocess
import sys
import tempfile

FOLDERS = ["linux", "asm", "uapi", "kunit", "trace", "ashlar/kernel_port.h", "ashlar/machine.h"]
LIBC = ["stdio.h", "stdlib.h", "string.h", "errno.h", "limits.h", "sys/stat.h", "unistd.h", "pthread.h", "signal.h",
        "sched.h", "fcntl.h", "time.h", "sys/mman.h", "sys/socket.h", "netdb.h"]


def compiles(command, text, suffix, include):
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as source:
        source.write(text)
        source.flush()
        done = subprocess.run(
            [*command, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{include}", source.name],
            stderr=subprocess.PIPE, text=True,
        )
    return done.stderr if done.returncode else ""


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    c, cxx, include = [sys.argv[1], "-std=gnu11"], [sys.argv[2], "-std=gnu++20"], pathlib.Path(sys.argv[3])
    headers = []
    for folder in FOLDERS:
        path = include / folder
        found = [path] if path.is_file() else path.rglob("*.h")
        headers += sorted(p.relative_to(include).as_posix() for p in found)
    failures = 0
    for header in headers:
        for command, suffix in ((c, ".c"), (cxx, ".cpp")):
            error = compiles(command, f"#include <{header}>\n", suffix, include)
            if error:
                failures += 1
                print(f"{header} as {suffix}:\n{error[:600]}")
    libc = "".join(f"#include <{name}>\n" for name in LIBC)
    ours = "#include <linux/slab.h>\n#include <linux/vmalloc.h>\n#include <linux/mm.h>\n#include <linux/list.h>\n"
    # linux/math.h's abs() is a macro, as kernel code expects: <stdlib.h> has to come before it.
    later = libc.replace("#include <stdlib.h>\n", "")
    for text, order in ((libc + ours, "after libc's"), (ours + later, "before libc's")):
        for command, suffix in ((c, ".c"), (cxx, ".cpp")):
            error = compiles(command, text, suffix, include)
            if error:
                failures += 1
                print(f"our headers {order}, {suffix}:\n{error[:600]}")
    print(f"{len(headers)} headers, {failures} failures")
    sys.exit(1 if failures or not headers else 0)


if __name__ == "__main__":
    main()
