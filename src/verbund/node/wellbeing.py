"""What an operator sees of a node: its checks, its metrics, and who may read them."""

from verbund.consent import Sentence
from verbund.errors import Busy, Forbidden, Interrupted, Unavailable
from verbund.identity import Level, Tokens
from verbund.node.assembly import Node
from verbund.node.region import Part, contact
from verbund.ops import Health, Metrics, Probe
from verbund.ops.health import disk_probe
from verbund.ops.routes import Authorise


def health_of(node: Node, part: Part) -> Health:
    """Database and disk are needed; the hub is reported, since a house works without it."""

    async def database() -> Sentence:
        async with node.database.connection() as connection:
            version = await connection.fetchval("show server_version")
        return Sentence(f"PostgreSQL {version}", f"PostgreSQL {version}")

    async def hub() -> Sentence:
        state = contact(part)
        if state is None:
            return Sentence("steht allein, keiner Region beigetreten", "stands alone, no region joined")
        if not state.connected:
            raise Unavailable(state.problem or "not connected", german=state.problem or "nicht verbunden")
        return Sentence("verbunden", "connected")

    async def log() -> Sentence:
        if node.audit.cut_short is not None:
            raise Unavailable(node.audit.cut_short, german="Das Zugriffsprotokoll wurde gekürzt oder umgeschrieben")
        alarms = await node.witness.alarms()
        if alarms:
            said = "; ".join(one.text for one in alarms)
            sites = ", ".join(dict.fromkeys(one.site for one in alarms))
            raise Unavailable(said, german=f"Das Zugriffsprotokoll von {sites} passt nicht zu dem, was gesehen wurde")
        return Sentence("kein Widerspruch bekannt", "no contradiction known")

    needed: dict[str, Probe] = {"database": database, "disk": disk_probe(node.config.directory)}
    return Health(needed, {"hub": hub, "audit": log})


def metrics_of(node: Node) -> Metrics:
    """The node's metrics."""
    return Metrics(node.config.name)


def authorise_with(tokens: Tokens) -> Authorise:
    """Metrics, and why a node is not well, are for tokens with a system scope of this node.

    While the database is away nobody can tell which are revoked; an operator must learn of it all the same.
    """

    async def authorise(bearer: str) -> None:
        try:
            who = await tokens.verify(bearer)
        except (Unavailable, Interrupted, Busy):
            who = tokens.signed(bearer)
        if not any(level is Level.SYSTEM for level, _, _ in who.scopes.grants):
            raise Forbidden("Metrics need a token with a system scope: verbund token CONFIG --scope system/*.rs")

    return authorise
