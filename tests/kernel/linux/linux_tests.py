#!/usr/bin/env python3
"""Linux's own tests on Ashlar's kernel library.

    linux_tests.py unpack SOURCE.tar.xz FOLDER PAGE
    linux_tests.py run NAME FOLDER CC INCLUDE LIBRARY
    linux_tests.py document PAGE [--write]

`unpack` takes the files that the cases below and the page's other tables name out of Debian's archive. `run` compiles one case
unchanged, links it with the library and judges what it prints. The table says what a right run
prints; a test whose exit status means something else than success says so there too. `document` holds a page's list of cases against the table, or writes it.
"""

import os
import pathlib
import re
import subprocess
import sys
import tarfile


class Case:
    """One program. `files` are Linux's, or ours beside this script when they have no folder; `needs`
    are headers of Linux's that a file asks for by a path of its own; `after` are headers from Linux's
    include folders, which are searched after ours (a name without a folder is in include/linux)."""

    def __init__(self, files, expect=(), status=(0,), arguments=(), machine="", needs=(), after=(), flags=(),
                 forbid=(), warnings=0):
        self.files = files.split()
        self.expect = expect  # regular expressions, all must match
        self.forbid = forbid  # and none of these
        self.status = status
        self.arguments = list(arguments)
        self.machine = machine
        self.needs = list(needs)
        self.after = [f"include/{name}" if "/" in name else f"include/linux/{name}" for name in after]
        self.flags = list(flags)
        self.warnings = warnings  # WARNs that the test provokes; None: any number

    def linux_files(self):
        return [name for name in self.files if "/" in name]


KUNIT = [r"^ok 1 "]
KSELFTEST = [r"all \d+ tests passed"]
XARRAY = "lib/xarray.c lib/idr.c lib/radix-tree.c"
DRM = ["drm/drm_print.h", "dynamic_debug.h", "uapi/drm/drm.h", "uapi/drm/drm_mode.h"]

