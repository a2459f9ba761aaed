"""Opening a node: database, store, log, gate and people from its settings. No socket is opened here.

Commands work on a node opened this way, beside a running one or without; `serving` adds the network.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from verbund import (
    access,
    audit,
    consent,
    definitions,
    exchange,
    identity,
    linkage,
    research,
    rights,
    store,
    subscriptions,
    terminology,
)
from verbund.access import Gate, Relations
from verbund.api import bulk
from verbund.audit import AuditLog, Witness
from verbund.config import NodeConfig, utc_now
from verbund.consent.index import MIGRATIONS as CONSENT_MIGRATIONS
from verbund.consent.index import ConsentIndex
from verbund.consent.projecting import House as ConsentHouse
from verbund.crypto import NodeKeys
from verbund.database import Database, migrate, resolve
from verbund.definitions import Enforcement, Policy, Taught
from verbund.exchange import PatientAnnouncements
from verbund.fhir import Parameters
from verbund.identity import House, Letters, OutsideProvider, People, Principal, Proxies, Rights, Role, Scopes, Tokens
from verbund.linkage import PseudonymBook
from verbund.node.keys import keys_of
from verbund.node.outsiders import outside_providers
from verbund.node.staff import StaffBook
from verbund.portal import ReadableCopies
from verbund.rights import Copies, Requests
from verbund.store import Store, Vault
from verbund.subscriptions import Book, Capture, Places, Registrar, Subscriptions
from verbund.terminology import Terminology, TerminologyProjection

MIGRATIONS = (
    store.MIGRATIONS,
    audit.MIGRATIONS,
    CONSENT_MIGRATIONS,
    access.MIGRATIONS,
    rights.MIGRATIONS,
    identity.MIGRATIONS,
    linkage.MIGRATIONS,
    exchange.MIGRATIONS,
    research.MIGRATIONS,
    terminology.MIGRATIONS,
    definitions.MIGRATIONS,
    bulk.MIGRATIONS,
    subscriptions.MIGRATIONS,
)


# The address at which subscribers are told by websocket.
SOCKETS = "/fhir-ws"


@dataclass(frozen=True, slots=True)
class Node:
    """One node's services, opened and ready."""

    config: NodeConfig
    keys: NodeKeys
    database: Database
    vault: Vault
    store: Store
    audit: AuditLog
    witness: Witness
    consents: ConsentIndex
    terminology: Terminology
    taught: Taught
    gate: Gate
    book: PseudonymBook
    house: House
    people: People
    proxies: Proxies
    letters: Letters
    outside: tuple[OutsideProvider, ...]
    tokens: Tokens
    subscriptions: Subscriptions
    requests: Requests
    copies: Copies

    @property
    def staff(self) -> StaffBook:
        """The people of the house, with their entries in the directory."""
        return StaffBook(
            self.gate,
            self.house,
            self.config.kind,
            people=self.people,
            letters=self.letters,
            audit=self.audit,
            operator=self.operator(),
        )

    def operator(self, purpose: str = "HOPERAT") -> Principal:
        """The node itself, acting for whoever runs its commands."""
        return Principal(
            subject="operator",
            name=f"Operator of {self.config.title}",
            role=Role.SYSTEM,
            organisation=self.house.organisation,
            organisation_name=self.house.organisation_name,
            patient_id=None,
            scopes=Scopes.parse("system/*.cruds"),
            purpose=purpose,
        )


@asynccontextmanager
async def opened(config: NodeConfig, *, signs: bool = True) -> AsyncIterator[Node]:
    """A node's services; its database server is started or joined, migrated, and left when the block is left.

    The log is signed at the end, unless it is only to be looked at (`signs` False).

    Raises NotFound without keys, Unavailable where the database does not start or answer, Conflict for a database of
    another version.
    """
    async with AsyncExitStack() as stack:
        keys = keys_of(config)
        url, cluster = await resolve(config.database, config.directory)
        if cluster is not None:
            stack.push_async_callback(cluster.stop)
        database = await Database.connect(url, size=config.database_connections)
        stack.push_async_callback(database.close)
        await migrate(database, MIGRATIONS)
        yield await _assembled(config, keys, database, stack, signs=signs)


async def _assembled(
    config: NodeConfig, keys: NodeKeys, database: Database, stack: AsyncExitStack, *, signs: bool
) -> Node:
    vault = Vault(database, keys, partial(keys_of, config))
    consents = ConsentIndex(database, vault, keys, ConsentHouse(config.name, config.kind))
    relations = Relations(database, vault, keys)
    terms, taught, policy = Terminology(database), Taught(database), Policy.of(config)
    house, places = House.of(config), Places(config.subscription_endpoints)

    def known() -> Parameters:
        """The search parameters of the node, once its store is open."""
        return resources.known

    registrar = Registrar(Book(database, keys), places, house.audience, known)
    capture = Capture(registrar.book, known)
    resources = await Store.open(
        database,
        keys,
        vault=vault,
        classify=consent.classify,
        invariants=True,
        projections=(consents, relations, PatientAnnouncements(keys), TerminologyProjection(), taught, capture),
        check=None if policy.idle else Enforcement(taught, policy, terms.settled).check,
    )
    stack.push_async_callback(resources.close)
    await consents.renew()
    await consents.complete(resources)
    log = await AuditLog.open(database, vault, keys, heads_file=config.heads_file, archive=config.audit_archive_folder)
    if signs:
        stack.push_async_callback(log.close)
    people, outside = await _people(config, keys, database, stack)
    proxies = Proxies(house, database, keys, people=people, audit=log)
    gate = Gate.open(resources, log, consents, config, terms=terms, subscribing=registrar, relations=relations)
    await relations.complete(resources)
    socket = f"ws{house.issuer.removeprefix('http')}{SOCKETS}"
    return Node(
        config=config,
        keys=keys,
        database=database,
        vault=vault,
        store=resources,
        audit=log,
        witness=Witness(database, keys, config.name),
        consents=consents,
        terminology=terms,
        taught=taught,
        gate=gate,
        book=await PseudonymBook.open(database, keys, vault),
        house=house,
        people=people,
        proxies=proxies,
        outside=outside,
        letters=Letters(house, database, keys, people=people, proxies=proxies, audit=log),
        tokens=Tokens(house, keys, database, ttl=timedelta(minutes=config.token_minutes)),
        subscriptions=Subscriptions(
            registrar, gate, places, base=house.audience, socket=socket, rights=Rights(database, keys)
        ),
        requests=Requests(gate, database),
        copies=Copies(gate, database, keys, ReadableCopies(utc_now)),
    )


async def _people(
    config: NodeConfig, keys: NodeKeys, database: Database, stack: AsyncExitStack
) -> tuple[People, tuple[OutsideProvider, ...]]:
    """The accounts of a node, and the providers elsewhere that it trusts."""
    people = People(database, keys)
    outside = outside_providers(config, keys)
    for one in outside:
        stack.push_async_callback(one.close)
    await people.settle()
    return people, outside
