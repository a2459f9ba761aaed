"""Sets of time as disjoint, ordered spans: what is added, what is taken away."""

from collections.abc import Sequence
from datetime import UTC, datetime

from verbund.consent.model import Span

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)


def low(span: Span) -> datetime:
    """When it begins, the beginning of time where it is open."""
    return span.since or _BEGINNING


def _high(span: Span) -> datetime:
    return span.until or _END


def overlap(one: Span, other: Span) -> Span | None:
    """What both cover, None where they do not meet."""
    found = Span(max(one, other, key=low).since, min(one, other, key=_high).until)
    return found if low(found) < _high(found) else None


def plus(spans: Sequence[Span], added: Span) -> tuple[Span, ...]:
    """With another span; touching and overlapping ones become one."""
    ordered = sorted((*spans, added), key=low)
    result = [ordered[0]]
    for span in ordered[1:]:
        last = result[-1]
        if low(span) <= _high(last):
            result[-1] = Span(last.since, max((last, span), key=_high).until)
        else:
            result.append(span)
    return tuple(result)


def minus(spans: Sequence[Span], removed: Span) -> tuple[Span, ...]:
    """Without a span; one in whose middle it lies becomes two."""
    result: list[Span] = []
    for span in spans:
        if overlap(span, removed) is None:
            result.append(span)
            continue
        if removed.since is not None and low(span) < removed.since:
            result.append(Span(span.since, removed.since))
        if removed.until is not None and removed.until < _high(span):
            result.append(Span(removed.until, span.until))
    return tuple(result)


def holds(spans: Sequence[Span], at: datetime) -> bool:
    """Whether the moment lies in one of them."""
    return any(span.holds(at) for span in spans)
