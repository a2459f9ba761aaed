"""For patients: who looked at their data, and the data themselves."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from starlette.datastructures import QueryParams
from starlette.responses import Response

from verbund.errors import Forbidden
from verbund.portal.clinician import period_of, show_document, show_record
from verbund.portal.language import ZONE, noted
from verbund.portal.model import Access, House
from verbund.portal.record import EVERYTHING, Period
from verbund.portal.web import Visit, text_of

PAGE_SIZE = 100
TOGETHER_SECONDS = 300
KINDS = {
    "read": noted("read single entries"),
    "vread": noted("read single entries"),
    "search": noted("searched in the record"),
    "history": noted("looked at earlier versions"),
    "record": noted("opened the record"),
    "release": noted("received data"),
    "emergency": noted("opened the record in an emergency"),
    "create": noted("added entries"),
    "update": noted("changed entries"),
    "delete": noted("deleted entries"),
    "consent": noted("changed the releases"),
    "access-log": noted("looked at this list"),
    "count": noted("counted for research"),
    "decision": noted("asked for data"),
}
PURPOSES = {
    "TREAT": noted("treatment"),
    "ETREAT": noted("treatment in an emergency"),
    "BTG": noted("treatment in an emergency"),
    "HRESCH": noted("research"),
    "PATRQT": noted("at the patient's own wish"),
    "HOPERAT": noted("running the house"),
    "COVERAGE": noted("questions of insurance"),
    "HQUALIMP": noted("quality"),
}
VIEWS = (
    ("others", noted("By others")),
    ("emergency", noted("Emergencies")),
    ("refused", noted("Refused")),
    ("own", noted("By myself")),
    ("all", noted("Everything")),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the list somebody wants to see."""

    view: str = "others"
    house: str = ""
    period: Period = EVERYTHING

    @classmethod
    def of(cls, values: QueryParams) -> "Filter":
        """From the address; what is not known counts as not chosen."""
        view = text_of(values, "view")
        return cls(view if view in dict(VIEWS) else "others", text_of(values, "house"), period_of(values))

    def holds(self, access: Access) -> bool:
        """Whether an access is to be seen."""
        day = access.at.astimezone(ZONE).date()
        within = not (
            (self.period.since and day < self.period.since) or (self.period.until and day > self.period.until)
        )
        return within and (not self.house or access.house.site == self.house) and _VIEWS[self.view](access)


def _by_patient(access: Access) -> bool:
    return access.role == "patient"


_VIEWS: Mapping[str, Callable[[Access], bool]] = {
    "others": lambda access: not _by_patient(access),
    "emergency": lambda access: access.emergency,
    "refused": lambda access: not access.permitted,
    "own": _by_patient,
    "all": lambda _: True,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody did within a few minutes, at one or several houses, as one entry; `times` is how often."""

    first: Access
    houses: tuple[House, ...]
    times: int = 1

    def with_another(self, access: Access) -> "Look":
        """The same with one more access of the same kind."""
        houses = self.houses if access.house in self.houses else (*self.houses, access.house)
        return Look(self.first, houses, self.times + 1)


def looks(accesses: Iterable[Access]) -> list[Look]:
    """Accesses in their order, those that belong together as one."""
    found: dict[tuple[object, ...], Look] = {}
    made: list[tuple[object, ...]] = []
    for access in accesses:
        same = (
            access.person, access.organisation, access.kind, access.purpose, access.permitted, access.emergency,
            access.stated_reason, access.reason.de, int(access.at.timestamp()) // TOGETHER_SECONDS,
        )  # fmt: skip
        if same in found:
            found[same] = found[same].with_another(access)
        else:
            found[same] = Look(access, (access.house,))
            made.append(same)
    return [found[same] for same in made]


def by_day(entries: Iterable[Look]) -> list[tuple[date, list[Look]]]:
    """Entries under the day they happened on, in their order."""
    days: list[tuple[date, list[Look]]] = []
    for entry in entries:
        day = entry.first.at.astimezone(ZONE).date()
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(entry)
    return days


async def accesses(visit: Visit) -> Response:
    """Who looked at what, when, for what purpose, on which permission."""
    chosen = Filter.of(visit.request.query_params)
    cursor = text_of(visit.request.query_params, "before", longest=500) or None
    page = await visit.services.accesses.page(visit.person, count=PAGE_SIZE, cursor=cursor)
    shown = [access for access in page.accesses if chosen.holds(access)]
    houses = dict.fromkeys([answer.house for answer in page.houses] + [access.house for access in page.accesses])
    return visit.show(
        "accesses.html",
        page=page,
        days=by_day(looks(shown)),
        count=len(shown),
        chosen=chosen,
        houses=list(houses),
        views=VIEWS,
        kinds=KINDS,
        purposes=PURPOSES,
        silent=[answer for answer in page.houses if answer.state in {"unreachable", "refused"}],
        is_older=cursor is not None,
    )


async def own_record(visit: Visit) -> Response:
    """The patient's own data: at the own house, and on request in the whole region."""
    period = period_of(visit.request.query_params)
    if visit.request.method == "GET":
        answer = await visit.services.records.record(visit.person, _own(visit))
        return show_record(visit, answer, period, template="my_record.html", asked=False)
    period = period_of(await visit.form())
    answer = await visit.services.region.ask(visit.person, _own(visit))
    template = "parts/my_record.html" if visit.is_fragment else "my_record.html"
    return show_record(visit, answer, period, template=template, asked=True)


async def own_document(visit: Visit) -> Response:
    """One of the patient's own documents."""
    kind, item = visit.reveal("item")
    return show_document(visit, await visit.services.records.document(visit.person, _own(visit), kind, item))


def _own(visit: Visit) -> str:
    if visit.person.patient_id is None:
        raise Forbidden(
            "No record belongs to this sign-in. Ask the office of this house.",
            german="Zu dieser Anmeldung gehört keine Akte. Fragen Sie in der Anmeldung dieses Hauses nach.",
        )
    return visit.person.patient_id
