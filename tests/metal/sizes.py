#!/usr/bin/env python3
"""How large the freestanding library is. Usage: sizes.py ROOT LIBRARY PORT_LIBRARY

Prints text and static memory (data, bss) of the allocators, of what they cannot do without from
src/support, of their debugging and their texts, of the rest, and of the port x86_64. Fails when the
allocators with what they need, without debugging, have 96 KiB of text or more.
"""

import pathlib
import subprocess
import sys

LIMIT = 96 * 1024
# Object debugging, injected failures, reports and texts like slabinfo.
DEBUGGING = {"cache_debug.cpp", "inject.cpp", "text.cpp", "frames.cpp", "describe.cpp"}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def members(archive):
    """Name, sizes and symbols of every member, in the archive's order."""
    found = []
    for line in output("size", archive).splitlines()[1:]:
        text, data, bss, _, _, name = line.split(maxsplit=5)
        found.append({"name": name.split()[0].removesuffix(".o"), "sizes": (int(text), int(data), int(bss)),
                      "defines": set(), "needs": set()})
    at = -1
    for line in output("nm", archive).splitlines():
        fields = line.split()
        if line.endswith(".o:"):
            at += 1
        elif len(fields) == 2 and fields[0] == "U":
            found[at]["needs"].add(fields[1])
        elif len(fields) == 3 and (fields[1].isupper() or fields[1] in "vw"):
            found[at]["defines"].add(fields[2])
    return found


def with_needs(chosen, everything):
    """The members that a link of the chosen ones takes."""
    taken, open_ = list(chosen), list(chosen)
    while open_:
        needs = open_.pop()["needs"]
        for member in everything:
            if member not in taken and member["defines"] & needs:
                taken.append(member)
                open_.append(member)
    return taken


def main():
    root, library, port = sys.argv[1:]
    everything = members(library)
    ours = {path.name for folder in ("kmem", "vmap", "assemble/machine")
            for path in pathlib.Path(root, "src", folder).glob("*.c*")}
    debugging = [m for m in everything if m["name"] in DEBUGGING]
    allocators = [m for m in everything if m["name"] in ours and m not in debugging]
    # Debugging is entered from the allocators but is not what this counts.
    taken = [m for m in with_needs(allocators, [m for m in everything if m not in debugging])]
    needed = [m for m in taken if m not in allocators]
    rest = [m for m in everything if m not in taken and m not in debugging]
    print(f"{'':34} {'text':>8} {'data':>8} {'bss':>8}")
    for title, group in (("allocators", allocators), ("what they need of src/support", needed),
                         ("debugging, reports, texts", debugging), ("the rest of src/support", rest),
                         ("port x86_64", members(port))):
        text, data, bss = (sum(m["sizes"][i] for m in group) for i in range(3))
        print(f"{title:34} {text:8} {data:8} {bss:8}")
    text = sum(m["sizes"][0] for m in taken)
    print(f"allocators with what they need: {text / 1024:.1f} KiB of text, at most {LIMIT // 1024}")
    return text >= LIMIT


if __name__ == "__main__":
    sys.exit(main())
