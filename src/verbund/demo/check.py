"""The story of the region, walked over HTTP as its people would: each step is said with its outcome and time."""

import asyncio
import re
import statistics
import time
from collections.abc import Callable
from contextlib import AsyncExitStack

import httpx

from verbund.demo.browsing import Browser, Form, Page
from verbund.demo.generator import generate
from verbund.demo.houses import BY_NAME
from verbund.demo.region import Region
from verbund.demo.trust import TRUST
from verbund.demo.walking import Deed, Step, Walk, done, expect
from verbund.errors import Fault

PATIENT = "Erika Sommer"
ASKS = 5
APPLIED_SECONDS = 15.0
WITHHELD = "uniklinikum|praxis|laboratory"
HOSPITAL = BY_NAME["uniklinikum"].title


async def check(region: Region, say: Callable[[Step], None]) -> bool:
    """Walk the whole story; `say` gets each step as it ends. Whether all came out; the first that does not ends it.

    Leaves the patient's releases as they are after giving everything free again.
    """
    async with AsyncExitStack() as stack:
        walk = Walk(region, stack)
        for title, do in STORY:
            step = await done(title, do, walk)
            say(step)
            if not step.holds:
                return False
    return True


async def _ready(walk: Walk) -> str:
    for name in walk.region.nodes:
        async with httpx.AsyncClient(base_url=walk.region.address(name), trust_env=False) as client:
            answer = await client.get("/health/ready")
            if answer.status_code != 200:
                raise Fault(f"{name} is not ready: {answer.text}")
    return f"{len(walk.region.nodes)} nodes ready"


async def _finds(walk: Walk) -> str:
    weber = await walk.as_person("weber")
    page = await weber.open("/patients")
    found = await weber.send(page.form("/patients"), {"sought": PATIENT})
    walk.record = found.link("/record/")
    record = await weber.open(walk.record)
    for part in ("Problems", "Medication", "Laboratory", "Documents", "timeline"):
        expect(part in record.text, f"the record shows no {part}", record)
    return "record of the own house with problems, medication, laboratory, documents, timeline"


async def _asks(walk: Walk) -> str:
    page = await _asked(walk)
    if _answers(page) != ["released"] * 3:
        # A region that has been used: the story begins with everything released.
        await _give_all(walk)
        page = await _asked(walk)
    expect(_answers(page) == ["released"] * 3, "not all three houses released", page)
    expect(HOSPITAL in _laboratory(page), "the laboratory shows nothing of the hospital", page)
    trips = [_elapsed(await _asked(walk)) for _ in range(ASKS)]
    return f"three houses answered; round trip through the region, median of {ASKS}: {statistics.median(trips):.0f} ms"


def _laboratory(page: Page) -> str:
    """The laboratory results, without the vital signs below them, which are a kind of data of their own."""
    return page.sections["laboratory"].partition("Vital signs")[0]


def _elapsed(page: Page) -> float:
    """How long the region took, in milliseconds, as the page says it."""
    found = re.search(r"houses asked, ([\d.,]+) (ms|s)\b", page.text)
    if found is None:
        raise Fault(f"The page does not say how long the region took: {page.text[:300]}")
    number = float(found[1].replace(",", ""))
    return number * 1000 if found[2] == "s" else number


async def _asked(walk: Walk) -> Page:
    weber = await walk.as_person("weber")
    record = await weber.open(walk.record)
    return await weber.send(record.form(f"{walk.record}/region"))


async def _looks(walk: Walk) -> str:
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/accesses")
    expect("Dr. Anna Weber" in page.text, "the patient does not see who looked", page)
    expect("received data" in page.text and "treatment" in page.text, "the patient does not see what for", page)
    expect("Permitted by the consent" in page.text, "the patient does not see on which permission", page)
    return "the patient sees who looked, when, what for and on which permission"


async def _withholds(walk: Walk) -> str:
    await _released(walk, lambda form: [f for f in form.fields if f != ("release", WITHHELD)])
    page = await _asked(walk)
    expect("limited" in _answers(page), "the page does not say that the patient limited the release", page)
    expect(HOSPITAL not in _laboratory(page), "the laboratory still shows the hospital's results", page)
    return "laboratory results of the hospital are gone, and the page says why"


async def _withdraws(walk: Walk) -> str:
    followed_ms = await _released(walk, lambda form: [f for f in form.fields if f[0] != "release"])
    page = await _asked(walk)
    expect(_answers(page) == ["released", "refused", "refused"], "the other houses did not refuse", page)
    return f"all other houses refuse; every one of them followed the patient {followed_ms} ms after the decision"


