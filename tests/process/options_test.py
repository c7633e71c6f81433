"""ASHLAR_OPTIONS: what is wrong is said in one line that names what is valid, and nothing breaks.

options_test.py LINKED LIBRARY, where LINKED is a program with the library inside.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

LIBRARY = LINKED = ""


class Options(unittest.TestCase):
    def run_with(self, options, *command, **more):
        environment = {"LD_PRELOAD": LIBRARY, "PATH": "/usr/bin:/bin", "ASHLAR_OPTIONS": options}
        return subprocess.run(command or ("/bin/echo", "works"), env=environment, text=True,
                              capture_output=True, timeout=30, check=False, **more)

    def assert_complaint(self, options, *words):
        run = self.run_with(options)
        self.assertEqual((run.returncode, run.stdout), (0, "works\n"), options[:80])
        lines = run.stderr.splitlines()
        self.assertEqual(len(lines), 1, run.stderr)
        self.assertTrue(lines[0].startswith("ashlar: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])

    def test_unknown_names_are_answered_with_the_valid_ones(self):
        for options in ("nonsense", "nonsense=1", "MISUSE=continue", "misuse =abort", "=", "stat=x"):
            self.assert_complaint(options, "ASHLAR_OPTIONS", "misuse=", "stats=")

    def test_bad_values_are_answered_with_the_valid_ones(self):
        for options in ("misuse=maybe", "misuse=", "misuse", "misuse=continue=abort"):
            self.assert_complaint(options, "misuse", "abort", "continue")
        self.assert_complaint("stats=", "stats")

    def test_a_good_option_beside_a_bad_one_counts(self):
        with tempfile.TemporaryDirectory() as folder:
            run = self.run_with(f"what=ever,stats={folder}/s.json")
            self.assertEqual(run.stderr.count("\n"), 1)
            self.assertTrue(pathlib.Path(folder, "s.json").exists())

    def test_nothing_is_nothing(self):
        for options in ("", ",", ",,,", "misuse=abort", "misuse=abort,", ",misuse=continue"):
            run = self.run_with(options)
            self.assertEqual((run.stdout, run.stderr, run.returncode), ("works\n", "", 0), options)

    def test_the_absurd_does_no_harm(self):
        for options in ("x" * 100000, "misuse=" + "y" * 50000, "stats=/" + "d/" * 5000, "," * 60000,
                        "a=b," * 3, "\x01\x7f=%n%s", "stats=%n%s%p%%"):
            with tempfile.TemporaryDirectory() as folder:
                run = self.run_with(options, cwd=folder)
            self.assertEqual((run.stdout, run.returncode), ("works\n", 0), options[:40])
            self.assertLess(len(run.stderr), 10000)

    def test_statistics_of_each_process_in_a_file_of_its_own(self):
        with tempfile.TemporaryDirectory() as folder:
            self.run_with(f"stats={folder}/%p.json", "/bin/sh", "-c", "/bin/echo a; /bin/ls /; :")
            # Two at least: dash itself leaves by _exit, which runs no destructors.
            files = sorted(pathlib.Path(folder).iterdir())
            self.assertGreaterEqual(len(files), 2)
            for file in files:
                self.assertTrue(file.stem.isdigit(), file.name)
                self.assertIsInstance(json.loads(file.read_text()), dict)

    def test_statistics_where_nothing_can_be_written(self):
        run = self.run_with("stats=/nonexistent/folder/s.json")
        self.assertEqual((run.stdout, run.returncode), ("works\n", 0))
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertIn("/nonexistent/folder/s.json", run.stderr)

    def test_statistics_for_a_reader(self):
        run = self.run_with("stats=stderr")
        self.assertEqual(run.stdout, "works\n")
        self.assertGreater(run.stderr.count("\n"), 3)

    def test_statistics_after_the_program_closed_its_files(self):
        run = self.run_with("stats=stderr", "/bin/sh", "-c", "exec 1>&- 2>&-; exit 3")
        self.assertEqual((run.returncode, run.stderr), (3, ""))

    def test_privileged_programs_do_not_write_where_they_are_told(self):
        # ld.so drops the preload of a set-user-ID program; one with the library inside has it still.
        if os.geteuid() != 0:
            self.skipTest("only root can make a set-user-ID program of another user")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o777)
            told = pathlib.Path(folder, "s.json")
            environment = {"ASHLAR_OPTIONS": f"stats={told}"}
            program = pathlib.Path(folder, "linked")
            shutil.copy(LINKED, program)
            for mode, writes in ((0o755, True), (0o4755, False)):
                os.chown(program, 65534, 65534)
                program.chmod(mode)
                subprocess.run([program, "100", "1", "1"], env=environment, check=True, timeout=30,
                               stdout=subprocess.DEVNULL)
                self.assertEqual(told.exists(), writes, oct(mode))
                told.unlink(missing_ok=True)


if __name__ == "__main__":
    LIBRARY = sys.argv.pop()
    LINKED = sys.argv.pop()
    unittest.main()
