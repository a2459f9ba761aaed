"""The store as one would write it down in an hour: dictionaries, loops, nothing hashed, nothing cached. The oracle."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from verbund.errors import Gone, NotFound, Outdated
from verbund.fhir import AllOf, AnyOf, Entries, Having, PatientSet, SearchQuery, Without, decode, index
from verbund.store.indexing import PRIMARY_DATES
from verbund.store.matching import Candidate, Population, holds
from verbund.store.model import Write

Json = dict[str, Any]
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Version:
    """One version; `content` is None for a deletion."""

    number: int
    content: Json | None
    order: int


@dataclass
class NaiveStore:
    """Keeps everything in a dictionary of lists."""

    versions: dict[tuple[str, str], list[Version]] = field(default_factory=dict)
    made: int = 0

    def write(self, write: Write) -> str:
        """Carry out an update or deletion; its status."""
        key = (write.type, write.id or "")
        known = self.versions.get(key, [])
        current = known[-1] if known else None
        there = current is not None and current.content is not None
        if write.if_match is not None and (current is None or not there or current.number != write.if_match):
            raise Outdated("")
        if write.verb == "delete":
            if current is None:
                raise NotFound("")
            if not there:
                return "deleted"
            content = None
        else:
            content = json.loads(write.raw or b"")
            if current is not None and content == current.content:
                return "unchanged"
        if current is None:
            self.made += 1
        order = self.made if current is None else current.order
        self.versions.setdefault(key, []).append(Version(len(known) + 1, content, order))
        return "deleted" if content is None else "updated" if there else "created"

    def read(self, kind: str, identity: str) -> Version:
        """The current version."""
        known = self.versions.get((kind, identity))
        if not known:
            raise NotFound("")
        if known[-1].content is None:
            raise Gone("")
        return known[-1]

    def current(self) -> Population:
        """All current resources by type and id."""
        found = {}
        for (kind, identity), known in self.versions.items():
            if known[-1].content is not None:
                resource = decode(json.dumps(known[-1].content).encode())
                found[kind, identity] = Candidate(kind, identity, NEVER, index(resource), resource)
        return found

    def search(self, query: SearchQuery, visible: Callable[[Candidate], bool] = lambda _: True) -> list[str]:
        """The ids of all that fit and are visible, in the order asked for; what is not visible is not there at all."""
        there = {key: one for key, one in self.current().items() if visible(one)}
        fitting = [
            (primary_date(query.type, one.entries), self.versions[query.type, one.id][-1].order, one.id)
            for (kind, _), one in there.items()
            if kind == query.type and all(holds(wanted, one, there) for wanted in query.filters)
        ]
        ascending = bool(query.sort) and not query.sort[0].descending
        return [identity for _, _, identity in sorted(fitting, reverse=not ascending)]

    def patients(self, wanted: PatientSet) -> set[str]:
        """The ids of the patients in a set."""
        match wanted:
            case Having(kind, filters):
                fitting = set(self.search(SearchQuery(kind, filters)))
                there = self.current().values()
                fits = [one.entries.patient for one in there if one.type == kind and one.id in fitting]
                return {patient for patient in fits if patient}
            case AllOf(sets):
                every = self.patients(Having("Patient")) if not sets else self.patients(sets[0])
                return every.intersection(*map(self.patients, sets))
            case AnyOf(sets):
                return set().union(*map(self.patients, sets))
            case Without(chosen, minus):
                return self.patients(chosen) - self.patients(minus)


def primary_date(kind: str, entries: Entries) -> tuple[bool, datetime]:
    """By what a resource is sorted: the beginning of its primary date, else any date it has; those without last."""
    primary = [low for name, low, _ in entries.dates if name == PRIMARY_DATES.get(kind)]
    date = min(primary) if primary else entries.date
    return date is not None, date or NEVER
