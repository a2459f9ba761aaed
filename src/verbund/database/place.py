"""Where the files of an embedded server lie, given a control directory and the account that the server runs as.

    control/            ours: password, locks, log           (may lie where other accounts cannot enter)
    home/data           the server's own files               (home is the control directory wherever that is possible)
    sockets             the socket, in a path short enough

As root the server runs as another account, which cannot enter a checkout below a private directory such as /root. Then
home is a new folder below /var/lib/verbund, and the file `control/home` names it.
"""

import contextlib
import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from verbund.database.account import Account
from verbund.errors import Conflict, Unavailable

SHARED = Path("/var/lib/verbund")
# sun_path of a Unix socket holds 107 bytes and a zero (man 7 unix).
SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Place:
    """The three folders of one embedded server."""

    control: Path
    home: Path
    sockets: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.home / "data"

    @property
    def password_file(self) -> Path:
        """The superuser's password in the form of libpq's password file; only the owner may read it."""
        return self.control / "pgpass"


def shared_folder() -> Path:
    """Where root keeps what another account must reach; created on demand."""
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SHARED


def _home(control: Path, account: Account) -> Path:
    pointer = control / "home"
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if not home.is_dir():
            raise Unavailable(
                f"{pointer} says that the database lies in {home}, and there is nothing. Restore it, or start afresh."
            )
        return home
    if (control / "data").exists() or account.can_enter(control):
        return control
    shared = shared_folder()
    _sweep(shared)
    home = shared / secrets.token_hex(8)
    home.mkdir(mode=0o755)
    (home / "control").write_text(f"{control}\n")
    pointer.write_text(f"{home}\n")
    return home


def _sweep(shared: Path) -> None:
    """Remove the homes of control directories that were temporary and are gone; of any others nothing is removed."""
    temporary = {Path(tempfile.gettempdir()).resolve(), Path("/dev/shm")}  # noqa: S108 - nothing is written there
    for back in shared.glob("*/control"):
        with contextlib.suppress(OSError):
            control = Path(back.read_text().strip())
            if temporary.intersection(control.parents) and not control.exists():
                shutil.rmtree(back.parent, ignore_errors=True)


def _private_folder(path: Path, account: Account) -> Path:
    """A folder that nobody else may have made before us (it lies where everybody may write)."""
    account.own(path)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.user, os.geteuid()} or found.st_mode & 0o077:
        raise Conflict(f"{path} belongs to somebody else, or others may write there. Remove it and start again.")
    return path


def _sockets(home: Path, account: Account) -> Path:
    folder = home / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        return account.own(folder)
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and not account.switches and Path(runtime).is_dir() else Path(tempfile.gettempdir())
    return _private_folder(base / f"verbund-{name}", account)


def prepare(control: Path, account: Account) -> Place:
    """Find or make the folders; Unavailable or Conflict says why not."""
    try:
        control.mkdir(parents=True, exist_ok=True)
        control = control.resolve()
        home = _home(control, account)
        return Place(control, home, _sockets(home, account))
    except OSError as error:
        raise Unavailable(
            f"The database's directory {control} cannot be used: {error.strerror}. Mend it and start again."
        ) from error


def remove(place: Place) -> None:
    """Remove everything; the server must have ended."""
    for folder in (place.sockets, place.home, place.control):
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        place.control.rmdir()
