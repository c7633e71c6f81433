#!/usr/bin/env python3
"""`ashlar machine`: the formats of /proc, and the picture. Usage: machine_test.py ASHLAR"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ASHLAR = ""


def ashlar(*arguments, machine=None):
    environment = {k: v for k, v in os.environ.items() if k != "ASHLAR_MACHINE"}
    if machine:
        environment["ASHLAR_MACHINE"] = machine
    return subprocess.run([ASHLAR, "machine", *arguments], capture_output=True, text=True,
                          check=False, timeout=60, env=environment)


def text(name, **keywords):
    done = ashlar("--show", name, **keywords)
    assert done.returncode == 0, done.stderr
    return done.stdout


def real(name):
    try:
        return pathlib.Path("/proc", name).read_text(encoding="utf-8")
    except OSError as error:
        raise unittest.SkipTest(f"no /proc/{name}: {error}")


class Texts(unittest.TestCase):
    def test_meminfo(self):
        ours = text("meminfo").splitlines()
        theirs = {line.split(":")[0]: line for line in real("meminfo").splitlines()}
        for line in ours:
            name = line.split(":")[0]
            self.assertIn(name, theirs)
            # Column by column, but for the digits; a larger number may be wider.
            shape = re.fullmatch(r"(\w+:\s*)(\d+)( kB)", line)
            self.assertEqual(shape[3], " kB")
            if len(theirs[name]) == len(line):
                self.assertEqual(re.sub(r"[ \d]", "#", theirs[name]), re.sub(r"[ \d]", "#", line))
        values = {line.split(":")[0]: int(line.split()[1]) for line in ours}
        self.assertEqual(values["MemTotal"], 64 * 1024)
        self.assertLess(values["MemFree"], values["MemTotal"])
        self.assertEqual(values["Slab"], values["SReclaimable"] + values["SUnreclaim"])
        self.assertGreaterEqual(values["VmallocUsed"], 516)

    def test_buddyinfo(self):
        shape = re.compile(r"Node \d+, zone +\w+ (?: *\d+ ){11}")
        for line in real("buddyinfo").splitlines():
            self.assertRegex(line, shape)
        lines = text("buddyinfo").splitlines()
        for line in lines:
            self.assertRegex(line, shape)
            self.assertEqual(line[:22].rstrip()[:13], "Node 0, zone ")
        # What the buddy has and what is on CPU lists is what meminfo calls free.
        free = sum(int(n) << order for line in lines for order, n in enumerate(line.split()[4:]))
        listed = sum(map(int, re.findall(r"count: (\d+)", text("zoneinfo"))))
        meminfo = int(re.search(r"MemFree: +(\d+)", text("meminfo"))[1])
        self.assertEqual((free + listed) * 4, meminfo)

    def test_zoneinfo(self):
        def labels(of):
            return {re.sub(r"[\d(), ]+$", "", line).strip() for line in of.splitlines()}
        ours = labels(text("zoneinfo"))
        for label in ("pages free", "boost", "min", "low", "high", "spanned", "present", "managed", "cma",
                      "pagesets", "per-node stats", "node_unreclaimable:", "start_pfn:"):
            self.assertIn(label, ours)
        strange = {label for label in ours - labels(real("zoneinfo")) if not label.startswith("Node ")}
        self.assertEqual(strange, set())

    def test_slabinfo(self):
        lines = text("slabinfo").splitlines()
        theirs = real("slabinfo").splitlines()
        self.assertEqual(lines[:2], theirs[:2])
        shape = re.compile(r"(\S+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) : tunables +\d+ +\d+ +\d+ "
                           r": slabdata +(\d+) +(\d+) +\d+")
        self.assertRegex(theirs[2], shape)
        rows = {}
        for line in lines[2:]:
            match = shape.fullmatch(line)
            self.assertTrue(match, line)
            rows[match[1]] = list(map(int, match.groups()[1:]))
        active, objects, size, a_slab, pages, _, slabs = rows["inode_like"]
        self.assertEqual((active, size, objects), (4000, 600, a_slab * slabs))
        self.assertLessEqual(a_slab * size, pages * 4096)

    def test_vmallocinfo(self):
        shape = re.compile(r"0x[0-9a-f]{16}-0x[0-9a-f]{16} +\d+ .*")
        for line in real("vmallocinfo").splitlines():
            self.assertRegex(line.lstrip(), shape)
        lines = text("vmallocinfo").splitlines()
        for line in lines:
            self.assertRegex(line, r"^0x[0-9a-f]{16}-0x[0-9a-f]{16} {1,7}\d+ (fill_caches|ashlar_demo_run)\+0x\w+/0x\w+ pages=\d+ vmalloc( vpages)? N0=\d+$")
            start, end, bytes_, pages = map(
                lambda n: int(n, 0), re.match(r"(\w+)-(\w+) +(\d+) \S+ pages=(\d+)", line).groups())
            self.assertEqual((end - start, bytes_), (bytes_, (pages + 1) * 4096))
        self.assertIn("pages=64", lines[-1])

    def test_tools_that_read_proc(self):
        """free and slabtop, with our texts in the place of /proc's."""
        def reads(name, *command):
            if not shutil.which(command[0]):
                self.skipTest(f"{command[0]} is not installed")
            with tempfile.NamedTemporaryFile("w", suffix=name) as file:
                file.write(text(name))
                file.flush()
                done = subprocess.run(
                    ["unshare", "--mount", "--map-root-user", "sh", "-c",
                     f'mount --bind {file.name} /proc/{name} && exec "$@"', "sh", *command],
                    capture_output=True, text=True, check=False, timeout=60)
            if "mount" in done.stderr or "unshare" in done.stderr:
                self.skipTest(done.stderr.strip())
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout
        total, _, free = map(int, reads("meminfo", "free", "-k").splitlines()[1].split()[1:4])
        self.assertEqual(total, 64 * 1024)
        self.assertEqual(free, int(re.search(r"MemFree: +(\d+)", text("meminfo"))[1]))
        top = reads("slabinfo", "slabtop", "--once", "--sort=c")
        self.assertRegex(top, r"6\d{3} +4000 +\d+% +0\.59K +\d+ +27 +\d+K inode_like")


