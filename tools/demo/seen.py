"""What Ashlar's statistics saw: adds up the files that the processes of one run left."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Sighting:
    processes: int
    peak_used: int  # bytes, of the largest process
    peak_committed: int
    given_back: int  # bytes returned to the system, of all processes
    threads: int

    def sizes(self):
        return self.peak_used, self.peak_committed, self.given_back


def read_folder(folder):
    """One sighting of all files in the folder; None if there is no file."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    if not read:
        return None
    return Sighting(
        processes=len(read),
        peak_used=max(each["peak_used"] for each in read),
        peak_committed=max(each["peak_committed"] for each in read),
        given_back=sum(each["given_back"] for each in read),
        threads=sum(each["threads"] for each in read),
    )
