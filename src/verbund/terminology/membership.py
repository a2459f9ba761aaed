"""Membership for validation: in memory, at once (`verbund.fhir.terms.Terms`).

Code systems of the standard lie in memory anyway. Of those in the database, the codes of each value set that is asked
for are brought into memory as numbers of 64 bits, at most `MOST_KEPT` of them. What is not there yet is noted as wanted
and answered with None; `Terminology.settled` brings it and asks again.
"""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeAlias

from verbund.errors import VerbundError
from verbund.terminology.catalogue import Catalogue
from verbund.terminology.composing import NotAtHand, Part
from verbund.terminology.grammars import GrammarSystem
from verbund.terminology.memory import MemorySystem
from verbund.terminology.model import Below, Condition
from verbund.terminology.rules import split
from verbund.terminology.structure import StructuredSystem
from verbund.terminology.tables import TableSystem

# Eight bytes each. More codes than this of one value set are not kept: validation then says that it does not know.
MOST_KEPT = 4_000_000
MOST_OF_ONE = 1_000_000
MOST_ANSWERS = 100_000
Wanted: TypeAlias = tuple[int, Condition]


class KnownTerms:
    """What is known of terminologies at one generation; a `Terms`. Another generation needs another."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.wanted: dict[Wanted, TableSystem] = {}
        self.unread: set[str] = set()
        self._answers: dict[tuple[str, str | None, str], bool | None] = {}
        self._kept: OrderedDict[Wanted, array[int] | None] = OrderedDict()
        self._size = 0

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        """Whether a code is of a value set; None where the value set or the system is not known, or not yet."""
        asked = (value_set, system, code)
        if asked in self._answers:
            return self._answers[asked]
        answer = self._member(value_set, system, code)
        if answer is not None:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[asked] = answer
        return answer

    def _member(self, value_set: str, system: str | None, code: str) -> bool | None:
        try:
            composed = self.catalogue.composed(value_set)
        except NotAtHand as missing:
            self.unread.add(missing.canonical)
            return None
        except VerbundError:
            return None
        parts = composed.parts if system is None else composed.of(self._name(system))
        answers = [self._of(part, code) for part in parts]
        if any(answers):
            return True
        return None if None in answers else False

    def _name(self, system: str) -> str:
        known = self.catalogue.system(system)
        return system if known is None else known.head.url

    def _of(self, part: Part, code: str) -> bool | None:
        match part.source:
            case MemorySystem() | StructuredSystem() | GrammarSystem() as source:
                return source.holds(part.condition, code)
            case TableSystem() as source:
                return self._in_table(source, part.condition, code)
        return None

    def subsumes(self, system: str, above: str, below: str) -> bool | None:
        """Whether `above` is `below` or one of its ancestors; None where their system is not known, or not yet."""
        match self.catalogue.system(*split(system)):
            case MemorySystem() | StructuredSystem() | GrammarSystem() as source:
                if source.concept(above) is None or source.concept(below) is None:
                    return None
                return source.holds(Below(above), below)
            case TableSystem() as source:
                return self._in_table(source, Below(above), below)
        return None

    def _in_table(self, source: TableSystem, condition: Condition, code: str) -> bool | None:
        wanted = (source.number, condition)
        if wanted not in self._kept:
            self.wanted[wanted] = source
            return None
        self._kept.move_to_end(wanted)
        keys = self._kept[wanted]
        if keys is None:
            return None
        key = hash(source.head.key(code))
        place = bisect_left(keys, key)
        return place < len(keys) and keys[place] == key

    async def bring(self) -> None:
        """Bring into memory what was wanted."""
        unread, self.unread = self.unread, set()
        for name in unread:
            await self.catalogue.fetch(name)
        wanted, self.wanted = self.wanted, {}
        for (number, condition), source in wanted.items():
            codes = await source.codes(condition, most=MOST_OF_ONE + 1)
            self._keep((number, condition), None if len(codes) > MOST_OF_ONE else map(source.head.key, codes))

    def _keep(self, wanted: Wanted, codes: Iterable[str] | None) -> None:
        keys = None if codes is None else array("q", sorted(hash(key) for key in codes))
        self._kept[wanted] = keys
        self._size += len(keys or ())
        while self._size > MOST_KEPT and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._size -= len(old or ())
