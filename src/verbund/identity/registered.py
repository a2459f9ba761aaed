"""Which client a request is of, and how it proved itself by a key: looked up and checked before Authlib decides."""

from collections.abc import Iterable, Mapping

from authlib.oauth2.rfc6749.util import extract_basic_authorization

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.apps import Apps
from verbund.identity.assertions import TYPE, Assertions, claimed_by
from verbund.identity.clients import KEY_METHOD, Client
from verbund.identity.flow import Headers, Pairs, Refusal
from verbund.identity.model import House
from verbund.identity.once import Once
from verbund.identity.published import PublishedKeys

_LONGEST_REQUEST = 8_192


class Clients:
    """The clients of a node: those that are its own part, and the registered apps that are switched on."""

    def __init__(
        self,
        fixed: Iterable[Client],
        apps: Apps,
        house: House,
        database: Database,
        keys: NodeKeys,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self.house = house
        self._fixed = {client.id: client for client in fixed}
        self._apps = apps
        audiences = (f"{house.issuer}/oauth/token", house.issuer)
        self._assertions = Assertions(
            audiences, Once(database, keys, clock=clock), PublishedKeys(clock=clock), clock=clock
        )

    async def named(self, client_id: str | None) -> Mapping[str, Client]:
        """The client of this id, by its id; nothing when it is unknown or switched off."""
        if client_id is None:
            return {}
        found = self._fixed.get(client_id) or await self._apps.client(client_id)
        return {} if found is None else {found.id: found}

    async def of(self, form: Pairs, headers: Headers) -> tuple[Mapping[str, Client], str | None]:
        """The client that a request names, and its id if it has proved itself by a key. Raises Refusal."""
        self.check_form(form)
        sent = dict(form)
        assertion = sent.get("client_assertion")
        if assertion is None and "client_assertion_type" not in sent:
            return await self.named(_credentials(headers) or sent.get("client_id")), None
        if assertion is None or sent.get("client_assertion_type") != TYPE:
            raise Refusal("invalid_client", f"An assertion is sent with client_assertion_type={TYPE}.")
        return await self._proven(sent, assertion, {name.lower() for name in headers})

    async def _proven(
        self, sent: Mapping[str, str], assertion: str, headers: set[str]
    ) -> tuple[Mapping[str, Client], str]:
        if "authorization" in headers or "client_secret" in sent:
            raise Refusal("invalid_request", "A client proves itself in one way only (RFC 6749, section 2.3).")
        name = claimed_by(assertion)
        known = await self.named(name)
        client = known.get(name)
        if client is None or not client.has_keys or sent.get("client_id", name) != name:
            raise Refusal(
                "invalid_client", f"There is no app of this id that proves itself by {KEY_METHOD}.", status=401
            )
        await self._assertions.check(client, assertion)
        return known, client.id

    def check_form(self, params: Pairs) -> None:
        """Refuse (Refusal) what no request may be: too long, a parameter twice, for another server."""
        if sum(len(name) + len(value) for name, value in params) > _LONGEST_REQUEST:
            raise Refusal("invalid_request", "The request is too long.")
        names = [name for name, _ in params]
        if len(set(names)) < len(names):
            raise Refusal("invalid_request", "A parameter is there twice (RFC 6749, section 3.1).")
        sent = dict(params)
        for name in ("aud", "resource"):
            if sent.get(name, self.house.audience).rstrip("/") != self.house.audience:
                raise Refusal(
                    "invalid_target" if name == "resource" else "invalid_request",
                    f"This server issues tokens for {self.house.audience} only ('{name}').",
                )
        if "request" in sent or "request_uri" in sent:
            raise Refusal("request_not_supported", "Request objects are not taken here; send plain parameters.")
        if any("\x00" in value for value in sent.values()):
            raise Refusal("invalid_request", "A parameter holds a character that it must not hold.")


def _credentials(headers: Headers) -> str | None:
    """The client id of HTTP Basic credentials (RFC 6749, section 2.3.1); Refusal where they are no text."""
    try:
        name, _ = extract_basic_authorization({name.title(): value for name, value in headers.items()})
    except ValueError:
        raise Refusal("invalid_client", "The credentials cannot be read.", status=401) from None
    return name or None
