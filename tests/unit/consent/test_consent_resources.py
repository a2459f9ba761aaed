"""Care consents in FHIR: read in full, or refused with the place."""

from datetime import UTC, datetime
from typing import Any

import pytest

from verbund.consent import ALL, DataCategory, Party, Purpose, from_fhir, is_care, to_fhir
from verbund.consent.resources import CARE_POLICY, CATEGORY_SYSTEM, KIND_SYSTEM, SITE_SYSTEM
from verbund.errors import Invalid
from verbund.fhir import decode

Json = dict[str, Any]


def actor(role: str, **reference: object) -> Json:
    return {"role": {"coding": [{"code": role}]}, "reference": reference}


def site(name: str) -> Json:
    return {"identifier": {"system": SITE_SYSTEM, "value": name}}


def consent(provision: Json | None = None, **changes: object) -> Json:
    value: Json = {
        "resourceType": "Consent",
        "id": "c",
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/7"},
        "dateTime": "2026-05-04T12:00:00Z",
        "policyRule": {"coding": [{"code": "OPTIN"}]},
        "provision": {"provision": [{"type": "permit", **provision}]} if provision is not None else {"type": "deny"},
    }
    return {name: part for name, part in (value | changes).items() if part is not None}


def test_everything_that_a_provision_can_say_is_read() -> None:
    read = from_fhir(
        consent(
            {
                "period": {"start": "2026-05-01", "end": "2026-05-31"},
                "actor": [
                    actor("PRCP", **site("praxis"), display="Praxis Dr. Weber"),
                    actor("IRCP", identifier={"system": KIND_SYSTEM, "value": "hospital"}),
                    actor("PRCP", reference="Organization/reha"),
                    actor("CST", **site("uniklinikum")),
                ],
                "action": [{"coding": [{"code": "access"}]}],
                "purpose": [{"code": "TREAT"}],
                "class": [
                    {"system": CATEGORY_SYSTEM, "code": "laboratory"},
                    {"system": CATEGORY_SYSTEM, "code": "hiv"},
                ],
            }
        )
    )
    (said,) = read.provision.exceptions
    assert read.provision.permit is None
    assert (read.id, read.patient_id, read.active) == ("c", "7", True)
    assert read.stated == datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert said.recipients == (Party("praxis", title="Praxis Dr. Weber"), Party(kind="hospital"), Party("reha"))
    assert said.custodians == (Party("uniklinikum"),)
    assert said.purposes == {Purpose.TREAT}
    assert said.categories == DataCategory.LABORATORY | DataCategory.HIV
    assert said.span.since == datetime(2026, 4, 30, 22, tzinfo=UTC)
    assert said.span.until == datetime(2026, 5, 31, 22, tzinfo=UTC), "the last day counts in full"
    assert said.path == "Consent.provision.provision[0]"
    assert from_fhir(to_fhir(read)) == read


def test_the_typed_resource_reads_like_the_plain_one() -> None:
    plain = consent({"class": [{"system": CATEGORY_SYSTEM, "code": "imaging"}], "actor": [actor("CST", **site("a"))]})
    import msgspec  # noqa: PLC0415 - one test needs it

    assert from_fhir(decode(msgspec.json.encode(plain))) == from_fhir(plain)
    assert is_care(decode(msgspec.json.encode(plain)))


def test_what_is_written_is_valid_fhir() -> None:
    import msgspec  # noqa: PLC0415 - one test needs it

    read = from_fhir(
        consent({"class": [{"system": CATEGORY_SYSTEM, "code": "imaging"}], "actor": [actor("PRCP", **site("a"))]})
    )
    assert decode(msgspec.json.encode(to_fhir(read))).id == "c"


def test_no_kind_of_data_means_all() -> None:
    assert from_fhir(consent({})).provision.exceptions[0].categories == ALL


@pytest.mark.parametrize("status", ["draft", "proposed", "rejected", "inactive", "entered-in-error"])
def test_only_active_ones_count(status: str) -> None:
    assert not from_fhir(consent(status=status)).active


