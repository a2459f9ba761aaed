"""What a patient wishes, in the words of the portal's pages, as a consent, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from verbund.consent import ALL, ALWAYS, NONE, CareConsent, DataCategory, Party, Provision, Purpose, Sentence, Span
from verbund.consent.checking import check_decision
from verbund.consent.rules import ASKING_KINDS
from verbund.consent.templates import Template
from verbund.errors import Incorrect, Invalid
from verbund.portal import Release, ReleaseRule, ReleaseTemplate

_TREATMENT = frozenset({Purpose.TREAT})
_DENIAL = Provision(permit=False)
_UNCLEAR = "One of these rules cannot be kept as it is. Check the houses, the kinds of data and the days."
_UNCLEAR_DE = (
    "Eine dieser Regeln lässt sich so nicht festhalten. Bitte prüfen Sie Häuser, Arten von Daten und Tage: "
    "Eine Regel darf nicht schon beendet sein und keiner anderen widersprechen."
)


def consent_of(
    patient_id: str,
    releases: Iterable[Release],
    titles: Mapping[str, str],
    stated: datetime,
    rules: Iterable[ReleaseRule] = (),
) -> CareConsent:
    """A consent that denies all exchange but what is released: nested permits outrank the denial around them.

    Incorrect for a rule that means nothing, contradicts another or has ended by then.
    """
    permits = tuple(
        Provision(
            permit=True,
            recipients=(_house(one.receiver, titles),),
            custodians=(_house(one.holder, titles),),
            purposes=_TREATMENT,
            categories=categories_of(one.categories),
        )
        for one in releases
        if one.categories
    )
    said = tuple(_provision(rule, titles) for rule in rules)
    consent = CareConsent("", patient_id, stated, replace(_DENIAL, exceptions=(*permits, *said)))
    try:
        check_decision(consent, stated)
    except Invalid as error:
        raise Incorrect(_UNCLEAR, german=_UNCLEAR_DE) from error
    return consent


def _house(site: str, titles: Mapping[str, str]) -> Party:
    return Party(organisation=site, title=titles.get(site))


def _provision(rule: ReleaseRule, titles: Mapping[str, str]) -> Provision:
    try:
        purposes = frozenset(map(Purpose, rule.purposes))
        categories = categories_of(rule.categories) or ALL
    except (ValueError, KeyError) as error:
        raise Incorrect(_UNCLEAR, german=_UNCLEAR_DE) from error
    return Provision(
        permit=rule.permit,
        recipients=tuple(_party(one, titles) for one in rule.receivers),
        custodians=tuple(_party(one, titles) for one in rule.holders),
        purposes=purposes,
        categories=categories,
        span=Span(rule.since, rule.until),
        items=frozenset(rule.items),
        exceptions=tuple(_provision(one, titles) for one in rule.exceptions),
    )


def _party(named: str, titles: Mapping[str, str]) -> Party:
    what, _, name = named.partition(":")
    if what == "site" and name in titles:
        return _house(name, titles)
    if what == "kind" and name in ASKING_KINDS:
        return Party(kind=name)
    raise Incorrect(_UNCLEAR, german=_UNCLEAR_DE)


def rules_of(consent: CareConsent) -> tuple[ReleaseRule, ...]:
    """What a consent says beside the table, as the pages write it."""
    root = consent.provision
    if not _is_plain_denial(root):
        return (_rule(root),)
    return tuple(_rule(one) for one in root.exceptions if not _is_of_table(one))


def table_of(consent: CareConsent) -> CareConsent:
    """The consent without what it says beside the table."""
    root = consent.provision
    kept = tuple(filter(_is_of_table, root.exceptions)) if _is_plain_denial(root) else ()
    return replace(consent, provision=replace(_DENIAL, exceptions=kept))


def _is_plain_denial(root: Provision) -> bool:
    return root.permit is False and replace(root, exceptions=(), path=_DENIAL.path) == _DENIAL


def _is_of_table(one: Provision) -> bool:
    """Whether it is a line of the table: one house sees some kinds of data of one other, for treatment, for good."""
    return (
        one.permit is True
        and one.purposes == _TREATMENT
        and one.span == ALWAYS
        and not one.items
        and not one.exceptions
        and _is_one_house(one.recipients)
        and _is_one_house(one.custodians)
    )


def _is_one_house(parties: tuple[Party, ...]) -> bool:
    return len(parties) == 1 and parties[0].organisation is not None


def _rule(one: Provision) -> ReleaseRule:
    return ReleaseRule(
        permit=one.permit is True,
        receivers=tuple(map(_named, one.recipients)),
        holders=tuple(map(_named, one.custodians)),
        categories=frozenset() if one.categories == ALL else names_of(one.categories),
        items=tuple(sorted(one.items)),
        purposes=frozenset(purpose.value for purpose in one.purposes),
        since=one.span.since,
        until=one.span.until,
        exceptions=tuple(map(_rule, one.exceptions)),
    )


def _named(party: Party) -> str:
    return f"site:{party.organisation}" if party.organisation is not None else f"kind:{party.kind}"


def standing(rules: Iterable[ReleaseRule], now: datetime) -> tuple[ReleaseRule, ...]:
    """Those that have not ended."""
    return tuple(rule for rule in rules if rule.until is None or rule.until > now)


def offered(template: Template, now: datetime) -> ReleaseTemplate:
    """A template as it would be taken over now."""
    until = None if template.days is None else now.replace(microsecond=0) + timedelta(days=template.days)
    rules = tuple(replace(_rule(one), until=until) for one in template.rules)
    title, text = (Sentence(one.de, one.en) for one in (template.title, template.text))
    return ReleaseTemplate(template.name, title, text, rules, template.replaces, template.days)


def names_of(categories: DataCategory) -> frozenset[str]:
    """Kinds of data by their names."""
    return frozenset(one.code for one in DataCategory if one & categories)


def categories_of(names: Iterable[str]) -> DataCategory:
    """Kinds of data from their names; KeyError for one that is not known."""
    found = NONE
    for name in names:
        found |= DataCategory[name.upper()]
    return found & ALL
