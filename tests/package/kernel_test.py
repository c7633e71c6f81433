#!/usr/bin/env python3
"""The kernel library as others use it. Usage: kernel_test.py SOURCE BUILD CC CXX

From the build folder with one command, and installed: through CMake's component, through pkg-config,
in C and in C++, with the archive and with the shared library.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CONSUMER = HERE / "kernel_consumer.c"
EXPECTED = "sum 10, contiguous 1, mapped 1\n"
SOURCE = BUILD = CC = CXX = ""


def run(*command, **keywords):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, **keywords)
    if done.returncode != 0:
        raise AssertionError(f"{command} failed:\n{done.stdout}{done.stderr}")
    return done


def compilers():
    """Those of this build and, where installed, clang's."""
    for c, cxx in ((CC, CXX), ("clang", "clang++")):
        if shutil.which(c) and shutil.which(cxx):
            yield [c, "-std=gnu11"]
            yield [cxx, "-x", "c++", "-std=gnu++20"]


class Kernel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="ashlar-kernel-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name).resolve()
        run("cmake", "--install", BUILD, "--prefix", cls.folder / "first")
        cls.prefix = (cls.folder / "first").rename(cls.folder / "moved")
        cls.libdir = next(cls.prefix.glob("lib*/**/libashlar-kernel.a")).parent

    def assert_runs(self, program, libdir):
        done = run(program, env={**os.environ, "LD_LIBRARY_PATH": str(libdir)})
        self.assertEqual(done.stderr, EXPECTED)
        self.assertEqual(done.stdout, "")

    def test_one_command_from_the_build_folder(self):
        for compiler in compilers():
            for library in ("libashlar-kernel.a", "libashlar-kernel.so"):
                with self.subTest(compiler=compiler, library=library):
                    program = self.folder / "by-hand"
                    run(*compiler, f"-I{SOURCE}/include", CONSUMER, "-x", "none",
                        f"{BUILD}/{library}", "-lpthread", "-o", program)
                    self.assert_runs(program, BUILD)

    def test_no_cxx_runtime(self):
        needed = run("objdump", "-p", self.libdir / "libashlar-kernel.so.0").stdout
        self.assertNotIn("libstdc++", needed)
        symbols = run("nm", "-u", self.libdir / "libashlar-kernel.a").stdout
        for name in ("__cxa_throw", "__gxx_personality", "_ZNSt", "_Znwm", "__cxa_guard_acquire"):
            self.assertNotIn(name, symbols)

    def test_cmake(self):
        for language in ("C", "CXX"):
            for target in ("ashlar::kernel", "ashlar::kernel_static"):
                with self.subTest(language=language, target=target):
                    folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
                    source = folder / ("consumer.c" if language == "C" else "consumer.cpp")
                    shutil.copy(CONSUMER, source)
                    (folder / "CMakeLists.txt").write_text(
                        "cmake_minimum_required(VERSION 3.25)\n"
                        f"project(consumer LANGUAGES {language})\n"
                        "find_package(ashlar 0.1 REQUIRED COMPONENTS kernel)\n"
                        f"add_executable(consumer {source.name})\n"
                        "set_property(TARGET consumer PROPERTY CXX_STANDARD 20)\n"
                        f"target_link_libraries(consumer PRIVATE {target})\n",
                        encoding="utf-8",
                    )
                    run("cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja",
                        f"-DCMAKE_PREFIX_PATH={self.prefix}",
                        f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_CXX_COMPILER={CXX}")
                    run("cmake", "--build", folder / "build")
                    self.assert_runs(folder / "build" / "consumer", self.libdir)

    def test_no_such_component(self):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES NONE)\n"
            "find_package(ashlar REQUIRED COMPONENTS colonel)\n", encoding="utf-8")
        done = subprocess.run(
            ["cmake", "-S", folder, "-B", folder / "build", "-G", "Ninja",
             f"-DCMAKE_PREFIX_PATH={self.prefix}"],
            capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no component 'colonel'", " ".join(done.stderr.split()))

    def test_pkg_config(self):
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.libdir / "pkgconfig")}
        for compiler in compilers():
            for package in ("ashlar-kernel", "ashlar-kernel-static"):
                with self.subTest(compiler=compiler, package=package):
                    flags = run("pkg-config", "--cflags", "--libs", package, env=environment).stdout
                    program = pathlib.Path(tempfile.mkdtemp(dir=self.folder)) / "consumer"
                    run(*compiler, CONSUMER, "-x", "none", "-o", program, *flags.split())
                    self.assert_runs(program, self.libdir)

    def test_a_kernel_of_ones_own(self):
        """The minimal kernel, by hand from the installed tree; that it runs is tests/metal's to say."""
        if not (self.libdir / "libashlar-kernel-freestanding.a").exists():
            self.skipTest("this processor has no freestanding library")
        flags = run("pkg-config", "--cflags", "--libs", "ashlar-kernel-freestanding",
                    env={**os.environ, "PKG_CONFIG_PATH": str(self.libdir / "pkgconfig")}).stdout.split()
        example = pathlib.Path(SOURCE, "examples/minimal_kernel")
        kernel = self.folder / "kernel.elf"
        run(CC, "-std=gnu11", *(example / name for name in ("boot.S", "main.c", "port.c")), *flags,
            "-nostdlib", "-static", "-no-pie", "-Wl,--gc-sections", "-Wl,--build-id=none",
            f"-Wl,-T,{example}/kernel.ld", "-o", kernel)
        self.assertIn("Xen", run("readelf", "-n", kernel).stdout)

    def test_the_headers_do_not_meet_the_systems(self):
        self.assertFalse((self.prefix / "include/linux").exists())
        self.assertTrue((self.prefix / "include/ashlar-kernel/linux/slab.h").is_file())
        # A user of malloc's part who includes the system's <linux/types.h> gets the system's.
        flags = run("pkg-config", "--cflags", "ashlar",
                    env={**os.environ, "PKG_CONFIG_PATH": str(self.libdir / "pkgconfig")}).stdout.split()
        source = self.folder / "system.c"
        source.write_text("#include <linux/types.h>\n#include <ashlar/ashlar.h>\nint x = sizeof(__le32);\n",
                          encoding="utf-8")
        listed = run(CC, *flags, "-M", source).stdout
        self.assertIn("/usr/include/linux/types.h", listed)
        self.assertNotIn("include/ashlar-kernel", listed)


if __name__ == "__main__":
    CXX = sys.argv.pop()
    CC = sys.argv.pop()
    BUILD = sys.argv.pop()
    SOURCE = sys.argv.pop()
    unittest.main()
