#!/usr/bin/env python3
"""Boots kernels in QEMU and reads their logs.

metal_test.py --build FOLDER [--logs FOLDER] [CASE...]     runs the cases, all without a name
metal_test.py --list                                       names them

A case is a boot: the machine, the command line, what is typed on the serial console, and then the
status and the texts that must be in the log (regular expressions, in this order). The log of each
case is kept in the folder of logs. The last line is 'N passed, N failed'; tests that a kernel runs
itself are counted one by one.
"""

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import time

# The status that the debug-exit device makes of 0x10, 0x11 and 0x12 (src/port/x86_64/fault.cpp).
GOOD, BAD, PANIC = 33, 35, 37
QEMU = "qemu-system-x86_64"

# Two ways to run: one CPU whose instructions are counted, so that every run is the same; and CPUs
# that are threads, so that races happen.
COUNTED = ["-icount", "shift=0,sleep=off", "-smp", "1"]
THREADS = ["-accel", "tcg,thread=multi", "-smp", "4"]


@dataclasses.dataclass
class Case:
    append: str
    expect: list
    status: int = GOOD
    machine: list = dataclasses.field(default_factory=lambda: THREADS)
    memory: str = "1G"
    cpu: str = "max"
    typed: str = ""
    kernel: str = "examples/kernel/ashlar-kernel.elf"
    module: str = ""
    seconds: int = 60
    twice: bool = False  # the second log must be the first


FAULT = r"BUG: unable to handle page fault for address: "
TRACE = r"Call Trace:\n"


def end_of(report, *, trace):
    """What every report that ends the machine has: who, where, the stack with names."""
    return [report, r"CPU: \d+ PID: \d+ Comm: ", TRACE + r"( .*\n)*? .*" + trace + r"\+0x"]


CASES = {
    "tests_counted": Case("run=tests", [r"\n20 passed, 0 failed"], machine=COUNTED, seconds=100),
    "tests_threads": Case("run=tests", [r"4 CPUs, .* up after \d{1,4} ms", r"\n20 passed, 0 failed"]),
    "same_again": Case("run=stress", [r"stress: \d+ interrupts allocated"], machine=COUNTED, twice=True),
    "debugged": Case("run=stress slub_debug=FZPU", [r"stress: \d+ interrupts allocated"]),
    # What disables the fast paths must not change what is true.
    "zeroed": Case("run=tests init_on_alloc=1 init_on_free=1", [r"\n20 passed, 0 failed"], memory="256M"),
    # Processors and memories of other shapes: no 1 GiB pages, holes, more than 4 GiB, very little.
    "old_processor": Case("run=boot", [r"4 CPUs"], cpu="qemu64"),
    "large_memory": Case("run=boot", [r"4 CPUs, 5\d{6} KiB"], memory="5G"),
    "small_memory": Case("run=stress", [r"free frames (\d+) -> \d+"], memory="48M"),
    "fewer_cpus": Case("run=boot cpus=2", [r"2 CPUs"]),
    "console": Case(
        "",
        [
            r"ashlar> meminfo\n", r"MemTotal: +\d+ kB", r"VmallocUsed:",
            r"ashlar> buddyinfo\n", r"Node 0, zone +DMA32 +\d+",
            r"ashlar> slabinfo\n", r"kmalloc-64 +\d+",
            r"ashlar> load\n", r"squares: here, 1000 entries",
            r"ashlar> vmallocinfo\n", r"0xffffc9[0-9a-f]+-0xffffc9[0-9a-f]+ +8192 (squares_init|init_module)\+0x[0-9a-f]+ \[squares\] pages=1",
            r"ashlar> load\n", r"squares: gone",
            r"ashlar> bench\n", r"kmalloc 64 +\d+ ns a pair", r"vmalloc 64 pages +\d+ ns",
            r"ashlar> exit\n",
        ],
        typed="\rmeminfo\rbuddyinfo\rslabinfo\rload\rvmallocinfo\rload\rbench\rexit\r",
    ),
    "boot_module": Case("", [r"boot module of \d+ bytes", r"ashlar> load\n", r"squares: here"], typed="\rload\rexit\r",
                        module="examples/kernel/squares.o"),
    "vmalloc_overrun": Case(
        "fault=vmalloc_overrun",
        end_of(
            r"frame buffer at ffffc9(?P<page>[0-9a-f]+)000\n" + FAULT + r"ffffc9[0-9a-f]+000\n"
            r"#PF: kernel write access, not-present page .*\n"
            r"#PF: the address is in the guard gap, 0 bytes behind the end, of the vmalloc area ffffc9(?P=page)000 of "
            r"12288 bytes owned by frame_buffer\+0x", trace="vmalloc_overrun"), PANIC),
    "use_after_vfree": Case(
        "fault=use_after_vfree",
        end_of(FAULT + r"ffffc9[0-9a-f]+008\n#PF: kernel write access, not-present page .*\n"
               r"#PF: the address is in the vmalloc range, in no area", trace="use_after_vfree"), PANIC),
    "module_text": Case(
        "fault=module_text",
        end_of(FAULT + r"ffffffffa[0-9a-f]+\n#PF: kernel write access, read-only page .*\n"
               r"#PF: the address is \d+ bytes inside the module area ffffffffa[0-9a-f]+ of \d+ bytes owned by (place|module_image_load)\+0x",
               trace="module_text"), PANIC),
    "kernel_text": Case(
        "fault=kernel_text",
        end_of(FAULT + r"ffffffff81[0-9a-f]+\n#PF: kernel write access, read-only page", trace="kernel_text"), PANIC),
    "run_data": Case(
        "fault=run_data",
        end_of(FAULT + r"ffff888[0-9a-f]+\n#PF: kernel instruction fetch, no-execute page .*\n"
               r"#PF: the address is in frame \d+ of physical memory", trace="run_data"), PANIC),
    "null_pointer": Case(
        "fault=null_pointer",
        end_of(FAULT + r"0{13}[0-9a-f]{3}\n#PF: kernel write access, not-present page .*\n#PF: .* null pointer",
               trace="null_pointer"), PANIC),
    "stack_overflow": Case(
        "fault=stack_overflow",
        end_of(r"BUG: kernel stack overflow \(double fault\), stack pointer fffffe", trace="deeper"), PANIC),
    "double_free": Case(
        "fault=double_free",
        end_of(r"kernel BUG at .*double free: ffff888[0-9a-f]+ of cache kmalloc-128", trace="double_free"), PANIC),
    "vfree_kmalloc": Case(
        "fault=vfree_kmalloc",
        [r"WARNING: .*Trying to vfree\(\) nonexistent vm area \(ffff888[0-9a-f]+\)", TRACE,
         r"fault vfree_kmalloc: the machine goes on"]),
    "sleep_in_interrupt": Case(
        "fault=sleep_in_interrupt",
        [r"BUG: sleeping function called from invalid context: kmalloc in an interrupt\n"
         r"in_atomic\(\): 1, irqs_disabled\(\): 1", TRACE + r"( .*\n)*? .*allocate_sleepily\+0x",
         r"fault sleep_in_interrupt: the machine goes on"]),
    "sleep_in_spinlock": Case(
        "fault=sleep_in_spinlock",
        [r"BUG: sleeping function called from invalid context: usleep_range in a section with preemption off",
         TRACE + r"( .*\n)*? .*sleep_in_spinlock\+0x"]),
    "exhausted": Case(
        "fault=exhausted",
        [r"page allocation failure: order:0, mode:0x[0-9a-f]+, free frames: DMA \d+ DMA32 \d+",
         TRACE + r"( .*\n)*? .*exhausted\+0x", r"exhausted: 25\d{4} frames taken, [1-9]\d* left",
         r"exhausted: GFP_ATOMIC still works", r"exhausted: all is back"]),
    "unknown_fault": Case("fault=nothing", [r"fault=nothing: it can be vmalloc_overrun"], BAD),
    "minimal_kernel": Case(
        "", [r"minimal kernel: \d+ frames free", r"area at ffffc9", r"minimal kernel: all is well"],
        machine=COUNTED, memory="128M", kernel="examples/minimal_kernel/minimal-kernel.elf"),
}


