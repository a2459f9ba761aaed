"""What `commit` promises: all or nothing, versions, preconditions, references."""

import asyncio
import json

import pytest
from stores import commit, create, delete, ids, observation, patient, put, query, raw, update

from verbund.errors import Conflict, Gone, Incorrect, Invalid, NotFound, Outdated
from verbund.store import Store, Unit, Write


def stored_meta(body: bytes) -> dict[str, str]:
    return dict(json.loads(body)["meta"])


async def test_a_create_gives_id_version_and_time_and_can_be_read_at_once(store: Store) -> None:
    (written,) = await commit(store, create(patient("Sommer", "Erika")))
    read = await store.read("Patient", written.id)
    assert (written.status, written.version) == ("created", 1)
    assert read.body == written.body
    content = json.loads(read.body)
    assert content["id"] == written.id
    assert content["name"] == [{"family": "Sommer", "given": ["Erika"]}]
    assert content["meta"]["versionId"] == "1"
    assert content["meta"]["lastUpdated"] == written.updated.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_of_creates_at_the_same_moment_only_the_one_at_fault_is_refused(store: Store) -> None:
    await put(store, patient(id="p"))
    subjects = ["p", "nobody", "p", "p"]
    told = await asyncio.gather(*(commit(store, create(observation(one))) for one in subjects), return_exceptions=True)
    assert [isinstance(one, Invalid) for one in told] == [False, True, False, False]
    made = [one[0].id for one in told if not isinstance(one, BaseException)]
    assert sorted(await ids(store, "Observation?subject=Patient/p")) == sorted(made)


async def test_content_is_kept_byte_for_byte_wherever_its_id_stands(store: Store) -> None:
    """Type, id and `meta` come first; nothing else moves."""
    inside = {"id": "inside", "extension": [{"url": "http://a.example/b", "valueString": '"id":"a"'}]}
    for number, content in enumerate(
        (
            {"resourceType": "Patient", "id": "a", "name": [{"family": "Sommer"}], "active": True},
            {"resourceType": "Patient", "name": [{"family": "Sommer"}], "active": True, "id": "a"},
            {"resourceType": "Patient", "name": [{"family": "Sommer"}], "id": "a", "active": True},
            {"id": "a", "resourceType": "Patient", "name": [{"family": "Sommer"}], "active": True},
            {"resourceType": "Patient", "name": [inside], "id": "a", "active": True},
            {"resourceType": "Patient", "name": [{"family": "S\u00f6mmer"}], "id": "a", "meta": {"source": "urn:x"}},
        )
    ):
        (written,) = await commit(store, Write("update", "Patient", "a", json.dumps(content).encode()))
        read = json.loads((await store.read("Patient", "a")).body)
        assert list(read)[:3] == ["resourceType", "id", "meta"]
        meta = {name: value for name, value in read.pop("meta").items() if name not in {"versionId", "lastUpdated"}}
        rest = {name: value for name, value in content.items() if name != "meta"}
        assert (read, meta) == (rest, content.get("meta", {}))
        order = [name for name in rest if name not in {"resourceType", "id"}]
        assert list(read)[2:] == order, number
        assert written.status == ("created" if number == 0 else "unchanged" if number in {1, 2, 3} else "updated")


async def test_a_create_does_not_take_the_id_that_the_client_wishes(store: Store) -> None:
    (written,) = await commit(store, create(patient(id="mine")))
    assert written.id != "mine"


async def test_an_update_makes_a_new_version_and_one_of_nothing_makes_the_resource(store: Store) -> None:
    (first,) = await commit(store, update("a", patient("Sommer")))
    (second,) = await commit(store, update("a", patient("Winter")))
    assert (first.status, first.version) == ("created", 1)
    assert (second.status, second.version) == ("updated", 2)
    assert stored_meta((await store.read("Patient", "a")).body)["versionId"] == "2"


async def test_content_that_is_there_already_makes_no_new_version(store: Store) -> None:
    (first,) = await commit(store, update("a", patient("Sommer")))
    spaced = Write("update", "Patient", "a", json.dumps({**patient("Sommer"), "id": "a"}, indent=4).encode())
    (second,) = await commit(store, spaced)
    assert (second.status, second.version, second.updated) == ("unchanged", 1, first.updated)
    assert (await store.history("Patient", "a")).total == 1


