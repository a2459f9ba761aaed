"""Care consents in FHIR: read in full, or refused with the place."""

from datetime import UTC, datetime
from typing import Any

import pytest

from verbund.consent import (
    ALL,
    CareConsent,
    DataCategory,
    Party,
    Provision,
    Purpose,
    Span,
    from_fhir,
    is_care,
    to_fhir,
)
from verbund.consent.resources import CARE_POLICY, CATEGORY_SYSTEM, KIND_SYSTEM, PURPOSE_SYSTEM, SITE_SYSTEM
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


WHERE = "Consent.provision.provision[0]"
NO_HOUSE = f"must name a house ({SITE_SYSTEM} or Organization/ID) or a kind of house ({KIND_SYSTEM})"
NO_ITEM = "must name an item of the record by type and id, like Observation/7, without a version"
DIRECTIVES = "EMRGONLY, NOPP, OPTIN, OPTINR, OPTOUT, OPTOUTE"
PURPOSES = "TREAT, ETREAT, BTG, CAREMGT, HQUALIMP, HRESCH, PATRQT, FAMRQT, HOPERAT, COVERAGE, HPAYMT, PUBHLTH"
OF_ALL: list[tuple[Json, str, str]] = [
    ({"dateTime": None}, "Consent.dateTime", "is missing; without it nobody knows which consent is later"),
    ({"patient": None}, "Consent.patient", "must refer to a Patient of this node (Patient/ID)"),
    ({"patient": {"display": "x"}}, "Consent.patient", "must refer to a Patient of this node (Patient/ID)"),
    ({"modifierExtension": [{"url": "x"}]}, "Consent.modifierExtension", "is not understood by this node"),
    (
        {"policy": [{"uri": CARE_POLICY}, {"authority": "x"}]},
        "Consent.policy[1].uri",
        "is a policy this node does not know; say by provisions what is permitted",
    ),
    (
        {"policyRule": {"coding": [{"code": "OPTOUT"}, {"display": "x"}]}},
        "Consent.policyRule.coding[1]",
        f"is not a directive this node knows: {DIRECTIVES}",
    ),
]
OF_A_PROVISION: list[tuple[Json, str, str]] = [
    (
        {"code": [{"text": "x"}]},
        "code",
        "is not understood by this node; say the same by class, data, actor, purpose and period",
    ),
    ({"type": "perhaps"}, "type", "must be permit or deny; only the outermost may leave it out"),
    ({"data": [{}]}, "data[0].meaning", "must be instance: what belongs to an item is named by itself"),
    ({"data": [{"meaning": "instance"}]}, "data[0].reference", NO_ITEM),
    ({"data": [{"meaning": "instance", "reference": {}}]}, "data[0].reference", NO_ITEM),
    ({"action": [{"coding": [{"code": "use"}]}, {}]}, "action[1]", "is not an action this node decides on"),
    ({"purpose": [{"code": "FUN"}]}, "purpose[0]", f"is a purpose this node does not know; it knows {PURPOSES}"),
    ({"purpose": [{}]}, "purpose[0]", f"is a purpose this node does not know; it knows {PURPOSES}"),
    (
        {"class": [{"system": CATEGORY_SYSTEM}]},
        "class[0]",
        f"is not a kind of data of {CATEGORY_SYSTEM}, which this node decides by",
    ),
    (
        {"class": [{"system": "urn:other", "code": "laboratory"}]},
        "class[0]",
        f"is not a kind of data of {CATEGORY_SYSTEM}, which this node decides by",
    ),
    ({"actor": [{"role": {"coding": [{"code": "PRCP"}]}}]}, "actor[0].reference", NO_HOUSE),
    ({"actor": [{}]}, "actor[0].role", "must say who receives (PRCP, IRCP) or who holds (CST)"),
    ({"actor": [{"role": {"coding": [{"code": "CST"}]}}]}, "actor[0].reference", NO_HOUSE),
    ({"actor": [actor("PRCP", identifier={"system": SITE_SYSTEM})]}, "actor[0].reference", NO_HOUSE),
    ({"actor": [actor("IRCP", identifier={"system": KIND_SYSTEM})]}, "actor[0].reference", NO_HOUSE),
    ({"actor": [actor("IRCP", reference="Practitioner/1")]}, "actor[0].reference", NO_HOUSE),
    (
        {"period": {"start": "May"}},
        "period.start",
        "is not a date or time as FHIR writes them; give it like 2024-05-31",
    ),
    ({"period": {"end": "May"}}, "period.end", "is not a date or time as FHIR writes them; give it like 2024-05-31"),
    (
        {"period": {"start": "2026-05-02", "end": "2026-05-01"}},
        "period",
        "ends before it begins; exchange its start and its end",
    ),
]


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        *((consent({}, **changes), place, said) for changes, place, said in OF_ALL),
        *((consent(provision), f"{WHERE}.{place}", said) for provision, place, said in OF_A_PROVISION),
    ],
)
def test_what_is_refused_is_refused_in_these_words(value: Json, place: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_fhir(value)
    (issue,) = refused.value.issues
    assert (issue.code, issue.expression, issue.text) == ("not-supported", (place,), f"{place} {said}")
    assert refused.value.text == issue.text


def test_only_the_outermost_provision_may_leave_out_what_it_says() -> None:
    assert from_fhir(consent() | {"provision": {}}).provision.permit is False
    assert from_fhir(consent() | {"provision": {"purpose": [{"code": "TREAT"}]}}).provision.permit is None
    with pytest.raises(Invalid) as refused:
        from_fhir(consent() | {"provision": {"provision": [{"purpose": [{"code": "TREAT"}]}]}})
    assert refused.value.text == f"{WHERE}.type must be permit or deny; only the outermost may leave it out"


def test_how_deep_and_how_many_in_these_words() -> None:
    deep: Json = {"type": "permit"}
    for _ in range(9):
        deep = {"type": "deny", "provision": [deep]}
    many = [{"meaning": "instance", "reference": {"reference": f"Observation/{n}"}} for n in range(251)]
    for value, text in (
        (consent() | {"provision": deep}, "is nested more than 8 levels deep; say the same with fewer"),
        (
            consent({"data": many, "provision": [{"type": "deny", "data": many}]}),
            "names more than 500 single items; name kinds of data",
        ),
    ):
        with pytest.raises(Invalid) as refused:
            from_fhir(value)
        place = refused.value.issues[0].expression[0]
        assert place.startswith("Consent.provision")
        assert refused.value.text == f"{place} {text}"


def test_a_house_keeps_the_name_it_is_called_by_however_it_is_named() -> None:
    named = (site("praxis"), {"identifier": {"system": KIND_SYSTEM, "value": "x"}}, {"reference": "Organization/reha"})
    actors = [actor("PRCP", **reference, display=f"Haus {at}") for at, reference in enumerate(named)]
    (said,) = from_fhir(consent({"actor": actors})).provision.exceptions
    assert [party.title for party in said.recipients] == ["Haus 0", "Haus 1", "Haus 2"]


class TestWhatMayBeLeftOut:
    def test_of_a_consent(self) -> None:
        bare = {"resourceType": "Consent", "patient": {"reference": "Patient/7/_history/2"}, "dateTime": "2026-05-04"}
        read = from_fhir(bare)
        assert (read.id, read.patient_id, read.active, read.provision.permit) == ("", "7", False, False)
        assert from_fhir({**bare, "policyRule": {"text": "x"}, "provision": {"type": "permit"}}).provision.permit

    def test_of_a_house(self) -> None:
        items = {"data": [{"meaning": "instance", "reference": {"reference": "Observation/1"}}]}
        for without in (
            [],
            [{"display": "Praxis"}],
            [{"identifier": {"system": "urn:x", "value": "praxis"}}],
            [{"identifier": {"system": SITE_SYSTEM}}],
        ):
            (said,) = from_fhir(consent(items, organization=without)).provision.exceptions
            assert said.custodians == ()
        both = [{"display": "x"}, {"identifier": {"system": SITE_SYSTEM, "value": "praxis"}}]
        (said,) = from_fhir(
            consent({**items, "provision": [{"type": "deny", **items}]}, organization=both)
        ).provision.exceptions
        assert said.custodians == said.exceptions[0].custodians == (Party("praxis"),)

    def test_only_what_names_items_is_held_by_the_house(self) -> None:
        house = {"organization": [{"identifier": {"system": SITE_SYSTEM, "value": "praxis"}}]}
        assert from_fhir(consent({}, **house)).provision.exceptions[0].custodians == ()

    def test_the_system_of_a_purpose_and_a_scope(self) -> None:
        purposes = [{"code": "TREAT"}, {"code": "BTG", "system": PURPOSE_SYSTEM}]
        assert from_fhir(consent({"purpose": purposes})).provision.exceptions[0].purposes == {
            Purpose.TREAT,
            Purpose.BTG,
        }
        assert is_care({"scope": {"coding": [{"system": "urn:x", "code": "y"}, {"code": "patient-privacy"}]}})
        assert is_care({"resourceType": "Consent", "scope": {"coding": [{"code": "patient-privacy"}]}})
        assert not is_care({"resourceType": "Contract", "scope": {"coding": [{"code": "patient-privacy"}]}})
        assert not is_care({"scope": {"text": "x"}})
        assert not is_care({})
        assert not is_care(None)


@pytest.mark.parametrize("code", ["access", "collect", "use", "disclose"])
def test_actions_that_read_are_decided_on(code: str) -> None:
    several = [{"coding": [{"code": "correct"}, {"code": code}]}]
    assert from_fhir(consent({"action": several})).provision.exceptions[0].permit


@pytest.mark.parametrize("kind", ["AuditEvent", "Consent", "Patient", "Provenance"])
def test_who_somebody_is_and_what_they_decided_are_no_items(kind: str) -> None:
    with pytest.raises(Invalid):
        from_fhir(consent({"data": [{"meaning": "instance", "reference": {"reference": f"{kind}/1"}}]}))


@pytest.mark.parametrize("code", sorted(DIRECTIVES.split(", ")))
def test_directives_that_are_known_change_nothing(code: str) -> None:
    assert from_fhir(consent({}, policyRule={"coding": [{"code": code}]})).provision.exceptions[0].permit


def test_how_a_consent_is_written() -> None:
    said = Provision(
        permit=True,
        recipients=(Party("praxis", title="Praxis Weber"), Party(kind="hospital")),
        custodians=(Party("klinik"),),
        purposes=frozenset({Purpose.TREAT, Purpose.BTG}),
        categories=DataCategory.LABORATORY | DataCategory.HIV,
        span=Span(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)),
        items=frozenset({"Observation/2", "Observation/1"}),
        exceptions=(Provision(permit=False, path="x"),),
    )
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    house = {
        "type": "Organization",
        "identifier": {"system": SITE_SYSTEM, "value": "praxis"},
        "display": "Praxis Weber",
    }
    participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"

    def party(role: str, reference: Json) -> Json:
        return {"role": {"coding": [{"system": participation, "code": role}]}, "reference": reference}

    def named(system: str, value: str) -> Json:
        return {"type": "Organization", "identifier": {"system": system, "value": value}}

    assert to_fhir(CareConsent("c", "7", at, said)) == {
        "resourceType": "Consent",
        "id": "c",
        "status": "active",
        "scope": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"reference": "Patient/7"},
        "dateTime": "2026-05-04T12:00:00+00:00",
        "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
        "provision": {
            "type": "permit",
            "period": {"start": "2026-05-01T00:00:00+00:00", "end": "2026-05-31T23:59:59+00:00"},
            "actor": [
                party("PRCP", house),
                party("PRCP", named(KIND_SYSTEM, "hospital")),
                party("CST", named(SITE_SYSTEM, "klinik")),
            ],
            "purpose": [
                {"system": PURPOSE_SYSTEM, "code": "BTG"},
                {"system": PURPOSE_SYSTEM, "code": "TREAT"},
            ],
            "class": [
                {"system": CATEGORY_SYSTEM, "code": "laboratory"},
                {"system": CATEGORY_SYSTEM, "code": "hiv"},
            ],
            "data": [
                {"meaning": "instance", "reference": {"reference": "Observation/1"}},
                {"meaning": "instance", "reference": {"reference": "Observation/2"}},
            ],
            "provision": [{"type": "deny"}],
        },
    }
    bare = to_fhir(CareConsent("", "7", at, Provision(permit=None), active=False))
    assert ("id" in bare, bare["status"], bare["provision"]) == (False, "inactive", {})
    to_the_microsecond = datetime(2026, 6, 1, microsecond=5, tzinfo=UTC)
    (open_start,) = from_fhir(
        to_fhir(
            CareConsent(
                "c", "7", at, Provision(None, exceptions=(Provision(True, span=Span(None, to_the_microsecond)),))
            )
        )
    ).provision.exceptions
    assert open_start.span == Span(None, to_the_microsecond)
