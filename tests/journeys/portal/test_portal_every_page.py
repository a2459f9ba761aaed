"""Every page: accessible in both themes and languages, as narrow as a phone, by keyboard, and without scripts."""

from collections.abc import Awaitable, Callable

import pytest
from browsing import Language, Surfer, expect_accessible, expect_fits
from playwright.async_api import Page, expect
from running_region import Region

REASON = "Bewusstlose Person, Verdacht auf Schlaganfall"
Walk = Callable[[Surfer, Region, Language], Awaitable[None]]
WIDTH, HEIGHT = 1440, 900
PHONES = (390, 360)


async def looked_at(page: Page, part: str = "html") -> None:
    """The page, as it is now, is accessible in both themes, and on a phone it is no wider than that."""
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme)
        await expect_accessible(page, part)
    for width in (*PHONES, WIDTH):
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        await expect_fits(page)
    assert await page.locator("h1").count() == 1
    assert await page.locator(".demo-bar").is_visible()


async def outside(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.window(language=language)
    for path in ("/", "/about", "/signed-out?why=expired", "/sign-in?request=unknown", "/nothing-here"):
        await page.goto(region.at("praxis", path))
        await looked_at(page)
    await page.goto(region.at("praxis"))
    await page.fill("#login", "klose")
    await page.fill("#password", "wrong")
    await page.click("form .kern-btn--primary")
    await expect(page.locator(".kern-alert--danger")).to_be_visible()
    await looked_at(page)


async def clinician(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.signed_in("praxis", "weber", language=language)
    await page.fill("#sought", "wa")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".people__one")
    await looked_at(page)
    await page.locator(".people__name", has_text="Wagner, Greta").click()
    await page.wait_for_selector(".record__name")
    await page.click("#ask")
    await page.wait_for_selector(".houses__one")
    for tab in ("overview", "problems", "medication", "laboratory", "documents", "course"):
        await page.click(f"#tab-{tab}")
        await looked_at(page)
    await page.goto(region.at("praxis", "/my/record"))
    await looked_at(page)


async def clinician_with_a_trend(surfer: Surfer, _: Region, language: Language) -> None:
    page = await surfer.signed_in("praxis", "weber", language=language)
    await page.fill("#sought", "Sommer, Erika")
    await page.keyboard.press("Enter")
    await page.click(".people__name")
    record = page.url
    await page.goto(f"{record}/consent")
    await looked_at(page)
    await page.goto(record)
    await page.click("#tab-laboratory")
    analyte = page.locator("#laboratory .analyte", has_text="HbA1c").first
    if await analyte.get_attribute("open") is None:
        await analyte.locator("summary").click()
    await looked_at(page, ".analyte[open]")


async def patient(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.signed_in("praxis", "bergmann", language=language)
    for path in ("/my/accesses?view=all", "/my/releases", "/my/releases/history", "/my/record"):
        await page.goto(region.at("praxis", path))
        await looked_at(page)
    await page.click("#ask")
    await page.wait_for_selector(".houses__one")
    await looked_at(page, ".region")
    await page.goto(region.at("praxis", "/my/releases"))
    await page.click('button[value="basics"]')
    await page.wait_for_selector("#meaning")
    await looked_at(page)
    await page.goto(region.at("praxis", "/my/releases/entries"))
    await looked_at(page)
    await page.click(".rule .kern-link >> nth=0")
    await looked_at(page)
    await page.goto(region.at("praxis", "/my/releases/rule"))
    await page.check('input[value="hiv"]')
    await looked_at(page)
    await page.click(".rule-form .kern-btn--primary")
    await page.wait_for_selector("#meaning")
    await looked_at(page)
    await page.click(".actions .kern-btn--primary")
    await page.wait_for_selector(".kern-alert--success")
    await looked_at(page)


async def paramedic(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.signed_in("rettungsdienst", "brandt", language=language)
    await looked_at(page)
    for field, value in (("#family", "Bergmann"), ("#given", "Hans Peter"), ("#born", "02.11.1951")):
        await page.fill(field, value)
    await page.select_option("#gender", "male")
    await page.click(".btn-alarm")
    await page.wait_for_selector("#reason-error")
    await looked_at(page)
    await page.fill("#reason", REASON)
    await page.check("#confirmed")
    await page.click(".btn-alarm")
    await page.wait_for_selector(".record__name")
    await looked_at(page)
    assert region.at("rettungsdienst", "/emergency") == page.url


async def researcher(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.signed_in("hub", "hoffmann", language=language)
    for button, field in (
        ("include laboratory", "#include-0-0-code"),
        ("or 0 sex", "#include-0-1-sex"),
        ("exclude age", "#exclude-0-value"),
    ):
        await page.click(f'button[value="{button}"]')
        await page.wait_for_selector(field)
    await page.click(".cohort__answer .kern-btn--primary")
    await page.wait_for_selector(".criterion__problem")
    await looked_at(page)
    await page.fill("#include-0-0-code", "4548-4")
    await page.fill("#exclude-0-value", "90")
    await page.click(".cohort__answer .kern-btn--primary")
    await page.wait_for_selector(".answer__number")
    await looked_at(page)
    await page.goto(region.at("hub", "/research/questions"))
    await looked_at(page)


async def administrator(surfer: Surfer, region: Region, language: Language) -> None:
    page = await surfer.signed_in("uniklinikum", "kramer", language=language)
    for path in ("", "/members", "/people", "/log"):
        await page.goto(region.at("uniklinikum", f"/administration{path}"))
        await looked_at(page)
    await page.click("#verdict .kern-btn")
    await page.wait_for_selector("#verdict .kern-alert")
    await looked_at(page)
    await page.click(".menu__button")
    await looked_at(page)


WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (outside, clinician, clinician_with_a_trend, patient, paramedic, researcher, administrator)
}


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("walk", WALKS)
async def test_every_page_is_accessible_and_fits(surfer: Surfer, region: Region, walk: str, language: Language) -> None:
    check_all_pages = WALKS[walk]
    await check_all_pages(surfer, region, language)


async def test_language_and_theme_are_switched_on_the_page_and_remembered(surfer: Surfer, region: Region) -> None:
    page = await surfer.window(language="de")
    await page.goto(region.at("praxis", "/about"))
    assert await page.get_attribute("html", "lang") == "de"
    await page.click(".switch__choice[lang=en]")
    assert await page.get_attribute("html", "lang") == "en"
    assert page.url == region.at("praxis", "/about")
    await page.click(".menu__button")
    await page.click("button[value=dark]")
    assert await page.get_attribute("html", "data-kern-theme") == "dark"
    background = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.reload()
    assert await page.get_attribute("html", "lang") == "en"
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == background != "rgb(255, 255, 255)"


async def test_a_physician_needs_no_mouse(surfer: Surfer, region: Region) -> None:
    page = await surfer.window()
    await page.goto(region.at("praxis"))
    await press_until_focused(page, "#login")
    await page.keyboard.type("weber")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Verbund-2026")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sought")).to_be_focused()
    await page.keyboard.type("Sommer, Erika")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".people__one")
    await press_until_focused(page, ".people__name")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".record__name")
    await press_until_focused(page, "#ask")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".houses__one")
    await expect(page.locator("#ask")).to_be_focused()
    await press_until_focused(page, "#tab-overview")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await expect(page.locator("#tab-laboratory")).to_be_focused()
    await expect(page.locator("#laboratory")).to_be_visible()
    await expect(page.locator("#overview")).to_be_hidden()
    await press_until_focused(page, ".analyte:nth-of-type(2) summary")
    await page.keyboard.press("Enter")
    await expect(page.locator(".analyte:nth-of-type(2) table").first).to_be_visible()


