#!/usr/bin/env python3
"""An installed Ashlar as others use it. Usage: package_test.py BUILD_FOLDER CC CXX

Installs into a temporary prefix, moves it (nothing installed may remember where it was), and builds
small programs against it through CMake, through pkg-config and by hand.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

# What may be linked, by its name in CMake and in pkg-config, and where a program that is built so
# finds malloc and ashlar_malloc.
FORMS = [
    ("ashlar::ashlar", "ashlar", "libashlar.so.0", "libashlar.so.0"),
    ("ashlar::ashlar_static", "ashlar-static", "consumer", "consumer"),
    ("ashlar::api", "ashlar-api", "libc.so.6", "libashlar-api.so.0"),
    ("ashlar::api_static", "ashlar-api-static", "libc.so.6", "consumer"),
]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = CC = CXX = ""


def run(*command, **keywords):
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=300, **keywords
    )
    if done.returncode != 0:
        raise AssertionError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ashlar-package-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "first")
        cls.prefix = (cls.folder / "first").rename(cls.folder / "moved")
        cls.libdir = next(cls.prefix.glob("lib*/**/libashlar.a")).parent
        cls.sources = {"C": HERE / "consumer.c", "CXX": HERE / "consumer.cpp"}
        cls.compilers = {"C": [CC], "CXX": [CXX, "-std=c++20"]}

    def assert_uses(self, program, malloc_home, own_home):
        """The program runs, and its allocation functions live where they should."""
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.libdir)}
        environment.pop("LD_PRELOAD", None)
        self.assertEqual(
            run(program, env=environment).splitlines(),
            [f"malloc is in {malloc_home}", f"ashlar_malloc is in {own_home}"],
        )

    def test_what_is_installed(self):
        for path in ("bin/ashlar", "include/ashlar/ashlar.h", "include/ashlar/ashlar.hpp"):
            self.assertTrue((self.prefix / path).is_file(), path)
        for path in ("libashlar.so", "libashlar.a", "libashlar-api.so", "pkgconfig/ashlar.pc"):
            self.assertTrue((self.libdir / path).is_file(), path)

    def build_by_cmake(self, language, target):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copy(HERE / "CMakeLists.txt.consumer", folder / "CMakeLists.txt")
        run(
            "cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja",
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DLANGUAGE={language}",
            f"-DSOURCE={self.sources[language]}", f"-DTARGET={target}",
            f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_CXX_COMPILER={CXX}",
        )
        run("cmake", "--build", folder / "build")
        return folder / "build" / "consumer"

    def test_cmake(self):
        for language in self.sources:
            for target, _, *homes in FORMS:
                with self.subTest(language=language, target=target):
                    self.assert_uses(self.build_by_cmake(language, target), *homes)

    def test_pkg_config(self):
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.libdir / "pkgconfig")}
        for language, source in self.sources.items():
            for _, package, *homes in FORMS:
                with self.subTest(language=language, package=package):
                    flags = run("pkg-config", "--cflags", "--libs", package, env=environment).split()
                    program = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "consumer"
                    run(*self.compilers[language], source, "-o", program, *flags)
                    self.assert_uses(program, *homes)

    def test_a_static_executable(self):
        program = self.folder / "static"
        source = self.folder / "static.c"
        source.write_text(
            "#include <stdio.h>\n#include <stdlib.h>\n#include <ashlar/ashlar.h>\n"
            "int main(void) { char* p = malloc(1 << 20); p[5] = 1;\n"
            "    printf(\"%zu\\n\", ashlar_usable_size(p)); free(p); return 0; }\n",
            encoding="utf-8",
        )
        run(CC, "-static", f"-I{self.prefix}/include", source, self.libdir / "libashlar.a", "-o", program)
        self.assertGreaterEqual(int(run(program)), 1 << 20)

    def test_the_archive_in_a_shared_library(self):
        # Position independent, or the linker refuses.
        run(
            CC, "-shared", "-o", self.folder / "libwhole.so",
            "-Wl,--whole-archive", self.libdir / "libashlar.a", "-Wl,--no-whole-archive", "-Wl,-z,text",
        )

    def test_the_installed_command(self):
        maps = run(self.prefix / "bin" / "ashlar", "run", "--", "cat", "/proc/self/maps")
        self.assertIn(str((self.libdir / "libashlar.so").resolve()), maps)

    def test_a_staged_installation(self):
        # Packagers install below DESTDIR.
        stage = self.folder / "stage"
        run("cmake", "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(stage)})
        self.assertTrue((stage / "usr/bin/ashlar").is_file())


if __name__ == "__main__":
    CXX = sys.argv.pop()
    CC = sys.argv.pop()
    BUILD = sys.argv.pop()
    unittest.main()
