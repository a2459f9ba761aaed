"""The keys of a node, and the half of them that the region may know."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from verbund.errors import Conflict, Fault, Incorrect, NotFound

_READABLE_BY_OTHERS = 0o077


def _public_jwk(key: OKPKey) -> dict[str, str]:
    return {name: str(value) for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x"}}


def _imported(jwk: Mapping[str, str], curve: str, *, private: bool) -> OKPKey:
    """Import a JWK of exactly this curve (RFC 8037), so that no key of another kind is ever put to use."""
    try:
        key = OKPKey.import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError):
        raise Incorrect(f"This is not a key of the curve {curve} (RFC 8037).") from None
    if key.curve_name != curve or key.is_private != private:
        raise Incorrect(f"A {'private' if private else 'public'} key of the curve {curve} is needed here.")
    return key


@dataclass(frozen=True)
class PublicKeys:
    """What others need of a node: the key that proves its signatures and the key that seals for it, as JWKs."""

    signing: dict[str, str]
    sealing: dict[str, str]

    @cached_property
    def signing_key(self) -> OKPKey:
        """The Ed25519 key; raises Incorrect when `signing` is none."""
        return _imported(self.signing, "Ed25519", private=False)

    @cached_property
    def sealing_key(self) -> OKPKey:
        """The X25519 key; raises Incorrect when `sealing` is none."""
        return _imported(self.sealing, "X25519", private=False)

    @cached_property
    def key_id(self) -> str:
        """The RFC 7638 thumbprint of the signing key."""
        return self.signing_key.thumbprint()

    @cached_property
    def sealing_id(self) -> str:
        """The RFC 7638 thumbprint of the sealing key."""
        return self.sealing_key.thumbprint()

    def to_dict(self) -> dict[str, dict[str, str]]:
        """For JSON; `from_dict` reads it."""
        return {"signing": dict(self.signing), "sealing": dict(self.sealing)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Mapping[str, str]]) -> Self:
        """Read what `to_dict` made, from a stranger too: raises Incorrect unless both keys are of their curve."""
        if not all(isinstance(data.get(part), Mapping) for part in ("signing", "sealing")):
            raise Incorrect("Public keys are an object with the JWKs `signing` and `sealing`.")
        return cls(
            signing=_public_jwk(_imported(data["signing"], "Ed25519", private=False)),
            sealing=_public_jwk(_imported(data["sealing"], "X25519", private=False)),
        )


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="verbund-node-keys"):
    """The key file: one JSON object, so that it can be printed, locked away and typed in again."""

    version: int
    master: str
    index: str
    signing: dict[str, str]
    sealing: dict[str, str]


@dataclass(frozen=True)
class NodeKeys:
    """All secrets of a node. Losing them loses the data; nothing of them shows in a representation or a log.

    `master` wraps the patients' data keys, `index` keys the hashes of search values, `signing` (Ed25519) signs
    messages, tokens and heads of the audit log, `sealing` (X25519) opens what others sealed for this node.
    """

    master: bytes = field(repr=False)
    index: bytes = field(repr=False)
    signing: OKPKey = field(repr=False)
    sealing: OKPKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make new keys from the operating system's randomness."""
        return cls(
            master=os.urandom(32),
            index=os.urandom(32),
            signing=OKPKey.generate_key("Ed25519"),
            sealing=OKPKey.generate_key("X25519"),
        )

    @cached_property
    def _public(self) -> PublicKeys:
        return PublicKeys(signing=_public_jwk(self.signing), sealing=_public_jwk(self.sealing))

    def public(self) -> PublicKeys:
        """The half that others may have."""
        return self._public

    def save(self, path: Path) -> None:
        """Write to a new file that only its owner can read, on disk when it returns; Conflict when there is one."""
        content = _KeyFile(
            version=1,
            master=urlsafe_b64encode(self.master).decode(),
            index=urlsafe_b64encode(self.index).decode(),
            signing={name: str(value) for name, value in self.signing.as_dict(private=True).items()},
            sealing={name: str(value) for name, value in self.sealing.as_dict(private=True).items()},
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise Conflict(f"{path} exists already; keys are never overwritten. Choose another place.") from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; refuses a file that others than its owner can read."""
        try:
            mode = path.stat().st_mode
            raw = path.read_bytes()
        except FileNotFoundError:
            raise NotFound(f"There is no key file {path}. Bring it back from its safe place.") from None
        if mode & _READABLE_BY_OTHERS:
            raise Incorrect(f"The key file {path} can be read by others. Close it: chmod 600 {path}")
        try:
            content = msgspec.json.decode(raw, type=_KeyFile)
            master, index = urlsafe_b64decode(content.master), urlsafe_b64decode(content.index)
        except ValueError:
            raise Fault(f"The key file {path} is damaged. Bring it back from its safe place.") from None
        if content.version != 1 or len(master) != 32 or len(index) != 32:
            raise Fault(f"The key file {path} is damaged, or of another version of Verbund.")
        return cls(
            master=master,
            index=index,
            signing=_imported(content.signing, "Ed25519", private=True),
            sealing=_imported(content.sealing, "X25519", private=True),
        )
