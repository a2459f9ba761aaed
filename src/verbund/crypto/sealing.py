"""Seal bytes so that only the key opens them, and any change shows: AES-256-GCM (NIST SP 800-38D)."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from verbund.errors import Fault

_NONCE_BYTES = 12
_TAG_BYTES = 16


def seal(key: bytes, plain: bytes, aad: bytes = b"") -> bytes:
    """Encrypt and authenticate; the result is the random 96-bit nonce, the ciphertext and the tag: 28 bytes longer.

    `aad` binds the result to where it belongs: it opens only with the same bytes. One key may seal 2³² times (SP
    800-38D, section 8.3), far more than one patient's record needs.
    """
    return Sealer(key).seal(plain, aad)


class Sealer:
    """`seal` and `unseal` under one key, which is made ready once."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, aad: bytes = b"") -> bytes:
        """As the function of this name."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, aad)

    def encrypt(self, nonce: bytes, plain: bytes, aad: bytes = b"") -> bytes:
        """As `seal`, with 12 random bytes of the caller's, who keeps them: the result is what `seal` puts behind them.

        The caller guarantees that they were never used under this key before: else the seal is broken (section 8).
        """
        return self._cipher.encrypt(nonce, plain, aad)

    def unseal(self, sealed: bytes, aad: bytes = b"") -> bytes:
        """As the function of this name."""
        if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            raise Fault("Sealed data is cut short and does not open.")
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], aad)
        except InvalidTag:
            raise Fault("Sealed data does not open: it was changed, or sealed with another key.") from None


def unseal(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """Open what `seal` made; raises Fault when a byte of it, the key or `aad` is not the same."""
    return Sealer(key).unseal(sealed, aad)
