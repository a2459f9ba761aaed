"""The part of the story about who may see what: reasons, proofs, proxies, letters, codes, apps and patients' rights."""

import asyncio
import base64
import hashlib
import io
import json
import re
import secrets
import time
import zipfile
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp

from verbund.audit import examine
from verbund.demo.browsing import Browser, Page
from verbund.demo.generator import generate
from verbund.demo.houses import PRAXIS
from verbund.demo.people import HANS_BERGMANN
from verbund.demo.persons import Person
from verbund.demo.walking import Deed, Walk, expect
from verbund.errors import Fault
from verbund.identity import Apps, Metadata

COPY_SECONDS = 60.0
CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}\b")
KEY = re.compile(r"\b(?:[A-Z2-7]{4} ){3,}[A-Z2-7]{4}\b")
RECOVERY = re.compile(r"\b[0-9a-zA-Z]{4,5}(?:-[0-9a-zA-Z]{4,5})+\b")
LETTER_PASSWORD = "grüne Quitten im Herbst"  # noqa: S105 - of an invented person, for the demo only
APP = Metadata(
    client_name="Blutdruck-Tagebuch",
    redirect_uris=("http://127.0.0.1:1/back",),
    scope="launch/patient patient/Observation.rs",
)
PRESSURE = "http://loinc.org|85354-9"


async def _opens_with_a_reason(walk: Walk) -> str:
    reason = "Im Flur zusammengebrochen, nicht ansprechbar"
    yilmaz, hans = await walk.as_person("yilmaz"), _person(walk, HANS_BERGMANN)
    page = await yilmaz.open("/patients")
    found = await yilmaz.send(page.form("/patients"), {"sought": f"{hans.family} {hans.birth:%d.%m.%Y}"})
    hidden = not any(address.startswith("/record/") for address, _ in found.links)
    described = {"family": hans.family, "given": hans.given[0], "born": f"{hans.birth:%d.%m.%Y}"}
    form = (await yilmaz.open("/open-record")).form("/open-record")
    refused = await yilmaz.send(form, {**described, "confirmed": "yes"})
    expect(refused.status == 422, "it opened without a reason", refused)
    record = await yilmaz.send(form, {**described, "confirmed": "yes", "reason": reason})
    expect("Medication" in record.text and hans.family in record.text, "the record did not open", record)
    steward = await (await walk.as_person("lehmann")).open("/openings")
    expect(reason in steward.text, "the data steward does not see why", steward)
    patient = await (await walk.as_person("bergmann")).open("/my/accesses")
    expect(reason in patient.text and "Yılmaz" in patient.text, "the patient does not see why", patient)
    before = "not found before, refused without a reason" if hidden else "open since an earlier walk"
    return f"{before}, opened with one; data steward and patient read it"


async def _checks_a_proof(walk: Walk) -> str:
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/accesses")
    address = next(one for one, _ in page.links if one.endswith("/proof"))
    raw = await patient.fetch(address)
    site = address.split("/")[3]
    found = examine(raw, trusted=[walk.region.nodes[site].node.keys.public()])
    if not found.ok:
        raise Fault(f"The proof does not hold: {'; '.join(found.wrong)}")
    forged = json.loads(raw)
    forged["event"]["agent"]["name"] = "Somebody Else"
    if examine(json.dumps(forged).encode()).ok:
        raise Fault("A forged proof was believed.")
    return f"proof of {site}, checked offline: {len(found.proven)} statements hold; a forged one is found out"


async def _lets_somebody_act(walk: Walk) -> str:
    patient, proxy = await walk.as_person("sommer"), await walk.as_person("bergmann")
    form = (await patient.open("/my/proxies")).form("/my/proxies", "")
    named = [one for one in form.fields if one != ("category", "psychiatry") and one[0] != "login"]
    await patient.send_fields(form, [*named, ("login", "bergmann")])
    offered = (await proxy.open("/my/proxies")).form("/my/proxies/answer")
    accepted = await proxy.send(offered, button=("answer", "accept"))
    acting = await proxy.send(accepted.form("/my/acting"))
    expect("You act for" in acting.text and "Sommer" in acting.text, "the proxy sees nothing", acting)
    closed = await proxy.open("/my/releases")
    expect(closed.status == 403, "the proxy decides, though only reading was allowed", closed)
    mine = await patient.open("/my/proxies")
    await patient.send(mine.form("/my/proxies/end"))
    after = await proxy.open("/my/record")
    expect("You act for" not in after.text and "Sommer" not in after.text, "the proxy still sees the record", after)
    return "reads what was allowed and nothing else; ended by the patient, the next page is closed"


