"""Invented documents of the MII broad consent, and an evaluation of them taken from the words that describe it.

It reads FHIR as it stands and asks of one clinical date at one time, one document after the other; nothing of the
package it checks is used.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Stay = tuple[datetime, datetime]

POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
DOCUMENTS = "2.16.840.1.113883.3.1937.777.24.2"
ANSWERS = "2.16.840.1.113883.3.1937.777.24.5.2"
GICS = "https://ths-greifswald.de/fhir/CodeSystem/gics/Policy"
CATEGORIES = "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/mii-cs-consent-"
ENDING = ("2718", "2720", "2722", "4053", "4054")
GICS_NAMES = {
    6: "MDAT_erheben",
    8: "MDAT_wissenschaftlich_nutzen_EU_DSGVO_NIVEAU",
    45: "MDAT_retrospektiv_speichern_verarbeiten",
    1: "PATDAT_erheben_speichern_nutzen",
    44: "PATDAT_retrospektiv_verarbeiten_nutzen",
    19: "BIOMAT_erheben",
    20: "BIOMAT_lagern_verarbeiten",
}
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 20


def day(chance: Random) -> datetime:
    return FIRST + timedelta(days=chance.randrange(DAYS))


def hour(chance: Random) -> datetime:
    return FIRST + timedelta(days=chance.randrange(-5, DAYS + 5), hours=chance.randrange(24))


def _written(chance: Random, moment: datetime) -> str:
    local = moment.astimezone(BERLIN)
    return local.date().isoformat() if chance.random() < 0.6 else local.isoformat(timespec="seconds")


def _period(chance: Random, wide: float) -> Json:
    """A period, wide open with that likelihood; rarely without a beginning, or none at all."""
    if chance.random() < 0.06:
        return {}
    begin = FIRST - timedelta(days=2) if chance.random() < wide else day(chance)
    end = begin + timedelta(days=60 if chance.random() < wide else chance.randrange(1, 10))
    start = {"start": _written(chance, begin)} if chance.random() > 0.05 else {}
    period = start | ({"end": _written(chance, end)} if chance.random() < 0.8 else {})
    return {"period": period} if period else {}


def _code(chance: Random, policy: int) -> Json:
    if chance.random() < 0.3:
        return {"coding": [{"system": f"{GICS}{chance.choice(['', '/MII'])}", "code": GICS_NAMES[policy]}]}
    prefix, before = chance.choice(["", "urn:oid:"]), chance.choice(["", "urn:oid:"])
    coding = [{"system": f"{before}{POLICIES}", "code": f"{prefix}{POLICIES}.{policy}"}]
    if chance.random() < 0.15:
        coding.append({"system": f"urn:oid:{ANSWERS}", "code": f"{ANSWERS}.{chance.choice([1, 1, 2, 3])}"})
    return {"coding": coding}


def provision(chance: Random, policies: Sequence[int], likely: float) -> Json:
    kind = "permit" if chance.random() < likely else "deny"
    wide = 0.75 if kind == "permit" else 0.2
    return {"type": kind, "code": [_code(chance, policy) for policy in policies], **_period(chance, wide)}


def document(chance: Random, patient: str, number: int) -> Json:
    """A consent, a partial or complete withdrawal, a refusal, or something between them."""
    agrees = chance.random() < 0.75
    named = [6, 8, *([45] if chance.random() < 0.5 else [])] if chance.random() < 0.7 else []
    named += chance.sample([6, 8, 45, 1, 44, 19, 20], chance.randrange(3))
    said = [provision(chance, [policy], 0.95 if agrees else 0.1) for policy in named]
    if chance.random() < 0.2:
        said.append(provision(chance, chance.sample([6, 8, 45, 19], 2), 0.7 if agrees else 0.1))
    if said and chance.random() < 0.15:
        said = [{"type": "deny", "provision": said}]
    chance.shuffle(said)
    kind = chance.choice(ENDING) if chance.random() < 0.06 else chance.choice(["1790", "1791", "2079", "2721"])
    by_policy = chance.random() < 0.5
    document = {"uri": f"{chance.choice(['', 'urn:oid:'])}{DOCUMENTS}.{kind}"}
    system = f"{CATEGORIES}{chance.choice(['consent_category', 'version-modules'])}"
    categories = [f"{DOCUMENTS}.184", *([] if by_policy else [f"{DOCUMENTS}.{kind}"])]
    return {
        "resourceType": "Consent",
        "id": f"{patient}-{number}",
        "status": "active" if chance.random() < 0.9 else chance.choice(["inactive", "entered-in-error", "draft"]),
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": system, "code": code}]} for code in categories],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": _written(chance, day(chance)),
        **({"policy": [document]} if by_policy else {"policyRule": {"text": "Patienteneinwilligung MII"}}),
        "provision": {"type": "deny", **({"provision": said} if said else {})},
    }


def documents(chance: Random, patient: str, most: int = 4) -> list[Json]:
    return [document(chance, patient, number) for number in range(chance.randrange(1, most + 1))]


def stays(chance: Random) -> list[Stay]:
    begins = [day(chance) - timedelta(days=3) for _ in range(chance.choice([0, 0, 1, 2]))]
    return [(begin, begin + timedelta(days=chance.randrange(1, 6))) for begin in begins]


def _time(text: str) -> datetime:
    """When a date or time begins, in Germany where it does not say."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)


