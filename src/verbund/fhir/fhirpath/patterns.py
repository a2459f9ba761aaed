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
_CHOICES: Final = frozenset({"*", "+", "?", "|"})
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
    """How many times something is repeated without a narrow bound, and whether one repetition is inside another.

    A repeated group that begins with a character which nothing else in it fits, such as `(\\.[^.]+)*`, can be read in
    one way only, and does not count as one inside another.
    """
    atoms = _ATOM.findall(pattern)
    open_groups: list[int] = []
    repeats, nested = 0, False
    closed: int | None = None
    for place, atom in enumerate(atoms):
        group, closed = closed, None
        if atom[0] == "(":
            open_groups.append(place)
        elif atom == ")" and open_groups:
            closed = open_groups.pop()
        elif atom in {"*", "+"} or (atom[0] == "{" and len(atom) > 2 and _wide(atom)):
            nested = nested or (group is not None and not _one_way(atoms[group + 1 : place - 1]))
            repeats += 1
    return repeats, nested


def _one_way(atoms: list[str]) -> bool:
    """Whether a group holds no choice, or begins with a character that nothing else in it fits."""
    if not any(atom in _CHOICES or (atom[0] == "{" and len(atom) > 2) for atom in atoms):
        return True
    first, rest = (atoms or ["."])[0], atoms[1:]
    character = first[1:] if len(first) == 2 and first[0] == "\\" else first
    if (
        len(character) != 1
        or (len(first) == 2 and character.isalnum())
        or first in {".", "^", "$", "|", "("}
        or "|" in rest
    ):
        return False
    if rest and (rest[0] in {"*", "?", "+"} or rest[0][0] == "{"):
        return False
    parts = [atom for atom in rest if atom[0] not in "()*+?{"]
    return not any(re.fullmatch(atom, character, re.DOTALL) for atom in parts if atom not in {"^", "$"})


def _wide(bounds: str) -> bool:
    """Whether `{…}` leaves open how often, or allows more than a few times."""
    low, comma, high = bounds[1:-1].partition(",")
    return bool(comma) and (not high or int(high) - int(low or 0) > 8)
