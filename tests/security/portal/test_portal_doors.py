"""Who may open what, and what an attacker's page, form or address gets."""

import re
from uuid import UUID

import httpx
import pytest
from asking import PEOPLE, Asking, record_address, send, token
from pretend_region import Node, app_of
from starlette.routing import Mount, Route

from verbund.demo import PASSWORD
from verbund.errors import Fault, Unavailable
from verbund.identity import Role
from verbund.portal import RULES, Words
from verbund.portal import app as portal_app
from verbund.portal.app import PAGES, Page
from verbund.portal.model import HouseAnswer, HouseItem, RecordAnswer
from verbund.portal.rules import SIGNED_IN

GET_PAGES = [page.path for page in PAGES if "GET" in page.methods and "{" not in page.path and RULES[page.path].roles]
FORMS = [page.path for page in PAGES if "POST" in page.methods]
SWITCHED_OFF = {("physician", "/emergency")}
"""What a rule allows and the settings of the house where somebody of that role signs in do not."""
NOT_OFFERED = {"/links", "/linkage", "/linkage/decided"}
"""What there is only with outside providers, of which these houses know none, and at the trust centre."""


def filled(path: str) -> str:
    return path.replace("{key}", "AAAA").replace("{item}", str(UUID(int=0)))


async def address_of(client: httpx.AsyncClient, path: str) -> str:
    """Where a form goes, with a key of this session in it where there is one."""
    if path in {"/sign-in", "/apps/consent"}:
        return f"{path}?request=x"
    if "{key}" not in path or path.startswith("/linkage/"):
        return filled(path)
    if path.startswith("/administration/"):
        people = await client.get("/administration/people")
        found = re.search(r'href="/administration/people/([\w-]{20,})"', people.text)
        assert found, people.text
        return path.replace("{key}", found[1])
    return path.replace("{key}", (await record_address(client)).rpartition("/")[2])


# ----------------------------------------------------------------------------------------------------------- rules


def test_every_route_has_a_rule_and_every_rule_a_route(asking: Asking) -> None:
    outer = app_of(asking.region, "praxis", "http://praxis.example")
    (mounted,) = [route for route in outer.routes if isinstance(route, Mount)]
    routes = [route for route in mounted.routes if isinstance(route, Route)]
    assert {route.path for route in routes} | {"/static"} == set(RULES)
    assert next(route for route in mounted.routes if isinstance(route, Mount)).path.startswith("/static/")


