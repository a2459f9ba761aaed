"""Houses sign the heads of each other's logs, and a patient's proof comes from the house that logged the access."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from exchange_houses import Region

from verbund.audit import Agent, Event, examine
from verbund.audit.heads import signed_head
from verbund.config import utc_now
from verbund.database import Cluster
from verbund.errors import NotFound, Unavailable
from verbund.identity import Role
from verbund.node.wellbeing import health_of


def looked_at(patient_id: str) -> Event:
    """A physician searched, and found something of this patient and of another."""
    touched = ((patient_id, ("Observation/1",)), ("another", ("Observation/2",)))
    agent = Agent("weber", "Dr. Weber", "physician", "klinik", "Klinik")
    return Event("search", "E", utc_now(), agent, "TREAT", query="code=718-7", patients=touched)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def region(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Region]:
    folder: Path = tmp_path_factory.mktemp("region")
    async with Region(cluster, folder) as made:
        await made.add("praxis", "klinik")
        yield made


async def test_houses_sign_each_others_heads(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    for house in (praxis, klinik, praxis):
        await house.node.audit.record(looked_at("nobody"))
        await house.node.audit.cosigned_now()
    head = await praxis.node.audit.cosigned_now()
    assert [one.size for one in await klinik.node.witness.heads_of("praxis")][-1] == head.size
    assert await praxis.node.audit.cosigned_by("klinik") == head.size
    assert (await praxis.node.audit.verify(site="praxis")).ok


async def test_a_patient_gets_the_proof_of_an_access_at_another_house(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    somebody = await region.somebody(seen_by=["praxis", "klinik"])
    await klinik.node.audit.record(looked_at(somebody.at("klinik")))
    patient = praxis.person(Role.PATIENT, patient_id=somebody.at("praxis"))
    page = await praxis.part.accesses.of(patient, somebody.at("praxis"))
    looked = next(one for one in page.accesses if one.site == "klinik" and one.event.kind == "search")
    raw = await praxis.part.accesses.proof_of(patient, somebody.at("praxis"), "klinik", looked.sequence)
    others = {"praxis": [praxis.node.keys.public()]}
    found = examine(raw, trusted=[klinik.node.keys.public()], others=others)
    assert found.ok, found.wrong
    assert found.event["agent"]["name"] == "Dr. Weber"
    assert any(one.startswith("praxis (key ") for one in found.proven), "the other house has signed the head"
    stranger = await region.somebody(seen_by=["praxis", "klinik"])
    other = praxis.person(Role.PATIENT, patient_id=stranger.at("praxis"))
    await praxis.part.accesses.of(other, stranger.at("praxis"))
    with pytest.raises(NotFound):
        await praxis.part.accesses.proof_of(other, stranger.at("praxis"), "klinik", looked.sequence)


async def test_a_log_that_was_rewritten_is_an_alarm_at_both_houses(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await praxis.node.audit.record(looked_at("nobody"))
    await praxis.node.audit.cosigned_now()
    last = (await klinik.node.witness.heads_of("praxis"))[-1]
    forged = signed_head(praxis.node.keys, last.size, b"\x07" * 32, utc_now())
    assert praxis.node.audit.cosigning is not None
    await praxis.node.audit.cosigning(forged)
    for house in (praxis, klinik):
        assert [(one.site, one.witness) for one in await house.node.witness.alarms()] == [("praxis", "klinik")]
        check = next(one for one in await health_of(house.node, house.part).checks() if one.name == "audit")
        assert not check.holds
        await house.node.witness.settle("praxis")


async def test_a_house_that_is_away_holds_nobody_up(region: Region) -> None:
    praxis, klinik = region.houses["praxis"], region.houses["klinik"]
    await klinik.stop()
    try:
        await praxis.node.audit.cosigned_now()
        assert await praxis.node.witness.alarms() == []
        with pytest.raises(Unavailable):
            await praxis.part.correspondence.ask("klinik", "audit.cosign", b"", timeout_seconds=1)
    finally:
        await klinik.start()
