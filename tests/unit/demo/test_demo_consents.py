"""What the demo's patients allow is read by the node as it is meant."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from invented_region import Invented, Json

from verbund.consent import ActorRef, DataCategory, Decision, Purpose, Question, decide, from_fhir, is_care, research
from verbund.demo.houses import BY_NAME

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
C = DataCategory


def asked(record: list[Json], holder: str, organisation: str, purpose: Purpose = Purpose.TREAT) -> Decision:
    consents = [from_fhir(one) for one in record if one["resourceType"] == "Consent" and is_care(one)]
    kind = BY_NAME[organisation].kind if organisation in BY_NAME else "rescue-service"
    actor = ActorRef("somebody", "physician", organisation, kind)
    return decide(Question(actor, holder, purpose, record[0]["id"], AT), consents, emergency_allowed=False)


def permitted(record: list[Json]) -> bool:
    documents = [research.from_fhir(one) for one in record if research.is_research(one)]
    return research.evaluate(documents, AT).permitted


@pytest.mark.parametrize("holder", ["uniklinikum", "reha"])
def test_erika_sommer_lets_the_houses_exchange_everything_for_treatment(invented: Invented, holder: str) -> None:
    decision = asked(invented.records[0, holder], holder, "praxis")

    assert decision.permitted
    assert decision.withheld == C(0)


def test_erika_sommer_has_not_let_the_rescue_service_look_without_an_emergency(invented: Invented) -> None:
    assert not asked(invented.records[0, "praxis"], "praxis", "rettungsdienst").permitted


def test_erika_sommer_agrees_to_research_and_not_to_other_purposes(invented: Invented) -> None:
    assert permitted(invented.records[0, "praxis"])
    assert not asked(invented.records[0, "praxis"], "praxis", "uniklinikum", Purpose.COVERAGE).permitted


def test_hans_bergmann_withholds_psychiatry_alone(invented: Invented) -> None:
    decision = asked(invented.records[1, "uniklinikum"], "uniklinikum", "praxis")

    assert decision.withheld == C.PSYCHIATRY


def test_ayse_kaya_refuses_exchange_and_has_withdrawn_from_research(invented: Invented) -> None:
    record = invented.records[2, "uniklinikum"]

    assert not asked(record, "uniklinikum", "praxis").permitted
    assert not permitted(record)
    assert sum(research.is_research(one) for one in record) == 2


def test_most_allow_everything_and_most_agree_to_research(invented: Invented) -> None:
    holders = dict(invented.records.keys())
    answers = Counter(
        (decision.permitted, decision.withheld == C(0))
        for number, house in holders.items()
        for decision in [asked(invented.records[number, house], "uniklinikum", "praxis")]
    )
    agreed = sum(permitted(invented.records[number, house]) for number, house in holders.items())

    assert answers[True, True] > 0.65 * len(holders)
    assert answers[True, False] > 0.05 * len(holders)
    assert answers[False, False] > 0.02 * len(holders)
    assert 0.55 < agreed / len(holders) < 0.8


def test_every_house_of_a_patient_holds_the_same_will(invented: Invented) -> None:
    for patient in invented.patients:
        said = {
            str(
                [
                    (one["dateTime"], one["provision"])
                    for one in invented.records[patient.number, house]
                    if _is_consent(one)
                ]
            )
            for house in patient.records
        }
        assert len(said) == 1


def _is_consent(resource: Json) -> bool:
    return bool(resource["resourceType"] == "Consent")
