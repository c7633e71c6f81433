#!/usr/bin/env python3
"""floors.py must find each kind of breach, and nothing in a sound tree."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import floors

SOUND = {
    "include/ashlar/ashlar.h": "#ifndef ASHLAR_H\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n#endif\n",
    "include/linux/slab.h": '#pragma once\n#include <linux/gfp.h>\n',
    "include/linux/gfp.h": "#pragma once\n#include <asm/page.h>\n",
    "include/asm/page.h": "#pragma once\n",
    "src/core/config.h": "#pragma once\n#if defined(__clang__)\n#endif\n",
    "src/core/bits.h": '#pragma once\n#include <bit>\n#include "core/config.h"\n#include "config.h"\n',
    "src/classes/classes.h": '#pragma once\n#include "core/bits.h"\n',
    "src/port/contract.h": '#pragma once\n#include "core/bits.h"\n',
    "src/port/sim/memory.h": '#pragma once\n#include "port/contract.h"\n#ifdef X\n#endif\n',
    "src/port/linux_process/memory.h": '#pragma once\n#include <sys/mman.h>\n',
    "src/slab/slab.h": '#pragma once\n#include "classes/classes.h"\n#include "port/contract.h"\n',
    "src/heap/heap.cpp": '#include "slab/slab.h"\n#include <ashlar/ashlar.h>\n/* #if in\n#if a comment */\n',
    "src/kmem/kmem.cpp": '#include <linux/slab.h>\n',
    "src/assemble/preload/preload.cpp": '#include "port/linux_process/memory.h"\n',
}


class Floors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in SOUND.items():
            self.write(path, text)

    def write(self, path, text):
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(text, encoding="utf-8")

    def assert_one_finding(self, path, text, reason):
        self.write(path, text)
        findings, _ = floors.check(self.root)
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(path), findings)
        self.assertIn(reason, findings[0])

    def test_a_sound_tree_passes(self):
        self.assertEqual(floors.check(self.root), ([], len(SOUND)))

    def test_a_floor_above(self):
        self.assert_one_finding("src/slab/a.cpp", '#include "kmem/b.h"\n', "not in the tree")
        self.write("src/kmem/b.h", "#pragma once\n")
        self.assert_one_finding("src/slab/a.cpp", '#include "kmem/b.h"\n', "a floor above")

    def test_a_sibling(self):
        self.write("src/vmap/b.h", "#pragma once\n")
        self.assert_one_finding("src/heap/a.cpp", '#include "vmap/b.h"\n', "a sibling")

    def test_a_sibling_by_a_relative_path(self):
        self.write("src/vmap/b.h", "#pragma once\n")
        self.assert_one_finding("src/heap/a.cpp", '#include "../vmap/b.h"\n', "a sibling")

    def test_a_sibling_port(self):
        self.assert_one_finding(
            "src/port/sim/a.cpp", '#include "port/linux_process/memory.h"\n', "only src/assemble"
        )

    def test_a_named_port(self):
        self.assert_one_finding(
            "src/heap/a.cpp", '#include "port/linux_process/memory.h"\n', "only src/assemble"
        )

    def test_a_public_header_that_looks_inside(self):
        self.assert_one_finding(
            "include/ashlar/a.h", '#pragma once\n#include "core/bits.h"\n', "a floor above"
        )

    def test_the_linux_headers_from_the_engine(self):
        self.assert_one_finding("src/slab/a.cpp", "#include <linux/gfp.h>\n", "a floor above")

    def test_an_included_source(self):
        self.write("src/heap/b.cpp", "\n")
        self.assert_one_finding("src/heap/a.cpp", '#include "b.cpp"\n', "no header")

    def test_a_folder_without_a_floor(self):
        self.assert_one_finding("src/attic/a.cpp", "\n", "belongs to no floor")

    def test_a_port_without_a_floor(self):
        self.assert_one_finding("src/port/amiga/a.cpp", "\n", "belongs to no floor")

    def test_conditional_compilation(self):
        for line in ("#if 1", "  # ifdef X", "#ifndef Y", "/* c */ #if 1"):
            with self.subTest(line):
                self.assert_one_finding("src/slab/a.cpp", line + "\n#endif\n", "outside src/port")

    def test_conditional_compilation_in_a_public_header(self):
        self.assert_one_finding(
            "include/ashlar/a.h", "#pragma once\n#ifdef __linux__\n#endif\n", "outside src/port"
        )

    def test_a_long_file(self):
        self.assert_one_finding("src/slab/a.cpp", "\n" * 801, "801 lines")

    def test_a_header_without_a_guard(self):
        self.assert_one_finding("src/slab/a.h", "int x;\n", "#pragma once")

    def test_an_allocating_header(self):
        self.assert_one_finding("src/slab/a.cpp", "#include <vector>\n", "allocate")

    def test_the_exit_status(self):
        script = pathlib.Path(floors.__file__)

        def status():
            return subprocess.run(
                [sys.executable, script, self.root], capture_output=True, check=False
            ).returncode

        self.assertEqual(status(), 0)
        self.write("src/slab/a.cpp", "#if 1\n#endif\n")
        self.assertEqual(status(), 1)

    def test_an_empty_tree_is_no_pass(self):
        with tempfile.TemporaryDirectory() as empty:
            script = pathlib.Path(floors.__file__)
            run = subprocess.run([sys.executable, script, empty], capture_output=True, check=False)
            self.assertEqual(run.returncode, 1)


if __name__ == "__main__":
    unittest.main()
