"""Code systems without a list: any code that their grammar makes is one of theirs.

Languages (BCP 47) and media types (BCP 13; also the short forms that FHIR allows, such as `json`).
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verbund.errors import TooLarge
from verbund.fhir.languages import SYSTEM as LANGUAGES
from verbund.fhir.languages import is_language
from verbund.terminology.conditions import Place, fits, reads
from verbund.terminology.model import EVERYTHING, Codes, Concept, Condition, Head, Outcome, Page

MEDIA_TYPES = "urn:ietf:bcp:13"
LONGEST = 200
_TOKEN = r"[A-Za-z0-9!#$&^_.+*-]{1,127}"  # noqa: S105 - a part of a grammar
_MEDIA_TYPE = re.compile(rf"{_TOKEN}/{_TOKEN}(\s*;\s*{_TOKEN}=({_TOKEN}|\"[^\"\\]*\"))*|[a-z]{{3,10}}")


@dataclass(frozen=True, slots=True)
class GrammarSystem:
    """Every code of a form; a `System` whose answers come at once. Nothing is below anything else."""

    head: Head
    _is_code: Callable[[str], bool]

    def concept(self, code: str) -> Concept | None:
        """A concept for any code of the right form; it is called as it is written."""
        return Concept(code, code) if len(code) <= LONGEST and self._is_code(code) else None

    def holds(self, condition: Condition, code: str) -> bool:
        """Whether a code has the right form and fits."""
        concept = self.concept(code)
        place = None if concept is None else Place(self.head, concept, lambda _: frozenset(), lambda _: ())
        return place is not None and fits(condition, place)

    async def find(self, codes: Sequence[str], condition: Condition = EVERYTHING, /) -> dict[str, Concept]:
        """A concept for each code that has the right form and fits."""
        found = {code: concept for code in codes if (concept := self.concept(code)) is not None}
        return {code: concept for code, concept in found.items() if self.holds(condition, code)}

    async def relation(self, first: str, second: str, /) -> Outcome | None:
        """Codes are the same or have nothing to do with each other."""
        if self.concept(first) is None or self.concept(second) is None:
            return None
        return "equivalent" if first == second else "not-subsumed"

    async def page(self, condition: Condition, /, *, offset: int, count: int) -> Page:
        """Codes that the condition lists; TooLarge where it lists none."""
        found = self._listed(condition)
        return Page([Concept(code, code) for code in found[offset : offset + count]], len(found))

    async def codes(self, condition: Condition, /, *, most: int) -> list[str]:
        """Codes that the condition lists; TooLarge where it lists none."""
        return self._listed(condition)[:most]

    async def ancestors(self, code: str, /) -> set[str]:  # noqa: ARG002 - as the others are asked
        """Nothing is above a code."""
        return set()

    async def children(self, code: str, /) -> list[str]:  # noqa: ARG002 - as the others are asked
        """Nothing is below a code."""
        return []

    def _listed(self, condition: Condition) -> list[str]:
        named = [sorted(part.codes) for part in reads(condition) if isinstance(part, Codes)]
        if not named:
            raise TooLarge(f"{self.head.called} has codes without end, which cannot be listed. Check single codes.")
        return [code for codes in named for code in codes if self.holds(condition, code)]


GRAMMARS = {
    LANGUAGES: GrammarSystem(Head(LANGUAGES, title="BCP 47 (languages)"), is_language),
    MEDIA_TYPES: GrammarSystem(
        Head(MEDIA_TYPES, title="BCP 13 (media types)"), lambda code: _MEDIA_TYPE.fullmatch(code) is not None
    ),
}
