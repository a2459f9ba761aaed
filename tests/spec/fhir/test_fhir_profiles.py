"""What a profile asks of a resource, element by element: http://hl7.org/fhir/R4/profiling.html."""

from typing import Any

import pytest
from profiles_at_hand import BASE, CORE, element, errors, extension, issues, profile, sliced

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


def observation(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}} | more


def coded(*codings: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for system, code in codings]}


MOST = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"


class Codes:
    """Value sets as pairs of system and code; others are not known."""

    def __init__(self, **sets: tuple[tuple[str, str], ...]) -> None:
        self._sets = {f"http://example.org/{name}": pairs for name, pairs in sets.items()}

    def member(self, value_set: str, system: str | None, code: str) -> bool | None:
        pairs = self._sets.get(value_set)
        return None if pairs is None else any(code == c and system in {None, s} for s, c in pairs)

    def subsumes(self, system: str, above: str, below: str) -> bool | None:
        return None if system not in self._sets else above == below


class TestElements:
    def test_what_must_be_there_is_asked_for_at_its_place(self) -> None:
        asked = profile("Observation", "p", element("subject", min=1), element("code.coding", min=2, max="3"))
        assert errors(observation(), asked) == [
            ("Observation.subject", "p#Observation.subject"),
            ("Observation.code.coding", "p#Observation.code.coding"),
        ]
        assert errors(observation(subject={"display": "x"}, code=coded((LOINC, "1"), (LOINC, "2"))), asked) == []

    def test_what_there_may_not_be_more_of_is_counted(self) -> None:
        asked = profile("Observation", "p", element("category", max="1"), element("note", max="0"))
        given = observation(category=[{"text": "a"}, {"text": "b"}], note=[{"text": "c"}])
        assert {path for path, _ in errors(given, asked)} == {"Observation.category", "Observation.note"}

    def test_a_sentence_says_what_is_asked_for_and_names_no_value(self) -> None:
        asked = profile("Observation", "lab", element("code", patternCodeableConcept=coded((LOINC, "718-7"))))
        (issue,) = issues(observation(code={"text": "Erika Mustermann"}), asked)
        assert issue.text.startswith("Observation.code: the profile demands ")
        assert "718-7" in issue.text
        assert "Mustermann" not in issue.text

    def test_elements_below_what_is_absent_are_not_asked_for(self) -> None:
        asked = profile("Observation", "p", element("subject", min=0), element("subject.reference", min=1))
        assert errors(observation(), asked) == []
        assert errors(observation(subject={"display": "x"}), asked)[0][0] == "Observation.subject.reference"

    def test_a_fixed_value_is_exactly_so_a_pattern_at_least(self) -> None:
        wanted = coded((LOINC, "718-7"))
        more = wanted | {"text": "Hb"}
        fixed = profile("Observation", "f", element("code", fixedCodeableConcept=wanted))
        pattern = profile("Observation", "p", element("code", patternCodeableConcept=wanted))
        assert errors(observation(code=wanted), fixed) == errors(observation(code=more), pattern) == []
        assert errors(observation(code=more), fixed) == [("Observation.code", "f#Observation.code")]
        reversed_ = coded((SNOMED, "1"), (LOINC, "718-7"))
        assert errors(observation(code=reversed_), pattern) == []

    def test_numbers_are_compared_by_value_and_are_no_truth_values(self) -> None:
        asked = profile("Observation", "p", element("value[x]", patternQuantity={"value": 1}))
        assert errors(observation(valueQuantity={"value": 1.0, "unit": "g"}), asked) == []
        assert errors(observation(valueQuantity={"value": 2}), asked)
        truth = profile("Patient", "q", element("active", fixedBoolean=True))
        assert errors({"resourceType": "Patient", "active": False}, truth)

    def test_limits_of_values_and_of_lengths(self) -> None:
        asked = profile(
            "Observation",
            "p",
            element("value[x]", minValueInteger=1, maxValueInteger=9),
            element("code.text", maxLength=3),
        )
        assert errors(observation(valueInteger=5, code={"text": "abc"}), asked) == []
        assert {path for path, _ in errors(observation(valueInteger=0, code={"text": "abcd"}), asked)} == {
            "Observation.code.text",
            "Observation.value.ofType(integer)",
        }
        assert errors(observation(valueInteger=10), asked)

    def test_a_choice_of_types_is_narrowed(self) -> None:
        asked = profile("Observation", "p", element("value[x]", type=[{"code": "Quantity"}]))
        (found,) = errors(observation(valueString="x"), asked)
        assert found[0] == "Observation.value.ofType(string)"
        assert errors(observation(valueQuantity={"value": 1}), asked) == []

    def test_an_invariant_is_told_by_its_key(self) -> None:
        rule = {"key": "lab-1", "severity": "error", "human": "A value or a reason", "expression": "value.exists()"}
        soft = rule | {"key": "lab-2", "severity": "warning"}
        asked = profile("Observation", "p", element("", constraint=[rule, soft]))
        found = {(one.rule, one.severity, one.text) for one in issues(observation(), asked)}
        assert found == {
            ("lab-1", "error", "Observation: A value or a reason."),
            ("lab-2", "warning", "Observation: A value or a reason."),
        }
        assert issues(observation(valueString="x"), asked) == ()

    def test_a_rule_that_is_no_fhirpath_is_told_and_breaks_nothing(self) -> None:
        rule = {"key": "bad-1", "severity": "error", "human": "x", "expression": "((("}
        (found,) = issues(observation(), profile("Observation", "p", element("", constraint=[rule])))
        assert (found.severity, "bad-1" in found.text) == ("information", True)

    def test_what_an_element_refers_to_has_the_same_rules(self) -> None:
        asked = profile(
            "Questionnaire",
            "p",
            element("item", min=1),
            element("item.text", min=1),
            element("item.item", contentReference="#Questionnaire.item"),
        )
        inner = {"linkId": "2", "type": "group", "item": [{"linkId": "3", "type": "display"}]}
        given = {"resourceType": "Questionnaire", "status": "active"}
        given |= {"item": [{"linkId": "1", "type": "group", "text": "a", "item": [inner]}]}
        assert [path for path, _ in errors(given, asked)] == [
            "Questionnaire.item[0].item[0].text",
            "Questionnaire.item[0].item[0].item[0].text",
        ]


