"""Where a node's keys come from: a file, a credential of systemd, a command of a key service, or a security module.

`source_of` reads the setting `keys`. Whatever the source, what it gives is the content of a key file.
"""

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from verbund.errors import Conflict, Incorrect, NotFound, Unavailable, Unsupported

_READABLE_BY_OTHERS = 0o077
COMMAND_SECONDS = 30.0


class KeySource(Protocol):
    """A place that holds the content of a key file."""

    def read(self) -> bytes:
        """The content. NotFound where there is none, Incorrect where it is not kept safe, Unavailable otherwise."""

    def write(self, content: bytes, *, replace: bool = False) -> None:
        """Keep it, durably; Conflict where there is one already and it is not to be replaced.

        Unsupported where only somebody else can write there.
        """


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file that only its owner can read."""

    path: Path

    def read(self) -> bytes:
        """The content; refuses a file that others than its owner can read."""
        try:
            mode = self.path.stat().st_mode
            raw = self.path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"There is no key file {self.path}. Bring it back from its safe place.") from None
        except OSError as error:
            raise Unavailable(f"The key file {self.path} cannot be read: {error.strerror}.") from error
        if mode & _READABLE_BY_OTHERS:
            raise Incorrect(f"The key file {self.path} can be read by others. Close it: chmod 600 {self.path}")
        return raw

    def write(self, content: bytes, *, replace: bool = False) -> None:
        """Write the file, on disk when it returns; a replaced one is there whole, old or new, whatever happens."""
        target = self.path.with_suffix(".partial") if replace else self.path
        target.unlink(missing_ok=True) if replace else None
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Conflict(f"{self.path} exists already; keys are never overwritten. Choose another place.") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            target.rename(self.path)
            _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that systemd hands to the service (`LoadCredentialEncrypted=`, systemd.exec(5))."""

    name: str
    folder: str | None

    def read(self) -> bytes:
        """The content, which systemd keeps in memory that only the service can read."""
        if self.folder is None:
            raise NotFound(
                f"The keys are to come from the systemd credential {self.name}, but there are no credentials here: "
                f"start the node as a service with LoadCredentialEncrypted={self.name}:…"
            )
        try:
            return (Path(self.folder) / self.name).read_bytes()
        except OSError as error:
            raise NotFound(f"The systemd credential {self.name} cannot be read: {error.strerror}.") from error

    def write(self, content: bytes, *, replace: bool = False) -> None:  # noqa: ARG002 - a credential is written by systemd-creds
        """Always Unsupported: `systemd-creds encrypt` makes credentials."""
        raise Unsupported(
            f"The systemd credential {self.name} cannot be written from here. Write the keys to a file "
            "(verbund keys new FILE), and make the credential of it: systemd-creds encrypt --name=…"
        )


@dataclass(frozen=True, slots=True)
class Command:
    """A program that prints the content: the client of a key service (KMS, Vault, sops, age)."""

    line: str

    def read(self) -> bytes:
        """What the program prints; Unavailable where it fails or takes longer than half a minute."""
        try:
            done = subprocess.run(shlex.split(self.line), capture_output=True, check=False, timeout=COMMAND_SECONDS)  # noqa: S603 - named by the node's own configuration
        except (OSError, subprocess.TimeoutExpired, IndexError, ValueError):
            raise Unavailable("The command that is to print the node's keys does not start, or does not end.") from None
        if done.returncode != 0:
            raise Unavailable(f"The command that is to print the node's keys failed with status {done.returncode}.")
        return done.stdout

    def write(self, content: bytes, *, replace: bool = False) -> None:  # noqa: ARG002 - a key service is written by its own client
        """Always Unsupported: the key service's own client writes there."""
        raise Unsupported(
            "The keys come from a command; write them to a file (verbund keys new FILE) and hand that to the service."
        )


def source_of(setting: str, directory: Path, environment: Mapping[str, str] = os.environ) -> KeySource:
    """The source that a setting names; relative paths begin at `directory`. Incorrect for a setting of no known form.

    `file:PATH`, `credential:NAME`, `command:PROGRAM ARGUMENTS`, or a URI `pkcs11:…` (RFC 7512).
    """
    kind, _, rest = setting.partition(":")
    if kind == "file" and rest:
        return KeyFile(directory / rest)
    if kind == "credential" and rest and "/" not in rest:
        return Credential(rest, environment.get("CREDENTIALS_DIRECTORY"))
    if kind == "command" and rest.strip():
        return Command(rest)
    if kind == "pkcs11":
        from verbund.crypto.modules import SecurityModule  # noqa: PLC0415 - the library is an optional one

        return SecurityModule.of(rest, directory)
    raise Incorrect(
        "The setting 'keys' is file:PATH, credential:NAME, command:PROGRAM, or pkcs11:… (a URI after RFC 7512)."
    )
