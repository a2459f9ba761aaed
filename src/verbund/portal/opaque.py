"""Ids in addresses that mean nothing: sealed under the session, so that they tell nobody anything and end with it.

AES-SIV (RFC 5297) is deterministic, so one patient has one address within a session, and authenticated, so that nobody
guesses another's.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from verbund.errors import NotFound


def hide(session: str, *parts: str) -> str:
    """The parts (without line breaks) as one word that fits into an address."""
    sealed = _cipher(session).encrypt("\n".join(parts).encode(), None)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


def reveal(session: str, word: str) -> tuple[str, ...]:
    """The parts again; NotFound for what was not hidden in this session."""
    try:
        sealed = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        return tuple(_cipher(session).decrypt(sealed, None).decode().split("\n"))
    except (NotBase64, InvalidTag, ValueError) as broken:
        raise NotFound(
            "This address belongs to another session. Open the page again from its list.",
            german="Diese Adresse gehört zu einer anderen Sitzung. Öffnen Sie die Seite neu aus ihrer Liste.",
        ) from broken


def _cipher(session: str) -> AESSIV:
    return AESSIV(hashlib.blake2b(session.encode(), digest_size=64, person=b"verbund address").digest())
