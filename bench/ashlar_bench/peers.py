"""The allocators side by side, each a name and a library to preload."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

# What Debian packages (tools/packages/bench.txt), by the name that the linker knows.
DEBIAN = {
    "mimalloc": "libmimalloc.so.2",
    "jemalloc": "libjemalloc.so.2",
    "tcmalloc": "libtcmalloc_minimal.so.4",
    "tbbmalloc": "libtbbmalloc_proxy.so.2",
}


# Libraries that the preloaded one loads to do its work.
PARTS = {"tbbmalloc": ("libtbbmalloc.so.2",)}


@dataclass(frozen=True)
class Peer:
    name: str
    library: Path
    parts: tuple = ()
    # Its malloc is among all else that libc has.
    is_system: bool = False
    # The floor does not do what an allocator must; it is shown and never counted as a peer.
    is_floor: bool = False


def _linker_cache():
    listing = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True)
    known = {}
    for line in listing.stdout.splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow and "x86-64" in name:
            known.setdefault(name.split()[0], Path(path))
    return known


def find(build, extra):
    """All allocators: the system's first, ashlar last but the floor. `extra`: NAME=PATH texts."""
    known = _linker_cache()
    # Preloading libc itself changes nothing for most programs and makes malloc the system's for
    # those that are linked with an allocator of their own.
    peers = [Peer("system", known["libc.so.6"], is_system=True)]
    missing = []
    for name, library in DEBIAN.items():
        if library in known:
            parts = tuple(known[part] for part in PARTS.get(name, ()) if part in known)
            peers.append(Peer(name, known[library], parts))
        else:
            missing.append(library)
    for text in extra:
        name, equals, path = text.partition("=")
        if not equals or not name:
            raise SystemExit(f"bench: --peer takes NAME=PATH, not '{text}'")
        if not Path(path).is_file():
            raise SystemExit(f"bench: --peer {name}: there is no file {path}")
        if name in [peer.name for peer in peers] + ["ashlar", "floor"]:
            raise SystemExit(f"bench: --peer {name}: the name is taken; choose another")
        peers.append(Peer(name, Path(path).resolve()))
    ashlar = build / "libashlar.so"
    if ashlar.is_file():
        peers.append(Peer("ashlar", ashlar.resolve()))
    else:
        missing.append(str(ashlar))
    peers.append(Peer("floor", build / "bench" / "libfloor.so", is_floor=True))
    return peers, missing
