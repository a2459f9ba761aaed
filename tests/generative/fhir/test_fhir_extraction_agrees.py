"""The generated extraction against a naive one that walks the JSON; stamps and references against plain JSON."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.errors import VerbundError
from verbund.fhir import decode, index, parse_search, reference_texts, references, replace_references, stamp
from verbund.fhir.dates import date_range
from verbund.fhir.search import parameters_of

TEXT = st.text(alphabet="aäÄ ß\"\\/éxyz{}[]:,'", min_size=1, max_size=8)
CODE = st.text(alphabet="abc123-", min_size=1, max_size=5)
CODING = st.fixed_dictionaries({"display": TEXT}, optional={"system": CODE.map("urn:".__add__), "code": CODE})
CONCEPT = st.fixed_dictionaries({"text": TEXT}, optional={"coding": st.lists(CODING, min_size=1, max_size=3)})
REFERENCE = st.sampled_from(["Patient/1", "Patient/2", "Group/3", "urn:uuid:4", "#c", "Practitioner?identifier=a|b"])
POINTER = st.builds(lambda text: {"reference": text}, REFERENCE)
CONTAINED = {"contained": [{"resourceType": "Device", "id": "c"}]}
DATE = st.sampled_from(["2024", "2024-05", "2024-05-31", "2024-05-31T14:05:00+02:00"])
OBSERVATIONS = st.fixed_dictionaries(
    {"resourceType": st.just("Observation"), "status": st.sampled_from(["final", "amended"]), "code": CONCEPT},
    optional={
        "category": st.lists(CONCEPT, min_size=1, max_size=2),
        "subject": POINTER,
        "performer": st.lists(POINTER, min_size=1, max_size=2),
        "effectiveDateTime": DATE,
        "valueString": TEXT,
        "component": st.lists(st.fixed_dictionaries({"code": CONCEPT, "valueString": TEXT}), min_size=1, max_size=2),
        "note": st.lists(
            st.fixed_dictionaries({"text": TEXT}, optional={"authorReference": POINTER}), min_size=1, max_size=1
        ),
    },
).map(lambda content: content | CONTAINED if '"#c"' in json.dumps(content) else content)


def codes(*concepts: dict[str, Any]) -> list[tuple[str | None, str]]:
    """System and code of all codings that have a code."""
    codings = [coding for concept in concepts for coding in concept.get("coding", ())]
    return [(coding.get("system"), coding["code"]) for coding in codings if "code" in coding]


def pointers(node: Any) -> list[str]:
    """All literal references of a document, without those to contained resources."""
    if isinstance(node, list):
        return [text for item in node for text in pointers(item)]
    if not isinstance(node, dict):
        return []
    own = [node["reference"]] if isinstance(node.get("reference"), str) and node["reference"][0] != "#" else []
    return own + [text for item in node.values() for text in pointers(item)]


@settings(max_examples=300, deadline=None)
@given(OBSERVATIONS)
def test_extraction_finds_what_a_naive_walk_finds(content: dict[str, Any]) -> None:
    found = index(decode(json.dumps(content).encode()))

    def tokens(code: str) -> list[tuple[str | None, str | None]]:
        return sorted((row[1:] for row in found.tokens if row[0] == code), key=repr)

    parts = [item["code"] for item in content.get("component", ())]
    assert tokens("code") == sorted(codes(content["code"]), key=repr)
    assert tokens("combo-code") == sorted(codes(content["code"], *parts), key=repr)
    assert tokens("category") == sorted(codes(*content.get("category", ())), key=repr)
    assert found.dates == tuple(("date", *date_range(content[k])) for k in ("effectiveDateTime",) if k in content)
    patients = [text for text in pointers(content.get("subject")) if text.startswith("Patient/")]
    assert [row[1] for row in found.references if row[0] == "patient"] == patients
    assert [row[1] for row in found.references if row[0] == "performer"] == pointers(content.get("performer"))


@settings(max_examples=300, deadline=None)
@given(OBSERVATIONS, st.booleans())
def test_references_are_all_found_and_replaced(content: dict[str, Any], ascii_only: bool) -> None:
    raw = json.dumps(content, ensure_ascii=ascii_only).encode()
    assert sorted(item.text for item in references(decode(raw))) == sorted(pointers(content))
    assert sorted(reference_texts(raw)) == sorted(set(pointers(content)))
    replaced = json.loads(replace_references(raw, {"urn:uuid:4": "Patient/9", "Group/3": 'Group/"'}))
    new = {"urn:uuid:4": "Patient/9", "Group/3": 'Group/"'}
    assert pointers(replaced) == [new.get(text, text) for text in pointers(content)]


@settings(max_examples=200, deadline=None)
@given(OBSERVATIONS, st.integers(1, 10**6), st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)))  # noqa: DTZ001
def test_a_stamp_changes_id_and_meta_only(content: dict[str, Any], version: int, updated: datetime) -> None:
    stamped = json.loads(stamp(json.dumps(content).encode(), id="a", version=version, updated=updated))
    assert stamped.pop("id") == "a"
    assert stamped.pop("meta")["versionId"] == str(version)
    assert stamped == content
    assert [key for key in stamped if key != "resourceType"] == [key for key in content if key != "resourceType"]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["Patient", "Observation", "RiskAssessment"]).flatmap(
        lambda of: st.tuples(st.just(of), st.sampled_from([*parameters_of(of), "_sort", "_count", "_include", "x:y.z"]))
    ),
    st.text(max_size=20),
)
def test_any_search_is_read_or_refused(asked: tuple[str, str], text: str) -> None:
    of, name = asked
    try:
        answer = parse_search(of, [(name, text)]).params
    except VerbundError as error:
        answer = error.issues
    assert answer
