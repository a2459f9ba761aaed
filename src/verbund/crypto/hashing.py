"""Keyed hashes of search values: who has the database and not the key learns nothing from them."""

from hashlib import blake2b
from uuid import UUID

from verbund.errors import Incorrect

_SEPARATOR = "\x1f"
_ESCAPE = "\x1e"


def joined(parts: tuple[str, ...]) -> bytes:
    """Join the parts so that no two different tuples of at least one part give the same bytes.

    The separator is escaped only where it occurs, since it almost never does.
    """
    text = _SEPARATOR.join(parts)
    if _ESCAPE in text or text.count(_SEPARATOR) >= len(parts):
        text = _SEPARATOR.join(
            part.replace(_ESCAPE, _ESCAPE + "0").replace(_SEPARATOR, _ESCAPE + "1") for part in parts
        )
    return text.encode("utf-8", "surrogatepass")


class Hasher:
    """Keyed BLAKE2b (RFC 7693) in the widths that the index uses.

    Equal parts give equal hashes under one key, and unrelated ones under another. A 64-bit hash can collide: where that
    would matter, the caller compares what was hashed.
    """

    __slots__ = ("_wide", "_word")

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise Incorrect(f"A hash key has 32 bytes, not {len(key)}.")
        self._word = blake2b(digest_size=8, key=key)
        self._wide = blake2b(digest_size=16, key=key)

    def key64(self, *parts: str) -> int:
        """Hash to a signed 64-bit integer, as PostgreSQL's `bigint` holds it."""
        state = self._word.copy()
        state.update(joined(parts))
        return int.from_bytes(state.digest(), "big", signed=True)

    def key128(self, *parts: str) -> UUID:
        """Hash to 128 bits, for what must not collide; the UUID's version bits carry no meaning."""
        return UUID(bytes=self.bytes128(*parts))

    def bytes128(self, *parts: str) -> bytes:
        """The 16 bytes of `key128`."""
        state = self._wide.copy()
        state.update(joined(parts))
        return state.digest()