class TestSlices:
    """http://hl7.org/fhir/R4/profiling.html#slicing"""

    CODES = (
        sliced("code.coding", "pattern", "$this"),
        element("code.coding:loinc", min=1, max="1", patternCoding={"system": LOINC}),
        element("code.coding:loinc.display", min=1),
        element("code.coding:sct", max="1", patternCoding={"system": SNOMED}),
    )

    def test_each_slice_is_counted_and_checked_by_its_own_rules(self) -> None:
        asked = profile("Observation", "p", *self.CODES)
        assert errors(observation(code=coded((SNOMED, "1"))), asked) == [
            ("Observation.code.coding", "p#Observation.code.coding:loinc")
        ]
        assert errors(observation(code=coded((SNOMED, "1"), (LOINC, "2"))), asked) == [
            ("Observation.code.coding[1].display", "p#Observation.code.coding:loinc.display")
        ]
        assert [rule for _, rule in errors(observation(code=coded((SNOMED, "1"), (SNOMED, "2"))), asked)] == [
            "p#Observation.code.coding:loinc",
            "p#Observation.code.coding:sct",
        ]

    @pytest.mark.parametrize("kind", ["value", "pattern"])
    def test_a_discriminator_looks_at_what_is_fixed_below(self, kind: str) -> None:
        asked = profile(
            "Observation",
            "p",
            sliced("code.coding", kind, "system"),
            element("code.coding:loinc", min=1),
            element("code.coding:loinc.system", min=1, fixedUri=LOINC),
            element("code.coding:loinc.version", min=1),
        )
        assert errors(observation(code=coded((SNOMED, "1"))), asked)[0][1] == "p#Observation.code.coding:loinc"
        assert errors(observation(code=coded((LOINC, "1"))), asked) == [
            ("Observation.code.coding[0].version", "p#Observation.code.coding:loinc.version")
        ]

    def test_a_discriminator_follows_a_path_through_several_elements(self) -> None:
        asked = profile(
            "Observation",
            "p",
            sliced("component", "value", "code.coding.code"),
            element("component:systolic", min=1),
            element("component:systolic.code.coding.code", fixedCode="8480-6"),
            element("component:systolic.value[x]", min=1),
        )
        part = {"code": coded((LOINC, "8480-6"))}
        assert errors(observation(component=[part]), asked) == [
            ("Observation.component[0].value", "p#Observation.component:systolic.value[x]")
        ]
        assert errors(observation(component=[{"code": coded((LOINC, "1"))}]), asked)[0][0] == "Observation.component"

    def test_existence_tells_slices_apart(self) -> None:
        asked = profile(
            "Observation",
            "p",
            sliced("component", "exists", "value"),
            element("component:measured", max="1"),
            element("component:measured.value[x]", min=1),
            element("component:absent", max="1"),
            element("component:absent.value[x]", max="0"),
            element("component:absent.dataAbsentReason", min=1),
        )
        part = {"code": {"text": "x"}}
        assert errors(observation(component=[part]), asked) == [
            ("Observation.component[0].dataAbsentReason", "p#Observation.component:absent.dataAbsentReason")
        ]
        assert errors(observation(component=[part | {"valueInteger": 1}]), asked) == []

    def test_types_tell_slices_of_a_choice_apart(self) -> None:
        asked = profile(
            "Observation",
            "p",
            sliced("value[x]", "type", "$this", rules="closed"),
            element("value[x]:valueQuantity", type=[{"code": "Quantity"}]),
            element("value[x]:valueQuantity.code", min=1),
        )
        assert errors(observation(valueQuantity={"value": 1}), asked) == [
            ("Observation.value.ofType(Quantity).code", "p#Observation.value[x]:valueQuantity.code")
        ]
        assert errors(observation(valueString="x"), asked) == [
            ("Observation.value.ofType(string)", "p#Observation.value[x]")
        ]

    def test_the_types_of_what_references_lead_to_tell_slices_apart(self) -> None:
        asked = profile(
            "Observation",
            "p",
            sliced("performer", "type", "$this.resolve()"),
            element("performer:house", min=1, type=[{"code": "Reference", "targetProfile": [CORE + "Organization"]}]),
        )
        assert errors(observation(performer=[{"reference": "Practitioner/1"}]), asked)[0][0] == "Observation.performer"
        assert errors(observation(performer=[{"reference": "Organization/1"}]), asked) == []

    def test_profiles_of_what_references_lead_to_tell_slices_apart(self) -> None:
        named = profile("Organization", "named", element("name", min=1))
        asked = profile(
            "Observation",
            "p",
            sliced("performer", "profile", "$this.resolve()"),
            element("performer:house", min=1, type=[{"code": "Reference", "targetProfile": [BASE + "named"]}]),
        )
        given = observation(
            contained=[{"resourceType": "Organization", "id": "o", "active": True}], performer=[{"reference": "#o"}]
        )
        assert ("Observation.performer", "p#Observation.performer:house") in errors(given, asked, named)
        given["contained"][0]["name"] = "x"
        assert errors(given, asked, named) == []

    def test_nothing_stands_beside_closed_slices(self) -> None:
        elements = (sliced("code.coding", "pattern", "$this", rules="closed"), *self.CODES[1:])
        asked = profile("Observation", "p", *elements)
        given = observation(code={"coding": [{"system": LOINC, "display": "x"}, {"system": "urn:x", "code": "1"}]})
        assert errors(given, asked) == [("Observation.code.coding[1]", "p#Observation.code.coding")]

    def test_what_is_of_no_slice_stands_at_the_end_where_it_must(self) -> None:
        elements = (sliced("code.coding", "pattern", "$this", rules="openAtEnd"), *self.CODES[1:])
        asked = profile("Observation", "p", *elements)
        other, mine = {"system": "urn:x", "code": "1"}, {"system": LOINC, "display": "x"}
        assert errors(observation(code={"coding": [mine, other]}), asked) == []
        assert errors(observation(code={"coding": [other, mine]}), asked)[0][0] == "Observation.code.coding[0]"

    def test_ordered_slices_stand_in_their_order(self) -> None:
        elements = (sliced("code.coding", "pattern", "$this", ordered=True), *self.CODES[1:])
        asked = profile("Observation", "p", *elements)
        first, second = {"system": LOINC, "display": "x"}, {"system": SNOMED, "code": "1"}
        assert errors(observation(code={"coding": [first, second]}), asked) == []
        assert errors(observation(code={"coding": [second, first]}), asked) == [
            ("Observation.code.coding", "p#Observation.code.coding")
        ]

    def test_slices_are_sliced_again(self) -> None:
        asked = profile(
            "Observation",
            "p",
            *self.CODES,
            sliced("code.coding:sct", "pattern", "code", patternCoding={"system": SNOMED}),
            element("code.coding:sct/finding", min=1),
            element("code.coding:sct/finding.code", patternCode="404684003"),
        )
        given = {"coding": [{"system": LOINC, "display": "x"}, {"system": SNOMED, "code": "1"}]}
        assert errors(observation(code=given), asked) == [
            ("Observation.code.coding", "p#Observation.code.coding:sct/finding")
        ]
        given["coding"][1]["code"] = "404684003"
        assert errors(observation(code=given), asked) == []

    def test_the_profile_of_a_data_type_tells_slices_apart_and_is_checked(self) -> None:
        kvid = profile(
            "Identifier",
            "kvid",
            element("system", min=1, fixedUri="http://fhir.de/sid/gkv/kvid-10"),
            element("value", constraint=[
                {"key": "kvid-1", "severity": "error", "human": "Ten signs", "expression": "matches('^[A-Z][0-9]{9}$')"}
            ]),
        )  # fmt: skip
        asked = profile(
            "Patient",
            "p",
            sliced("identifier", "value", "system"),
            element("identifier:kvid", min=1, type=[{"code": "Identifier", "profile": [BASE + "kvid"]}]),
        )
        given = {"resourceType": "Patient", "identifier": [{"system": "http://fhir.de/sid/gkv/kvid-10", "value": "X1"}]}
        assert errors(given, asked, kvid) == [("Patient.identifier[0].value", "kvid-1")]
        given["identifier"][0]["value"] = "A123456789"
        assert errors(given, asked, kvid) == []
        given["identifier"][0]["system"] = "urn:x"
        assert errors(given, asked, kvid) == [("Patient.identifier", "p#Patient.identifier:kvid")]

    def test_a_slice_told_by_a_value_set_nobody_knows_is_left_open(self) -> None:
        binding = {"strength": "required", "valueSet": "http://example.org/colours"}
        asked = profile(
            "Observation",
            "p",
            sliced("category", "pattern", "$this", rules="closed"),
            element("category:colour", min=1, binding=binding),
        )
        given = observation(category=[coded(("urn:c", "red"))])
        assert {one.severity for one in issues(given, asked)} == {"information"}
        assert errors(given, asked, terms=Codes(colours=(("urn:c", "red"),))) == []
        assert [path for path, _ in errors(given, asked, terms=Codes(colours=()))] == [
            "Observation.category",
            "Observation.category[0]",
        ]


