"""An embedded PostgreSQL server in a directory: started with its first user, ended with its last."""

import asyncio
import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO
from urllib.parse import quote

import asyncpg

from verbund.database import account as accounts
from verbund.database import guardian, programs, settings
from verbund.database import place as places
from verbund.database.failures import translate
from verbund.database.place import Place
from verbund.errors import Conflict, Incorrect, Unavailable

SUPERUSER = "verbund"
PATIENCE_SECONDS = 60.0
_TICK_SECONDS = 0.01
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@contextlib.contextmanager
def _alone(control: Path, patience_seconds: float) -> Iterator[None]:
    """One process at a time starts or joins a server in this directory."""
    deadline = time.monotonic() + patience_seconds
    with (control / "lock").open("ab") as lock:
        while not _try_lock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another process has been starting the database in {control} for too long. End it and try again."
                )
            time.sleep(_TICK_SECONDS)
        yield


def _try_lock(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(path: Path, kind: int) -> bool:
    with path.open("ab") as file:
        return not _try_lock(file, kind)


def _initialise(place: Place, account: accounts.Account, found: programs.Programs) -> None:
    """Make the data directory, whole or not at all."""
    password = secrets.token_urlsafe(32)
    partial = place.home / "data.partial"
    shutil.rmtree(partial, ignore_errors=True)
    account.own(partial)
    secret = account.lend(place.home / "password.partial", f"{password}\n")
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if found.major >= 17 else []
    # The password is random and long: hashing it a thousand times over would only make every connection slower.
    quick = ["-c", "scram_iterations=1"] if found.major >= 16 else []
    made = account.run(
        [found.initdb, "-D", str(partial), "-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={secret}",
         "--encoding=UTF8", "--locale=C", *provider, *quick, "--no-instructions"],
    )  # fmt: skip
    secret.unlink()
    if made.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise Unavailable(f"The database cannot be made in {place.home}: {_reason(made.stderr)}")
    place.password_file.touch(mode=0o600)
    place.password_file.write_text(f"*:*:*:{SUPERUSER}:{password}\n")
    partial.rename(place.data)


def _reason(log: str) -> str:
    """The line that says why, of what a program of PostgreSQL wrote; a full disk in our own words."""
    if "No space left on device" in log:
        return "the disk is full. Free some space and start again."
    for word in ("LOG:  invalid", "LOG:  unrecognized", "FATAL:", "PANIC:", "error:", "ERROR:"):
        lines = [line for line in log.splitlines() if word in line]
        if lines:
            return lines[-1].strip()
    return (log.strip().splitlines() or ["it gave no reason."])[-1]


def _check_version(place: Place, found: programs.Programs) -> None:
    made_by = (place.data / "PG_VERSION").read_text().strip()
    if made_by != str(found.major):
        raise Conflict(
            f"The database in {place.home} was made by PostgreSQL {made_by}; this is {found.major}. Name the programs "
            f"of version {made_by}, or move the data with pg_upgrade."
        )


def _launch(place: Place, account: accounts.Account, found: programs.Programs, patience_seconds: float) -> None:
    """Start the guardian, which starts the server, and wait until it takes connections."""
    user, group = (account.user, account.group) if account.switches else (None, None)
    plan = guardian.Plan(str(place.control), found.postgres, str(place.data), str(place.sockets), user, group)
    log = place.control / "server.log"
    written = log.stat().st_size if log.exists() else 0
    plan_text = json.dumps({name: getattr(plan, name) for name in guardian.Plan.__slots__})
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", guardian.__file__, plan_text],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=patience_seconds,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"The database in {place.home} is not ready after {patience_seconds:.0f} seconds; it may still be "
            f"recovering (see {log}). Try again later."
        ) from None
    if done.returncode != 0:
        with log.open("rb") as file:
            file.seek(written if log.stat().st_size >= written else 0)
            tail = file.read().decode(errors="replace")
        raise Unavailable(f"The database in {place.home} does not start: {_reason(tail or done.stderr)}")


def _write_settings(place: Place, account: accounts.Account, major: int, changes: Mapping[str, str]) -> None:
    path = place.data / "postgresql.conf"
    path.write_text(settings.render(place, major, changes))
    if account.switches:
        os.chown(path, account.user, account.group)


