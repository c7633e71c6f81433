#!/usr/bin/env python3
"""Linux's own tests on Ashlar's kernel library.

    linux_tests.py unpack SOURCE.tar.xz FOLDER
    linux_tests.py run NAME FOLDER CC INCLUDE LIBRARY

`unpack` takes the files that the cases below name out of Debian's archive. `run` compiles one case
unchanged, links it with the library and judges what it prints. The table says what a right run
prints; a test whose exit status means something else than success says so there too.
"""

import os
import pathlib
import re
import subprocess
import sys
import tarfile


class Case:
    def __init__(self, files, expect, status=(0,), arguments=(), machine="", needs=()):
        self.files = files
        self.expect = expect  # regular expressions, all must match
        self.status = status
        self.arguments = list(arguments)
        self.machine = machine
        self.needs = needs  # headers of the test's own folder


# Some modules answer an error after all went well, because they do not want to stay loaded.
CASES = {
    "meminit_alloc": Case(
        ["lib/test_meminit.c"], [r"all \d+ tests passed!"], machine="init_on_alloc=1"
    ),
    "meminit_free": Case(["lib/test_meminit.c"], [r"all \d+ tests passed!"], machine="init_on_free=1"),
    "xarray": Case(["lib/test_xarray.c", "lib/xarray.c"], [r"XArray: (\d+) of \1 tests passed"]),
    # 6.1's mas_next() ends by setting index to its limit (commit backported to 6.1.y), while
    # next_prev_test() still expects the index before that: this one check cannot pass.
    "maple_tree": Case(
        ["lib/test_maple_tree.c", "lib/maple_tree.c"],
        [r"maple_tree: \d+ of \d+ tests passed"],
        status=(0, 1),
    ),
    "rbtree": Case(["lib/rbtree_test.c", "lib/rbtree.c"], [r"augmented rbtree testing", r"cycles"]),
    "rbtree_own": Case(["lib/rbtree_test.c"], [r"augmented rbtree testing", r"cycles"]),
    "list_sort": Case(["lib/test_list_sort.c", "lib/list_sort.c"], [r"^ok 1 list_sort$"]),
    "list_sort_own": Case(["lib/test_list_sort.c"], [r"^ok 1 list_sort$"]),
    # Answers -EINVAL when everything passed and 0 when not.
    "ida": Case(
        ["lib/test_ida.c", "lib/idr.c", "lib/xarray.c", "lib/radix-tree.c"],
        [r"IDA: (\d+) of \1 tests passed"],
        status=(1,),
    ),
    "interval_tree": Case(
        ["lib/interval_tree_test.c", "lib/interval_tree.c", "lib/rbtree.c"],
        [r"interval tree insert/remove", r"cycles \(\d+ results\)"],
        arguments=["nsearches=20", "perf_loops=200", "search_loops=200"],
    ),
    "sort": Case(["lib/test_sort.c"], [r"^ok 1 lib_sort$"]),
    "hexdump": Case(["lib/test_hexdump.c"], [r"all \d+ tests passed"]),
    "min_heap": Case(["lib/test_min_heap.c"], [r"test passed"]),
    "free_pages": Case(["lib/test_free_pages.c"], [r"Test completed"]),
    "list": Case(["lib/list-test.c"], [r"^ok 1 list-kunit-test$", r"^ok 2 hlist$"]),
    "string": Case(["lib/test_string.c"], [r"String selftests succeeded"]),
    "atomic64": Case(["lib/atomic64_test.c"], [r"passed"]),
    "vmalloc": Case(
        ["lib/test_vmalloc.c"],
        [r"Summary: fix_size_alloc_test passed: 1 failed: 0",
         r"Summary: full_fit_alloc_test passed: 1 failed: 0",
         r"Summary: random_size_alloc_test passed: 1 failed: 0",
         r"Summary: pcpu_alloc_test passed: 1 failed: 0",
         r"Summary: kvfree_rcu_2_arg_vmalloc_test passed: 1 failed: 0"],
        arguments=["test_loop_count=10", "nr_threads=2", "run_test_mask=959"],
    ),
}


def unpack(archive, folder):
    wanted = {name for case in CASES.values() for name in case.files}
    headers = {str(pathlib.PurePosixPath(n).parent / h) for c in CASES.values() for n in c.files for h in c.needs}
    wanted |= headers
    folder.mkdir(parents=True, exist_ok=True)
    missing = {name for name in wanted if not (folder / name).is_file()}
    if not missing:
        return
    if not archive.is_file():
        sys.exit(f"{archive} is missing; install the package linux-source-6.1")
    with tarfile.open(archive, "r|xz") as tar:
        for member in tar:
            name = member.name.partition("/")[2]
            if name not in missing:
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(tar.extractfile(member).read())
            missing.discard(name)
            if not missing:
                return
    sys.exit(f"{archive} does not hold {', '.join(sorted(missing))}")


def run(name, folder, compiler, include, library):
    case = CASES[name]
    build = folder / "build" / name
    build.mkdir(parents=True, exist_ok=True)
    objects = []
    for file in case.files:
        module = pathlib.PurePosixPath(file).stem.replace("-", "_")
        target = build / f"{module}.o"
        subprocess.run(
            [compiler, "-std=gnu11", "-O2", "-g", "-fno-strict-aliasing", "-w", f"-I{include}",
             f'-DKBUILD_MODNAME="{module}"', "-c", str(folder / file), "-o", str(target)],
            check=True,
        )
        objects.append(str(target))
    program = build / name
    subprocess.run([compiler, *objects, str(library), "-lpthread", "-o", str(program)], check=True)
    environment = dict(os.environ, ASHLAR_MACHINE=case.machine)
    done = subprocess.run([str(program), *case.arguments], env=environment, stderr=subprocess.STDOUT,
                          stdout=subprocess.PIPE, text=True, errors="replace", timeout=200)
    print(done.stdout[-6000:])
    problems = []
    if done.returncode not in case.status:
        problems.append(f"exit status {done.returncode}, expected {case.status}")
    for pattern in case.expect:
        if not re.search(pattern, done.stdout, flags=re.M):
            problems.append(f"nothing printed matches {pattern!r}")
    if name == "maple_tree":
        failed = re.findall(r"BUG at (\w+):\d+ \((.*)\)", done.stdout)
        if failed not in ([], [("next_prev_test", "mas.index != last_index")]):
            problems.append(f"failed checks: {failed}")
    if re.search(r"kernel BUG|Bad page state|Kernel panic", done.stdout):
        problems.append("the allocator reported a bug")
    for problem in problems:
        print(f"{name}: {problem}")
    sys.exit(1 if problems else 0)


def main():
    arguments = sys.argv[1:]
    if len(arguments) == 3 and arguments[0] == "unpack":
        unpack(pathlib.Path(arguments[1]), pathlib.Path(arguments[2]))
    elif len(arguments) == 6 and arguments[0] == "run" and arguments[1] in CASES:
        run(arguments[1], pathlib.Path(arguments[2]), *arguments[3:])
    elif arguments == ["list"]:
        print(";".join(CASES), end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
