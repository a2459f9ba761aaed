"""Keys that only a hardware security module opens, by PKCS#11 v2.40 and its URIs (RFC 7512)."""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote

import msgspec

from verbund.crypto.sealing import seal, unseal
from verbund.crypto.sources import KeyFile
from verbund.errors import Fault, Incorrect, Unavailable, Unsupported

_CONTEXT = b"verbund node keys"
_GCM_TAG_BITS = 128


class _Wrapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="verbund-wrapped-keys"):
    """The file beside the module: the key file sealed under a key that only the module opens."""

    nonce: str
    key: str
    keys: str


@dataclass(frozen=True, slots=True)
class SecurityModule:
    """A key file sealed under a key of its own, and that key encrypted by an AES key that never leaves the module.

    The attributes of the URI: `token` and `object` (labels), `module-path` (the module's library), `pin-source` (a file
    with the PIN, relative to the node's folder), `file` (the sealed file, `keys.sealed` by default).
    """

    token: str
    label: str
    library: Path
    pin_file: Path
    path: Path

    @classmethod
    def of(cls, uri: str, directory: Path) -> Self:
        """Read the part of a URI after `pkcs11:`; Incorrect names what is missing."""
        path, _, query = uri.partition("?")
        found = {name: unquote(value) for name, _, value in (part.partition("=") for part in path.split(";"))}
        found |= {name: values[0] for name, values in parse_qs(query).items()}
        missing = [name for name in ("token", "object", "module-path", "pin-source") if not found.get(name)]
        if missing:
            raise Incorrect(f"The setting 'keys' names a security module without {', '.join(missing)} (RFC 7512).")
        pin = directory / found["pin-source"].removeprefix("file:")
        file = directory / found.get("file", "keys.sealed")
        return cls(found["token"], found["object"], Path(found["module-path"]), pin, file)

    def read(self) -> bytes:
        """Open the sealed file with the module's help."""
        try:
            wrapped = msgspec.json.decode(KeyFile(self.path).read(), type=_Wrapped)
            nonce, encrypted, keys = b64decode(wrapped.nonce), b64decode(wrapped.key), b64decode(wrapped.keys)
        except ValueError:
            raise Fault(f"The key file {self.path} is damaged. Bring it back from its safe place.") from None
        with self._key() as (key, how):
            opened = bytes(key.decrypt(encrypted, **how(nonce)))
        return unseal(opened, keys, _CONTEXT)

    def write(self, content: bytes, *, replace: bool = False) -> None:
        """Seal under a new key, and have the module encrypt that."""
        fresh, nonce = os.urandom(32), os.urandom(12)
        with self._key() as (key, how):
            encrypted = bytes(key.encrypt(fresh, **how(nonce)))
        parts = (nonce, encrypted, seal(fresh, content, _CONTEXT))
        wrapped = _Wrapped(*(b64encode(part).decode() for part in parts))
        KeyFile(self.path).write(msgspec.json.format(msgspec.json.encode(wrapped), indent=2) + b"\n", replace=replace)

    @contextmanager
    def _key(self) -> Iterator[tuple[Any, Any]]:
        """The key in the module, and the arguments with which it encrypts (AES-GCM); Unavailable where it fails."""
        try:
            import pkcs11  # noqa: PLC0415 - an optional library
        except ImportError:
            raise Unsupported("Security modules need the library: pip install 'verbund[pkcs11]'") from None
        pin = KeyFile(self.pin_file).read().decode().strip()

        def how(nonce: bytes) -> dict[str, Any]:
            parameters = pkcs11.GCMParams(nonce, _CONTEXT, _GCM_TAG_BITS)
            return {"mechanism": pkcs11.Mechanism.AES_GCM, "mechanism_param": parameters}

        try:
            token = pkcs11.lib(str(self.library)).get_token(token_label=self.token)
            with token.open(user_pin=pin) as session:
                yield session.get_key(label=self.label, key_type=pkcs11.KeyType.AES), how
        except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
            raise Unavailable(
                f"The security module's token {self.token} does not give its key {self.label} ({type(error).__name__})."
            ) from None