async def _enrols(walk: Walk) -> str:
    desk, somebody = await walk.as_person("klose"), _without_account(walk)
    page = await desk.open("/enrolment")
    sought = f"{somebody.family}, {somebody.given[0]} {somebody.birth:%d.%m.%Y}"
    found = await desk.send(page.form("/enrolment"), {"sought": sought})
    standing = await desk.open(found.link("/enrolment/"))
    printed = await desk.send(next(one for one in standing.forms if one.action.endswith("/letter")))
    code = CODE.search(printed.text)
    if code is None:
        raise Fault(f"The letter has no code: {printed.text[:300]}")
    person = await walk.stranger(PRAXIS.name)
    wrong = await person.send((await person.open("/enrol")).form("/enrol"), {"code": code[0], "second": "01.01.1900"})
    expect(wrong.status == 401, "the code was taken with a wrong birth date", wrong)
    entered = {"code": code[0], "second": f"{somebody.birth:%d.%m.%Y}"}
    chosen = await person.send(wrong.form("/enrol"), entered)
    login = f"neu-{secrets.token_hex(4)}"
    known = dict(chosen.form("/enrol").fields).get("known") or login
    passwords = {"password": LETTER_PASSWORD, "again": LETTER_PASSWORD}
    ready = await person.send(chosen.form("/enrol"), passwords if known != login else {"login": login, **passwords})
    expect(known in ready.text, "the access was not set up", ready)
    used = await walk.stranger(PRAXIS.name)
    again = await used.send((await used.open("/enrol")).form("/enrol"), entered)
    expect("used" in again.text, "the code works twice", again)
    walk.people["enrolled"] = person
    return f"{await _with_a_second_factor(person, known)}; the code works once, and only with the birth date"


async def _with_a_second_factor(person: Browser, login: str) -> str:
    """Sign in, set up an authenticator app, sign in again with a recovery code, and take the app away again."""
    await person.sign_in(login, LETTER_PASSWORD)
    page = await person.open("/security/app")
    key = KEY.search(page.text)
    if key is None:
        raise Fault(f"The page shows no key for an app: {page.text[:300]}")
    code = pyotp.TOTP(key[0].replace(" ", "")).now()
    codes = await person.send(page.form("/security/app"), {"code": code})
    recovery = RECOVERY.search(codes.text)
    if recovery is None:
        raise Fault(f"No recovery codes are shown: {codes.text[:300]}")
    await person.send(codes.form("/sign-out"))
    asked = await person.sign_in(login, LETTER_PASSWORD)
    expect("One-time code" in asked.text, "the password alone was enough", asked)
    inside = await person.send(asked.form("/sign-in/code"), {"code": recovery[0]})
    expect("Sign out" in inside.text, "the recovery code was refused", inside)
    security = await person.open("/security")
    removal = next(one for one in security.forms if ("do", "remove-app") in one.fields)
    await person.send(removal)
    return "signed in by letter, then with an authenticator app and a recovery code"


async def _uses_an_app(walk: Walk) -> str:
    node = walk.region.nodes[PRAXIS.name].node
    apps = Apps(node.database)
    registered, _ = await apps.add(APP)
    try:
        return await _with_app(walk, registered.id, node.config.base_url)
    finally:
        await apps.remove(registered.id)


