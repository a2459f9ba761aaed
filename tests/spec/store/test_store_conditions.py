"""Conditional updates, patches and deletions: what they are about, what they refuse, and that none loses a race."""

import asyncio
import json

import pytest
from stores import commit, create, delete, ids, patient, put, query, raw, update

from verbund.errors import Conflict, Gone, Incorrect, NotFound, Outdated
from verbund.fhir import SearchQuery
from verbund.store import Store, Unit, Write
from verbund.store.model import LoadReport

ONE = query("Patient?identifier=urn:k|1")
KNOWN = [{"system": "urn:k", "value": "1"}]


def conditional(family: str, condition: SearchQuery = ONE, **content: object) -> Write:
    """An update of what has the identifier."""
    return Write("update", "Patient", raw=raw(patient(family, identifier=KNOWN, **content)), condition=condition)


def patched(identity: str | None, **changes: object) -> Write:
    """A patch that sets members."""

    def apply(body: bytes) -> bytes:
        return raw({**json.loads(body), **changes})

    return Write("patch", "Patient", identity, patch=apply)


def append_name(identity: str, family: str) -> Write:
    """A patch that adds a name to those there are."""

    def apply(body: bytes) -> bytes:
        content = json.loads(body)
        return raw({**content, "name": [*content["name"], {"family": family}]})

    return Write("patch", "Patient", identity, patch=apply)


async def test_a_conditional_update_of_nothing_creates_and_then_updates(store: Store) -> None:
    (first,) = await commit(store, conditional("Sommer"))
    (second,) = await commit(store, conditional("Winter"))
    (third,) = await commit(store, conditional("Winter"))
    assert [(one.status, one.version) for one in (first, second, third)] == [
        ("created", 1),
        ("updated", 2),
        ("unchanged", 2),
    ]
    assert first.id == second.id == third.id


async def test_a_conditional_update_of_nothing_takes_the_id_of_its_content(store: Store) -> None:
    (first,) = await commit(store, conditional("Sommer", id="mine"))
    assert (first.status, first.id) == ("created", "mine")
    (second,) = await commit(store, conditional("Winter", id="mine"))
    assert (second.status, second.version) == ("updated", 2)
    with pytest.raises(Incorrect, match="not the id"):
        await commit(store, conditional("Herbst", id="other"))


async def test_a_conditional_update_does_not_overwrite_what_does_not_fit(store: Store) -> None:
    await put(store, patient("Sommer", id="taken"))
    with pytest.raises(Conflict, match="does not fit"):
        await commit(store, conditional("Winter", id="taken"))
    assert "Sommer" in (await store.read("Patient", "taken")).body.decode()


async def test_conditions_that_fit_several_or_anything_are_refused(store: Store) -> None:
    await put(store, patient("Sommer"), patient("Sommer"))
    several = query("Patient?name=sommer")
    for write in (
        conditional("Winter", several),
        Write("patch", "Patient", condition=several, patch=lambda body: body),
        Write("delete", "Patient", condition=several),
    ):
        with pytest.raises(Outdated, match="More than one"):
            await commit(store, write)
    with pytest.raises(Incorrect, match="at least one"):
        await commit(store, Write("delete", "Patient", condition=query("Patient"), multiple=True))
    assert len(await ids(store, "Patient?name=sommer")) == 2


async def test_a_conditional_update_keeps_to_if_match(store: Store) -> None:
    await commit(store, conditional("Sommer"))
    write = Write("update", "Patient", raw=raw(patient("Winter", identifier=KNOWN)), condition=ONE, if_match=2)
    with pytest.raises(Outdated, match="version 1"):
        await commit(store, write)
    nobody = Write("update", "Patient", raw=raw(patient()), condition=query("Patient?name=nobody"), if_match=1)
    with pytest.raises(Outdated, match="none is at version 1"):
        await commit(store, nobody)


async def test_of_many_conditional_updates_one_creates_and_the_others_update(store: Store) -> None:
    writes = [conditional(f"Name{n}") for n in range(12)]
    written = [one for (one,) in await asyncio.gather(*(commit(store, write) for write in writes))]
    assert sorted(one.status for one in written) == ["created"] + ["updated"] * 11
    assert len({one.id for one in written}) == 1
    assert sorted(one.version for one in written) == list(range(1, 13))


async def test_a_patch_changes_the_version_that_is_there(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    (written,) = await commit(store, patched("a", gender="female"))
    assert (written.status, written.version) == ("updated", 2)
    content = json.loads((await store.read("Patient", "a")).body)
    assert (content["gender"], content["name"][0]["family"]) == ("female", "Sommer")
    (again,) = await commit(store, patched("a", gender="female"))
    assert (again.status, again.version) == ("unchanged", 2)


async def test_a_patch_of_nothing_and_one_that_changes_the_id_are_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="nothing to patch"):
        await commit(store, patched("a", gender="female"))
    await commit(store, update("a", patient("Sommer")))
    with pytest.raises(Incorrect):
        await commit(store, patched("a", id="b"))
    with pytest.raises(Incorrect):
        await commit(store, patched(None))
    await commit(store, delete("Patient", "a"))
    with pytest.raises(NotFound, match="nothing to patch"):
        await commit(store, patched("a", gender="female"))


