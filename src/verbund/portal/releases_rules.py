"""A patient's rules beside the table: as sentences, and from the form that makes one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from starlette.datastructures import FormData

from verbund.errors import Incorrect
from verbund.portal.administration import KIND_NAMES
from verbund.portal.language import ZONE, noted
from verbund.portal.model import CATEGORIES, House, Release, ReleaseRule, Releases
from verbund.portal.web import Visit, text_of

PURPOSES: Mapping[str, str] = {
    "TREAT": noted("Treatment"),
    "ETREAT": noted("Emergency treatment"),
    "CAREMGT": noted("Home monitoring"),
    "HQUALIMP": noted("Quality improvement"),
}
ASKING = tuple(kind for kind in KIND_NAMES if kind != "hub")
MOST_RULES = 100
_encoded = msgspec.json.Encoder(order="deterministic").encode
_decoded = msgspec.json.Decoder(ReleaseRule).decode


def written(rule: ReleaseRule) -> str:
    """A rule as a hidden field carries it from the page that shows it to the page that saves it."""
    return _encoded(rule).decode()


def carried(form: FormData) -> tuple[ReleaseRule, ...]:
    """The rules that hidden fields carry; Incorrect for what this portal has not written."""
    try:
        found = tuple(_decoded(str(value)) for value in form.getlist("rule"))
    except msgspec.MsgspecError as error:
        raise _unclear() from error
    if len(found) > MOST_RULES:
        raise _unclear()
    return found


def _unclear() -> Incorrect:
    return Incorrect(
        "This form cannot be read. Load the page again.",
        german="Dieses Formular ist nicht lesbar. Bitte laden Sie die Seite neu.",
    )


def asked(now: Releases, form: FormData, item: str | None, today: date) -> ReleaseRule:
    """The rule that the form describes; Incorrect, with what is wrong, where it describes none.

    `item` is the entry that it is about, which the first of the holders keeps.
    """
    receivers = {f"site:{house.site}" for house in now.receivers} | {f"kind:{kind}" for kind in ASKING}
    holders = {f"site:{house.site}" for house in now.holders}
    receiver, holder, besides = (text_of(form, name) for name in ("receiver", "holder", "except"))
    if text_of(form, "permit") not in {"yes", "no"} or (receiver and receiver not in receivers):
        raise _incomplete()
    if (holder and holder not in holders) or (besides and besides not in receivers):
        raise _incomplete()
    permit = text_of(form, "permit") == "yes"
    rule = ReleaseRule(
        permit=permit,
        receivers=(receiver,) if receiver else (),
        holders=(f"site:{now.holders[0].site}",) if item else ((holder,) if holder else ()),
        categories=frozenset(str(one) for one in form.getlist("category")) & frozenset(CATEGORIES),
        items=(item,) if item else (),
        purposes=frozenset(str(one) for one in form.getlist("purpose")) & frozenset(PURPOSES),
        until=_end_of(text_of(form, "until"), today),
    )
    if item:
        rule = replace(rule, categories=frozenset())
    if not besides:
        return rule
    return replace(rule, exceptions=(ReleaseRule(permit=not permit, receivers=(besides,)),))


def _incomplete() -> Incorrect:
    return Incorrect(
        "Please say whether somebody may or may not see it, and choose houses of the list.",
        german="Bitte sagen Sie, ob jemand es sehen darf oder nicht, und wählen Sie Häuser aus der Liste.",
    )


def _end_of(text: str, today: date) -> datetime | None:
    """The end of a day in Germany, None for an empty field; Incorrect for what is no day to come."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        end = datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _no_day() from error
    if day < today:
        raise _no_day()
    return end


def _no_day() -> Incorrect:
    return Incorrect("The last day must be today or later.", german="Der letzte Tag muss heute oder später sein.")


class Words:
    """Rules in the reader's words."""

    def __init__(self, visit: Visit, now: Releases, kinds: Mapping[str, str]) -> None:
        self._visit = visit
        self._titles = {house.site: house.title for house in (*now.holders, *now.receivers)}
        self._kinds = kinds
        self._items = now.items

    def said(self, rule: ReleaseRule) -> str:
        """`Reha-Klinik may not see: HIV (Treatment), until 31 May 2026.`"""
        say = self._visit.gettext
        who = self._parties(rule.receivers) or say("Every other house")
        verb = say("may see") if rule.permit else say("may not see")
        parts = [f"{who} {verb}: {self._what(rule)}"]
        if rule.holders and not rule.items:
            kept = say(noted("kept by"))
            parts.append(f"{kept} {self._parties(rule.holders)}")
        if rule.purposes:
            only = say(noted("only for"))
            parts.append(f"{only}: {', '.join(say(PURPOSES.get(one, one)) for one in sorted(rule.purposes))}")
        if rule.since is not None:
            since = say(noted("from"))
            parts.append(f"{since} {self._visit.format.day(rule.since.astimezone(ZONE).date())}")
        if rule.until is not None:
            until, last = say(noted("until and with")), rule.until.astimezone(ZONE) - timedelta(microseconds=1)
            parts.append(f"{until} {self._visit.format.day(last.date())}")
        return f"{' – '.join(parts)}."

    def exceptions(self, rule: ReleaseRule) -> list[tuple[str, list[object]]]:
        """What a rule's exceptions say, each with those of its own."""
        return [(self.said(one), list(self.exceptions(one))) for one in rule.exceptions]

    def _parties(self, named: Iterable[str]) -> str:
        return ", ".join(self.party(one) for one in named)

    def party(self, named: str) -> str:
        """A house by its title, a kind of house by its name."""
        what, _, name = named.partition(":")
        if what == "kind":
            every = self._visit.gettext("Every house of this kind")
            return f"{every}: {self._visit.gettext(KIND_NAMES.get(name, name))}"
        return self._titles.get(name, name)

    def _what(self, rule: ReleaseRule) -> str:
        say = self._visit.gettext
        if rule.items:
            titles = [self._items.get(one) or say(noted("an entry that is no longer here")) for one in rule.items]
            only = say(noted("only this entry"))
            return f"{only}: {', '.join(titles)}"
        if not rule.categories:
            return say("everything")
        return ", ".join(say(self._kinds[one]) for one in CATEGORIES if one in rule.categories)


def seen_by(
    effective: Iterable[Release], houses: Iterable[House]
) -> list[tuple[House, frozenset[str], frozenset[str]]]:
    """For each house the kinds of data that it sees of every other, and those that it sees of none, for treatment."""
    by_receiver: dict[str, frozenset[str]] = {}
    for release in effective:
        by_receiver[release.receiver] = by_receiver.get(release.receiver, frozenset()) | release.categories
    every = frozenset(CATEGORIES)
    return [
        (house, by_receiver.get(house.site, frozenset()), every - by_receiver.get(house.site, frozenset()))
        for house in houses
    ]
