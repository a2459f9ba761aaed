"""What crosses from one record of a person to another: refusals, from when it is known; what governs from now on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from verbund.consent import ALL, ActorRef, CareConsent, DataCategory, Provision, Purpose, Question, Span, decide
from verbund.consent.linked import links_of, refused_elsewhere, research_refused_elsewhere
from verbund.consent.projecting import House, ResearchCase, care_cases, governing
from verbund.consent.research import PolicyStatement, ResearchConsent, evaluate
from verbund.fhir import decode

DAY = timedelta(days=1)
NOW = datetime(2026, 5, 4, tzinfo=UTC)
LAB = DataCategory.LABORATORY
ASKED = Question(ActorRef("w", "physician", "praxis", "practice"), "klinik", Purpose.TREAT, "7", NOW, "hospital")


def said(permit: bool | None, stated: datetime, *, categories: DataCategory = ALL, **more: object) -> CareConsent:
    return CareConsent("c", "7", stated, Provision(permit=permit, categories=categories), **more)  # type: ignore[arg-type]


def released(*consents: CareConsent) -> DataCategory:
    return decide(ASKED, consents, emergency_allowed=False).categories


def test_a_refusal_of_another_record_counts_and_a_permission_does_not() -> None:
    own = said(True, NOW - 2 * DAY)
    assert released(own, said(False, NOW - DAY, categories=LAB, elsewhere=True)) == ALL & ~LAB
    assert released(said(True, NOW - DAY, elsewhere=True)) == DataCategory(0)
    # A later permission there does not hide an older refusal here.
    assert released(said(False, NOW - 2 * DAY), said(True, NOW - DAY, elsewhere=True)) == DataCategory(0)
    assert released(own, said(True, NOW - DAY, elsewhere=True)) == ALL


def test_what_is_said_later_in_the_own_record_decides() -> None:
    assert released(said(False, NOW - 2 * DAY, elsewhere=True), said(True, NOW - DAY)) == ALL
    assert released(said(False, NOW - DAY, elsewhere=True), said(True, NOW - DAY)) == DataCategory(0), "no over yes"


def test_a_refusal_of_another_record_counts_whatever_the_clock_says_and_its_patient_is_called() -> None:
    ahead = said(False, NOW + DAY, elsewhere=True)
    assert released(said(True, NOW - DAY), replace(ahead, patient_id="8")) == DataCategory(0)
    assert released(said(True, NOW - DAY), replace(ahead, patient_id="8", elsewhere=False)) == ALL
    assert released(said(True, NOW - DAY), replace(ahead, active=False)) == ALL


def test_rows_say_the_same() -> None:
    own, other = said(True, NOW - 2 * DAY), said(False, NOW - DAY, categories=LAB, elsewhere=True)
    other = replace(other, patient_id="8")
    for consents in ((own, other), (other, own)):
        (last,) = [one for one in care_cases(consents, House("klinik", "hospital")).cases if one.span.until is None]
        assert last.released == ALL & ~LAB


def test_what_was_refused_counts_from_when_the_link_is_known() -> None:
    (early, late) = refused_elsewhere([said(False, NOW - DAY), said(False, NOW + DAY)], NOW)
    assert (early.stated, late.stated) == (NOW, NOW + DAY)
    assert early.elsewhere
    assert late.elsewhere


def test_of_consents_to_research_the_refusals_cross() -> None:
    span = Span(NOW - 9 * DAY, None)
    statements = (PolicyStatement(6, True, span), PolicyStatement(8, False, span))
    other = ResearchConsent("r", NOW - 5 * DAY, statements, ends_all=True)
    (crossed,) = research_refused_elsewhere([other], NOW)
    assert crossed == replace(other, stated=NOW, statements=statements[1:])
    permits = tuple(PolicyStatement(policy, True, span) for policy in (6, 8))
    own = ResearchConsent("o", NOW - DAY, permits)
    assert evaluate([own], NOW).permitted
    assert not evaluate([own, crossed], NOW).permitted
    assert evaluate([replace(own, stated=NOW + DAY), crossed], NOW + DAY).permitted


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("Patient/8", {"8"}),
        ("Patient/7", set()),
        ("Patient/8/_history/2", {"8"}),
        ("RelatedPerson/8", set()),
        ("#p", set()),
        (None, set()),
    ],
)
def test_links_lead_to_other_patients_of_the_node(reference: str | None, found: set[str]) -> None:
    other = {"display": "?"} if reference is None else {"reference": reference}
    raw = {"resourceType": "Patient", "id": "7", "link": [{"other": other, "type": "seealso"}]}
    assert links_of(decode(msgspec.json.encode(raw))) == found


def test_nothing_is_left_of_what_the_latest_statement_ended() -> None:
    window = Span(None, None)
    former = ResearchCase(window, Span(NOW - 9 * DAY, NOW))
    present = ResearchCase(window, Span(NOW, NOW + DAY))
    coming = ResearchCase(window, Span(NOW + DAY, None))
    always = ResearchCase(window, Span(None, None))
    assert governing([former, present, coming, always], NOW) == (
        ResearchCase(window, Span(None, NOW + DAY)),
        coming,
        always,
    )
    assert governing([former, coming], NOW - DAY) == (ResearchCase(window, Span(None, NOW)), coming)
    assert governing([former, present], None) == (former, present), "where it is not known when they came"