async def test_a_conditional_patch_needs_one_that_fits(store: Store) -> None:
    write = Write("patch", "Patient", condition=ONE, patch=lambda body: body.replace(b"Sommer", b"Winter"))
    with pytest.raises(NotFound, match="nothing to patch"):
        await commit(store, write)
    await commit(store, conditional("Sommer"))
    (written,) = await commit(store, write)
    assert (written.status, written.version) == ("updated", 2)
    assert await ids(store, "Patient?name=winter") == [written.id]


async def test_no_patch_undoes_another(store: Store) -> None:
    await commit(store, update("a", patient("Sommer")))
    await asyncio.gather(
        *(commit(store, append_name("a", f"Patch{n}")) for n in range(12)),
        *(commit(store, update(f"b{n}", patient())) for n in range(5)),
    )
    names = [name["family"] for name in json.loads((await store.read("Patient", "a")).body)["name"]]
    assert sorted(names) == sorted(["Sommer", *(f"Patch{n}" for n in range(12))])
    assert (await store.read("Patient", "a")).version == 13


async def test_if_none_match_refuses_what_is_there(store: Store) -> None:
    write = Write("update", "Patient", "a", raw(patient("Sommer", id="a")), if_none_match="*")
    results = await asyncio.gather(*(commit(store, write) for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(result, tuple) for result in results) == 1
    assert sum(isinstance(result, Outdated) for result in results) == 7
    await commit(store, delete("Patient", "a"))
    (back,) = await commit(store, write)
    assert (back.status, back.version) == ("created", 3)


async def test_a_conditional_deletion_deletes_the_one_that_fits(store: Store) -> None:
    write = Write("delete", "Patient", condition=ONE)
    (absent,) = await commit(store, write)
    assert (absent.status, absent.id, absent.version) == ("absent", "", 0)
    (made,) = await commit(store, conditional("Sommer"))
    (deleted,) = await commit(store, write)
    assert (deleted.status, deleted.id, deleted.version) == ("deleted", made.id, 2)
    with pytest.raises(Gone):
        await store.read("Patient", made.id)


async def test_a_conditional_deletion_of_several_deletes_all_that_fit(store: Store) -> None:
    made = await put(store, *(patient("Sommer") for _ in range(5)), patient("Winter"))
    several = Write("delete", "Patient", condition=query("Patient?name=sommer"), multiple=True)
    (written,) = await commit(store, several)
    assert {written.id, *(one.id for one in written.others)} == set(made[:5])
    assert {one.status for one in (written, *written.others)} == {"deleted"}
    assert await ids(store, "Patient") == made[5:]
    (none,) = await commit(store, several)
    assert (none.status, none.others) == ("absent", ())
    with pytest.raises(Incorrect, match="Only a deletion"):
        await commit(store, Write("update", "Patient", raw=raw(patient()), condition=ONE, multiple=True))


async def test_results_stand_in_the_order_of_what_was_asked(store: Store) -> None:
    await put(store, patient("Sommer"), patient("Sommer"))
    written = await commit(
        store,
        create(patient("Herbst")),
        Write("delete", "Patient", condition=query("Patient?name=nobody")),
        Write("delete", "Patient", condition=query("Patient?name=sommer"), multiple=True),
        conditional("Winter"),
    )
    assert [one.status for one in written] == ["created", "absent", "deleted", "created"]
    assert len(written[2].others) == 1


async def test_two_entries_that_make_what_fits_one_condition_are_refused(store: Store) -> None:
    content = patient("Sommer", identifier=KNOWN)
    for twin in (create(content, if_none_exist=ONE), conditional("Winter")):
        with pytest.raises(Incorrect, match="same condition"):
            await commit(store, create(content, if_none_exist=ONE), twin)
    assert await store.counts() == {}


async def test_entries_may_refer_to_what_a_conditional_update_makes(store: Store) -> None:
    urn = "urn:uuid:6c1b0c3a-3d5c-4d4e-9a4b-0d8a5a6f8f11"
    condition = Write("update", "Patient", raw=raw(patient(identifier=KNOWN)), condition=ONE, full_url=urn)
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": urn},
    }
    made, visit = await commit(store, condition, create(encounter))
    assert json.loads(visit.body)["subject"] == {"reference": f"Patient/{made.id}"}


async def test_a_load_takes_no_patches_and_no_conditions(store: Store) -> None:
    report: LoadReport = await store.load([(patched("a", gender="female"),), (conditional("Sommer", id="a"),)])
    assert [type(refusal.error) for refusal in report.refused] == [Incorrect, Incorrect]
    assert await store.counts() == {}


async def test_what_a_conditional_write_saw_is_looked_at_again_under_its_locks(store: Store) -> None:
    """Each round, creates and conditional updates and deletions of one criterion meet; at no time are there two."""
    for turn in range(6):
        await asyncio.gather(
            *(commit(store, conditional(f"Round{turn}N{n}")) for n in range(3)),
            *(commit(store, create(patient("New", identifier=KNOWN), if_none_exist=ONE)) for _ in range(3)),
            *(commit(store, Write("delete", "Patient", condition=ONE)) for _ in range(2)),
        )
        assert len(await ids(store, "Patient?identifier=urn:k|1")) <= 1
    unit = Unit((conditional("Last"),))
    assert (await store.commit(unit))[0].status in {"created", "updated"}
