"""Reading node.toml and the environment, and writing the file that `verbund init` leaves."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from verbund.config.model import KINDS, NodeConfig
from verbund.errors import Incorrect

FILE_NAME = "node.toml"
MOST_WORKERS = 256
ENVIRONMENT_PREFIX = "VERBUND_NODE_"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


def load(path: Path, environment: Mapping[str, str] = os.environ) -> NodeConfig:
    """Read one node's settings; a variable `VERBUND_NODE_PORT` overrides the key `port`, and so on.

    `path` is the file or the folder it lies in. Raises Incorrect with a sentence per fault: a missing or malformed
    file, an unknown key (with the nearest known one), a wrong type, values that contradict each other.
    """
    file = path / FILE_NAME if path.is_dir() else path
    values = _file_values(file) | _environment_values(environment)
    _refuse_unknown(values, file)
    values["directory"] = file.resolve().parent
    try:
        config = msgspec.convert(values, NodeConfig, strict=False, dec_hook=_already_converted)
    except msgspec.ValidationError as error:
        raise Incorrect(f"{file}: {error}. See docs/reference/configuration.md for every setting.") from error
    faults = list(contradictions(config))
    if faults:
        raise Incorrect(f"{file}: " + " ".join(faults))
    return config


def render(config: NodeConfig) -> str:
    """The text of a node.toml that holds what differs from the defaults, and the name, title and address."""
    always = {"name", "title", "role", "kind", "host", "port", "database"}
    lines = ["# Settings of this node; docs/reference/configuration.md explains each. Restart the node after a change."]
    for field in msgspec.structs.fields(NodeConfig):
        value = getattr(config, field.name)
        if field.name != "directory" and value is not None and (field.name in always or value != field.default):
            lines.append(f"{field.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def contradictions(config: NodeConfig) -> Iterator[str]:
    """A sentence for each setting that cannot be, alone or together with another."""
    if not _NAME.fullmatch(config.name):
        yield f"name '{config.name}' must be of lower-case letters, digits and hyphens, beginning with a letter."
    if config.kind not in KINDS:
        yield f"kind '{config.kind}' is unknown; choose one of {', '.join(KINDS)}."
    if (config.kind == "hub") != config.is_hub:
        yield "role = 'hub' and kind = 'hub' belong together."
    if config.is_hub and config.hub_url:
        yield "a hub has no hub_url: it is the hub."
    if not 0 < config.port < 65536:
        yield f"port {config.port} is not between 1 and 65535."
    for name in ("public_url", "hub_url"):
        url = getattr(config, name)
        if url and urlsplit(url).scheme not in {"http", "https"}:
            yield f"{name} '{url}' must begin with http:// or https://."
    if not re.match(r"embedded:.+/[a-z_][a-z0-9_-]*$|postgres(ql)?://", config.database):
        yield f"database '{config.database}' must be 'embedded:FOLDER/NAME' or begin with postgresql://."
    for name in (
        "database_connections",
        "treatment_days",
        "break_glass_minutes",
        "research_minimum_count",
        "session_minutes",
        "session_hours",
        "token_minutes",
        "max_body_bytes",
    ):
        if getattr(config, name) < 1:
            yield f"{name} must be at least 1."
    yield from _no_networks(config.trusted_proxies)
    if not 0 <= config.workers <= MOST_WORKERS:
        yield f"workers must be from 0 to {MOST_WORKERS}."


def _no_networks(proxies: Iterable[str]) -> Iterator[str]:
    for text in proxies:
        try:
            ip_network(text)
        except ValueError:
            yield f"trusted_proxies: '{text}' is no address or network, such as 10.0.0.5 or 10.0.0.0/24."


def _file_values(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Incorrect(
            f"There is no configuration at {file}. Make a node with: verbund init DIR --name NAME"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Incorrect(f"{file} is not valid TOML: {error}") from error
    except OSError as error:
        raise Incorrect(f"{file} cannot be read: {error.strerror}.") from error


def _environment_values(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(ENVIRONMENT_PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(ENVIRONMENT_PREFIX)
    }


def _refuse_unknown(values: Mapping[str, object], file: Path) -> None:
    known = [field.name for field in msgspec.structs.fields(NodeConfig)]
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else f" Known settings: {', '.join(sorted(known))}."
            raise Incorrect(f"{file}: the setting '{name}' is unknown.{hint}")


def _already_converted(_: type, value: object) -> object:
    return value


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if isinstance(value, int | float) else msgspec.json.encode(str(value)).decode()
