"""The cases of Inferno's kits in which an app uses its token at the FHIR API; each names the ids it ports."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from databases import fresh
from fhir_node import FhirNode, fhir_node, observation, patient
from signing_in import PASSWORD, quick_passwords

from verbund.database import Cluster, Database
from verbund.identity import People, Role, Scopes

ORIGIN = {"Origin": "https://inferno.example.org"}
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PROBLEM = "http://terminology.hl7.org/CodeSystem/condition-category"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def node(cluster: Cluster) -> AsyncIterator[FhirNode]:
    """One for all cases: each has a patient of its own."""
    database = await Database.connect(await fresh(cluster))
    async with fhir_node(database) as found:
        yield found
    await database.close()


def readable(headers: object) -> bool:
    """Whether a page of another origin may read an answer with these headers, and learns no more than that."""
    return headers.get_list("access-control-allow-origin") == ["*"]  # type: ignore[attr-defined]


async def token(node: FhirNode, path: str, scope: str) -> dict[str, str]:
    """What an app sends that the patient at this address permitted so much."""
    people = People(node.database, node.keys, passwords=quick_passwords())
    person = await people.add(
        uuid.uuid4().hex, "Erika Muster", Role.PATIENT, PASSWORD, patient_id=path.rpartition("/")[2]
    )
    return {"Authorization": f"Bearer {await node.tokens.issue(person, Scopes.parse(scope), client='app')}"}


async def test_metadata_for_pages_of_other_origins(node: FhirNode) -> None:
    """smart_cors_metadata_request, smart_cors_enabled_metadata_request."""
    answer = await node.http.get("metadata", headers=ORIGIN)
    assert answer.status_code == 200
    assert readable(answer.headers)
    assert readable((await node.http.get(".well-known/smart-configuration", headers=ORIGIN)).headers)


async def test_the_resource_of_fhir_user(node: FhirNode) -> None:
    """smart_openid_fhir_user_claim_stu2_2, smart_cors_openid_fhir_user_claim."""
    path = await node.new(patient())
    await node.new(patient("Andere"))
    headers = await token(node, path, "openid fhirUser patient/*.rs") | ORIGIN
    for _ in range(3):  # by the short way of plain reads too, once the token is known
        answer = await node.http.get(path.lstrip("/"), headers=headers)
        assert (answer.status_code, answer.json()["id"]) == (200, path.rpartition("/")[2])
        assert readable(answer.headers)
    refused = await node.http.get("Patient", headers={"Authorization": "Bearer x"} | ORIGIN)
    assert refused.status_code == 401
    assert readable(refused.headers)
    assert "WWW-Authenticate" in refused.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["Patient/1", "Patient", "", "$export", "Patient/1/$everything"])
async def test_preflights(node: FhirNode, path: str) -> None:
    asks = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,if-match"}
    answer = await node.http.options(path, headers=ORIGIN | asks)
    assert (answer.status_code, answer.content) == (204, b"")
    assert readable(answer.headers)
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert {"authorization", "if-match"} <= set(answer.headers["access-control-allow-headers"].lower().split(", "))
    assert "access-control-allow-credentials" not in answer.headers
    assert (await node.http.options(path, headers={"Origin": "https://x.org"})).status_code in {401, 405}


def of_category(subject: str, code: str) -> dict[str, object]:
    return observation(subject) | {"category": [{"coding": [{"system": CATEGORY, "code": code}]}]}


def condition(subject: str, code: str) -> dict[str, object]:
    return {
        "resourceType": "Condition",
        "category": [{"coding": [{"system": PROBLEM, "code": code}]}],
        "code": {"text": "Husten"},
        "subject": {"reference": subject.lstrip("/")},
    }


async def test_granular_scopes_narrow_reading_and_searching(node: FhirNode) -> None:
    """us_core_v700_Observation_granular_scope_read_test, …_patient_category_granular_scope_search_test,
    …_patient_code_granular_scope_search_test, us_core_v700_Condition_granular_scope_read_test,
    …_patient_granular_scope_search_test: what fits is there, what does not is refused and not counted."""
    subject = await node.new(patient())
    laboratory, social, vital = [
        await node.new(of_category(subject, code)) for code in ("laboratory", "social-history", "vital-signs")
    ]
    encounter, problem = [
        await node.new(condition(subject, code)) for code in ("encounter-diagnosis", "problem-list-item")
    ]
    headers = await token(
        node, subject,
        f"patient/Patient.rs patient/Observation.rs?category={CATEGORY}|laboratory "
        f"patient/Observation.rs?category={CATEGORY}|social-history "
        f"patient/Condition.rs?category={PROBLEM}|encounter-diagnosis",
    )  # fmt: skip
    for path, status in ((laboratory, 200), (social, 200), (vital, 404), (encounter, 200), (problem, 404)):
        answer = await node.http.get(path.lstrip("/"), headers=headers)
        assert answer.status_code == status, path
        assert answer.json()["resourceType"] == (path.split("/")[1] if status == 200 else "OperationOutcome")
    patient_id = subject.rpartition("/")[2]
    for query, fits in (
        (f"Observation?patient={patient_id}", {laboratory, social}),
        (f"Observation?patient={patient_id}&category={CATEGORY}|laboratory", {laboratory}),
        (f"Observation?patient={patient_id}&category=vital-signs", set()),
        (f"Observation?patient={patient_id}&code=http://loinc.org|718-7&_total=accurate", {laboratory, social}),
        (f"Condition?patient={patient_id}", {encounter}),
        (f"Condition?patient={patient_id}&category=problem-list-item", set()),
    ):
        found = (await node.http.get(query, headers=headers)).json()
        ids = {f"/{one['resource']['resourceType']}/{one['resource']['id']}" for one in found.get("entry", ())}
        assert ids == fits, query
        assert found.get("total", len(fits)) == len(fits), query
    assert (await node.http.get("Procedure", headers=headers)).status_code == 403
