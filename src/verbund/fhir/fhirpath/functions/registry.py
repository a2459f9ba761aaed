"""The table of functions: each module beside this one enters its own."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple


class Entry(NamedTuple):
    """A function, how many arguments it takes, and whether they are expressions that it evaluates itself."""

    run: Callable[..., list[Any]]
    least: int
    most: int
    lazy: bool


FUNCTIONS: Final[dict[str, Entry]] = {}

Body = Callable[..., list[Any]]


def function(name: str, least: int = 0, most: int | None = None, *, lazy: bool = False) -> Callable[[Body], Body]:
    """Enter a function `(environment, items, *arguments) -> items`."""

    def enter(body: Body) -> Body:
        FUNCTIONS[name] = Entry(body, least, least if most is None else most, lazy)
        return body

    return enter
