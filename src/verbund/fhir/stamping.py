"""Puts a server's own marks on a resource: id, version, time. Everything else stays byte for byte."""

from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Raw
from msgspec.json import Decoder, Encoder

_object = Decoder(dict[str, Raw]).decode
_encode = Encoder().encode
_FIRST = ("resourceType", "id", "meta")


@lru_cache(maxsize=4096)
def instant(moment: datetime) -> str:
    """A moment as a FHIR instant in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(raw: bytes, *, id: str, version: int, updated: datetime) -> bytes:  # noqa: A002 - the word of the standard
    """The resource with this `id`, `meta.versionId` and `meta.lastUpdated`; other parts of `meta` are kept.

    The order of the other elements and the bytes of each are kept; white space between top-level elements is not. The
    bytes must have been decoded before (they are one JSON object without doubled keys).
    """
    content = _object(raw)
    meta = _object(content["meta"]) if "meta" in content else {}
    meta = {
        "versionId": Raw(b'"%d"' % version),
        "lastUpdated": Raw(b'"%s"' % instant(updated).encode()),
        **{key: value for key, value in meta.items() if key not in {"versionId", "lastUpdated"}},
    }
    stamped = {"resourceType": content["resourceType"], "id": Raw(b'"%s"' % id.encode()), "meta": meta}
    return _encode(stamped | {key: value for key, value in content.items() if key not in _FIRST})