# Some modules answer an error after all went well, because they do not want to stay loaded.
CASES = {
    "meminit_alloc": Case("lib/test_meminit.c", [r"all \d+ tests passed!"], machine="init_on_alloc=1"),
    "meminit_free": Case("lib/test_meminit.c", [r"all \d+ tests passed!"], machine="init_on_free=1"),
    "xarray": Case("lib/test_xarray.c lib/xarray.c", [r"XArray: (\d+) of \1 tests passed"], warnings=None),
    # 6.1's mas_next() ends by setting index to its limit (commit backported to 6.1.y), while
    # next_prev_test() still expects the index before that: this one check cannot pass.
    "maple_tree": Case("lib/test_maple_tree.c lib/maple_tree.c", [r"maple_tree: \d+ of \d+ tests passed"], status=(0, 1),
                       warnings=None),
    "rbtree": Case("lib/rbtree_test.c lib/rbtree.c", [r"augmented rbtree testing", r"cycles"]),
    "rbtree_own": Case("lib/rbtree_test.c", [r"augmented rbtree testing", r"cycles"]),
    "list_sort": Case("lib/test_list_sort.c lib/list_sort.c", [r"^ok 1 list_sort$"]),
    "list_sort_own": Case("lib/test_list_sort.c", [r"^ok 1 list_sort$"]),
    # Answers -EINVAL when everything passed and 0 when not.
    "ida": Case(f"lib/test_ida.c {XARRAY}", [r"IDA: (\d+) of \1 tests passed"], status=(1,), warnings=None),
    "interval_tree": Case("lib/interval_tree_test.c lib/interval_tree.c lib/rbtree.c",
                          [r"interval tree insert/remove", r"cycles \(\d+ results\)"],
                          arguments=["nsearches=20", "perf_loops=200", "search_loops=200"]),
    "sort": Case("lib/test_sort.c", [r"^ok 1 lib_sort$"]),
    "hexdump": Case("lib/test_hexdump.c", KSELFTEST),
    "min_heap": Case("lib/test_min_heap.c", [r"test passed"]),
    "free_pages": Case("lib/test_free_pages.c", [r"Test completed"]),
    "list": Case("lib/list-test.c", [r"^ok 1 list-kunit-test$", r"^ok 2 hlist$"]),
    "string": Case("lib/test_string.c", [r"String selftests succeeded"]),
    "atomic64": Case("lib/atomic64_test.c", [r"passed"]),
    "vmalloc": Case("lib/test_vmalloc.c",
                    [r"Summary: fix_size_alloc_test passed: 1 failed: 0",
                     r"Summary: full_fit_alloc_test passed: 1 failed: 0",
                     r"Summary: random_size_alloc_test passed: 1 failed: 0",
                     r"Summary: pcpu_alloc_test passed: 1 failed: 0",
                     r"Summary: kvfree_rcu_2_arg_vmalloc_test passed: 1 failed: 0"],
                    arguments=["test_loop_count=10", "nr_threads=2", "run_test_mask=959"], warnings=None),
    "bitmap": Case("lib/test_bitmap.c lib/bitmap.c lib/find_bit.c lib/kstrtox.c", KSELFTEST,
                   needs=["lib/kstrtox.h", "tools/testing/selftests/kselftest_module.h"]),
    "bitmap_own": Case("lib/test_bitmap.c", KSELFTEST, needs=["tools/testing/selftests/kselftest_module.h"]),
    "bitops": Case("lib/test_bitops.c", [r"Completed bitops test"]),
    "bits": Case("lib/test_bits.c", KUNIT),
    "bitfield": Case("lib/bitfield_kunit.c", KUNIT),
    "cmdline": Case("lib/cmdline_kunit.c lib/cmdline.c", KUNIT),
    "cmdline_own": Case("lib/cmdline_kunit.c", KUNIT),
    "cpumask": Case("lib/cpumask_kunit.c lib/cpumask.c", KUNIT),
    "cpumask_own": Case("lib/cpumask_kunit.c", KUNIT),
    "div64": Case("lib/math/test_div64.c", [r"Completed 64bit/32bit division"]),
    "fortify": Case("lib/fortify_kunit.c", KUNIT),
    "glob": Case("lib/globtest.c lib/glob.c", [r"64 self-tests passed, 0 failed"]),
    "hash": Case("lib/test_hash.c", KUNIT),
    "is_signed_type": Case("lib/is_signed_type_kunit.c", KUNIT),
    # Says nothing when all is well, and answers -EINVAL in any case.
    "kstrtox": Case("lib/test-kstrtox.c lib/kstrtox.c", status=(1,), forbid=[r"expected"], needs=["lib/kstrtox.h"]),
    "kstrtox_own": Case("lib/test-kstrtox.c", status=(1,), forbid=[r"expected"]),
    "linear_ranges": Case("lib/test_linear_ranges.c lib/linear_ranges.c", KUNIT),
    "memcat_p": Case("lib/test_memcat_p.c lib/memcat_p.c", [r"test passed"]),
    "memcpy": Case("lib/memcpy_kunit.c", KUNIT),
    "objagg": Case(f"lib/test_objagg.c lib/objagg.c lib/rhashtable.c {XARRAY}", forbid=[r"rr|failed"]),
    "overflow": Case("lib/overflow_kunit.c", KUNIT),
    "parman": Case("lib/test_parman.c lib/parman.c", [r"Priority array check successful"]),
    "percpu": Case("lib/percpu_test.c", [r"percpu test done"]),
    "plist": Case("lib/plist.c", [r"end plist test"], flags=["-DCONFIG_DEBUG_PLIST=1"]),
    "prime_numbers": Case("lib/math/prime_numbers.c", [r"selftest\(\d+\) passed"], arguments=["selftest=10000"]),
    "rational": Case("lib/math/rational-test.c lib/math/rational.c", KUNIT),
    # The test frees a reference twice and leaks two on purpose.
    "ref_tracker": Case("lib/test_ref_tracker.c lib/ref_tracker.c lib/stackdepot.c",
                        [r"reference already released", r"leaked reference"], warnings=2),
    "resource": Case("kernel/resource_kunit.c", KUNIT),
    "rhashtable": Case("lib/test_rhashtable.c lib/rhashtable.c", [r"Started 4 threads, 0 failed"],
                       arguments=["parm_entries=5000", "runs=2", "tcount=4"]),
    "scanf": Case("lib/test_scanf.c", KSELFTEST, needs=["tools/testing/selftests/kselftest_module.h"]),
    "siphash": Case("lib/test_siphash.c lib/siphash.c", [r"self-tests: pass"]),
    "stackinit": Case("lib/stackinit_kunit.c", KUNIT),
    # Says nothing but its start when all is well, and answers -EINVAL in any case.
    "string_helpers": Case("lib/test-string_helpers.c lib/string_helpers.c", [r"Running tests"], status=(1,),
                           forbid=[r"Test '|failed: "]),
    "strscpy": Case("lib/test_strscpy.c", KSELFTEST, needs=["tools/testing/selftests/kselftest_module.h"]),
    "time": Case("kernel/time/time_test.c kernel/time/timeconv.c", KUNIT),
    "uuid": Case("lib/test_uuid.c lib/uuid.c", KSELFTEST),
    "kfifo_dma": Case("samples/kfifo/dma-example.c lib/kfifo.c lib/scatterlist.c", [r"test passed"]),
    "kobject": Case("samples/kobject/kobject-example.c"),
    "kset": Case("samples/kobject/kset-example.c"),
    "structures": Case("structures.c lib/btree.c lib/genalloc.c lib/klist.c lib/percpu_counter.c lib/sbitmap.c lib/bch.c "
                       "lib/lru_cache.c lib/textsearch.c lib/ts_kmp.c lib/ts_bm.c lib/generic-radix-tree.c "
                       "lib/timerqueue.c lib/scatterlist.c lib/percpu-refcount.c", [r"scatterlist: done"]),
    "structures_own": Case("structures.c lib/btree.c lib/genalloc.c lib/percpu_counter.c lib/sbitmap.c "
                           "lib/bch.c lib/lru_cache.c lib/textsearch.c lib/ts_kmp.c lib/ts_bm.c "
                           "lib/generic-radix-tree.c lib/timerqueue.c lib/scatterlist.c", [r"scatterlist: done"]),
    "drm_mm": Case("drm_print.c drivers/gpu/drm/drm_mm.c drivers/gpu/drm/tests/drm_mm_test.c "
                   "drivers/gpu/drm/lib/drm_random.c lib/interval_tree.c lib/math/prime_numbers.c", [r"^ok 1 drm_mm$"],
                   needs=["drivers/gpu/drm/lib/drm_random.h"], after=["drm/drm_mm.h", *DRM]),
    "drm_buddy": Case("drm_print.c drivers/gpu/drm/drm_buddy.c drivers/gpu/drm/tests/drm_buddy_test.c "
                      "drivers/gpu/drm/lib/drm_random.c lib/math/prime_numbers.c", [r"^ok 1 drm_buddy$"],
                      needs=["drivers/gpu/drm/lib/drm_random.h"], after=["drm/drm_buddy.h", *DRM]),
    "mbcache": Case("fs/mbcache.c try_mbcache.c", [r"mbcache: done"], machine="size=32M", after=["mbcache.h"]),
    # Without CONFIG_COMPACTION 6.1's zsmalloc takes no lock of what is mapped, and zs_compact() moves it. The
    # warning is of a leak in z3fold: see the driver.
    "packed_pages": Case("mm/zpool.c mm/zsmalloc.c mm/z3fold.c mm/zbud.c mm/dmapool.c packed_pages.c",
                         [r"packed pages: done", r"z3fold_handle: Slab cache still has objects"], machine="size=64M",
                         flags=["-DCONFIG_ZPOOL=1", "-DCONFIG_COMPACTION=1", "-DCONFIG_ZSMALLOC_STAT=1"], warnings=1),
    "compression": Case("compression.c lib/lz4/lz4_compress.c lib/lz4/lz4_decompress.c lib/lz4/lz4hc_compress.c "
                        "lib/lzo/lzo1x_compress.c lib/lzo/lzo1x_decompress_safe.c lib/zlib_inflate/infutil.c "
                        "lib/zlib_inflate/inftrees.c lib/zlib_inflate/inflate.c lib/zlib_inflate/inffast.c "
                        "lib/zlib_deflate/deflate.c lib/zlib_deflate/deftree.c", [r"zlib: done"],
                        needs=["lib/lz4/lz4defs.h", "lib/lzo/lzodefs.h", "lib/zlib_inflate/infutil.h",
                               "lib/zlib_inflate/inftrees.h", "lib/zlib_inflate/inflate.h", "lib/zlib_inflate/inffast.h",
                               "lib/zlib_inflate/inffixed.h", "lib/zlib_deflate/defutil.h"],
                        after=["lz4.h", "lzo.h", "zlib.h", "zconf.h", "zutil.h"]),
}


