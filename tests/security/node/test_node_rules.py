"""The rules in the tables are what is enforced: each address asked as nobody and as each role, beside its rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
from assembled import Address, Assembled

from verbund import api, ops, portal
from verbund.access import Interaction as Act
from verbund.access import permits
from verbund.api.fhir.addresses import Interaction
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Person, Role, Scopes, Sessions, operator_token
from verbund.node.application import SOCKET_ROUTES

PASSWORD = "blaue Birnen im Mai"
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
NOT_MEANT = "not meant for your role"
NEEDS = "it needs a scope such as"
# What the interactions on resources are called at the gate.
ACTS = {
    "read": Act.READ,
    "vread": Act.VREAD,
    "history-instance": Act.HISTORY,
    "history-type": Act.HISTORY_TYPE,
    "search-type": Act.SEARCH,
    "search-form": Act.SEARCH,
}


async def somebody(house: Assembled, role: Role) -> Person:
    """A person of that role."""
    own = {"patient_id": "p-1"} if role is Role.PATIENT else {"practitioner_id": f"who-{role}"}
    return await house.node.people.add(f"{role}", f"Name of {role}", role, PASSWORD, **own)


def filled(interaction: Interaction, kind: str = "Patient") -> str:
    return Address("fhir", "/".join(("/fhir", *interaction.shape)), frozenset()).filled.replace(
        "/Patient", f"/{kind}", 1
    )


def bearers() -> Iterator[tuple[Interaction, str]]:
    """Everything below the base that asks for a token, with each of its methods."""
    for interaction in api.INTERACTIONS:
        for method in interaction.methods if interaction.rule.kind == "bearer" else ():
            yield interaction, method


@dataclass(frozen=True)
class Asked:
    """Somebody's requests to the FHIR API."""

    http: httpx.AsyncClient
    token: str

    async def __call__(self, method: str, path: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"}
        return await self.http.request(method, path, headers=headers)


def operator(house: Assembled, scope: str) -> Asked:
    return Asked(house.http, operator_token(house.node.keys, house.node.house, scope))


async def test_each_address_of_the_api_wants_the_letters_of_its_rule_and_no_others(site: Assembled) -> None:
    letters = [(one, method) for one, method in bearers() if one.rule.letters]
    assert len(letters) > 100
    everything, elsewhere = operator(site, "system/*.cruds"), operator(site, "system/Basic.cruds")
    lacking = {one: operator(site, f"system/*.{'cruds'.replace(one, '')}") for one in "cruds"}
    for one, method in letters:
        path = filled(one)
        assert NEEDS not in (await everything(method, path)).text, (method, path)
        refused = [elsewhere, *(lacking[letter] for letter in one.rule.letters)] if method == one.methods[0] else []
        for who in refused:
            answer = await who(method, path)
            assert answer.status_code == 403, (method, path)
            assert NEEDS in answer.text, (method, path)


async def test_each_role_does_at_the_api_what_its_row_of_the_table_says(site: Assembled) -> None:
    for role in PEOPLE:
        person = await somebody(site, role)
        asked = Asked(site.http, await site.node.tokens.issue(person, role.scopes, client="portal"))
        for one, method in bearers():
            act = ACTS.get(one.name)
            for kind in ("Observation", "Practitioner", "Consent") if act is not None else ():
                letters = one.rule.letters
                may = role.scopes.allows(kind, letters) and permits(role, role.purpose, act, kind)
                answer = await asked(method, filled(one, kind))
                assert (answer.status_code != 403) is may, (role, method, filled(one, kind), answer.text)
            kind = one.shape[0] if one.shape and one.shape[0] in RESOURCE_TYPES else "Patient"
            if act is None and one.rule.letters and not role.scopes.allows(kind, one.rule.letters):
                assert (await asked(method, filled(one))).status_code == 403, (role, method, one.name)


async def test_a_token_without_scopes_opens_nothing(site: Assembled) -> None:
    """Where no letter is asked for, the gate asks for each type."""
    person = await somebody(site, Role.PHYSICIAN)
    asked = Asked(site.http, await site.node.tokens.issue(person, Scopes.parse("openid"), client="app"))
    of_no_data = {"$closure", "$convert", "$versions", "bundle"}
    for one, method in bearers():
        if one.name not in of_no_data:
            answer = await asked(method, filled(one))
            assert answer.status_code in {400, 403, 404}, (method, filled(one), answer.text)
            assert answer.status_code != 400 or one.name.startswith("$"), (method, filled(one), answer.text)


async def test_each_role_opens_the_pages_of_its_rule_and_no_others(site: Assembled) -> None:
    opened = {role: await pages_of(site, role) for role in PEOPLE}
    assert min(opened.values()) > 10, opened


async def pages_of(site: Assembled, role: Role) -> int:
    """Ask for every page as somebody of a role; how many are theirs."""
    person = await somebody(site, role)
    node = site.node
    token = await Sessions(node.database, node.keys).open(person.id)
    headers = {"cookie": f"{node.house.session_cookie}={token}", "accept-language": "en"}
    opened = 0
    for address in site.addresses:
        if address.part != "portal" or address.path not in portal.RULES:
            continue
        rule = portal.RULES[address.path]
        for method in sorted(address.methods - {"HEAD"}):
            answer = await site.http.request(method, address.filled, headers=headers)
            site.http.cookies.clear()
            refused = answer.status_code == 403 and NOT_MEANT in answer.text
            assert refused is not rule.allows(role), (
                role,
                method,
                address.path,
                answer.status_code,
            )
            to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            assert not to_sign_in or rule.roles is None, (role, method, address.path)
            assert answer.status_code < 500, (role, method, address.path, answer.text)
            opened += rule.allows(role)
    return opened


async def test_metrics_are_for_the_operator(site: Assembled) -> None:
    for role in PEOPLE:
        person = await somebody(site, role)
        token = await site.node.tokens.issue(person, role.scopes, client="portal")
        answer = await site.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 403, role
    system = operator_token(site.node.keys, site.node.house, "system/Observation.rs")
    assert (await site.http.get("/metrics", headers={"Authorization": f"Bearer {system}"})).status_code == 200
    assert {path for path, rule in ops.ROUTES.items() if rule != "public"} == {"/metrics"}


async def test_the_provider_wants_a_client_or_a_token_where_its_rule_says_so(site: Assembled) -> None:
    for path, rule in api.ROUTES.items():
        if rule.kind == "client":
            for form in ({}, {"client_id": "nobody", "token": "x"}):
                answer = await site.http.post(path, data=form)
                assert answer.status_code in {400, 401}, (path, form, answer.text)
                assert answer.json()["error"] in {"invalid_client", "invalid_request", "unsupported_grant_type"}
    assert (await site.http.get("/oauth/userinfo")).status_code == 401


async def test_a_websocket_is_closed_to_who_shows_no_token_for_it(site: Assembled) -> None:
    assert SOCKET_ROUTES
    for path, said in product(SOCKET_ROUTES, ["bind-with-token AAAA", "bind-with-token ", "ping", ""]):
        heard = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": said}])
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return next(heard, {"type": "websocket.disconnect", "code": 1000})  # noqa: B023 - one after the other

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)  # noqa: B023

        await site.app({"type": "websocket", "path": path, "headers": []}, receive, send)
        assert not [one for one in sent if one["type"] == "websocket.send"], sent
        assert (await site.http.get(path)).status_code in {303, 404}, "it is no page"
