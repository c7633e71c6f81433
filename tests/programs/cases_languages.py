"""Interpreters and virtual machines, each with a script that works its memory hard."""


def case(function):
    function.is_case = True
    return function


@case
def perl(run):
    return run(run.find("perl"), run.file("work.pl"), env={"PERL_HASH_SEED": "0"})


@case
def python(run):
    # By default Python cuts small objects from arenas of its own; this way each is a malloc.
    return run("/usr/bin/python3", run.file("work.py"),
               env={"PYTHONMALLOC": "malloc", "PYTHONHASHSEED": "0"})


@case
def ruby(run):
    return run(run.find("ruby"), run.file("work.rb"))


@case
def lua(run):
    return run(run.find("lua5.4", "lua5.3", "lua"), run.file("work.lua"))


@case
def node(run):
    return run(run.find("node", "nodejs"), run.file("work.js"))


@case
def java(run):
    javac, virtual_machine = run.find("javac"), run.find("java")
    source = run.file("Work.java")
    options = ["-Xmx512m", "-Xshare:auto"]
    return (run(javac, "-J-Xmx512m", "-d", ".", source)
            + run(virtual_machine, *options, "-cp", ".", "Work"))
