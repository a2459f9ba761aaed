"""Who has the database's files, its write-ahead log and its statistics reads no name, number or note of a patient."""

import json
import tempfile
from pathlib import Path
from typing import Any

from stores import commit, create, delete, observation, opened, patient, search, update

from verbund.database import Cluster, Database
from verbund.store import Store

# Texts that occur in nothing else.
CANARIES = {
    "family": "Zwiebelfisch-Quastenflosser",
    "given": "Xaverine",
    "city": "Kyritz-Wusterhausen",
    "line": "Hinterm Deich 4711",
    "number": "Q987654321",
    "phone": "0301234987",
    "note": "Schwindel nach Kirschkuchen",
    "id": "canary-patient-7",
    "other": "canary-finding-9",
    "source": "http://canary.example/secret",
}


def person(turn: int) -> dict[str, Any]:
    canary = CANARIES
    return patient(
        canary["family"],
        f"{canary['given']}",
        id=f"{canary['id']}",
        identifier=[{"system": canary["source"], "value": canary["number"]}],
        address=[{"city": canary["city"], "line": [canary["line"]], "postalCode": f"1000{turn}"}],
        telecom=[{"system": "phone", "value": canary["phone"]}],
    )


async def use(store: Store) -> None:
    """Write, search, change, fail and delete with the canaries in every place."""
    canary = CANARIES
    await commit(store, update(canary["id"], person(1)))
    await commit(store, update(canary["id"], person(2)))
    seen = observation(canary["id"], note=[{"text": canary["note"]}], valueString=canary["note"])
    await commit(store, update(canary["other"], seen))
    for number in range(60):
        await commit(store, create(seen | {"issued": f"2024-05-06T00:00:{number:02}Z"}))
    for text in ("Zwiebelfisch", "family:exact=Zwiebelfisch-Quastenflosser", "address-city=Kyritz"):
        await search(store, f"Patient?{text if '=' in text else 'name=' + text}")
    assert len((await search(store, f"Patient?identifier={canary['source']}|{canary['number']}")).matches) == 1
    assert len((await search(store, f"Patient?name:contains=quasten&_id={canary['id']}")).matches) == 1
    await commit(store, delete("Observation", canary["other"]))
    await store.maintain()


async def test_no_clear_text_of_a_patient_in_any_file(quick_base: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="verbund-canary-", dir=quick_base, ignore_cleanup_errors=True) as base:
        Path(base).chmod(0o755)
        cluster = await Cluster.start(Path(base) / "postgres", changes={"log_statement": "all"})
        database = await Database.connect(await cluster.ensure("canary"))
        async with opened(database) as store:
            await use(store)
        async with database.connection() as connection:
            await connection.execute("checkpoint")
            statements = await connection.fetch("select query from pg_stat_activity")
        await database.close()
        await cluster.stop()
        files = [path for path in Path(base).rglob("*") if path.is_file()]
        held = b"\n".join(path.read_bytes() for path in files)
        shown = json.dumps([row["query"] for row in statements])
        await Cluster.erase(Path(base) / "postgres")
    assert any("pg_wal" in str(path) for path in files)
    assert b"insert into superseded" in held
    spellings = {
        spelled
        for text in CANARIES.values()
        for spelled in (text, text.lower(), text.replace("-", " ").lower(), text.encode("utf-16-le").decode("latin-1"))
    }
    assert [text for text in spellings if text.encode("latin-1") in held] == []
    assert [text for text in CANARIES.values() if text in shown] == []
