"""The keys of a node: read from where its settings say, replaced while it serves, moved to another place."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from verbund import store
from verbund.config import NodeConfig
from verbund.crypto import KeySource, NodeKeys, source_of
from verbund.database import Database, migrate, resolve
from verbund.errors import Conflict, NotFound
from verbund.store import generations, rewrap

Progress = Callable[[int], None]


def keys_of(config: NodeConfig) -> NodeKeys:
    """The node's keys, read now; NotFound where there are none, Incorrect where they are not kept safe."""
    return NodeKeys.parse(_source(config).read(), config.keys.partition("?")[0])


def make_keys(config: NodeConfig) -> None:
    """Make keys where there are none; what is there is kept."""
    source = _source(config)
    try:
        source.read()
    except NotFound:
        source.write(NodeKeys.generate().render())


def move_keys(config: NodeConfig, setting: str) -> None:
    """Write the node's keys to another source as well; Conflict where there are keys already."""
    source_of(setting, config.directory).write(keys_of(config).render())


async def rotate_keys(config: NodeConfig, progress: Progress | None = None) -> int:
    """Replace the key that wraps the data keys; how many data keys were wrapped anew.

    The new key is on disk before anything is wrapped by it. Processes that serve this node go on and take up the new
    key by themselves. A rotation that was interrupted is finished first, and so is one whose new key was put in place
    by hand (`next_keys`), where only that is possible.
    """
    keys = keys_of(config)
    async with _database(config) as database:
        newest, _ = await generations(database)
        if keys.generation <= newest:
            keys = keys.with_new_wrapping()
            _source(config).write(keys.render(), replace=True)
        return await rewrap(database, keys, progress)


def next_keys(config: NodeConfig) -> bytes:
    """The content of a key file with a new wrapping key, for a source that only somebody else can write."""
    return keys_of(config).with_new_wrapping().render()


async def forget_former_keys(config: NodeConfig) -> None:
    """Drop the wrapping keys that were replaced; Conflict while a data key still needs one.

    A backup of the database from before the rotation cannot be opened with what is left.
    """
    keys = keys_of(config)
    async with _database(config) as database:
        _, oldest = await generations(database)
    if oldest is not None and oldest < keys.generation:
        raise Conflict("Data keys are still wrapped by an older key. Finish first: verbund keys rotate")
    _source(config).write(keys.without_former().render(), replace=True)


@asynccontextmanager
async def _database(config: NodeConfig) -> AsyncIterator[Database]:
    """The node's database, and nothing else of the node."""
    url, cluster = await resolve(config.database, config.directory)
    async with AsyncExitStack() as stack:
        if cluster is not None:
            stack.push_async_callback(cluster.stop)
        database = await Database.connect(url, size=1)
        stack.push_async_callback(database.close)
        await migrate(database, (store.MIGRATIONS,))
        yield database


def _source(config: NodeConfig) -> KeySource:
    return source_of(config.keys, config.directory)
