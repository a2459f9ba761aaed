"""Regular expressions of value set filters, admitted only where they cannot run away.

A pattern comes from whoever wrote the value set. A repetition within a repetition, or several open ones in a row, can
make a search last for years, so that these are refused before they are tried.
"""

import re
import warnings
from functools import lru_cache
from re import _constants as kinds  # type: ignore[attr-defined]  # the only parser of Python's own patterns
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from verbund.errors import Incorrect

LONGEST = 200
MOST_REPETITIONS = 3
# What a pattern is held against; longer values are cut, so that the work for one concept has a bound.
LONGEST_VALUE = 200
_REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}
_PLAIN = {kinds.LITERAL, kinds.NOT_LITERAL, kinds.ANY, kinds.IN, kinds.AT}
_GROUPS = {kinds.SUBPATTERN, kinds.BRANCH}


@lru_cache(maxsize=256)
def pattern(text: str) -> re.Pattern[str]:
    """The pattern, compiled; Incorrect where it is none, or may take too long."""
    if len(text) > LONGEST:
        raise Incorrect(f"A pattern of a filter may have {LONGEST} characters, this has {len(text)}. Shorten it.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if _repetitions(parser.parse(text), inside=False) > MOST_REPETITIONS:
                raise Incorrect(f"The pattern {text} repeats more than {MOST_REPETITIONS} parts. Make it simpler.")
            return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise Incorrect(f"The filter's pattern {text} is no regular expression: {error}. Correct it.") from error


def matches(text: str, value: str) -> bool:
    """Whether the whole value fits the pattern."""
    return pattern(text).fullmatch(value[:LONGEST_VALUE]) is not None


def _repetitions(parts: Any, *, inside: bool) -> int:  # noqa: ANN401 - the parser's own tree
    """How many parts repeat without a bound worth the name; Incorrect for a repetition within one."""
    count = 0
    for kind, argument in parts:
        if kind in _REPEATS:
            least, most, body = argument
            if most == least or most <= 1:
                count += _repetitions(body, inside=inside or most > 1)
                continue
            if inside or not all(part[0] in _PLAIN for part in body):
                raise Incorrect("A filter's pattern may not repeat what repeats or has alternatives. Make it simpler.")
            count += 1
        elif kind in _GROUPS:
            bodies = argument[1] if kind is kinds.BRANCH else [argument[-1]]
            count += sum(_repetitions(body, inside=inside) for body in bodies)
        elif kind not in _PLAIN:
            raise Incorrect("A filter's pattern may only use characters, classes, groups and repetitions.")
    return count
