"""As whom the database server runs: as ourselves, or, when we are root, as an account without rights."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from verbund.errors import Unavailable

# PostgreSQL refuses to run as root. The first of these that the machine knows is taken; none is created, since a
# program that starts should not change who may sign in to a machine.
CANDIDATES = ("verbund", "postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system; `switches` says whether we must become it first."""

    name: str
    user: int
    group: int
    switches: bool

    def run(self, command: Sequence[str], *, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this account; OSError when it cannot be run."""
        return subprocess.run(  # noqa: S603 - programs of PostgreSQL with our own arguments
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
            cwd="/",
            user=self.user if self.switches else None,
            group=self.group if self.switches else None,
            extra_groups=() if self.switches else None,
            env={**os.environ, "LC_ALL": "C", "PGPASSFILE": os.devnull},
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may pass through a folder and all that lie above it."""
        if not self.switches:
            return True
        return self.run(["/usr/bin/test", "-x", str(folder)], timeout=10).returncode == 0

    def own(self, folder: Path) -> Path:
        """Make a folder that only this account may enter."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.switches:
            os.chown(folder, self.user, self.group)
        return folder

    def lend(self, path: Path, text: str) -> Path:
        """Write a file that only this account may read."""
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        if self.switches:
            os.chown(path, self.user, self.group)
        return path


def current() -> Account:
    """The account for the server: ours, or the first candidate when we are root."""
    if os.geteuid() != 0:
        return Account(str(os.geteuid()), os.geteuid(), os.getegid(), switches=False)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, switches=True)
    raise Unavailable(
        "The database server does not run as root, and this machine knows none of the accounts "
        f"{', '.join(CANDIDATES)}. Create one (`useradd --system verbund`) or run as another user."
    )
