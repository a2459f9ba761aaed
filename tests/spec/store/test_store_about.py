"""What names no patient itself belongs to the patient of what it is about."""

import json
from typing import Any

import pytest
from stores import commit, create, observation, opened, patient, put, update

from verbund.database import Database
from verbund.errors import NotFound
from verbund.fhir import RESOURCE_TYPES
from verbund.store import EVERYTHING, Chunk, Unit
from verbund.store.attaching import MAY_BE_ABOUT

Json = dict[str, Any]
SEEN = {"reference": "Observation/seen"}
CODE = {"text": "something"}
AGENT = [{"who": {"display": "Dr. Weber"}}]
ABOUT: dict[str, Json] = {
    "AppointmentResponse": {"appointment": SEEN, "participantStatus": "accepted", "actor": {"display": "Weber"}},
    "Basic": {"code": CODE, "subject": SEEN},
    "Binary": {"contentType": "text/plain", "securityContext": SEEN},
    "Communication": {"status": "completed", "about": [SEEN]},
    "CommunicationRequest": {"status": "active", "about": [SEEN]},
    "DetectedIssue": {"status": "final", "implicated": [SEEN]},
    "DeviceMetric": {"type": CODE, "category": "measurement", "source": {"reference": "Device/own"}},
    "DocumentManifest": {"status": "current", "content": [SEEN]},
    "EnrollmentResponse": {"request": SEEN},
    "Linkage": {"item": [{"type": "source", "resource": SEEN}, {"type": "alternate", "resource": SEEN}]},
    "List": {"status": "current", "mode": "working", "entry": [{"item": SEEN}]},
    "MessageHeader": {"eventUri": "urn:x", "source": {"endpoint": "urn:y"}, "focus": [SEEN]},
    "PaymentNotice": {
        "status": "active", "created": "2026-01-01", "payment": {"display": "x"}, "recipient": {"display": "y"},
        "amount": {"value": 1}, "request": SEEN,
    },
    "PaymentReconciliation": {
        "status": "active", "created": "2026-01-01", "paymentDate": "2026-01-01", "paymentAmount": {"value": 1},
        "detail": [{"type": CODE, "request": SEEN}],
    },
    "Provenance": {"target": [SEEN], "recorded": "2026-01-01T00:00:00Z", "agent": AGENT},
    "Task": {"status": "requested", "intent": "order", "focus": SEEN},
    "VerificationResult": {"target": [SEEN], "status": "validated"},
}  # fmt: skip
NAMED: dict[str, Json] = {
    "BiologicallyDerivedProduct": {"collection": {"source": {"reference": "Patient/a"}}},
    "Contract": {"subject": [{"reference": "Patient/a"}]},
    "Device": {"patient": {"reference": "Patient/a"}},
    "GuidanceResponse": {"moduleUri": "urn:x", "status": "success", "subject": {"reference": "Patient/a"}},
    "Task": {"status": "requested", "intent": "order", "for": {"reference": "Patient/a"}},
}
RECORD = (
    patient(id="a"),
    {**observation("a"), "id": "seen"},
    {**observation("b"), "id": "other"},
    {"resourceType": "Device", "id": "own", "patient": {"reference": "Patient/a"}},
)


def one(kind: str, content: Json, identity: str = "x") -> Json:
    return {"resourceType": kind, "id": identity, **content}


def test_each_type_that_may_be_about_something_is_tried() -> None:
    assert ABOUT.keys() == MAY_BE_ABOUT
    assert RESOURCE_TYPES >= MAY_BE_ABOUT


@pytest.mark.parametrize("kind", ABOUT)
async def test_it_belongs_to_the_patient_of_what_it_is_about(database: Database, kind: str) -> None:
    async with opened(database) as store:
        await put(store, *RECORD)
        await put(store, one(kind, ABOUT[kind]))
        line = json.dumps(one(kind, ABOUT[kind], "loaded")).encode()
        assert not (await store.load([Chunk([line], "a.ndjson", "line", range(1))])).refused
        for identity in ("x", "loaded"):
            assert (await store.read(kind, identity, within=EVERYTHING)).patient == store.patient_key("a")
        await store.erase("a")
        with pytest.raises(NotFound):
            await store.read(kind, "x", within=EVERYTHING)


@pytest.mark.parametrize("kind", NAMED)
async def test_it_belongs_to_whom_it_names_though_the_standard_puts_it_into_no_record(
    database: Database, kind: str
) -> None:
    async with opened(database) as store:
        await put(store, one(kind, NAMED[kind]))
        assert (await store.read(kind, "x", within=EVERYTHING)).patient == store.patient_key("a")


async def test_about_several_patients_or_what_is_not_here_it_is_nobody_s(database: Database) -> None:
    async with opened(database) as store:
        await put(store, *RECORD)
        for target in (
            ["Observation/seen", "Observation/other"],
            ["Observation/nowhere"],
            ["http://x/Observation/seen"],
        ):
            content = {**ABOUT["Provenance"], "target": [{"reference": text} for text in target]}
            await put(store, one("Provenance", content))
            assert (await store.read("Provenance", "x", within=EVERYTHING)).patient is None


async def test_it_belongs_to_the_patient_of_what_comes_with_it(database: Database) -> None:
    urn = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"
    async with opened(database) as store:
        await put(store, patient(id="a"))
        told = {"resourceType": "Provenance", **ABOUT["Provenance"], "target": [{"reference": urn}]}
        written, _ = await store.commit(Unit((create(told), create(observation("a"), full_url=urn))))
        assert (await store.read("Provenance", written.id, within=EVERYTHING)).patient == store.patient_key("a")


async def test_what_names_a_patient_is_not_looked_up(database: Database) -> None:
    async with opened(database) as store:
        await put(store, *RECORD)
        content = {**ABOUT["Provenance"], "target": [{"reference": "Patient/b"}, SEEN]}
        await commit(store, update("x", one("Provenance", content)), check_references=False)
        assert (await store.read("Provenance", "x", within=EVERYTHING)).patient == store.patient_key("b")
