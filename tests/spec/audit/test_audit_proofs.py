"""One access is proven to its patient: offline, without any key, and with nothing of other patients."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from command_line import verbund

from verbund.audit import AuditLog, Event, cosigned, examine, rendered
from verbund.audit.heads import SignedHead
from verbund.audit.proving import keep_cosignature
from verbund.crypto import NodeKeys, verify_consistency
from verbund.errors import Gone, Incorrect, NotFound, Unsupported

Make = Callable[..., Event]


def search(event: Make, number: int, patients: list[str]) -> Event:
    touched = tuple((one, (f"Observation/{one}-{number}",)) for one in patients)
    return event(number, patient_id=None, entities=(), kind="search", query="code=718-7", patients=touched)


async def proven(log: AuditLog, patient_id: str, sequence: int) -> bytes:
    return rendered(await log.prove(patient_id, sequence, site="praxis"))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 255, 256, 257, 300, 513, 700])
async def test_every_event_is_proven_in_logs_of_every_size(log: AuditLog, event: Make, size: int) -> None:
    await log.record(*(event(number) for number in range(size)))
    for sequence in {1, size // 2 + 1, min(256, size), min(257, size), size}:
        found = examine(await proven(log, "erika", sequence))
        assert found.ok, found.wrong
        assert found.event["entities"] == [f"Observation/{sequence - 1}"]
        assert found.event["patient_id"] == "erika"


async def test_a_proof_says_what_was_done_and_by_whom(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(event(1, stated_reason="bewusstlos", provision="Consent/1"), event(2))
    found = examine(await proven(log, "erika", 1), trusted=[place.keys.public()], heads=[await log.head()])
    assert found.ok
    assert found.event["agent"]["name"] == "Dr. Anna Weber"
    assert found.event["stated_reason"] == "bewusstlos"
    assert any("is the key that you gave" in one for one in found.proven)
    assert any("among the heads" in one for one in found.proven)
    assert found.open == ("No other site has signed this head yet.",)


@pytest.mark.parametrize("count", [2, 3, 5, 50])
async def test_a_proof_of_a_search_of_many_shows_nothing_of_the_others(log: AuditLog, event: Make, count: int) -> None:
    names = [f"patient-{number}" for number in range(count)]
    await log.record(event(0), search(event, 1, names))
    for name in {names[0], names[-1], names[count // 2]}:
        raw = await proven(log, name, 2)
        found = examine(raw)
        assert found.ok, found.wrong
        assert found.event["entities"] == [f"Observation/{name}-1"]
        assert found.event["query"] == "code=718-7"
        others = [other for other in names if other != name]
        assert not any(f'"{other}"' in raw.decode() or f"{other}-1" in raw.decode() for other in others)
        assert not any(str(log._key_of(other)) in raw.decode() for other in others)


async def test_a_proof_holds_after_others_and_the_patient_were_erased(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(search(event, 1, ["erika", "max"]), event(2))
    kept = await proven(log, "erika", 1)
    await place.vault.destroy(log._key_of("max"))
    assert examine(await proven(log, "erika", 1)).ok
    with pytest.raises(Gone):
        await log.prove("max", 1, site="praxis")
    await place.vault.destroy(log._key_of("erika"))
    with pytest.raises(Gone):
        await log.prove("erika", 1, site="praxis")
    assert examine(kept, trusted=[place.keys.public()]).ok
    await log.record(event(3, patient_id="eva"))
    assert examine(await proven(log, "eva", 3)).ok
    assert (await log.verify()).ok


async def test_of_somebody_elses_event_there_is_no_proof(log: AuditLog, event: Make) -> None:
    await log.record(event(1), search(event, 2, ["max", "eva"]), event(3, patient_id=None))
    for sequence in (2, 3, 4):
        with pytest.raises(NotFound):
            await log.prove("erika", sequence, site="praxis")


async def test_events_of_a_former_version_say_that_they_have_no_proof(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(event(1))
    async with place.database.connection() as connection:
        await connection.execute("update audit_event set form = null")
    with pytest.raises(Unsupported):
        await log.prove("erika", 1, site="praxis")


async def test_kept_roots_that_were_changed_are_made_again(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(*(event(number) for number in range(600)))
    await proven(log, "erika", 1)
    async with place.database.connection() as connection:
        await connection.execute("update audit_subtree set root = set_byte(root, 1, get_byte(root, 1) # 1)")
    assert examine(await proven(log, "erika", 1)).ok


async def test_a_later_log_is_proven_to_continue_an_earlier_one(log: AuditLog, event: Make) -> None:
    heads: list[SignedHead] = []
    for size in (1, 5, 250, 7, 300, 1):
        await log.record(*(event(number) for number in range(size)))
        heads.append(await log.head())
    for older in heads:
        for newer in heads[heads.index(older) :]:
            path = await log.consistency(older.size, newer)
            assert verify_consistency(older.size, newer.size, older.root, newer.root, path)
            assert older is newer or not verify_consistency(older.size, newer.size, b"\0" * 32, newer.root, path)


async def cosigned_by(place: Any, log: AuditLog, keys: NodeKeys, site: str = "klinik") -> None:
    signed = cosigned(keys, site, "praxis", await log.head(), datetime.now(UTC))
    async with place.database.connection() as connection:
        await keep_cosignature(connection, signed)


async def test_who_else_signed_the_head_is_proven_by_the_key_known_of_that_site(
    log: AuditLog, event: Make, place: Any
) -> None:
    klinik = NodeKeys.generate()
    await log.record(event(1), event(2))
    await cosigned_by(place, log, klinik)
    await log.record(event(3))
    raw = await proven(log, "erika", 1)
    found = examine(raw, others={"klinik": [NodeKeys.generate().public(), klinik.public()]})
    assert found.ok
    assert any(one.startswith(f"klinik (key {klinik.public().key_id})") for one in found.proven)
    changed = json.loads(raw)
    changed["cosignatures"][0]["site"] = "heim"
    assert examine(json.dumps(changed).encode()).wrong == ("The cosignature of heim does not fit this head.",)


async def test_a_cosignature_by_a_key_that_nobody_knows_is_not_proven(log: AuditLog, event: Make, place: Any) -> None:
    invented = NodeKeys.generate()
    await log.record(event(1))
    await cosigned_by(place, log, invented)
    raw, key_id = await proven(log, "erika", 1), invented.public().key_id
    found = examine(raw, trusted=[place.keys.public(), invented.public()])
    assert found.ok
    assert not any("klinik" in one for one in found.proven)
    assert any(key_id in one and "compare this key with what klinik publishes" in one for one in found.open)
    other = examine(raw, others={"klinik": [NodeKeys.generate().public()]})
    assert other.wrong == (
        f"The cosignature of klinik is by {key_id}, which is none of the keys that you gave for it.",
    )
    assert not any("klinik" in one for one in other.proven)


async def test_the_key_of_another_site_is_none_of_the_house(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(event(1))
    raw = await proven(log, "erika", 1)
    found = examine(raw, others={"klinik": [place.keys.public()]})
    assert not any("is the key that you gave" in one for one in found.proven)
    assert "klinik, whose key you gave, has not signed this head." in found.open
    assert any(
        "is the key that you gave" in one for one in examine(raw, others={"praxis": [place.keys.public()]}).proven
    )


async def test_on_the_command_line_keys_are_given_for_the_house_and_by_site(
    log: AuditLog, event: Make, place: Any, tmp_path: Path
) -> None:
    klinik = NodeKeys.generate()
    await log.record(event(1))
    await cosigned_by(place, log, klinik)
    proof = tmp_path / "proof.json"
    proof.write_bytes(await proven(log, "erika", 1))
    for name, keys in (("praxis", place.keys), ("klinik", klinik)):
        (tmp_path / name).write_text(json.dumps(keys.public().to_dict()))
    house, other = ("--key", f"{tmp_path}/praxis"), ("--key", f"klinik={tmp_path}/klinik")
    alone = verbund("audit", "verify", "--proof", proof, *house)
    assert alone.code == 0, alone.err
    assert "Not told: Whether klinik saw the same head" in alone.out
    both = verbund("audit", "verify", "--proof", proof, *house, *other)
    assert both.code == 0, both.err
    assert "Proven:   klinik (key" in both.out
    wrong = verbund("audit", "verify", "--proof", proof, "--key", f"klinik={tmp_path}/praxis")
    assert (wrong.code, "WRONG:" in wrong.out) == (1, True)


def changes(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every place of a JSON value where something can be changed, with something else that could stand there."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from changes(inner, (*path, key))
    elif isinstance(value, list):
        for key, inner in enumerate(value):
            yield from changes(inner, (*path, key))
        yield path, value[:-1] if value else ["x"]
    elif isinstance(value, bool):
        yield path, not value
    elif isinstance(value, int):
        yield path, value + 1
    elif isinstance(value, str):
        middle = len(value) // 2
        digit = "0" if value[middle : middle + 1] != "0" else "1"
        yield path, value[:middle] + digit + value[middle + 1 :]
        yield path, value[:-1]


async def test_whatever_is_changed_in_a_proof_is_named(log: AuditLog, event: Make, place: Any) -> None:
    await log.record(*(event(number) for number in range(5)), search(event, 6, ["erika", "max", "eva"]), event(7))
    head = await log.head()
    async with place.database.connection() as connection:
        signed = cosigned(NodeKeys.generate(), "klinik", "praxis", head, datetime.now(UTC))
        await keep_cosignature(connection, signed)
    raw = await proven(log, "erika", 6)
    whole = json.loads(raw)
    trusted = [place.keys.public()]
    tried = 0
    for path, other in changes(whole):
        copy = json.loads(raw)
        at = copy
        for key in path[:-1]:
            at = at[key]
        if at[path[-1]] == other or path == ("cosignatures",) or "sealing" in path or path[-1] == "kty":
            continue
        at[path[-1]] = other
        tried += 1
        try:
            found = examine(json.dumps(copy).encode(), trusted=trusted)
        except Incorrect:
            continue
        assert found.wrong, path
    assert tried > 80


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b"[1]", b'{"format": 1}'])
def test_what_is_no_proof_is_refused(raw: bytes) -> None:
    with pytest.raises(Incorrect):
        examine(raw)
