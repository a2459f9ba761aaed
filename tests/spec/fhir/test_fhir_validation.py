"""A resource that breaks a rule of R4 is refused, with everything that is wrong: path, rule, sentence."""

import pytest

from verbund.errors import Incorrect, Invalid
from verbund.fhir import decode, validate

OBSERVATION = '"resourceType":"Observation","status":"final","code":{"text":"x"}'


def found(body: str) -> list[tuple[str, str | None]]:
    """Path and rule of each issue."""
    return [("".join(item.expression), item.rule) for item in validate(body.encode())]


@pytest.mark.parametrize(
    ("body", "path", "rule"),
    [
        ('{"resourceType":"Patient","nme":[]}', "Patient", "unknown-element"),
        ('{"resourceType":"Patient","name":{}}', "Patient.name", "type"),
        ('{"resourceType":"Patient","name":[{}]}', "Patient.name[0]", "ele-1"),
        ('{"resourceType":"Patient","name":[]}', "Patient.name", "empty"),
        ('{"resourceType":"Patient","gender":null}', "Patient.gender", "null"),
        ('{"resourceType":"Patient","gender":"m"}', "Patient.gender", "binding"),
        ('{"resourceType":"Patient","active":"true"}', "Patient.active", "format:boolean"),
        ('{"resourceType":"Patient","birthDate":"1970-02-30"}', "Patient.birthDate", "format:date"),
        ('{"resourceType":"Patient","birthDate":"31.5.1970"}', "Patient.birthDate", "format:date"),
        ('{"resourceType":"Patient","id":"a/b"}', "Patient.id", "format:id"),
        ('{"resourceType":"Patient","name":[{"family":""}]}', "Patient.name[0].family", "format:string"),
        ('{"resourceType":"Patient","name":[{"family":"a\\u0000"}]}', "Patient.name[0].family", "format:string"),
        ('{"resourceType":"Patient","active":true,"active":false}', "Patient", "duplicate-key"),
        (
            '{"resourceType":"Patient","multipleBirthBoolean":true,"multipleBirthInteger":2}',
            "Patient.multipleBirth",
            "choice",
        ),
        (
            '{"resourceType":"Patient","multipleBirthInteger":2.5}',
            "Patient.multipleBirth.ofType(integer)",
            "format:integer",
        ),
        ('{"resourceType":"Patient","name":[{"given":["a",null]}]}', "Patient.name[0].given", "null"),
        ('{"resourceType":"Observation","status":"final"}', "Observation.code", "cardinality"),
        ('{"resourceType":"Observation","code":{"text":"x"}}', "Observation.status", "cardinality"),
        (
            "{" + OBSERVATION + ',"valueQuantity":{"value":"5.4"}}',
            "Observation.value.ofType(Quantity).value",
            "format:decimal",
        ),
        (
            "{" + OBSERVATION + ',"effectiveDateTime":"2024-01-01T10:00"}',
            "Observation.effective.ofType(dateTime)",
            "format:dateTime",
        ),
        ("{" + OBSERVATION + ',"extension":[{"url":"urn:x"}]}', "Observation.extension[0]", "ext-1"),
        ("{" + OBSERVATION + ',"extension":[{"valueCode":"x"}]}', "Observation.extension[0].url", "cardinality"),
        ("{" + OBSERVATION + ',"contained":[{"resourceType":"Foo"}]}', "Observation.contained[0]", "resource-type"),
        (
            "{" + OBSERVATION + ',"contained":[{"resourceType":"Patient","contained":[{"resourceType":"Patient"}]}]}',
            "Observation.contained[0]",
            "dom-2",
        ),
        (
            '{"resourceType":"Condition","subject":{"reference":"Patient/1"},"clinicalStatus":{"coding":[{"code":"active"}]}}',
            "Condition.clinicalStatus",
            "binding",
        ),
        ('{"resourceType":"Foo"}', "", "resource-type"),
        ("{}", "", "resource-type"),
        ("[]", "", "type"),
    ],
)
def test_each_rule_names_the_place(body: str, path: str, rule: str) -> None:
    assert (path, rule) in found(body)


@pytest.mark.parametrize(
    "body",
    [
        '{"resourceType":"Patient"}',
        '{"name":[{"family":"Müller"}],"resourceType":"Patient"}',
        '{"resourceType":"Patient","birthDate":"1970"}',
        '{"resourceType":"Patient","birthDate":"2024-02-29"}',
        '{"resourceType":"Patient","_birthDate":{"extension":[{"url":"urn:x","valueCode":"unknown"}]}}',
        '{"resourceType":"Patient","name":[{"given":["a",null],"_given":[null,{"id":"x"}]}]}',
        '{"resourceType":"Observation","_status":{"id":"a"},"code":{"text":"x"}}',
        "{" + OBSERVATION + ',"valueQuantity":{"value":5.40}}',
        "{" + OBSERVATION + ',"valueQuantity":{"value":1e2}}',
        "{" + OBSERVATION + ',"valueString":"{}","_valueString":{"id":"a"}}',
        "{" + OBSERVATION + ',"valueString":"a \\"null\\" [] {}"}',
        "{" + OBSERVATION + ',"effectiveDateTime":"2015-02-07T13:28:17.239+02:00"}',
        "{" + OBSERVATION + ',"contained":[{"resourceType":"Patient","id":"p"}],"subject":{"reference":"#p"}}',
        '{\n  "resourceType" : "Patient",\n  "active" : true\n}',
    ],
)
def test_what_r4_allows_is_accepted(body: str) -> None:
    assert validate(body.encode()) == ()


def test_all_issues_are_listed_at_once() -> None:
    body = '{"resourceType":"Patient","gender":"m","birthDate":"x","colour":1,"name":[{"given":"a"}]}'
    assert [rule for _, rule in found(body)] == ["binding", "format:date", "unknown-element", "type"]


def test_an_issue_is_a_sentence_that_does_not_repeat_the_value() -> None:
    with pytest.raises(Invalid) as refused:
        decode(b'{"resourceType":"Patient","gender":"Erika Mustermann"}')
    assert refused.value.text == "Patient.gender: the code must be one of female, male, other, unknown."
    assert refused.value.http_status == 422


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"resourceType":"Patient",', "line 1, column"),
        (b'{"resourceType":"Patient","active":NaN}', "NaN"),
        (b'{"resourceType":"Patient","id":"\xff"}', "not UTF-8: byte 32"),
        (b"", "line 1, column 1"),
    ],
)
def test_what_is_no_json_is_refused_with_the_place(raw: bytes, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        decode(raw)
    assert not isinstance(refused.value, Invalid)
    assert said in refused.value.text


def test_resources_in_a_bundle_are_checked_where_they_stand() -> None:
    entry = '{"resource":{"resourceType":"Patient","gender":"m"}}'
    body = f'{{"resourceType":"Bundle","type":"collection","entry":[{entry}]}}'
    assert found(body) == [("Bundle.entry[0].resource.gender", "binding")]


def test_resources_in_parameters_are_checked_where_they_stand() -> None:
    inner = '{"name":"b","resource":{"resourceType":"Patient","gender":"m"}}'
    body = f'{{"resourceType":"Parameters","parameter":[{{"name":"a","part":[{inner}]}}]}}'
    assert found(body) == [("Parameters.parameter[0].part[0].resource.gender", "binding")]
