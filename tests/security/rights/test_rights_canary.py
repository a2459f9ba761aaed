"""Who was erased is found nowhere: not in the database's files, write-ahead log, index or statistics, nor a backup."""

import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from opened_gate import DOCTOR, PATIENT, Json, care_consent, observation, patient, principal
from opened_rights import House, opened

from verbund.crypto import NodeKeys
from verbund.database import Cluster, Database
from verbund.errors import Fault, Gone, NotFound, VerbundError
from verbund.fhir import parse_search
from verbund.identity import Role
from verbund.rights import Kind
from verbund.store import rewrap

CANARIES = {
    "family": "Zwiebelfisch-Quastenflosser",
    "city": "Kyritz-Wusterhausen",
    "number": "Q987654321",
    "note": "Schwindel nach Kirschkuchen",
    "request": "Nie Kirschkuchen gegessen",
    "id": "canary-patient-7",
}
MYSELF = replace(PATIENT, patient_id=CANARIES["id"], name=CANARIES["family"])


def record() -> list[Json]:
    """A person with canaries in every place."""
    canary = CANARIES
    person = patient(
        canary["id"],
        name=[{"family": canary["family"]}],
        identifier=[{"system": "http://fhir.de/sid/gkv/kvid-10", "value": canary["number"]}],
        address=[{"city": canary["city"]}],
    )
    seen = observation("o", canary["id"], note=[{"text": canary["note"]}], valueString=canary["note"])
    return [person, seen, care_consent(patient_id=canary["id"], identity="c")]


@asynccontextmanager
async def running(place: Path, keys: NodeKeys, folder: Path) -> AsyncIterator[House]:
    """A house on a database server of its own."""
    cluster = await Cluster.start(place, changes={"log_statement": "all"})
    database = await Database.connect(await cluster.ensure("canary"))
    try:
        house = await opened(database, folder, keys=keys)
        yield house
        await house.node.close()
    finally:
        await database.close()
        await cluster.stop()


async def lived(house: House) -> None:
    """The person is written, changed, searched, copied, and asks for things."""
    await house.node.put(*record())
    await house.node.put(*[one | {"language": "de"} for one in record()[:2]])
    await house.node.gate.search(DOCTOR, parse_search("Patient", [("name", "Zwiebelfisch")]))
    await house.requests.ask(MYSELF, Kind.CORRECTION, CANARIES["request"], about="Observation/o")
    await house.copied(MYSELF)
    await house.node.store.maintain()


async def erased(house: House) -> None:
    """All of it goes, eleven years later."""
    house.years_later(11)
    request = await house.erasures.ask(replace(MYSELF, authenticated=house.node.clock.now))
    assert (await house.erasures.carry_out(house.steward, request.id)).whole
    async with house.database.connection() as connection:
        await connection.execute("analyze")
        await connection.execute("checkpoint")


def held_in(place: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in place.rglob("*") if path.is_file())


def found(held: bytes) -> list[str]:
    """The canaries that stand in it, in whatever spelling."""
    spelled = {
        text: (text, text.lower(), text.replace("-", " ").lower(), text.encode("utf-16-le").decode("latin-1"))
        for text in CANARIES.values()
    }
    return [text for text, ways in spelled.items() if any(way.encode("latin-1") in held for way in ways)]


async def reads(house: House) -> dict[str, Any]:
    """What every way of reading gives of the person: the kinds of errors, or what was seen."""
    gate, operator = house.node.gate, principal(Role.SYSTEM)
    ways = {
        "read": lambda: gate.read(operator, "Observation", "o"),
        "vread": lambda: gate.vread(operator, "Observation", "o", 1),
        "history": lambda: gate.history(operator, "Observation", "o"),
        "record": lambda: gate.record(DOCTOR, CANARIES["id"]),
        "log": lambda: house.node.log.of_patient(CANARIES["id"]),
        "requests": lambda: house.requests.mine(MYSELF),
    }
    told: dict[str, Any] = {}
    for name, way in ways.items():
        try:
            told[name] = await way()  # type: ignore[no-untyped-call]
        except VerbundError as error:
            told[name] = type(error)
    return told


async def test_an_erased_patient_is_found_in_no_file_and_no_backup_opens(quick_base: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="verbund-erased-", dir=quick_base, ignore_cleanup_errors=True) as base:
        root = Path(base)
        root.chmod(0o755)
        live, backup, folder = root / "postgres", root / "backup", root / "node"
        folder.mkdir()
        keys = NodeKeys.generate()
        async with running(live, keys, folder) as house:
            await lived(house)
        # As the operator's backup does it: with owners and modes.
        subprocess.run(["cp", "-a", live, backup], check=True)
        async with running(live, keys, folder) as house:
            await erased(house)
            told = await reads(house)
            assert set(told.values()) <= {Gone, NotFound, ()}, told
            verdict = await house.node.log.verify()
            assert verdict.ok, verdict.text
            fresh = keys.with_new_wrapping()
            await rewrap(house.database, fresh)
        held = held_in(live) + held_in(folder)
        assert b"insert into superseded" in held
        assert found(held) == []
        assert found(held_in(backup)) == []

        # The keys that are there when the backup's time is over: it opens for nobody any more.
        expired = replace(fresh, former={})
        with pytest.raises(Fault):
            async with running(backup, expired, folder):
                pass

        # Restored within that time, it is erased again before anybody is served.
        async with running(backup, fresh, folder) as house:
            assert await house.erasures.resume() == 1
            assert set((await reads(house)).values()) <= {Gone, NotFound, ()}
        for place in (live, backup):
            await Cluster.erase(place)
