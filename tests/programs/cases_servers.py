"""Databases: one in a process, one that forks to save itself, one of many processes."""

import hashlib
import os
import pwd
import socket
import subprocess
import time

from cases_languages import case
from runner import Failed, Missing


@case
def sqlite(run):
    script = run.file("work.sql")
    with open(script, "rb") as file:
        return run(run.find("sqlite3"), "-batch", "work.db", stdin=file.read())


def wait_until(works, what, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if works():
            return
        time.sleep(0.05)
    raise Failed(f"{what} did not come up in {seconds} s")


@case
def redis(run):
    """Debian's redis brings jemalloc; the preload's symbols come before it."""
    server, client = run.find("redis-server"), run.find("redis-cli")
    benchmark = run.find("redis-benchmark")
    socket = run.folder / "socket"

    def ask(*words, stdin=b""):
        return subprocess.run([client, "-s", socket, *words], input=stdin, capture_output=True,
                              timeout=60, check=False).stdout

    process = run.start(server, "--port", "0", "--unixsocket", socket, "--save", "",
                        "--appendonly", "no", "--io-threads", "2", "--dir", run.folder)
    try:
        wait_until(lambda: ask("ping") == b"PONG\n", "redis-server")
        load = subprocess.run(
            [benchmark, "-s", socket, "-q", "--csv", "-n", "8000", "-c", "20", "-r", "5000", "-d",
             "300", "-P", "8", "-t", "set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset"],
            capture_output=True, timeout=80, check=False)
        if load.returncode != 0 or b"Error" in load.stdout + load.stderr:
            raise Failed(f"redis-benchmark: {load.stdout.decode()}{load.stderr.decode()}")
        tests = [line.split(b",")[0] for line in load.stdout.splitlines()]
        ask("flushall")
        words = [f"SET key:{i} {'v' * (i % 700)}{i}" for i in range(8000)]
        words += [f"APPEND key:{i} {'w' * 300}" for i in range(0, 8000, 3)]
        words += [f"DEL key:{i}" for i in range(0, 8000, 2)]
        words += [f"ZADD ranks {i * 7919 % 1000} member:{i}" for i in range(5000)]
        words += [f"RPUSH list:{i % 50} {i}" for i in range(10000)]
        words += ["SAVE", "BGSAVE", "DBSIZE", "STRLEN key:7995", "DEBUG DIGEST"]
        words += ["ZRANGE ranks 0 20 WITHSCORES", "LRANGE list:7 0 10"]
        replies = ask(stdin="\n".join(words).encode())
        wait_until(lambda: b"rdb_bgsave_in_progress:0" in ask("info", "persistence"), "BGSAVE's child")
        saved = [line for line in ask("info", "persistence").splitlines()
                 if line.startswith(b"rdb_last_bgsave_status")]
        ask("shutdown", "nosave")
        if process.wait(timeout=20) != 0:
            raise Failed(f"redis-server ended with {process.returncode}")
    finally:
        process.kill()
    return b"\n".join([*tests, *saved, replies])


def postgres_programs(run):
    folders = sorted(f"/usr/lib/postgresql/{entry}/bin"
                     for entry in (os.listdir("/usr/lib/postgresql")
                                   if os.path.isdir("/usr/lib/postgresql") else []))
    for folder in reversed(folders):
        if os.access(f"{folder}/initdb", os.X_OK) and os.access(f"{folder}/pgbench", os.X_OK):
            return folder
    raise Missing("postgresql is not installed")


@case
def postgres(run):
    """initdb, a server of many processes, pgbench on it. The server refuses to run as root."""
    programs = postgres_programs(run)
    demote = []
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam("postgres")
        except KeyError as error:
            raise Missing("there is no user 'postgres'") from error
        os.chown(run.folder, user.pw_uid, user.pw_gid)
        demote = [run.find("setpriv"), f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}",
                  "--clear-groups"]
    data = run.folder / "data"

    def plain(name, *arguments, stdin=b""):
        done = subprocess.run(
            [*demote, f"{programs}/{name}", *map(str, arguments)], input=stdin, env=run.variables(),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=run.folder, timeout=80, check=False)
        if done.returncode != 0:
            raise Failed(f"{name} ended with {done.returncode}: {done.stdout.decode()[-1500:]}")
        return done.stdout

    # setpriv drops rights and then execs: the preload is set in what it starts.
    def preloaded(name, *arguments):
        return [*demote, *run.command(f"{programs}/{name}", *arguments)]

    made = subprocess.run(
        preloaded("initdb", "--no-sync", "--auth=trust", "--username=postgres", "--pgdata", data),
        env=run.variables(), cwd=run.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=80, check=False)
    if made.returncode != 0:
        raise Failed(f"initdb ended with {made.returncode}: {made.stdout.decode()[-1500:]}")
    with open(run.folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            preloaded("postgres", "-D", data, "-k", run.folder, "-h", "", "-F",
                      "-c", "shared_buffers=32MB"),
            env=run.variables(), cwd=run.folder, stdout=log, stderr=subprocess.STDOUT)
    here = ["-h", run.folder, "-U", "postgres"]
    try:
        wait_until(lambda: subprocess.run(
            [f"{programs}/pg_isready", *map(str, here)], stdout=subprocess.DEVNULL, check=False
        ).returncode == 0, "postgres")
        plain("pgbench", *here, "-i", "-q", "-s", "2", "postgres")
        report = plain("pgbench", *here, "-c", "4", "-j", "2", "-t", "300", "-n", "postgres")
        counts = [line for line in report.splitlines() if line.startswith(b"number of")]
        answers = plain("psql", *here, "-X", "-q", "-v", "ON_ERROR_STOP=1", "postgres",
                        stdin=(run.folder / run.file("work_postgres.sql")).read_bytes())
        server.terminate()
        if server.wait(timeout=30) != 0:
            raise Failed(f"postgres ended with {server.returncode}")
    finally:
        server.kill()
    log = (run.folder / "server.log").read_bytes()
    crashes = [line for line in log.splitlines() if b"terminated by signal" in line or b"PANIC" in line]
    return b"\n".join([*counts, *crashes, answers])


@case
def memcached(run):
    """Threads that take over each other's connections; its own slabs come from malloc, too."""
    server, path = run.find("memcached"), run.folder / "socket"
    user = [] if os.getuid() else ["-u", "root"]
    process = run.start(server, *user, "-s", path, "-t", "4", "-m", "64")
    try:
        wait_until(path.exists, "memcached")
        clients = []
        for _ in range(40):
            clients.append(socket.socket(socket.AF_UNIX))
            clients[-1].settimeout(30)
            clients[-1].connect(str(path))
        replies = []
        for turn in range(50):
            for number, client in enumerate(clients):
                value = b"v" * (turn * number * 13 % 9000)
                client.sendall(b"set key%d 0 0 %d\r\n%s\r\nget key%d\r\n"
                               % (number, len(value), value, number))
            for client in clients:
                reply = b""
                while not reply.endswith(b"END\r\n"):
                    reply += client.recv(1 << 16)
                replies.append(hashlib.sha256(reply).digest())
        return hashlib.sha256(b"".join(replies)).hexdigest().encode()
    finally:
        process.terminate()
        process.wait(timeout=20)
