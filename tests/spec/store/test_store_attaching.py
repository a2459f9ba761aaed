"""A Binary belongs to the patient of its `securityContext`, a Group of several to none of them."""

import json

import pytest
from stores import commit, create, observation, opened, patient, put, update

from verbund.consent import classify
from verbund.database import Database
from verbund.errors import NotFound
from verbund.fhir import decode
from verbund.store import EVERYTHING, Chunk, Unit, Write, of_patient

Json = dict[str, object]


def binary(identity: str, context: str | None = None) -> Json:
    """A text, of something."""
    belongs: Json = {} if context is None else {"securityContext": {"reference": context}}
    return {"resourceType": "Binary", "id": identity, "contentType": "text/plain", "data": "QmVmdW5k", **belongs}


async def test_it_belongs_to_the_patient_of_what_it_names(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), {**observation("a"), "id": "seen"})
        own = of_patient(store.patient_key("a"))
        for identity, context in (("of-patient", "Patient/a"), ("of-entry", "Observation/seen")):
            await put(store, binary(identity, context))
            assert (await store.read("Binary", identity, within=own)).id == identity
        for identity, context in (
            ("of-nobody", None),
            ("of-binary", "Binary/of-nobody"),
            ("far", "http://x/Patient/a"),
        ):
            await put(store, binary(identity, context))
            with pytest.raises(NotFound):
                await store.read("Binary", identity, within=own)
        # With another context it goes to another patient, or to nobody.
        await put(store, patient(id="b"))
        await put(store, binary("of-entry", "Patient/b"), binary("of-patient"))
        for identity in ("of-entry", "of-patient"):
            with pytest.raises(NotFound):
                await store.read("Binary", identity, within=own)


async def test_it_belongs_to_an_entry_that_comes_with_it(database: Database) -> None:
    urn = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"
    async with opened(database) as store:
        await put(store, patient(id="a"))
        own = of_patient(store.patient_key("a"))
        writes = (
            create({name: value for name, value in binary("x", urn).items() if name != "id"}),
            create(observation("a"), full_url=urn),
        )
        attached, _ = await store.commit(Unit(writes))
        assert (await store.read("Binary", attached.id, within=own)).patient == store.patient_key("a")


async def test_a_load_knows_whose_it_is(database: Database) -> None:
    async with opened(database) as store:
        own = of_patient(store.patient_key("a"))
        many = [patient(id="a"), {**observation("a"), "id": "seen"}]
        many += [binary("of-patient", "Patient/a"), binary("of-entry", "Observation/seen"), binary("of-nobody")]
        lines = Chunk([json.dumps(one).encode() for one in many], "a.ndjson", "line", range(len(many)))
        report = await store.load([lines])
        assert not report.refused
        for identity in ("of-patient", "of-entry"):
            assert (await store.read("Binary", identity, within=own)).id == identity
        with pytest.raises(NotFound):
            await store.read("Binary", "of-nobody", within=own)
        assert (await store.load([lines])).unchanged == report.created == len(many)


async def test_it_is_gone_with_the_patient_s_key(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), binary("x", "Patient/a"), binary("y"))
        await store.erase("a")
        with pytest.raises(NotFound):
            await store.read("Binary", "x", within=EVERYTHING)
        assert (await store.read("Binary", "y", within=EVERYTHING)).id == "y"


async def test_a_record_of_many_megabytes_of_files_is_read_without_them(database: Database) -> None:
    async with opened(database) as store:
        await put(store, patient(id="a"), binary("x", "Patient/a"))
        assert [one.type for one in await store.compartment("a", within=EVERYTHING)] == ["Patient"]
        await commit(store, Write("delete", "Binary", "x"))


def test_what_is_in_it_nobody_can_tell_so_it_is_of_every_kind() -> None:
    attached, alone = (decode(json.dumps(one).encode()) for one in (binary("x", "Patient/a"), binary("x")))
    assert classify(attached).bit_count() > classify(alone).bit_count() == 1


@pytest.mark.parametrize(
    ("members", "whose"),
    [
        (["Patient/a"], "a"),
        (["Patient/a", "Patient/a/_history/2"], "a"),
        (["Patient/a", "Patient/b"], None),
        (["Patient/a", "Practitioner/x"], None),
        (["Patient/a", None], None),
        ([], None),
    ],
)
async def test_a_group_of_several_is_not_its_first_member_s(
    database: Database, members: list[str | None], whose: str | None
) -> None:
    entities = [{"display": "Somebody"} if one is None else {"reference": one} for one in members]
    listed = {"member": [{"entity": one} for one in entities]} if members else {}
    group = {"resourceType": "Group", "id": "g", "type": "person", "actual": True, **listed}
    async with opened(database) as store:
        await commit(store, update("g", group), check_references=False)
        found = await store.read("Group", "g", within=EVERYTHING)
        assert found.patient == (None if whose is None else store.patient_key(whose))
