#!/usr/bin/env python3
"""`./do bench --shares` must tell the allocator, the kernel and the rest apart, and say where it cannot.

Usage: shares_test.py BENCH_FOLDER BUILD
"""

import contextlib
import importlib.util
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

BUILD = pathlib.Path(sys.argv.pop()).resolve()
sys.path.insert(0, sys.argv.pop())

from ashlar_bench import main, measure, shares  # noqa: E402
from ashlar_bench.peers import Peer  # noqa: E402
from ashlar_bench.summary import Results  # noqa: E402
from ashlar_bench.workloads import Workload  # noqa: E402

# As perf 6.1 writes them; the second kernel sample is one where its symbols are hidden.
SCRIPT = """\
U          7f9a1d4af6bd init_cpu_features.constprop.0 (/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2)
K      ffffffff8161cbb1 get_page_from_freelist ([kernel.kallsyms])
K      ffffffff8161cbb1 [unknown] ([unknown])
K      ffffffffc0400123 ext4_file_open ([ext4])
U          7fd4b6ebce64 _ZN4here5FreshEm (/opt/lib/libmine.so.1)
U          7fd4b6ebce70 [unknown] (/opt/lib/libmine.so.1)

U          7fd4b728308b unlink_chunk.constprop.0 (/usr/lib/x86_64-linux-gnu/libc.so.6)
U          7fd4b728308b cfree@GLIBC_2.2.5 (/usr/lib/x86_64-linux-gnu/libc.so.6)
U          7fd4b728308b __memmove_avx_unaligned_erms (/usr/lib/x86_64-linux-gnu/libc.so.6)
U          7fd4b6dd3281 a word (and more) (/tmp/perf-12.map)
U          7fd4b6dd3281 malloc (/tmp/a program (deleted))
g          7fd4b6dd3281 guest ([guest.kernel])
"""
# A perf that runs the program and saw these lines.
FAKE = """\
if [ "$1" = record ]; then
    while [ "$1" != -- ]; do shift; done
    shift
    exec "$@"
fi
echo '{lines}'
"""
LIBC = "/usr/lib/x86_64-linux-gnu/libc.so.6"
OF_GLIBC = """malloc __libc_malloc __malloc cfree free __libc_free calloc __libc_calloc realloc reallocarray
    __libc_memalign memalign aligned_alloc posix_memalign valloc pvalloc _int_malloc _int_free
    _int_free_merge_chunk _int_realloc _int_memalign _mid_memalign malloc_consolidate sysmalloc
    sysmalloc_mmap systrim unlink_chunk munmap_chunk mremap_chunk alloc_perturb free_perturb tcache_init
    ptmalloc_init arena_get2 arena_get_retry get_free_list detach_arena new_heap alloc_new_heap heap_trim
    __glibc_morecore""".split()
NOT_OF_GLIBC = """freeaddrinfo freelocale __libc_freeres memset __memset_avx2_unaligned_erms memcpy mmap
    munmap obstack_free _IO_free_wbackup_area _dl_new_object __libc_alloca_cutoff [unknown] arenas""".split()


def peer(name, library, **more):
    return Peer(name, pathlib.Path(library), **more)