def test_a_page_without_a_rule_keeps_the_portal_from_starting(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    stray = Page("/stray", ("GET",), PAGES[0].endpoint)
    monkeypatch.setattr(portal_app, "PAGES", (*PAGES, stray))
    with pytest.raises(Fault, match="/stray"):
        app_of(asking.region, "praxis", "http://praxis.example")


@pytest.mark.parametrize("role", PEOPLE)
async def test_a_role_opens_exactly_the_pages_of_its_rule(asking: Asking, role: str) -> None:
    client = await asking.signed_in(role)
    for path in GET_PAGES:
        answer = await client.get(path)
        if (role, path) in SWITCHED_OFF:
            assert answer.status_code == 403, path
        elif RULES[path].allows(Role(role)):
            assert answer.status_code in ({404} if path in NOT_OFFERED else {200, 303}), path
        else:
            assert answer.status_code == 403, path
            assert "not meant for your role" in answer.text


@pytest.mark.parametrize("language", ["de", "en"])
async def test_where_emergency_access_is_off_its_page_and_its_form_refuse(asking: Asking, language: str) -> None:
    sentence = {
        "en": "Emergency access is switched off in this house.",
        "de": "Der Notfallzugriff ist in diesem Haus abgeschaltet.",
    }[language]
    client = await asking.signed_in("physician")
    client.headers["accept-language"] = language
    described = {"given": "Erika", "family": "Sommer", "born": "02.11.1958", "reason": "found unconscious"}
    sent = await send(client, "/emergency", {**described, "confirmed": "yes"})
    for answer in (await client.get("/emergency"), sent):
        assert answer.status_code == 403
        assert sentence in answer.text


@pytest.mark.parametrize("path", sorted(path for path in RULES if RULES[path].roles is not None))
async def test_nobody_who_is_not_signed_in_gets_past_the_door(asking: Asking, path: str) -> None:
    client = asking.client()
    method = "GET" if any(page.path == path and "GET" in page.methods for page in PAGES) else "POST"
    answer = await client.request(method, filled(path))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_an_ended_session_is_told_so(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    asking.region.sessions.clear()
    answer = await client.get("/patients")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signed-out?why=expired")
    assert "Session ended" in (await client.get("/signed-out?why=expired")).text


async def test_after_signing_out_the_session_is_over_on_the_server_too(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    kept = dict(client.cookies)
    await send(client, "/sign-out", {}, page="/patients")
    again = asking.client()
    again.cookies.update(kept)
    assert (await again.get("/patients")).status_code == 303
    assert not asking.region.sessions


def test_system_is_nobody_who_signs_in() -> None:
    assert not SIGNED_IN.allows(Role.SYSTEM)
    assert not SIGNED_IN.allows(None)


# ----------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("given", ["", "0" * 64, "ä"])
async def test_a_form_without_its_token_does_nothing(asking: Asking, path: str, given: str) -> None:
    for role in PEOPLE:
        if not RULES[path].allows(Role(role)) or (role, path) in SWITCHED_OFF:
            continue
        client = await asking.signed_in(role)
        before = (len(asking.region.sessions), [len(v) for v in asking.region.releases.values()])
        address = await address_of(client, path)
        answer = await client.post(address, data={"csrf": given, "preset": "none", "action": "count", "language": "de"})
        assert answer.status_code == 403, (role, path)
        assert (len(asking.region.sessions), [len(v) for v in asking.region.releases.values()]) == before
        return
    pytest.fail(f"nobody may use {path}")


async def test_the_token_of_one_session_is_worth_nothing_in_another(asking: Asking) -> None:
    one, two = await asking.signed_in("patient"), await asking.signed_in("physician")
    stolen = token(await one.get("/about"))
    assert (await two.post("/patients", data={"csrf": stolen, "sought": "x"})).status_code == 403


@pytest.mark.parametrize(
    "back", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "", "/a\nb"]
)
async def test_the_switch_of_language_leads_to_no_other_server(asking: Asking, back: str) -> None:
    client = asking.client()
    answer = await send(client, "/settings", {"language": "en", "back": back})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_form_that_is_too_large_is_refused(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    answer = await send(client, "/patients", {"sought": "x" * 400_000})
    assert answer.status_code == 413


# ------------------------------------------------------------------------------------------------------- signing in


async def test_a_code_that_this_browser_did_not_ask_for_opens_no_session(asking: Asking) -> None:
    client = asking.client()
    await client.get("/sign-in")
    for query in ("code=code-weber&state=forged", "code=code-weber", "state=x", ""):
        answer = await client.get(f"/oauth/callback?{query}")
        assert answer.status_code == 400
    assert not asking.region.sessions
    assert "verbund-praxis" not in client.cookies


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    (cookie,) = [cookie for cookie in client.cookies.jar if cookie.name == "verbund-praxis"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"


async def test_behind_tls_the_cookies_are_kept_to_it(asking: Asking) -> None:
    client = await asking.signed_in("physician", scheme="https")
    (cookie,) = [cookie for cookie in client.cookies.jar if cookie.name == "__Host-verbund-praxis"]
    assert cookie.secure
    assert cookie.path == "/"
    assert "strict-transport-security" in (await client.get("/about")).headers


async def test_the_wrong_password_and_the_brake_are_told_and_the_login_kept(asking: Asking) -> None:
    client = asking.client()
    form = await client.get("/sign-in", follow_redirects=True)
    for status in (401, 401, 401, 429):
        sent = {"csrf": token(form), "login": "weber", "password": "wrong"}
        answer = await client.post(str(form.url), data=sent)
        assert answer.status_code == status
        assert 'value="weber"' in answer.text
        assert "wrong" not in re.sub(r"wrong passwords?|Wrong", "", answer.text.split("</head>")[1].split("<footer")[0])


async def test_a_demonstration_says_as_whom_it_can_be_looked_at(asking: Asking) -> None:
    page = (await asking.client().get("/sign-in", follow_redirects=True)).text
    assert re.search(r"weber</dt>\s*<dd>\s*Dr. Anna Weber <span class=\"muted\">\(Physician\)", page)
    assert PASSWORD in page
    assert "yilmaz" not in page, "somebody of another house"


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("http://127.0.0.1:8402", "http://localhost:8402/about?a=%C3%A4"),
        ("http://localhost:8402", None),
        ("http://praxis.example", None),
        ("http://127.0.0.1.example:8402", None),
    ],
)
async def test_who_calls_this_machine_by_another_of_its_names_is_sent_to_the_node_s_own(
    asking: Asking, asked: str, location: str | None
) -> None:
    transport = httpx.ASGITransport(app_of(asking.region, "praxis", "http://localhost:8402"))
    async with httpx.AsyncClient(transport=transport, base_url=asked) as client:
        answer = await client.get("/about?a=ä")
        assert answer.headers.get("location") == location
        assert answer.status_code == (307 if location else 200)
        assert (await client.post("/settings", data={"csrf": "x"})).status_code == 403


# ------------------------------------------------------------------------------------------------ headers, addresses


async def test_every_page_carries_the_strict_headers_and_stays_out_of_caches(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    for path in ("/patients", "/about", "/nothing", "/my/record", await record_address(client)):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


async def test_no_page_has_scripts_styles_or_handlers_in_it(asking: Asking) -> None:
    physician, patient = await asking.signed_in("physician"), await asking.signed_in("patient")
    pages = [await physician.get(await record_address(physician))]
    pages += [await patient.get(path) for path in ("/my/accesses", "/my/releases", "/my/record")]
    for page in pages:
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page.text)


async def test_static_files_may_be_kept_and_are_named_by_their_content(asking: Asking) -> None:
    client = asking.client()
    (style,) = re.findall(r'href="(/static/[^"]*/portal\.css)"', (await client.get("/about")).text)
    answer = await client.get(style)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_addresses_hold_neither_names_nor_ids_and_end_with_the_session(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    address = await record_address(client)
    page = await client.get(address)
    links = " ".join(re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', page.text))
    patient_ids = [patient_id for _, patient_id in asking.region.ids]
    assert "Sommer" not in links
    assert not [patient_id for patient_id in patient_ids if patient_id in links + address]
    other = await asking.signed_in("nurse")
    for tried in (address, address[:-2] + "AA", "/record/AAAA", "/record/%00", "/record/" + "A" * 400):
        assert (await other.get(tried)).status_code == 404


async def test_what_is_searched_for_is_in_no_address(asking: Asking) -> None:
    client = await asking.signed_in("physician")
    found = await send(client, "/patients", {"sought": "Sommer"})
    assert str(found.url).endswith("/patients")
    assert not re.search(r'(?:href|action)="[^"]*Sommer', found.text)


# --------------------------------------------------------------------------------------------- hostile data, failures


async def test_markup_in_a_record_is_shown_and_not_obeyed(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    client = await asking.signed_in("physician")
    address = await record_address(client)
    items = (
        HouseItem(asking_house := next(iter(_houses())), {"resourceType": "Patient", "name": [{"family": hostile}]}),
        HouseItem(asking_house, {"resourceType": "Condition", "code": {"text": hostile}, "note": [{"text": hostile}]}),
    )
    houses = (HouseAnswer(asking_house, "limited", Words(hostile, hostile), 1),)

    async def hostile_record(*_: object) -> RecordAnswer:
        return RecordAnswer(items, houses)

    monkeypatch.setattr(Node, "record", hostile_record)
    monkeypatch.setattr(Node, "ask", hostile_record)
    for page in (await client.get(address), await send(client, f"{address}/region", {}, page=address)):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def _houses() -> list[object]:
    from pretend_region import HOUSES  # noqa: PLC0415  # only this test needs it

    return list(HOUSES.values())


async def test_without_its_sessions_the_portal_still_answers_with_a_page(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise Unavailable("The database does not answer.", german="Die Datenbank antwortet nicht.")

    client = await asking.signed_in("patient")
    monkeypatch.setattr(Node, "of", down)
    for path, status in (("/my/accesses", 503), ("/nothing", 404)):
        answer = await client.get(path)
        assert (answer.status_code, "<html" in answer.text) == (status, True)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_our_own_mistake_is_told_and_logged_by_a_number_without_its_inside(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the inside") from ValueError("of the cause")

    client = await asking.signed_in("patient")
    monkeypatch.setattr(Node, "page", broken)
    answer = await client.get("/my/accesses", headers={"accept-language": language})
    assert answer.status_code == 500
    assert "secret of the inside" not in answer.text
    logged = [caplog.handler.format(one) for one in caplog.records if one.name == "verbund.portal.app"]
    (number,) = re.findall(r"incident (\w{12}): RuntimeError\n", "".join(logged))
    assert number in answer.text
    assert "in accesses\n" in logged[0], "where it happened"
    # The frames quote lines of the source, here those of this test; a message would follow the type.
    assert "RuntimeError: secret" not in logged[0]
    assert "ValueError: of" not in logged[0]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("fragment", [False, True])
async def test_what_is_down_is_told_with_what_to_do(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, fragment: bool
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise Unavailable("The database does not answer.", german="Die Datenbank antwortet nicht.")

    client = await asking.signed_in("physician")
    address = await record_address(client)
    monkeypatch.setattr(Node, "ask", down)
    form = {"csrf": token(await client.get("/about"))}
    headers = {"hx-request": "true"} if fragment else {}
    answer: httpx.Response = await client.post(f"{address}/region", data=form, headers=headers)
    assert answer.status_code == 503
    assert "retry-after" in answer.headers
    assert "The database does not answer." in answer.text
    assert ("<html" in answer.text) is not fragment
