"""A patient who is to be erased wholly goes: key, rows, all that is kept elsewhere; what was cut off is brought to its
end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from verbund.database import Connection, Database
from verbund.errors import VerbundError
from verbund.rights.ledger import Erased, Ledger, Traces
from verbund.store import Companion, Store

_log = structlog.get_logger(__name__)
_KEEP = """
insert into rights_erasure (patient, at, whole, resources, account, handle) values ($1, $2, true, $3, $4, $5)
on conflict do nothing
"""
_FORGET = "select rights_forget($1)"
_FINISH = "update rights_erasure set finished = true where patient = $1"
_WHOLE = "select patient, at, account, handle, finished from rights_erasure where whole"
_LOCK = "select pg_advisory_lock(hashtext('verbund erasure'))"


class Elsewhere(Protocol):
    """What is kept of a patient outside of the record: letters between houses, enrolment, account, proxies."""

    def traces(self, patient_id: str) -> Traces:
        """By what it is found once nobody can tell any more who the patient was."""

    async def before(self, patient_id: str) -> Sequence[Companion]:
        """What is told to others with the decision to erase; raises when that must wait."""

    async def forget(self, erased: Erased, patient_id: str | None) -> None:
        """Remove it, also where `patient_id` is not known any more; repeating it changes nothing."""


class Nowhere:
    """A node of which nothing is known elsewhere."""

    def traces(self, patient_id: str) -> Traces:  # noqa: ARG002 - the shape of Elsewhere
        """None."""
        return Traces()

    async def before(self, patient_id: str) -> Sequence[Companion]:  # noqa: ARG002 - the shape of Elsewhere
        """Nobody is told."""
        return ()

    async def forget(self, erased: Erased, patient_id: str | None) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Whole erasures, from their decision to their end."""

    database: Database
    store: Store
    ledger: Ledger
    elsewhere: Elsewhere

    async def decide(self, connection: Connection, patient_id: str, at: datetime, resources: int) -> Erased:
        """Within the caller's transaction: from its commit on the patient is erased, by `forget` or by `resume`."""
        erased = Erased(self.store.patient_key(patient_id), at, self.elsewhere.traces(patient_id))
        await _keep(connection, erased, resources)
        return erased

    async def forget(self, erased: Erased, patient_id: str) -> None:
        """Erase, the ledger first. Interrupted, `resume` brings it to its end."""
        await self.ledger.add(erased)
        await self._gone(erased, patient_id)

    async def _gone(self, erased: Erased, patient_id: str | None) -> None:
        """Destroy the key, then remove all that is left, here and elsewhere; repeating it changes nothing."""
        await self.store.erase_known(erased.patient)
        # Now that nobody can find the patient here any more: who enrols patients may have been about it until now.
        await self.elsewhere.forget(erased, patient_id)
        async with self.database.transaction() as connection:
            await connection.execute("set local statement_timeout = 0")
            await connection.execute(_FORGET, erased.patient)
            await connection.execute(_FINISH, erased.patient)

    async def resume(self) -> int:
        """Erase again whom the list of erasures names and who is there: after a crash, or a restored backup.

        How many were. One that fails does not keep the others from it; what it raised is raised at the end.
        """
        done, problems = 0, []
        async with self.database.dedicated() as connection:
            await connection.execute(_LOCK)
            for one in await self._due(connection):
                try:
                    await self._gone(one, None)
                    done += 1
                except VerbundError as error:
                    _log.warning("erasure-interrupted", reason=error.text)
                    problems.append(error)
        if problems:
            raise problems[0]
        return done

    async def _due(self, connection: Connection) -> list[Erased]:
        """Those that were decided and are not at their end, all of them in the ledger and in the database."""
        rows = await connection.fetch(_WHOLE)
        listed = {one.patient: one for one in await self.ledger.all()}
        finished = {row["patient"] for row in rows if row["finished"]}
        begun = {
            row["patient"]: Erased(row["patient"], row["at"], Traces(row["account"], row["handle"]))
            for row in rows
            if row["patient"] not in finished
        }
        for one in begun.values():
            if one.patient not in listed:
                await self.ledger.add(one)
        whole = self.store.vault.is_whole
        restored = [
            one for key, one in listed.items() if key not in begun and (key not in finished or await whole(key))
        ]
        for one in restored:
            await _keep(connection, one, 0)
        return [*begun.values(), *restored]


async def _keep(connection: Connection, erased: Erased, resources: int) -> None:
    traces = erased.traces
    await connection.execute(_KEEP, erased.patient, erased.at, resources, traces.account, traces.handle)