async def test_if_match_holds_only_for_the_version_that_is_there(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    (second,) = await commit(store, update("a", patient("Winter"), if_match=1))
    assert second.version == 2
    with pytest.raises(Outdated, match="at version 2 now"):
        await commit(store, update("a", patient("Herbst"), if_match=1))
    with pytest.raises(Outdated, match="not there"):
        await commit(store, update("b", patient("Herbst"), if_match=1))
    assert "Winter" in (await store.read("Patient", "a")).body.decode()


async def test_a_deleted_resource_is_gone_not_found_by_search_and_can_come_back(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    (deleted,) = await commit(store, delete("Patient", "a"))
    assert (deleted.status, deleted.version) == ("deleted", 2)
    with pytest.raises(Gone):
        await store.read("Patient", "a")
    assert await ids(store, "Patient?name=sommer") == []
    (again,) = await commit(store, delete("Patient", "a"))
    assert again.version == 2
    (back,) = await commit(store, update("a", patient("Sommer")))
    assert (back.status, back.version) == ("created", 3)
    assert await ids(store, "Patient?name=sommer") == ["a"]


async def test_what_was_never_there_can_neither_be_read_nor_deleted(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.read("Patient", "a")
    with pytest.raises(NotFound):
        await commit(store, delete("Patient", "a"))


async def test_a_unit_takes_effect_whole_or_not_at_all(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    with pytest.raises(Outdated):
        await commit(store, create(patient("Winter")), update("a", patient("Herbst"), if_match=7))
    assert await ids(store, "Patient?name=winter") == []
    assert (await store.read("Patient", "a")).version == 1


async def test_references_between_entries_of_a_unit_are_resolved(store: Store) -> None:
    urn = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"
    seen = {**observation("x"), "subject": {"reference": urn}}
    written = await commit(store, create(seen), create(patient("Sommer"), full_url=urn))
    subject = json.loads((await store.read("Observation", written[0].id)).body)["subject"]
    assert subject == {"reference": f"Patient/{written[1].id}"}
    assert written[0].patient == store.patient_key(written[1].id)


async def test_a_conditional_reference_must_find_exactly_one(store: Store) -> None:
    await put(store, patient("Sommer", id="a", identifier=[{"system": "urn:k", "value": "1"}]))
    seen = {**observation("x"), "subject": {"reference": "Patient?identifier=urn:k|1"}}
    (written,) = await commit(store, create(seen))
    assert json.loads(written.body)["subject"] == {"reference": "Patient/a"}
    seen["subject"] = {"reference": "Patient?identifier=urn:k|2"}
    with pytest.raises(Invalid, match="none fits"):
        await commit(store, create(seen))


@pytest.mark.parametrize("target", ["Patient/absent", "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"])
async def test_a_reference_to_nothing_is_refused_with_its_path(store: Store, target: str) -> None:
    seen = {**observation("x"), "subject": {"reference": target}}
    with pytest.raises(Invalid) as caught:
        await commit(store, create(seen))
    assert caught.value.issues[0].expression == ("Observation.subject.reference",)
    assert "absent" not in caught.value.text
    assert await ids(store, "Observation") == []


async def test_references_elsewhere_and_unchecked_ones_are_left_alone(store: Store) -> None:
    elsewhere = {**observation("x"), "subject": {"reference": "https://other.example/fhir/Patient/1"}}
    (written,) = await commit(store, create(elsewhere))
    assert written.status == "created"
    (unchecked,) = await commit(store, create(observation("absent")), check_references=False)
    assert unchecked.status == "created"


async def test_what_a_unit_deletes_cannot_be_referred_to_in_it(store: Store) -> None:
    await put(store, patient(id="a"))
    with pytest.raises(Invalid):
        await commit(store, delete("Patient", "a"), create(observation("a")))
    assert (await store.read("Patient", "a")).version == 1


async def test_a_conditional_create_finds_what_is_there(store: Store) -> None:
    condition = query("Patient?identifier=urn:k|1")
    content = patient("Sommer", identifier=[{"system": "urn:k", "value": "1"}])
    (first,) = await commit(store, create(content, if_none_exist=condition))
    (second,) = await commit(store, create(content, if_none_exist=condition))
    assert (first.status, second.status) == ("created", "found")
    assert second.id == first.id
    assert second.body == first.body


async def test_a_conditional_create_on_an_ambiguous_condition_is_refused(store: Store) -> None:
    await put(store, patient("Sommer"), patient("Sommer"))
    with pytest.raises(Outdated, match="More than one"):
        await commit(store, create(patient("Sommer"), if_none_exist=query("Patient?name=sommer")))


async def test_of_many_writers_on_one_identifier_exactly_one_creates(store: Store) -> None:
    condition = query("Patient?identifier=urn:k|1")
    content = patient("Sommer", identifier=[{"system": "urn:k", "value": "1"}])
    write = create(content, if_none_exist=condition)
    written = await asyncio.gather(*(commit(store, write) for _ in range(16)))
    statuses = [one.status for (one,) in written]
    assert sorted(statuses) == ["created"] + ["found"] * 15
    assert len({one.id for (one,) in written}) == 1


async def test_many_updates_of_one_resource_make_one_version_each(store: Store) -> None:
    written = await asyncio.gather(*(commit(store, update("a", patient(f"Name{n}"))) for n in range(20)))
    assert sorted(one.version for (one,) in written) == list(range(1, 21))
    assert (await store.history("Patient", "a", count=100)).total == 20


async def test_of_many_who_saw_the_same_version_one_updates(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    results = await asyncio.gather(
        *(commit(store, update("a", patient(f"Name{n}"), if_match=1)) for n in range(10)), return_exceptions=True
    )
    assert sum(isinstance(result, tuple) for result in results) == 1
    assert sum(isinstance(result, Outdated) for result in results) == 9


async def test_one_who_fails_in_a_group_does_not_harm_the_others(store: Store) -> None:
    writes = [create(patient(f"Name{n}")) if n % 3 else create(observation("absent")) for n in range(12)]
    results = await asyncio.gather(*(commit(store, write) for write in writes), return_exceptions=True)
    assert [isinstance(result, Invalid) for result in results] == [n % 3 == 0 for n in range(12)]
    assert (await store.counts()) == {"Patient": 8}


class _Fails:
    def __init__(self, name: str) -> None:
        self.name = name

    async def write(self, connection: object, written: object) -> None:  # noqa: ARG002 - a Companion
        raise Conflict(self.name)


async def test_a_companion_that_fails_undoes_its_unit_and_no_other(store: Store) -> None:
    units = [Unit((create(patient(f"Name{n}")),), (_Fails(str(n)),) if n == 3 else ()) for n in range(6)]
    results = await asyncio.gather(*(store.commit(unit) for unit in units), return_exceptions=True)
    assert [isinstance(result, Conflict) for result in results] == [n == 3 for n in range(6)]
    assert (await store.counts()) == {"Patient": 5}


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (Write("create", "Patient", raw=b'{"resourceType": "Observation", "status": "final"'), Incorrect),
        (Write("create", "Patient", raw=raw({"resourceType": "Practitioner"})), Incorrect),
        (Write("create", "Patient", raw=raw({"resourceType": "Patient", "nme": []})), Invalid),
        (Write("create", "Patiant", raw=raw({"resourceType": "Patiant"})), Incorrect),
        (Write("update", "Patient", "a b", raw({"resourceType": "Patient"})), Incorrect),
        (Write("update", "Patient", "a", raw({"resourceType": "Patient", "id": "b"})), Incorrect),
        (Write("update", "Patient", None, raw({"resourceType": "Patient"})), Incorrect),
    ],
)
async def test_what_is_wrong_is_refused(store: Store, write: Write, error: type[Exception]) -> None:
    with pytest.raises(error):
        await store.commit(Unit((write,)))
    assert await store.counts() == {}


async def test_two_entries_for_one_resource_are_refused(store: Store) -> None:
    with pytest.raises(Incorrect, match="same Patient"):
        await commit(store, update("a", patient("Sommer")), delete("Patient", "a"))


async def test_history_tells_every_version_newest_first(store: Store) -> None:
    for name in ("Sommer", "Herbst", "Winter"):
        await commit(store, update("a", patient(name)))
    await commit(store, delete("Patient", "a"))
    page = await store.history("Patient", "a", count=3)
    assert [(one.version, one.deleted) for one in page.versions] == [(4, True), (3, False), (2, False)]
    assert (page.total, page.next_before) == (4, 2)
    rest = await store.history("Patient", "a", count=3, before_version=page.next_before)
    assert [one.version for one in rest.versions] == [1]
    assert rest.next_before is None
    assert "Herbst" in (await store.vread("Patient", "a", 2)).body.decode()
    with pytest.raises(Gone):
        await store.vread("Patient", "a", 4)
    with pytest.raises(NotFound):
        await store.vread("Patient", "a", 5)
    with pytest.raises(NotFound):
        await store.history("Patient", "b")


async def test_concurrent_reads_of_many_ids_each_get_their_own(store: Store) -> None:
    made = await put(store, *(patient(f"Name{n}") for n in range(30)))
    results = await asyncio.gather(
        *(store.read("Patient", one) for one in made * 2), store.read("Patient", "absent"), return_exceptions=True
    )
    assert [getattr(result, "id", None) for result in results[:-1]] == made * 2
    assert isinstance(results[-1], NotFound)


def opened_before(store: Store) -> bytes:
    """What the store keeps in clear, in memory, of what it opened."""
    met = store._records._met
    return b"".join(seen.stored.body for seen in (*met._young.values(), *met._old.values()))


async def test_an_erased_patient_leaves_nothing_that_can_be_read_or_added_to(store: Store) -> None:
    await put(store, patient(id="a"), patient(id="b"), observation("a"), observation("b"))
    await ids(store, "Observation?code=718-7")
    assert b"Patient/a" in opened_before(store)
    await store.erase("a")
    assert opened_before(store) == b""
    with pytest.raises(NotFound):
        await store.read("Patient", "a")
    assert await store.counts() == {"Observation": 1, "Patient": 1}
    assert len(await ids(store, "Observation?code=718-7")) == 1
    with pytest.raises(Gone):
        await commit(store, create(observation("a")), check_references=False)
