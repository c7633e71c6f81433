"""Servers: the allocator is under the server alone, a client of the system's malloc loads it."""

import subprocess
import time


class Redis:
    """A key-value server on a socket in a folder of its own."""

    # Small and large values, in place and growing, and lists; random keys, so that memory churns.
    LOADS = (
        "-t set,get -n 60000 -r 30000 -d 64 -P 16",
        "-t set -n 30000 -r 5000 -d 2000 -P 16",
        "-t lpush,lpop,sadd,hset -n 40000 -r 20000 -d 100 -P 16",
    )

    def _client(self, folder, *arguments):
        return subprocess.run(["redis-cli", "-s", f"{folder}/socket", *arguments],
                              capture_output=True, text=True, timeout=60, check=False)

    def wait(self, folder, process):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and process.poll() is None:
            if self._client(folder, "ping").stdout.strip() == "PONG":
                return
            time.sleep(0.02)
        raise RuntimeError("redis-server did not answer on its socket")

    def load(self, folder):
        for line in self.LOADS:
            subprocess.run(["redis-benchmark", "-s", f"{folder}/socket", "-q",
                            *line.split()],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, check=True)

    def stop(self, folder):
        self._client(folder, "shutdown", "nosave")
