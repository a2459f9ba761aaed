"""Signing in as people do it: with a passkey, with an app, with a code from the drawer, and when all is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
from browsing import Language
from own_house import House, authenticator, own_house
from playwright.async_api import Browser, Page, expect

from verbund.demo import PASSWORD

NEW_PASSWORD = "Gelbe Pflaumen im Juni"
NAMES = {
    "de": {
        "added": "Es ist eingerichtet",
        "security": "Anmeldung und Sicherheit",
        "here": "Dieser Browser",
        "second": "Zweiten Faktor einrichten",
        "out": "Abmelden",
        "device": "Chrome auf Linux",
        "how": "mit Passkey",
    },
    "en": {
        "added": "It is set up",
        "security": "Sign-in and security",
        "here": "This browser",
        "second": "Set up a second factor",
        "out": "Sign out",
        "device": "Chrome on Linux",
        "how": "with a passkey",
    },
}


@pytest.fixture
async def house(chromium: Browser, tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    async with own_house(chromium, tmp_path, database_url) as made:
        yield made


@pytest.fixture
async def easy_house(chromium: Browser, tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    async with own_house(chromium, tmp_path, database_url, second_factor_staff="offered") as made:
        yield made


async def secret_of(page: Page) -> str:
    return "".join((await page.inner_text(".points--numbered .secret")).split())


async def sign_out(page: Page, language: Language) -> None:
    await page.click(".menu__button")
    await page.click(f"text={NAMES[language]['out']}")
    await page.wait_for_url("**/signed-out?why=bye")


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
async def test_staff_set_up_a_passkey_at_the_first_sign_in_and_need_no_password_after(
    house: House, language: Language
) -> None:
    names = NAMES[language]
    page = await house.surfer.window(language=language)
    cdp, device = await authenticator(page)
    await house.password(page, "weber")
    await expect(page.locator("h1")).to_have_text(names["second"])
    await expect(page.locator("[data-passkey=create]")).to_be_visible()
    await house.forms(page)
    await page.goto(house.at("/security"))
    assert "/sign-in" in page.url
    await house.password(page, "weber")
    await page.click("[data-passkey=create] .kern-btn")
    await expect(page.locator(".codes li")).to_have_count(10)
    await house.forms(page)
    await page.click("form[action^='/sign-in/continue'] .kern-btn")
    await house.inside(page)
    (kept,) = (await cdp.send("WebAuthn.getCredentials", {"authenticatorId": device}))["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
    await sign_out(page, language)
    # This authenticator takes up at once what the browser offers in the list below the login.
    await page.goto(house.at())
    await house.inside(page)
    await sign_out(page, language)
    await page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
    await page.goto(house.at())
    await page.click("[data-passkey=get] .kern-btn")
    await house.inside(page)
    await page.goto(house.at("/security"))
    await expect(page.locator("#passkeys .proofs__one")).to_contain_text(names["device"])
    await expect(page.locator("#sign-ins .proofs__one").first).to_contain_text(names["how"])
    await house.forms(page)


@pytest.mark.long
async def test_a_device_without_the_passkey_says_so_and_the_password_still_works(easy_house: House) -> None:
    page = await easy_house.surfer.window(language="en")
    await authenticator(page)
    await page.goto(easy_house.at())
    await page.click("[data-passkey=get] .kern-btn")
    await expect(page.locator(".passkey__trouble")).to_contain_text("did not confirm who you are")
    await easy_house.forms(page)
    await easy_house.password(page, "weber")
    await easy_house.inside(page)


@pytest.mark.parametrize("language", [pytest.param("de", marks=pytest.mark.long), "en"])
async def test_an_app_and_recovery_codes_are_set_up_and_used(easy_house: House, language: Language) -> None:
    names = NAMES[language]
    page = await easy_house.surfer.window(language=language)
    await easy_house.password(page, "weber")
    await easy_house.inside(page)
    await page.click(".menu__button")
    await page.click(f"text={names['security']}")
    await expect(page.locator("#sessions")).to_contain_text(names["here"])
    await easy_house.forms(page)
    await page.click("a[href='/security/app']")
    secret = await secret_of(page)
    assert await page.evaluate("document.querySelector('.qr').naturalWidth > 100")
    await easy_house.forms(page)
    await page.fill("#code", "12 34")
    await page.click("main .kern-btn--primary")
    await expect(page.locator(".kern-alert--danger")).to_be_visible()
    await page.fill("#code", pyotp.TOTP(secret).now())
    await page.click("main .kern-btn--primary")
    codes = await page.locator(".codes li").all_inner_texts()
    await page.click("main .kern-btn--primary")
    await expect(page.locator(".kern-alert--success")).to_contain_text(names["added"])

    elsewhere = await easy_house.surfer.window(language=language)
    await easy_house.password(elsewhere, "weber")
    await easy_house.forms(elsewhere)
    await elsewhere.fill("#code", codes[0])
    await elsewhere.click("main .kern-btn--primary")
    await easy_house.inside(elsewhere)

    again = await easy_house.surfer.window(language=language)
    await easy_house.password(again, "weber")
    await again.fill("#code", codes[0])
    await again.click("main .kern-btn--primary")
    await expect(again.locator(".kern-alert--danger")).to_be_visible()
    await easy_house.forms(again)

    await page.goto(easy_house.at("/security"))
    await expect(page.locator("#sessions .proofs__one")).to_have_count(2)
    await page.click("#sessions form:has([value=end-others]) button")
    await expect(page.locator("#sessions .proofs__one")).to_have_count(1)
    await elsewhere.goto(easy_house.at("/security"))
    assert "/signed-out" in elsewhere.url


@pytest.mark.long
async def test_a_new_password_wants_a_fresh_proof_and_signs_out_everywhere_else(easy_house: House) -> None:
    page, elsewhere = await easy_house.surfer.window(), await easy_house.surfer.window()
    for window in (page, elsewhere):
        await easy_house.password(window, "weber")
        await easy_house.inside(window)
    async with easy_house.node.database.transaction() as connection:
        await connection.execute("update identity_session set proven = proven - interval '1 hour'")
    await page.goto(easy_house.at("/security/password"))
    await expect(page.locator("h1")).to_have_text("Weisen Sie sich noch einmal aus")
    await easy_house.forms(page)
    await page.fill("#password", "wrong")
    await page.keyboard.press("Enter")
    await expect(page.locator(".kern-alert--danger")).to_be_visible()
    await page.fill("#password", PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(easy_house.at("/security/password"))
    await easy_house.forms(page)
    await page.fill("#password", NEW_PASSWORD)
    await page.fill("#again", NEW_PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator(".kern-alert--success")).to_be_visible()
    await elsewhere.goto(easy_house.at("/security"))
    assert "/signed-out" in elsewhere.url
    await easy_house.password(elsewhere, "weber", NEW_PASSWORD)
    await easy_house.inside(elsewhere)


@pytest.mark.long
async def test_when_all_is_lost_the_office_resets_and_the_person_is_told(house: House) -> None:
    page = await house.surfer.window(language="de", scripts=False)
    password = await house.reset("weber", "Telefon und Codes verloren, Ausweis gesehen")
    await house.password(page, "weber", password)
    await expect(page.locator("h1")).to_have_text("Ihr eigenes Passwort")
    await page.fill("#password", NEW_PASSWORD)
    await page.fill("#again", NEW_PASSWORD)
    await page.click("main .kern-btn--primary")
    await page.fill("#code", pyotp.TOTP(await secret_of(page)).now())
    await page.click("form:has(#code) .kern-btn--primary")
    await expect(page.locator(".codes li")).to_have_count(10)
    await page.click("main .kern-btn--primary")
    await expect(page.locator(".kern-alert--warning")).to_contain_text("Tobias Kramer")
    await expect(page.locator(".kern-alert--warning")).to_contain_text("Telefon und Codes verloren")
    await page.click("form:has([value=noted]) button")
    await expect(page.locator(".kern-alert--warning")).to_have_count(0)
