"""Where in a text the places are that issues name: found again only when there are issues."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

Steps = tuple[str | int, ...]

_PART: Final = re.compile(r"ofType\((\w+)\)|([A-Za-z_]\w*)|\[(\d+)\]")
_TOKEN: Final = re.compile(r'[{}\[\],:]|"(?:[^"\\]|\\.)*"|[^\s{}\[\],:"]+')


def steps_of(path: str) -> Steps:
    """The way through the JSON of a resource to the element that a path with indices names.

    `Observation.value.ofType(Quantity).code` leads through `valueQuantity` to `code`.
    """
    steps: list[str | int] = []
    for kind, name, index in _PART.findall(path.partition(".")[2]):
        if kind and steps:
            steps[-1] = f"{steps[-1]}{kind[0].upper()}{kind[1:]}"
        elif name:
            # The extensions of a primitive stand beside it, under its name with an underscore.
            steps.append(name.removeprefix("_"))
        elif index:
            steps.append(int(index))
    return tuple(steps)


def lines_of(text: str, wanted: Collection[Steps]) -> dict[Steps, int]:
    """The line, from 1, at which each place begins; of what is not there, that of what it should be in."""
    prefixes = {steps[:length] for steps in wanted for length in range(len(steps) + 1)}
    found: dict[Steps, int] = {}
    for steps, line in _places(text):
        if steps in prefixes:
            found.setdefault(steps, line)
    return {steps: _nearest(steps, found) for steps in wanted}


def _nearest(steps: Steps, found: dict[Steps, int]) -> int:
    return next((found[steps[:length]] for length in range(len(steps), -1, -1) if steps[:length] in found), 1)


def _places(text: str) -> Iterator[tuple[Steps, int]]:
    """Each place of a JSON text in its order, with the line at which its key or value begins."""
    way: list[str | int] = []
    open_lists: list[bool] = []
    line, last, key = 1, 0, ""
    started = False
    for token in _TOKEN.finditer(text):
        sign = token[0]
        line += text.count("\n", last, token.start())
        last = token.start()
        if not started:
            started = True
            yield (), line
        if sign in "{[":
            open_lists.append(sign == "[")
            way.append(0 if sign == "[" else "")
        elif sign in "}]":
            if open_lists:
                open_lists.pop()
                way.pop()
            continue
        elif sign == "," and open_lists and open_lists[-1]:
            way[-1] = int(way[-1]) + 1
            continue
        elif sign == ":" and open_lists and not open_lists[-1]:
            way[-1] = key.strip('"').removeprefix("_")
            yield tuple(way), line
            continue
        else:
            key = sign
        yield from _begun(way, open_lists, sign, line)


def _begun(way: Sequence[str | int], open_lists: Sequence[bool], sign: str, line: int) -> Iterator[tuple[Steps, int]]:
    """The place of a value that begins in a list."""
    depth = len(way) - 1 if sign in "{[" else len(way)
    if depth > 0 and open_lists[depth - 1]:
        yield tuple(way[:depth]), line
