#!/usr/bin/env python3
"""libraries.py must refuse libraries that break the promises. Usage: libraries_test.py CXX"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("libraries.py")
SOUND = """
#include <stddef.h>
#define PUBLIC extern "C" __attribute__((visibility("default")))
PUBLIC void* malloc(size_t) { return 0; }
PUBLIC void* calloc(size_t, size_t) { return 0; }
PUBLIC void* realloc(void*, size_t) { return 0; }
PUBLIC void free(void*) {}
PUBLIC int posix_memalign(void**, size_t, size_t) { return 12; }
__attribute__((visibility("default"))) void* operator new(size_t) { return 0; }
__attribute__((visibility("default"))) void operator delete(void*) noexcept {}
"""
COMPILER = "c++"


class Libraries(unittest.TestCase):
    def findings(self, text, *link_flags, compile_flags=(), options=()):
        """What libraries.py says of a shared and a static library made of this text."""
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "a.cpp")
            source.write_text(text, encoding="utf-8")
            flags = ["-O1", "-fPIC", "-fvisibility=hidden", "-fno-exceptions", "-fno-rtti", "-w"]
            flags += ["-fno-builtin", *compile_flags]
            # The compiler runs in the folder: a message must not differ by where it was made.
            for command in (
                [COMPILER, *flags, "-c", "a.cpp", "-o", "a.o"],
                [COMPILER, "-shared", "-nodefaultlibs", "-Wl,-z,now", "a.o", "-o", "a.so",
                 *link_flags, "-lc"],
                ["ar", "rcs", "a.a", "a.o"],
            ):
                subprocess.run(command, check=True, cwd=folder)
            run = subprocess.run(
                [sys.executable, SCRIPT, *options, "a.so", "a.a"],
                cwd=folder, capture_output=True, text=True, check=False,
            )
            lines = run.stdout.splitlines()
            self.assertEqual(run.returncode, 1 if len(lines) > 1 else 0, run.stderr)
            return "\n".join(lines[:-1])

    def test_a_sound_library_passes(self):
        self.assertEqual(self.findings(SOUND), "")

    def test_a_needed_library(self):
        self.assertIn("needs libm.so.6", self.findings(SOUND, "-Wl,--no-as-needed", "-lm"))

    def test_the_cxx_library(self):
        text = SOUND + "namespace std { void terminate(); }\n"
        text += "PUBLIC void ashlar_f() { std::terminate(); }\n"
        said = self.findings(text, "-lstdc++")
        self.assertIn("a.so: needs libstdc++.so.6", said)
        self.assertIn("a.so: needs _ZSt9terminatev", said)
        self.assertIn("a.a: needs _ZSt9terminatev", said)

    def test_a_weak_reference_is_allowed(self):
        text = SOUND + "namespace std { __attribute__((weak)) void terminate(); }\n"
        text += "PUBLIC void ashlar_f() { if (std::terminate) std::terminate(); }\n"
        self.assertEqual(self.findings(text), "")

    def test_an_export_too_many(self):
        said = self.findings(SOUND + "PUBLIC void helper() {}\n")
        self.assertIn("a.so: exports helper", said)
        self.assertIn("a.a: exports helper", said)

    def test_an_export_too_few(self):
        said = self.findings(SOUND.replace("PUBLIC void free", 'extern "C" void free'))
        self.assertIn("a.so: does not export free", said)

    def test_the_library_beside_the_systems_malloc(self):
        names = "PUBLIC void* ashlar_malloc(size_t) { return 0; }\nPUBLIC void ashlar_free(void*) {}\n"
        sound = SOUND[: SOUND.index("PUBLIC void* malloc")] + names
        self.assertEqual(self.findings(sound, options=["--api"]), "")
        said = self.findings(SOUND + names, options=["--api"])
        self.assertIn("a.so: exports malloc", said)
        self.assertIn("a.a: exports _Znwm", said)

    def test_a_slow_thread_local(self):
        text = SOUND + "extern thread_local int x; thread_local int x;\n"
        text += "PUBLIC int* ashlar_f() { return &x; }\n"
        self.assertEqual(self.findings(text, compile_flags=["-ftls-model=initial-exec"]), "")
        said = self.findings(text, compile_flags=["-ftls-model=global-dynamic"])
        self.assertIn("__tls_get_addr", said)

    def test_late_binding(self):
        self.assertIn("not bound at load time", self.findings(SOUND, "-Wl,-z,lazy"))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        COMPILER = sys.argv.pop(1)
    unittest.main()