class TestBindings:
    """http://hl7.org/fhir/R4/terminologies.html#strength"""

    KNOWN = Codes(colours=(("urn:c", "red"), ("urn:c", "blue")))

    @pytest.mark.parametrize(("strength", "severity"), [("required", "error"), ("extensible", "warning")])
    def test_no_code_of_the_value_set(self, strength: str, severity: str) -> None:
        asked = profile("Observation", "p", element("method", binding=self._bound(strength)))
        assert issues(observation(method=coded(("urn:x", "1"), ("urn:c", "red"))), asked, terms=self.KNOWN) == ()
        (found,) = issues(observation(method=coded(("urn:c", "green"))), asked, terms=self.KNOWN)
        assert (found.severity, found.code, found.expression[0]) == (severity, "code-invalid", "Observation.method")

    def test_text_alone_is_no_code_where_one_is_required(self) -> None:
        asked = profile("Observation", "p", element("method", binding=self._bound("required")))
        assert errors(observation(method={"text": "x"}), asked, terms=self.KNOWN)
        loose = profile("Observation", "p", element("method", binding=self._bound("extensible")))
        assert issues(observation(method={"text": "x"}), loose, terms=self.KNOWN) == ()

    def test_codes_codings_and_units_are_bound_alike(self) -> None:
        bound = self._bound("required")
        asked = profile("Observation", "p", element("value[x]", binding=bound), element("meta.tag", binding=bound))
        red, green = {"system": "urn:c", "code": "red"}, {"system": "urn:c", "code": "green"}
        assert errors(observation(valueQuantity=red, meta={"tag": [red]}), asked, terms=self.KNOWN) == []
        found = errors(observation(valueQuantity=green, meta={"tag": [red, green]}), asked, terms=self.KNOWN)
        assert {path for path, _ in found} == {"Observation.meta.tag[1]", "Observation.value.ofType(Quantity)"}

    def test_a_value_set_that_is_not_known_is_told_once(self) -> None:
        asked = profile("Observation", "p", element("category", binding=self._bound("required")))
        found = issues(observation(category=[coded(("urn:x", "1")), coded(("urn:x", "2"))]), asked)
        assert [one.severity for one in found] == ["information"]

    @pytest.mark.parametrize("strength", ["preferred", "example", "extensible"])
    def test_no_code_goes_beyond_the_value_set_that_is_the_most(self, strength: str) -> None:
        asked = profile("Observation", "p", element("method", binding=self._most(strength)))
        terms = Codes(colours=(("urn:c", "red"),), shades=(("urn:c", "red"), ("urn:c", "pink")))
        for fits in (coded(("urn:c", "pink"), ("urn:x", "1")), {"text": "x"}):
            assert errors(observation(method=fits), asked, terms=terms) == []
        given = observation(method=coded(("urn:c", "green")))
        assert errors(given, asked, terms=terms) == [("Observation.method", "p#Observation.method")]
        assert "shades" in next(one.text for one in issues(given, asked, terms=terms) if one.severity == "error")
        assert {one.severity for one in issues(given, asked)} == {"information"}

    def test_languages_are_told_by_their_form(self) -> None:
        most = {"url": MOST, "valueCanonical": "http://hl7.org/fhir/ValueSet/all-languages"}
        binding = {"strength": "preferred", "valueSet": "http://hl7.org/fhir/ValueSet/languages", "extension": [most]}
        asked = profile("Observation", "p", element("language", binding=binding))
        assert issues(observation(language="de-AT"), asked) == ()
        assert errors(observation(language="deutsch_a"), asked) == [("Observation.language", "p#Observation.language")]

    @staticmethod
    def _most(strength: str) -> dict[str, Any]:
        most = {"url": MOST, "valueCanonical": "http://example.org/shades"}
        return {"strength": strength, "valueSet": "http://example.org/colours", "extension": [most]}

    @staticmethod
    def _bound(strength: str) -> dict[str, Any]:
        return {"strength": strength, "valueSet": "http://example.org/colours"}


