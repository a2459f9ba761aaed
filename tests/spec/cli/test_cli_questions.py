"""Counts, decisions and the proof of the log, as the operator asks for them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from command_line import verbund

from verbund.consent import CareConsent, Party, Provision, Purpose, to_fhir

Json = dict[str, Any]
Written = Callable[..., Path]
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
QUERY = {
    "version": "2",
    "inclusionCriteria": [[{"context": {"code": "Diagnose"}, "termCodes": [{"system": ICD, "code": "E11"}]}]],
}

LABOR = ("--actor", "labor", "--kind", "laboratory")


def patient(identity: str) -> Json:
    """A patient without a name."""
    return {"resourceType": "Patient", "id": identity}


def diabetes(identity: str) -> Json:
    """Type 2 diabetes of a patient."""
    return {
        "resourceType": "Condition",
        "id": f"c-{identity}",
        "code": {"coding": [{"system": ICD, "code": "E11.90"}]},
        "subject": {"reference": f"Patient/{identity}"},
        "recordedDate": "2026-04-01",
    }


def research_consent(identity: str) -> Json:
    """The broad consent of the MII, given."""
    permits = [
        {
            "type": "permit",
            "period": {"start": "2026-01-01", "end": "2050-01-01"},
            "code": [{"coding": [{"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}]}],
        }
        for policy in (6, 8)
    ]
    return {
        "resourceType": "Consent",
        "id": f"bc-{identity}",
        "status": "active",
        "scope": {"coding": [{"code": "research"}]},
        "category": [{"text": "MII"}],
        "patient": {"reference": f"Patient/{identity}"},
        "dateTime": "2026-01-01",
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": permits},
    }


def care_consent(identity: str) -> Json:
    """Everything for the practice labor, since spring 2026."""
    permit = Provision(permit=True, recipients=(Party("labor"),), purposes=frozenset({Purpose.TREAT}))
    root = Provision(permit=False, exceptions=(permit,))
    return to_fhir(CareConsent("care", identity, datetime(2026, 4, 1, tzinfo=UTC), root))


@pytest.fixture(scope="module")
def filled(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node with three patients with diabetes, of whom two consent to research and one to care elsewhere."""
    resources = [patient(one) for one in "abc"] + [diabetes(one) for one in "abc"]
    resources += [research_consent("a"), research_consent("b"), care_consent("a")]
    file = tmp_path_factory.mktemp("data") / "all.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in resources))
    assert verbund("import", node, file).code == 0
    return node


@pytest.fixture
def query(tmp_path: Path) -> Path:
    """A cohort: type 2 diabetes."""
    file = tmp_path / "diabetes.json"
    file.write_text(json.dumps(QUERY))
    return file


class TestCohortCount:
    def test_counts_who_consents_and_on_demand_everybody(self, filled: Path, query: Path) -> None:
        assert verbund("cohort", "count", filled, query).out == "2\n"
        assert verbund("cohort", "count", filled, query, "--all-patients").out == "3\n"

    def test_json_says_over_whom(self, filled: Path, query: Path) -> None:
        assert verbund("cohort", "count", filled, query, "--json").json == {"count": 2, "allPatients": False}
        found = verbund("cohort", "count", filled, query, "--all-patients", "--json").json
        assert found == {"count": 3, "allPatients": True}

    @pytest.mark.parametrize(
        ("text", "said"),
        [("{", "not JSON"), ("{}", "inclusionCriteria"), ('{"inclusionCriteria": 1}', "inclusionCriteria")],
    )
    def test_a_query_that_is_none_is_refused(self, filled: Path, tmp_path: Path, text: str, said: str) -> None:
        (tmp_path / "bad.json").write_text(text)
        done = verbund("cohort", "count", filled, tmp_path / "bad.json")
        assert (done.code, done.out) == (1, "")
        assert said in done.err
        assert len(done.err.splitlines()) == 1

    def test_a_query_that_cannot_be_read_is_told(self, filled: Path, tmp_path: Path) -> None:
        done = verbund("cohort", "count", filled, tmp_path / "nowhere.json")
        assert done.code == 1
        assert "cannot be read: No such file" in done.err


