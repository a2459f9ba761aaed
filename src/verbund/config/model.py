"""What can be set for a node. Every field is documented in docs/reference/configuration.md; a test compares them."""

from pathlib import Path
from typing import Literal

import msgspec

# Kinds of organisations, as codes of http://terminology.hl7.org/CodeSystem/organization-type would be too coarse for
# consent ("my general practitioner, but no insurer").
KINDS = (
    "practice",
    "hospital",
    "university-hospital",
    "rehabilitation",
    "nursing-home",
    "rescue-service",
    "laboratory",
    "pharmacy",
    "insurer",
    "research-institute",
    "hub",
)


# Signatures of outside identity providers that may be accepted: none by a shared secret, and never `none`.
SIGNATURES = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519")
_SIGNATURES = ("ES256", "PS256", "RS256", "EdDSA", "Ed25519")


class IdentityProvider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An outside OpenID provider that people of this node may sign in with.

    `client_secret` says where the secret is: `file:PATH` (relative to the node's folder) or `env:NAME`. With
    `client_key` the node proves itself by a signature of its own key instead (private_key_jwt). `roles` translates
    values of `role_claim`; `role` is that of everybody where there is no such claim. What the provider says never
    widens what the local account may do. With `accounts` = "create" somebody unknown gets an account from the claims.
    """

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str = ""
    client_key: bool = False
    scopes: tuple[str, ...] = ("openid", "profile")
    algorithms: tuple[str, ...] = _SIGNATURES
    login_claim: str = "preferred_username"
    name_claim: str = "name"
    role_claim: str = ""
    roles: dict[str, str] = {}
    role: str = ""
    patient_claim: str = ""
    patient_system: str = ""
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    accounts: Literal["linked", "create"] = "linked"
    administrators: bool = False
    timeout_seconds: float = 5.0


class NodeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one node.

    `directory` is where node.toml lies: keys, the embedded database and relative paths are below it or beside it.
    Sizes are bytes, durations are in the unit their name says. `public_url` is what browsers and other nodes use.
    """

    name: str
    title: str
    role: Literal["site", "hub"] = "site"
    kind: str = "practice"
    directory: Path = Path()
    host: str = "127.0.0.1"
    port: int = 8400
    public_url: str = ""
    keys: str = "file:keys.json"
    database: str = "embedded:postgres/node"
    database_connections: int = 8
    workers: int = 0
    hub_url: str | None = None
    emergency_access: bool = True
    consent_templates: str = ""
    treatment: Literal["", "house", "relation"] = ""
    treatment_days: int = 30
    break_glass_minutes: int = 240
    published_staff: Literal["physicians", "treating", "nobody"] = "physicians"
    research_minimum_count: int = 5
    session_minutes: int = 30
    session_hours: int = 12
    second_factor_staff: Literal["", "required", "offered"] = ""
    second_factor_patients: Literal["required", "offered"] = "offered"
    trusted_proxies: tuple[str, ...] = ()
    token_minutes: int = 10
    max_body_bytes: int = 50 * 2**20
    house_timeout_seconds: float = 5.0
    audit_head_minutes: int = 60
    audit_retention_days: int = 3650
    audit_archive: str = ""
    import_from: tuple[str, ...] = ()
    retention_rules: str = ""
    subscription_endpoints: tuple[str, ...] = ()
    profiles: Literal["off", "claimed"] = "off"
    profiles_unknown: Literal["warning", "error"] = "warning"
    profiles_enforced: tuple[str, ...] = ()
    profiles_lenient: tuple[str, ...] = ()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"
    demo: bool = False
    demo_people: tuple[str, ...] = ()
    demo_password: str = ""
    identity_providers: tuple[IdentityProvider, ...] = ()

    @property
    def is_hub(self) -> bool:
        """Whether this node is the region's blind centre."""
        return self.role == "hub"

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def audit_archive_folder(self) -> Path | None:
        """The folder with the archived events of the audit log, where the settings name one."""
        return self.directory / self.audit_archive if self.audit_archive else None

    @property
    def heads_file(self) -> Path:
        """Where signed heads of the audit log are kept beside the database."""
        return self.directory / "audit-heads.ndjson"
