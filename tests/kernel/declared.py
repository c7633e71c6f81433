#!/usr/bin/env python3
"""Nothing is declared that nobody can have: every function and object that a Linux-shaped header or
<ashlar/...> declares is defined in the library, in the C library, or in a file of Linux's that the
page's table names for this header.

    declared.py CC NM INCLUDE LIBRARY PAGE [LINUX_FOLDER]

CC has to be gcc (-aux-info). With Linux's files unpacked in LINUX_FOLDER, the table is held against
them: each file defines what it is named for and compiles unchanged. One line a finding."""

import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

FOLDERS = ["linux", "asm", "kunit", "trace"]
OWN = ["ashlar/machine.h", "ashlar/module.h", "ashlar/kernel_port.h", "ashlar/device.h"]
# A call of these is the compiler's error message; they are never defined.
NEVER_CALLED = re.compile(r"\b(\w+)\(void\)\s*__attribute__\(\(__error__")
THE_LINKERS = {"__executable_start", "etext", "edata", "end"}
RENAMED = re.compile(r'\b(\w+)\([^;]*\)\s*__asm__\("(\w+)"\)')
OBJECTS = re.compile(r"^extern\s+(?!\"C\")([^();{}]*);", re.M)
FUNCTION = re.compile(r"/\* (\S+?):\d+:\w\w \*/ extern (.*);")
ROW = re.compile(r"^\| `(\S+)` \| (.*?) \|(.*)\|$", re.M)
BEGIN, END = "<!-- bring: begin -->", "<!-- bring: end -->"


def declared(compiler, include):
    """header -> the symbols that it declares and that somebody has to define."""
    headers = [path.relative_to(include).as_posix() for folder in FOLDERS for path in (include / folder).rglob("*.h")]
    headers = sorted(headers) + OWN
    found = collections.defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        source, listing = pathlib.Path(folder, "all.c"), pathlib.Path(folder, "all.X")
        source.write_text("".join(f"#include <{header}>\n" for header in headers))
        subprocess.run([compiler, "-std=gnu11", "-w", f"-I{include}", "-fsyntax-only", "-aux-info", str(listing),
                        str(source)], check=True)
        for place, declaration in FUNCTION.findall(listing.read_text()):
            if place.startswith(f"{include}/"):
                # The name is the first word before a parameter list.
                found[place[len(f"{include}/"):]].add(re.search(r"(\w+) \(", declaration)[1])
    for header in headers:
        text = re.sub(r"/\*.*?\*/", "", (include / header).read_text(), flags=re.S)
        for objects in OBJECTS.findall(text):
            found[header] |= {re.search(r"(\w+)(\[.*\])*$", one.strip())[1] for one in objects.split(",")}
        found[header] -= set(NEVER_CALLED.findall(text))
        for name, symbol in RENAMED.findall(text):
            found[header].discard(name)
            found[header].add(symbol)
    return found


def symbols(nm, *arguments):
    listing = subprocess.run([nm, "--defined-only", *arguments], check=True, stdout=subprocess.PIPE, text=True,
                             stderr=subprocess.DEVNULL).stdout
    return {line.split()[-1].partition("@")[0] for line in listing.splitlines() if " " in line}


def table(page):
    """header -> Linux's files; a third column says what such a file needs beside our headers."""
    text = pathlib.Path(page).read_text().partition(BEGIN)[2].partition(END)[0]
    return {header: (re.findall(r"`([^`]+)`", files), needs.strip()) for header, files, needs in ROW.findall(text)}


def defines(text, name):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return re.search(rf"^[A-Za-z_][^;{{}}=#]*?\b{name}\s*\([^;{{}}]*\)\s*\{{|EXPORT_SYMBOL\w*\({name}\)|"
                     rf"^[A-Za-z_][^;{{}}=#(]*\b{name}\s*(\[.*\])*\s*[=;]", text, re.M)


def against_linux(folder, wanted, rows, compiler, include):
    findings = []
    for header, names in wanted.items():
        texts = [(folder / file).read_text(errors="replace") for file in rows[header][0]]
        findings += [f"{header}: {name} is in none of {', '.join(rows[header][0])}"
                     for name in sorted(names) if not any(defines(text, name) for text in texts)]

    def compiles(file):
        return file, subprocess.run([compiler, "-std=gnu11", "-w", "-fsyntax-only", "-Werror=implicit-function-declaration",
                                     f"-I{include}", '-DKBUILD_MODNAME="it"', str(folder / file)],
                                    stderr=subprocess.PIPE, text=True)

    # What Linux's build would have to make first is left out.
    files = {file for names, needs in rows.values() for file in names
             if all((folder / need).is_file() for need in re.findall("`([^`]+)`", needs))}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        findings += [f"{file} does not compile:\n{done.stderr[:600]}" for file, done in pool.map(compiles, sorted(files))
                     if done.returncode]
    return findings


def main():
    if len(sys.argv) not in (6, 7):
        sys.exit(__doc__)
    compiler, nm, include, library, page = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4], sys.argv[5]
    libc = subprocess.run([compiler, "-print-file-name=libc.so.6"], check=True, stdout=subprocess.PIPE, text=True)
    known = symbols(nm, library) | symbols(nm, "-D", libc.stdout.strip()) | THE_LINKERS
    found, rows = declared(compiler, include), table(page)
    wanted = {header: names - known for header, names in found.items() if names - known}
    findings = [f"{header} declares {name}, which is defined nowhere" for header, names in sorted(wanted.items())
                if header not in rows for name in sorted(names)]
    findings += [f"{page} names files for {header}, which needs none" for header in rows if header not in wanted]
    if len(sys.argv) == 7 and not findings:
        findings = against_linux(pathlib.Path(sys.argv[6]), wanted, rows, compiler, include)
    total = sum(len(names) for names in found.values())
    print(*findings, f"{total} names declared in {len(found)} headers, {len(findings)} findings", sep="\n")
    sys.exit(1 if findings or total < 1000 else 0)


if __name__ == "__main__":
    main()
