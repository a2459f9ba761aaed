"""Making a node: a folder with its keys and its settings. Nothing that exists is ever overwritten."""

from pathlib import Path

from verbund.config import FILE_NAME, NodeConfig, render
from verbund.config.reading import contradictions
from verbund.errors import Conflict, Incorrect, Unavailable
from verbund.node.keys import make_keys


def create(config: NodeConfig) -> None:
    """Write keys.json (readable by its owner only) and node.toml into the node's folder, making it where needed.

    Raises Incorrect for settings that cannot be, Conflict where there is a node already, Unavailable where the folder
    cannot be written.
    """
    if faults := list(contradictions(config)):
        raise Incorrect(" ".join(faults))
    settings = config.directory / FILE_NAME
    if settings.exists():
        raise Conflict(
            f"There is a node in {config.directory} already. Choose another folder, or remove that one first."
        )
    try:
        config.directory.mkdir(parents=True, exist_ok=True)
        make_keys(config)
        _write(settings, render(config))
    except OSError as error:
        raise Unavailable(f"The folder {config.directory} cannot be written: {error.strerror or error}.") from error


def take_back(config: NodeConfig) -> None:
    """Remove the node.toml that `create` wrote, where what was to follow failed, so that it can be tried again.

    The keys stay: what is in the database by now may be sealed with them, and the next try takes them up.
    """
    (config.directory / FILE_NAME).unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    # Renamed into place: a node.toml is there as a whole or not at all.
    partial = path.with_suffix(".partial")
    # The address of a database may hold its password.
    partial.touch(mode=0o600)
    partial.write_text(text, encoding="utf-8")
    partial.rename(path)
