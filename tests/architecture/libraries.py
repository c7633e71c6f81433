#!/usr/bin/env python3
"""Checks what the built libraries promise. Usage: libraries.py [--api] LIBASHLAR_SO LIBASHLAR_A

libashlar.so needs libc and nothing else, takes nothing from the C++ library unless it happens to be
there (a weak reference), and exports malloc's family, operator new and delete, and the ashlar_
functions: no other name. libashlar.a keeps the same promises for whoever links it. With --api the
two are libashlar-api.so and libashlar-api.a, which export the ashlar_ functions and nothing else.

One line a finding; the exit status is 1 if there is any.
"""

import collections
import re
import subprocess
import sys

MAY_NEED = {"libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
EXPORTS = re.compile(
    r"(malloc|calloc|realloc|free|cfree|reallocarray|aligned_alloc|posix_memalign|memalign|valloc|"
    r"pvalloc|malloc_usable_size|malloc_trim|mallopt|mallinfo2?|malloc_info|malloc_stats|free_sized|"
    r"free_aligned_sized|_Z(nw|na|dl|da)\w*|ashlar_\w+)"
)
API_EXPORTS = re.compile(r"ashlar_\w+")
MUST_EXPORT = {"malloc", "calloc", "realloc", "free", "posix_memalign", "_Znwm", "_ZdlPv"}
API_MUST_EXPORT = {"ashlar_malloc", "ashlar_free"}
FOREIGN = re.compile(r"_ZS|_ZNS|_ZNKS|__cxa_(?!finalize|atexit|thread_atexit)|__gxx_|__tls_get_addr$")

Promise = collections.namedtuple("Promise", "may_export must_export")
Symbol = collections.namedtuple("Symbol", "kind binding visibility section name version")


def readelf(*arguments):
    return subprocess.run(
        ["readelf", "--wide", *arguments], check=True, capture_output=True, text=True
    ).stdout


def symbols(path, table):
    """Rows of readelf's symbol table: Num Value Size Type Bind Vis Ndx Name[@Version]."""
    for line in readelf(table, path).splitlines():
        row = line.split()
        if len(row) >= 8 and row[0].rstrip(":").isdigit():
            name, _, version = row[7].partition("@")
            yield Symbol(row[3], row[4], row[5], row[6], name, version.lstrip("@"))


def check_symbols(path, table, version_needed, promise):
    findings, exported = [], set()
    for symbol in symbols(path, table):
        if symbol.section == "UND":
            if symbol.binding != "GLOBAL" or not symbol.name:
                continue
            from_libc = symbol.version.startswith("GLIBC_") or not version_needed
            if FOREIGN.match(symbol.name) or not from_libc:
                findings.append(f"{path}: needs {symbol.name} {symbol.version}, which libc has not")
        elif symbol.binding in ("GLOBAL", "WEAK") and symbol.visibility == "DEFAULT":
            exported.add(symbol.name)
            if not promise.may_export.fullmatch(symbol.name):
                findings.append(f"{path}: exports {symbol.name}, which is no public name")
    for name in sorted(promise.must_export - exported):
        findings.append(f"{path}: does not export {name}")
    return findings


def check_shared(path, promise):
    dynamic = readelf("--dynamic", path)
    findings = [
        f"{path}: needs {name}; only libc is allowed"
        for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
        if name not in MAY_NEED
    ]
    if "TEXTREL" in dynamic:
        findings.append(f"{path}: has relocations in its code")
    if "BIND_NOW" not in dynamic:
        findings.append(f"{path}: is not bound at load time (-z now)")
    return findings + check_symbols(path, "--dyn-syms", True, promise)


def main():
    arguments = sys.argv[1:]
    promise = Promise(EXPORTS, MUST_EXPORT)
    if arguments[:1] == ["--api"]:
        arguments.pop(0)
        promise = Promise(API_EXPORTS, API_MUST_EXPORT)
    if len(arguments) != 2:
        sys.exit("usage: libraries.py [--api] LIBASHLAR_SO LIBASHLAR_A")
    shared, static = arguments
    findings = check_shared(shared, promise)
    # An archive's members refer to each other, so what they lack among themselves is not told here:
    # tests/package links it. What must not be there at all is.
    findings += check_symbols(static, "--syms", False, promise)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
