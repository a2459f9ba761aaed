"""For clinicians: open the record of somebody they do not treat, with a reason. For the steward: which were opened."""

from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Incorrect, NotFound
from verbund.portal.clinician import patient_query, today_of
from verbund.portal.language import noted
from verbund.portal.openings import Glass
from verbund.portal.rules import role_name
from verbund.portal.web import Visit, text_of

SHORTEST_REASON = 10
PAGE = 50
_MISSING = noted("Please fill in this field.")


@dataclass(frozen=True, slots=True)
class Described:
    """The form as it was filled in."""

    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    confirmed: bool = False

    @classmethod
    def of(cls, form: FormData) -> "Described":
        """What was sent."""
        texts = {name: text_of(form, name) for name in ("family", "given", "born")}
        return cls(**texts, reason=text_of(form, "reason", longest=1000), confirmed=bool(text_of(form, "confirmed")))

    def problems(self, today: date) -> dict[str, str]:
        """What is wrong with it: field → text for the catalogue."""
        found = {name: _MISSING for name in ("family", "given") if len(getattr(self, name)) < 2}
        born = patient_query(self.born).birth_date
        if born is None or born > today:
            found["born"] = noted("Please write the birth date as day.month.year, for example 05.03.1956.")
        if len(self.reason.strip()) < SHORTEST_REASON:
            found["reason"] = noted("Please give the reason in a few words; the patient will read it.")
        if not self.confirmed:
            found["confirmed"] = noted("Please confirm that this is necessary.")
        return found


async def open_record(visit: Visit) -> Response:
    """The form, and after it the record. NotFound in a house where nothing is closed to those who treat."""
    glass = _glass(visit)
    if visit.request.method == "GET":
        return _form(visit, Described(), {})
    described = Described.of(await visit.form())
    problems = described.problems(today_of(visit))
    born = patient_query(described.born).birth_date
    if problems or born is None:
        return _form(visit, described, problems, status=422)
    try:
        patient_id = await glass.open(visit.person, described.family, described.given, born, described.reason)
    except NotFound:
        return _form(visit, described, {}, outcome="nobody")
    except Incorrect:
        return _form(visit, described, {}, outcome="several", status=422)
    return visit.go(f"/record/{visit.hide(patient_id)}")


def _form(
    visit: Visit, described: Described, problems: dict[str, str], *, outcome: str = "", status: int = 200
) -> Response:
    return visit.show("open_record.html", status=status, described=described, problems=problems, outcome=outcome)


async def openings(visit: Visit) -> Response:
    """Which records were opened here, the latest first."""
    asked = text_of(visit.request.query_params, "before")
    before = int(asked) if asked.isdecimal() and len(asked) < 18 else None
    found, further = await _glass(visit).opened(visit.person, before)
    return visit.show("openings.html", openings=found, further=further, first=before is None, role_name=role_name)


def _glass(visit: Visit) -> Glass:
    if visit.services.glass is None:
        raise NotFound(
            "In this house nothing is closed to those who treat.",
            german="In diesem Haus ist den Behandelnden nichts verschlossen.",
        )
    return visit.services.glass
