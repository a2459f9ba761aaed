"""Requests made up by schemathesis, at every address of a node, by everybody: none fails by our fault, none takes long.

What is attacked is described from the tables by which it is routed: the FHIR API with all of its operations, the
provider of tokens, the ports of the exchange and for the operator, and the pages, with what their forms hold and with
the token that a form must carry. Askers are one of each role, a guardian who acts for a patient, apps with narrow,
launched and bound tokens, the operator, services, and those whom the node does not know.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path

import httpx
import node_openapi
import pytest
import pytest_asyncio
from asking import token as form_token
from attacked_house import OF_ROLES, AttackedHouse, attacked_house, attacked_hub
from attacking import Attack, of_fhir, of_oauth, of_pages, of_ports, operations
from crawled_portal import Found, walked
from databases import fresh
from fhir_openapi import description

from verbund.database import Cluster
from verbund.identity import Role
from verbund.portal.app import PAGES
from verbund.portal.rules import RULES

FHIR = operations(description())
PROVIDER = operations(node_openapi.of_the_provider())
PORTS = operations(node_openapi.of_the_hub())
PEOPLE = (*OF_ROLES, "guardian", "nobody")
FEW = ("patient", "physician", "administrator", "nobody")
UNKNOWN = ("foreign", "forged", "expired", "nobody")
PUBLIC = ("GET /metadata", "GET /.well-known/smart-configuration")
# One house is attacked by all of this file, so one process runs it.
pytestmark = pytest.mark.xdist_group("attacked")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(cluster: Cluster) -> AsyncIterator[AttackedHouse]:
    """A hospital, for all attacks of this file."""
    url = await fresh(cluster)
    with tempfile.TemporaryDirectory() as folder:
        async with attacked_house(Path(folder), url) as running:
            yield running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hub(cluster: Cluster) -> AsyncIterator[AttackedHouse]:
    """The centre of a region."""
    url = await fresh(cluster)
    with tempfile.TemporaryDirectory() as folder:
        async with attacked_hub(Path(folder), url) as running:
            yield running


async def attack_fhir(house: AttackedHouse, label: str, askers: Sequence[str], examples: int) -> Attack:
    """An address of the FHIR API, asked by each of these with the own token."""
    attack = Attack(house.api, of_fhir, lambda name, method, address: house.askers[name](method, address))
    await asyncio.to_thread(attack.run, FHIR[label], askers, examples)
    assert attack.answered >= examples * len(askers) // 2
    for unknown in UNKNOWN:
        assert attack.statuses.get(unknown, set()) <= {400, 401, 404, 405, 406, 501} or label in PUBLIC, unknown
    return attack


async def attack_pages(house: AttackedHouse, name: str, labels: Iterable[str], examples: int) -> None:
    """Pages as somebody who is signed in, with what their forms hold, changed."""
    place = await asyncio.to_thread(walked_by, house, await cookies_of(house, name))
    described = operations(node_openapi.of_the_portal(place.fields, place.places))
    for label in labels:
        cookies = await cookies_of(house, name)
        attack = Attack(house.address, of_pages, lambda *_, sent=cookies: {"Cookie": sent})
        attack.form = await asyncio.to_thread(form_of, house, cookies)
        await asyncio.to_thread(attack.run, described[label], (name,), examples)


async def cookies_of(house: AttackedHouse, name: str) -> str:
    """The Cookie header of a new session, or of a browser that nobody has signed in with."""
    cookie = house.node.house.session_cookie
    return f"{cookie}-visit=einwort" if name == "nobody" else f"{cookie}={await house.session(name)}"


def walked_by(house: AttackedHouse, cookies: str) -> Found:
    with httpx.Client(base_url=house.address, headers={"Cookie": cookies}, follow_redirects=True) as client:
        return walked(client)


def form_of(house: AttackedHouse, cookies: str) -> dict[str, str]:
    """What every form of this browser must carry."""
    with httpx.Client(base_url=house.address, headers={"Cookie": cookies}) as client:
        return {"csrf": form_token(client.get("/about"))}


def may_open(name: str) -> list[str]:
    """The pages that somebody may open, as labels."""
    role = None if name == "nobody" else OF_ROLES.get(name, Role.PATIENT)
    return [f"{method} {page.path}" for page in PAGES for method in page.methods if RULES[page.path].allows(role)]


@pytest.mark.parametrize("place", range(len(FHIR)))
async def test_the_fhir_api_answers_whatever_is_asked(house: AttackedHouse, place: int) -> None:
    """Two who ask at each address, others at the next, so that all have asked at each kind of address."""
    names = list(house.askers)
    await attack_fhir(house, list(FHIR)[place], [names[(2 * place + n) % len(names)] for n in range(2)], 1)


@pytest.mark.parametrize("label", list(PROVIDER))
async def test_the_provider_of_tokens_answers_whatever_is_sent(house: AttackedHouse, label: str) -> None:
    attack = Attack(house.address, of_oauth, lambda *_: {})
    await asyncio.to_thread(attack.run, PROVIDER[label], ("nobody",), 6)
    assert attack.answered >= 4


@pytest.mark.parametrize("label", list(PORTS))
async def test_the_ports_answer_whatever_is_sent(house: AttackedHouse, hub: AttackedHouse, label: str) -> None:
    for node in (house, hub):
        attack = Attack(node.address, of_ports, lambda *_: {})
        await asyncio.to_thread(attack.run, PORTS[label], ("nobody",), 4)
        assert attack.answered >= 2


@pytest.mark.parametrize("name", FEW)
async def test_the_pages_answer_whatever_a_form_holds(house: AttackedHouse, name: str) -> None:
    """A part of the pages that somebody may open, and one that is closed to them."""
    of_others = [label for other in FEW if other != name for label in may_open(other)]
    own = [label for label in may_open(name) if label not in of_others][::2]
    shared = [label for at, label in enumerate(may_open(name)) if label in of_others and at % 12 == FEW.index(name)]
    closed = [label for label in of_others if label not in may_open(name)][:1]
    await attack_pages(house, name, dict.fromkeys([*own, *shared, *closed]), 1)


@pytest.mark.long
@pytest.mark.parametrize("label", list(FHIR))
async def test_the_fhir_api_answers_each_role_very_often(house: AttackedHouse, label: str) -> None:
    await attack_fhir(house, label, list(house.askers), 30)


@pytest.mark.long
@pytest.mark.parametrize("label", list(PROVIDER))
async def test_the_provider_answers_very_often(house: AttackedHouse, label: str) -> None:
    attack = Attack(house.address, of_oauth, lambda *_: {})
    await asyncio.to_thread(attack.run, PROVIDER[label], ("nobody",), 1_000)


@pytest.mark.long
@pytest.mark.parametrize("name", PEOPLE)
async def test_all_pages_answer_each_role_very_often(house: AttackedHouse, name: str) -> None:
    every = [f"{method} {page.path}" for page in PAGES for method in page.methods]
    await attack_pages(house, name, every, 30)


@pytest.mark.long
async def test_the_pages_of_the_centre_answer_a_researcher(hub: AttackedHouse) -> None:
    await attack_pages(hub, "researcher", may_open("researcher"), 30)
