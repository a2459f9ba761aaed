"""Apps of SMART App Launch in tests: a server of the provider's addresses, and apps with keys that prove themselves."""

import base64
import hashlib
import secrets
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
from joserfc import jwk, jws, jwt
from serving import free_socket, serving
from signing_in import RETURN, Desk, TurnedClock, answered, asked, exchanged

from verbund.api.oauth import OpenId, oauth_app
from verbund.database import Database
from verbund.identity import App, Metadata, Person

ORIGIN = "https://app.example.org"
BEARER_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "launch launch/patient launch/encounter openid profile fhirUser offline_access online_access"
MOST = f"{SCOPE} user/*.cruds patient/*.cruds"


@dataclass(frozen=True)
class KeyPair:
    """A key of an app: private here, public where it is registered."""

    key: jwk.ECKey | jwk.RSAKey
    algorithm: str

    @classmethod
    def es384(cls) -> "KeyPair":
        return cls(jwk.ECKey.generate_key("P-384", {"kid": secrets.token_hex(4)}), "ES384")

    @classmethod
    def rs384(cls) -> "KeyPair":
        return cls(jwk.RSAKey.generate_key(2048, {"kid": secrets.token_hex(4)}), "RS384")

    @property
    def public(self) -> dict[str, Any]:
        return {"keys": [self.key.as_dict(private=False)]}

    def assertion(self, claims: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> str:
        """Signed as it is, whatever it says."""
        right = {"alg": self.algorithm, "kid": self.key.kid, "typ": "JWT"}
        return jwt.encode(right | dict(header or {}), dict(claims), self.key, algorithms=[self.algorithm])


def asserted(client_id: str, audience: str, clock: TurnedClock, **changes: Any) -> dict[str, Any]:
    """The claims of a right assertion, with changes; None leaves one out."""
    now = int(clock().timestamp())
    right = {
        "iss": client_id, "sub": client_id, "aud": audience, "iat": now, "exp": now + 240, "jti": uuid.uuid4().hex,
    }  # fmt: skip
    return {name: value for name, value in (right | changes).items() if value is not None}


class Prover:
    """A DPoP key, and proofs made with it."""

    def __init__(self, clock: TurnedClock) -> None:
        self.key = jwk.ECKey.generate_key("P-256")
        self._clock = clock

    def proof(
        self,
        method: str,
        address: str,
        *,
        header: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> str:
        """A right proof, with changes; None leaves a claim out."""
        right = {"htm": method, "htu": address, "iat": int(self._clock().timestamp()), "jti": uuid.uuid4().hex}
        claims = {name: value for name, value in (right | changes).items() if value is not None}
        said = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self.key.as_dict(private=False)} | dict(header or {})
        return jwt.encode(said, claims, self.key, algorithms=["ES256"])

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()


def digest(token: str) -> str:
    """The hash of a token, which a proof for it holds (`ath`, RFC 9449, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def unsigned(claims: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """A JWT that nobody signed."""
    compact = jws.serialize_compact(
        {"alg": "HS256", **header}, msgspec.json.encode(dict(claims)), jwk.OctKey.import_key("x" * 32)
    )
    return compact.rpartition(".")[0] + "."


@dataclass
class SmartNode:
    """The provider on a socket, and its desk; `http` is a page of the app's in a browser."""

    desk: Desk
    http: httpx.AsyncClient

    @property
    def token_address(self) -> str:
        return f"{self.desk.house.issuer}/oauth/token"

    async def patient(self) -> Person:
        return await self.desk.patient(secrets.token_hex(4))

    async def physician(self) -> Person:
        return await self.desk.physician(secrets.token_hex(4))

    async def app(self, **changes: Any) -> tuple[App, str | None]:
        """A registered app that may refresh, and its secret."""
        right: dict[str, Any] = {
            "client_name": "Kurve",
            "redirect_uris": (RETURN,),
            "grant_types": ("authorization_code", "refresh_token"),
            "scope": MOST,
        }
        return await self.desk.provider.apps.add(Metadata(**(right | changes)))

    async def service(self, pair: KeyPair, scope: str = "system/*.rs") -> App:
        """A registered backend service."""
        metadata = Metadata(
            client_name="Labor",
            grant_types=("client_credentials",),
            scope=scope,
            token_endpoint_auth_method="private_key_jwt",
            jwks=pair.public,
        )
        return (await self.desk.provider.apps.add(metadata))[0]

    async def service_token(self, assertion: str, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials", "scope": "system/*.rs",
            "client_assertion_type": BEARER_TYPE, "client_assertion": assertion,
        }  # fmt: skip
        return await self.http.post("/oauth/token", data=form | changes)

    async def launched(
        self, app: App, person: Person, scope: str, *, patient: str | None = None, launch: str | None = None
    ) -> httpx.Response:
        """The answer to the code with which a launch of an app ends."""
        target = await self.desk.permitted(person, patient=patient, client_id=app.id, scope=scope, launch=launch)
        form = exchanged(answered(target)["code"], client_id=app.id)
        return await self.http.post("/oauth/token", data=dict(form))

    async def refreshed(self, app: App, token: str, **changes: str) -> httpx.Response:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": app.id}
        return await self.http.post("/oauth/token", data=form | changes)


@asynccontextmanager
async def smart_node(database: Database) -> AsyncIterator[SmartNode]:
    """The addresses of the provider on a real socket."""
    bound, url = free_socket()
    desk = await Desk.open(database, issuer=url)
    app = oauth_app(OpenId(desk.provider, desk.sessions, desk.keys.public(), desk.house.session_cookie))
    with bound:
        async with serving(app, bound), httpx.AsyncClient(base_url=url, headers={"Origin": ORIGIN}) as http:
            yield SmartNode(desk, http)


__all__ = ["BEARER_TYPE", "KeyPair", "Prover", "SmartNode", "asked", "asserted", "digest", "smart_node", "unsigned"]
