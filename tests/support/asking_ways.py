"""Every way of reading that the FHIR API has, as questions to a world over HTTP with what the oracle expects.

Each question compares sets, pages, counts and totals; what must not be seen may change none of them, and is answered as
what is not there.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx
from asked_world import ALWAYS, CODES, WORDS, AskedHouse, Somebody
from treating_world import BIRTHS, OF_PATIENTS

from verbund.identity import Role

Json = dict[str, Any]
Pairs = list[tuple[str, str]]
KINDS = (*OF_PATIENTS, "DocumentReference", "Composition", "Binary")
ASYNC = {"Prefer": "respond-async"}
REFUSED = {401, 403, 404}
# A name and a number of a request, which are different in any two answers.
_VARYING = ("x-request-id", "date")


@dataclass
class Told:
    """What a search told: matches, what came along, totals."""

    matches: list[str] = field(default_factory=list)
    along: set[str] = field(default_factory=set)
    totals: set[int | None] = field(default_factory=set)
    resources: dict[str, Json] = field(default_factory=dict)


@dataclass
class Asking:
    """One case: somebody, a way of reading, and what the oracle says they may see."""

    house: AskedHouse
    by: Somebody
    chance: Random
    seen: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seen = self.house.world.seen(self.by.principal)

    @property
    def there(self) -> dict[str, Json]:
        return self.house.world.there

    # Asking.

    async def get(self, path: str, pairs: Iterable[tuple[str, str]] = (), **headers: str) -> httpx.Response:
        query = urlencode(list(pairs))
        return await self.send("GET", f"{path}?{query}" if query else path, headers=headers)

    async def send(self, method: str, path: str, *, headers: Json | None = None, **body: Any) -> httpx.Response:
        url = path if path.startswith("http") else f"{self.house.node.house.audience}{path}"
        self.asked.append(f"{method} {path} {body or ''}")
        answer = await self.house.http.request(method, url, headers=self.by.headers | (headers or {}), **body)
        assert answer.status_code < 500 or answer.status_code == 501, (self.asked, answer.text)
        return answer

    def may(self, kinds: Iterable[str], letter: str = "s") -> bool:
        return all(self.by.principal.scopes.may(kind, letter) for kind in kinds)

    def of(self, *kinds: str) -> set[str]:
        return {name for name in self.seen if name.partition("/")[0] in kinds}

    def coded(self, code: str) -> set[str]:
        return {name for name in self.of("Observation") if code_of(self.there[name]) == code}

    def patient_of(self, name: str) -> str | None:
        return self.house.world.patient_of(name)

    def a_patient(self) -> str:
        """Mostly one of whom something is seen."""
        mine = sorted({one for name in self.seen if (one := self.patient_of(name))})
        return self.chance.choice(mine if mine and self.chance.random() < 0.6 else self.house.world.patients)

    def a_name(self) -> str:
        """Something of patients, mostly what is seen."""
        names = sorted(name for name in self.there if name.partition("/")[0] in KINDS or "List/p" in name)
        mine = sorted(self.seen)
        return self.chance.choice(mine if mine and self.chance.random() < 0.5 else names)

    # Searches.

    async def searched(
        self,
        place: str,
        pairs: Pairs,
        expected: Collection[str],
        along: Collection[str] = (),
        needs: Iterable[str] = (),
    ) -> None:
        """All pages of a search, asked in one of its forms."""
        sized = [*pairs, ("_count", str(self.chance.choice((2, 7, 50)))), ("_total", "accurate")]
        first = await self.begun(place, sized)
        if first.status_code == 403:
            assert not expected or not self.may(needs), (self.asked, first.text)
            return
        told = await self.rest(first)
        assert len(told.matches) == len(set(told.matches)), (self.asked, "something came twice")
        assert set(told.matches) == set(expected), (self.asked, set(told.matches) ^ set(expected))
        assert told.totals <= {len(told.matches), None}, (self.asked, told.totals, len(told.matches))
        came = {name for name in told.along if not name.startswith(ALWAYS)} - set(told.matches)
        assert came == set(along) - set(expected), (self.asked, came)

    async def begun(self, place: str, pairs: Pairs) -> httpx.Response:
        """By address, by form, by both, or in a batch."""
        way = self.chance.randrange(4)
        if way == 0:
            return await self.get(place, pairs)
        if way == 1:
            return await self.send("POST", f"{place}/_search", data=doubled(pairs))
        if way == 2:
            half = self.chance.randrange(len(pairs))
            return await self.send("POST", f"{place}/_search?{urlencode(pairs[:half])}", data=doubled(pairs[half:]))
        (entry,) = await self.batch([f"{place.lstrip('/')}?{urlencode(pairs)}"])
        status = int(entry["response"]["status"][:3])
        content = entry.get("resource") or entry["response"].get("outcome")
        return httpx.Response(status, json=content)

    async def batch(self, addresses: list[str]) -> list[Json]:
        entries = [{"request": {"method": "GET", "url": one}} for one in addresses]
        asked = {"resourceType": "Bundle", "type": "batch", "entry": entries}
        answer = await self.send("POST", "/", json=asked)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["entry"]
        assert len(found) == len(addresses)
        return found

    async def rest(self, answer: httpx.Response) -> Told:
        """What this page and all after it tell."""
        told = Told()
        while True:
            assert answer.status_code == 200, (self.asked, answer.text)
            page = answer.json()
            told.totals.add(page.get("total"))
            for entry in page.get("entry", ()):
                name = named(entry["resource"])
                mode = entry.get("search", {}).get("mode")
                if mode in {"match", None}:
                    told.matches.append(name)
                elif mode == "include":
                    told.along.add(name)
                told.resources[name] = entry["resource"]
            following = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
            if following is None:
                return told
            answer = await self.get(following)

    async def counted(self, place: str, pairs: Pairs, expected: Collection[str], needs: Iterable[str]) -> None:
        """The number alone, in one of the ways to ask for it."""
        way = self.chance.choice([("_summary", "count"), ("_count", "0")])
        answer = await self.begun(place, [*pairs, way, ("_total", "accurate")])
        if answer.status_code == 403:
            assert not expected or not self.may(needs), self.asked
            return
        assert answer.status_code == 200, (self.asked, answer.text)
        assert answer.json()["total"] == len(expected), (self.asked, answer.json()["total"], len(expected))
        assert not answer.json().get("entry"), self.asked

    async def found(
        self,
        kind: str,
        pairs: Pairs,
        expected: Collection[str],
        along: Collection[str] = (),
        needs: Iterable[str] = (),
    ) -> None:
        """A search of a type, or its number; a search is sometimes of a part of each resource only."""
        if not along and self.chance.random() < 0.3:
            await self.counted(f"/{kind}", pairs, expected, (kind, *needs))
            return
        part = self.chance.choice(([], [], [("_elements", "id")], [("_summary", "true")]))
        await self.searched(f"/{kind}", [*pairs, *part], expected, along, (kind, *needs))


def doubled(pairs: Pairs) -> dict[str, list[str]]:
    """Pairs as httpx takes a form."""
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def named(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def code_of(one: Json) -> str:
    return str(one["code"]["coding"][0]["code"])


def day_of(one: Json) -> str:
    return str(one["effectiveDateTime"])


async def by_type(ask: Asking) -> None:
    kind = ask.chance.choice(KINDS)
    sort = ask.chance.choice(("_id", "-_lastUpdated", "_lastUpdated"))
    await ask.found(kind, [("_sort", sort)], ask.of(kind))


async def by_criteria(ask: Asking) -> None:
    """By code, by date, by value; as parameters or as a filter."""
    code, day = ask.chance.choice(CODES), f"2026-0{ask.chance.randrange(1, 5)}-15"
    late = {name for name in ask.coded(code) if day_of(ask.there[name]) >= day}
    pairs: list[Pairs] = [
        [("code", code), ("date", f"ge{day}")],
        [("_filter", f"code eq {code} and date ge {day}")],
        [("_filter", f"(code eq {code}) and not (date lt {day})")],
    ]
    await ask.found("Observation", ask.chance.choice(pairs), late)


async def by_words(ask: Asking) -> None:
    word = ask.chance.choice(WORDS)
    fits = {name for name in ask.of("Observation") if word in ask.there[name]["text"]["div"]}
    await ask.found("Observation", [(ask.chance.choice(("_text", "_content")), word)], fits)


async def by_ids(ask: Asking) -> None:
    names = [ask.a_name() for _ in range(9)]
    kind = names[0].partition("/")[0]
    ids = {name for name in names if name.startswith(f"{kind}/")}
    await ask.found(kind, [("_id", ",".join(one.partition("/")[2] for one in ids))], ids & ask.of(kind))


async def by_list(ask: Asking) -> None:
    """What a list names, where the list may be seen."""
    name = ask.chance.choice([f"List/{ask.a_patient()}-l", "List/all"])
    items = {entry["item"]["reference"] for entry in ask.there[name]["entry"]}
    visible = name in ask.seen or (name == "List/all" and ask.by.principal.role is Role.SYSTEM)
    expected = items & ask.of("Observation") if visible else set()
    answer = await ask.get(
        "/Observation", [("_list", name.partition("/")[2]), ("_count", "200"), ("_total", "accurate")]
    )
    if answer.status_code != 200:
        assert not expected or not ask.may(["List"]), (ask.asked, answer.text)
        return
    told = await ask.rest(answer)
    assert set(told.matches) <= items & ask.of("Observation"), (ask.asked, told.matches)
    assert set(told.matches) == expected or not ask.may(["List"]), (ask.asked, told.matches)
    assert told.totals <= {len(told.matches), None}


async def of_several_types(ask: Asking) -> None:
    """The whole system, by the types that are named, or all."""
    kinds = ask.chance.sample(KINDS, 3)
    if not ask.may(kinds):
        return
    await ask.searched("", [("_type", ",".join(kinds))], ask.of(*kinds), needs=kinds)


async def of_everything(ask: Asking) -> None:
    """Every type at once, by whose it is."""
    whose = ask.a_patient()
    tagged = {name for name in ask.seen if f"'code': '{whose}'" in str(ask.there[name].get("meta"))}
    tagged = {name for name in tagged if ask.may([name.partition("/")[0]])}
    await ask.searched("", [("_tag", f"urn:whose|{whose}")], tagged)


async def chained(ask: Asking) -> None:
    born = ask.chance.choice(BIRTHS)
    fits = {name for name in ask.of("Patient") if ask.there[name]["birthDate"] == born}
    expected = {name for name in ask.of("Observation") if f"Patient/{ask.patient_of(name)}" in fits}
    pairs = ask.chance.choice([[("subject:Patient.birthdate", born)], [("_filter", f"subject.birthdate eq {born}")]])
    await ask.found("Observation", pairs, expected, needs=["Patient"])


async def chained_across(ask: Asking) -> None:
    code = ask.chance.choice(CODES)
    expected = {name for name in ask.of("Observation") if member(ask, name) in ask.coded(code)}
    await ask.found("Observation", [("has-member:Observation.code", code)], expected)


async def having(ask: Asking) -> None:
    code = ask.chance.choice(CODES)
    owners = {f"Patient/{ask.patient_of(one)}" for one in ask.coded(code)}
    pairs = [("_has:Observation:patient:code", code)]
    await ask.found("Patient", pairs, ask.of("Patient") & owners, needs=["Observation"])


async def including(ask: Asking) -> None:
    code = ask.chance.choice(CODES)
    found = ask.coded(code)
    along = {member(ask, name) for name in found} | {f"Patient/{ask.patient_of(name)}" for name in found}
    along = {name for name in along & ask.seen if ask.may([name.partition("/")[0]], "r")}
    pairs = [("code", code), ("_include", "Observation:has-member"), ("_include", "Observation:subject")]
    await ask.found("Observation", pairs, found, along)


async def including_back(ask: Asking) -> None:
    patient = ask.a_patient()
    found = ask.of("Patient") & {f"Patient/{patient}"}
    along = {name for name in ask.of("Observation", "Condition") if found and ask.patient_of(name) == patient}
    along = {name for name in along if ask.may([name.partition("/")[0]], "r")}
    pairs = [("_id", patient), ("_revinclude", "Observation:subject"), ("_revinclude", "Condition:subject")]
    await ask.found("Patient", pairs, found, along, needs=["Observation", "Condition"])


async def in_a_compartment(ask: Asking) -> None:
    patient = ask.a_patient()
    kind = ask.chance.choice(("Observation", "Condition", "Encounter", "DocumentReference", "Consent"))
    mine = {name for name in ask.of(kind) if ask.patient_of(name) == patient}
    await ask.searched(f"/Patient/{patient}/{kind}", [("_sort", "_id")], mine, needs=[kind])


async def in_the_compartment_of_a_practitioner(ask: Asking) -> None:
    who = ask.chance.choice(ask.house.world.staff)
    mine = {name for name in ask.of("Observation") if performer(ask.there[name]) == who}
    await ask.searched(f"/Practitioner/{who}/Observation", [("_sort", "_id")], mine, needs=["Observation"])


def member(ask: Asking, name: str) -> str:
    return str(ask.there[name]["hasMember"][0]["reference"])


def performer(one: Json) -> str:
    return str(one["performer"][0]["reference"].partition("/")[2])


SEARCHES: tuple[Callable[[Asking], Awaitable[None]], ...] = (
    by_type, by_criteria, by_words, by_ids, by_list, of_several_types, of_everything, chained, chained_across, having,
    including, including_back, in_a_compartment, in_the_compartment_of_a_practitioner,
)  # fmt: skip
