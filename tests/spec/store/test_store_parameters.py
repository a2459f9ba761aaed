"""Search parameters that are added while a node runs: from the resource that defines one to the answers by it."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from stores import (
    KEYS,
    Json,
    by_type,
    commit,
    create,
    delete,
    observation,
    patient,
    put,
    quantity,
    raw,
    resource,
    update,
)

from verbund.database import Database
from verbund.errors import Incorrect, Unavailable, Unsupported
from verbund.fhir import SearchQuery, parse_search
from verbund.fhir.parameters import STANDARD
from verbund.store import EVERYTHING, Store
from verbund.store.chunks import Chunk

URL = "https://example.org/SearchParameter/"


def parameter(code: str, kind: str, expression: str, *bases: str, **more: Any) -> Json:
    """A SearchParameter; its id is its code."""
    return resource(
        "SearchParameter",
        id=more.pop("id", code),
        url=more.pop("url", URL + code),
        name=code,
        status=more.pop("status", "active"),
        description=code,
        code=code,
        base=list(bases or ("Observation",)),
        type=kind,
        expression=expression,
        **more,
    )


async def query(store: Store, text: str) -> SearchQuery:
    kind, _, rest = text.partition("?")
    await store.parameters()
    return parse_search(kind, parse_qsl(rest, keep_blank_values=True), known=store.known)


async def ids(store: Store, text: str) -> list[str]:
    page = await store.search(await query(store, text), within=EVERYTHING)
    return sorted(found.id for found in page.matches)


async def add(store: Store, *parameters: Json) -> None:
    """Write SearchParameters and index what is there."""
    await put(store, *parameters)
    await store.grow(share=1.0)
    await fresh(store)


async def fresh(store: Store) -> None:
    """Have the store look for changes at once."""
    store._registry._looked = float("-inf")
    await store.parameters()


def site(code: str, text: str = "Some") -> Json:
    return {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": f"{text} site"}], "text": text}


SITE = parameter("body-site", "token", "Observation.bodySite")


async def test_a_parameter_finds_what_was_there_and_what_comes(store: Store) -> None:
    await put(store, observation("p", id="before", bodySite=site("1")), observation("p", id="other"))
    await add(store, SITE)
    await put(
        store, observation("p", id="after", bodySite=site("1")), observation("p", id="elsewhere", bodySite=site("2"))
    )

    assert await ids(store, "Observation?body-site=http://snomed.info/sct|1") == ["after", "before"]
    assert await ids(store, "Observation?body-site:not=1") == ["elsewhere", "other"]
    assert await ids(store, "Observation?body-site:missing=true") == ["other"]
    assert await ids(store, "Observation?body-site:missing=false&code=718-7") == ["after", "before", "elsewhere"]

    await put(store, observation("p", id="before", bodySite=site("2")))
    await commit(store, delete("Observation", "after"))
    assert await ids(store, "Observation?body-site=1") == []
    assert await ids(store, "Observation?body-site=2") == ["before", "elsewhere"]


async def test_until_all_is_indexed_there_is_no_answer_rather_than_half_of_one(store: Store) -> None:
    await put(store, observation("p", id="before", bodySite=site("1")), SITE)
    await fresh(store)

    with pytest.raises(Unavailable, match="body-site of Observation is being indexed, 0 % done"):
        await query(store, "Observation?body-site=1")
    with pytest.raises(Unavailable):
        await query(store, "Observation?subject=Patient/p&body-site:missing=true")


async def test_every_kind_of_parameter(store: Store) -> None:
    home = {"url": "https://example.org/home", "valueUri": "urn:a"}
    cuff = {"url": "https://example.org/cuff", "valueQuantity": quantity(13.5, "cm")}
    await put(
        store,
        patient("Sommer", id="p", multipleBirthInteger=2, extension=[home]),
        observation(
            "p", id="a", extension=[cuff], issued="2024-05-06T08:00:00Z", note=[{"text": "Nach der Visite"}],
            device={"reference": "Device/d"},
        ),
        observation("p", id="b", issued="2023-01-01T00:00:00Z", device={"reference": "Device/e"}),
    )  # fmt: skip
    await add(
        store,
        parameter("cuff", "quantity", "Observation.extension('https://example.org/cuff').value"),
        parameter("issued", "date", "Observation.issued"),
        parameter("note", "string", "Observation.note.text"),
        parameter("measured-with", "reference", "Observation.device", target=["Device"]),
        parameter("birth-order", "number", "Patient.multipleBirth as integer", "Patient"),
        parameter("home", "uri", "Patient.extension.where(url = 'https://example.org/home').value", "Patient"),
    )

    assert await ids(store, "Observation?cuff=gt13||cm") == ["a"]
    assert await ids(store, "Observation?cuff=lt0.2|http://unitsofmeasure.org|m") == ["a"]
    assert await ids(store, "Observation?issued=2024") == ["a"]
    assert await ids(store, "Observation?issued=lt2024") == ["b"]
    assert await ids(store, "Observation?note=visite") == ["a"]
    assert await ids(store, "Observation?note:contains=der vis") == ["a"]
    assert await ids(store, "Observation?measured-with=Device/d") == ["a"]
    assert await ids(store, "Observation?measured-with=e") == ["b"]
    assert await ids(store, "Patient?birth-order=2") == ["p"]
    assert await ids(store, "Patient?home=urn:a") == ["p"]


async def test_chains_has_includes_and_order_by_added_parameters(store: Store) -> None:
    await put(
        store,
        resource("Device", id="d", manufacturer="Acme", partNumber="17"),
        observation("p", id="a", device={"reference": "Device/d"}, issued="2024-05-06T08:00:00Z", bodySite=site("1")),
        observation("p", id="b", issued="2023-01-01T00:00:00Z"),
    )
    await add(
        store,
        SITE,
        parameter("with", "reference", "Observation.device", target=["Device"]),
        parameter("part", "string", "Device.partNumber", "Device"),
        parameter("issued", "date", "Observation.issued"),
    )

    assert await ids(store, "Observation?with.part=17") == ["a"]
    assert await ids(store, "Observation?with:Device.manufacturer=acme") == ["a"]
    assert await ids(store, "Device?_has:Observation:with:body-site=1") == ["d"]
    assert await ids(store, 'Observation?_filter=body-site eq "1" and issued ge 2024') == ["a"]
    along = await store.search(await query(store, "Observation?_include=Observation:with"), within=EVERYTHING)
    assert [one.id for one in along.included] == ["d"]
    back = await store.search(await query(store, "Device?_revinclude=Observation:with"), within=EVERYTHING)
    assert [one.id for one in back.included] == ["a"]
    every = await store.search(await query(store, "Observation?_include=*"), within=EVERYTHING)
    assert [one.id for one in every.included] == ["d"]
    ordered = await store.search(await query(store, "Observation?_sort=issued"), within=EVERYTHING)
    assert [one.id for one in ordered.matches] == ["b", "a"]


async def test_text_of_tokens_and_parts_of_one_element(store: Store) -> None:
    def strength(amount: float, per: str) -> Json:
        return {
            "strength": {"numerator": quantity(amount, "mg"), "denominator": quantity(1, per)},
            "itemReference": {"display": "x"},
        }

    await put(
        store,
        observation("p", id="a", bodySite=site("1", "Linker Arm")),
        resource("Medication", id="m", ingredient=[strength(5, "mL"), strength(9, "g")]),
    )
    numerator = parameter("numerator", "quantity", "Medication.ingredient.strength.numerator", "Medication")
    denominator = parameter("denominator", "quantity", "Medication.ingredient.strength.denominator", "Medication")
    both = parameter(
        "strength", "composite", "Medication.ingredient.strength", "Medication",
        component=[
            {"definition": URL + "numerator", "expression": "numerator"},
            {"definition": URL + "denominator", "expression": "denominator"},
        ],
    )  # fmt: skip
    await put(store, both)
    (waiting,) = await store.added_parameters()
    assert waiting.state == "refused"
    assert "numerator" in waiting.reason
    await add(store, SITE, numerator, denominator)

    assert await ids(store, "Observation?body-site:text=linker") == ["a"]
    assert await ids(store, "Observation?body-site:text=rechter") == []
    assert await ids(store, "Medication?strength=5||mg$1||mL") == ["m"]
    assert await ids(store, "Medication?strength=5||mg$1||g") == []


async def test_what_cannot_be_offered_is_told_with_its_reason(store: Store) -> None:
    await put(
        store,
        parameter("status", "token", "Observation.status", url=URL + "same"),
        parameter("code", "string", "Observation.note.text", id="clash"),
        parameter("odd", "token", "Observation.where("),
        parameter("where", "special", "Observation.x"),
        parameter("old", "token", "Observation.bodySite", status="retired"),
        parameter("all", "token", "Resource.id", "Resource"),
        SITE,
        parameter("body-site", "token", "Observation.method", id="second", url=URL + "second"),
    )
    states = {one.url.removeprefix(URL): (one.state, one.reason) for one in await store.added_parameters()}

    assert states["same"][0] == "standard"
    assert states["code"] == ("refused", "The standard has another search parameter code for Observation.")
    assert "FHIRPath" in states["odd"][1]
    assert states["where"][1] == "Parameters of the type special cannot be added."
    assert "old" not in states
    assert "name the types" in states["all"][1]
    assert states["body-site"] == ("waiting", "")
    assert states["second"][1] == f"{URL}body-site defines the search parameter body-site of Observation already."


async def test_the_reason_stands_in_the_refusal_and_goes_with_what_it_rests_on(store: Store) -> None:
    odd = parameter("odd", "token", "Observation.where(")
    rival = parameter("body-site", "token", "Observation.method", id="rival", url=URL + "rival")
    await put(store, observation("p", id="a", method=site("2")))
    await add(store, odd, SITE, rival)
    with pytest.raises(Unsupported, match="odd is not offered here: The FHIRPath expression is malformed"):
        await query(store, "Observation?odd=1")
    assert await ids(store, "Observation?body-site=2") == []

    await commit(store, delete("SearchParameter", "body-site"))
    await store.grow(share=1.0)
    await fresh(store)
    assert await ids(store, "Observation?body-site=2") == ["a"]


async def test_a_parameter_that_is_retired_changed_or_deleted(store: Store) -> None:
    await put(store, observation("p", id="a", bodySite=site("1"), method=site("2")))
    await add(store, SITE)
    asked = await query(store, "Observation?body-site=1")
    await add(store, parameter("body-site", "token", "Observation.method"))

    with pytest.raises(Unavailable, match="changed"):
        await store.search(asked, within=EVERYTHING)
    assert await ids(store, "Observation?body-site=1") == []
    assert await ids(store, "Observation?body-site=2") == ["a"]

    await add(store, {**SITE, "status": "retired"})
    with pytest.raises(Incorrect, match="no search parameter body-site"):
        await query(store, "Observation?body-site=1")
    await add(store, SITE)
    assert await ids(store, "Observation?body-site=1") == ["a"]
    await commit(store, delete("SearchParameter", "body-site"))
    await fresh(store)
    assert await store.added_parameters() == ()
    with pytest.raises(Incorrect):
        await query(store, "Observation?body-site=1")


async def test_the_same_definition_again_does_not_begin_anew(store: Store) -> None:
    await add(store, SITE)
    before = await store.parameters()
    await put(store, {**SITE, "description": "Said better"})
    await fresh(store)

    assert [one.name for one in store.known.added] == [one.name for one in before.added]
    assert await ids(store, "Observation?body-site=1") == []


async def test_bulk_loads_and_conditions_know_added_parameters(store: Store) -> None:
    await add(store, SITE)
    lines = [raw({**observation("p", bodySite=site("7")), "id": f"o{number}"}) for number in range(20)]
    await store.load([Chunk(lines)])
    found = await query(store, "Observation?body-site=7&_total=accurate&_count=0")
    assert (await store.search(found, within=EVERYTHING)).total == 20

    once = create(observation("p", bodySite=site("8")), if_none_exist=await query(store, "Observation?body-site=8"))
    first = await commit(store, once, check_references=False)
    again = await commit(store, once, check_references=False)
    assert [one.status for one in (*first, *again)] == ["created", "found"]


async def test_another_process_learns_of_a_parameter(store: Store, database: Database) -> None:
    other = await Store.open(database, KEYS, classify=by_type)
    try:
        await put(store, observation("p", id="a", bodySite=site("1")))
        await add(store, SITE)
        # The other does not know the parameter yet, and must index what it writes for it all the same.
        assert not other.known.added
        (made,) = await commit(other, create(observation("p", bodySite=site("1"))), check_references=False)
        other._indexer.parameters = STANDARD
        await put(other, observation("p", id="b", bodySite=site("1")))
        await other.load([Chunk([raw({**observation("p", bodySite=site("1")), "id": "c"})])])
        assert await ids(store, "Observation?body-site=1") == sorted(["a", "b", "c", made.id])
        assert await ids(other, "Observation?body-site=1") == sorted(["a", "b", "c", made.id])
        await commit(store, update("body-site", parameter("body-site", "token", "Observation.method")))
        with pytest.raises(Unavailable):
            await ids(other, "Observation?body-site=1")
    finally:
        await other.close()
