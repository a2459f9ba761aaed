"""Counting on a node: over whom, for whom, and on the data of the reference implementation."""

import bz2
import lzma
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from opened_gate import (
    DOCTOR,
    NOW,
    OPERATOR,
    PATIENT,
    RESEARCHER,
    Node,
    condition,
    observation,
    patient,
    principal,
)

from verbund.access import Write
from verbund.errors import Forbidden, Incorrect
from verbund.identity import Principal, Role
from verbund.research import SiteCounting, count

Json = dict[str, Any]
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
COUNTING = principal(Role.SYSTEM, "HRESCH")


def criterion(context: str, system: str, code: str, **more: object) -> Json:
    return {"context": {"code": context}, "termCodes": [{"system": system, "code": code}], **more}


def query(*groups: list[Json], **more: object) -> Json:
    return {"version": "2", "inclusionCriteria": list(groups), **more}


HYPERTENSION = query([criterion("Diagnose", ICD, "I10")])
FEMALE = criterion(
    "Patient",
    "http://snomed.info/sct",
    "263495000",
    valueFilter={"type": "concept", "selectedConcepts": [{"system": "x", "code": "female"}]},
)


def broad_consent(patient_id: str, *, start: str = "2026-01-01", stated: str = "2026-01-01") -> Json:
    permits = [
        {
            "type": "permit",
            "period": {"start": start, "end": "2050-01-01"},
            "code": [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]}],
        }
        for policy in (6, 8)
    ]
    return {
        "resourceType": "Consent",
        "id": f"bc-{patient_id}",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{patient_id}"},
        "dateTime": stated,
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": permits},
    }


async def twelve(node: Node) -> None:
    """Twelve patients with hypertension, of whom the first eight consent to research."""
    people = [str(number) for number in range(12)]
    await node.put(*(patient(name) for name in people), *(condition(f"c{name}", name) for name in people))
    await node.put(*(broad_consent(name) for name in people[:8]))


class TestOverWhom:
    async def test_research_counts_those_who_consent_and_the_operator_everybody(self, node: Node) -> None:
        await twelve(node)
        assert await count(node.gate, COUNTING, HYPERTENSION) == 8
        assert await count(node.gate, OPERATOR, HYPERTENSION, all_patients=True) == 12

    async def test_who_consents_is_counted_by_what_is_known_of_the_person_too(self, node: Node) -> None:
        await twelve(node)
        assert await count(node.gate, COUNTING, query([FEMALE])) == 8
        assert await count(node.gate, COUNTING, query([FEMALE], *HYPERTENSION["inclusionCriteria"])) == 8
        without = query([FEMALE], exclusionCriteria=[[criterion("Diagnose", ICD, "I10.90")]])
        assert await count(node.gate, COUNTING, without) == 0

    async def test_data_from_outside_of_the_consents_window_does_not_count(self, node: Node) -> None:
        await node.put(patient("1"), condition("c", "1"), broad_consent("1", start="2026-04-15"))
        assert await count(node.gate, COUNTING, HYPERTENSION) == 0
        assert await count(node.gate, COUNTING, query([FEMALE])) == 1

    async def test_a_withdrawal_governs_the_next_count(self, node: Node) -> None:
        await twelve(node)
        await node.put(broad_consent("3") | {"status": "inactive"})
        assert await count(node.gate, COUNTING, HYPERTENSION) == 7
        ends = broad_consent("4", stated="2026-05-04T11:00:00Z") | {"id": "w", "provision": {"type": "deny"}}
        await node.put(ends)
        assert await count(node.gate, COUNTING, HYPERTENSION) == 6

    async def test_the_count_is_logged_with_its_query(self, node: Node) -> None:
        await twelve(node)
        size = (await node.log.verify()).size
        await count(node.gate, COUNTING, HYPERTENSION)
        assert (await node.log.verify()).size > size

    @pytest.mark.parametrize(
        ("who", "everybody"),
        [
            (DOCTOR, False),
            (PATIENT, False),
            (OPERATOR, False),
            (principal(Role.RESEARCHER, "TREAT"), False),
            (RESEARCHER, True),
            (DOCTOR, True),
            (COUNTING, True),
        ],
    )
    async def test_nobody_else_counts(self, node: Node, who: Principal, *, everybody: bool) -> None:
        with pytest.raises(Forbidden):
            await count(node.gate, who, HYPERTENSION, all_patients=everybody)
        assert (await node.log.verify()).size == 1

    async def test_a_value_with_its_unit(self, node: Node) -> None:
        await node.put(
            patient("1"),
            patient("2"),
            observation("a", "1", valueQuantity=_grams(11.9)),
            observation("b", "2", valueQuantity=_grams(12.5)),
        )
        low = {"type": "quantity-comparator", "comparator": "lt", "value": 12.5, "unit": {"code": "g/dL"}}
        between = {"type": "quantity-range", "minValue": 11.9, "maxValue": 12.5, "unit": {"code": "g/dL"}}
        for value, expected in ((low, 1), (between, 2), (low | {"unit": {"code": "mmol/L"}}, 0)):
            asked = query([criterion("Laboruntersuchung", "http://loinc.org", "718-7", valueFilter=value)])
            assert await count(node.gate, OPERATOR, asked, all_patients=True) == expected


