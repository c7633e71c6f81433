"""What Ashlar's statistics saw: adds up the files that the processes of one run left."""

import dataclasses
import json

MIB = 1 << 20


@dataclasses.dataclass(frozen=True)
class Sighting:
    processes: int
    threads: int  # that allocated at the same time
    live_blocks: int  # when the processes ended
    live_bytes: int
    size_classes: int  # with live blocks in the largest process
    purged_bytes: int  # given back to the system while they ran
    purges: int

    HEADINGS = (
        "processes", "threads", "live blocks", "in MiB", "size classes", "given back, MiB", "purges"
    )

    def cells(self):
        return (
            f"{self.processes:,}",
            f"{self.threads:,}",
            f"{self.live_blocks:,}",
            f"{self.live_bytes / MIB:,.1f}",
            f"{self.size_classes}",
            f"{self.purged_bytes / MIB:,.1f}",
            f"{self.purges:,}",
        )


def read_folder(folder):
    """One sighting of all files in the folder; None if there is no file."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not read:
        return None
    total = {
        key: sum(each[key] for each in read)
        for key in ("shards", "live_blocks", "live_bytes", "purged_bytes", "purges")
    }
    largest = max(read, key=lambda each: each["live_bytes"])
    return Sighting(
        processes=len(read),
        threads=total["shards"],
        live_blocks=total["live_blocks"],
        live_bytes=total["live_bytes"],
        size_classes=sum(1 for each in largest["classes"] if each["blocks"]),
        purged_bytes=total["purged_bytes"],
        purges=total["purges"],
    )
