#!/usr/bin/env python3
"""links.py must find a dead link, and only that."""

import pathlib
import tempfile
import unittest

import links


class Links(unittest.TestCase):
    def check(self, text):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "there.md").write_text("", encoding="utf-8")
            (root / "a.md").write_text(text, encoding="utf-8")
            return links.check(root, ["a.md"])

    def test_live_links(self):
        text = "[a](there.md) [b](there.md#part) [c](https://example.org/x) [d](#here)\n"
        self.assertEqual(self.check(text), ([], 2))

    def test_a_dead_link(self):
        findings, _ = self.check("[a](there.md) and [b](gone.md#part)\n")
        self.assertEqual(findings, ["a.md: the link gone.md#part leads nowhere"])

    def test_code_is_not_a_link(self):
        self.assertEqual(self.check("```\n[x](gone)\n```\n"), ([], 0))


if __name__ == "__main__":
    unittest.main()
