"""Inputs that are almost right: seeds changed at a few places, the same for the same number."""

from collections.abc import Iterator
from random import Random

TOKENS = (
    *(
        b'"',
        b"'",
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b",",
        b":",
        b"|",
        b"$",
        b"\\",
        b"&",
        b"=",
        b".",
        b"/",
        b"<",
        b">",
    ),
    *(
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\\ud800",
        b"\\u0000",
        b"NaN",
        b"-1",
        b"1e999999",
        b"9" * 40,
        b"null",
        b"true",
    ),
    *(
        b"[[[[[[[[",
        b"((((((((",
        b"{}",
        b"[]",
        b"&#0;",
        b"<!--",
        b"]]>",
        b"&x;",
        b"not ",
        b" and ",
        b" or ",
        b"%00",
        b"%",
    ),
)


def mutated(seeds: tuple[bytes, ...], number: int) -> bytes:
    """One input; `number` tells which."""
    chance = Random(number)  # noqa: S311 - the same each time is what is wanted
    data = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        data = chance.choice(_CHANGES)(data, chance, seeds)
    return data[:20_000]


def inputs(seeds: tuple[bytes, ...], count: int) -> Iterator[bytes]:
    """The seeds, then so many that are almost like them."""
    yield from seeds
    for number in range(count):
        yield mutated(seeds, number)


def _insert(data: bytes, chance: Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(TOKENS) + data[at:]


def _remove(data: bytes, chance: Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.randrange(1, 20) :]


def _double(data: bytes, chance: Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randrange(len(data) + 1)
    part = data[at : at + chance.randrange(1, 60)]
    return data[:at] + part * chance.choice((2, 2, 3, 50)) + data[at + len(part) :]


def _replace(data: bytes, chance: Random, _: tuple[bytes, ...]) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cross(data: bytes, chance: Random, seeds: tuple[bytes, ...]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


_CHANGES = (_insert, _insert, _remove, _double, _replace, _cross)
