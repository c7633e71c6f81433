#!/usr/bin/env python3
"""The `ashlar` command. Usage: command_test.py ASHLAR LIBASHLAR_SO"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ASHLAR = LIBRARY = ""


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def ashlar(self, *arguments, command=None, environment=None, **keywords):
        clean = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "ASHLAR_OPTIONS")}
        return subprocess.run(
            [command or ASHLAR, *arguments],
            capture_output=True, text=True, check=False, timeout=60,
            env={**clean, **(environment or {})}, **keywords,
        )

    def assert_refused(self, run, status, *words):
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertEqual(run.stdout, "")
        self.assertEqual(run.stderr.count("\n"), 1, run.stderr)
        self.assertTrue(run.stderr.startswith("ashlar: "), run.stderr)
        for word in words:
            self.assertIn(word, run.stderr)

    def test_the_library_is_in_the_program(self):
        run = self.ashlar("run", "--", "cat", "/proc/self/maps")
        self.assertIn(str(pathlib.Path(LIBRARY).resolve()), run.stdout)
        self.assertEqual((run.stderr, run.returncode), ("", 0))

    def test_children_are_reached_too(self):
        run = self.ashlar("run", "--", "sh", "-c", "cat /proc/self/maps; true")
        self.assertIn("libashlar.so", run.stdout)

    def test_arguments_arrive_as_they_are(self):
        words = ["a b", "", "--stats", "--", "-x", "*", "$HOME"]
        run = self.ashlar("run", "--", "printf", "[%s]", *words)
        self.assertEqual(run.stdout, "".join(f"[{word}]" for word in words))

    def test_without_a_separator(self):
        run = self.ashlar("run", "printf", "%s|%s", "--stats", "-x")
        self.assertEqual(run.stdout, "--stats|-x")

    def test_the_exit_status_is_the_programs(self):
        self.assertEqual(self.ashlar("run", "--", "sh", "-c", "exit 37").returncode, 37)
        killed = self.ashlar("run", "--", "sh", "-c", "kill -TERM $$").returncode
        self.assertEqual(killed, -signal.SIGTERM)

    def test_standard_input_and_error(self):
        run = self.ashlar("run", "--", "sh", "-c", "cat; echo oh >&2", input="hello")
        self.assertEqual((run.stdout, run.stderr), ("hello", "oh\n"))

    def test_an_inherited_preload_stays_behind_the_library(self):
        other = next(pathlib.Path("/lib").glob("*-linux-gnu/libm.so.6"))
        run = self.ashlar(
            "run", "--", "sh", "-c", 'echo "$LD_PRELOAD"', environment={"LD_PRELOAD": str(other)}
        )
        self.assertEqual(run.stdout, f"{pathlib.Path(LIBRARY).resolve()}:{other}\n")

    def test_options_are_merged(self):
        show = ["--", "sh", "-c", 'echo "$ASHLAR_OPTIONS"']
        file = f"stats={self.folder}/%p.json"
        inherited = {"ASHLAR_OPTIONS": f"stats={self.folder}/earlier.json"}
        self.assertEqual(self.ashlar("run", *show).stdout, "\n")
        self.assertEqual(self.ashlar("run", "--stats", *show).stdout, "stats=stderr\n")
        self.assertEqual(self.ashlar("run", "--options", file, *show).stdout, f"{file}\n")
        self.assertEqual(
            self.ashlar("run", "--options", file, *show, environment=inherited).stdout,
            f"{inherited['ASHLAR_OPTIONS']},{file}\n",
        )

    def test_statistics(self):
        self.assertIn("ashlar: ", self.ashlar("run", "--stats", "--", "true").stderr)

    def test_statistics_of_a_program_that_overwrites_its_environment(self):
        # As servers do to set their process title.
        source = self.folder / "title.c"
        source.write_text(
            "#include <string.h>\n"
            "int main(int n, char** args, char** environment) { (void)n; (void)args;\n"
            "    for (char** e = environment; *e; e++) memset(*e, 'x', strlen(*e));\n"
            "    return 0; }\n",
            encoding="utf-8",
        )
        subprocess.run(["cc", source, "-o", self.folder / "title"], check=True)
        file = self.folder / "title.json"
        self.ashlar("run", "--options", f"stats={file}", "--", str(self.folder / "title"))
        self.assertIn("live_bytes", json.loads(file.read_text(encoding="utf-8")))

    def test_the_readme_tells_the_options(self):
        said = self.ashlar("run", "--options", "nonsense=1", "--", "true").stderr
        valid = re.findall(r"(\w+)=", said.partition("valid: ")[2])
        readme = (pathlib.Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
        table = re.findall(r"^\| `(\w+)` \|", readme.partition("### Options")[2], flags=re.M)
        self.assertGreater(len(valid), 0, said)
        self.assertEqual(sorted(valid), sorted(table))

    def test_a_script(self):
        script = self.folder / "script"
        script.write_text("#!/bin/sh\ncat /proc/self/maps\n", encoding="utf-8")
        script.chmod(0o755)
        self.assertIn("libashlar.so", self.ashlar("run", "--", str(script)).stdout)

    def test_no_program(self):
        self.assert_refused(self.ashlar("run"), 125, "no program given")
        self.assert_refused(self.ashlar("run", "--"), 125, "no program given")
        self.assert_refused(self.ashlar("run", "--", "no-such-program"), 127, "'no-such-program'")
        self.assert_refused(self.ashlar("run", "--", "/no/such"), 127, "'/no/such'")
        self.assert_refused(self.ashlar("run", "--", "/etc/passwd"), 126, "not an executable")

    def test_a_static_program(self):
        source = self.folder / "a.c"
        source.write_text("int main(void) { return 0; }\n", encoding="utf-8")
        subprocess.run(["cc", "-static", source, "-o", self.folder / "a"], check=True)
        run = self.ashlar("run", "--", str(self.folder / "a"))
        self.assert_refused(run, 126, "statically linked", "libashlar.a")

    def test_bad_usage(self):
        self.assert_refused(self.ashlar(), 125, "no command")
        self.assert_refused(self.ashlar("walk"), 125, "walk")
        self.assert_refused(self.ashlar("run", "--bad", "true"), 125, "--bad")
        self.assert_refused(self.ashlar("run", "--bad", "--", "true"), 125, "--bad")
        self.assert_refused(self.ashlar("run", "--options"), 125, "--options")

    def test_help_and_version(self):
        self.assertIn("run", self.ashlar("--help").stdout)
        self.assertIn("--stats", self.ashlar("run", "--help").stdout)
        self.assertRegex(self.ashlar("--version").stdout, r"^ashlar \d+\.\d+\.\d+\n$")

    def test_no_library(self):
        alone = self.folder / "bin"
        alone.mkdir()
        shutil.copy(ASHLAR, alone)
        run = self.ashlar("run", "--", "true", command=str(alone / "ashlar"))
        if run.returncode == 0:
            self.skipTest("an installed libashlar.so was found, as it should be")
        self.assert_refused(run, 125, "libashlar.so")

    def test_a_library_that_the_loader_could_not_be_told(self):
        spaced = self.folder / "a folder"
        spaced.mkdir()
        shutil.copy(ASHLAR, spaced)
        shutil.copy(LIBRARY, spaced / "libashlar.so")
        run = self.ashlar("run", "--", "true", command=str(spaced / "ashlar"))
        self.assert_refused(run, 125, "a folder", "space")


if __name__ == "__main__":
    LIBRARY = sys.argv.pop()
    ASHLAR = sys.argv.pop()
    unittest.main()
