"""Keeps one PostgreSQL server running for as long as any process uses it, and not longer.

A process of its own, started by `cluster`: it must outlive the process that starts it when another still uses the
server, and notice when the last user is gone, also by `kill -9`. Users hold a shared `flock` on the file `users`; the
kernel drops it with the process, whatever ends it. The guardian waits for the exclusive lock: having it means that
nobody uses the server. It starts a server that died anew; should the guardian itself be killed, the kernel tells the
server to shut down (`PR_SET_PDEATHSIG`). Nothing stays behind.

Runs by its path with the standard library alone (`python -I -S guardian.py PLAN`), so that it is small and quick.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TICK_SECONDS = 0.01
SHUTDOWN_SECONDS = 30
LOG_BYTES = 5 * 2**20
RESTART_SECONDS = (0.05, 0.5, 2.0, 5.0)
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: the `postgres` program, in which directories, and as whom (null: as we are)."""

    control: str
    postgres: str
    data: str
    sockets: str
    user: int | None
    group: int | None


def processes_in(data: Path) -> list[int]:
    """The processes that work in the data directory: a server, or what is left of one; none without /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").readlink() == data:
                found.append(int(entry.name))
    return found


def clear_leftovers(data: Path, sockets: Path) -> None:
    """End what a killed guardian or server left in the data directory, and the lock files that point to nobody.

    PostgreSQL refuses to start when the process number in a lock file has gone to another process of the same user,
    which is common in containers; the files are removed only when no process works in the directory any more.
    """
    locks = [path for path in (data / "postmaster.pid", *sockets.glob(".s.PGSQL.*.lock")) if path.exists()]
    if not locks:
        return
    deadline = time.monotonic() + SHUTDOWN_SECONDS
    sign = signal.SIGINT
    while left := processes_in(data):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        sign = signal.SIGQUIT if time.monotonic() > deadline else signal.SIGINT
        time.sleep(0.1)
    if Path("/proc/self/cwd").exists():
        for lock in locks:
            lock.unlink(missing_ok=True)


def is_ready(data: Path) -> bool:
    """Whether the server takes connections, by its lock file; one that a killed server has left says nothing."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready" and _works(lines[0].strip(), data)


def _works(pid: str, data: Path) -> bool:
    """Whether this process works in the data directory; taken for granted where that cannot be seen."""
    try:
        return Path("/proc", pid, "cwd").readlink() == data.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return not Path("/proc/self/cwd").exists()
    except OSError:
        return True


def open_log(path: Path) -> IO[bytes]:
    """The server's log, at most two files of a bounded size."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.rename(path.with_suffix(".log.1"))
    return path.open("ab")


class Guardian:
    """One server and the watch over its users."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.control, self.data = Path(plan.control), Path(plan.data)
        self.ending = threading.Event()
        self.server: subprocess.Popen[bytes] | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        libc = ctypes.CDLL(None)
        guardian = os.getpid()

        def die_with_guardian() -> None:
            libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGINT))
            if os.getppid() != guardian:
                os._exit(1)

        with open_log(self.control / "server.log") as log:
            return subprocess.Popen(  # noqa: S603 - the program and its arguments are our own
                [self.plan.postgres, "-D", self.plan.data],
                user=self.plan.user,
                group=self.plan.group,
                extra_groups=None if self.plan.user is None else (),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_guardian if sys.platform == "linux" else None,  # noqa: PLW1509 - one thread at most
            )

    def end(self, *_: object) -> None:
        """Ask the server to roll back what is open and shut down; a server that hangs is stopped hard."""
        self.ending.set()
        server = self.server
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)

    def watch_users(self) -> None:
        with (self.control / "users").open("ab") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            self.end()
            for _ in range(int(SHUTDOWN_SECONDS / TICK_SECONDS)):
                time.sleep(TICK_SECONDS)
            if self.server is not None and self.server.poll() is None:
                self.server.send_signal(signal.SIGQUIT)
            signal.pause()

    def start_once(self) -> bool:
        """Start the server; true when it takes connections, false when it ended first."""
        clear_leftovers(self.data, Path(self.plan.sockets))
        self.server = self.launch()
        while not is_ready(self.data):
            if self.server.poll() is not None:
                return False
            if self.ending.is_set():
                self.end()
            time.sleep(TICK_SECONDS)
        return True

    def run(self, report: int) -> int:
        """Keep the server up until nobody uses it; `report` learns `ready` or is closed without a word."""
        signal.signal(signal.SIGTERM, self.end)
        threading.Thread(target=self.watch_users, daemon=True).start()
        if not self.start_once():
            return 1
        os.write(report, b"ready")
        os.close(report)
        failures = 0
        while True:
            assert self.server is not None  # noqa: S101 - start_once has set it
            if self.ending.is_set():
                self.end()
            self.server.wait()
            if self.ending.is_set():
                return 0
            time.sleep(RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)])
            failures = 0 if self.start_once() else failures + 1


def detach(log: Path) -> None:
    """Leave the terminal's session, so that an interrupt there does not reach the server before its users."""
    os.setsid()
    os.chdir("/")
    quiet = os.open(os.devnull, os.O_RDWR)
    errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for target, source in ((0, quiet), (1, quiet), (2, errors)):
        os.dup2(source, target)
    os.close(quiet)
    os.close(errors)


def main(arguments: Sequence[str]) -> int:
    """Take the guardian's lock, leave the caller's session, and report once the server takes connections."""
    plan = Plan(**json.loads(arguments[0]))
    lock = os.open(Path(plan.control) / "guardian", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return 0 if os.read(reading, 16) == b"ready" else 1
    os.close(reading)
    detach(Path(plan.control) / "server.log")
    return Guardian(plan).run(writing)


if __name__ == "__main__":
    # Threads and locks end with the process; nothing is left to tidy that could block.
    os._exit(main(sys.argv[1:]))
