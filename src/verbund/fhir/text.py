"""Texts as string search compares them: without case, accents, umlauts and superfluous white space."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SPACES = re.compile(r"\s+")
_FOLDED: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ı": "i"}
)


@lru_cache(maxsize=16_384)
def normalise(text: str) -> str:
    """The text in the form in which the index keeps and the search compares it.

    http://hl7.org/fhir/R4/search.html#string: without regard to case, accents and other diacritical marks; here also
    without marks of punctuation that do not part words, so that `Müller-Lüdenscheidt`, `MÜLLER LÜDENSCHEIDT` and
    `muller  ludenscheidt` are the same. Applying it twice changes nothing.
    """
    if text.isascii():
        folded = text.lower()
    else:
        parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        folded = "".join(c for c in parted if not unicodedata.combining(c)).translate(_FOLDED)
    return _SPACES.sub(" ", folded.replace("-", " ").replace("'", "").replace("’", "")).strip()
