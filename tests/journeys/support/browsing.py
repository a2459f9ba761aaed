"""People in front of a browser: open a window, sign in, look whether a page is accessible and fits."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page
from running_region import Region

from verbund.demo import PASSWORD

AXE = Path(__file__).parents[1] / "vendor/axe/axe.min.js"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["light", "dark"]
Language = Literal["de", "en"]
LOCALES = {"de": "de-DE", "en": "en-GB"}


@dataclass
class Surfer:
    """Opens windows for people and closes them in the end."""

    browser: Browser
    region: Region
    contexts: list[BrowserContext] = field(default_factory=list)

    async def window(
        self, *, language: Language = "de", theme: Theme = "light", width: int = 1440, scripts: bool = True
    ) -> Page:
        context = await self.browser.new_context(
            locale=LOCALES[language],
            color_scheme=theme,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("console", _refuse_violations)
        return page

    async def signed_in(self, site: str, login: str, **wishes: Any) -> Page:
        page = await self.window(**wishes)
        await page.goto(self.region.at(site))
        await page.fill("#login", login)
        await page.fill("#password", PASSWORD)
        await page.click("form .kern-btn--primary")
        await page.wait_for_selector(".menu__name", state="attached")
        return page

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()


def _refuse_violations(message: ConsoleMessage) -> None:
    assert "Content Security Policy" not in message.text, message.text


async def expect_accessible(page: Page, part: str = "html") -> None:
    """axe finds nothing on the page, or the part of it, as it is now."""
    # What a bar that stays in place covers at this moment is no finding.
    await page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(
        "([part, rules]) => axe.run(part, {runOnly: rules, resultTypes: ['violations'], elementRef: false})",
        [part, RULES],
    )
    told = [
        f"{one['id']}: {one['help']}\n    "
        + "\n    ".join(f"{n['html'][:160]} {n['failureSummary']}" for n in one["nodes"][:4])
        for one in found["violations"]
    ]
    assert not told, f"{page.url}\n" + "\n".join(told)


async def expect_fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    culprits = await page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 5).map(e => e.className || e.tagName)"
    )
    assert wide <= 0, f"{page.url} is {wide} px too wide: {json.dumps(culprits)}"


async def text_of(page: Page, selector: str = "main") -> str:
    """What a reader sees there, in one line."""
    return " ".join((await page.inner_text(selector)).split())
