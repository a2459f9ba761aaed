"""What a house erases: the other houses are told with the decision, and the trust centre knows the patient no more."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from exchange_houses import House, Region, Somebody, consent
from exchange_world import until

from verbund.config import utc_now
from verbund.database import Cluster
from verbund.identity import Role
from verbund.node.rights import erasures_of
from verbund.rights import Erased

_TOLD = "select count(*) from exchange_outbox where kind = 'rights.erased'"


@dataclass
class Leaving:
    """Somebody whom two houses know, and who leaves one of them."""

    person: Somebody
    praxis: House
    klinik: House

    @property
    def own(self) -> str:
        return self.person.at("praxis")

    @property
    def handle(self) -> str:
        """What the trust centre calls the patient of the house that is left."""
        return self.praxis.node.book.handle_of(self.own)

    async def told(self) -> int:
        """How many letters about the erasure were written."""
        async with self.praxis.node.database.connection() as connection:
            return int(await connection.fetchval(_TOLD))

    async def forgotten(self) -> bool:
        """Whether the house that is left has ended the enrolment."""
        async with self.praxis.node.database.connection() as connection:
            sql = "select count(*) from exchange_enrolment where handle = $1"
            return not await connection.fetchval(sql, self.handle)

    async def statements(self) -> int:
        """How many statements of the patient the house that is left keeps for others."""
        async with self.praxis.node.database.connection() as connection:
            sql = "select count(*) from exchange_consent where subject = $1"
            return int(await connection.fetchval(sql, f"consent {self.handle}"))


@pytest_asyncio.fixture(loop_scope="session")
async def leaving(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Leaving]:
    async with Region(cluster, tmp_path_factory.mktemp("region")) as region:
        praxis, klinik = await region.add("praxis", "klinik")
        person = Somebody.new()
        await klinik.keep(person.patient("klinik"))
        await praxis.keep(person.patient("praxis"), consent(person.at("praxis"), ["klinik"]))
        yield Leaving(person, praxis, klinik)


async def test_others_are_told_and_the_enrolment_ends(leaving: Leaving) -> None:
    node, erasures = leaving.praxis.node, erasures_of(leaving.praxis.node, leaving.praxis.part)
    patient = leaving.praxis.person(Role.PATIENT, patient_id=leaving.own, authenticated=utc_now())
    asked = await erasures.ask(patient)
    letters = await erasures.elsewhere.before(leaving.own)
    assert (len(letters), await leaving.told()) == (1, 0)
    steward = leaving.praxis.person(Role.STEWARD, authenticated=utc_now())
    assert (await erasures.carry_out(steward, asked.id)).whole
    assert await leaving.told() == 1
    assert not await node.vault.is_whole(node.store.patient_key(leaving.own))

    async def heard() -> bool:
        events = (await leaving.klinik.node.audit.of_patient(leaving.person.at("klinik"), count=100)).items
        return "praxis" in {one.event.agent.organisation for one in events if one.event.kind == "erasure"}

    await until(heard)
    await until(leaving.forgotten)


async def test_one_that_was_cut_off_ends_there_too_though_nobody_knows_any_more_who_it_was(leaving: Leaving) -> None:
    erasures = erasures_of(leaving.praxis.node, leaving.praxis.part)
    key = leaving.praxis.node.store.patient_key(leaving.own)
    async with leaving.praxis.node.database.transaction() as connection:
        sql = "insert into exchange_consent (subject, payload, checked) values ($1, 'sealed', now())"
        await connection.execute(sql, f"consent {leaving.handle}")
    await erasures.ledger.add(Erased(key, utc_now(), erasures.elsewhere.traces(leaving.own)))
    await leaving.praxis.node.store.erase_known(key)
    assert not await leaving.forgotten()
    assert await erasures.resume() == 1
    assert await leaving.statements() == 0
    await until(leaving.forgotten)
