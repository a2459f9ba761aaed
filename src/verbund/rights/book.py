# ruff: noqa: S608 - composed of literals of this module; values are only ever bound
"""The table of requests: sealed under the patient's key, listed by how long they wait."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from verbund.database import Connection
from verbund.errors import Incorrect, NotFound
from verbund.rights.model import Kind, Request, RequestPage, State
from verbund.store import Vault

_CONTEXT = b"verbund request "
_ADD = """
insert into rights_request (id, patient, kind, state, waiting, asked_at, sealed) values ($1, $2, $3, $4, $5, $6, $7)
"""
_CHANGE = "update rights_request set state = $2, waiting = $3, sealed = $4 where id = $1"
_COLUMNS = "id, patient, asked_at, sealed"
_FIND = f"select {_COLUMNS} from rights_request where id = $1"
_OF_PATIENT = f"select {_COLUMNS} from rights_request where patient = $1 order by asked_at desc, id desc"
_WAITING = f"""
select {_COLUMNS} from rights_request
where waiting and kind = any($1::text[]) and (asked_at, id) > ($2::timestamptz, $3::uuid)
order by asked_at, id limit $4
"""
_LATER = f"select {_COLUMNS} from rights_request where state = 'partly'"
_COUNT = "select count(*) from rights_request where patient = $1 and waiting"
_ERASE = "delete from rights_request where patient = $1"
_BEGINNING = datetime.fromisoformat("0001-01-02T00:00:00+00:00")

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Request).decode


class RequestBook:
    """Requests as they lie in the database. What is not there, or of an erased patient, is NotFound."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def add(self, connection: Connection, patient: int, request: Request) -> None:
        """Enter a new one."""
        sealed = await self._sealed(connection, patient, request)
        waiting = _waits(request)
        await connection.execute(
            _ADD, request.id, patient, request.kind, request.state, waiting, request.asked_at, sealed
        )

    async def change(self, connection: Connection, patient: int, request: Request) -> None:
        """Put its new state in place of the old one."""
        sealed = await self._sealed(connection, patient, request)
        await connection.execute(_CHANGE, request.id, request.state, _waits(request), sealed)

    async def find(self, connection: Connection, identity: UUID, *, lock: bool = False) -> Request:
        """One of them; with `lock` nobody else changes it to the end of the transaction."""
        rows = await connection.fetch(f"{_FIND} for update" if lock else _FIND, identity)
        found = await self._opened(connection, rows)
        if not found:
            raise NotFound("There is no such request here.", german="Dieses Anliegen gibt es hier nicht.")
        return found[0]

    async def of_patient(self, connection: Connection, patient: int) -> tuple[Request, ...]:
        """All of a patient, newest first."""
        return await self._opened(connection, await connection.fetch(_OF_PATIENT, patient))

    async def waiting_of(self, connection: Connection, patient: int) -> int:
        """How many of a patient wait for the house."""
        return int(await connection.fetchval(_COUNT, patient))

    async def waiting(
        self, connection: Connection, kinds: Sequence[Kind], *, count: int, cursor: str | None
    ) -> RequestPage:
        """A page of those that wait for the house, longest first; pages are stable while others are added."""
        after = _place(cursor)
        rows = await connection.fetch(_WAITING, list(kinds), *after, count + 1)
        shown = rows[:count]
        following = None
        if len(rows) > count:
            following = f"{shown[-1]['asked_at'].isoformat()}~{shown[-1]['id']}"
        return RequestPage(await self._opened(connection, shown), following)

    async def left(self, connection: Connection) -> tuple[Request, ...]:
        """Partial erasures, the rest of which is erased one day."""
        return await self._opened(connection, await connection.fetch(_LATER))

    async def erase(self, connection: Connection, patient: int) -> None:
        """Remove all of a patient."""
        await connection.execute(_ERASE, patient)

    async def _sealed(self, connection: Connection, patient: int, request: Request) -> bytes:
        await self._vault.prepare(connection, [patient], make=True)
        return self._vault.seal(patient, _encode(request), _CONTEXT + request.id.bytes)

    async def _opened(self, connection: Connection, rows: Sequence[asyncpg.Record]) -> tuple[Request, ...]:
        await self._vault.prepare(connection, {row["patient"] for row in rows}, make=False)
        return tuple(
            _decode(self._vault.unseal(row["patient"], row["sealed"], _CONTEXT + row["id"].bytes))
            for row in rows
            if self._vault.can_open(row["patient"])
        )


def _waits(request: Request) -> bool:
    """Whether the house has something to do, or can end what is in force."""
    return request.state is State.OPEN or (request.kind, request.state) == (Kind.RESTRICTION, State.ACCEPTED)


def _place(cursor: str | None) -> tuple[datetime, UUID]:
    if cursor is None:
        return _BEGINNING, UUID(int=0)
    moment, _, identity = cursor.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(identity)
    except ValueError:
        raise Incorrect(
            "This page's address is not whole. Start again from the first page.",
            german="Die Adresse dieser Seite ist unvollständig. Beginnen Sie wieder mit der ersten Seite.",
        ) from None
