"""The main story: a physician asks the region, the patient limits and withdraws, a paramedic breaks the glass."""

import re
from dataclasses import dataclass

import pytest
from browsing import Language, Region, Surfer, text_of
from playwright.async_api import Page, expect

WORDS = {
    "de": {
        "limited": "Die Patientin oder der Patient hat die Freigabe eingeschränkt.",
        "refused": "Die Patientin oder der Patient hat diese Akte nicht freigegeben.",
        "saved": "Ihre Entscheidung ist gespeichert.",
        "no longer": "Sieht nicht mehr: Laborwerte",
        "nothing": "Sieht nichts mehr.",
        "emergency": "Notfall",
        "treatment": "Zweck: Behandlung",
    },
    "en": {
        "limited": "The patient has limited the release.",
        "refused": "The patient has not released this record.",
        "saved": "Your decision is saved.",
        "no longer": "No longer sees: Laboratory results",
        "nothing": "Sees nothing any more.",
        "emergency": "Emergency",
        "treatment": "purpose: treatment",
    },
}
REASON = "Bewusstlose Person, Verdacht auf Schlaganfall"


@dataclass
class Story:
    """Who does what; each step says in its name what is done or expected."""

    surfer: Surfer
    region: Region
    language: Language

    def __post_init__(self) -> None:
        self.words = WORDS[self.language]

    async def given_a_physician_and_a_patient(self) -> None:
        self.physician = await self.surfer.signed_in("praxis", "weber", language=self.language)
        self.patient = await self.surfer.signed_in("praxis", "sommer", language=self.language)

    async def when_she_finds_the_patient_and_opens_the_record(self) -> None:
        await self.physician.fill("#sought", "Sommer 14.03.1958")
        await self.physician.keyboard.press("Enter")
        await self.physician.click(".people__name")
        await self.physician.wait_for_selector(".record__name")

    async def when_she_asks_the_region(self) -> None:
        async with self.physician.expect_response(re.compile("/region$")):
            await self.physician.click("#ask")
        await self.physician.wait_for_selector(".houses__one")

    async def then_the_address_tells_nothing_about_the_patient(self) -> None:
        assert re.fullmatch(r".*/record/[\w-]{20,}(#\w+)?", self.physician.url)

    async def then_every_entry_has_its_house_and_a_date(self) -> None:
        entries = await self.physician.locator(".entry").count()
        assert entries > 20
        assert await self.physician.locator(".entry .house").count() >= entries
        assert await self.physician.locator(".entry .entry__when").count() == entries

    async def then_both_other_houses_have_released(self) -> None:
        assert await self.physician.locator(".houses__one--released").count() == 2
        assert await self.physician.locator(".house--other").count() > 20

    async def then_a_trend_is_drawn_with_its_table(self) -> None:
        await self.physician.click("#tab-laboratory")
        await self.physician.locator(".analyte", has_text="HbA1c").locator("summary").first.click()
        analyte = self.physician.locator(".analyte[open]", has_text="HbA1c").first
        await expect(analyte.locator("svg[role=img]")).to_be_visible()
        assert await analyte.locator("svg[role=img] .plot__band").count() == 1
        dots = await analyte.locator("svg[role=img] .plot__dot").count()
        assert await analyte.locator("tbody tr").count() >= dots > 2
        assert "↑" in await analyte.inner_text()

    async def laboratory_rows_of(self, house: str) -> int:
        return await self.physician.locator("#laboratory .panel:first-child .house", has_text=house).count()

    async def when_the_patient_withdraws_laboratory_results_from_hospital_to_practice(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.patient.locator(".matrix__head", has_text="Universitätsklinikum").click()
        await self.patient.uncheck('input[value="uniklinikum|praxis|laboratory"]')
        await self.patient.click("form[aria-labelledby=exact] .kern-btn--primary")

    async def then_the_page_says_what_will_change_before_it_is_saved(self, what: str) -> None:
        assert self.words[what] in await text_of(self.patient)
        await self.patient.click(".actions .kern-btn--primary")
        await expect(self.patient.locator(".kern-alert--success")).to_contain_text(self.words["saved"])

    async def when_the_patient_withdraws_everything(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.patient.click('button[value="none"]')

    async def then_the_physician_reads_that_it_was(self, what: str) -> None:
        await expect(self.physician.locator(".region .kern-alert--warning")).to_contain_text(self.words[what])

    async def when_a_paramedic_opens_it_in_an_emergency_without_a_reason(self) -> None:
        self.paramedic = await self.surfer.signed_in("rettungsdienst", "brandt", language=self.language)
        await self.paramedic.fill("#family", "Sommer")
        await self.paramedic.fill("#given", "Erika")
        await self.paramedic.fill("#born", "14.3.1958")
        await self.paramedic.select_option("#gender", "female")
        await self.paramedic.click(".btn-alarm")

    async def then_the_reason_is_asked_for_and_nothing_shown(self) -> None:
        await expect(self.paramedic.locator("#reason-error")).to_be_visible()
        assert await self.paramedic.input_value("#family") == "Sommer"
        assert await self.paramedic.locator(".entry").count() == 0

    async def when_the_paramedic_gives_one_and_confirms(self) -> None:
        await self.paramedic.fill("#reason", REASON)
        await self.paramedic.check("#confirmed")
        await self.paramedic.click(".btn-alarm")
        await self.paramedic.wait_for_selector(".record__name")

    async def then_allergies_come_first(self) -> None:
        first = self.paramedic.locator(".tile").first
        await expect(first).to_contain_text("Penicillin")
        await expect(self.paramedic.locator(".alarm-head")).to_contain_text(REASON)

    async def then_the_patient_sees_who_looked_and_the_emergency_marked(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/accesses"))
        emergency = self.patient.locator(".look--emergency").first
        await expect(emergency).to_contain_text("Jonas Brandt")
        await expect(emergency).to_contain_text(REASON)
        await expect(emergency.locator(".mark--alarm")).to_contain_text(self.words["emergency"])
        await expect(self.patient.locator(".look", has_text="Anna Weber").first).to_contain_text(
            self.words["treatment"]
        )

    async def then_only_emergencies_remain_when_filtered(self) -> None:
        await self.patient.click('.filter__view[href*="view=emergency"]')
        assert await self.patient.locator(".look").count() == await self.patient.locator(".look--emergency").count() > 0


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_patient_decides_what_the_region_shows(surfer: Surfer, region: Region, language: Language) -> None:
    story = Story(surfer, region, language)
    await story.given_a_physician_and_a_patient()
    await story.when_she_finds_the_patient_and_opens_the_record()
    await story.then_the_address_tells_nothing_about_the_patient()
    await story.then_every_entry_has_its_house_and_a_date()
    await story.when_she_asks_the_region()
    await story.then_both_other_houses_have_released()
    await story.then_a_trend_is_drawn_with_its_table()
    assert await story.laboratory_rows_of("Universitätsklinikum") > 0

    await story.when_the_patient_withdraws_laboratory_results_from_hospital_to_practice()
    await story.then_the_page_says_what_will_change_before_it_is_saved("no longer")
    await story.when_she_asks_the_region()
    await story.then_the_physician_reads_that_it_was("limited")
    assert await story.laboratory_rows_of("Universitätsklinikum") == 0

    await story.when_the_patient_withdraws_everything()
    await story.then_the_page_says_what_will_change_before_it_is_saved("nothing")
    await story.when_she_asks_the_region()
    await story.then_the_physician_reads_that_it_was("refused")

    await story.when_a_paramedic_opens_it_in_an_emergency_without_a_reason()
    await story.then_the_reason_is_asked_for_and_nothing_shown()
    await story.when_the_paramedic_gives_one_and_confirms()
    await story.then_allergies_come_first()
    await story.then_the_patient_sees_who_looked_and_the_emergency_marked()
    await story.then_only_emergencies_remain_when_filtered()


async def test_a_house_that_is_down_shows_as_such_and_the_others_all_the_same(surfer: Surfer, region: Region) -> None:
    if region.memory is None:
        pytest.skip("a house is taken away from the region in memory only")
    region.memory.silent.add("reha")
    story = Story(surfer, region, "de")
    await story.given_a_physician_and_a_patient()
    await story.when_she_finds_the_patient_and_opens_the_record()
    await story.when_she_asks_the_region()
    await expect(story.physician.locator(".houses__one--unreachable")).to_contain_text("nicht erreichbar")
    assert await story.physician.locator(".houses__one--released").count() == 1
    assert await story.physician.locator(".house--other").count() > 0


async def test_who_was_away_too_long_is_told_so_also_in_the_middle_of_a_page(surfer: Surfer, region: Region) -> None:
    if region.memory is None:
        pytest.skip("sessions are ended in memory only")
    story = Story(surfer, region, "de")
    await story.given_a_physician_and_a_patient()
    await story.when_she_finds_the_patient_and_opens_the_record()
    region.memory.sessions.clear()
    await story.physician.click("#ask")
    await story.physician.wait_for_url("**/signed-out?why=expired")
    await expect(story.physician.locator("h1")).to_have_text("Sitzung beendet")


async def test_a_researcher_counts_and_learns_of_no_house(surfer: Surfer, region: Region) -> None:
    page = await surfer.signed_in("hub", "hoffmann")
    await add(page, "include diagnosis", "#include-0-0-code", "E11")
    await add(page, "or 0 diagnosis", "#include-0-1-code", "I50")
    await add(page, "include laboratory", "#include-1-0-code", "4548-4")
    await page.click(".cohort__answer .kern-btn--primary")
    await page.wait_for_selector(".answer__number")
    assert await page.locator(".sites__one--answered").count() == 3
    assert await page.input_value("#include-0-1-code") == "I50"
    for site in await page.locator(".sites__one").all_inner_texts():
        assert not re.search(r"\b\d+\s*(Pat|Pers)", site)

    await page.select_option("#include-1-0-comparison", "between")
    await page.fill("#include-1-0-value", "9")
    await page.fill("#include-1-0-upper", "7")
    await page.click(".cohort__answer .kern-btn--primary")
    await expect(page.locator(".criterion__problem")).to_contain_text("muss die kleinere sein")

    await page.goto(region.at("hub", "/research/questions"))
    await expect(page.locator("tbody tr").first).to_contain_text("E11 oder I50")


async def add(page: Page, button: str, field: str, value: str) -> None:
    await page.click(f'button[value="{button}"]')
    await page.fill(field, value)


async def test_an_administrator_proves_the_log(surfer: Surfer, region: Region) -> None:
    page = await surfer.signed_in("uniklinikum", "kramer")
    await page.goto(region.at("uniklinikum", "/administration/log"))
    await page.click("#verdict .kern-btn")
    await expect(page.locator(".kern-alert--success")).to_contain_text("unversehrt")
    if region.memory is not None:
        region.memory.intact = False
        await page.click("#verdict .kern-btn")
        await expect(page.locator(".kern-alert--danger")).to_contain_text("812")
