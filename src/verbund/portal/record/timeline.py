"""The course over the houses: contacts (FHIR R4 Encounter) with what was done in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from verbund.portal.language import noted
from verbund.portal.model import HouseItem
from verbund.portal.record.clinical import Resolve
from verbund.portal.record.model import UNKNOWN_AT, Contact, Deed
from verbund.portal.record.reading import concept, part, parts, text, when

_CLASSES = {
    "imp": noted("Inpatient stay"),
    "acute": noted("Inpatient stay"),
    "nonac": noted("Inpatient stay"),
    "prenc": noted("Before admission"),
    "ss": noted("Short stay"),
    "amb": noted("Outpatient visit"),
    "emer": noted("Emergency"),
    "hh": noted("Home visit"),
    "vr": noted("Remote contact"),
    "fld": noted("Out on site"),
}
_WRONG = {"entered-in-error", "cancelled"}


def contacts(
    encounters: Iterable[HouseItem], deeds: Iterable[Deed], resolve: Resolve
) -> tuple[tuple[Contact, ...], tuple[Deed, ...]]:
    """Contacts, newest first, with their deeds; and the deeds that belong to none of them, newest first.

    An encounter that is part of another one (a ward within a stay) does not appear by itself; its deeds count for the
    whole.
    """
    shown = {_key(item): item for item in encounters if text(item.resource, "status") not in _WRONG}
    by_contact: dict[tuple[str, str], list[Deed]] = defaultdict(list)
    loose: list[Deed] = []
    for deed in deeds:
        whole = _whole((deed.house.site, deed.encounter), shown)
        (by_contact[whole] if whole else loose).append(deed)
    made = [_contact(item, by_contact[key], resolve) for key, item in shown.items() if _whole(key, shown) == key]
    made.sort(key=lambda c: c.start.at if c.start else UNKNOWN_AT, reverse=True)
    return tuple(made), tuple(sorted(loose, key=_deed_time, reverse=True))


def _key(item: HouseItem) -> tuple[str, str]:
    return item.house.site, f"Encounter/{text(item.resource, 'id')}"


def _whole(key: tuple[str, str], shown: Mapping[tuple[str, str], HouseItem]) -> tuple[str, str] | None:
    """The outermost encounter that this one is part of; None when it is not there. Cycles end where they began."""
    seen: set[tuple[str, str]] = set()
    while key in shown and key not in seen:
        seen.add(key)
        outer = key[0], text(part(shown[key].resource, "partOf"), "reference")
        if outer not in shown:
            return key
        key = outer
    return key if key in shown else None


def _deed_time(deed: Deed) -> Any:  # noqa: ANN401  # datetime, as sorting needs it
    return deed.when.at if deed.when else UNKNOWN_AT


def _contact(item: HouseItem, deeds: list[Deed], resolve: Resolve) -> Contact:
    source = item.resource
    period = part(source, "period")
    code = text(part(source, "class"), "code").casefold()
    return Contact(
        kind=_CLASSES.get(code, noted("Contact")),
        title=concept(part(source, "type")).text,
        start=when(period.get("start")),
        end=when(period.get("end")),
        place=_place(item, resolve),
        reason=_reason(item, resolve),
        house=item.house,
        deeds=repeated(sorted(deeds, key=_deed_time)),
    )


def repeated(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Deeds in their order, the same thing done several times told once, with how often and until when."""
    told: dict[tuple[str, str], Deed] = {}
    for deed in deeds:
        key = deed.kind, deed.concept.text
        first = told.get(key)
        told[key] = deed if first is None else replace(first, times=first.times + 1, until=deed.when)
    return tuple(told.values())


def _place(item: HouseItem, resolve: Resolve) -> str:
    source = item.resource
    where = text(part(source, "serviceProvider"), "display") or concept(source.get("serviceType")).text
    if where:
        return where
    target = text(part(source, "serviceProvider"), "reference")
    return text(resolve.get((item.house.site, target), {}), "name")


def _reason(item: HouseItem, resolve: Resolve) -> str:
    """Why: a reason code, else the first diagnosis that can be followed."""
    source = item.resource
    plain = concept(part(source, "reasonCode")).text
    if plain:
        return plain
    for diagnosis in parts(source, "diagnosis"):
        target = text(part(diagnosis, "condition"), "reference")
        named = concept(resolve.get((item.house.site, target), {}).get("code")).text
        if named:
            return named
        if text(part(diagnosis, "condition"), "display"):
            return text(part(diagnosis, "condition"), "display")
    return ""
