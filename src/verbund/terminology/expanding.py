"""Value sets listed: pages, filters, hierarchies; http://hl7.org/fhir/R4/valueset-operation-expand.html."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from verbund.errors import Incorrect, Issue, NotFound
from verbund.terminology.answers import Expansion, Member
from verbund.terminology.composing import Composed, Part, narrowed
from verbund.terminology.conditions import words
from verbund.terminology.model import EVERYTHING, Active, Concept, Condition, Designation, System, Worded
from verbund.terminology.rules import MOST_CODES
from verbund.terminology.texts import shown


@dataclass(frozen=True, slots=True)
class Wish:
    """How a value set is to be listed. Without `count`, all of it, unless that is too much.

    `filter`: each of its words must begin a word of the code or of one of its texts. With `nested`, members stand
    below their parents.
    """

    filter: str | None = None
    offset: int = 0
    count: int | None = None
    active_only: bool = False
    designations: bool = False
    language: str | None = None
    nested: bool = False
    exclude_systems: tuple[str, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """What the wish asks of each concept."""
        found: list[Condition] = []
        if self.filter and (asked := words(self.filter)):
            found.append(Worded(asked))
        if self.active_only:
            found.append(Active())
        return tuple(found) or (EVERYTHING,)


async def expand(composed: Composed, wish: Wish) -> Expansion:
    """A page of the members, systems in the order of the definition, concepts in that of their system.

    Incorrect (`too-costly`) for more than 10,000 members without paging; NotFound where a code system is not known.
    """
    if wish.offset < 0 or (wish.count is not None and wish.count < 0):
        raise Incorrect("offset and count are numbers from 0.")
    chosen = narrowed(composed, *wish.conditions())
    parts = [part for part in chosen.parts if part.url not in wish.exclude_systems]
    found, total = await _page(parts, wish.offset, MOST_CODES if wish.count is None else min(wish.count, MOST_CODES))
    if wish.count is None and total - wish.offset > MOST_CODES:
        raise too_costly(f"This value set has {total:,} codes, more than the {MOST_CODES:,} that are listed at once.")
    members = [_member(chosen, part, concept, wish) for part, concepts in found for concept in concepts]
    if wish.nested:
        members = _nested(members, [concept for _, concepts in found for concept in concepts])
    return _expansion(composed, wish, total, members, [_source(part) for part in parts])


def too_costly(text: str) -> Incorrect:
    """A refusal that says what to ask instead."""
    sentence = f"{text} Ask for a page (count, offset), or narrow it with a filter."
    return Incorrect(sentence, issues=(Issue("too-costly", sentence),))


async def codes(composed: Composed, most: int) -> list[tuple[str, str]]:
    """All members as system and code; Incorrect (`too-costly`) for more than so many."""
    found: list[tuple[str, str]] = []
    for part in composed.parts:
        listed = await _source(part).codes(part.condition, most=most - len(found) + 1)
        found += [(part.url, code) for code in listed]
        if len(found) > most:
            sentence = f"This value set has more than the {most:,} codes that a search can take. Name a narrower one."
            raise Incorrect(sentence, issues=(Issue("too-costly", sentence),))
    return found


def _source(part: Part) -> System:
    if part.source is None:
        version = f" in version {part.version}" if part.version else ""
        raise NotFound(
            f"The code system {part.url}{version} is not known here, so that its codes cannot be listed. Load it "
            "(verbund terminology add)."
        )
    return part.source


async def _page(parts: Sequence[Part], offset: int, count: int) -> tuple[list[tuple[Part, list[Concept]]], int]:
    """The concepts of a page, part by part, and how many there are in all."""
    found: list[tuple[Part, list[Concept]]] = []
    total = 0
    for part in parts:
        page = await _source(part).page(part.condition, offset=max(0, offset - total), count=count)
        found.append((part, page.concepts))
        count -= len(page.concepts)
        total += page.total
    return found, total


def _member(composed: Composed, part: Part, concept: Concept, wish: Wish) -> Member:
    said = composed.listed.get((part.url, concept.code))
    designations: tuple[Designation, ...] = ()
    if wish.designations:
        designations = tuple(dict.fromkeys((*(said.designations if said else ()), *concept.designations)))
    source = _source(part)
    return Member(
        system=part.url,
        version=source.head.version,
        code=concept.code,
        display=shown(concept, source.head, wish.language, said),
        abstract=concept.abstract,
        inactive=concept.inactive,
        designations=designations,
    )


def _nested(members: Sequence[Member], concepts: Sequence[Concept]) -> list[Member]:
    """Members below the first of their parents that is a member too."""
    below: dict[tuple[str, str] | None, list[tuple[Member, Concept]]] = {}
    there = {(member.system, member.code) for member in members}
    for member, concept in zip(members, concepts, strict=True):
        above = [(member.system, parent) for parent in concept.parents]
        below.setdefault(next((one for one in above if one in there), None), []).append((member, concept))

    def gathered(place: tuple[str, str] | None) -> Iterable[Member]:
        for member, _ in below.pop(place, ()):
            yield replace(member, contains=tuple(gathered((member.system, member.code))))

    return list(gathered(None))


def _expansion(
    composed: Composed, wish: Wish, total: int, members: Sequence[Member], sources: Sequence[System]
) -> Expansion:
    definition = composed.definition
    asked: dict[str, str | int | bool | None] = {
        "filter": wish.filter,
        "offset": wish.offset if wish.count is not None else None,
        "count": wish.count,
        "activeOnly": wish.active_only or None,
        "includeDesignations": wish.designations or None,
        "displayLanguage": wish.language,
        "excludeNested": False if wish.nested else None,
    }
    return Expansion(
        url=definition.url,
        version=definition.version,
        name=definition.name,
        title=definition.title,
        status=definition.status,
        total=total,
        offset=wish.offset,
        members=tuple(members),
        versions=tuple(source.head.canonical for source in sources),
        parameters={name: value for name, value in asked.items() if value is not None},
    )
