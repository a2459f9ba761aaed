"""What a patient allows for research: the MII broad consent, read, folded over all documents and evaluated.

Three policies decide: .6 collect medical data, .8 use it for research, .45 the same for data from before; .1 and .44
are the modules that hold them.

A permission is read narrowly and a refusal widely. A permit without the beginning of its period permits nothing, since
none is assumed; a refusal without one refuses for ever. What narrows a permission in a way that this node does not
evaluate is refused with its place.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from typing import Any

from verbund.consent.model import Sentence, Span
from verbund.consent.policies import (
    COLLECT,
    MODULES,
    PAST,
    USE,
    answered_valid,
    is_policy,
    policy_of,
    without_prefix,
)
from verbund.consent.resources import plain, scope_of
from verbund.consent.sentences import date_of
from verbund.consent.spans import holds, low, minus, plus
from verbund.consent.times import moment, period, unreadable
from verbund.errors import Invalid

_DOCUMENTS = "2.16.840.1.113883.3.1937.777.24.2"
# 1.6d, 1.6f, 1.7.2: complete withdrawals and refusals.
_ENDINGS = frozenset(f"{_DOCUMENTS}.{number}" for number in (2718, 2720, 2722, 4053, 4054))
_CATEGORY_SYSTEMS = frozenset(
    f"https://www.medizininformatik-initiative.de/fhir/modul-consent/CodeSystem/mii-cs-consent-{name}"
    for name in ("consent_category", "version-modules")
)

# Elements of a provision by which its author narrows what is permitted, and which are not evaluated here.
_NARROWING = ("actor", "action", "class", "data", "dataPeriod", "purpose", "securityLabel", "modifierExtension")


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """A permission or refusal of one policy; `span` is None where the document gives no period."""

    policy: int
    permit: bool
    span: Span | None


@dataclass(frozen=True, slots=True)
class ResearchConsent:
    """One document: consent, withdrawal or refusal. `ends_all`: it takes back everything said before."""

    id: str
    stated: datetime
    statements: tuple[PolicyStatement, ...] = ()
    active: bool = True
    ends_all: bool = False


@dataclass(frozen=True, slots=True)
class ResearchPermission:
    """What research may use today: data whose clinical date lies in one of the windows; none means nothing."""

    windows: tuple[Span, ...]
    reason: Sentence

    @property
    def permitted(self) -> bool:
        """Whether there is anything to use."""
        return bool(self.windows)

    def allows(self, resource_type: str, date: datetime | None) -> bool:
        """Whether an item of that type and clinical date may be used.

        What is known of the patient as such belongs to every permission. Of what has no date nobody knows when it was
        collected: it may be used where all the past is open.
        """
        if resource_type == "Patient":
            return self.permitted
        if date is None:
            return any(window.since is None for window in self.windows)
        return holds(self.windows, date)


def is_research(resource: object) -> bool:
    """Whether a resource is an MII broad consent or its withdrawal: by category, document or the policies it names."""
    value = plain(resource)
    if scope_of(value) != "research":
        return False
    named = _categories(value) | _documents(value)
    return any(name.startswith(f"{_DOCUMENTS}.") for name in named) or any(map(is_policy, _codings(value)))


def from_fhir(resource: object) -> ResearchConsent:
    """A Consent of the MII module as the model; Invalid, with the path, for unknown policies and unreadable times."""
    value = plain(resource)
    if not value.get("dateTime"):
        raise unreadable("Consent.dateTime", "Consent.dateTime is missing; without it no later document can outrank it")
    statements = tuple(_statements(value))
    names = _documents(value) | _categories(value)
    root = value.get("provision", {})
    bare_refusal = root.get("type") == "deny" and not root.get("provision")
    return ResearchConsent(
        id=str(value.get("id", "")),
        stated=moment(value["dateTime"], "Consent.dateTime"),
        statements=statements,
        active=value.get("status") == "active",
        ends_all=bare_refusal or bool(names & _ENDINGS),
    )


def _categories(value: Mapping[str, Any]) -> set[str]:
    codings = chain.from_iterable(category.get("coding", ()) for category in value.get("category", ()))
    return {without_prefix(str(c.get("code"))) for c in codings if c.get("system") in _CATEGORY_SYSTEMS}


def _documents(value: Mapping[str, Any]) -> set[str]:
    return {without_prefix(str(policy.get("uri"))) for policy in value.get("policy", ())}


def _provisions(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every provision with its path, the root first; they nest to any depth."""
    waiting = [("Consent.provision", value["provision"])] if value.get("provision") else []
    while waiting:
        path, provision = waiting.pop()
        yield path, provision
        nested = enumerate(provision.get("provision", ()))
        waiting.extend((f"{path}.provision[{at}]", child) for at, child in nested)