async def _with_app(walk: Walk, client_id: str, base: str) -> str:
    patient, verifier = await walk.as_person("sommer"), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code", "client_id": client_id, "redirect_uri": APP.redirect_uris[0], "scope": APP.scope,
        "state": secrets.token_urlsafe(16), "aud": f"{base}/fhir", "code_challenge": challenge,
        "code_challenge_method": "S256",
    }  # fmt: skip
    question = await patient.open(f"/oauth/authorize?{urlencode(asked)}")
    expect(APP.client_name in question.text, "nobody asks the patient", question)
    target = await patient.leave(question.form("/apps/consent"), {"deed": "permit"})
    code = parse_qs(urlsplit(target).query).get("code", [""])[0]
    async with httpx.AsyncClient(base_url=base, trust_env=False) as app:
        given = await app.post("/oauth/token", data=_redeeming(client_id, code, verifier))
        token = given.json()
        if "access_token" not in token:
            raise Fault(f"The app got no token: {token}")
        app.headers["authorization"] = f"Bearer {token['access_token']}"
        found = (await app.get("/fhir/Observation", params={"code": PRESSURE, "_total": "accurate"})).json()
        others = await app.get("/fhir/Condition")
        permitted = await patient.open("/apps")
        expect(APP.client_name in permitted.text, "the patient does not see the app", permitted)
        await patient.send(permitted.form("/apps/end"))
        ended = await app.get("/fhir/Observation", params={"code": PRESSURE})
    if others.status_code != 403 or ended.status_code != 401 or not found.get("total"):
        raise Fault(f"The app got {found.get('total')}, {others.status_code} for more, {ended.status_code} at the end.")
    return f"read {found['total']} blood pressures, nothing else; ended by the patient, its token is worth nothing"


def _redeeming(client_id: str, code: str, verifier: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code", "client_id": client_id, "code": code, "code_verifier": verifier,
        "redirect_uri": APP.redirect_uris[0],
    }  # fmt: skip


async def _copies(walk: Walk) -> str:
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/rights")
    begun = time.monotonic()
    await patient.send(page.form("/my/rights/copy"))
    ready = await _copied(patient, begun)
    took = time.monotonic() - begun
    archive = zipfile.ZipFile(io.BytesIO(await patient.fetch(ready.link("/my/rights/copy/"))))
    entries = json.loads(archive.read("fhir/record.json"))["entry"]
    looks = json.loads(archive.read("fhir/accesses.json"))["entry"]
    if not archive.read("record-1.pdf").startswith(b"%PDF") or not looks:
        raise Fault(f"The copy is not complete: {archive.namelist()}")
    await patient.send(next(one for one in ready.forms if one.action.endswith("/drop")))
    return f"{len(entries)} entries and {len(looks)} accesses, as FHIR and as PDF, after {took:.1f} s"


async def _copied(patient: Browser, begun: float) -> Page:
    """The page once the copy can be downloaded."""
    while time.monotonic() < begun + COPY_SECONDS:
        page = await patient.open("/my/rights/copies")
        if any(address.startswith("/my/rights/copy/") for address, _ in page.links):
            return page
        await asyncio.sleep(0.2)
    raise Fault(f"The copy was not made within {COPY_SECONDS:.0f} seconds.")


async def _looks_at_erasure(walk: Walk) -> str:
    page = await (await walk.as_person("sommer")).open("/my/rights/erasure")
    expect(
        "Must be kept" in page.text and "630f" in page.text, "the page does not say what must be kept, and why", page
    )
    return "the patient sees what would be erased, what must be kept, by which law and until when"


def _person(walk: Walk, number: int) -> Person:
    patients = generate(walk.region.plan.seed, number + 1).patients()
    return next(one.person for one in patients if one.number == number)


def _without_account(walk: Walk) -> Person:
    """The first patient of the practice who is no person of the demo's list, and lives."""
    for one in generate(walk.region.plan.seed, walk.region.plan.patients).patients():
        if one.number > 2 and PRAXIS.name in one.records and one.person.died is None:
            return one.person
    raise Fault("The practice has no further patient.")


TRUST: tuple[tuple[str, Deed], ...] = (
    ("A physician opens a record of another ward, with a reason", _opens_with_a_reason),
    ("The patient checks the proof of an access offline", _checks_a_proof),
    ("Somebody acts for the patient, as far as allowed", _lets_somebody_act),
    ("A patient is enrolled by letter and sets up a second factor", _enrols),
    ("An app reads what the patient permits", _uses_an_app),
    ("The patient takes a complete copy", _copies),
    ("The patient asks what would be erased", _looks_at_erasure),
)