class TestConsentExplain:
    def test_what_is_allowed_is_permitted_with_its_provision(self, filled: Path) -> None:
        done = verbund("consent", "explain", filled, "--patient", "a", "--purpose", "TREAT", *LABOR)
        assert done.code == 0
        assert done.out.startswith("Permit: ")
        assert "Consent" in done.out

    def test_what_nobody_allowed_is_denied_in_both_languages(self, filled: Path) -> None:
        done = verbund(
            "consent", "explain", filled, "--patient", "b", "--actor", "labor", "--purpose", "TREAT", "--json"
        )
        assert done.code == 0
        assert done.json.keys() == {"permitted", "de", "en", "provision", "withheld"}
        assert done.json["permitted"] is False
        assert done.json["de"] != done.json["en"]

    def test_time_counts(self, filled: Path) -> None:
        asked = ("consent", "explain", filled, "--patient", "a", "--purpose", "TREAT", "--json", *LABOR)
        assert verbund(*asked, "--at", "2026-03-31").json["permitted"] is False
        assert verbund(*asked, "--at", "2026-04-02T00:00+02:00").json["permitted"] is True

    def test_somebody_of_the_house_is_known_by_login(self, filled: Path) -> None:
        arguments = ("--login", "weber", "--name", "Dr. Weber", "--role", "physician", "--password", "Verbund-2026")
        assert verbund("people", "add", filled, *arguments).code == 0
        done = verbund(
            "consent", "explain", filled, "--patient", "b", "--actor", "weber", "--purpose", "TREAT", "--json"
        )
        assert done.json["permitted"] is True

    def test_a_patient_who_is_not_there_is_told(self, filled: Path) -> None:
        done = verbund("consent", "explain", filled, "--patient", "zz", "--actor", "labor", "--purpose", "TREAT")
        assert (done.code, done.out) == (1, "")
        assert "There is no Patient of this id" in done.err


@pytest_asyncio.fixture(loop_scope="session")
async def logged(filled: Path, module_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The database of a node whose log is whole, for changes behind the node's back that are mended after the test."""
    connection = await asyncpg.connect(module_url)
    assert (await asyncio.to_thread(verbund, "audit", "verify", filled)).code == 0
    await connection.execute("create table kept as select * from audit_event")
    yield connection
    await connection.execute("truncate audit_event; insert into audit_event select * from kept; drop table kept")
    await connection.close()


class TestAuditVerify:
    async def test_a_whole_log_is_proven(self, filled: Path, logged: asyncpg.Connection) -> None:
        size = await logged.fetchval("select count(*) from audit_event")
        done = await asyncio.to_thread(verbund, "audit", "verify", filled, "--json")
        assert done.code == 0
        assert (done.json["ok"], done.json["size"], done.json["first_bad"]) == (True, size, None)

    @pytest.mark.parametrize("place", ["first", "middle", "last"])
    async def test_one_byte_changed_in_an_event_names_the_event(
        self, filled: Path, logged: asyncpg.Connection, place: str
    ) -> None:
        size = await logged.fetchval("select max(sequence) from audit_event")
        number = {"first": 1, "middle": size // 2, "last": size}[place]
        changed = await logged.execute(
            "update audit_event set sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1) where sequence = $1", number
        )
        assert changed == "UPDATE 1"
        done = await asyncio.to_thread(verbund, "audit", "verify", filled)
        assert done.code == 1
        assert str(number) in done.out
        told = await asyncio.to_thread(verbund, "audit", "verify", filled, "--json")
        assert (told.code, told.json["ok"], told.json["first_bad"]) == (1, False, number)

    async def test_an_event_that_was_taken_out_is_missed(self, filled: Path, logged: asyncpg.Connection) -> None:
        assert await logged.execute("delete from audit_event where sequence = 2") == "DELETE 1"
        done = await asyncio.to_thread(verbund, "audit", "verify", filled, "--json")
        assert (done.code, done.json["first_bad"]) == (1, 2)

    async def test_looking_changes_nothing(self, filled: Path, logged: asyncpg.Connection) -> None:
        before = await logged.fetch("select * from audit_event order by sequence")
        assert (await asyncio.to_thread(verbund, "audit", "verify", filled)).code == 0
        assert await logged.fetch("select * from audit_event order by sequence") == before
