# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Single resources, their versions and whole records."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import asyncpg
from asyncpg.pgproto.pgproto import UUID

from verbund.database import Database
from verbund.errors import Fault, Gone, NotFound
from verbund.fhir import type_number
from verbund.store.attaching import BINARY
from verbund.store.histories import OLD_COLUMNS, OLD_ROWS
from verbund.store.indexing import Indexer
from verbund.store.model import HistoryPage, Stored
from verbund.store.planning import COLUMNS
from verbund.store.records import Records
from verbund.store.rowfilter import EVERYTHING, RowFilter, compiled
from verbund.store.sql import Statement
from verbund.store.vault import KEY_COLUMNS, KEYS

MOST_READ_TOGETHER = 200


class Reader:
    """Reads by id. Concurrent reads of current versions under one filter share a statement; a read alone goes alone."""

    def __init__(self, database: Database, indexer: Indexer, records: Records) -> None:
        self._database = database
        self._hash = indexer.hasher.key128
        self._bytes = indexer.hasher.bytes128
        self._patient = indexer.patient
        self._records = records
        self._waiting: dict[RowFilter, dict[bytes, list[asyncio.Future[Stored | None]]]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def read(self, kind: str, identity: str, within: RowFilter) -> Stored:
        """The current version; NotFound when there is none that may be seen, Gone when it was deleted."""
        stored = await self._together(kind, identity, within)
        if stored is None:
            raise NotFound(f"There is no {kind} of this id.")
        if stored.deleted:
            raise Gone(f"This {kind} has been deleted.")
        return stored

    async def current(self, kind: str, identity: str) -> Stored | None:
        """The current version, whoever asks; None when there is none, or it is a deletion."""
        stored = await self._together(kind, identity, EVERYTHING)
        return None if stored is None or stored.deleted else stored

    async def read_together(self, wanted: Sequence[tuple[str, str]], within: RowFilter) -> list[Stored | None]:
        """The current versions of these types and ids; None where none may be seen, or it was deleted."""
        hashes = [self._bytes(kind, identity) for kind, identity in wanted]
        found = await self._current(hashes, within)
        return [None if (one := found.get(id_hash)) is None or one.deleted else one for id_hash in hashes]

    async def _together(self, kind: str, identity: str, within: RowFilter) -> Stored | None:
        """The current version that may be seen, looked up with those that others ask for."""
        future: asyncio.Future[Stored | None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(within)
        if waiting is None:
            waiting = self._waiting[within] = {self._bytes(kind, identity): [future]}
            task = asyncio.create_task(self._run(within, waiting))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        else:
            waiting.setdefault(self._bytes(kind, identity), []).append(future)
        return await future

    async def _run(self, within: RowFilter, waiting: dict[bytes, list[asyncio.Future[Stored | None]]]) -> None:
        """Read what waits under a filter, batch after batch, until nothing does."""
        while waiting:
            batch = dict(waiting)
            waiting.clear()
            await self._answer(batch, within)
        del self._waiting[within]

    async def _answer(self, batch: Mapping[bytes, list[asyncio.Future[Stored | None]]], within: RowFilter) -> None:
        """Where something cannot be opened each is read alone, so that nobody suffers from a stranger's resource."""
        try:
            found = await self._current(list(batch), within)
        except Exception as error:  # noqa: BLE001 - whatever it is, each reader must learn of it
            if len(batch) > 1 and isinstance(error, Fault):
                for id_hash, futures in batch.items():
                    await self._answer({id_hash: futures}, within)
            else:
                _fail(batch.values(), error)
            return
        for id_hash, futures in batch.items():
            for future in futures:
                if not future.done():
                    future.set_result(found.get(id_hash))

    async def _current(self, hashes: Sequence[bytes], within: RowFilter) -> dict[bytes, Stored]:
        """By the hash of its row, to which what is in it is sealed."""
        statement = Statement()
        sql = (
            f"select {COLUMNS} from resource r where r.id = any({statement.bind(list(map(UUID, hashes)))}::uuid[]) "
            f"and {compiled(within, statement)}"
        )
        async with self._database.connection() as connection:
            rows = await connection.fetch(sql, *statement.values)
            return {row["id"].bytes: one for row, one in await self._records.opened_rows(connection, rows)}

    async def owned(self, kind: str, identity: str) -> Stored | None:
        """The current version, whoever asks, by one statement whatever is there and whatever is at hand."""
        statement = Statement()
        sql = (
            f"select {COLUMNS}, {KEY_COLUMNS} from resource r {KEYS} "
            f"where r.id = {statement.bind(self._hash(kind, identity))}::uuid and not r.deleted"
        )
        async with self._database.connection() as connection:
            rows = await connection.fetch(sql, *statement.values)
            for row in rows:
                self._records.take_key(row)
            found = await self._records.open(connection, rows)
        return found[0] if found else None

    async def vread(self, kind: str, identity: str, version: int, within: RowFilter) -> Stored:
        """One version, current or not; NotFound when there is none that may be seen, Gone when it is a deletion."""
        statement = Statement()
        sql = f"{self._versions(kind, identity, within, statement)} where r.version = {statement.bind(version)}::int"
        found = await self._opened(sql, statement)
        if not found:
            raise NotFound(f"There is no such version of this {kind}.")
        if found[0].deleted:
            raise Gone(f"This version of the {kind} is its deletion.")
        return found[0]

    async def history(
        self, kind: str, identity: str, within: RowFilter, count: int, before_version: int | None
    ) -> HistoryPage:
        """Versions that may be seen, newest first; NotFound when there are none."""
        statement = Statement()
        every = self._versions(kind, identity, within, statement)
        counting, bound = f"select count(*) from ({every}) v", tuple(statement.values)
        before = statement.bind(2**31 - 1 if before_version is None else before_version)
        page = (
            f"{every} where r.version < {before}::int order by r.version desc limit {statement.bind(count + 1)}::bigint"
        )
        async with self._database.connection() as connection:
            total = await connection.fetchval(counting, *bound)
            rows = await connection.fetch(page, *statement.values)
            found = await self._records.open(connection, rows[:count])
        if not total:
            raise NotFound(f"There is no {kind} of this id.")
        return HistoryPage(tuple(found), total, found[-1].version if len(rows) > count and found else None)

    def _versions(self, kind: str, identity: str, within: RowFilter, statement: Statement) -> str:
        id_hash = statement.bind(self._hash(kind, identity))
        seen = compiled(within, statement)
        return (
            f"select * from (select {COLUMNS} from resource r where r.id = {id_hash}::uuid and {seen} "
            f"union all select {OLD_COLUMNS} from {OLD_ROWS} r where r.id = {id_hash}::uuid and {seen}) r"
        )

    async def compartment(self, patient_id: str, within: RowFilter) -> list[Stored]:
        """All current resources of a patient that may be seen, but for Binaries; newest clinical date first."""
        statement = Statement()
        patient, binary = statement.bind(self._patient(patient_id)), statement.bind(type_number(BINARY))
        sql = (
            f"select {COLUMNS} from resource r where r.patient = {patient}::bigint "
            f"and r.type <> {binary}::smallint and not r.deleted and {compiled(within, statement)} "
            "order by r.date desc, r.row desc"
        )
        return await self._opened(sql, statement)

    async def _opened(self, sql: str, statement: Statement) -> list[Stored]:
        async with self._database.connection() as connection:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *statement.values)
            return await self._records.open(connection, rows)


def _fail(batch: Iterable[list[asyncio.Future[Stored | None]]], error: Exception) -> None:
    for futures in batch:
        for future in futures:
            if not future.done():
                future.set_exception(error)
