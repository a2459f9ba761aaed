"""What research may use: the MII broad consent, as its documents add up."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from verbund.consent import Sentence, Span
from verbund.consent.policies import MODULES, NAMES, policy_of
from verbund.consent.research import ResearchPermission, beginnings, evaluate, from_fhir, is_research
from verbund.errors import Invalid
from verbund.fhir import decode

Json = dict[str, Any]
POLICIES = "2.16.840.1.113883.3.1937.777.24.5.3"
ANSWERS = "2.16.840.1.113883.3.1937.777.24.5.2"
GICS = "https://ths-greifswald.de/fhir/CodeSystem/gics/Policy"
CATEGORY = "2.16.840.1.113883.3.1937.777.24.2.184"
MII = "https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/mii-cs-consent-"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=UTC)


def said(policy: int, kind: str = "permit", start: str | None = "2020-09-01", end: str | None = "2050-08-31") -> Json:
    period = {name: value for name, value in (("start", start), ("end", end)) if value}
    coding = {"system": f"urn:oid:{POLICIES}", "code": f"{POLICIES}.{policy}"}
    provision: Json = {"type": kind, "code": [{"coding": [coding]}]}
    return provision | ({"period": period} if period else {})


def document(*provisions: Json, stated: str = "2020-09-01", **changes: object) -> Json:
    return {
        "resourceType": "Consent",
        "id": "b",
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": f"{MII}consent_category", "code": CATEGORY}]}],
        "patient": {"reference": "Patient/7"},
        "dateTime": stated,
        "policy": [{"uri": "urn:oid:2.16.840.1.113883.3.1937.777.24.2.1791"}],
        "provision": {"type": "deny", "provision": list(provisions)},
        **changes,
    }


AGREED = document(said(6, end="2025-08-31"), said(8))


def evaluated(*documents: Json, today: str = "2026-05-04", encounters: tuple[Span, ...] = ()) -> ResearchPermission:
    return evaluate([from_fhir(one) for one in documents], at(today), encounters)


def allows(permission: ResearchPermission, date: str) -> bool:
    return permission.allows("Observation", at(date))


class TestWhatAConsentPermits:
    def test_data_collected_within_the_period_of_6_while_8_holds(self) -> None:
        permission = evaluated(AGREED)
        assert permission.permitted
        assert not allows(permission, "2020-08-31")
        assert allows(permission, "2020-09-01")
        assert allows(permission, "2025-08-31"), "the last day counts"
        assert not allows(permission, "2025-09-01")
        assert "Stand 01.09.2020" in permission.reason.de
        assert "as of 1 September 2020" in permission.reason.en

    def test_without_any_consent_nothing(self) -> None:
        permission = evaluated()
        assert not permission.permitted
        assert "ohne sie wird nichts genutzt" in permission.reason.de
        assert "without one nothing is used" in permission.reason.en

    def test_8_must_hold_today(self) -> None:
        short = document(said(6), said(8, end="2025-12-31"))
        assert evaluated(short, today="2025-12-31").permitted
        refused = evaluated(short, today="2026-01-01")
        assert not refused.permitted
        assert "no valid consent permits" in refused.reason.en

    def test_6_and_8_have_to_stand_in_the_same_document(self) -> None:
        assert not evaluated(document(said(6)), document(said(8), stated="2020-09-02")).permitted
        assert not evaluated(document(said(6))).permitted
        assert not evaluated(document(said(8))).permitted

    @pytest.mark.parametrize("status", ["draft", "proposed", "rejected", "inactive", "entered-in-error"])
    def test_only_active_documents_count(self, status: str) -> None:
        assert not evaluated(AGREED | {"status": status}).permitted

    def test_a_document_of_tomorrow_does_not_count_today(self) -> None:
        assert not evaluated(document(said(6), said(8), stated="2026-05-05")).permitted

    @pytest.mark.parametrize("end", [None, "2050-08-31"])
    def test_a_permit_without_the_beginning_of_a_period_permits_nothing_since_none_is_assumed(
        self, end: str | None
    ) -> None:
        assert not evaluated(document(said(6, start=None, end=end), said(8))).permitted
        assert not evaluated(document(said(6), said(8, start=None, end=end))).permitted

    def test_a_period_without_an_end_is_open(self) -> None:
        assert allows(evaluated(document(said(6, end=None), said(8, end=None)), today="2070-01-01"), "2069-01-01")

    def test_the_period_of_the_whole_document_is_nobody_elses(self) -> None:
        value = document(said(6, start=None, end=None), said(8))
        value["provision"]["period"] = {"start": "2020-09-01", "end": "2050-08-31"}
        assert not evaluated(value).permitted, "never assumed"

    def test_a_module_alone_permits_nothing(self) -> None:
        assert not evaluated(document(said(1))).permitted

    def test_personal_details_belong_to_it_and_what_has_no_date_does_not(self) -> None:
        permission = evaluated(AGREED)
        assert permission.allows("Patient", None)
        assert permission.allows("Patient", at("1960-01-01"))
        assert not permission.allows("Condition", None)
        assert not evaluated().allows("Patient", None)


class TestThePast:
    def test_45_opens_what_was_before(self) -> None:
        permission = evaluated(document(said(6, end="2025-08-31"), said(8), said(45)))
        assert allows(permission, "1990-01-01")
        assert allows(permission, "2025-08-31")
        assert not allows(permission, "2025-09-01")
        assert permission.allows("Condition", None), "all the past is open"

    def test_45_of_another_document_does_not(self) -> None:
        assert not allows(evaluated(AGREED, document(said(45), stated="2021-01-01")), "1990-01-01")

    def test_45_must_hold_today(self) -> None:
        ended = evaluated(document(said(6), said(8), said(45, end="2025-12-31")))
        assert allows(ended, "2021-01-01")
        assert not allows(ended, "1990-01-01")

    def test_a_45_without_a_period_opens_nothing(self) -> None:
        assert not allows(evaluated(document(said(6), said(8), said(45, start=None, end=None))), "1990-01-01")
        assert not allows(evaluated(document(said(6), said(8), said(45, start=None))), "1990-01-01")

    @pytest.mark.parametrize("policy", [44, 45])
    def test_it_can_be_closed_again(self, policy: int) -> None:
        agreed = document(said(6), said(8), said(45))
        closed = evaluated(agreed, document(said(policy, "deny"), stated="2021-01-01"))
        assert not allows(closed, "1990-01-01")
        assert allows(closed, "2021-06-01")

    def test_refusing_6_for_a_time_of_the_past_takes_that_time_out(self) -> None:
        agreed = document(said(6), said(8), said(45))
        without = evaluated(agreed, document(said(6, "deny", "1999-01-01", "1999-12-31"), stated="2021-01-01"))
        assert allows(without, "1998-12-31")
        assert not allows(without, "1999-06-01")


class TestWithdrawal:
    def test_what_it_names_ends_from_its_period_on(self) -> None:
        partial = evaluated(AGREED, document(said(6, "deny", "2023-01-01"), stated="2023-01-01"))
        assert allows(partial, "2022-12-31")
        assert not allows(partial, "2023-01-02")

    @pytest.mark.parametrize("policy", [8, 1])
    def test_refusing_the_use_ends_all_use(self, policy: int) -> None:
        withdrawn = document(said(policy, "deny", "2023-01-01"), stated="2023-01-01")
        assert not evaluated(AGREED, withdrawn).permitted
        assert evaluated(AGREED, withdrawn, today="2022-12-30").permitted

    def test_a_refusal_without_a_period_refuses_for_ever(self) -> None:
        assert not evaluated(AGREED, document(said(8, "deny", None, None), stated="2023-01-01")).permitted

    def test_refusing_something_else_changes_nothing(self) -> None:
        assert evaluated(AGREED, document(said(19, "deny"), stated="2023-01-01")).permitted

    @pytest.mark.parametrize("number", [2718, 2720, 2722, 4053, 4054])
    def test_a_complete_withdrawal_or_refusal_ends_everything(self, number: int) -> None:
        uri = {"uri": f"2.16.840.1.113883.3.1937.777.24.2.{number}"}
        assert not evaluated(AGREED, document(said(19), stated="2023-01-01", policy=[uri])).permitted
        coded = [{"coding": [{"system": f"{MII}version-modules", "code": uri["uri"]}]}]
        assert not evaluated(AGREED, document(said(6), said(8), stated="2023-01-01", category=coded)).permitted

    def test_a_bare_refusal_ends_everything(self) -> None:
        assert not evaluated(AGREED, document(stated="2023-01-01")).permitted

    def test_agreeing_again_opens_again_whatever_the_order_of_arrival(self) -> None:
        withdrawn = document(said(8, "deny", None, None), stated="2023-01-01")
        again = document(said(6, start="2024-01-01"), said(8, start="2024-01-01"), stated="2024-01-01")
        for order in ((AGREED, withdrawn, again), (again, AGREED, withdrawn), (withdrawn, again, AGREED)):
            assert evaluated(*order).permitted

    def test_of_two_of_the_same_time_the_refusal_counts(self) -> None:
        refused = document(said(8, "deny"))
        assert not evaluated(AGREED, refused).permitted
        assert not evaluated(refused, AGREED).permitted
        assert not evaluated(document(said(6), said(8), said(8, "deny"))).permitted


def test_a_permit_signed_during_an_encounter_counts_from_its_start() -> None:
    stay = Span(at("2020-08-20"), at("2020-09-10"))
    permission = evaluated(
        AGREED, encounters=(stay, Span(None, at("2020-09-30")), Span(at("2019-01-01"), at("2019-02-01")))
    )
    assert allows(permission, "2020-08-21")
    assert not allows(permission, "2020-08-19")
    unknown_start = document(said(6, start=None), said(8))
    assert not evaluated(unknown_start, encounters=(stay,)).permitted


def test_a_refusal_signed_during_an_encounter_counts_from_its_own_beginning() -> None:
    stay = Span(at("2022-12-20"), at("2023-01-10"))
    refused = document(said(6, "deny", "2023-01-01"), stated="2023-01-01")
    permission = evaluated(AGREED, refused, encounters=(stay,))
    assert allows(permission, "2022-12-31"), "shifted for permits only"
    assert not allows(permission, "2023-01-02")


def test_neither_8_nor_45_is_shifted() -> None:
    stay = Span(at("2020-08-20"), at("2020-09-10"))
    later = document(said(6, start="2020-08-01"), said(8), said(45), stated="2020-08-01")
    before = evaluated(later, today="2020-08-25", encounters=(stay,))
    assert not before.permitted, "8 holds from its own beginning"


def _answered(provision: Json, code: str) -> Json:
    provision["code"].append({"coding": [{"system": f"urn:oid:{ANSWERS}", "code": code}]})
    return provision


class TestHowItIsWritten:
    @pytest.mark.parametrize("system", [f"urn:oid:{POLICIES}", POLICIES])
    @pytest.mark.parametrize("prefix", ["", "urn:oid:"])
    def test_oids_with_and_without_their_prefix(self, system: str, prefix: str) -> None:
        value = document(said(6), said(8))
        for provision in value["provision"]["provision"]:
            coding = provision["code"][0]["coding"][0]
            coding |= {"system": system, "code": f"{prefix}{coding['code']}"}
        assert evaluated(value).permitted

    @pytest.mark.parametrize("name", ["consent_category", "version-modules"])
    def test_both_systems_of_categories(self, name: str) -> None:
        bare = document(category=[{"coding": [{"system": f"{MII}{name}", "code": CATEGORY}]}], policy=[])
        assert is_research(bare)
        assert not is_research(bare | {"category": [{"coding": [{"system": "urn:x", "code": CATEGORY}]}]})

    def test_a_withdrawal_is_known_by_its_document_alone(self) -> None:
        assert is_research(document(category=[{"text": "Widerruf"}]))

    def test_other_scopes_are_not_research(self) -> None:
        assert not is_research(document(said(6), scope={"coding": [{"code": "patient-privacy"}]}))

    def test_codes_of_other_systems_are_no_policies(self) -> None:
        value = document(said(6), said(8), said(45))
        value["provision"]["provision"][2]["code"][0]["coding"][0] = {"system": "urn:own", "code": "45"}
        assert not allows(evaluated(value), "1990-01-01")

    @pytest.mark.parametrize("answer", [f"{ANSWERS}.2", f"urn:oid:{ANSWERS}.3"])
    def test_an_answer_that_is_not_valid_leaves_no_permit(self, answer: str) -> None:
        coding = {"system": f"urn:oid:{ANSWERS}", "code": answer}
        use, refusal = said(8), said(8, "deny")
        use["code"].append({"coding": [coding]})
        refusal["code"].append({"coding": [coding]})
        assert not evaluated(document(said(6), use)).permitted
        assert not evaluated(AGREED, document(refusal, stated="2023-01-01")).permitted, "a refusal stays one"

    def test_the_answer_valid_changes_nothing(self) -> None:
        use = said(8)
        use["code"][0]["coding"].append({"system": f"urn:oid:{ANSWERS}", "code": f"{ANSWERS}.1"})
        assert evaluated(document(said(6), use)).permitted

    def test_names_of_policies_as_gics_spells_them(self) -> None:
        def named(name: str, system: str = GICS) -> Json:
            return said(6) | {"code": [{"coding": [{"system": system, "code": name}]}]}

        both = (named("MDAT_erheben"), named("MDAT_wissenschaftlich_nutzen_EU_DSGVO_NIVEAU", f"{GICS}/MII"))
        assert evaluated(document(*both)).permitted
        past = named("MDAT_retro_speichern_verarbeiten|1.8")
        assert allows(evaluated(document(*both, past)), "1990-01-01")
        for other in ("Biomaterial_Studie_7", "IDAT_neu"):
            assert evaluated(document(*both, named(other))).permitted, "of other data it decides nothing"
        with pytest.raises(Invalid) as refused:
            evaluated(document(*both, named("MDAT_erheben_2")))
        assert refused.value.issues[0].expression == ("Consent.provision.provision[2].code[0]",)

    def test_every_policy_of_the_module_is_known_by_its_number_and_its_name(self, data_folder: Path) -> None:
        policies = msgspec.json.decode((data_folder / "consent" / "policies.json").read_bytes())
        assert len(policies) == len(NAMES) == 124
        for policy in policies:
            number = int(policy["code"].rpartition(".")[2])
            assert " ".join(policy["display"].split()) == NAMES[number]
            assert policy_of({"system": f"urn:oid:{POLICIES}", "code": policy["code"]}, "") == number
            parents = {int(held) for held, many in MODULES.items() if number in many}
            assert not parents or policy["parent"] == f"{POLICIES}.{parents.pop()}"

    def test_several_policies_of_one_provision(self) -> None:
        grouped = said(6)
        grouped["code"] += said(8)["code"]
        assert evaluated(document(grouped)).permitted

    def test_provisions_nest_to_any_depth(self) -> None:
        nested: Json = {"type": "permit", "provision": [{"type": "permit", "provision": [said(6), said(8)]}]}
        assert evaluated(document(nested)).permitted

    @pytest.mark.parametrize("code", [f"{POLICIES}.125", f"{POLICIES}.0", f"{POLICIES}.x", POLICIES])
    def test_an_unknown_policy_is_refused_with_the_place(self, code: str) -> None:
        value = document(said(6), said(8))
        value["provision"]["provision"][1]["code"][0]["coding"][0]["code"] = code
        assert is_research(value)
        with pytest.raises(Invalid) as refused:
            from_fhir(value)
        assert refused.value.issues[0].expression == ("Consent.provision.provision[1].code[0]",)

    @pytest.mark.parametrize(
        ("changes", "path"),
        [
            ({"dateTime": None}, "Consent.dateTime"),
            (
                {"provision": {"type": "deny", "provision": [said(6, start="never")]}},
                "Consent.provision.provision[0].period.start",
            ),
            (
                {"provision": {"type": "deny", "provision": [said(6), said(8, start="2051-01-01")]}},
                "Consent.provision.provision[1].period",
            ),
            (
                {"provision": {"type": "deny", "provision": [{**said(6), "type": None}]}},
                "Consent.provision.provision[0].type",
            ),
            (
                {"provision": {"type": "deny", "provision": [{**said(6), "actor": [{"role": {}}]}]}},
                "Consent.provision.provision[0].actor",
            ),
            (
                {"provision": {"type": "deny", "dataPeriod": {"start": "2020"}, "provision": [said(6)]}},
                "Consent.provision.dataPeriod",
            ),
            ({"modifierExtension": [{"url": "urn:x"}]}, "Consent.modifierExtension"),
            (
                {"provision": {"type": "deny", "provision": [_answered(said(6), f"{ANSWERS}.9")]}},
                "Consent.provision.provision[0].code[1]",
            ),
        ],
    )
    def test_what_cannot_be_read_is_refused_with_the_place(self, changes: Json, path: str) -> None:
        with pytest.raises(Invalid) as refused:
            from_fhir(document(said(6)) | changes)
        assert refused.value.issues[0].expression == (path,)


def _plain(element: ET.Element) -> Any:
    """FHIR XML as JSON, for the few elements of a Consent."""
    children = list(element)
    if not children:
        return element.get("value")
    result: Json = {}
    for child in children:
        name = child.tag.partition("}")[2]
        value = _plain(child)
        single = {"scope", "patient", "period", "policyRule", "type", "system", "code", "reference", "uri", "dateTime"}
        if name in result:
            result[name].append(value)
        elif (name in single and not (name == "code" and isinstance(value, dict))) or _is_root(name, element):
            result[name] = value
        else:
            result[name] = [value] if isinstance(value, dict) else value
    return result


def _is_root(name: str, parent: ET.Element) -> bool:
    return name == "provision" and parent.tag.endswith("}Consent")


def test_the_example_of_a_withdrawal_ends_what_was_agreed(data_folder: Path) -> None:
    path = data_folder / "consent" / "examples" / "Example_MII_Consent_ResultType_ConsentStatus.xml"
    withdrawn = _plain(ET.parse(path).getroot())  # noqa: S314 - test data
    assert is_research(withdrawn)
    assert evaluated(AGREED, withdrawn, today="2025-12-03").permitted
    assert not evaluated(AGREED, withdrawn, today="2025-12-05").permitted


@pytest.mark.parametrize("name", ["Einwilligung", "Einwilligung_2"])
def test_the_examples_of_the_module_evaluate(data_folder: Path, name: str) -> None:
    path = data_folder / "consent" / "examples" / f"Example_MII_Consent_{name}.xml"
    value = _plain(ET.parse(path).getroot())  # noqa: S314 - test data
    assert is_research(value)
    permission = evaluated(value, today="2024-01-01")
    assert allows(permission, "2021-01-01")
    assert allows(permission, "2025-08-31")
    assert not allows(permission, "2025-09-01")
    assert not allows(permission, "2019-01-01")
    assert not evaluated(value, today="2050-09-01").permitted


def _consents(resource: Json) -> Iterator[Json]:
    if resource["resourceType"] == "Consent":
        yield resource
    for entry in resource.get("entry", ()):
        yield from _consents(entry["resource"])


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("test-util_src_main_resources_care_smith_fts_test_gics-consent-response.json", "2023-07-29", "2028-07-29"),
        (
            "trust-center-agent_src_test_resources_care_smith_fts_tca_rest_consent-response.json",
            "2024-07-02",
            "2029-07-02",
        ),
    ],
)
def test_consents_as_gics_exports_them_evaluate(data_folder: Path, name: str, begins: str, ends: str) -> None:
    bundle = msgspec.json.decode((data_folder / "consent" / name).read_bytes())
    found = list(_consents(bundle))
    assert [is_research(value) for value in found] == [True]
    (span,) = evaluated(*found).windows
    assert (span.since, span.until) != (None, None)
    assert span.since is not None
    assert span.until is not None
    assert span.since.date().isoformat() == begins
    assert span.until.date().isoformat() == ends


def test_the_consents_of_the_core_data_set_evaluate(data_folder: Path) -> None:
    import tarfile  # noqa: PLC0415 - one test needs it

    found: dict[str, Json] = {}
    with tarfile.open(data_folder / "kds" / "mii-testdata-2026.0.0.tar.xz") as archive:
        for member in archive:
            if "/Consent-" in member.name and (content := archive.extractfile(member)) is not None:
                raw = content.read()
                found[msgspec.json.decode(raw)["id"]] = msgspec.json.decode(raw)
                assert is_research(decode(raw)), "the typed resource reads like the plain one"
    assert len(found) >= 2
    permitted = {name: evaluated(value).permitted for name, value in found.items()}
    assert permitted["mii-exa-test-data-patient-9-consent-1"]
    assert not permitted["mii-exa-test-data-patient-8-consent-1"], "ended in November 2023"


class TestWhatIsLeftOut:
    """Documents come from many systems: what they leave out says nothing, and is no fault."""

    @pytest.mark.parametrize("missing", ["id", "category", "patient", "policy", "provision"])
    def test_of_a_document(self, missing: str) -> None:
        read = from_fhir({name: part for name, part in AGREED.items() if name != missing})
        assert (read.id, read.ends_all) == ("" if missing == "id" else "b", False)
        assert evaluate([read], at("2026-05-04")).permitted is (missing != "provision")

    def test_of_a_category_a_policy_or_a_code(self) -> None:
        bare = {"type": "permit", "code": [{"text": "something"}, {"coding": [{"display": "something"}]}]}
        value = document(
            said(6), said(8), bare, category=[{"text": "x"}, {"coding": [{"system": f"{MII}consent_category"}]}]
        )
        value["policy"] = [{"authority": "https://ethik.example"}]
        assert evaluated(value).permitted
        assert is_research(value), "by the policies it names"
        assert not is_research(document(bare, category=[{"text": "x"}], policy=[{"authority": "x"}]))
        assert not is_research({"resourceType": "Consent", "scope": AGREED["scope"]})

    def test_of_the_type_of_what_names_no_policy(self) -> None:
        value = document(said(6), said(8), {"code": [{"coding": [{"system": GICS, "code": "IDAT_unheard"}]}]})
        del value["provision"]["type"]
        assert evaluated(value).permitted


class TestWhatTakesBackEverything:
    def test_is_a_bare_refusal(self) -> None:
        assert from_fhir(document(provision={"type": "deny"})).ends_all
        assert not from_fhir(document(said(6, "deny"))).ends_all

    def test_is_no_permit_without_provisions_and_no_empty_document(self) -> None:
        later = document(provision={**said(1)}, stated="2021-01-01")
        assert not from_fhir(later).ends_all
        assert evaluated(AGREED, later).permitted
        assert evaluated(AGREED, document(provision={}, stated="2021-01-01")).permitted


NARROW: Json = {"purpose": [{"code": "TREAT"}]}


class TestNarrowing:
    def test_a_permit_is_refused_with_the_place(self) -> None:
        with pytest.raises(Invalid) as refused:
            from_fhir(document(said(6), {**said(8), **NARROW}))
        (issue,) = refused.value.issues
        assert issue.expression == ("Consent.provision.provision[1].purpose",)
        assert issue.text == (
            "Consent.provision.provision[1].purpose narrows what is permitted in a way that this node does not "
            "evaluate; say it by policy and period"
        )

    def test_a_refusal_is_read_as_if_it_were_not_narrowed(self) -> None:
        refused = document({**said(8, "deny"), **NARROW}, stated="2021-01-01")
        assert not evaluated(AGREED, refused).permitted

    def test_what_holds_other_provisions_is_refused_whatever_it_says_itself(self) -> None:
        around = {**said(44, "deny"), **NARROW, "provision": [said(6), said(8)]}
        bare = {"type": "deny", **NARROW, "provision": [said(6), said(8)]}
        for value in (around, bare):
            with pytest.raises(Invalid) as refused:
                from_fhir(document(value))
            assert refused.value.issues[0].expression == ("Consent.provision.provision[0].purpose",)


@pytest.mark.parametrize(
    ("value", "place", "text"),
    [
        (
            {name: part for name, part in AGREED.items() if name != "dateTime"},
            "Consent.dateTime",
            "Consent.dateTime is missing; without it no later document can outrank it",
        ),
        (
            AGREED | {"dateTime": "gestern"},
            "Consent.dateTime",
            "Consent.dateTime is not a date or time as FHIR writes them; give it like 2024-05-31",
        ),
        (
            document({name: part for name, part in said(6).items() if name != "type"}),
            "Consent.provision.provision[0].type",
            "Consent.provision.provision[0].type is missing; a provision says permit or deny",
        ),
        (
            document(said(6, start="2024-05-02", end="2024-05-01")),
            "Consent.provision.provision[0].period",
            "Consent.provision.provision[0].period ends before it begins; exchange its start and its end",
        ),
        (
            document(said(6, end="May")),
            "Consent.provision.provision[0].period.end",
            (
                "Consent.provision.provision[0].period.end is not a date or time as FHIR writes them; give it like "
                "2024-05-31"
            ),
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_these_words(value: Json, place: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_fhir(value)
    (issue,) = refused.value.issues
    assert (issue.code, issue.text, issue.expression) == ("not-supported", text, (place,))
    assert refused.value.text == text


class TestHowAPolicyIsWritten:
    @staticmethod
    def permit(system: str | None, code: str) -> Json:
        coding = {"code": code} if system is None else {"system": system, "code": code}
        return {"type": "permit", "code": [{"coding": [coding]}], "period": {"start": "2020-09-01"}}

    @pytest.mark.parametrize("system", [None, POLICIES, f"urn:oid:{POLICIES}", "urn:other"])
    @pytest.mark.parametrize("prefix", ["", "urn:oid:"])
    def test_a_full_number_is_known_whatever_the_system(self, system: str | None, prefix: str) -> None:
        six, eight = (self.permit(system, f"{prefix}{POLICIES}.{number}") for number in (6, 8))
        value = document(six, eight, category=[{"text": "x"}], policy=[])
        assert evaluated(value).permitted
        assert is_research(value)

    def test_a_last_number_is_known_within_the_system_only(self) -> None:
        assert evaluated(document(self.permit(POLICIES, "6"), self.permit(POLICIES, "8"))).permitted
        assert not evaluated(document(self.permit(None, "6"), self.permit(None, "8"))).permitted

    @pytest.mark.parametrize("code", ["0", "6.1", "-6", "+6", " 6", "٦", "six", ""])
    def test_what_is_no_number_of_a_policy_is_refused_in_these_words(self, code: str) -> None:
        with pytest.raises(Invalid) as refused:
            from_fhir(document(self.permit(POLICIES, code)))
        assert refused.value.text == (
            "Consent.provision.provision[0].code[0] names a policy that the MII broad consent does not have; "
            f"see {POLICIES}"
        )

    @pytest.mark.parametrize("system", [GICS, f"{GICS}/MII"])
    def test_an_unknown_name_of_medical_data_may_be_the_very_policy_that_is_refused(self, system: str) -> None:
        with pytest.raises(Invalid) as refused:
            from_fhir(document(self.permit(system, "MDAT_unheard_of")))
        assert refused.value.text == (
            "Consent.provision.provision[0].code[0] names a policy of medical data that the MII broad consent does not "
            "have"
        )
        assert from_fhir(document(self.permit(system, "BIOMAT_unheard_of"))).statements == ()

    def test_what_a_house_calls_the_policies_of_its_own_studies_is_its_own(self) -> None:
        assert from_fhir(document(self.permit(f"{GICS}/Herzstudie", "MDAT_Herz_erheben"))).statements == ()


class TestHowAnAnswerIsWritten:
    @pytest.mark.parametrize(
        ("coding", "stands"),
        [
            ({"system": f"urn:oid:{ANSWERS}", "code": f"{ANSWERS}.1"}, True),
            ({"code": f"urn:oid:{ANSWERS}.1"}, True),
            ({"code": f"{ANSWERS}.2"}, False),
            ({"system": ANSWERS, "code": f"{ANSWERS}.3"}, False),
            ({"system": "urn:other", "code": f"{ANSWERS}.2"}, False),
            ({"system": "urn:other", "code": "1"}, True),
            ({"display": "ja"}, True),
        ],
    )
    def test_only_valid_leaves_a_permit_standing(self, coding: Json, stands: bool) -> None:
        use = said(8)
        use["code"].append({"coding": [coding]})
        assert evaluated(document(said(6), use)).permitted is stands

    def test_one_that_is_not_valid_is_enough_in_whatever_order(self) -> None:
        for answers in ((1, 2), (2, 1), (3, 2)):
            use = said(8)
            use["code"] += [{"coding": [{"system": ANSWERS, "code": f"{ANSWERS}.{answer}"}]} for answer in answers]
            assert not evaluated(document(said(6), use)).permitted

    @pytest.mark.parametrize(
        "coding", [{"system": ANSWERS, "code": "1"}, {"code": f"{ANSWERS}.4"}, {"system": ANSWERS}]
    )
    def test_an_answer_that_there_is_not_is_refused_in_these_words(self, coding: Json) -> None:
        use = said(8)
        use["code"].append({"coding": [coding]})
        with pytest.raises(Invalid) as refused:
            from_fhir(document(use))
        assert refused.value.text == (
            "Consent.provision.provision[0].code[1] is an answer that the MII broad consent does not have; "
            f"see {ANSWERS}"
        )


def test_the_moments_at_which_an_encounter_tells_are_the_beginnings_of_active_permits_to_collect() -> None:
    said_so = [
        from_fhir(
            document(said(6, start="2020-09-01"), said(8, start="2019-01-01"), said(6, "deny", start="2018-01-01"))
        ),
        from_fhir(document(said(6, start="2021-01-01"), said(6, start=None), status="inactive")),
        from_fhir(document(said(6, start="2022-01-01"), said(6, start=None, end="2023-01-01"))),
    ]
    germany = {datetime(2020, 8, 31, 22, tzinfo=UTC), datetime(2021, 12, 31, 23, tzinfo=UTC)}
    assert beginnings(said_so) == germany


def test_the_reasons_in_these_words() -> None:
    assert evaluated(AGREED).reason == Sentence(
        "Die Einwilligung in die Forschung (MII Broad Consent, Stand 01.09.2020) erlaubt die Nutzung.",
        "The consent to research (MII Broad Consent, as of 1 September 2020) permits the use.",
    )
    assert evaluated(AGREED, document(said(8, "deny"), stated="2021-02-03")).reason == Sentence(
        "Nach dem Stand vom 03.02.2021 erlaubt keine gültige Einwilligung die Nutzung für die Forschung.",
        "As of 3 February 2021 no valid consent permits the use for research.",
    )
    assert evaluated().reason == Sentence(
        "Es liegt keine Einwilligung in die Forschung vor; ohne sie wird nichts genutzt.",
        "There is no consent to research; without one nothing is used.",
    )
