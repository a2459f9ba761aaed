"""Texts as string search compares them: without case, accents, umlauts and superfluous white space."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SPACES = re.compile(r"\s+")
_MARKS: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ı": "i"}
)


LONGEST_KEPT: Final = 256


def normalise(text: str) -> str:
    """The text in the form in which the index keeps and the search compares it.

    http://hl7.org/fhir/R4/search.html#string: without regard to case, accents and other diacritical marks; here also
    without marks of punctuation that do not part words, so that `Müller-Lüdenscheidt`, `MÜLLER LÜDENSCHEIDT` and
    `muller  ludenscheidt` are the same. Applying it twice changes nothing.
    """
    return _kept(text) if len(text) <= LONGEST_KEPT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        folded = text.lower()
    else:
        parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        folded = "".join(c for c in parted if not unicodedata.combining(c)).translate(_MARKS)
    return _SPACES.sub(" ", folded.replace("-", " ").replace("'", "").replace("’", "")).strip()


_kept = lru_cache(maxsize=16_384)(_folded)
"""Names and words occur again and again; long texts do not, and would fill the memory."""


def has_words(text: str, wanted: str) -> bool:
    """Whether every word of what is wanted, normalised, is the beginning of a word of the text."""
    found = _folded(text).split()
    return all(any(word.startswith(part) for word in found) for part in wanted.split())