def _grams(value: float) -> Json:
    return {"value": value, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"}


class TestForTheRegion:
    def question(self, cohort: Json, **more: str) -> bytes:
        return msgspec.json.encode({"cohort": cohort, "researcher": "r-1", "researcher_name": "Dr. Lang", **more})

    async def test_a_number_below_the_minimum_does_not_leave_the_site(self, node: Node) -> None:
        await twelve(node)
        for minimum, told in ((5, {"minimum": 5, "count": 8}), (9, {"minimum": 9})):
            desk = SiteCounting(node.gate, minimum, "hub", clock=node.clock)
            assert msgspec.json.decode(await desk.answer("hub", self.question(HYPERTENSION))) == told

    async def test_none_and_few_are_told_alike_and_the_same_question_gets_the_same_answer(self, node: Node) -> None:
        await twelve(node)
        desk = SiteCounting(node.gate, 9, "hub", clock=node.clock)
        none = query([criterion("Diagnose", ICD, "Z99")])
        answers = [await desk.answer("hub", self.question(asked)) for asked in (none, HYPERTENSION, none, HYPERTENSION)]
        assert len(set(answers)) == 1

    async def test_only_the_hub_and_only_for_research(self, node: Node) -> None:
        desk = SiteCounting(node.gate, 5, "hub", clock=node.clock)
        with pytest.raises(Forbidden):
            await desk.answer("praxis", self.question(HYPERTENSION))
        with pytest.raises(Forbidden):
            await desk.answer("hub", self.question(HYPERTENSION, purpose="TREAT"))
        with pytest.raises(Incorrect):
            await desk.answer("hub", self.question({"inclusionCriteria": []}))
        for broken in (b"", b"{}", b"[]"):
            with pytest.raises(Incorrect):
                await desk.answer("hub", broken)


def _writes(raw: bytes, *kinds: str) -> Iterator[tuple[Write, ...]]:
    for entry in msgspec.json.decode(raw)["entry"]:
        one = entry.get("resource")
        if one is not None and (not kinds or one["resourceType"] in kinds):
            one.setdefault("id", entry.get("fullUrl", "").removeprefix("urn:uuid:"))
            yield (Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)),)


EXPECTED = {
    "1-age.json": 1,
    "Diagnose-f728b4fa-4248-5e3a-0a5d-2f346baa9455": 1,
    "MedicationAdministration-aedab7b5-e2aa-55a7-4951-03edfd05a5f5": 1,
    "ObservationLab-0a02da60-749d-4601-df98-377981bd5336": 1,
    "Procedure-d7de701d-8eaf-b323-5f65-380029c836e0": 1,
    "Specimen-e3e70682-c209-4cac-629f-6fbed82c07cd": 1,
    "Todesursache-31307e46-af79-7546-7e51-68dc5690f74d": 1,
    "2-gender.json": 172,
}


async def test_the_queries_of_the_reference_implementation_count_the_same(node: Node, data_folder: Path) -> None:
    raw = lzma.decompress((data_folder / "generated" / "flare-generated-bundle.json.xz").read_bytes())
    report = await node.gate.load(OPERATOR, _writes(raw))
    assert (report.created, len(report.refused)) == (3_163, 173), "173 patients have the gender '?'"
    counted = {}
    for path in sorted((data_folder / "ccdl" / "flare").rglob("*")):
        if path.is_file() and path.name != "consent.json":
            counted[path.name] = await count(
                node.gate, OPERATOR, path.read_bytes(), all_patients=True, today=date(2000, 1, 1)
            )
    assert counted == EXPECTED


@pytest.mark.long
async def test_69_patients_of_synthea_had_viral_sinusitis(node: Node, data_folder: Path) -> None:
    for path in sorted((data_folder / "synthea").glob("*.json.bz2")):
        raw = bz2.decompress(path.read_bytes()).replace(b"urn:uuid:", b"Patient/")
        await node.gate.load(OPERATOR, _writes(raw, "Patient", "Condition"))
    asked = (data_folder / "ccdl" / "synthea-444814009.json").read_bytes()
    assert await count(node.gate, OPERATOR, asked, all_patients=True, today=NOW.date()) == 69