class Reading(unittest.TestCase):
    def test_a_library_is_told_by_its_file(self):
        found = shares.counted(shares.parsed(SCRIPT), peer("mine", "/opt/lib/libmine.so.1"))
        self.assertEqual((found.allocator, found.kernel, found.elsewhere), (2, 3, 6))
        self.assertAlmostEqual(found.per_hundred("together"), 100 * 5 / 6)

    def test_a_link_to_the_library_is_the_library(self):
        with tempfile.TemporaryDirectory() as folder:
            link = pathlib.Path(folder, "libmine.so")
            link.symlink_to("/opt/lib/libmine.so.1")
            self.assertEqual(shares.counted(shares.parsed(SCRIPT), peer("mine", link)).allocator, 2)

    def test_what_the_library_loads_counts(self):
        proxy = peer("mine", "/opt/lib/libproxy.so", parts=(pathlib.Path("/opt/lib/libmine.so.1"),))
        self.assertEqual(shares.counted(shares.parsed(SCRIPT), proxy).allocator, 2)

    def test_of_libc_only_malloc_counts(self):
        found = shares.counted(shares.parsed(SCRIPT), peer("system", LIBC, is_system=True))
        self.assertEqual((found.allocator, found.kernel, found.elsewhere), (2, 3, 6))

    def test_the_functions_of_malloc(self):
        for names, expected in ((OF_GLIBC, 1), (NOT_OF_GLIBC, 0)):
            for name in names:
                counts = shares.parsed(f"U 1 {name} ({LIBC})\nU 2 main (/bin/program)\n")
                found = shares.counted(counts, peer("system", LIBC, is_system=True))
                self.assertEqual(found.allocator, expected, name)

    def test_other_words_are_no_samples(self):
        with self.assertRaisesRegex(measure.Failed, "no sample: Warning"):
            shares.parsed("Warning: something\n")

    def test_a_program_without_samples_fails(self):
        with self.assertRaisesRegex(measure.Failed, "too short"):
            shares.counted(shares.parsed("K 1 clear_page ([kernel.kallsyms])\n"), peer("mine", "/mine"))


class Table(unittest.TestCase):
    def setUp(self):
        self.workloads = [Workload("one", "programs", ()), Workload("two", "programs", ()),
                          Workload("server", "programs", (), service=object())]
        self.peers = [peer("other", "/other"), peer("ashlar", "/ashlar"),
                      peer("floor", "/floor", is_floor=True)]
        self.results = Results(self.workloads, self.peers)

    def fill(self, workload, allocator, *runs):
        for run in runs:
            self.results.add(workload, allocator, shares.Share(*run))

    def test_means_are_over_what_all_finished(self):
        one, two, server = self.workloads
        other, ashlar, floor = self.peers
        self.fill(one, ashlar, (5, 10, 100), (14, 20, 200))
        self.fill(one, other, (8, 10, 100), (8, 10, 100))
        self.fill(server, ashlar, (1, 80, 100), (1, 90, 100))
        self.fill(server, other, (2, 80, 100), (2, 90, 100))
        self.fill(two, ashlar, (50, 0, 100), (50, 0, 100))
        self.fill(two, other, (50, 0, 100))
        self.results.fail(two, other, "status 1")
        self.results.fail(one, floor, "out of the floor's memory")
        found = shares.Shares(self.results)
        self.assertEqual([p.name for p in found.peers], ["ashlar", "other", "floor"])
        self.assertEqual([title for title, _ in found.means], ["mean of 2", "mean of 1, no servers"])
        self.assertEqual(found.mean([one, server], ashlar, "allocator"), [3.0, 4.0])
        self.assertEqual(found.mean([one], ashlar, "kernel"), [10.0, 10.0])
        self.assertEqual(found.mean([one], floor, "kernel"), [])
        text = shares.text(found, {"ghost": "no program ghost"})
        self.assertIn("not run: ghost: no program ghost", text)
        self.assertRegex(text, r"\none +6\.00 ±1\.00 +8\.00 ±0\.00 +-\n")
        self.assertRegex(text, r"\ntwo +50\.00 ±0\.00 +- +-\n")
        self.assertRegex(text, r"\nmean of 2 +3\.50 ±0\.50 +5\.00 ±0\.00 +-\n")
        self.assertIn("FAILED\ntwo on other: status 1", text)
        self.assertNotIn("floor's memory", text)

    def test_one_round_has_no_spread(self):
        self.assertEqual((shares.spread([5.0]), shares.spread([5.0, 6.0]), shares.spread([])),
                         ("5.00", "5.50 ±0.50", "-"))


