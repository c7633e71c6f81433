#!/usr/bin/env python3
"""Checks the rules that keep the house standing. Usage: floors.py ROOT

The house has floors (the table below): a file includes its own folder and floors strictly below it,
never a sibling, never a floor above. Only `assemble` names a port. Conditional compilation lives in
the ports and in one configuration header, so that every other file has one meaning. Nothing that
allocates behind the reader's back is included under src/.

One line a finding; the exit status is 1 if there is any.
"""

import pathlib
import re
import sys

# A folder's floor. Two folders of one floor are siblings.
FLOORS = {
    "include/ashlar": -1,
    "src/core": 0,
    "src/classes": 1,
    "src/port": 1,
    "src/port/linux_process": 1,
    "src/port/linux_machine": 1,
    "src/port/x86_64": 1,
    "src/port/sim": 1,
    "src/pages": 2,
    "src/slab": 2,
    "src/heap": 3,
    "src/kmem": 3,
    "src/vmap": 3,
    "src/observe": 3,
    # The Linux-shaped headers declare what floor 3 defines.
    "include/linux": 2.5,
    "include/uapi": 2.5,
    "include/asm": 2.5,
    "include/asm-generic": 2.5,
    "include/kunit": 2.5,
    "include/trace": 2.5,
    # Support beside the product: what kernel code expects of a kernel that is not memory.
    "src/support": 3,
    "src/assemble/preload": 4,
    "src/assemble/machine": 4,
    "src/assemble/kernel": 4,
}
# Folders that are one family: their files may include each other although they share a floor.
FAMILIES = [
    {"include/linux", "include/uapi", "include/asm", "include/asm-generic", "include/kunit",
     "include/trace"},
]
LINUX_SHAPED = FAMILIES[0]
CONFIGURATION_HEADER = "src/core/config.h"
SOURCE_SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".S", ".inc"}
HEADER_SUFFIXES = {".h", ".hpp"}
MOST_LINES = 800
# Headers of the standard library whose types allocate, throw or lock without saying so.
ALLOCATING_HEADERS = set(
    "algorithm any deque exception filesystem forward_list fstream functional future iomanip iostream "
    "istream list locale map memory memory_resource mutex ostream queue random regex set sstream stack "
    "stdexcept streambuf string thread unordered_map unordered_set valarray vector".split()
)

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|elifdef|elifndef)\b\s*(.*)$")


def folder_of(path):
    """The longest folder of the table that holds the path, or None."""
    best = None
    for folder in FLOORS:
        if path.startswith(folder + "/") and (best is None or len(folder) > len(best)):
            best = folder
    # src/port holds the contract; a folder below it that the table does not know is a mistake.
    if best == "src/port" and "/" in path[len("src/port/"):]:
        return None
    return best


def code_lines(text):
    """The lines with comments blanked; a comment must not be taken for a directive."""
    blanked = re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)
    return [re.sub(r"//.*", "", line) for line in blanked.split("\n")]


def resolve(root, source, quote, name):
    """The path in the tree that an include means, or None for a header of the system."""
    candidates = [f"src/{name}", f"include/{name}"]
    if quote == '"':
        candidates.insert(0, str(pathlib.PurePosixPath(source).parent / name))
    for candidate in candidates:
        full = (root / candidate).resolve()
        if full.is_file() and full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    return None


def include_error(source, target):
    """Why `source` may not include `target`, or None."""
    if pathlib.PurePosixPath(target).suffix not in HEADER_SUFFIXES | {".inc"}:
        return f"includes {target}, which is no header"
    here, there = folder_of(source), folder_of(target)
    if there is None:
        return f"includes {target}, which belongs to no floor"
    if here == there or any({here, there} <= family for family in FAMILIES):
        return None
    if there.startswith("src/port/"):
        if here.startswith("src/assemble/"):
            return None
        return f"includes {target}: only src/assemble may name a port"
    if here.startswith("src/port/") and there == "src/port":
        return None
    if FLOORS[there] < FLOORS[here]:
        return None
    relation = "a sibling" if FLOORS[there] == FLOORS[here] else "a floor above"
    return f"includes {target}: {there} is {relation} of {here}"


def may_branch(source, condition, is_first):
    """Whether this file may have this conditional."""
    if source.startswith("src/port/") or source == CONFIGURATION_HEADER:
        return True
    if not source.startswith("include/"):
        return False
    # Linux's interfaces are conditional by contract: CONFIG_ names, C against C++, libc's guards.
    if folder_of(source) in LINUX_SHAPED:
        return True
    names = set(re.findall(r"[A-Za-z_]\w*", condition)) - {"defined"}
    guard = is_first and len(names) == 1 and next(iter(names)).endswith("_H")
    return guard or names <= {"__cplusplus"}


def check_file(root, source):
    text = (root / source).read_text(encoding="utf-8")
    findings = []
    if folder_of(source) is None:
        return [f"{source}: belongs to no floor; the floors are in tests/architecture/floors.py"]
    lines = text.count("\n")
    if lines > MOST_LINES:
        findings.append(f"{source}: {lines} lines, the most is {MOST_LINES}: split it by subject")
    if pathlib.PurePosixPath(source).suffix in HEADER_SUFFIXES:
        if not re.search(r"^#pragma once$|^#ifndef \w+_H$", text, flags=re.M):
            findings.append(f"{source}: a header without #pragma once")
    first_conditional = True
    for number, line in enumerate(code_lines(text), start=1):
        include = INCLUDE.match(line)
        if include:
            quote, name = include.groups()
            target = resolve(root, source, quote, name)
            error = None
            if target is not None:
                error = include_error(source, target)
            elif quote == '"':
                error = f'includes "{name}", which is not in the tree; a header of the system takes <>'
            elif source.startswith("src/") and name in ALLOCATING_HEADERS:
                error = f"includes <{name}>, whose types allocate, throw or lock unseen"
            if error:
                findings.append(f"{source}:{number}: {error}")
        conditional = CONDITIONAL.match(line)
        if conditional:
            if not may_branch(source, conditional.group(2), first_conditional):
                findings.append(
                    f"{source}:{number}: #{conditional.group(1)} outside src/port/ and "
                    f"{CONFIGURATION_HEADER}; make it a constant there and use if constexpr"
                )
            first_conditional = False
    return findings


def check(root):
    """All findings in the tree, and how many files were read."""
    root = pathlib.Path(root).resolve()
    sources = sorted(
        path.relative_to(root).as_posix()
        for top in ("src", "include")
        for path in (root / top).rglob("*")
        if path.suffix in SOURCE_SUFFIXES and path.is_file()
    )
    return [finding for source in sources for finding in check_file(root, source)], len(sources)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: floors.py ROOT")
    findings, count = check(sys.argv[1])
    for finding in findings:
        print(finding)
    if count == 0:
        print(f"{sys.argv[1]}: no sources under src/ or include/")
    print(f"{count} files, {len(findings)} findings")
    sys.exit(1 if findings or count == 0 else 0)


if __name__ == "__main__":
    main()
