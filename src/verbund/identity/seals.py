"""How identity keeps what it stores: looked up by keyed hash, sealed under a key of its own derived from the node's."""

import secrets
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from verbund.crypto import Hasher, NodeKeys, seal, unseal


class Seals:
    """Keyed look-up values and seals of identity's tables; `kind` keeps values of different tables apart."""

    def __init__(self, keys: NodeKeys) -> None:
        self._hasher = Hasher(keys.index)
        self._key = HKDF(SHA256(), length=32, salt=None, info=b"verbund identity").derive(keys.master)

    def lookup(self, kind: str, text: str) -> UUID:
        """The value under which `text` is found again, without saying what it is."""
        return self._hasher.key128("identity", kind, text)

    def seal(self, kind: str, plain: bytes) -> bytes:
        """`plain` sealed; opens only as the same kind."""
        return seal(self._key, plain, kind.encode())

    def unseal(self, kind: str, sealed: bytes) -> bytes:
        """What was sealed. Raises Fault when it was tampered with or is of another kind."""
        return unseal(self._key, sealed, kind.encode())


def new_secret() -> str:
    """A random value of 256 bits for a cookie, code or request; only its keyed hash is ever stored."""
    return secrets.token_urlsafe(32)