class TestExtensions:
    """http://hl7.org/fhir/R4/defining-extensions.html"""

    def test_a_known_one_is_checked_wherever_it_stands(self) -> None:
        colour = extension("colour", "code")
        wrong = {"url": BASE + "colour", "valueString": "x"}
        given = {"resourceType": "Patient", "birthDate": "1970-01-01", "_birthDate": {"extension": [wrong]}}
        assert errors(given, colour) == [
            ("Patient.birthDate.extension[0].value.ofType(string)", "colour#Extension.value[x]")
        ]

    def test_one_that_is_required_is_missed_and_found_by_its_url(self) -> None:
        colour = extension("colour", "code")
        types = [{"code": "Extension", "profile": [BASE + "colour"]}]
        asked = profile("Patient", "p", element("extension:colour", min=1, type=types))
        given = {"resourceType": "Patient", "extension": [{"url": BASE + "other", "valueCode": "x"}]}
        assert errors(given, asked, colour) == [("Patient.extension", "p#Patient.extension:colour")]
        given["extension"][0]["url"] = BASE + "colour"
        assert errors(given, asked, colour) == []

    def test_an_unknown_one_is_told_an_unknown_modifier_is_refused(self) -> None:
        one = {"url": "http://example.org/unknown", "valueCode": "x"}
        colour = extension("colour", "code")
        given = {"resourceType": "Patient", "extension": [one], "modifierExtension": [one]}
        found = {(issue.severity, issue.expression[0]) for issue in issues(given, colour)}
        assert found == {("information", "Patient.extension[0]"), ("error", "Patient.modifierExtension[0]")}

    @pytest.mark.parametrize(
        ("context", "fits"),
        [("Patient", True), ("Element", True), ("DomainResource", True), ("HumanName", False), ("Patient.name", False)],
    )
    def test_it_stands_where_it_is_defined_for(self, context: str, fits: bool) -> None:
        colour = extension("colour", "code", context=[{"type": "element", "expression": context}])
        given = {"resourceType": "Patient", "extension": [{"url": BASE + "colour", "valueCode": "x"}]}
        assert (errors(given, colour) == []) is fits

    def test_it_stands_within_the_elements_of_its_context(self) -> None:
        colour = extension("colour", "code", context=[{"type": "element", "expression": "HumanName.family"}])
        own = {"extension": [{"url": BASE + "colour", "valueCode": "x"}]}
        given = {"resourceType": "Patient", "name": [{"family": "x", "_family": own}]}
        assert errors(given, colour) == []
        assert errors({"resourceType": "Patient", "name": [{"given": ["x"], "_given": [own]}]}, colour)

    @pytest.mark.parametrize(
        ("context", "fits"),
        [
            ("Observation.effective.ofType(dateTime)", True),
            ("Observation.effective.ofType(Period)", False),
            ("Observation.effective", True),
            ("Observation", False),
            ("Observation.descendants()", True),
            ("Patient.birthDate", False),
        ],
    )
    def test_it_stands_where_a_fhirpath_leads(self, context: str, fits: bool) -> None:
        colour = extension("colour", "code", context=[{"type": "fhirpath", "expression": context}])
        own = {"extension": [{"url": BASE + "colour", "valueCode": "x"}]}
        given = observation(effectiveDateTime="2024", _effectiveDateTime=own)
        assert (errors(given, colour) == []) is fits

    def test_a_fhirpath_tells_one_element_from_another(self) -> None:
        context = [{"type": "fhirpath", "expression": "Observation.component.where(code.text = 'a').code"}]
        colour = extension("colour", "code", context=context)
        own = {"extension": [{"url": BASE + "colour", "valueCode": "x"}]}
        given = observation(component=[{"code": {"text": "a", **own}}, {"code": {"text": "b", **own}}])
        assert [path for path, _ in errors(given, colour)] == ["Observation.component[1].code.extension[0]"]

    def test_a_context_that_is_no_fhirpath_is_told_and_not_checked(self) -> None:
        colour = extension("colour", "code", context=[{"type": "fhirpath", "expression": "Observation.("}])
        given = observation(extension=[{"url": BASE + "colour", "valueCode": "x"}])
        (found,) = issues(given, colour)
        assert (found.severity, "cannot be evaluated" in found.text) == ("information", True)


