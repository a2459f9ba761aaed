"""A patient's rights: who looked, narrowed down; the complete copy; a correction and its answer; a look at erasure."""

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest
from browsing import Language, Surfer, expect_accessible, expect_fits
from playwright.async_api import Page, expect
from pypdf import PdfReader
from running_region import Region

WORDS = {
    "de": {
        "entries": "Einträge",
        "record": "Akte-1.pdf",
        "person": "Person",
        "sent": "Ihr Anliegen ist angekommen.",
        "refused": "abgelehnt",
        "kept": "10 Jahre nach Abschluss der Behandlung",
        "medicine": "verordnungen",
        "wrong": "Ich nehme dieses Mittel nicht mehr.",
        "why": "Laut Verordnung vom Oktober weiterhin.",
        "restricted": "wartet auf das Haus",
    },
    "en": {
        "entries": "Entries",
        "record": "record-1.pdf",
        "person": "Person",
        "sent": "Your request has arrived.",
        "refused": "refused",
        "kept": "10 years after the end of the treatment",
        "medicine": "prescriptions",
        "wrong": "I do not take this medicine any more.",
        "why": "It was prescribed again in October.",
        "restricted": "waits for the house",
    },
}
COPY_MS = 60_000


@dataclass
class Rights:
    """Who does what; each step says in its name what is done or expected."""

    surfer: Surfer
    region: Region
    language: Language

    def __post_init__(self) -> None:
        self.words = WORDS[self.language]

    async def given_a_patient_and_a_physician_who_looked(self) -> None:
        self.physician = await self.surfer.signed_in("praxis", "weber", language=self.language)
        await self.physician.fill("#sought", "Bergmann, Hans")
        await self.physician.keyboard.press("Enter")
        await self.physician.locator(".people__name", has_text="Bergmann, Hans").click()
        await self.physician.wait_for_selector(".record__name")
        self.patient = await self.surfer.signed_in("praxis", "bergmann", language=self.language)

    async def looked_at(self, page: Page) -> None:
        await expect_accessible(page)
        for width in (390, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            await expect_fits(page)

    async def when_the_patient_asks_who_looked_by_name_and_purpose(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/accesses"))
        await self.patient.click(".filter__more > summary")
        await self.patient.fill("#by", "weber")
        await self.patient.select_option("#purpose", "TREAT")
        await self.patient.select_option("#kind", "looked")
        await self.patient.click(".filter__fields button")
        await self.patient.wait_for_url("**by=weber*")

    async def then_only_the_physician_s_looks_remain_each_with_its_proof(self) -> None:
        looks = self.patient.locator(".look")
        assert await looks.count() == await looks.filter(has_text="Weber").count() > 0
        if await looks.first.locator("summary").count():
            await looks.first.locator("summary").click()
        await expect(looks.first.locator("a[href$='/proof']").first).to_be_visible()
        await self.looked_at(self.patient)
        await self.patient.fill("#by", "nobody of this name")
        await self.patient.click(".filter__fields button")
        await expect(self.patient.locator(".empty")).to_be_visible()

    async def when_the_patient_asks_for_a_complete_copy(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/rights"))
        await self.looked_at(self.patient)
        while await self.patient.locator("form[action$='/drop'] button").count():
            await self.patient.locator("form[action$='/drop'] button").first.click()
        await self.patient.click("form[action='/my/rights/copy'] button")
        await self.patient.wait_for_selector("#copies a[download]", timeout=COPY_MS)

    async def then_it_holds_the_record_in_words_and_for_programs(self) -> None:
        async with self.patient.expect_download() as fetching:
            await self.patient.locator("#copies a[download]").first.click()
        path = await (await fetching.value).path()
        archive = ZipFile(io.BytesIO(Path(path).read_bytes()))
        entries = json.loads(archive.read("fhir/record.json"))["entry"]
        assert {"Patient", "Observation", "Condition"} <= {one["resource"]["resourceType"] for one in entries}
        pages = PdfReader(io.BytesIO(archive.read(self.words["record"]))).pages
        text = " ".join(page.extract_text() for page in pages)
        assert "Bergmann, Hans" in text
        assert self.words["person"] in text

    async def when_the_patient_says_that_an_entry_is_wrong(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/rights/correction"))
        await self.looked_at(self.patient)
        await self.patient.fill("#sought", self.words["medicine"])
        await self.patient.keyboard.press("Enter")
        await self.patient.wait_for_url("**sought=*")
        await self.patient.locator(".rule .kern-link").first.click()
        await expect(self.patient.locator("#entry")).not_to_be_empty()
        await self.looked_at(self.patient)
        await self.patient.fill("#text", self.words["wrong"])
        await self.patient.click("main .kern-btn--primary")
        await expect(self.patient.locator(".kern-alert--success")).to_contain_text(self.words["sent"])

    async def then_the_house_finds_it_in_its_list_and_refuses_with_a_reason(self) -> None:
        await self.physician.goto(self.region.at("praxis", "/rights"))
        await self.looked_at(self.physician)
        await self.physician.locator(".look", has_text="Hans Bergmann").locator("a").last.click()
        await expect(self.physician.locator(".look__reason")).to_have_text(self.words["wrong"])
        await self.looked_at(self.physician)
        await self.physician.check("#answer-refused")
        await self.physician.click("main .kern-btn--primary")
        await expect(self.physician.locator(".kern-alert--danger")).to_be_visible()
        await self.physician.check("#answer-refused")
        await self.physician.fill("#text", self.words["why"])
        await self.physician.click("main .kern-btn--primary")
        await self.physician.wait_for_url("**answered=yes")

    async def then_the_patient_reads_the_answer(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/rights"))
        request = self.patient.locator("#requests .look").first
        await expect(request).to_contain_text(self.words["refused"])
        await expect(request).to_contain_text(self.words["why"])
        await expect(request).to_contain_text("Weber")

    async def when_the_patient_asks_what_would_be_erased(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/rights/erasure"))

    async def then_the_page_says_what_must_stay_why_and_until_when(self) -> None:
        kept = self.patient.locator("section", has=self.patient.locator("#stays-title"))
        await expect(kept).to_contain_text(self.words["kept"])
        await expect(kept).to_contain_text(re.compile(r"20[34]\d"))
        await self.looked_at(self.patient)

    async def when_the_patient_asks_for_a_restriction_and_takes_it_back(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/rights"))
        await self.patient.check("#extent-some")
        await self.patient.check("#kind-laboratory")
        await self.patient.click("form[action='/my/rights/restriction'] button")
        first = self.patient.locator("#requests .look").first
        await expect(first).to_contain_text(self.words["restricted"])
        await first.locator("button").click()
        await expect(self.patient.locator(".kern-alert--success")).to_be_visible()


@pytest.mark.parametrize("language", ["de", pytest.param("en", marks=pytest.mark.long)])
async def test_a_patient_uses_the_own_rights(surfer: Surfer, region: Region, language: Language) -> None:
    story = Rights(surfer, region, language)
    await story.given_a_patient_and_a_physician_who_looked()
    await story.when_the_patient_asks_who_looked_by_name_and_purpose()
    await story.then_only_the_physician_s_looks_remain_each_with_its_proof()
    await story.when_the_patient_asks_for_a_complete_copy()
    await story.then_it_holds_the_record_in_words_and_for_programs()
    await story.when_the_patient_says_that_an_entry_is_wrong()
    await story.then_the_house_finds_it_in_its_list_and_refuses_with_a_reason()
    await story.then_the_patient_reads_the_answer()
    await story.when_the_patient_asks_what_would_be_erased()
    await story.then_the_page_says_what_must_stay_why_and_until_when()
    await story.when_the_patient_asks_for_a_restriction_and_takes_it_back()