class Demo(unittest.TestCase):
    def test_what_it_tells(self):
        done = ashlar()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for name in ("meminfo", "buddyinfo", "zoneinfo", "slabinfo", "vmallocinfo"):
            self.assertIn(f"==> {name} <==\n", done.stdout)
        self.assertRegex(done.stdout, r"\nkmalloc\(256 KiB\) at 0x\w+: 64 frames in 1 run: (\d+)-(\d+)\n")
        self.assertRegex(done.stdout, r"\nkmalloc\(256 KiB\) once more: NULL: \d+ frames are free, but at most \d+ in a row\n")
        runs = re.search(r"\nvmalloc\(256 KiB\) at 0x\w+: 64 frames in (\d+) runs: ", done.stdout)
        self.assertGreater(int(runs[1]), 10)

    def test_other_machines(self):
        self.assertIn("MemTotal:         131072 kB\n", text("meminfo", machine="size=128M,cpus=3"))
        done = ashlar("--kmalloc", "1M", "--vmalloc", "2M", machine="size=256M")
        self.assertIn("kmalloc(1024 KiB) at ", done.stdout)
        self.assertRegex(done.stdout, r"vmalloc\(2048 KiB\) at 0x\w+: 512 frames in \d+ runs")

    def test_the_picture(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "map.html")
            self.assertEqual(ashlar("--map", str(path)).returncode, 0)
            page = path.read_text(encoding="utf-8")
        # It needs nothing but itself.
        self.assertNotRegex(page, r"(src|href)=|https?://|@import")
        data = json.loads(re.search(r"const data = (\{.*\});\n", page)[1])
        self.assertEqual(data["frames"], 64 * 256)
        # Every frame has one use.
        at = 0
        uses = [None] * data["frames"]
        for first, count, use, cache in data["blocks"]:
            self.assertEqual(first, at)
            uses[first:first + count] = [use] * count
            self.assertEqual(bool(data["caches"][cache]), use == 3)
            at += count
        self.assertEqual(at, data["frames"])
        self.assertEqual(uses.count(0) + uses.count(1), data["free"])
        block, area = data["block"], data["area"]
        self.assertEqual(block["frames"], list(range(block["frames"][0], block["frames"][0] + 64)))
        self.assertEqual({uses[f] for f in block["frames"]}, {4})
        self.assertEqual(len(set(area["frames"])), 64)
        self.assertEqual({uses[f] for f in area["frames"]}, {5})
        self.assertEqual(area["frames"], next(a for a in data["areas"] if a["address"] == area["address"])["frames"])
        self.assertEqual([z["end"] for z in data["zones"]], [4096, 16384])

    def test_bad_usage(self):
        for arguments, words in (
            (["--show", "slabs"], "slabs"),
            (["--map", "/no/such/folder/map.html"], "/no/such/folder/map.html"),
            (["--kmalloc", "8M"], "8388608"),
            (["--vmalloc", "x"], "x"),
        ):
            done = ashlar(*arguments)
            self.assertEqual(done.returncode, 125, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        done = ashlar("--map", "/dev/null", machine="size=8G")
        self.assertEqual(done.stderr, "ashlar: machine: --map draws at most 4096 MiB\n")
        done = ashlar(machine="size=banana")
        self.assertEqual(done.stderr, "ashlar: ASHLAR_MACHINE: size=banana is not a number between 33554432 and 4398046511104\n")
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    ASHLAR = sys.argv.pop()
    unittest.main()
