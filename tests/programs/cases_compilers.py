"""Compilers on sources that include much: the objects must be the same byte for byte."""

import hashlib

from cases_languages import case


def build_and_run(run, compiler, source, *options):
    run.file(source)
    compiled = run(compiler, *options, "-c", source, "-o", "object.o")
    linked = run(compiler, "object.o", "-o", "program", "-pthread", "-lm")
    object_bytes = (run.folder / "object.o").read_bytes()
    digest = hashlib.sha256(object_bytes).hexdigest().encode()
    return compiled + linked + digest + b"\n" + run("./program")


@case
def gcc(run):
    return build_and_run(run, run.find("gcc"), "headers.c", "-O2", "-g0", "-Wall")


@case
def gxx(run):
    return build_and_run(run, run.find("g++"), "headers.cpp", "-O0", "-g0", "-std=c++20")


@case
def clang(run):
    return build_and_run(run, run.find("clang"), "headers.c", "-O2", "-g0", "-Wall")


@case
def clangxx(run):
    return build_and_run(run, run.find("clang++"), "headers.cpp", "-O0", "-g0", "-std=c++20")


@case
def make(run):
    """A small project built by two jobs; make, the shell and the compiler are all preloaded."""
    run.find("gcc")
    (run.folder / "Makefile").write_text(
        "objects := $(patsubst %.c,%.o,$(wildcard part*.c))\n"
        "program: $(objects)\n\t$(CC) -o $@ $^\n"
        "%.o: %.c\n\t$(CC) -O1 -c -o $@ $<\n")
    for part in range(12):
        calls = f"int part{part + 1}(int);" if part < 11 else ""
        next_call = f"part{part + 1}(x + {part})" if part < 11 else "x"
        (run.folder / f"part{part:02}.c").write_text(
            f"#include <stdio.h>\n#include <stdlib.h>\n{calls}\n"
            f"int part{part}(int x) {{ return {next_call}; }}\n")
    (run.folder / "part99.c").write_text(
        '#include <stdio.h>\nint part0(int);\nint main(void) { printf("%d\\n", part0(1)); }\n')
    built = run(run.find("make"), "--jobs=2", "--output-sync=target", "--silent")
    return built + run("./program") + run(run.find("make"))
