"""A patient whose record was erased is forgotten: the account, the proxies, and all letters, guardians' among them."""

from uuid import UUID

from verbund.database import Database
from verbund.identity.letters import Letters
from verbund.identity.people import People
from verbund.identity.proxies import Proxies

# Letters first: none is used any more then, so that no account comes after.
_FORGET = ("delete from identity_letter where about = $1", "delete from identity_proxy where patient = $1")
_ACCOUNTS = "select id from identity_person where patient = $1"
_FORGET_ACCOUNTS = "delete from identity_person where patient = $1"


class Forgetting:
    """Removes what is kept of a patient beside the record. `patient` is the hash that `People.patient_key` gives."""

    def __init__(self, database: Database, people: People, proxies: Proxies, letters: Letters) -> None:
        self._database = database
        self._people = people
        self._proxies = proxies
        self._letters = letters

    async def forget(self, patient: UUID) -> None:
        """Remove it, ending sessions, tokens and what proxies do; repeating it changes nothing."""
        await self._letters.settle()
        async with self._database.transaction() as connection:
            for statement in _FORGET:
                await connection.execute(statement, patient)
            accounts = await connection.fetch(_ACCOUNTS, patient)
        for row in accounts:
            await self._people.deactivate(row["id"])
        async with self._database.transaction() as connection:
            await connection.execute(_FORGET_ACCOUNTS, patient)

    async def patients(self) -> set[str]:
        """The ids of all patients of whom something is kept here."""
        return await self._people.patients() | await self._proxies.patients() | await self._letters.patients()
