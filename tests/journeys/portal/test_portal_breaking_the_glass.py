"""Breaking the glass inside the house: a physician opens a record with a reason; patient and steward read of it."""

from dataclasses import dataclass

import pytest
from browsing import Language, Surfer, expect_accessible, expect_fits
from playwright.async_api import Page, expect
from running_region import Region

REASON = {"de": "Im Flur zusammengebrochen, nicht ansprechbar", "en": "Collapsed in the corridor, unresponsive"}
# The openings of an earlier walk are over.
CLOSED = "update access_relation set until = since where kind >= 100"
MISSING = {"de": "Es fehlt noch etwas.", "en": "Something is missing."}


@dataclass
class Glass:
    """Who does what; each step says in its name what is done or expected."""

    surfer: Surfer
    region: Region
    language: Language

    async def looked_at(self, page: Page) -> None:
        await expect_accessible(page)
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            await expect_fits(page)

    async def given_a_physician_who_does_not_find_a_patient_of_another_ward(self) -> None:
        if self.region.houses is not None:
            await self.region.houses.execute("uniklinikum", CLOSED)
        self.page = await self.surfer.signed_in("uniklinikum", "yilmaz", language=self.language)
        await self.page.fill("#sought", "Bergmann 02.11.1951")
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("a[href='/open-record']")).to_be_visible()
        found = await self.page.locator(".people__one").count()
        if found and self.region.houses is None:
            pytest.skip("somebody has opened this record already in the last hours")
        assert found == 0

    async def when_the_physician_gives_no_reason_nothing_opens(self) -> None:
        await self.page.click("a[href='/open-record']")
        await self.looked_at(self.page)
        await self.page.fill("#family", "Bergmann")
        await self.page.fill("#given", "Hans")
        await self.page.fill("#born", "02.11.1951")
        await self.page.click("form[action='/open-record'] button[type=submit]")
        await expect(self.page.locator(".kern-alert--danger")).to_contain_text(MISSING[self.language])
        await self.looked_at(self.page)

    async def when_the_description_fits_nobody_nothing_opens(self) -> None:
        await self.page.fill("#born", "03.11.1951")
        await self.send()
        await expect(self.page.locator(".kern-alert--info")).to_be_visible()

    async def when_the_physician_says_why_the_record_opens(self) -> None:
        await self.page.fill("#born", "02.11.1951")
        await self.send()
        await expect(self.page.locator(".record__name")).to_contain_text("Bergmann")

    async def send(self) -> None:
        await self.page.fill("#reason", REASON[self.language])
        await self.page.check("#confirmed")
        await self.page.click("form[action='/open-record'] button[type=submit]")

    async def then_the_patient_reads_who_opened_it_and_why(self) -> None:
        page = await self.surfer.signed_in("praxis", "bergmann", language=self.language)
        await page.goto(self.region.at("praxis", "/my/accesses"))
        await expect(page.locator("main")).to_contain_text(REASON[self.language])
        await expect(page.locator("main")).to_contain_text("Yılmaz")

    async def then_the_steward_reads_it_too(self) -> None:
        page = await self.surfer.signed_in("uniklinikum", "lehmann", language=self.language)
        await page.goto(self.region.at("uniklinikum", "/openings"))
        await expect(page.locator("main")).to_contain_text(REASON[self.language])
        await self.looked_at(page)


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
async def test_a_record_is_opened_with_a_reason(surfer: Surfer, region: Region, language: Language) -> None:
    glass = Glass(surfer, region, language)
    await glass.given_a_physician_who_does_not_find_a_patient_of_another_ward()
    await glass.when_the_physician_gives_no_reason_nothing_opens()
    await glass.when_the_description_fits_nobody_nothing_opens()
    await glass.when_the_physician_says_why_the_record_opens()
    await glass.then_the_patient_reads_who_opened_it_and_why()
    await glass.then_the_steward_reads_it_too()
