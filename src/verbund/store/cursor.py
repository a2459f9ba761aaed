"""Where a page ends, for the next to begin: opaque to the client, and of no use when a bit of it was changed."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import datetime
from hashlib import blake2b
from typing import TypeVar

import msgspec

from verbund.crypto import Sealer
from verbund.errors import Fault, Incorrect

_CONTEXT = b"verbund search cursor"


Place = TypeVar("Place", bound=msgspec.Struct)


class Position(msgspec.Struct, frozen=True, array_like=True):
    """The last row of a page: its moment as PostgreSQL reads it, and its row number."""

    moment: str
    row: int


def position_of(moment: datetime, row: int) -> Position:
    """The position of a row; the driver gives PostgreSQL's infinities as moments without a zone."""
    if moment.tzinfo is None:
        return Position("-infinity" if moment.year == 1 else "infinity", row)
    return Position(moment.isoformat(), row)


class Cursors:
    """Makes and reads cursors; each belongs to one query."""

    def __init__(self, index_key: bytes) -> None:
        self._sealer = Sealer(blake2b(index_key, digest_size=32, person=b"verbund cursor").digest())

    def write(self, position: msgspec.Struct, query: str) -> str:
        """A cursor for the query's next page, safe in a URL."""
        sealed = self._sealer.seal(msgspec.msgpack.encode(position), _CONTEXT + query.encode())
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def read(self, cursor: str, query: str, kind: type[Place] = Position) -> Place:  # type: ignore[assignment]
        """The position; Incorrect when this is no cursor of ours, or one of another query."""
        try:
            sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            plain = self._sealer.unseal(sealed, _CONTEXT + query.encode())
            return msgspec.msgpack.decode(plain, type=kind)
        except (Fault, NotBase64, ValueError, UnicodeError):
            raise Incorrect(
                "This page link was changed, or belongs to another search. Start from the first page."
            ) from None