class Sampling(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.sampler = shares.Sampler(measure.Bench(BUILD, self.folder, self.folder))
        self.system = peer("system", LIBC, is_system=True)
        self.ashlar = peer("ashlar", (BUILD / "libashlar.so").resolve())

    def perf(self, text):
        """A perf of one's own, first on the PATH."""
        program = self.folder / "perf"
        program.write_text("#!/bin/sh\n" + text)
        program.chmod(0o755)
        return mock.patch.dict(os.environ, {"PATH": f"{self.folder}:{os.environ['PATH']}"})

    def refusal(self):
        with self.assertRaises(SystemExit) as caught:
            self.sampler.visible([self.system, self.ashlar])
        self.assertNotIn("\n", str(caught.exception))
        return str(caught.exception)

    def able(self):
        """The allocators that can be told apart here; without perf there is nothing to test."""
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                return self.sampler.visible([self.system, self.ashlar])
        except SystemExit as reason:
            self.skipTest(str(reason))

    def test_no_perf(self):
        with mock.patch.dict(os.environ, {"PATH": str(self.folder)}):
            self.assertIn("install linux-perf", self.refusal())

    def test_perf_that_may_not(self):
        with self.perf("printf 'Error:\\nAccess is limited.\\n\\nMore words.\\n' >&2; exit 255"):
            self.assertRegex(self.refusal(),
                             r"may not sample here \(Access is limited\.\).*paranoid=1` \(now -?\d")

    def test_perf_that_may_not_see_the_kernel(self):
        with self.perf(FAKE.format(lines="U 1 _int_malloc (/libc)")):
            self.assertIn("no sample in the kernel", self.refusal())

    def test_a_libc_without_symbols_leaves_the_system_out(self):
        said = io.StringIO()
        with self.perf(FAKE.format(lines="U 1 malloc (/libc)\nK 2 [unknown] ([unknown])")), \
                contextlib.redirect_stderr(said):
            self.assertEqual(self.sampler.visible([self.system, self.ashlar]), [self.ashlar])
        self.assertRegex(said.getvalue(), r"\Abench: left out: system: .*libc6-dbg\n\Z")

    def test_a_program_and_its_child(self):
        for allocator in self.able():
            # The shell only waits: what is in the allocator is the child's.
            words = ("sh", "-c", f"{BUILD}/bench/lifetimes random 100000 600000 16 512; true")
            found = self.sampler.run(Workload("child", "programs", words, compare=False), allocator)
            # It lasts a tenth of a second, which is five hundred samples.
            self.assertGreater(found.allocator, 20, allocator.name)
            self.assertGreater(found.elsewhere, 20, allocator.name)
            self.assertGreater(found.kernel, 0, allocator.name)

    def test_a_failure_is_told(self):
        self.able()
        with self.assertRaisesRegex(measure.Failed, "status 3: no"):
            self.sampler.run(Workload("bad", "programs", ("sh", "-c", "echo no >&2; exit 3")),
                             self.system)

    def test_the_whole_measure(self):
        names = [allocator.name for allocator in self.able()]
        for library in ("jinja2", "matplotlib"):
            if importlib.util.find_spec(library) is None:
                self.skipTest(f"no python3-{library}, which draws the page")
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            status = main.main(["--shares", "--only", "trees", "--rounds", "2", "--among", "ashlar",
                                "--build", str(BUILD), "--output", str(self.folder)])
        self.assertEqual(status, 0)
        self.assertRegex(out.getvalue(), r"\ntrees +\d+\.\d\d ±\d")
        written = json.loads((self.folder / "shares.json").read_text())
        for name in names:
            runs = written["workloads"][0]["samples"][name]
            self.assertEqual(len(runs), 2)
            self.assertGreater(min(run["allocator"] for run in runs), 0)
            self.assertEqual(len(written["means"][0]["means"][name]["together"]), 2)
        self.assertIn("<svg", (self.folder / "shares.html").read_text())


if __name__ == "__main__":
    unittest.main()
