"""Coming to an account by letter, and acting for somebody who has named one."""

import re
import uuid

import pytest
from browsing import Language, Surfer, expect_accessible, expect_fits, text_of
from playwright.async_api import Page, expect
from running_region import Region

PASSWORD = "grüne Quitten im Herbst"
WITH_ACCOUNTS = ("Sommer", "Bergmann", "Kaya")
WORDS = {
    "de": {"wrong": "gehören nicht zusammen", "used": "schon benutzt", "proxy": "Vertretung", "reads": "Nur lesend."},
    "en": {"wrong": "do not belong together", "used": "has been used", "proxy": "Proxy", "reads": "Reads only."},
}


async def _looked_at(page: Page) -> None:
    await expect_accessible(page)
    await expect_fits(page)


async def _entered(page: Page, code: str, second: str) -> None:
    await page.fill("#code", code)
    await page.fill("#second", second)
    await page.click("main form .kern-btn--primary")


async def _somebody_without_an_account(nurse: Page, region: Region) -> None:
    for letter in "aeiouhklmst":
        await nurse.goto(region.at("praxis", "/enrolment"))
        await nurse.fill("#sought", letter)
        await nurse.keyboard.press("Enter")
        await nurse.wait_for_selector("#found-title")
        found = nurse.locator(".people__name")
        names = await found.all_text_contents()
        fitting = [at for at, name in enumerate(names) if not name.startswith(WITH_ACCOUNTS)]
        if fitting:
            await found.nth(fitting[0]).click()
            return
    raise AssertionError("all have accounts")


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
async def test_a_patient_comes_to_an_account_by_letter(surfer: Surfer, region: Region, language: Language) -> None:
    words, login = WORDS[language], f"neu-{uuid.uuid4().hex[:8]}"
    nurse = await surfer.signed_in("praxis", "klose", language=language)
    await _somebody_without_an_account(nurse, region)
    await nurse.wait_for_selector("#account")
    await _looked_at(nurse)
    born = re.search(r"\d\d\.\d\d\.\d{4}|\d{1,2} \w{3} \d{4}", await text_of(nurse))
    assert born
    await nurse.click("form[action$='/letter'] button")
    await nurse.wait_for_selector(".letter__code")
    await _looked_at(nurse)
    code = await nurse.locator(".letter__code").first.inner_text()
    assert code not in nurse.url

    birth = _as_written(born[0])
    patient = await surfer.window(language=language, width=390)
    await patient.goto(region.at("praxis", "/enrol"))
    await _looked_at(patient)
    await _entered(patient, code, "01.01.1900")
    await expect(patient.locator(".kern-alert--danger")).to_contain_text(words["wrong"])
    await _entered(patient, code.lower().replace("-", " "), birth)
    await patient.wait_for_selector("#again")
    await _looked_at(patient)
    assert code not in patient.url
    if await patient.locator("#login").count():
        await patient.fill("#login", login)
    else:
        login = await patient.locator("main form strong").inner_text()
    await patient.fill("#password", PASSWORD)
    await patient.fill("#again", PASSWORD)
    await patient.click("main form .kern-btn--primary")
    await patient.click("main a.kern-btn[href='/sign-in']")
    await patient.fill("#login", login)
    await patient.fill("#password", PASSWORD)
    await patient.click("form .kern-btn--primary")
    await patient.wait_for_selector(".menu__name", state="attached")
    await patient.goto(region.at("praxis", "/my/record"))
    assert await patient.locator(".record__name, h1").count()

    thief = await surfer.window(language=language)
    await thief.goto(region.at("praxis", "/enrol"))
    await _entered(thief, code, birth)
    await expect(thief.locator(".kern-alert--danger")).to_contain_text(words["used"])


def _as_written(shown: str) -> str:
    """A birth date as the form wants it, whatever the language of the page that showed it."""
    if re.fullmatch(r"\d\d\.\d\d\.\d{4}", shown):
        return shown
    day, month, year = shown.split()
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{int(day):02}.{months.index(month[:3]) + 1:02}.{year}"


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
async def test_a_proxy_acts_until_the_patient_ends_it(surfer: Surfer, region: Region, language: Language) -> None:
    words = WORDS[language]
    erika = await surfer.signed_in("praxis", "sommer", language=language)
    await erika.goto(region.at("praxis", "/my/proxies"))
    await _looked_at(erika)
    await erika.fill("#login", "bergmann")
    await erika.uncheck("#category-psychiatry")
    await erika.click("form[action='/my/proxies'] .kern-btn--primary")
    await expect(erika.locator(".kern-alert--success")).to_be_visible()

    hans = await surfer.signed_in("praxis", "bergmann", language=language, width=390)
    await hans.goto(region.at("praxis", "/my/proxies"))
    await hans.locator("button[value=accept]").first.click()
    await hans.locator("form[action='/my/acting'] button").first.click()
    await expect(hans.locator(".acting")).to_contain_text("Erika Sommer")
    await expect(hans.locator(".acting")).to_contain_text(words["reads"])
    await expect_fits(hans)
    assert "Sommer" in await text_of(hans)
    for closed in ("/my/releases", "/my/accesses", "/my/rights"):
        answer = await hans.goto(region.at("praxis", closed))
        assert answer is not None
        assert answer.status == 403, closed

    await erika.goto(region.at("praxis", "/my/accesses"))
    look = erika.locator(".look", has_text="Hans Bergmann").first
    await expect(look).to_contain_text(words["proxy"])

    await erika.goto(region.at("praxis", "/my/proxies"))
    await erika.locator("form[action='/my/proxies/end'] button").first.click()
    await erika.wait_for_load_state()
    await hans.goto(region.at("praxis", "/my/record"))
    assert await hans.locator(".acting").count() == 0
    assert "Erika" not in await text_of(hans)
