"""The rules of addresses: who may ask at all. What has no rule is not answered."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use an address.

    `public`: everybody, since it says nothing of anybody. `bearer`: who shows a valid access token; `letters` are the
    SMART interaction letters that its scopes must grant on the type that is asked for. `client`: a registered
    application that proves itself as RFC 6749 says. `browser`: anybody with a browser; what they may do is checked by
    the OpenID provider.
    """

    kind: Literal["public", "bearer", "client", "browser"]
    letters: str = ""


PUBLIC = Rule("public")
BEARER = Rule("bearer")
CLIENT = Rule("client")
BROWSER = Rule("browser")


def scope(letters: str) -> Rule:
    """A bearer token with these interaction letters."""
    return Rule("bearer", letters)
