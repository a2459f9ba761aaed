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

from verbund.config.model import KINDS, SIGNATURES, IdentityProvider, NodeConfig
from verbund.errors import Incorrect

FILE_NAME = "node.toml"
ROLES_BY_CLAIM = ("physician", "nurse", "paramedic", "patient", "researcher", "steward")
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
    yield from _outside_contradictions(config)
    if not 0 <= config.workers <= MOST_WORKERS:
        yield f"workers must be from 0 to {MOST_WORKERS}."


def _no_networks(proxies: Iterable[str]) -> Iterator[str]:
    for text in proxies:
        try:
            ip_network(text)
        except ValueError:
            yield f"trusted_proxies: '{text}' is no address or network, such as 10.0.0.5 or 10.0.0.0/24."


def _outside_contradictions(config: NodeConfig) -> Iterator[str]:
    """A sentence for each setting of an outside identity provider that cannot be."""
    names = [one.name for one in config.identity_providers]
    if len(set(names)) < len(names):
        yield "two identity_providers have the same name."
    for one in config.identity_providers:
        where = f"identity_providers '{one.name}'"
        if not _NAME.fullmatch(one.name):
            yield f"{where}: a name has lower-case letters, digits and hyphens, beginning with a letter."
        parts = urlsplit(one.issuer)
        local = parts.hostname in {"127.0.0.1", "::1", "localhost"}
        if not (parts.scheme == "https" or (parts.scheme == "http" and local)) or parts.query or parts.fragment:
            yield f"{where}: issuer '{one.issuer}' must be an https address."
        if not one.algorithms or not set(one.algorithms) <= set(SIGNATURES):
            yield f"{where}: algorithms must be among {', '.join(SIGNATURES)}."
        if "openid" not in one.scopes:
            yield f"{where}: scopes must name 'openid'."
        if one.client_secret and not re.match(r"(file|env):.+$", one.client_secret):
            yield f"{where}: client_secret must be 'file:PATH' or 'env:NAME', never the secret itself."
        if one.client_secret and one.client_key:
            yield f"{where}: client_secret and client_key exclude each other."
        if one.timeout_seconds <= 0:
            yield f"{where}: timeout_seconds must be more than 0."
        yield from _role_contradictions(one, where)


def _role_contradictions(one: IdentityProvider, where: str) -> Iterator[str]:
    named = {*one.roles.values(), *([one.role] if one.role else [])}
    if unknown := named - {*ROLES_BY_CLAIM, "administrator"}:
        yield f"{where}: roles must be among {', '.join(ROLES_BY_CLAIM)}, not {', '.join(sorted(unknown))}."
    if "administrator" in named and not one.administrators:
        yield f"{where}: the role administrator by claim needs administrators = true."
    if one.roles and not one.role_claim:
        yield f"{where}: roles need role_claim."
    if one.accounts == "create" and not named:
        yield f"{where}: accounts = 'create' needs roles or a role."
    if one.accounts == "create" and "patient" in named and not one.patient_claim:
        yield f"{where}: patients are created only with patient_claim and patient_system."
    if bool(one.patient_claim) is not bool(one.patient_system):
        yield f"{where}: patient_claim and patient_system belong together."


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