def boot(case, build):
    """The log and the status of one boot; the status is None when the time was up."""
    command = [QEMU, "-M", "q35", "-m", case.memory, "-cpu", case.cpu, *case.machine,
               "-kernel", str(build / case.kernel), "-append", case.append,
               "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-nic", "none",
               "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
    if case.module:
        command += ["-initrd", str(build / case.module)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        log, _ = process.communicate(case.typed.encode() or None, timeout=case.seconds)
        status = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        log, _ = process.communicate()
        status = None
    return log.decode(errors="replace").replace("\r\n", "\n"), status


def judge(case, log, status):
    """What is wrong, in words; empty when nothing is."""
    wrong = []
    if status != case.status:
        wrong.append(f"no end after {case.seconds} s" if status is None else f"status {status}, not {case.status}")
    at = 0
    for pattern in case.expect:
        found = re.compile(pattern).search(log, at)
        if not found:
            wrong.append(f"not in the log: {pattern}")
            break
        at = found.end()
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--logs", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    if options.list:
        print(";".join(CASES), end="")
        return 0
    passed = failed = 0
    for name in options.cases or CASES:
        case = CASES[name]
        start = time.monotonic()
        log, status = boot(case, options.build)
        if options.logs:
            options.logs.mkdir(parents=True, exist_ok=True)
            (options.logs / f"{name}.log").write_text(log)
        wrong = judge(case, log, status)
        if case.twice and boot(case, options.build) != (log, status):
            wrong.append("a second run was not the same")
        # The kernel's own tests count; so does the boot itself.
        passed += len(re.findall(r"^test \S+: passed", log, re.M)) + (not wrong)
        failed += len(re.findall(r"^test \S+: failed", log, re.M)) + bool(wrong)
        print(f"{'FAILED' if wrong else 'passed'}  {name} ({time.monotonic() - start:.1f} s)", flush=True)
        for reason in wrong:
            print(f"    {reason}")
        if wrong:
            lines = log.split("\n")
            said = [line for line in lines[:-60] if re.search(r": failed\b|sums are wrong", line)]
            print("".join(f"    | {line}\n" for line in said + lines[-60:]))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
