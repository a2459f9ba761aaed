"""For patients: who looked at their data, when, why and on which permission, narrowed down as they wish."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.responses import Response

from verbund.access import Looks
from verbund.portal.clinician import period_of
from verbund.portal.language import ZONE, noted
from verbund.portal.model import Access, House
from verbund.portal.record import EVERYTHING, Period, title_of
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
    "break-glass": noted("opened the record with a reason of their own"),
    "copy": noted("made or fetched the complete copy"),
    "correction": noted("asked for a correction, or answered"),
    "restriction": noted("asked for a restriction, or answered"),
    "erasure": noted("asked for erasure, or answered"),
    "proxy": noted("named or ended a proxy"),
    "app-grant": noted("let an app use the data"),
    "app-revoke": noted("ended an app's use of the data"),
    "sign-in": noted("signed in"),
    "sign-out": noted("signed out"),
    "export": noted("took out the data of several patients at once"),
    "enrolment": noted("opened a way to sign in, or used it"),
    "person": noted("changed an account"),
}
PURPOSES = {
    "TREAT": noted("treatment"),
    "ETREAT": noted("treatment in an emergency"),
    "BTG": noted("with a reason of their own"),
    "HRESCH": noted("research"),
    "PATRQT": noted("at the patient's own wish"),
    "HOPERAT": noted("running the house"),
    "COVERAGE": noted("questions of insurance"),
    "HQUALIMP": noted("quality"),
    "FAMRQT": noted("as a proxy or guardian"),
}
VIEWS = (
    ("others", noted("By others")),
    ("emergency", noted("Emergencies")),
    ("refused", noted("Refused")),
    ("own", noted("By myself")),
    ("all", noted("Everything")),
)


GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "looked": (noted("Looked at entries"), ("read", "vread", "search", "history", "record", "break-glass")),
    "received": (noted("Given to others"), ("release", "emergency", "export")),
    "changed": (noted("Added, changed or deleted"), ("create", "update", "delete")),
    "released": (noted("Releases and proxies"), ("consent", "decision", "proxy", "app-grant", "app-revoke")),
    "rights": (noted("Copies and requests"), ("copy", "correction", "restriction", "erasure")),
    "research": (noted("Research"), ("count",)),
}
"""What can be chosen of the kinds of the log."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the list somebody wants to see: all that is chosen must hold."""

    view: str = "others"
    house: str = ""
    period: Period = EVERYTHING
    kind: str = ""
    purpose: str = ""
    by: str = ""

    @classmethod
    def of(cls, values: QueryParams) -> "Filter":
        """From the address; what is not known counts as not chosen."""
        view, kind, purpose = (text_of(values, name) for name in ("view", "kind", "purpose"))
        return cls(
            view if view in dict(VIEWS) else "others",
            text_of(values, "house"),
            period_of(values),
            kind if kind in GROUPS else "",
            purpose if purpose in PURPOSES else "",
            text_of(values, "by"),
        )

    @property
    def wanted(self) -> Looks:
        """The same as the houses are asked for it; days are those of Germany."""
        since, until = self.period.since, self.period.until
        return Looks(
            since=_midnight(since) if since else None,
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
            kinds=GROUPS[self.kind][1] if self.kind else (),
            purposes=(self.purpose,) if self.purpose else (),
            roles=("patient",) if self.view == "own" else (),
            not_roles=("patient",) if self.view == "others" else (),
            by=self.by,
            emergency=self.view == "emergency",
            refused=self.view == "refused",
        )

    def address(self, **changes: str) -> str:
        """The page with this choice, and some of it otherwise; nothing else stands in it."""
        period = {"since": self.period.since, "until": self.period.until}
        chosen = {"view": self.view, "house": self.house, "kind": self.kind, "purpose": self.purpose, "by": self.by}
        chosen |= {name: day.isoformat() for name, day in period.items() if day}
        return f"/my/accesses?{urlencode({name: value for name, value in (chosen | changes).items() if value})}"

    @property
    def narrows(self) -> bool:
        """Whether more is chosen than one of the views."""
        return Filter(self.view) != self


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody did within a few minutes, at one or several houses, as one entry."""

    all: tuple[Access, ...]

    @property
    def first(self) -> Access:
        """The newest of them."""
        return self.all[0]

    @property
    def times(self) -> int:
        """How often."""
        return len(self.all)

    @property
    def houses(self) -> tuple[House, ...]:
        """Whose data it was."""
        return tuple(dict.fromkeys(access.house for access in self.all))

    @property
    def titles(self) -> tuple[str, ...]:
        """What was looked at, where that is known: each entry once, by the name it has for readers."""
        return tuple(dict.fromkeys(title for access in self.all for one in access.entries if (title := title_of(one))))

    @property
    def number(self) -> int:
        """How many entries, where that is told."""
        return sum(access.number for access in self.all)

    def with_another(self, access: Access) -> "Look":
        """The same with one more access of the same kind."""
        return Look((*self.all, access))


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
            found[same] = Look((access,))
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
    page = await visit.services.accesses.page(
        visit.person, count=PAGE_SIZE, cursor=cursor, wanted=chosen.wanted, holder=chosen.house
    )
    houses = dict.fromkeys([answer.house for answer in page.houses] + [access.house for access in page.accesses])
    return visit.show(
        "accesses.html",
        page=page,
        days=by_day(looks(page.accesses)),
        chosen=chosen,
        houses=list(houses),
        views=VIEWS,
        kinds=KINDS,
        purposes=PURPOSES,
        groups=GROUPS,
        silent=[answer for answer in page.houses if answer.state in {"unreachable", "refused"}],
        is_older=cursor is not None,
    )
