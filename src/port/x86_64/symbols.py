#!/usr/bin/env python3
"""Makes the symbol table that a kernel carries. Usage: symbols.py NM FILTER IMAGE > symbols.S

IMAGE is the kernel linked without a table. Its functions and objects go into the section
.ashlar_symbols, sorted by address: that section is the last of the image, so the addresses hold in
the image that is linked again with it. Each entry is two words of 32 bits, the address less
KERNEL_BASE and the place of the name; bit 31 of the latter marks a global symbol.
"""

import subprocess
import sys

KERNEL_BASE = 0xFFFFFFFF80000000


def main():
    nm, demangler, image = sys.argv[1:]
    symbols = []
    listed = subprocess.run([nm, image], check=True, capture_output=True, text=True).stdout
    # Names as in the source, without parameters.
    listed = subprocess.run([demangler, "-p"], check=True, input=listed, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        fields = line.replace("(anonymous namespace)::", "").split(maxsplit=2)
        if len(fields) != 3 or fields[1] not in "tTwWdDbBrRvV":
            continue
        address = int(fields[0], 16)
        if address >= KERNEL_BASE:
            symbols.append((address - KERNEL_BASE, fields[1].islower() and fields[1] not in "vw", fields[2]))
    symbols.sort()
    print('    .section .ashlar_symbols, "a", @progbits')
    print("    .balign 8\n    .globl ashlar_symbol_table\nashlar_symbol_table:")
    print(f"    .long {len(symbols)}, 0")
    place = 0
    for address, local, name in symbols:
        print(f"    .long {address}, {place if local else place | 1 << 31:#x}")
        place += len(name) + 1
    for _, _, name in symbols:
        print(f'    .asciz "{name}"')
    print('    .section .note.GNU-stack, "", @progbits')


if __name__ == "__main__":
    main()
