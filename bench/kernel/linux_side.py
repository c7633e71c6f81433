"""Debian's kernel with our module in it, without installing a kernel on this machine: the packages
are downloaded and unpacked into the build folder, and the kernel boots in QEMU."""

import lzma
import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Debug and hardening that cost instructions are off, so that both sides give the same guarantees:
# Debian's default is init_on_alloc=1 and the mitigations of the processor. What is compiled in
# stays: the hardened free lists, which also see some double frees.
BOOT = ("console=ttyS0 quiet loglevel=7 panic=-1 reboot=t tsc=reliable "
        "init_on_alloc=0 mitigations=off cgroup_disable=memory")


class Missing(Exception):
    """Debian's kernel cannot be had."""


def _depends(package):
    found = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True, check=False)
    return re.findall(r"Depends: (linux-\S+)", found.stdout)


def _packages():
    """The packages that Debian's kernel and its headers consist of today."""
    images = _depends("linux-image-amd64")
    headers = _depends("linux-headers-amd64")
    if not images or not headers:
        raise Missing("apt knows no linux-image-amd64; run apt-get update on a Debian system")
    return images + headers + [name for header in headers for name in _depends(header)]


def _version():
    found = subprocess.run(["apt-cache", "policy", "linux-image-amd64"], capture_output=True, text=True,
                           check=False)
    match = re.search(r"Candidate: (\S+)", found.stdout)
    return match.group(1) if match else None


def _newest(folder):
    done = sorted(folder.glob("linux-*/unpacked"), key=os.path.getmtime)
    return done[-1].parent if done else None


def fetch(folder):
    """The folder with the unpacked packages; without a network the one of an earlier run."""
    version = _version()
    target = folder / f"linux-{version}"
    if version is None or not (target / "unpacked").exists():
        try:
            if version is None:
                raise Missing("apt knows no linux-image-amd64; run apt-get update on a Debian system")
            _unpack(target)
        except Missing:
            target = _newest(folder)
            if target is None:
                raise
    return target


def _unpack(target):
    packages = target / "packages"
    shutil.rmtree(target, ignore_errors=True)
    packages.mkdir(parents=True)
    got = subprocess.run(["apt-get", "-qq", "download", *_packages()], cwd=packages, capture_output=True,
                         text=True, check=False)
    if got.returncode != 0:
        raise Missing(f"apt-get download failed: {got.stderr.strip()}")
    for package in packages.glob("*.deb"):
        # Of the kernel itself only the image; its modules are many and not needed.
        if package.name.startswith("linux-image"):
            archive = subprocess.Popen(["dpkg", "--fsys-tarfile", package], stdout=subprocess.PIPE)
            subprocess.run(["tar", "-x", "-C", target, "./boot"], stdin=archive.stdout, check=True)
            if archive.wait() != 0:
                raise Missing(f"{package.name} cannot be unpacked")
        else:
            subprocess.run(["dpkg", "-x", package, target], check=True)
    # Debian's headers name each other by absolute paths.
    for makefile in target.glob("usr/src/linux-headers-*-amd64/Makefile"):
        makefile.write_text(makefile.read_text().replace("/usr/src/", f"{target}/usr/src/"))
    shutil.rmtree(packages)
    (target / "unpacked").touch()


def _payload(image):
    """The kernel inside of a bzImage: QEMU starts it by PVH, and nothing need be decompressed there."""
    setup_sectors = image[0x1f1] or 4
    offset, length = struct.unpack_from("<II", image, 0x248)
    start = (setup_sectors + 1) * 512 + offset
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ).decompress(image[start:start + length])


def _archive(files):
    """A cpio archive as the kernel reads its first file system from."""
    out = bytearray()
    entries = [*files, ("TRAILER!!!", 0, b"")]
    for number, (name, mode, data) in enumerate(entries, 1):
        path = name.encode() + b"\0"
        fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(path), 0)
        out += b"070701" + b"".join(b"%08x" % field for field in fields) + path
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return bytes(out)


def build(linux, folder):
    """Builds kernel and first file system; answers (name of the kernel, QEMU's arguments)."""
    headers = next(linux.glob("usr/src/linux-headers-*-amd64"))
    module = folder / "module"
    module.mkdir(exist_ok=True)
    shutil.copy(HERE / "kernel_bench.c", module)
    (module / "Makefile").write_text("obj-m := kernel_bench.o\n")
    made = subprocess.run(["make", "-C", headers, f"M={module}", "modules"], capture_output=True, text=True,
                          check=False)
    if made.returncode != 0:
        raise SystemExit(f"bench-kernel: the module of Linux does not build:\n{made.stdout}{made.stderr}")
    init = folder / "init"
    subprocess.run(["gcc", "-Os", "-static", "-nostdlib", "-ffreestanding", "-fno-stack-protector",
                    "-fno-pie", "-no-pie", "-o", init, HERE / "init.c"], check=True)
    image = next(linux.glob("boot/vmlinuz-*"))
    kernel = linux / "vmlinux"
    if not kernel.exists():
        kernel.write_bytes(_payload(image.read_bytes()))
    first = folder / "initramfs"
    first.write_bytes(_archive([("dev", 0o40755, b""), ("init", 0o100755, init.read_bytes()),
                                ("kernel_bench.ko", 0o100644,
                                 (module / "kernel_bench.ko").read_bytes())]))
    return image.name.removeprefix("vmlinuz-"), ["-kernel", kernel, "-initrd", first, "-append", BOOT]
