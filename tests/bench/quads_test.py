#!/usr/bin/env python3
"""`./do bench --quads` must tell a small difference from none on a machine that is not steady.

Usage: quads_test.py BENCH_FOLDER BUILD
"""

import contextlib
import io
import itertools
import json
import math
import pathlib
import random
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv.pop()).resolve()
sys.path.insert(0, sys.argv.pop())

from ashlar_bench import main, measure, quads  # noqa: E402
from ashlar_bench.peers import Peer  # noqa: E402
from ashlar_bench.summary import Results  # noqa: E402
from ashlar_bench.workloads import Workload  # noqa: E402

ASHLAR = Peer("ashlar", pathlib.Path("/ashlar"))
OTHER = Peer("other", pathlib.Path("/other"))
WORK = Workload("work", "programs", ())


class Machine:
    """Runs take as long as their allocator makes them, times what the machine does meanwhile."""

    def __init__(self, cost, slowness, digests=itertools.repeat("same")):
        self.cost = cost
        self.slowness = slowness
        self.digests = digests
        self.order = []

    def run(self, _, peer):
        self.order.append(peer.name)
        seconds = self.cost[peer.name] * next(self.slowness)
        return measure.Sample(2 * seconds, seconds, 0, 0, 0, digest=next(self.digests))


def measured(cost, slowness, rounds):
    results = Results([WORK], [OTHER])
    runner = quads.Runner(Machine(cost, slowness), ASHLAR, "cpu")
    main.rounds(runner, results, [WORK], [OTHER], rounds)
    return quads.ratio(quads.logs(results, WORK, OTHER))


def shaky(seed):
    """Half as fast for a tenth of the time, and a twentieth up or down all the time."""
    chance = random.Random(seed)
    while True:
        slow = 2 if chance.random() < 0.1 else 1
        for _ in range(chance.randrange(2, 40)):
            yield slow * chance.uniform(0.95, 1.05)


class Quads(unittest.TestCase):
    def test_the_order(self):
        machine = Machine({"ashlar": 1, "other": 3}, itertools.repeat(1))
        quad = quads.Runner(machine, ASHLAR, "cpu").run(WORK, OTHER)
        self.assertEqual(machine.order, ["ashlar", "other", "other", "ashlar"])
        self.assertEqual(quad.seconds, (1, 3, 3, 1))
        self.assertAlmostEqual(math.exp(quad.log_quotient), 3)

    def test_the_clock(self):
        machine = Machine({"ashlar": 1, "other": 3}, itertools.repeat(1))
        self.assertEqual(quads.Runner(machine, ASHLAR, "wall").run(WORK, OTHER).seconds, (2, 6, 6, 2))

    def test_what_slows_down_steadily_slows_both(self):
        quad = quads.Runner(Machine({"ashlar": 1, "other": 1}, itertools.count(100)), ASHLAR,
                            "cpu").run(WORK, OTHER)
        self.assertAlmostEqual(quad.log_quotient, 0)

    def test_a_small_difference_is_told(self):
        for seed in range(10):
            found = measured({"ashlar": 1, "other": 1.05}, shaky(seed), 30)
            self.assertGreater(found.low, 1, found)
            self.assertLess(abs(found.median - 1.05), 0.03, found)

    def test_none_is_not(self):
        held = [measured({"ashlar": 1, "other": 1}, shaky(seed), 30) for seed in range(40)]
        wrong = [found for found in held if not found.low <= 1 <= found.high]
        # Four in forty are due; that there are ten or more happens once in 200 times.
        self.assertLess(len(wrong), 10, wrong)
        self.assertLess(max(found.high - found.low for found in held), 0.1)

    def test_one_bad_quad_does_not_count(self):
        self.assertAlmostEqual(quads.trimmed_mean([1, 2, 3, 4, 1000]), 3)
        self.assertAlmostEqual(quads.trimmed_mean([1, 2]), 1.5)

    def test_another_output_is_a_failure(self):
        machine = Machine({"ashlar": 1, "other": 1}, itertools.repeat(1), iter("aaba"))
        with self.assertRaisesRegex(measure.Failed, "differs from that under ashlar"):
            quads.Runner(machine, ASHLAR, "cpu").run(WORK, OTHER)

    def test_no_time_is_a_failure(self):
        machine = Machine({"ashlar": 1, "other": 0}, itertools.repeat(1))
        with self.assertRaisesRegex(measure.Failed, "too short"):
            quads.Runner(machine, ASHLAR, "cpu").run(WORK, OTHER)

    def test_the_table(self):
        third = Peer("third", pathlib.Path("/third"))
        results = Results([WORK], [OTHER, third])
        for seconds in ((1, 2, 2, 1), (1, 2, 2, 1)):
            results.add(WORK, OTHER, quads.Quad(seconds))
        results.fail(WORK, third, "status 1")
        text = quads.text(results, {"ghost": "no program ghost"})
        self.assertIn("not run: ghost: no program ghost", text)
        self.assertRegex(text, r"\nwork +2\.00 \[2\.00\.\.2\.00\] +-\n")
        self.assertRegex(text, r"\ngeometric mean +2\.000 +-\n")
        self.assertIn("FAILED\nwork on third: status 1", text)

    def test_ashlar_alone_is_refused(self):
        with tempfile.TemporaryDirectory() as folder, \
                self.assertRaisesRegex(SystemExit, r"\Abench: --quads .* no other allocator\Z"):
            main.main(["--quads", "--only", "pair-64", "--among", "ashlar", "--build", str(BUILD),
                       "--output", folder])

    def test_one_measure_at_a_time(self):
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit):
            main.main(["--quads", "--shares"])
        self.assertIn("not allowed with argument --quads", said.getvalue())

    def test_the_whole_measure(self):
        out = io.StringIO()
        with tempfile.TemporaryDirectory() as folder:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                status = main.main(["--quads", "--only", "pair-300000", "--rounds", "2", "--among",
                                    "system", "--build", str(BUILD), "--output", folder])
            written = json.loads(pathlib.Path(folder, "quads.json").read_text())
        self.assertEqual(status, 0)
        self.assertRegex(out.getvalue(), r"\npair-300000 +\d+\.\d\d \[")
        runs = written["workloads"][0]["samples"]["system"]
        self.assertEqual([len(quad) for quad in runs], [4, 4])
        self.assertGreater(min(min(quad) for quad in runs), 0)


if __name__ == "__main__":
    unittest.main()
