#!/usr/bin/env python3
"""`ashlar module`: loads, passes parameters, unloads in reverse, says what is wrong.
Usage: command_test.py ASHLAR COUNTER_OBJECT USER_OBJECT NO_EXIT_OBJECT"""

import subprocess
import sys
import unittest

ASHLAR = COUNTER = USER = NO_EXIT = ""


def module(*words):
    return subprocess.run([ASHLAR, "module", *words], capture_output=True, text=True, check=False, timeout=30)


class Module(unittest.TestCase):
    def test_loads_and_unloads(self):
        done = module(COUNTER, "label=two words", "start=3")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "counter: here, label 'two words'\ncounter: gone\n")

    def test_one_uses_another(self):
        done = module(COUNTER, USER)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = module(USER)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("unknown symbol counter_next\n", done.stderr)
        self.assertRegex(done.stderr, r"user\S*\.o is not loaded\n$")

    def test_stays_without_exit(self):
        done = module(NO_EXIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"^module \S+: has an init and no exit\n$")

    def test_says_what_is_wrong(self):
        for words, text in (
            (["/no/such.o"], "cannot read /no/such.o: No such file or directory"),
            (["a=b"], "the parameter a=b comes before any module"),
            ([COUNTER, "start=many"], "'many' is no value for parameter 'start'"),
            (["/bin/sh"], "linked already"),
            ([__file__], "not an ELF file"),
            ([], "FILE is required"),
        ):
            done = module(*words)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    ASHLAR, COUNTER, USER, NO_EXIT = sys.argv[1:5]
    unittest.main(argv=sys.argv[:1])