async def press_until_focused(page: Page, selector: str) -> None:
    """Tab on until it has the focus; whatever has it on the way must show it."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("s => document.activeElement.matches(s)", selector):
            outline = await page.evaluate(
                "(() => { const e = document.activeElement; const s = getComputedStyle(e); const p = e.parentElement;"
                " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'"
                " || getComputedStyle(e, '::after').outlineStyle !== 'none'"
                " || getComputedStyle(p).outlineStyle !== 'none'; })()"
            )
            assert outline, f"the focus on {selector} cannot be seen"
            return
    pytest.fail(f"{selector} cannot be reached with the Tab key")


async def test_everything_works_without_scripts(surfer: Surfer, region: Region) -> None:
    page = await surfer.signed_in("praxis", "weber", scripts=False)
    await page.fill("#sought", "Sommer")
    await page.keyboard.press("Enter")
    await page.click(".people__name")
    await expect(page.locator("#problems")).to_be_visible()
    await expect(page.locator("#course")).to_be_visible()
    await page.click("#ask")
    await page.wait_for_selector(".houses__one--released")
    await expect(page.locator("#laboratory .house--other").first).to_be_attached()
    await page.click(".switch__choice[lang=en]")
    assert await page.get_attribute("html", "lang") == "en"
    assert page.url.startswith(region.at("praxis", "/record/"))
