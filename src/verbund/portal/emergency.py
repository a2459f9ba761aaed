"""For the rescue service: describe a person, give a reason, see what the region has."""

from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Forbidden, NotFound
from verbund.portal.clinician import patient_query, show_record, today_of
from verbund.portal.language import noted
from verbund.portal.model import Stranger
from verbund.portal.record import EVERYTHING
from verbund.portal.web import Visit, text_of

SHORTEST_REASON = 10
GENDERS = (
    ("female", noted("female")),
    ("male", noted("male")),
    ("other", noted("other")),
    ("unknown", noted("unknown")),
)
_MISSING = noted("Please fill in this field.")


@dataclass(frozen=True, slots=True)
class Described:
    """The form as it was filled in, and what is wrong with it: field → text for the catalogue."""

    given: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    gender: str = field(default="unknown", repr=False)
    insurance: str = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    confirmed: bool = False

    @classmethod
    def of(cls, form: FormData) -> "Described":
        """What was sent."""
        gender = text_of(form, "gender")
        return cls(
            given=text_of(form, "given"),
            family=text_of(form, "family"),
            born=text_of(form, "born"),
            gender=gender if gender in dict(GENDERS) else "unknown",
            insurance=text_of(form, "insurance").upper().replace(" ", ""),
            reason=text_of(form, "reason", longest=1000),
            confirmed=bool(text_of(form, "confirmed")),
        )

    @property
    def birth_date(self) -> date | None:
        """The birth date, however it was written."""
        return patient_query(self.born).birth_date

    def problems(self, today: date) -> dict[str, str]:
        """What is wrong with the form."""
        found = {name: _MISSING for name in ("given", "family") if not getattr(self, name)}
        born = self.birth_date
        if born is None:
            found["born"] = noted("Please write the birth date as day.month.year, for example 05.03.1956.")
        elif born > today:
            found["born"] = noted("This birth date lies in the future.")
        if len(self.reason) < SHORTEST_REASON:
            found["reason"] = noted("Please give the reason in a few words; the patient will read it.")
        if not self.confirmed:
            found["confirmed"] = noted("Please confirm that this is an emergency.")
        return found

    def stranger(self) -> Stranger:
        """Whom to look for; only once there are no problems."""
        born = self.birth_date
        if born is None:
            raise NotFound(
                "Without a birth date nobody can be found.", german="Ohne Geburtsdatum ist niemand zu finden."
            )
        return Stranger(self.given, self.family, born, self.gender, self.insurance or None)


async def emergency(visit: Visit) -> Response:
    """The form, and after it what the houses of the region show. Forbidden where the node does not offer it."""
    if not visit.config.emergency_access:
        raise Forbidden(
            "Emergency access is switched off in this house.",
            german="Der Notfallzugriff ist in diesem Haus abgeschaltet.",
        )
    if visit.request.method == "GET":
        return _form(visit, Described(), {})
    described = Described.of(await visit.form())
    problems = described.problems(today_of(visit))
    if problems:
        return _form(visit, described, problems, status=422)
    try:
        answer = await visit.services.region.emergency(visit.person, described.stranger(), described.reason)
    except NotFound:
        return _form(visit, described, {}, nobody=True)
    return show_record(
        visit,
        answer,
        EVERYTHING,
        template="emergency_record.html",
        asked=True,
        described=described,
        reason=described.reason,
    )


def _form(
    visit: Visit, described: Described, problems: dict[str, str], *, nobody: bool = False, status: int = 200
) -> Response:
    return visit.show(
        "emergency.html", status=status, described=described, problems=problems, nobody=nobody, genders=GENDERS
    )
