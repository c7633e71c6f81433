"""Draws the pictures of malloc.md from a running build: docs/pictures/malloc.py [BUILD]"""

import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parents[1] / "build/release").resolve()
MALLOCS = {"system": ("#b0584a", None), "Ashlar": ("#2f6f9f", BUILD / "libashlar.so")}
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 300, 70, 45, 30, 20


def environment(library):
    return {**os.environ, **({"LD_PRELOAD": str(library)} if library else {})}


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def resident_over_time(library):
    """Of four threads that fill 240 MiB, free all and live on: (seconds, MiB)."""
    program = subprocess.Popen([BUILD / "tests/process/idle", "4"], env=environment(library),
                               stdout=subprocess.DEVNULL)
    began, points = time.monotonic(), []
    while program.poll() is None and time.monotonic() - began < 2:
        try:
            points.append((time.monotonic() - began, resident_mib(program.pid)))
        except OSError:
            break
        time.sleep(0.005)
    program.kill()
    program.wait()
    return points


def waste_by_size(library):
    """How much longer than asked for blocks are: (bytes asked for, percent)."""
    script = ("import ctypes\nc = ctypes.CDLL(None)\nc.malloc.restype = ctypes.c_void_p\n"
              "c.malloc_usable_size.argtypes = [ctypes.c_void_p]\n"
              "for n in list(range(16, 1024, 8)) + list(range(1024, 8193, 32)):\n"
              "    print(n, 100 * (c.malloc_usable_size(c.malloc(n)) - n) / n)")
    run = subprocess.run([sys.executable, "-c", script], env=environment(library), text=True,
                         stdout=subprocess.PIPE, check=True)
    return [tuple(map(float, line.split())) for line in run.stdout.splitlines()]


def draw(name, title, x_name, lines, x_top, y_top):
    def place(x, y):
        return (LEFT + min(x, x_top) / x_top * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - min(y, y_top) / y_top * (HEIGHT - BOTTOM - TOP))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="white"/>',
           f'<text x="{LEFT}" y="18" font-weight="bold">{title}</text>']
    for i in range(5):
        x, y = place(x_top * i / 4, y_top * i / 4)
        out.append(f'<path d="M{LEFT} {y:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{y_top * i / 4:g}</text>'
                   f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 17}" text-anchor="middle">{x_top * i / 4:g}</text>')
    out.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{x_name}</text>')
    for i, (label, points) in enumerate(lines.items()):
        colour = MALLOCS[label][0]
        path = " ".join("{:.1f},{:.1f}".format(*place(*point)) for point in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>'
                   f'<text x="{WIDTH - RIGHT - 70}" y="{TOP + 110 + 18 * i}" fill="{colour}">{label}</text>')
    (HERE / f"{name}.svg").write_text("\n".join(out) + "\n</svg>\n")


def main():
    lines = {label: resident_over_time(library) for label, (_, library) in MALLOCS.items()}
    draw("idle", "MiB resident, while four threads fill memory, free all of it and live on", "seconds",
         lines, 2, 300)
    lines = {label: waste_by_size(library) for label, (_, library) in MALLOCS.items()}
    draw("waste", "How much longer than asked for a block is, in percent", "bytes asked for", lines, 8192, 40)


if __name__ == "__main__":
    main()
