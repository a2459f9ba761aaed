"""The keys of a node, and the half of them that the region may know."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from verbund.crypto.sources import KeyFile
from verbund.errors import Fault, Incorrect


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


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="verbund-node-keys"):
    """The content of a key file: one JSON object, so that it can be printed, locked away and typed in again."""

    version: int
    master: str
    index: str
    signing: dict[str, str]
    sealing: dict[str, str]
    # Of version 2: the present wrapping key, its number, and those that it replaced, by their numbers.
    generation: int = 0
    wrapping: str | None = None
    former: dict[str, str] = {}


@dataclass(frozen=True)
class NodeKeys:
    """All secrets of a node. Losing them loses the data; nothing of them shows in a representation or a log.

    `wrapping` wraps the patients' data keys, `index` keys the hashes of search values, `signing` (Ed25519) signs
    messages, tokens and heads of the audit log, `sealing` (X25519) opens what others sealed for this node, `master`
    seals what the node keeps for itself. `generation` counts how often the wrapping key was replaced; `former` are
    those that it replaced, by generation, for as long as something may still be wrapped by them.
    """

    master: bytes = field(repr=False)
    index: bytes = field(repr=False)
    signing: OKPKey = field(repr=False)
    sealing: OKPKey = field(repr=False)
    renewed: bytes = field(default=b"", repr=False)
    generation: int = field(default=0, repr=False)
    former: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make new keys from the operating system's randomness."""
        return cls(
            master=os.urandom(32),
            index=os.urandom(32),
            signing=OKPKey.generate_key("Ed25519"),
            sealing=OKPKey.generate_key("X25519"),
        )

    @property
    def wrapping(self) -> bytes:
        """The key that wraps data keys now: the master key, until it was replaced for the first time."""
        return self.renewed or self.master

    def wrapping_of(self, generation: int) -> bytes | None:
        """The wrapping key of a generation, None where these keys do not hold it."""
        return self.wrapping if generation == self.generation else self.former.get(generation)

    def with_new_wrapping(self) -> Self:
        """The same with a new wrapping key, one generation later; the present one becomes a former one."""
        former = {**self.former, self.generation: self.wrapping}
        return replace(self, renewed=os.urandom(32), generation=self.generation + 1, former=former)

    def without_former(self) -> Self:
        """The same without the wrapping keys that were replaced."""
        return replace(self, former={})

    @cached_property
    def _public(self) -> PublicKeys:
        return PublicKeys(signing=_public_jwk(self.signing), sealing=_public_jwk(self.sealing))

    def public(self) -> PublicKeys:
        """The half that others may have."""
        return self._public

    def render(self) -> bytes:
        """The content of a key file; `parse` reads it."""
        content = _Content(
            version=2 if self.generation else 1,
            master=_text(self.master),
            index=_text(self.index),
            signing={name: str(value) for name, value in self.signing.as_dict(private=True).items()},
            sealing={name: str(value) for name, value in self.sealing.as_dict(private=True).items()},
            generation=self.generation,
            wrapping=_text(self.renewed) if self.generation else None,
            former={str(generation): _text(key) for generation, key in self.former.items()},
        )
        return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"

    @classmethod
    def parse(cls, raw: bytes, place: str) -> Self:
        """Read what `render` made; Fault, naming the place, when it is damaged or of another version."""
        try:
            content = msgspec.json.decode(raw, type=_Content)
            former = {int(number): urlsafe_b64decode(key) for number, key in content.former.items()}
            master, index = urlsafe_b64decode(content.master), urlsafe_b64decode(content.index)
            renewed = urlsafe_b64decode(content.wrapping or "")
        except ValueError:
            raise Fault(f"The keys from {place} are damaged. Bring them back from their safe place.") from None
        lengths = {len(master), len(index), *map(len, former.values()), *([len(renewed)] if renewed else [])}
        if (
            content.version != (2 if content.generation else 1)
            or lengths != {32}
            or bool(content.generation) != bool(renewed)
        ):
            raise Fault(f"The keys from {place} are damaged, or of another version of Verbund.")
        return cls(
            master=master,
            index=index,
            signing=_imported(content.signing, "Ed25519", private=True),
            sealing=_imported(content.sealing, "X25519", private=True),
            renewed=renewed,
            generation=content.generation,
            former=former,
        )

    def save(self, path: Path) -> None:
        """Write to a new file that only its owner can read, on disk when it returns; Conflict when there is one."""
        KeyFile(path).write(self.render())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; refuses a file that others than its owner can read."""
        return cls.parse(KeyFile(path).read(), str(path))


def _text(key: bytes) -> str:
    return urlsafe_b64encode(key).decode()