def test_a_consent_without_provisions_denies() -> None:
    assert from_fhir(consent(provision=None) | {"provision": None}).provision.permit is False


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"dateTime": None}, "Consent.dateTime"),
        ({"dateTime": "yesterday"}, "Consent.dateTime"),
        ({"dateTime": "2026-13-01"}, "Consent.dateTime"),
        ({"patient": None}, "Consent.patient"),
        ({"patient": {"reference": "urn:uuid:7"}}, "Consent.patient"),
        ({"modifierExtension": [{"url": "x"}]}, "Consent.modifierExtension"),
        ({"policy": [{"uri": CARE_POLICY}, {"uri": "https://a/b"}]}, "Consent.policy[1].uri"),
        ({"policy": [{"authority": "https://a/b"}]}, "Consent.policy[0].uri"),
        ({"policyRule": {"coding": [{"code": "OPTIN"}, {"code": "FUN"}]}}, "Consent.policyRule.coding[1]"),
    ],
)
def test_a_consent_that_nobody_can_place_is_refused(changes: Json, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_fhir(consent({}, **changes))
    assert refused.value.issues[0].expression == (path,)


@pytest.mark.parametrize(
    ("provision", "path"),
    [
        ({"securityLabel": [{"code": "R"}]}, ".securityLabel"),
        ({"dataPeriod": {"start": "2026"}}, ".dataPeriod"),
        ({"data": [{"meaning": "related", "reference": {"reference": "Observation/1"}}]}, ".data[0].meaning"),
        ({"data": [{"meaning": "instance", "reference": {"reference": "Nonsense/1"}}]}, ".data[0].reference"),
        ({"data": [{"meaning": "instance", "reference": {"reference": "Patient/7"}}]}, ".data[0].reference"),
        ({"data": [{"meaning": "instance", "reference": {"reference": "https://a/b/1"}}]}, ".data[0].reference"),
        ({"data": [{"meaning": "instance", "reference": {"reference": "Basic/1/_history/2"}}]}, ".data[0].reference"),
        ({"code": [{"text": "x"}]}, ".code"),
        ({"modifierExtension": [{"url": "x"}]}, ".modifierExtension"),
        ({"type": None}, ".type"),
        ({"purpose": [{"code": "TREAT"}, {"code": "FUN"}]}, ".purpose[1]"),
        ({"purpose": [{"code": "TREAT", "system": "urn:x"}]}, ".purpose[0]"),
        ({"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "Observation"}]}, ".class[0]"),
        ({"class": [{"system": CATEGORY_SYSTEM, "code": "gossip"}]}, ".class[0]"),
        ({"actor": [actor("AUT", **site("a"))]}, ".actor[0].role"),
        ({"actor": [{"reference": site("a")}]}, ".actor[0].role"),
        ({"actor": [actor("PRCP", reference="Practitioner/1")]}, ".actor[0].reference"),
        ({"actor": [actor("CST", identifier={"system": "urn:x", "value": "a"})]}, ".actor[0].reference"),
        ({"action": [{"coding": [{"code": "correct"}]}]}, ".action[0]"),
        ({"period": {"start": "2026-02-30"}}, ".period.start"),
        ({"period": {"start": "2026-05-02", "end": "2026-05-01"}}, ".period"),
    ],
)
def test_what_this_node_cannot_honour_is_refused_with_the_place(provision: Json, path: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_fhir(consent(provision))
    assert refused.value.issues[0].expression == (f"Consent.provision.provision[0]{path}",)
    assert path.removeprefix(".") in refused.value.text


def test_other_scopes_are_not_about_care() -> None:
    assert is_care(consent())
    assert not is_care(consent(scope={"coding": [{"code": "research"}]}))
    assert not is_care(consent(scope={"coding": [{"system": "urn:other", "code": "patient-privacy"}]}))
    assert not is_care({"resourceType": "Patient"})
    assert not is_care([])


def test_single_items_belong_to_the_house_where_the_consent_was_stated() -> None:
    items = {"data": [{"meaning": "instance", "reference": {"reference": "Observation/1"}}]}
    house = {"organization": [{"identifier": {"system": SITE_SYSTEM, "value": "praxis"}, "display": "Praxis"}]}
    (bare,) = from_fhir(consent(items)).provision.exceptions
    assert (bare.items, bare.custodians) == (frozenset({"Observation/1"}), ())
    (placed,) = from_fhir(consent(items, **house)).provision.exceptions
    assert placed.custodians == (Party("praxis", title="Praxis"),)
    (said,) = from_fhir(consent({**items, "actor": [actor("CST", **site("reha"))]}, **house)).provision.exceptions
    assert said.custodians == (Party("reha"),)


def test_too_many_items_and_too_deep_nesting_are_refused() -> None:
    many = [{"meaning": "instance", "reference": {"reference": f"Observation/{n}"}} for n in range(501)]
    assert len(from_fhir(consent({"data": many[:500]})).provision.exceptions[0].items) == 500
    with pytest.raises(Invalid) as refused:
        from_fhir(consent({"data": many}))
    assert refused.value.issues[0].expression == ("Consent.provision",)
    deep: Json = {"type": "permit"}
    for _ in range(7):
        deep = {"type": "deny", "provision": [deep]}
    from_fhir(consent(deep))
    with pytest.raises(Invalid) as refused:
        from_fhir(consent({"type": "permit", "provision": [deep]}))
    assert refused.value.issues[0].expression == (f"Consent.provision{'.provision[0]' * 9}",)
