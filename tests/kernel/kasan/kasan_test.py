#!/usr/bin/env python3
"""Kernel code built with AddressSanitizer gets KASAN's reports: kasan_test.py CC INCLUDE LIBRARY

The library itself is the ordinary one.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CC = INCLUDE = LIBRARY = ""

# Case: what KASAN calls it, the function, the access, whose memory, and where in it. {N} is the
# pointer and N more.
SLAB = ("The buggy address belongs to the object at {0}", " which belongs to the cache %s of size %d")
CASES = {
    "read-after-free": (
        "use-after-free", "read_it", "Read of size 1 at addr {4}",
        "Allocated in kmalloc-64, object {0}", "allocate_it+0x", "Freed in kmalloc-64, object {0}", "free_it+0x",
        SLAB[0], SLAB[1] % ("kmalloc-64", 64),
        "The buggy address is located 4 bytes inside of", " 64-byte region [{0}, {64})"),
    "write-right": (
        "slab-out-of-bounds", "write_it", "Write of size 1 at addr {100}",
        "Allocated in kmalloc-128, object {0}", "allocate_it+0x", SLAB[0], SLAB[1] % ("kmalloc-128", 128),
        "The buggy address is located 100 bytes inside of", " 128-byte region [{0}, {128})"),
    "write-left": (
        "slab-out-of-bounds", "write_it", "Write of size 1 at addr {-1}", SLAB[0],
        "The buggy address is located 1 bytes to the left of", " 64-byte region [{0}, {64})"),
    "memset-right": (
        "slab-out-of-bounds", "", "Write of size 70 at addr {64}", SLAB[0],
        "The buggy address is located 0 bytes to the right of", " 64-byte region [{0}, {64})"),
    "large-right": (
        "slab-out-of-bounds", "read_it", "Read of size 1 at addr {100000}",
        "The buggy address belongs to the page frame ",
        "The buggy address is located 100000 bytes inside of", " 131072-byte region [{0}, {131072})"),
    "large-after-free": (
        "use-after-free", "write_it", "Write of size 1 at addr {5}", "The buggy address belongs to the page frame "),
    "page-after-free": (
        "use-after-free", "read_it", "Read of size 1 at addr {0}", "The buggy address belongs to the page frame "),
    "vmalloc-right": (
        "vmalloc-out-of-bounds", "write_it", "Write of size 1 at addr {5000}",
        "The buggy address belongs to vmalloc space: 2-page vmalloc region starting at {0} allocated at main+0x",
        "The buggy address is located 5000 bytes inside of", " 8192-byte region [{0}, {8192})"),
    "vmalloc-after-free": (
        "vmalloc-out-of-bounds", "read_it", "Read of size 1 at addr {0}",
        "The buggy address belongs to vmalloc space: no area in use"),
    "cache-after-free": (
        "use-after-free", "read_it", "Read of size 1 at addr {39}", SLAB[0], SLAB[1] % ("apples", 40),
        "The buggy address is located 39 bytes inside of", " 40-byte region [{0}, {40})"),
    "rcu-after-grace": (
        "use-after-free", "read_it", "Read of size 1 at addr {16}", "Freed in kmalloc-32, object {0}",
        SLAB[1] % ("kmalloc-32", 32)),
}


def compilers():
    return [CC] + ([c] if (c := shutil.which("clang")) and "clang" not in CC else [])


class Kasan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ashlar-kasan-")
        cls.addClassCleanup(folder.cleanup)
        cls.programs = {}
        for number, compiler in enumerate(compilers()):
            program = pathlib.Path(folder.name, f"kasan{number}")
            command = [compiler, "-std=gnu11", "-O1", "-g", "-fsanitize=address", "-fno-omit-frame-pointer",
                       "-fno-builtin", f"-I{INCLUDE}", HERE / "kasan.c", LIBRARY, "-lpthread", "-o", program]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0 and "cannot find" in done.stderr:
                continue  # a compiler without its sanitizer's library
            assert done.returncode == 0, done.stderr
            cls.programs[compiler] = program
        assert cls.programs

    def run_case(self, program, case, machine="size=64M,cpus=2"):
        return subprocess.run([program, case], capture_output=True, text=True, check=False, timeout=120,
                              env={**os.environ, "ASHLAR_MACHINE": machine, "ASAN_OPTIONS": ""})

    def test_reports(self):
        for compiler, program in self.programs.items():
            for case, (kind, function, *lines) in CASES.items():
                with self.subTest(compiler=compiler, case=case):
                    done = self.run_case(program, case)
                    self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                    pointer = int(done.stdout.split()[0], 16)
                    self.assertIn("AddressSanitizer: use-after-poison on address", done.stderr)
                    report = done.stderr[done.stderr.index("BUG: KASAN:"):].splitlines()
                    self.assertTrue(report[0].startswith(f"BUG: KASAN: {kind} in {function}"), report[0])
                    at = 0
                    for line in lines:
                        line = re.sub(r"\{(-?\d+)\}", lambda m: f"{pointer + int(m[1]):016x}", line)
                        found = [i for i in range(at, len(report)) if line in report[i]]
                        self.assertTrue(found, f"no '{line}' in:\n" + "\n".join(report))
                        at = found[0]

    def test_nothing_to_report(self):
        for compiler, program in self.programs.items():
            with self.subTest(compiler=compiler):
                done = self.run_case(program, "clean")
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_switched_off(self):
        program = next(iter(self.programs.values()))
        done = self.run_case(program, "read-after-free", "kasan=0")
        self.assertEqual((done.returncode, done.stdout.split()[1:]), (0, ["not", "caught"]))


if __name__ == "__main__":
    LIBRARY = sys.argv.pop()
    INCLUDE = sys.argv.pop()
    CC = sys.argv.pop()
    unittest.main()