def _after(text: str) -> datetime:
    """The first moment after a date or time: its whole day, or its second."""
    if len(text) == len("2026-01-01"):
        following = datetime.fromisoformat(text) + timedelta(days=1)
        return following.replace(tzinfo=BERLIN)
    return _time(text) + timedelta(seconds=1)


def _all(provision: Json) -> Iterator[Json]:
    yield provision
    for nested in provision.get("provision", ()):
        yield from _all(nested)


def _names(said: Json) -> list[int]:
    by_name = {name: number for number, name in GICS_NAMES.items()}
    codes = [c["code"].removeprefix("urn:oid:") for code in said.get("code", ()) for c in code["coding"]]
    return [by_name.get(code) or int(code.rpartition(".")[2]) for code in codes if not code.startswith(ANSWERS + ".")]


def _answers(said: Json) -> list[str]:
    codes = [c["code"] for code in said.get("code", ()) for c in code["coding"]]
    return [code for code in codes if code.startswith(ANSWERS + ".")]


def _ends_everything(one: Json) -> bool:
    """A complete withdrawal or refusal by what kind of document it is, or one that refuses and names nothing."""
    named = [policy["uri"] for policy in one.get("policy", ())]
    named += [coding["code"] for category in one["category"] for coding in category["coding"]]
    whole = any(name.endswith(f"{DOCUMENTS}.{kind}") for name in named for kind in ENDING)
    return whole or not one["provision"].get("provision")


class Naive:
    """What research may use of one patient at one time, asked of one clinical date after the other."""

    def __init__(self, documents: Sequence[Json], stays: Sequence[Stay], now: datetime) -> None:
        self.stays, self.now = stays, now
        counting = [one for one in documents if one["status"] == "active" and _time(one["dateTime"]) <= now]
        times = sorted({_time(one["dateTime"]) for one in counting})
        self.groups = [[one for one in counting if _time(one["dateTime"]) == time] for time in times]

    def allows(self, date: datetime) -> bool:
        collected = used = False
        pasts: list[bool] = []
        for group in self.groups:
            for one in group:
                if _ends_everything(one) or not self._permits(one, 6) or not self._permits(one, 8):
                    continue
                collected |= any(self._holds(period, date, shifted=True) for period in self._permits(one, 6))
                used |= any(self._holds(period, self.now) for period in self._permits(one, 8))
                before = date < min(_time(period["start"]) for period in self._permits(one, 6))
                pasts.append(before and any(self._holds(period, self.now) for period in self._permits(one, 45)))
            refused = {policy for one in group for policy in self._refused(one, date)}
            collected &= 6 not in refused
            used &= 8 not in refused
            pasts = [] if refused & {6, 45} else pasts
        return used and (collected or any(pasts))

    def allows_undated(self) -> bool:
        """Whether all the past is open: what has no date may have been at any time."""
        return self.allows(datetime(1900, 1, 1, tzinfo=UTC))

    def _permits(self, one: Json, policy: int) -> list[Json]:
        """The periods for which it permits a policy; no period, or none that begins, is no permission."""
        said = [p for p in _all(one["provision"]) if p["type"] == "permit" and policy in _names(p)]
        valid = [p for p in said if all(answer.endswith(".1") for answer in _answers(p))]
        return [p["period"] for p in valid if p.get("period", {}).get("start")]

    def _holds(self, period: Json, moment: datetime, *, shifted: bool = False) -> bool:
        begin = _time(period["start"]) if "start" in period else datetime.min.replace(tzinfo=UTC)
        if shifted:
            begin = min([begin, *(since for since, until in self.stays if since <= begin < until)])
        return begin <= moment and ("end" not in period or moment < _after(period["end"]))

    def _refused(self, one: Json, date: datetime) -> set[int]:
        if _ends_everything(one):
            return {6, 8, 45}
        found = set()
        for said in _all(one["provision"]):
            if said["type"] == "deny":
                named = {held for policy in _names(said) for held in {1: (6, 8), 44: (45,)}.get(policy, (policy,))}
                moments = {6: date, 8: self.now, 45: self.now}
                found |= {n for n in named & moments.keys() if self._holds(said.get("period", {}), moments[n])}
        return found