class TestReferences:
    def test_they_lead_to_the_types_that_are_allowed(self) -> None:
        types = [{"code": "Reference", "targetProfile": [CORE + "Patient"]}]
        asked = profile("Observation", "p", element("subject", type=types))
        assert errors(observation(subject={"reference": "Patient/1"}), asked) == []
        assert errors(observation(subject={"display": "x"}), asked) == []
        for wrong in ({"reference": "Group/1"}, {"type": "Group", "display": "x"}, {"reference": "Group?identifier=1"}):
            assert errors(observation(subject=wrong), asked) == [("Observation.subject", "p#Observation.subject")]

    def test_what_is_at_hand_must_be_of_the_profile(self) -> None:
        named = profile("Patient", "named", element("name", min=1))
        types = [{"code": "Reference", "targetProfile": [BASE + "named"]}]
        asked = profile("Observation", "p", element("subject", type=types))
        given = observation(contained=[{"resourceType": "Patient", "id": "a"}], subject={"reference": "#a"})
        assert errors(given, asked, named) == [("Observation.subject", "p#Observation.subject")]
        given["contained"][0]["name"] = [{"text": "x"}]
        assert errors(given, asked, named) == []


class TestClaims:
    def test_the_claims_of_a_resource_and_of_those_inside_count(self) -> None:
        asked = profile("Patient", "p", element("name", min=1))
        patient = {"resourceType": "Patient", "meta": {"profile": [BASE + "p"]}}
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}]}
        within = observation(contained=[patient | {"id": "a"}], subject={"reference": "#a"})
        assert errors(patient, asked)[0][0] == "Patient.name"
        assert errors(bundle, asked)[0][0] == "Bundle.entry[0].resource.name"
        assert errors(within, asked)[0][0] == "Observation.contained[0].name"

    @pytest.mark.parametrize("unknown", ["warning", "error"])
    def test_a_claim_of_a_profile_that_is_not_known(self, unknown: str) -> None:
        asked = profile("Patient", "p", element("name", min=1))
        given = observation(meta={"profile": ["http://example.org/other"]})
        (found,) = issues(given, asked, unknown=unknown)
        assert (found.severity, found.expression) == (unknown, ("Observation.meta.profile[0]",))

    def test_a_claim_of_the_type_itself_says_nothing(self) -> None:
        assert issues(observation(meta={"profile": [CORE + "Observation"]}), profile("Patient", "p")) == ()

    def test_a_profile_for_another_type_cannot_be_met(self) -> None:
        given = observation(meta={"profile": [BASE + "p"]})
        assert errors(given, profile("Patient", "p", element("name", min=1))) == [("Observation", "p#type")]

    def test_another_version_is_told(self) -> None:
        given = {"resourceType": "Patient", "name": [{"text": "x"}], "meta": {"profile": [BASE + "p|2.0.0"]}}
        (found,) = issues(given, profile("Patient", "p", element("name", min=1)), claimed=True)
        assert (found.severity, found.rule) == ("warning", "profile-version")

    def test_a_lenient_profile_only_warns(self) -> None:
        given = {"resourceType": "Patient", "meta": {"profile": [BASE + "p"]}}
        asked = profile("Patient", "p", element("name", min=1))
        assert {one.severity for one in issues(given, asked, lenient=frozenset({BASE + "p"}))} == {"warning"}


