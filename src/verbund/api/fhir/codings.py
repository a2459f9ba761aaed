"""Content codings: bodies that come and go compressed (RFC 9110, section 8.4; RFC 8878 for zstd).

What comes is never opened beyond the size that is taken, however small it was packed.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable

import zstandard

from verbund.errors import Incorrect, TooLarge, WrongMediaType

WORTH_COMPRESSING = 1024
"""Answers of fewer bytes go out as they are."""

_ASIDE = 256 * 1024  # from this size on compression is done in a thread, so that others are not held up
_ZSTD_WINDOW = 8 * 2**20
_MOST_CODINGS = 2


def opened(body: bytes, coding: str, limit: int) -> bytes:
    """The body without its content codings.

    WrongMediaType names what is taken; TooLarge when it would be more than `limit` bytes; Incorrect for what is broken
    or cut off.
    """
    names = [name.strip().lower() for name in coding.split(",") if name.strip().lower() not in {"", "identity"}]
    if len(names) > _MOST_CODINGS or any(name not in _OPENERS for name in names):
        raise WrongMediaType(f"Content-Encoding takes {', '.join(sorted(_OPENERS))}, not '{coding[:60]}'.")
    for name in reversed(names):
        try:
            body = _OPENERS[name](body, limit)
        except (zlib.error, zstandard.ZstdError, EOFError):
            raise Incorrect(f"The body is not {name}, as its Content-Encoding says, or it is cut off.") from None
    return body


def _inflated(wbits: int) -> Callable[[bytes, int], bytes]:
    def inflate(body: bytes, limit: int) -> bytes:
        engine = zlib.decompressobj(wbits=wbits)
        plain = engine.decompress(body, limit + 1)
        if len(plain) > limit:
            raise _too_large(limit)
        if not engine.eof:
            raise EOFError
        return plain

    return inflate


def _deflated(body: bytes, limit: int) -> bytes:
    """With the zlib header, as the standard says, or without, as many send it."""
    try:
        return _inflated(15)(body, limit)
    except zlib.error:
        return _inflated(-15)(body, limit)


def _unzstd(body: bytes, limit: int) -> bytes:
    engine = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    with engine.stream_reader(body, read_across_frames=False) as reader:
        plain = reader.read(limit + 1)
        if len(plain) > limit:
            raise _too_large(limit)
        if not plain and body:
            raise EOFError
    declared = zstandard.frame_content_size(body)
    if declared >= 0 and declared != len(plain):
        raise EOFError
    return plain


_OPENERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _inflated(31),
    "x-gzip": _inflated(31),
    "deflate": _deflated,
    "zstd": _unzstd,
}


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"Unpacked, the body is larger than the {limit} bytes that this node takes.")


def chosen(accepted: str) -> str | None:
    """The coding for an answer: of those that are accepted the one with the highest quality, zstd before gzip."""
    best, most = None, 0.0
    for choice in accepted.split(","):
        name, quality = quality_of(choice)
        if name == "*":
            name = "gzip"
        if name in _PACKERS and (quality > most or (name == "zstd" and quality == most > 0)):
            best, most = name, quality
    return best


def quality_of(choice: str) -> tuple[str, float]:
    """A choice of an Accept header and its quality, 1 by default, 0 where it cannot be read."""
    name, _, rest = choice.partition(";")
    for parameter in rest.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            try:
                return name.strip().lower(), min(max(float(value), 0.0), 1.0)
            except ValueError:
                return name.strip().lower(), 0.0
    return name.strip().lower(), 1.0


async def packed(body: bytes, coding: str) -> bytes:
    """The body in a coding that `chosen` gave."""
    pack = _PACKERS[coding]
    return await asyncio.to_thread(pack, body) if len(body) >= _ASIDE else pack(body)


async def packed_stream(pieces: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    """The pieces of a body, packed as they come."""
    engine = (
        zlib.compressobj(level=1, wbits=31) if coding == "gzip" else zstandard.ZstdCompressor(level=1).compressobj()
    )
    async for piece in pieces:
        if packed_piece := await asyncio.to_thread(engine.compress, piece):
            yield packed_piece
    yield engine.flush()


def _gzip(body: bytes) -> bytes:
    engine = zlib.compressobj(level=1, wbits=31)
    return engine.compress(body) + engine.flush()


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(body)


_PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": _gzip, "zstd": _zstd}
