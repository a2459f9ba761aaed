"""A client asks the terminology service over HTTP, as http://hl7.org/fhir/R4/terminology-service.html says."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from fhir_node import FhirNode, fhir_node

from verbund.database import Cluster, Connection, Database

GENDER = "http://hl7.org/fhir/administrative-gender"
ANIMALS = "https://example.org/animals"
MAP = "https://example.org/animals-to-english"
ICD = "http://fhir.de/CodeSystem/bfarm/icd-10-gm"


def animals(**changes: Any) -> dict[str, Any]:
    """A code system of four codes: dogs and cats are mammals, a poodle is a dog."""
    named = {"resourceType": "CodeSystem", "url": ANIMALS, "version": "1", "name": "Animals", "status": "active"}
    poodle = {
        "code": "poodle",
        "display": "Poodle",
        "designation": [{"language": "de", "value": "Pudel"}],
        "property": [{"code": "legs", "valueInteger": 4}],
    }
    dog = {"code": "dog", "display": "Dog", "concept": [poodle], "definition": "It barks."}
    cat = {"code": "cat", "display": "Cat", "property": [{"code": "status", "valueCode": "retired"}]}
    content = {
        "content": "complete",
        "property": [{"code": "legs", "type": "integer"}, {"code": "status", "type": "code"}],
        "concept": [{"code": "mammal", "display": "Mammal", "concept": [dog, cat]}],
    }
    return named | content | changes


def value_set(*filters: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    include: dict[str, Any] = {"system": ANIMALS}
    if filters:
        include["filter"] = [{"property": p, "op": op, "value": value} for p, op, value in filters]
    named = {"resourceType": "ValueSet", "url": "https://example.org/vs", "status": "active"}
    return named | {"compose": {"include": [include]}} | changes


def concept_map() -> dict[str, Any]:
    target = {"code": "hound", "display": "Hound", "equivalence": "wider"}
    element = [{"code": "dog", "target": [target]}, {"code": "cat"}]
    group = {"source": ANIMALS, "target": "https://example.org/english", "element": element}
    return {"resourceType": "ConceptMap", "url": MAP, "status": "active", "group": [group]}


def parameters(**values: Any) -> dict[str, Any]:
    rows = [{"name": name, **value} for name, value in values.items()]
    return {"resourceType": "Parameters", "parameter": rows}


def said(answer: dict[str, Any], name: str) -> Any:
    """The value of a parameter of the answer."""
    for row in answer.get("parameter", ()):
        if row["name"] == name:
            return next((value for key, value in row.items() if key != "name"), None)
    return None


def parts(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [
        {part["name"]: next(v for k, v in part.items() if k != "name") for part in row["part"]}
        for row in answer["parameter"]
        if row["name"] == name
    ]


def codes(answer: dict[str, Any]) -> list[str]:
    return [one["code"] for one in answer["expansion"].get("contains", ())]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(cluster: Cluster, administration: Connection) -> AsyncIterator[FhirNode]:
    """One node for all tests here."""
    name = f"t_{uuid.uuid4().hex}"
    await administration.execute(f"create database {name} strategy file_copy")
    database = await Database.connect(cluster.url(name))
    async with fhir_node(database) as opened:
        yield opened
    await database.close()
    await administration.execute(f"drop database {name} with (force)")


@pytest_asyncio.fixture(loop_scope="session")
async def node(running: FhirNode) -> AsyncIterator[FhirNode]:
    """The node, emptied again after each test."""
    yield running
    for kind in ("Condition", "CodeSystem", "ValueSet", "ConceptMap"):
        for one in (await running.get(f"/{kind}")).json().get("entry", ()):
            await running.delete(f"/{kind}/{one['resource']['id']}")


async def asked(node: FhirNode, path: str, body: dict[str, Any] | None = None, status: int = 200) -> Any:
    answer = await (node.get(path) if body is None else node.post(path, body))
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_lookup_tells_what_a_code_of_the_standard_means(node: FhirNode) -> None:
    found = await asked(node, f"/CodeSystem/$lookup?system={GENDER}&code=female")
    assert said(found, "display") == "Female"
    assert said(found, "name") == "AdministrativeGender"


async def test_a_code_system_can_be_asked_as_soon_as_its_resource_is_written(node: FhirNode) -> None:
    await node.new(animals())
    coding = {"valueCoding": {"system": ANIMALS, "code": "poodle"}}
    found = await asked(node, "/CodeSystem/$lookup", parameters(coding=coding))
    assert said(found, "display") == "Poodle"
    assert {"code": "legs", "value": 4} in parts(found, "property")
    assert {"code": "parent", "value": "dog"} in parts(found, "property")
    assert {"language": "de", "value": "Pudel"} in parts(found, "designation")


async def test_texts_come_in_the_language_that_is_asked_for(node: FhirNode) -> None:
    await node.new(animals())
    path = f"/CodeSystem/$lookup?system={ANIMALS}&code=poodle"
    assert said(await asked(node, f"{path}&displayLanguage=de"), "display") == "Pudel"
    german = await node.get(path, {"Accept-Language": "de-DE,en;q=0.5"})
    assert said(german.json(), "display") == "Pudel"


async def test_only_the_properties_asked_for_are_told(node: FhirNode) -> None:
    await node.new(animals())
    found = await asked(node, f"/CodeSystem/$lookup?system={ANIMALS}&code=dog&property=child")
    assert parts(found, "property") == [{"code": "child", "value": "poodle"}]


async def test_an_unknown_code_or_system_is_not_found_and_says_which(node: FhirNode) -> None:
    wrong = await asked(node, f"/CodeSystem/$lookup?system={GENDER}&code=nobody", status=404)
    assert wrong["issue"][0]["code"] == "not-found"
    assert "nobody" in wrong["issue"][0]["diagnostics"]
    unknown = await asked(node, "/CodeSystem/$lookup?system=https://example.org/none&code=a", status=404)
    assert "https://example.org/none" in unknown["issue"][0]["diagnostics"]


async def test_a_changed_code_system_answers_changed_and_a_deleted_one_no_more(node: FhirNode) -> None:
    place = await node.new(animals())
    changed = animals(id=place.rsplit("/", 1)[-1], concept=[{"code": "horse", "display": "Horse"}])
    assert (await node.put(place, changed)).status_code == 200
    assert said(await asked(node, f"/CodeSystem/$lookup?system={ANIMALS}&code=horse"), "display") == "Horse"
    await asked(node, f"/CodeSystem/$lookup?system={ANIMALS}&code=dog", status=404)
    await node.delete(place)
    await asked(node, f"/CodeSystem/$lookup?system={ANIMALS}&code=horse", status=404)


async def test_a_code_system_that_names_a_code_twice_is_refused_whole(node: FhirNode) -> None:
    twice = animals(concept=[{"code": "dog"}, {"code": "dog"}])
    answer = await node.post("/CodeSystem", twice)
    assert answer.status_code == 422
    assert "dog is there twice" in answer.json()["issue"][0]["diagnostics"]
    assert "entry" not in await asked(node, f"/CodeSystem?url={ANIMALS}")
    await asked(node, f"/CodeSystem/$lookup?system={ANIMALS}&code=dog", status=404)


async def test_a_code_is_valid_in_its_system_if_its_display_fits(node: FhirNode) -> None:
    place = await node.new(animals())
    right = await asked(node, f"/CodeSystem/$validate-code?url={ANIMALS}&code=poodle&display=pudel")
    assert said(right, "result") is True
    wrong = await asked(node, f"{place}/$validate-code?code=poodle&display=Siamese")
    assert said(wrong, "result") is False
    assert "Poodle" in said(wrong, "message")
    missing = await asked(node, f"/CodeSystem/$validate-code?url={ANIMALS}&code=unicorn")
    assert said(missing, "result") is False


async def test_a_code_is_valid_in_a_value_set_by_url_by_id_and_by_body(node: FhirNode) -> None:
    await node.new(animals())
    dogs = value_set(("concept", "is-a", "dog"))
    place = await node.new(dogs)
    by_url = f"/ValueSet/$validate-code?url={dogs['url']}&system={ANIMALS}"
    assert said(await asked(node, f"{by_url}&code=poodle"), "result") is True
    assert said(await asked(node, f"{place}/$validate-code?system={ANIMALS}&code=cat"), "result") is False
    coding = {"valueCoding": {"system": ANIMALS, "code": "dog"}}
    body = parameters(coding=coding, valueSet={"resource": value_set(("concept", "descendent-of", "dog"))})
    assert said(await asked(node, "/ValueSet/$validate-code", body), "result") is False


async def test_one_right_coding_makes_a_codeable_concept_valid(node: FhirNode) -> None:
    concept = {"coding": [{"system": "https://example.org/other", "code": "x"}, {"system": GENDER, "code": "male"}]}
    body = parameters(
        url={"valueUri": "http://hl7.org/fhir/ValueSet/administrative-gender"},
        codeableConcept={"valueCodeableConcept": concept},
    )
    found = await asked(node, "/ValueSet/$validate-code", body)
    assert said(found, "result") is True
    assert said(found, "display") == "Male"


async def test_expand_lists_the_members_by_page_and_by_words(node: FhirNode) -> None:
    await node.new(animals())
    place = await node.new(value_set())
    everything = await asked(node, f"{place}/$expand")
    assert codes(everything) == ["mammal", "dog", "poodle", "cat"]
    assert everything["expansion"]["total"] == 4
    page = await asked(node, f"{place}/$expand?offset=1&count=2")
    assert codes(page) == ["dog", "poodle"]
    assert page["expansion"]["total"] == 4
    assert codes(await asked(node, f"{place}/$expand?filter=pud")) == ["poodle"]
    assert codes(await asked(node, f"{place}/$expand?activeOnly=true")) == ["mammal", "dog", "poodle"]


async def test_expand_can_nest_members_below_their_parents(node: FhirNode) -> None:
    await node.new(animals())
    place = await node.new(value_set())
    nested = await asked(node, f"{place}/$expand?excludeNested=false&includeDesignations=true")
    (mammal,) = nested["expansion"]["contains"]
    assert [one["code"] for one in mammal["contains"]] == ["dog", "cat"]
    assert mammal["contains"][0]["contains"][0]["designation"] == [{"language": "de", "value": "Pudel"}]


async def test_a_value_set_takes_in_and_leaves_out_codes_filters_and_other_value_sets(node: FhirNode) -> None:
    await node.new(animals())
    await node.new(value_set(("concept", "is-a", "dog")))
    composed = value_set(url="https://example.org/composed")
    composed["compose"] = {
        "include": [{"valueSet": ["https://example.org/vs"]}, {"system": ANIMALS, "concept": [{"code": "cat"}]}],
        "exclude": [{"system": ANIMALS, "filter": [{"property": "code", "op": "regex", "value": "poo.*"}]}],
    }
    assert codes(await asked(node, "/ValueSet/$expand", composed)) == ["dog", "cat"]


async def test_a_value_set_that_includes_itself_is_refused(node: FhirNode) -> None:
    circular = value_set(compose={"include": [{"valueSet": ["https://example.org/vs"]}]})
    place = await node.new(circular)
    refused = await asked(node, "/ValueSet/$expand?url=https://example.org/vs", status=400)
    assert "includes itself" in refused["issue"][0]["diagnostics"]
    assert place


async def test_what_cannot_be_listed_is_too_costly_and_says_what_to_do(node: FhirNode) -> None:
    refused = await asked(node, "/ValueSet/$expand?url=http://fhir.de/ValueSet/bfarm/icd-10-gm", status=413)
    assert "load the catalogue" in refused["issue"][0]["diagnostics"]
    unknown = await asked(node, "/ValueSet/$expand?url=http://snomed.info/sct?fhir_vs=isa/73211009", status=404)
    assert "http://snomed.info/sct" in unknown["issue"][0]["diagnostics"]


async def test_subsumes_tells_how_two_codes_relate(node: FhirNode) -> None:
    place = await node.new(animals())
    path = f"/CodeSystem/$subsumes?system={ANIMALS}"
    assert said(await asked(node, f"{path}&codeA=mammal&codeB=poodle"), "outcome") == "subsumes"
    assert said(await asked(node, f"{path}&codeA=poodle&codeB=dog"), "outcome") == "subsumed-by"
    assert said(await asked(node, f"{place}/$subsumes?codeA=cat&codeB=dog"), "outcome") == "not-subsumed"
    a, b = ({"valueCoding": {"system": ICD, "code": code}} for code in ("E11", "E11.90"))
    assert said(await asked(node, "/CodeSystem/$subsumes", parameters(codingA=a, codingB=b)), "outcome") == "subsumes"
    await asked(node, f"{path}&codeA=mammal&codeB=unicorn", status=404)


async def test_translate_follows_the_lines_of_a_map_in_both_directions(node: FhirNode) -> None:
    place = await node.new(concept_map())
    found = await asked(node, f"/ConceptMap/$translate?url={MAP}&system={ANIMALS}&code=dog")
    assert said(found, "result") is True
    (match,) = parts(found, "match")
    assert match["equivalence"] == "wider"
    assert match["concept"] == {"system": "https://example.org/english", "code": "hound", "display": "Hound"}
    path = f"{place}/$translate?system=https://example.org/english&code=hound&reverse=true"
    (back,) = parts(await asked(node, path), "match")
    assert back["concept"]["code"] == "dog"
    assert back["equivalence"] == "narrower"
    assert said(await asked(node, f"/ConceptMap/$translate?url={MAP}&system={ANIMALS}&code=cat"), "result") is False
    missing = await asked(node, f"/ConceptMap/$translate?url={MAP}&system={ANIMALS}&code=horse")
    assert said(missing, "result") is False


async def test_closure_tells_what_is_new_and_can_be_replayed(node: FhirNode) -> None:
    await node.new(animals())

    def adding(code: str) -> dict[str, Any]:
        return parameters(name={"valueString": "mine"}, concept={"valueCoding": {"system": ANIMALS, "code": code}})

    def lines(answer: dict[str, Any]) -> set[tuple[str, str]]:
        return {
            (one["code"], target["code"])
            for group in answer.get("group", ())
            for one in group["element"]
            for target in one["target"]
        }

    begun = await asked(node, "/$closure", parameters(name={"valueString": "mine"}))
    assert begun["version"] == "0"
    assert lines(await asked(node, "/$closure", adding("poodle"))) == set()
    second = await asked(node, "/$closure", adding("mammal"))
    assert lines(second) == {("poodle", "mammal")}
    assert lines(await asked(node, "/$closure", adding("dog"))) == {("poodle", "dog"), ("dog", "mammal")}
    replay = parameters(name={"valueString": "mine"}, version={"valueString": "1"})
    replayed = await asked(node, "/$closure", replay)
    assert lines(replayed) == {("poodle", "mammal"), ("poodle", "dog"), ("dog", "mammal")}
    assert replayed["version"] == "3"


async def test_a_search_by_value_set_or_hierarchy_finds_what_its_codes_find(node: FhirNode) -> None:
    patient = await node.new({"resourceType": "Patient", "name": [{"family": "Muster"}]})
    for code in ("E11.90", "E10.1", "I10.00"):
        coded = {"coding": [{"system": ICD, "code": code}]}
        await node.new({"resourceType": "Condition", "code": coded, "subject": {"reference": patient[1:]}})

    async def found(criterion: str) -> list[str]:
        answer = await asked(node, f"/Condition?{criterion}")
        return sorted(one["resource"]["code"]["coding"][0]["code"] for one in answer.get("entry", ()))

    assert await found(f"code:below={ICD}|E11") == ["E11.90"]
    assert await found(f"code:above={ICD}|I10.00") == ["I10.00"]
    diabetes = value_set(("concept", "is-a", "E11"), ("concept", "is-a", "E11.9"))
    diabetes["compose"]["include"][0]["system"] = ICD
    diabetes["url"] = "https://example.org/diabetes"
    await node.new(diabetes)
    assert await found("code:in=https://example.org/diabetes") == ["E11.90"]
    assert await found("code:not-in=https://example.org/diabetes") == ["E10.1", "I10.00"]
    refused = await asked(node, "/Condition?code:in=https://example.org/unknown", status=400)
    assert refused["issue"][0]["code"] == "not-found"
    assert "code:in" in refused["issue"][0]["diagnostics"]