class TestProfilesOnProfiles:
    def test_a_differential_adds_to_what_it_builds_on(self) -> None:
        below = profile("Patient", "below", element("name", min=1), element("gender", min=1))
        above = profile("Patient", "above", element("name", max="1"), element("birthDate", min=1), base=BASE + "below")
        paths = [path for path, _ in errors({"resourceType": "Patient", "active": True}, above, below)]
        assert sorted(paths) == ["Patient.birthDate", "Patient.gender", "Patient.name"]
        names = {"name": [{"text": "x"}, {"text": "y"}], "gender": "male", "birthDate": "1970"}
        assert errors({"resourceType": "Patient"} | names, above, below)[0][0] == "Patient.name"

    def test_a_base_that_is_not_known_is_told(self) -> None:
        above = profile("Patient", "above", element("birthDate", min=1), base=BASE + "below")
        (found,) = issues({"resourceType": "Patient", "birthDate": "1970"}, above)
        assert (found.severity, BASE + "below" in found.text) == ("warning", True)


def test_what_is_broken_as_fhir_is_told_with_what_the_profile_asks_for() -> None:
    asked = profile("Observation", "p", element("subject", min=1))
    found = issues({"resourceType": "Observation", "status": "nonsense", "code": {}, "subjekt": 1}, asked)
    paths = {one.expression[0] for one in found}
    assert {"Observation.status", "Observation.subject", "Observation"} <= paths


def test_no_more_is_looked_at_when_the_time_is_over() -> None:
    asked = profile("Observation", "p", element("category", max="1"), element("category.text", min=1))
    found = issues(observation(category=[{"text": "x"}] * 20_000), asked, seconds=0.0)
    assert "too-costly" in {one.rule for one in found}


def test_of_very_many_issues_the_first_are_listed() -> None:
    asked = profile("Observation", "p", element("category.text", min=1))
    found = issues(observation(category=[{"coding": [{"code": "x"}]}] * 1_000), asked)
    assert (len(found), found[-1].rule) == (201, "too-many")
