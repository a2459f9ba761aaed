"""German names, written one way: what two houses spell differently for one person comes out alike."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "œ": "oe",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_TITLES = frozenset(
    _WORD.findall("""
    dr prof med dent vet rer nat phil jur habil dipl ing mag herr frau hc univ pd
""")
)
_PARTICLES = frozenset(
    _WORD.findall("""
    von vom van de den der des del della di da do dos du la le el al ter ten zu zum zur und am im auf in y e
    freiherr freifrau freiin baron baronin graf graefin fuerst fuerstin ritter edler edle prinz prinzessin
""")
)


def plain(text: str) -> str:
    """Small letters: umlauts and ß as they are written without them, other accents dropped."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    stripped = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in stripped if not unicodedata.combining(letter))


def parts(name: str) -> tuple[str, ...]:
    """The parts of a name without titles and particles, each once: `Prof. Dr. von Müller-Groß` → mueller, gross.

    A name of nothing but particles (`Van`, `Le`) keeps them.
    """
    words = tuple(dict.fromkeys(_WORD.findall(plain(name).replace("'", "").replace("’", ""))))
    named = tuple(word for word in words if word not in _TITLES)
    return tuple(word for word in named if word not in _PARTICLES) or named


# One name, written in different ways; the order matters.
_SPELLINGS = (
    ("ph", "f"), ("th", "t"), ("sch", "ʃ"), ("chr", "kr"), ("ch", "χ"), ("ck", "k"), ("c", "k"), ("w", "v"),
    ("ay", "ai"), ("ey", "ai"), ("ei", "ai"), ("y", "i"), ("ie", "i"), ("z", "s"),
)  # fmt: skip
_SILENT = re.compile(r"(?<=.)h")
_TWICE = re.compile(r"(.)\1")


@lru_cache(maxsize=16_384)
def one_spelling(name: str) -> str:
    """A plain given name with what is only spelled differently made alike: stephan and stefan, sophie and sofie.

    Not what makes another name: anna and anja, lena and lina stay two.
    """
    for written, alike in _SPELLINGS:
        name = name.replace(written, alike)
    return _TWICE.sub(r"\1", _SILENT.sub("", name))


@cache
def _given_names() -> frozenset[str]:
    text = (files("verbund.linkage") / "given_names.txt").read_text(encoding="utf-8")
    listed = [line.partition("#")[0] for line in text.splitlines()]
    return frozenset(one_spelling(word) for line in listed for word in _WORD.findall(plain(line)))


def is_given_name(spelled: str) -> bool:
    """Whether people in Germany have this given name (as `one_spelling` gives it): a slip rarely makes one."""
    return spelled in _given_names()


def bigrams(word: str) -> tuple[str, ...]:
    """The pairs of neighbouring letters, the ends marked: `ute` → _u, ut, te, e_."""
    padded = f"_{word}_"
    return tuple(padded[at : at + 2] for at in range(len(padded) - 1))


_VOWELS = frozenset("aeijouy")
_SIMPLE = {"b": "1", "f": "3", "v": "3", "w": "3", "g": "4", "k": "4", "q": "4", "l": "5", "m": "6", "n": "6", "r": "7"}
_SIMPLE |= {"s": "8", "z": "8"}


def _sound(before: str, letter: str, after: str) -> str:
    """The digits of one letter between its neighbours; nothing for h."""
    if letter in _VOWELS:
        return "0"
    if letter == "p":
        return "3" if after == "h" else "1"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter == "c":
        return _sound_of_c(before, after)
    return _SIMPLE.get(letter, "")


def _sound_of_c(before: str, after: str) -> str:
    if not before:
        return "4" if after and after in "ahkloqrux" else "8"
    return "4" if before not in "sz" and after and after in "ahkoqux" else "8"


@lru_cache(maxsize=16_384)
def phonetic(word: str) -> str:
    """The Cologne phonetics of a plain word (Postel 1969): meier, maier and mayr all give 67.

    A word of another alphabet sounds like itself alone.
    """
    digits = "".join(_sound(word[at - 1 : at], letter, word[at + 1 : at + 2]) for at, letter in enumerate(word))
    distinct = "".join(digit for at, digit in enumerate(digits) if at == 0 or digits[at - 1] != digit)
    return (distinct[:1] + distinct[1:].replace("0", "")) or word
