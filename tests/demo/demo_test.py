#!/usr/bin/env python3
"""The demo must see a difference, a crash and a program that never ran on Ashlar.

Usage: demo_test.py DEMO_FOLDER ASHLAR
"""

import contextlib
import io
import pathlib
import sys
import unittest
from unittest import mock

ASHLAR = pathlib.Path(sys.argv.pop())
sys.path.insert(0, sys.argv.pop())

import demo  # noqa: E402
import report  # noqa: E402
import workloads  # noqa: E402


def shell(text):
    """A workload that is one line of shell."""
    return workloads.Workload(
        "shell", "tells what it is told", ("sh",), lambda folder: None,
        lambda run: [*run, "sh", "-c", text],
    )


class Demo(unittest.TestCase):
    def run_demo(self, *chosen_workloads, arguments=()):
        """Exit status, standard output and standard error of the demo over these workloads."""
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.object(workloads, "WORKLOADS", list(chosen_workloads)), \
                mock.patch.object(sys, "argv", ["demo", "--ashlar", str(ASHLAR), *arguments]), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = demo.main()
        return status, out.getvalue(), err.getvalue()

    def test_the_same_output_passes(self):
        status, out, err = self.run_demo(shell("echo hello; seq 1000"), arguments=["--rounds", "2"])
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"shell .*\bsame\n")
        self.assertIn("statistics saw", out)

    def test_a_difference_fails(self):
        status, out, _ = self.run_demo(shell('echo "${LD_PRELOAD:-none}"'))
        self.assertEqual(status, 1)
        self.assertIn("DIFFERS on Ashlar", out)

    def test_a_difference_on_standard_error_fails(self):
        status, out, _ = self.run_demo(shell('echo "${LD_PRELOAD:-none}" >&2'))
        self.assertEqual(status, 1)
        self.assertIn("DIFFERS on Ashlar", out)

    def test_a_program_that_varies_proves_nothing(self):
        status, out, _ = self.run_demo(shell("echo $$"))
        self.assertEqual(status, 1)
        self.assertIn("DIFFERS from run to run", out)

    def test_a_failure_fails(self):
        status, out, _ = self.run_demo(shell("if [ -n \"$LD_PRELOAD\" ]; then echo no >&2; exit 3; fi"))
        self.assertEqual(status, 1)
        self.assertIn("FAILED on Ashlar, exit status 3: no", out)

    def test_a_program_that_left_no_statistics_fails(self):
        # It drops the environment that put it on Ashlar before the shell that works starts.
        blind = workloads.Workload(
            "blind", "runs on the system's malloc", ("sh",), lambda folder: None,
            lambda run: ["sh", "-c", "echo hello"],
        )
        status, _, err = self.run_demo(blind)
        self.assertEqual(status, 1)
        self.assertIn("blind left no statistics", err)

    def test_a_missing_program_is_named(self):
        missing = workloads.Workload(
            "ghost", "is not there", ("no-such-program",), lambda folder: None, lambda run: run
        )
        status, out, _ = self.run_demo(shell("seq 3"), missing)
        self.assertEqual(status, 0)
        self.assertIn("skipped ghost: no no-such-program", out)
        status, _, err = self.run_demo(missing)
        self.assertEqual(status, 1)
        self.assertIn("no program to run", err)

    def test_a_real_program(self):
        sort = next(each for each in workloads.WORKLOADS if each.name == "sort")
        status, out, err = self.run_demo(sort, arguments=["--rounds", "1", "--markdown"])
        self.assertEqual((status, err), (0, ""))
        self.assertRegex(out, r"\| sort \|.*\| same \|\n")

    def test_peaks_are_the_programs_own(self):
        # 64 MiB of this interpreter must not show up as the program's.
        ballast = bytearray(64 << 20)
        _, out, _ = self.run_demo(shell("true"), arguments=["--markdown"])
        del ballast
        peaks = [float(cell.split()[0]) for cell in out.split("|") if cell.endswith(" MiB ")][:2]
        self.assertEqual(len(peaks), 2, out)
        for peak in peaks:
            self.assertGreater(peak, 0)
            self.assertLess(peak, 32)

    def test_geometric_mean(self):
        self.assertAlmostEqual(report.geometric_mean([0.5, 2.0]), 1.0)
        self.assertAlmostEqual(report.geometric_mean([2.0, 8.0]), 4.0)


if __name__ == "__main__":
    unittest.main()