async def _released(walk: Walk, choose: "Callable[[Form], list[tuple[str, str]]]") -> int:
    """Change the releases in the exact table, confirm, and wait until every house follows; after how many ms it did."""
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/releases")
    exact = next(one for one in page.forms if one.action == "/my/releases/check" and "preset" not in dict(one.buttons))
    checked = await patient.send_fields(exact, choose(exact))
    saved = await patient.send(checked.form("/my/releases/confirm"))
    expect("saved" in saved.text, "the change was not saved", saved)
    return await _followed(patient)


async def _followed(patient: Browser) -> int:
    begun = time.monotonic()
    while time.monotonic() < begun + APPLIED_SECONDS:
        page = await patient.open("/my/releases/delivery")
        if "follows it since" in page.text and "not confirmed" not in page.text:
            return round((time.monotonic() - begun) * 1000)
        await asyncio.sleep(0.1)
    raise Fault(f"A house did not follow the patient's decision within {APPLIED_SECONDS:.0f} seconds: {page.text}")


async def _emergency(walk: Walk) -> str:
    brandt = await walk.as_person("brandt")
    page = await brandt.open("/emergency")
    who = {"family": "Sommer", "given": "Erika", "born": _birth_date(walk), "gender": "female"}
    refused = await brandt.send(page.form("/emergency"), {**who, "confirmed": "yes"})
    expect(refused.status in {400, 422} or "missing" in refused.text, "it opened without a reason", refused)
    stated = {"reason": "Bewusstlos aufgefunden, Verdacht auf Unterzuckerung", "confirmed": "yes"}
    shown = await brandt.send(page.form("/emergency"), {**who, **stated})
    expect(shown.status == 200 and "Medication" in shown.text, "the emergency record was not shown", shown)
    return "refused without a reason, opened with one"


def _birth_date(walk: Walk) -> str:
    """Of the patient of the story, as a paramedic reads it on the insurance card."""
    patient = next(generate(walk.region.plan.seed, 1).patients())
    return patient.person.birth.strftime("%d.%m.%Y")


async def _marked(walk: Walk) -> str:
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/accesses")
    expect("Emergency" in page.text and "Unterzuckerung" in page.text, "the emergency is not marked", page)
    return "the patient sees the emergency access marked, with its reason"


async def _counts(walk: Walk) -> str:
    researcher = await walk.as_person("hoffmann")
    page = await researcher.open("/research")
    fields = [
        ("include-0-0-kind", "diagnosis"),
        ("include-0-0-code", "E11"),
        ("include-1-0-kind", "age"),
        ("include-1-0-comparison", "ge"),
        ("include-1-0-value", "18"),
        ("action", "count"),
    ]
    form = page.form("/research")
    token = [one for one in form.fields if one[0] == "csrf"]
    counted = await researcher.send_fields(form, token + fields)
    expect("patients who consent to research" in counted.text, "there is no count", counted)
    before = counted.text.split("patients who consent to research")[0].split()
    expect(before[-1].isdecimal() or before[-1] == "–", "there is no number", counted)
    return f"adults with type 2 diabetes who consent: {before[-1]}"


async def _releases_again(walk: Walk) -> str:
    await _give_all(walk)
    asked = await _asked(walk)
    expect(_answers(asked) == ["released"] * 3, "the houses do not release again", asked)
    return "the patient releases everything again, and the houses follow"


def _answers(page: Page) -> list[str]:
    """How the houses answered, in the words of the page."""
    return [kind.removeprefix("houses__one--") for kind in page.classes if kind.startswith("houses__one--")]


async def _give_all(walk: Walk) -> None:
    patient = await walk.as_person("sommer")
    page = await patient.open("/my/releases")
    presets = page.form("/my/releases/check", "all")
    checked = await patient.send(presets, button=("preset", "all"))
    await patient.send(checked.form("/my/releases/confirm"))
    await _followed(patient)


async def _proves(walk: Walk) -> str:
    sizes = []
    for name, running in walk.region.nodes.items():
        verdict = await running.node.audit.verify()
        if not verdict.ok:
            raise Fault(f"The log of {name} does not fit: {verdict.text}")
        sizes.append(f"{name} {verdict.size}")
    return "every log is whole: " + ", ".join(sizes) + " events"


STORY: tuple[tuple[str, Deed], ...] = (
    ("All nodes are ready", _ready),
    ("Dr. Weber signs in, finds a patient and opens the record", _finds),
    ("She asks the region", _asks),
    ("The patient sees who looked", _looks),
    ("The patient withdraws the hospital's laboratory results", _withholds),
    ("The patient withdraws everything", _withdraws),
    ("A paramedic opens the record in an emergency", _emergency),
    ("The patient sees that entry marked", _marked),
    ("A researcher counts a cohort", _counts),
    ("The patient releases everything again", _releases_again),
    *TRUST,
    ("Every node's log is proven", _proves),
)
