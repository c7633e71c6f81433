"""Servers: the allocator is under the server alone, a client of the system's malloc loads it.

A service has prepare(folder), wait(folder, process), load(folder) and stop(folder).
"""

import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path


def _until(answers, process, what):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if answers():
            return
        time.sleep(0.02)
    raise RuntimeError(f"{what} did not answer on its socket")


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

    def prepare(self, folder):
        pass

    def wait(self, folder, process):
        _until(lambda: self._client(folder, "ping").stdout.strip() == "PONG", process, "redis-server")

    def load(self, folder):
        for line in self.LOADS:
            subprocess.run(["redis-benchmark", "-s", f"{folder}/socket", "-q",
                            *line.split()],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120, check=True)

    def stop(self, folder):
        self._client(folder, "shutdown", "nosave")


class Postgres:
    """A database cluster of its own; the server refuses to be root and runs as Debian's user then."""

    USER = "postgres"
    ROWS = "SELECT bid, count(*), md5(string_agg(aid || ':' || filler, ',' ORDER BY abalance, aid)) " \
           "FROM pgbench_accounts WHERE aid % 20 = {} GROUP BY bid ORDER BY bid;\n"

    def __init__(self):
        # Debian keeps the server's programs of each version beside the PATH; the newest serves.
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"),
                       key=lambda path: int(path.parts[-3]))
        self.programs = found[-1].parent if found else Path("postgresql")
        self.as_user = ()
        if os.geteuid() == 0 and found:
            self.as_user = ("setpriv", f"--reuid={self.USER}", f"--regid={self.USER}",
                            "--clear-groups")

    def command(self):
        return (*self.as_user, str(self.programs / "postgres"), "-D", "{fresh}/data", "-k", "{fresh}",
                "-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off",
                "-c", "shared_buffers=16MB", "-c", "work_mem=16MB")

    def _run(self, folder, *words):
        return subprocess.run([*self.as_user, *words], cwd=folder, check=True, timeout=120,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def prepare(self, folder):
        if self.as_user:
            user = pwd.getpwnam(self.USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        self._run(folder, str(self.programs / "initdb"), "-D", f"{folder}/data", "-U", "bench",
                  "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        Path(folder, "rows.sql").write_text("".join(self.ROWS.format(n) for n in range(4)))

    def wait(self, folder, process):
        ready = [shutil.which("pg_isready") or "pg_isready", "-q", "-h", str(folder)]
        _until(lambda: subprocess.run(ready, check=False).returncode == 0, process, "postgres")

    def load(self, folder):
        client = (str(self.programs / "pgbench"), "-h", str(folder), "-U", "bench", "postgres")
        self._run(folder, *client, "-i", "-q", "-s", "1")
        self._run(folder, *client, "-n", "-c", "4", "-t", "60", "--random-seed=1")
        self._run(folder, *client, "-n", "-c", "2", "-t", "3", "-f", f"{folder}/rows.sql")

    def stop(self, folder):
        self._run(folder, str(self.programs / "pg_ctl"), "stop", "-D", f"{folder}/data", "-m", "fast",
                  "-s")
