"""What speaks against a decision that is made now: what contradicts itself, has ended, or could never take effect."""

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from verbund.consent.model import CareConsent, Provision
from verbund.consent.rules import each
from verbund.consent.spans import overlap
from verbund.errors import Invalid, Issue


def check_decision(consent: CareConsent, now: datetime) -> None:
    """Refuse (Invalid, with every place) a decision made now that contradicts itself or is over already.

    An old consent may well be over, and two of different times may differ: this is for what is stated at this moment.
    """
    found = tuple(Issue("business-rule", text, (path,)) for path, text in faults(consent, now))
    if found:
        raise Invalid(" ".join(issue.text for issue in found), issues=found)


def faults(consent: CareConsent, now: datetime) -> Iterator[tuple[str, str]]:
    """The place of each fault and what is wrong there."""
    for one in each(consent.provision):
        if one.span.until is not None and one.span.until <= now:
            yield f"{one.path}.period", f"{one.path}.period is over already; give an end that is still to come."
        yield from _contradictions(one)


def _contradictions(provision: Provision) -> Iterator[tuple[str, str]]:
    for one in provision.exceptions:
        if overlap(one.span, provision.span) is None:
            yield (
                f"{one.path}.period",
                f"{one.path}.period lies outside of the period of the provision around it and would never hold.",
            )
        if not one.categories & provision.categories:
            yield (
                f"{one.path}.class",
                f"{one.path}.class names none of the kinds of data of the provision around it and would never hold.",
            )
    for one, other in combinations(provision.exceptions, 2):
        if one.permit is not other.permit and _meant(one) == _meant(other):
            yield other.path, f"{other.path} says the opposite of {one.path} of the same data, houses and time."


def _meant(one: Provision) -> tuple[object, ...]:
    """What a provision is about, without what it says."""
    return one.recipients, one.custodians, one.purposes, one.categories, one.span, one.items
