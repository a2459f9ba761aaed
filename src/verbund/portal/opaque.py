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


def reveal(session: str, word: str, count: int = 1) -> tuple[str, ...]:
    """The parts again, so many; NotFound for what was not hidden in this session, or for another page."""
    try:
        sealed = urlsafe_b64decode(word + "=" * (-len(word) % 4))
        parts = tuple(_cipher(session).decrypt(sealed, None).decode().split("\n"))
    except (NotBase64, InvalidTag, ValueError) as broken:
        raise _elsewhere() from broken
    if len(parts) != count:
        raise _elsewhere()
    return parts


def _elsewhere() -> NotFound:
    return NotFound(
        "This address belongs to another session or page. Open the page again from its list.",
        german="Diese Adresse gehört zu einer anderen Sitzung oder Seite. Öffnen Sie die Seite neu aus der Liste.",
    )


def _cipher(session: str) -> AESSIV:
    return AESSIV(hashlib.blake2b(session.encode(), digest_size=64, person=b"verbund address").digest())
