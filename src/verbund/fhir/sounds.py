"""Words by how they sound in German, after the Kölner Phonetik: Meier, Mayr and Maier are one.

H. J. Postel, "Die Kölner Phonetik. Ein Verfahren zur Identifizierung von Personennamen auf der Grundlage der
Gestaltanalyse", IBM-Nachrichten 19, 1969, pages 925 to 931.
"""

import re
from functools import lru_cache
from typing import Final

from verbund.fhir.text import normalise

END: Final = "x"
"""Closes the code of a word, so that no code is the beginning of another."""

_PLAIN: Final = (
    dict.fromkeys("aeijouy", "0")
    | dict.fromkeys("fvw", "3")
    | dict.fromkeys("gkq", "4")
    | {"b": "1", "l": "5", "m": "6", "n": "6", "r": "7", "s": "8", "z": "8"}
)
_NO_LETTER = re.compile(r"[^a-z]")
_REPEATED = re.compile(r"(.)\1+")


def sound(text: str) -> str:
    """The codes of the words of a text, parted by blanks; a word without Latin letters stays as it is, normalised."""
    return " ".join(_word(word) for word in normalise(text).split())


@lru_cache(maxsize=16_384)
def _word(word: str) -> str:
    letters = _NO_LETTER.sub("", word)
    if not letters:
        return word
    coded = "".join(
        _letter(before, letter, after)
        for before, letter, after in zip(" " + letters, letters, letters[1:] + " ", strict=False)
    )
    single = _REPEATED.sub(r"\1", coded)
    return single[:1] + single[1:].replace("0", "") + END


def _letter(before: str, letter: str, after: str) -> str:
    """The digits of a letter between its neighbours; a blank stands for none."""
    match letter:
        case "h":
            return ""
        case "p":
            return "3" if after == "h" else "1"
        case "d" | "t":
            return "8" if after in "csz" else "2"
        case "x":
            return "8" if before in "ckq" else "48"
        case "c":
            return _c(before, after)
    return _PLAIN[letter]


def _c(before: str, after: str) -> str:
    """C sounds like K before dark vowels and some consonants, else like S."""
    if before == " ":
        return "4" if after in "ahkloqrux" else "8"
    return "4" if after in "ahkoqux" and before not in "sz" else "8"
