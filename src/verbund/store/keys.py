"""Search values as keyed 64-bit hashes: the same functions for what is stored and for what is asked.

Each key hashes type, parameter, a letter for its form, and the value. The forms: `t` a token with its system (which may
be empty), `c` a code of any system, `s` any code of a system, `r` a reference, `u` a URI, `b` what a URI lies below,
`w` the beginning of a word, `x` a whole string as it was written, `p` any value of an added parameter. A reference is
keyed otherwise, see `Keys.reference`.
"""

from collections.abc import Callable, Iterable

from verbund.crypto import Hasher
from verbund.fhir import normalise

# Beginnings of words up to this length are indexed; a longer one is looked up by its first letters and then compared.
PREFIX_LENGTH = 16
_KEPT = 20_000
# What of a target enters the key of a reference.
_WITHOUT_TAG = ~0xFF

# Parameters that stand for several others; they are looked up under those, and not stored twice.
COMBINED: dict[tuple[str, str], tuple[str, ...]] = {
    ("Observation", f"combo-{name}"): (name, f"component-{name}")
    for name in ("code", "data-absent-reason", "value-concept", "value-quantity")
}
COMBINED_NAMES = frozenset(name for _, name in COMBINED)


def stored_names(resource_type: str, parameter: str) -> tuple[str, ...]:
    """The names under which the values of a parameter lie in the index."""
    return COMBINED.get((resource_type, parameter), (parameter,))


def words(text: str) -> list[str]:
    """The words of a text in the form in which strings are compared."""
    return normalise(text).split()


class Keys:
    """Makes keys; remembers those of parameters, units, systems and words, which occur again and again."""

    def __init__(self, hasher: Hasher) -> None:
        self._key64 = hasher.key64
        self._bytes128 = hasher.bytes128
        self._words: dict[tuple[str, str, str], tuple[int, ...]] = {}
        self._others: dict[tuple[str, ...], int] = {}
        self._targets: dict[str, int] = {}
        self._hashed: dict[tuple[str, str], bytes] = {}

    def _one(self, *parts: str) -> int:
        found = self._others.get(parts)
        if found is None:
            if len(self._others) >= _KEPT:
                self._others.clear()
            found = self._others[parts] = self._key64(*parts)
        return found

    def parameter(self, kind: str, name: str) -> int:
        """The key of a parameter itself, under which dates, numbers and quantities lie."""
        return self._one(kind, name)

    def present(self, kind: str, name: str) -> int:
        """Any value of an added parameter, which has no bit for that."""
        return self._one(kind, name, "p")

    def unit(self, system: str | None, code: str) -> int:
        """The key of a unit of measure, with its system or without."""
        return self._one("unit", code) if system is None else self._one("unit", system, code)

    def token(self, kind: str, name: str, system: str | None, code: str | None) -> int:
        """A system and a code, either of them possibly empty."""
        return self._key64(kind, name, "t", system or "", code or "")

    def code(self, kind: str, name: str, code: str) -> int:
        """A code of any system, or of none."""
        return self._key64(kind, name, "c", code)

    def system(self, kind: str, name: str, system: str) -> int:
        """Any code of a system."""
        return self._one(kind, name, "s", system)

    def reference(self, kind: str, name: str, reference: str) -> int:
        """A reference, `Type/id` or an absolute URL, without a version.

        It is made of a key of the parameter and the beginning of the target's row id, by exclusive or: so the database
        can go from a resource to those that refer to it, and back, without knowing any id in clear. Its last eight bits
        are those of the parameter alone, by which the database knows it among the keys of a row.
        """
        return self.leading(kind, name) ^ self.target(reference)

    def leading(self, kind: str, name: str) -> int:
        """The part of the keys of references that belongs to the parameter."""
        return self._one(kind, name, "r")

    def target(self, reference: str) -> int:
        """Seven bytes of the hash by which the resource at `Type/id` is known, or of that of an address, and a 0."""
        found = self._targets.get(reference)
        if found is None:
            if len(self._targets) >= _KEPT:
                self._targets.clear()
            kind, _, identity = reference.partition("/")
            if ":" in kind or not identity:
                found = self._key64("address", reference) & _WITHOUT_TAG
            else:
                found = int.from_bytes(self.hashed(kind, identity)[:8], "big", signed=True) & _WITHOUT_TAG
            self._targets[reference] = found
        return found

    def hashed(self, kind: str, identity: str) -> bytes:
        """The 16 bytes by which the resource of this type and id is known."""
        found = self._hashed.get((kind, identity))
        if found is None:
            if len(self._hashed) >= _KEPT:
                self._hashed.clear()
            found = self._hashed[kind, identity] = self._bytes128(kind, identity)
        return found

    def uri(self, kind: str, name: str, uri: str) -> int:
        """A URI as it was written."""
        return self._key64(kind, name, "u", uri)

    def below(self, kind: str, name: str, uri: str) -> int:
        """All URIs that lie at or below one, segment by segment; asked for by `:below`."""
        return self._key64(kind, name, "b", uri.rstrip("/"))

    def of_ancestors(self, kind: str, name: str, uri: str) -> tuple[int, ...]:
        """The keys of everything that a URI lies at or below: `http://a/b/c`, `http://a/b`, `http://a`."""
        segments = uri.rstrip("/").split("/")
        first = 3 if uri.startswith(("http://", "https://")) else 1
        return tuple(self.below(kind, name, "/".join(segments[:end])) for end in range(first, len(segments) + 1))

    def exact(self, kind: str, name: str, text: str) -> int:
        """A whole string as it was written."""
        return self._key64(kind, name, "x", text)

    def beginning(self, kind: str, name: str, word: str) -> int:
        """The beginning of a normalised word, cut to the length that is indexed."""
        return self._key64(kind, name, "w", word[:PREFIX_LENGTH])

    def of_token(self, kind: str, name: str, system: str | None, code: str | None) -> tuple[int, ...]:
        """All keys under which a token is found, first that of system and code."""
        keys = [self._key64(kind, name, "t", system or "", code or "")]
        if code:
            keys.append(self._key64(kind, name, "c", code))
        if system:
            keys.append(self._one(kind, name, "s", system))
        return tuple(keys)

    def of_text(self, kind: str, name: str, text: str) -> Iterable[int]:
        """All keys under which a string is found."""
        yield self.exact(kind, name, text)
        for word in words(text):
            yield from self._of_word(kind, name, word)

    def _of_word(self, kind: str, name: str, word: str) -> tuple[int, ...]:
        wanted = (kind, name, word)
        found = self._words.get(wanted)
        if found is None:
            if len(self._words) >= _KEPT:
                self._words.clear()
            key64: Callable[..., int] = self._key64
            ends = range(1, min(len(word), PREFIX_LENGTH) + 1)
            found = self._words[wanted] = tuple([key64(kind, name, "w", word[:end]) for end in ends])
        return found


def without_version(reference: str) -> str:
    """A literal reference without the version that it may name."""
    return reference.partition("/_history/")[0]
