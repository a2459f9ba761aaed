"""What terminologies there are on this node, at one generation: loaded ones before the standard's own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import msgspec

from verbund.database import Connection, Database
from verbund.errors import NotFound
from verbund.terminology import definitions, resources, rules
from verbund.terminology.composing import Composed, Composer, NotAtHand
from verbund.terminology.grammars import GRAMMARS
from verbund.terminology.memory import MemorySystem
from verbund.terminology.model import ConceptMap, Head, Include, System, ValueSet
from verbund.terminology.structure import STRUCTURED, canonical
from verbund.terminology.tables import TableSystem

MOST_AT_HAND = 1_000
MOST_NAMED = 200
_SYSTEMS = """
select id, url, version, head, concepts, source, resource from terminology_system
where source in ('file', 'resource')
"""
_DEFINITIONS = "select id, kind, url, version, status, resource from terminology_definition order by id"
_BODY = """
select body from terminology_definition where kind = 'ValueSet' and url = $2 and version = $3
order by id = $1 desc, id desc limit 1
"""
_GENERATION = "select number from terminology_generation"


class Entry(NamedTuple):
    """A value set or concept map in the database."""

    id: int
    version: str | None
    status: str


class Loaded(NamedTuple):
    """A code system in the database, for people who ask what there is."""

    url: str
    version: str | None
    title: str
    concepts: int
    source: str


@cache
def standard_system(url: str) -> MemorySystem | None:
    """A code system of FHIR R4 itself."""
    raw = definitions.r4()["CodeSystem"].get(url)
    return None if raw is None else MemorySystem(*resources.code_system(raw))


@cache
def standard_value_set(url: str) -> ValueSet | None:
    """A value set of FHIR R4 itself."""
    raw = definitions.r4()["ValueSet"].get(url)
    return None if raw is None else resources.value_set(raw)


@dataclass(slots=True)
class Catalogue:
    """All that is known at one generation. Code systems are at hand; value sets from the database when they were asked.

    Without a version, the one in use with the highest version is meant.
    """

    generation: int
    database: Database | None = None
    systems: dict[str, list[System]] = field(default_factory=dict)
    by_resource: dict[str, System] = field(default_factory=dict)
    whole: dict[str, System] = field(default_factory=dict)
    loaded: list[Loaded] = field(default_factory=list)
    entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    _at_hand: dict[int, ValueSet] = field(default_factory=dict)
    _composed: dict[str, Composed] = field(default_factory=dict)

    @classmethod
    async def read(cls, database: Database, connection: Connection) -> "Catalogue":
        """What the database has now."""
        generation = await connection.fetchval(_GENERATION)
        made = cls(generation, database)
        for row in await connection.fetch(_SYSTEMS):
            head = msgspec.json.decode(row["head"], type=Head)
            system = TableSystem(head, row["id"], database)
            made.systems.setdefault(head.url, []).append(system)
            if row["resource"] is not None:
                made.by_resource[row["resource"]] = system
            made.loaded.append(Loaded(head.url, head.version, head.called, row["concepts"], row["source"]))
        for row in await connection.fetch(_DEFINITIONS):
            entry = Entry(row["id"], row["version"] or None, row["status"])
            made.entries.setdefault((row["kind"], row["url"]), []).append(entry)
            if row["resource"] is not None:
                made.ids[row["kind"], row["resource"]] = f"{row['url']}|{row['version']}".rstrip("|")
        made._sort()
        return made

    def _sort(self) -> None:
        for systems in self.systems.values():
            systems.sort(key=lambda one: rules.version_key(one.head.version, one.head.status), reverse=True)
            for system in reversed(systems):
                if system.head.value_set is not None:
                    self.whole[system.head.value_set] = system
        for entries in self.entries.values():
            entries.sort(key=lambda one: rules.version_key(one.version, one.status), reverse=True)

    def system(self, url: str, version: str | None = None) -> System | None:
        """A code system by url (an older name will do) and version; None where it is not known."""
        url = canonical(url)
        for system in self.systems.get(url, ()):
            if version is None or system.head.version == version:
                return system
        own = standard_system(url) or STRUCTURED.get(url) or GRAMMARS.get(url)
        if own is None or (version is not None and own.head.version not in {version, None}):
            return None
        return own

    def value_set(self, name: str) -> ValueSet:
        """A value set by its canonical; NotAtHand where it is in the database, NotFound where there is none."""
        url, version = rules.split(name)
        for entry in self.entries.get(("ValueSet", url), ()):
            if version in {None, entry.version}:
                if entry.id not in self._at_hand:
                    raise NotAtHand(name)
                return self._at_hand[entry.id]
        found = standard_value_set(url)
        if found is not None and version in {None, found.version}:
            return found
        whole = self.whole.get(url)
        if whole is not None:
            return ValueSet(url, includes=(Include(whole.head.url, whole.head.version),))
        made = rules.implicit(url)
        if made is None:
            raise NotFound(f"The value set {name} is not known here. Load it, or check its address.")
        return made

    async def fetch(self, name: str) -> None:
        """Bring a value set from the database to hand."""
        url, version = rules.split(name)
        assert self.database is not None  # noqa: S101 - only what came from there is not at hand
        for entry in self.entries.get(("ValueSet", url), ()):
            if version in {None, entry.version}:
                async with self.database.connection() as connection:
                    body = await connection.fetchval(_BODY, entry.id, url, entry.version or "")
                if len(self._at_hand) >= MOST_AT_HAND:
                    self._at_hand.clear()
                if body is None:
                    raise NotFound(f"The value set {name} has just been removed.")
                self._at_hand[entry.id] = resources.value_set(body)
                return

    def composed(self, name: str) -> Composed:
        """A value set as conditions; NotAtHand as `value_set` says."""
        known = self._composed.get(name)
        if known is None:
            if len(self._composed) >= MOST_AT_HAND:
                self._composed.clear()
            known = self._composed[name] = self.compose(self.value_set(name))
        return known

    def compose(self, definition: ValueSet) -> Composed:
        """A definition as conditions; NotAtHand as `value_set` says."""
        return Composer(self.value_set, self.system).compose(definition)

    async def composed_of(self, value_set: str | ValueSet) -> Composed:
        """A value set, by canonical or itself, as conditions; what it names is brought to hand."""
        for _ in range(MOST_NAMED):
            try:
                return self.composed(value_set) if isinstance(value_set, str) else self.compose(value_set)
            except NotAtHand as missing:
                await self.fetch(missing.canonical)
        raise NotFound("This value set names too many others.")

    def maps(self) -> Iterable[tuple[str, list[Entry]]]:
        """The urls of the concept maps in the database."""
        return ((url, entries) for (kind, url), entries in self.entries.items() if kind == "ConceptMap")


@cache
def standard_map(url: str) -> ConceptMap | None:
    """A concept map of FHIR R4 itself."""
    raw = definitions.r4()["ConceptMap"].get(url)
    return None if raw is None else resources.concept_map(raw)
