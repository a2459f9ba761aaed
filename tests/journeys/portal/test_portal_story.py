"""The main story: a physician asks the region, the patient limits and withdraws, a paramedic breaks the glass."""

import re
from dataclasses import dataclass
from functools import partial

import pytest
from browsing import Language, Surfer, text_of
from playwright.async_api import Page, expect
from running_region import Region

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
HOSPITAL, CLINIC = "Universitätsklinikum", "Reha"
# A decision reaches a house that is there within moments; this long at most it may take on a busy machine.
FOLLOWED_MS = 20_000


@dataclass
class Story:
    """Who does what; each step says in its name what is done or expected."""

    surfer: Surfer
    region: Region
    language: Language = "de"

    def __post_init__(self) -> None:
        self.words = WORDS[self.language]

    # -- the patient

    async def given_a_patient_who_gives_everything_free(self) -> None:
        self.patient = await self.surfer.signed_in("praxis", "sommer", language=self.language)
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.patient.click('button[value="all"]')
        await self.patient.wait_for_selector("a[href='/my/releases'].kern-btn")
        confirm = self.patient.locator(".actions .kern-btn--primary")
        if await confirm.count():
            await confirm.click()
        else:
            await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.then_every_house_follows()

    async def then_every_house_follows(self) -> None:
        # The page looks again by itself every three seconds; who opens it again sees it sooner.
        await self.patient.wait_for_load_state()
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        applied = self.patient.locator(".delivery--applied")
        await expect(applied).to_have_count(2, timeout=FOLLOWED_MS)

    async def when_the_patient_withdraws_laboratory_results_from_hospital_to_practice(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.patient.locator(".matrix__head", has_text=HOSPITAL).click()
        await self.patient.uncheck('input[value="uniklinikum|praxis|laboratory"]')
        await self.patient.click("form[aria-labelledby=exact] .kern-btn--primary")

    async def when_the_patient_withdraws_everything(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/releases"))
        await self.patient.click('button[value="none"]')

    async def then_the_page_says_what_will_change_before_it_is_saved(self, what: str) -> None:
        await self.patient.wait_for_selector(".actions")
        assert self.words[what] in await text_of(self.patient)
        await self.patient.click(".actions .kern-btn--primary")
        await expect(self.patient.locator(".kern-alert--success")).to_contain_text(self.words["saved"])
        await self.then_every_house_follows()

    async def then_the_patient_sees_that_the_physician_looked(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/accesses?view=all"))
        look = self.patient.locator(".look", has_text="Anna Weber").first
        await expect(look).to_contain_text(self.words["treatment"])
        await expect(look.locator(".look__ground")).to_have_text(re.compile(r"\w{4,}"))
        await expect(look.locator(".look__time")).to_have_text(re.compile(r"\d{1,2}:\d{2}"))
        asked = self.patient.locator(".look", has_text=HOSPITAL).filter(has_text="Anna Weber")
        assert await asked.count() > 0, "that the hospital's data was looked at is not shown"

    async def then_the_patient_sees_the_emergency_marked_with_its_reason(self) -> None:
        await self.patient.goto(self.region.at("praxis", "/my/accesses"))
        emergency = self.patient.locator(".look--emergency").first
        await expect(emergency).to_contain_text("Jonas Brandt")
        await expect(emergency).to_contain_text(REASON)
        await expect(emergency.locator(".mark--alarm")).to_contain_text(self.words["emergency"])

    async def then_only_emergencies_remain_when_filtered(self) -> None:
        await self.patient.click('.filter__view[href*="view=emergency"]')
        await self.patient.wait_for_url("**view=emergency*")
        assert await self.patient.locator(".look").count() == await self.patient.locator(".look--emergency").count() > 0

    # -- the physician

    async def given_a_physician(self, site: str = "praxis", login: str = "weber") -> None:
        self.physician = await self.surfer.signed_in(site, login, language=self.language)

    async def when_she_finds_the_patient_and_opens_the_record(self, sought: str = "Sommer 14.03.1958") -> None:
        await self.physician.fill("#sought", sought)
        await self.physician.keyboard.press("Enter")
        await self.physician.locator(".people__name", has_text="Sommer, Erika").click()
        await self.physician.wait_for_selector(".record__name")

    async def when_she_asks_the_region(self) -> None:
        async with self.physician.expect_response(re.compile("/region$")):
            await self.physician.click("#ask")
        await self.physician.wait_for_selector(".houses__one")

    async def then_the_address_tells_nothing_about_the_patient(self) -> None:
        assert re.fullmatch(r".*/record/[\w-]{20,}(#\w+)?", self.physician.url)

    async def then_every_entry_has_its_house_and_a_date(self) -> None:
        for part in ("problems", "medication", "documents"):
            entries = self.physician.locator(f"#{part} .entry")
            count = await entries.count()
            assert count > 2, f"{part} shows {count} entries"
            assert await self.physician.locator(f"#{part} .entry .house").count() == count
            assert all(re.search(r"\d{4}", when) for when in await entries.locator(".entry__when").all_text_contents())
        stops = self.physician.locator("#course .course__stop")
        assert await stops.count() > 2
        assert await stops.locator(".house").count() == await stops.locator(".course__when").count()

    async def then_a_document_can_be_read(self) -> None:
        await self.physician.click("#tab-documents")
        paper = self.physician.locator("#documents .paper").first
        await paper.locator("summary").click()
        await expect(paper.locator(".paper__text")).to_be_visible()
        assert len(await paper.locator(".paper__text").inner_text()) > 20

    async def then_a_trend_is_drawn_with_its_table(self) -> None:
        await self.physician.click("#tab-laboratory")
        analyte = self.physician.locator("#laboratory .analyte", has_text="HbA1c").first
        if await analyte.get_attribute("open") is None:
            await analyte.locator("summary").click()
        await expect(analyte.locator("svg[role=img]")).to_be_visible()
        assert await analyte.locator("svg[role=img] .plot__band").count() == 1
        dots = await analyte.locator("svg[role=img] .plot__dot").count()
        assert await analyte.locator("tbody tr").count() >= dots > 2
        assert "↑" in await analyte.inner_text()

    async def then_the_houses_have(self, **wanted: int) -> None:
        for state, count in wanted.items():
            await expect(self.physician.locator(f".houses__one--{state}")).to_have_count(count)

    async def then_the_physician_reads_that_it_was(self, what: str) -> None:
        await expect(self.physician.locator(".region .kern-alert--warning")).to_contain_text(self.words[what])

    async def laboratory_rows_of(self, house: str) -> int:
        return await self.physician.locator("#laboratory .panel:first-child .house", has_text=house).count()

    async def entries_of(self, house: str) -> int:
        return await self.physician.locator(":is(#problems, #documents, #course) .house", has_text=house).count()

    # -- the paramedic

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
        assert await self.paramedic.locator(".houses__one--released").count() == 3


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_patient_decides_what_the_region_shows(surfer: Surfer, region: Region, language: Language) -> None:
    story = Story(surfer, region, language)
    await story.given_a_patient_who_gives_everything_free()
    await story.given_a_physician()
    await story.when_she_finds_the_patient_and_opens_the_record()
    await story.then_the_address_tells_nothing_about_the_patient()
    await story.then_every_entry_has_its_house_and_a_date()
    await story.then_a_document_can_be_read()
    await story.when_she_asks_the_region()
    await story.then_the_houses_have(released=3)
    await story.then_every_entry_has_its_house_and_a_date()
    await story.then_a_trend_is_drawn_with_its_table()
    assert await story.laboratory_rows_of(HOSPITAL) > 20
    assert await story.laboratory_rows_of(CLINIC) > 5
    await story.then_the_patient_sees_that_the_physician_looked()

    others = await story.entries_of(HOSPITAL)
    await story.when_the_patient_withdraws_laboratory_results_from_hospital_to_practice()
    await story.then_the_page_says_what_will_change_before_it_is_saved("no longer")
    await story.when_she_asks_the_region()
    await story.then_the_physician_reads_that_it_was("limited")
    await story.then_the_houses_have(released=2, limited=1)
    assert await story.laboratory_rows_of(HOSPITAL) == 0
    assert await story.laboratory_rows_of(CLINIC) > 5, "what the other house released went with it"
    assert 0 < await story.entries_of(HOSPITAL) <= others, "the hospital's other data went with its laboratory"

    await story.when_the_patient_withdraws_everything()
    await story.then_the_page_says_what_will_change_before_it_is_saved("nothing")
    await story.when_she_asks_the_region()
    await story.then_the_physician_reads_that_it_was("refused")
    await story.then_the_houses_have(released=1, refused=2)
    assert await story.physician.locator(".record .house--other").count() == 0

    await story.when_a_paramedic_opens_it_in_an_emergency_without_a_reason()
    await story.then_the_reason_is_asked_for_and_nothing_shown()
    await story.when_the_paramedic_gives_one_and_confirms()
    await story.then_allergies_come_first()
    await story.then_the_patient_sees_the_emergency_marked_with_its_reason()
    await story.then_only_emergencies_remain_when_filtered()


@pytest.mark.parametrize("sought", ["sommer", "Sommer, Erika", "14.03.1958", "1958-03-14", "Erika 14.3.1958"])
async def test_a_patient_is_found_by_name_and_by_birth_date(surfer: Surfer, region: Region, sought: str) -> None:
    story = Story(surfer, region)
    await story.given_a_physician()
    await story.when_she_finds_the_patient_and_opens_the_record(sought)
    await expect(story.physician.locator(".record__name")).to_have_text("Sommer, Erika")


async def test_a_house_that_is_down_shows_as_such_and_the_others_all_the_same(surfer: Surfer, region: Region) -> None:
    if region.houses is None:
        pytest.skip("a house is stopped only in a region of our own")
    story = Story(surfer, region)
    await story.given_a_patient_who_gives_everything_free()
    await story.given_a_physician()
    await story.when_she_finds_the_patient_and_opens_the_record()
    async with region.houses.down("reha"):
        await story.when_she_asks_the_region()
        await story.then_the_houses_have(released=2, unreachable=1)
        await expect(story.physician.locator(".houses__one--unreachable")).to_contain_text("nicht erreichbar")
        assert await story.laboratory_rows_of(HOSPITAL) > 20
        assert await story.entries_of(CLINIC) == 0
    await story.when_she_asks_the_region()
    await story.then_the_houses_have(released=3)
    assert await story.entries_of(CLINIC) > 0


async def test_who_was_away_too_long_is_told_so_also_in_the_middle_of_a_page(surfer: Surfer, region: Region) -> None:
    if region.houses is None:
        pytest.skip("time is made to pass only in a region of our own")
    story = Story(surfer, region)
    await story.given_a_physician("reha", "vogel")
    await story.when_she_finds_the_patient_and_opens_the_record()
    await region.houses.execute("reha", "update identity_session set seen = seen - interval '31 minutes'")
    await story.physician.click("#ask")
    await story.physician.wait_for_url("**/signed-out?why=expired")
    await expect(story.physician.locator("h1")).to_have_text("Sitzung beendet")


async def test_a_researcher_counts_and_learns_of_no_house(surfer: Surfer, region: Region) -> None:
    page = await surfer.signed_in("hub", "hoffmann")
    await add(page, "include diagnosis", "#include-0-0-code", "E11")
    await add(page, "or 0 diagnosis", "#include-0-1-code", "I50")
    await add(page, "include age", "#include-1-0-value", "18")
    await page.click(".cohort__answer .kern-btn--primary")
    await page.wait_for_selector(".answer__number")
    assert await page.locator(".sites__one--answered").count() == 3
    assert await page.input_value("#include-0-1-code") == "I50"
    # The number, or that it is too small to be told; and of the houses nothing but that they have counted, and when.
    told = await text_of(page, ".answer__number")
    assert re.fullmatch(r"(≥ )?[\d.]+|–", told), told
    if told.startswith("≥") or told == "–":
        assert "kleine Zahl" in await text_of(page, ".answer")
    for site in await page.locator(".sites__one").all_inner_texts():
        assert not re.search(r"\d", re.sub(r"[\d.,]+\s*m?s\b", "", site)), site

    await add(page, "include laboratory", "#include-2-0-code", "4548-4")
    await page.select_option("#include-2-0-comparison", "between")
    await page.fill("#include-2-0-value", "9")
    await page.fill("#include-2-0-upper", "7")
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
    if region.houses is None:
        return
    change = partial(region.houses.execute, "uniklinikum")
    flip = "update audit_event set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where sequence = 2"
    await change(flip)
    await page.click("#verdict .kern-btn")
    await expect(page.locator(".kern-alert--danger")).to_contain_text("Nummer 2.")
    await change(flip)
    await page.click("#verdict .kern-btn")
    await expect(page.locator(".kern-alert--success")).to_contain_text("unversehrt")


async def test_a_wrong_password_opens_nothing_and_says_so(surfer: Surfer, region: Region) -> None:
    page = await surfer.window()
    await page.goto(region.at("praxis"))
    await page.fill("#login", "weber")
    await page.fill("#password", "Verbund-2025")
    await page.click("form .kern-btn--primary")
    await expect(page.locator(".kern-alert--danger")).to_be_visible()
    assert await page.input_value("#password") == ""
    await page.goto(region.at("praxis", "/patients"))
    await expect(page.locator("#login")).to_be_visible()
