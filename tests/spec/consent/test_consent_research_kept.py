"""What a node keeps of the consent to research: right with each write of a consent, an encounter, an erasure."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from opened_gate import NOW, OPERATOR, Node, opened

from verbund.access import Write
from verbund.consent.index import for_research
from verbund.database import Database
from verbund.errors import Invalid
from verbund.fhir import parse_search
from verbund.store import NOTHING
from verbund.store import Write as Loaded

Json = dict[str, Any]
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
SIGNED = "2026-03-10"


@pytest_asyncio.fixture(loop_scope="session")
async def node(database: Database) -> AsyncIterator[Node]:
    fresh = await opened(database)
    await fresh.put({"resourceType": "Patient", "id": "p"})
    await fresh.put(*(finding(day) for day in ("2026-03-01", "2026-03-09", "2026-03-20")))
    yield fresh
    await fresh.close()


def finding(day: str, patient: str = "p") -> Json:
    subject, code = {"reference": f"Patient/{patient}"}, {"text": "Hb"}
    said = {"status": "final", "code": code, "effectiveDateTime": f"{day}T12:00:00Z"}
    return {"resourceType": "Observation", "id": f"{patient}-{day}", "subject": subject, **said}


def said(*policies: int, kind: str = "permit", start: str = SIGNED) -> Json:
    codes = [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]} for policy in policies]
    return {"type": kind, "period": {"start": start}, "code": codes}


def consent(*provisions: Json, identity: str = "c", stated: str = SIGNED, patient: str = "p", **changes: Any) -> Json:
    return {
        "resourceType": "Consent",
        "id": identity,
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": stated,
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": list(provisions)},
        **changes,
    }


def stay(start: str, end: str | None, status: str = "finished", **changes: Any) -> Json:
    period = {"start": start} | ({"end": end} if end else {})
    subject, kind = {"reference": "Patient/p"}, {"code": "IMP"}
    return {
        "resourceType": "Encounter", "id": "e", "status": status, "class": kind, "subject": subject, "period": period,
    } | changes  # fmt: skip


async def used(node: Node, at: datetime = NOW) -> set[str]:
    """The days of which research may use the findings."""
    page = await node.store.search(parse_search("Observation", []), within=for_research(at))
    return {one.id.partition("-")[2] for one in page.matches}


class TestThePermitIsShiftedToTheStartOfTheEncounter:
    async def test_whichever_comes_first(self, node: Node) -> None:
        await node.put(consent(said(6, 8)))
        assert await used(node) == {"2026-03-20"}
        await node.put(stay("2026-03-08", "2026-03-12"))
        assert await used(node) == {"2026-03-09", "2026-03-20"}
        await node.put({"resourceType": "Patient", "id": "q"}, finding("2026-03-09", "q"))
        await node.put(stay("2026-03-08", "2026-03-12", id="f", subject={"reference": "Patient/q"}))
        await node.put(consent(said(6, 8), identity="d", patient="q"))
        assert "2026-03-09" in await used(node)

    async def test_as_long_as_the_encounter_says_so(self, node: Node) -> None:
        await node.put(consent(said(6, 8)), stay("2026-03-08", None, "in-progress"))
        assert await used(node) == {"2026-03-09", "2026-03-20"}
        await node.put(stay("2026-03-08", "2026-03-09"))
        assert await used(node) == {"2026-03-20"}, "it ended before"
        await node.put(stay("2026-02-01", "2026-03-12"))
        assert await used(node) == {"2026-03-01", "2026-03-09", "2026-03-20"}
        await node.put(stay("2026-02-01", "2026-03-12", "entered-in-error"))
        assert await used(node) == {"2026-03-20"}
        await node.put(stay("2026-02-01", "2026-03-12"))
        await node.gate.commit(OPERATOR, [Write("delete", "Encounter", "e")])
        assert await used(node) == {"2026-03-20"}

    @pytest.mark.parametrize("status", ["planned", "cancelled"])
    async def test_an_encounter_that_did_not_take_place_shifts_nothing(self, node: Node, status: str) -> None:
        await node.put(consent(said(6, 8)), stay("2026-03-08", "2026-03-12", status))
        assert await used(node) == {"2026-03-20"}

    async def test_a_refusal_is_not_shifted(self, node: Node) -> None:
        await node.put(consent(said(6, 8, start="2026-01-01"), stated="2026-01-01"))
        refused = consent(said(6, kind="deny"), identity="no")
        await node.put(refused, stay("2026-03-08", "2026-03-12"))
        assert await used(node) == {"2026-03-01", "2026-03-09"}

    async def test_an_encounter_that_moves_to_another_patient_leaves_nothing_behind(self, node: Node) -> None:
        await node.put({"resourceType": "Patient", "id": "q"}, consent(said(6, 8)), stay("2026-03-08", "2026-03-12"))
        assert await used(node) == {"2026-03-09", "2026-03-20"}
        await node.put(stay("2026-03-08", "2026-03-12", subject={"reference": "Patient/q"}))
        assert await used(node) == {"2026-03-20"}

    async def test_in_a_load_too(self, node: Node) -> None:
        resources = [consent(said(6, 8)), stay("2026-03-08", "2026-03-12")]
        units = [(Loaded("update", one["resourceType"], one["id"], msgspec.json.encode(one)),) for one in resources]
        await node.store.load(units)
        assert await used(node) == {"2026-03-09", "2026-03-20"}


class TestConsentsThatLieInTheFuture:
    async def test_they_are_refused_with_the_place(self, node: Node) -> None:
        ahead = (NOW + timedelta(days=30)).isoformat()
        with pytest.raises(Invalid) as refused:
            await node.put(consent(said(6, 8), stated=ahead))
        assert refused.value.issues[0].expression == ("Consent.dateTime",)

    async def test_loaded_ones_never_permit_and_refuse_at_once(self, node: Node) -> None:
        for identity, kind in (("ahead", "permit"), ("no", "deny")):
            later = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
            raw = msgspec.json.encode(consent(said(6, 8, kind=kind), identity=identity, stated=later))
            await node.store.load([(Loaded("update", "Consent", identity, raw),)])
            assert await used(node, datetime.now(UTC) + timedelta(days=60)) == set()
            if kind == "permit":
                await node.put(consent(said(6, 8)))
                assert await used(node, datetime.now(UTC) + timedelta(minutes=1)) == {"2026-03-20"}
        assert await used(node, datetime.now(UTC) + timedelta(minutes=1)) == set()


async def test_expired_contradicting_and_unlimited_consents_are_kept_and_do_what_they_say(node: Node) -> None:
    until = {"start": SIGNED, "end": "2026-03-25"}
    node.clock.now = datetime(2026, 3, 22, tzinfo=UTC)
    await node.put(consent({**said(6, 8), "period": until}))
    assert await used(node, node.clock.now) == {"2026-03-20"}
    node.clock.now = NOW
    assert await used(node) == set(), "expired"
    await node.put(consent(said(6, 8), said(8, kind="deny")))
    assert await used(node) == set(), "refused over permitted at the same time"
    await node.put(consent({"type": "permit", "code": said(6, 8)["code"]}))
    assert await used(node) == set(), "no period is assumed"


async def test_what_is_not_evaluated_is_refused_with_the_place(node: Node) -> None:
    narrowed = said(6, 8) | {
        "purpose": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HRESCH"}]
    }
    with pytest.raises(Invalid) as refused:
        await node.put(consent(narrowed))
    assert refused.value.issues[0].expression == ("Consent.provision.provision[0].purpose",)


async def test_nothing_is_left_of_a_patient_who_is_forgotten(node: Node) -> None:
    await node.put(consent(said(6, 8)), stay("2026-03-08", "2026-03-12"))
    patient = node.store.patient_key("p")
    async with node.consents.transaction() as connection:
        await node.consents.claim_home(connection, patient, "praxis")
        await node.consents.forget(connection, patient)
    assert await used(node) == set()
    async with node.database.connection() as connection:
        tables = await connection.fetch(
            "select table_name as name from information_schema.columns "
            "where table_schema = current_schema() and table_name like 'consent%' and column_name = 'patient'"
        )
        named = {row["name"] for row in tables}
        assert {"consent_release", "consent_window", "consent_begin", "consent_stay", "consent_home"} <= named
        for name in named - {"consent_item_release"}:
            found = await connection.fetchval(f"select count(*) from {name} where patient = $1", patient)  # noqa: S608
            assert not found, name


async def test_what_was_weighed_by_former_rules_is_weighed_again_when_a_node_starts(node: Node) -> None:
    await node.put(consent(said(6, 8)))
    async with node.database.connection() as connection:
        await connection.execute("update consent_statement set reading = 0")
        await connection.execute("update consent_window set data_from = '-infinity'")
    assert await used(node) == {"2026-03-01", "2026-03-09", "2026-03-20"}
    assert await node.consents.renew() == 1
    assert await used(node) == {"2026-03-20"}
    assert await node.consents.renew() == 0


async def test_without_a_consent_nothing_may_be_used(node: Node) -> None:
    assert for_research(NOW) != NOTHING
    assert await used(node) == set()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("test-util_src_main_resources_care_smith_fts_test_gics-consent-response.json", "2023-08-01"),
        ("trust-center-agent_src_test_resources_care_smith_fts_tca_rest_consent-response.json", "2024-08-01"),
    ],
)
async def test_an_export_of_gics_is_taken_as_it_comes(node: Node, data_folder: Path, name: str, day: str) -> None:
    text = (data_folder / "consent" / name).read_text()
    for marker in ("$QUESTIONNAIRE_RESPONSE_ID", "$PATIENT_IDENTIFIER", "$PATIENT_ID"):
        text = text.replace(marker, f"gics{marker.count('_')}")
    resources = list(_inside(msgspec.json.decode(text)))
    (patient,) = [one["id"] for one in resources if one["resourceType"] == "Patient"]
    await node.put(*resources, finding(day, patient), finding("2022-01-01", patient))
    may = await used(node)
    assert [one[-len(day) :] for one in may] == [day], "the past was not opened"


def _inside(bundle: Json) -> Iterator[Json]:
    for entry in bundle["entry"]:
        one = entry["resource"]
        yield from _inside(one) if one["resourceType"] == "Bundle" else [one]