def unpack(archive, folder, page):
    wanted = {name for case in CASES.values() for name in case.linux_files() + case.needs + case.after}
    brought = page.read_text().partition("<!-- bring: begin -->")[2].partition("<!-- bring: end -->")[0]
    wanted |= set(re.findall(r"`((?:lib|mm|kernel)/[^`]+)`", brought))
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
        source = folder / file if "/" in file else pathlib.Path(__file__).parent / file
        after = ["-idirafter", str(folder / "include"), "-idirafter", str(folder / "include/uapi")] if case.after else []
        subprocess.run(
            [compiler, "-std=gnu11", "-O2", "-g", "-fno-strict-aliasing", "-Wno-all",
             "-Werror=implicit-function-declaration", f"-I{include}", *after, *case.flags,
             f'-DKBUILD_MODNAME="{module}"', "-c", str(source), "-o", str(target)],
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
    for pattern in case.forbid:
        if re.search(pattern, done.stdout, flags=re.M):
            problems.append(f"something printed matches {pattern!r}")
    if re.search(r"^not ok", done.stdout, flags=re.M):
        problems.append("a KUnit suite failed")
    warned = len(re.findall(r"^WARNING\b", done.stdout, flags=re.M))
    if case.warnings is not None and warned != case.warnings:
        problems.append(f"{warned} warnings, expected {case.warnings}")
    if name == "maple_tree":
        failed = re.findall(r"BUG at (\w+):\d+ \((.*)\)", done.stdout)
        if failed not in ([], [("next_prev_test", "mas.index != last_index")]):
            problems.append(f"failed checks: {failed}")
    if re.search(r"kernel BUG|Bad page state|Kernel panic", done.stdout):
        problems.append("the allocator reported a bug")
    for problem in problems:
        print(f"{name}: {problem}")
    sys.exit(1 if problems else 0)


BEGIN, END = "<!-- cases: begin -->\n", "<!-- cases: end -->\n"


def document(page, write):
    rows = []
    for name, case in sorted(CASES.items()):
        files = ", ".join(f"`{file}`" for file in case.linux_files())
        rows.append(f"| {name} | {files} |\n")
    text = page.read_text()
    head, _, rest = text.partition(BEGIN)
    table, _, tail = rest.partition(END)
    wanted = "| case | Linux's files |\n|---|---|\n" + "".join(rows)
    if write:
        page.write_text(head + BEGIN + wanted + END + tail)
    elif table != wanted:
        sys.exit(f"{page} does not list the cases as they are; run linux_tests.py document {page} --write")


def main():
    arguments = sys.argv[1:]
    if len(arguments) == 4 and arguments[0] == "unpack":
        unpack(*map(pathlib.Path, arguments[1:]))
    elif len(arguments) == 6 and arguments[0] == "run" and arguments[1] in CASES:
        run(arguments[1], pathlib.Path(arguments[2]), *arguments[3:])
    elif arguments[:1] == ["document"] and len(arguments) in (2, 3):
        document(pathlib.Path(arguments[1]), arguments[2:] == ["--write"])
    elif arguments == ["list"]:
        print(";".join(CASES), end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
