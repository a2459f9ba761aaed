"""One PostgreSQL for a node: server, connections, migrations."""

from pathlib import Path

from verbund.database.cluster import Cluster
from verbund.database.failures import translate, translated
from verbund.database.migrations import migrate
from verbund.database.pool import Connection, Database
from verbund.errors import Incorrect

__all__ = ["Cluster", "Connection", "Database", "migrate", "resolve", "translate", "translated"]

EMBEDDED = "embedded:"


async def resolve(database: str, directory: Path) -> tuple[str, Cluster | None]:
    """The address of a node's database, by its setting: a URL as it is, or `embedded:PATH/NAME`.

    PATH is taken from the node's directory; its server is started or joined, and the share in it is returned, for the
    caller to stop.
    """
    if not database.startswith(EMBEDDED):
        return database, None
    path, _, name = database.removeprefix(EMBEDDED).rpartition("/")
    if not path or not name:
        raise Incorrect(
            f"The setting database = {database!r} should read embedded:PATH/NAME, or be a postgresql:// URL."
        )
    cluster = await Cluster.start(directory / path)
    try:
        return await cluster.ensure(name), cluster
    except BaseException:
        await cluster.stop()
        raise