def _start(
    directory: Path, named: Path | None, changes: Mapping[str, str], patience_seconds: float
) -> tuple[Place, IO[bytes]]:
    """Join the server in the directory or start it; the open file is our share in it."""
    account = accounts.current()
    place = places.prepare(directory, account)
    with _alone(place.control, patience_seconds):
        users = (place.control / "users").open("ab")
        try:
            # Waits while the server of earlier users is being shut down.
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _joined(place, patience_seconds):
                found = programs.reachable(programs.find(named), account, places.SHARED)
                if not place.data.exists():
                    _initialise(place, account, found)
                _check_version(place, found)
                _write_settings(place, account, found.major, changes)
                _launch(place, account, found, patience_seconds)
        except OSError as error:
            users.close()
            raise Unavailable(f"The database in {place.control} does not start: {error.strerror or error}.") from error
        except BaseException:
            users.close()
            raise
    return place, users


def _joined(place: Place, patience_seconds: float) -> bool:
    """Whether a guarded server takes connections here; waits while one is being started anew or is about to end."""
    deadline = time.monotonic() + patience_seconds
    while _is_locked(place.control / "guardian", fcntl.LOCK_EX):
        if guardian.is_ready(place.data):
            return True
        if time.monotonic() > deadline:
            raise Unavailable(f"The database in {place.home} does not get ready; see {place.control / 'server.log'}.")
        time.sleep(_TICK_SECONDS)
    return False


def _leave(place: Place, users: IO[bytes]) -> None:
    """Give up our share, and wait for the server's end when nobody else has one."""
    users.close()
    deadline = time.monotonic() + guardian.SHUTDOWN_SECONDS + 5
    while time.monotonic() < deadline and _is_locked(place.control / "guardian", fcntl.LOCK_EX):
        others = _is_locked(place.control / "users", fcntl.LOCK_EX) and not _is_locked(
            place.control / "users", fcntl.LOCK_SH
        )
        if others:
            return
        time.sleep(_TICK_SECONDS)


class Cluster:
    """A share in the embedded server of one directory.

    The server runs while any process has a share and ends with the last of them, however they end; a server that dies
    is started anew by its guardian. It listens on a Unix socket only, asks for a password (SCRAM) that a file with mode
    600 holds, never runs as root, and has written to disk what it has committed.
    """

    def __init__(self, place: Place, users: IO[bytes]) -> None:
        self._place = place
        self._users = users

    @classmethod
    async def start(
        cls,
        directory: Path,
        *,
        programs_in: Path | None = None,
        changes: Mapping[str, str] | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> "Cluster":
        """Join the server of this directory, or make and start it.

        `programs_in` names another directory with PostgreSQL's programs; `changes` are settings of the server and count
        only when this call starts it. Unavailable or Conflict say why it cannot be.
        """
        place, users = await asyncio.to_thread(_start, Path(directory), programs_in, changes or {}, patience_seconds)
        return cls(place, users)

    @property
    def directory(self) -> Path:
        """The control directory: password file, locks, and the server's log."""
        return self._place.control

    @property
    def home(self) -> Path:
        """Where the server's own files lie: the control directory, or elsewhere when the server cannot enter that."""
        return self._place.home

    def url(self, name: str) -> str:
        """The address of a database of this server; holds the path of the password file, not the password."""
        sockets, passwords = quote(str(self._place.sockets), safe=""), quote(str(self._place.password_file), safe="")
        return f"postgresql://{SUPERUSER}@/{name}?host={sockets}&passfile={passwords}"

    async def ensure(self, name: str) -> str:
        """Create the database unless it is there; its address. Names are lower-case letters, digits and underscores."""
        if not _NAME.fullmatch(name):
            raise Incorrect(f"A database cannot be called {name!r}. Use lower-case letters, digits and underscores.")
        try:
            connection = await asyncpg.connect(self.url("postgres"), timeout=PATIENCE_SECONDS)
            try:
                if not await connection.fetchval("select true from pg_database where datname = $1", name):
                    with contextlib.suppress(asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
                        await connection.execute(f'create database "{name}"')
            finally:
                await connection.close()
        except (asyncpg.PostgresError, OSError) as error:
            raise translate(error) from error
        return self.url(name)

    async def stop(self) -> None:
        """Give up this share; the server ends with the last one. Returns when it has ended or others still use it."""
        if not self._users.closed:
            await asyncio.to_thread(_leave, self._place, self._users)

    @classmethod
    async def erase(cls, directory: Path) -> None:
        """Remove a server's files for good, wherever they lie; Conflict while a process uses it."""
        await asyncio.to_thread(_erase, Path(directory))


def _erase(directory: Path) -> None:
    if not directory.exists():
        return
    place = places.prepare(directory, accounts.current())
    if any(_is_locked(place.control / name, fcntl.LOCK_EX) for name in ("users", "guardian")):
        raise Conflict(f"The database in {directory} is in use. End the processes that use it, then remove it.")
    places.remove(place)
