"""Regular expressions that cannot run away (http://hl7.org/fhirpath/N1/#matchesregex-string-boolean).

Python's engine goes back and tries again, so that some patterns take exponential time. A pattern that repeats what
already repeats is therefore only tried on short texts, and every text is bounded.
"""

import re
from functools import lru_cache
from typing import Final

from verbund.fhir.fhirpath.errors import Failed

LONGEST_PATTERN: Final = 2_000
LONGEST_TEXT: Final = 100_000
_ATOM: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!]|[()|]|[*+?]|\{\d*,?\d*\}|.", re.DOTALL)


def found(pattern: str, text: str) -> bool:
    """Whether the pattern fits a part of the text; the dot fits line ends too."""
    return _compiled(pattern, len(text)).search(text) is not None


def fits(pattern: str, text: str) -> bool:
    """Whether the pattern fits the whole text."""
    return _compiled(pattern, len(text)).fullmatch(text) is not None


def replaced(pattern: str, text: str, other: str) -> str:
    """The text with what the pattern fits replaced; `$1` and `${name}` are groups. An empty pattern fits nothing."""
    if not pattern:
        return text
    template = re.sub(r"\$(?:\{(\w+)\}|(\d))", r"\\g<\1\2>", other.replace("\\", "\\\\"))
    try:
        return _compiled(pattern, len(text)).sub(template, text)
    except (re.error, IndexError):
        raise Failed("The replacement names a group that the regular expression does not have.") from None


@lru_cache(maxsize=1024)
def _read(pattern: str) -> tuple[re.Pattern[str], int]:
    """A pattern, and how long a text it is tried on."""
    if len(pattern) > LONGEST_PATTERN:
        raise Failed(f"Regular expressions of more than {LONGEST_PATTERN} characters are not tried.")
    try:
        return re.compile(pattern, re.DOTALL), longest(pattern)
    except (re.error, RecursionError, OverflowError):
        raise Failed("The regular expression is malformed.") from None


def _compiled(pattern: str, length: int) -> re.Pattern[str]:
    compiled, most = _read(pattern)
    if length > most:
        raise Failed(f"This regular expression is not tried on texts of more than {most} characters.")
    return compiled


def longest(pattern: str) -> int:
    """How long a text may be so that a pattern cannot take more than a fraction of a second on it.

    One repetition may be tried at each place of the text: its square is what n repetitions in a row raise to the power
    n + 1. A repetition inside a repetition may take twice as long with each character.
    """
    repeats, nested = _repetitions(pattern)
    if nested:
        return 20
    return min(LONGEST_TEXT, max(64, int(2e7 ** (1 / (repeats + 1)))))


def _repetitions(pattern: str) -> tuple[int, bool]:
    """How many times something is repeated without a narrow bound, and whether one repetition is inside another."""
    open_groups: list[int] = []
    repeats, nested, last_group = 0, False, 0
    for atom in _ATOM.findall(pattern):
        closed = last_group
        last_group = 0
        if atom[0] == "(" and (len(atom) > 1 or atom == "("):
            open_groups.append(repeats)
        elif atom == ")" and open_groups:
            last_group = repeats - open_groups.pop()
        elif atom in {"*", "+"} or (atom[0] == "{" and len(atom) > 2 and _wide(atom)):
            nested = nested or closed > 0
            repeats += 1
    return repeats, nested


def _wide(bounds: str) -> bool:
    """Whether `{…}` leaves open how often, or allows more than a few times."""
    low, comma, high = bounds[1:-1].partition(",")
    return bool(comma) and (not high or int(high) - int(low or 0) > 8)