def _codings(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for _, provision in _provisions(value):
        for concept in provision.get("code", ()):
            yield from concept.get("coding", ())


def _statements(value: Mapping[str, Any]) -> Iterator[PolicyStatement]:
    if value.get("modifierExtension"):
        raise _not_understood("Consent.modifierExtension")
    for path, provision in _provisions(value):
        policies, stands = _said(provision, path)
        if not policies:
            _check_narrowing(provision, path)
            continue
        if provision.get("type") not in {"permit", "deny"}:
            raise unreadable(f"{path}.type", f"{path}.type is missing; a provision says permit or deny")
        permit = provision["type"] == "permit"
        if permit or provision.get("provision"):
            _check_narrowing(provision, path)
        if permit and not stands:
            continue
        span = period(provision["period"], f"{path}.period") if provision.get("period") else None
        for policy in policies:
            # A module that is refused refuses what it holds; permission is read from the policies themselves.
            held = () if permit else MODULES.get(policy, ())
            yield from (PolicyStatement(named, permit, span) for named in (*held, policy))


def _said(provision: Mapping[str, Any], path: str) -> tuple[list[int], bool]:
    """The policies that a provision names, and whether every answer it is given with is `valid`."""
    policies: list[int] = []
    stands = True
    for at, concept in enumerate(provision.get("code", ())):
        for coding in concept.get("coding", ()):
            policy = policy_of(coding, f"{path}.code[{at}]")
            policies += [] if policy is None else [policy]
            stands &= answered_valid(coding, f"{path}.code[{at}]")
    return policies, stands


def _check_narrowing(provision: Mapping[str, Any], path: str) -> None:
    for name in _NARROWING:
        if provision.get(name):
            raise _not_understood(f"{path}.{name}")


def _not_understood(path: str) -> Invalid:
    text = f"{path} narrows what is permitted in a way that this node does not evaluate; say it by policy and period"
    return unreadable(path, text)


def evaluate(consents: Sequence[ResearchConsent], at: datetime, encounters: Sequence[Span] = ()) -> ResearchPermission:
    """What all documents of one patient allow at a time; research without a matching permit is refused.

    Only active documents stated by then count, folded in the order of their dateTime: later over earlier, refusals
    over permits of the same time. Permits count only from documents that hold both .6 and .8 with their periods as
    written; .6 bounds the clinical date of the data (from the start of an encounter that was under way), .8 must
    hold at that time, .45 of the same document opens the time before.
    """
    counting = sorted(
        (consent for consent in consents if consent.active and consent.stated <= at), key=lambda consent: consent.stated
    )
    state = _Fold()
    for _, together in groupby(counting, key=lambda consent: consent.stated):
        documents = list(together)
        for document in documents:
            state.permit(document, encounters)
        for document in documents:
            state.refuse(document)
    windows = state.windows(at)
    if not counting:
        return ResearchPermission((), _NO_CONSENT)
    return ResearchPermission(windows, _permitted(counting[-1]) if windows else _refused(counting[-1]))


def beginnings(consents: Sequence[ResearchConsent]) -> frozenset[datetime]:
    """When active permits to collect begin: the moments at which it tells whether an encounter was under way."""
    spans = (span for consent in consents if consent.active for span in _permits(consent, COLLECT))
    return frozenset(map(low, spans))


_NO_CONSENT = Sentence(
    "Es liegt keine Einwilligung in die Forschung vor; ohne sie wird nichts genutzt.",
    "There is no consent to research; without one nothing is used.",
)


def _permitted(consent: ResearchConsent) -> Sentence:
    day = date_of(consent.stated)
    return Sentence(
        f"Die Einwilligung in die Forschung (MII Broad Consent, Stand {day.de}) erlaubt die Nutzung.",
        f"The consent to research (MII Broad Consent, as of {day.en}) permits the use.",
    )


def _refused(consent: ResearchConsent) -> Sentence:
    day = date_of(consent.stated)
    return Sentence(
        f"Nach dem Stand vom {day.de} erlaubt keine gültige Einwilligung die Nutzung für die Forschung.",
        f"As of {day.en} no valid consent permits the use for research.",
    )


class _Fold:
    """What the documents so far add up to: clinical dates (.6), times of use (.8), and opened pasts (.45)."""

    def __init__(self) -> None:
        self.collected: tuple[Span, ...] = ()
        self.used: tuple[Span, ...] = ()
        self.past: list[tuple[tuple[Span, ...], tuple[Span, ...]]] = []

    def permit(self, document: ResearchConsent, encounters: Sequence[Span]) -> None:
        permits = {policy: _permits(document, policy) for policy in (COLLECT, USE, PAST)}
        if not permits[COLLECT] or not permits[USE]:
            return
        for span in permits[COLLECT]:
            self.collected = plus(self.collected, _from_encounter(span, encounters))
        for span in permits[USE]:
            self.used = plus(self.used, span)
        self.past.append(((Span(None, min(map(low, permits[COLLECT]))),), tuple(permits[PAST])))

    def refuse(self, document: ResearchConsent) -> None:
        if document.ends_all:
            self.collected, self.used, self.past = (), (), []
        for statement in document.statements:
            if not statement.permit:
                self._refuse(statement.policy, statement.span or Span())

    def _refuse(self, policy: int, span: Span) -> None:
        if policy == COLLECT:
            self.collected = minus(self.collected, span)
            self.past = [(minus(data, span), valid) for data, valid in self.past]
        elif policy == USE:
            self.used = minus(self.used, span)
        elif policy == PAST:
            self.past = [(data, minus(valid, span)) for data, valid in self.past]

    def windows(self, at: datetime) -> tuple[Span, ...]:
        if not holds(self.used, at):
            return ()
        result = self.collected
        for data, valid in self.past:
            if holds(valid, at):
                for span in data:
                    result = plus(result, span)
        return result


def _permits(document: ResearchConsent, policy: int) -> list[Span]:
    """The periods for which a document permits a policy; one without a beginning permits nothing."""
    said = (s.span for s in document.statements if s.policy == policy and s.permit)
    return [span for span in said if span is not None and span.since is not None]


def _from_encounter(span: Span, encounters: Sequence[Span]) -> Span:
    """A permit that begins during an encounter counts from the encounter's start."""
    during = [low(encounter) for encounter in encounters if encounter.since and encounter.holds(low(span))]
    return Span(min(during, default=span.since), span.until)
