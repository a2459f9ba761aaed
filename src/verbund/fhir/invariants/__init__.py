"""The invariants of R4 (http://hl7.org/fhir/R4/conformance-rules.html#constraints): what is always so, beyond types."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.json import Decoder

from verbund.errors import Issue
from verbund.fhir.invariants.quick import Scope
from verbund.fhir.invariants.typed import Plans, surely_sound
from verbund.fhir.invariants.walking import ALL, Look, broken, plans_of, sound

_ONLY_AN_ID: Final = re.compile(rb'"id"\s*:\s*"[^"\\]*"\s*\}')
_LOGICAL: Final = re.compile(rb'"identifier"\s*:\s*\{')
_FRAGMENT: Final = re.compile(rb'"#([^"]+)"')
_REFERRED: Final = re.compile(rb'"reference"\s*:\s*"#([^"]+)"')
_decode = Decoder(dict[str, Any], float_hook=Decimal).decode


def invariants(resource_json: dict[str, Any]) -> Iterator[Issue]:
    """The invariants that a resource breaks: errors and warnings, each with path, key and the standard's sentence.

    The JSON must be what `verbund.fhir.decode` accepts, with decimals as `Decimal`. Resources that are contained are
    looked at as well, those in bundles and parameters are not: they are documents of their own. What the standard calls
    best practice (dom-6: narrative) is not asked for.
    """
    for rule, path in broken(resource_json, ALL):
        yield Issue("invariant", f"{path}: {rule.human} ({rule.key})", (path,), rule.severity, rule.key)


def issues_of_invariants(raw: bytes) -> tuple[Issue, ...]:
    """The same of a resource's bytes."""
    return tuple(invariants(_decode(raw)))


def kept(raw: bytes, decoded: Struct | None = None, contained: Sequence[Struct] = ()) -> bool:
    """Whether a resource that decodes keeps all invariants that are errors; the fast way, with `decoded` the fastest.

    `contained` is what it contains, decoded. It agrees with `invariants`. What the bytes cannot hold is not looked for:
    extensions, contained resources and references to them, elements with nothing but an id.
    """
    # Looking for one byte is many times as quick as for two.
    escaped = b"\\" in raw and b"\\u" in raw
    extensions = escaped or b'xtension"' in raw
    # One look for both `"id"` and `"identifier"`: most resources have an id and no more.
    named = raw.count(b'"id')
    own = 0 if decoded is None or getattr(decoded, "id", None) is None else 1
    everything = escaped or (named > own and raw.count(b'"id"') > own and _ONLY_AN_ID.search(raw) is not None)
    logical = escaped or (named > own and b'"identifier"' in raw and _LOGICAL.search(raw) is not None)
    if not everything and decoded is not None:
        plans = _TYPED[extensions][logical]
        inside = getattr(decoded, "contained", ())
        if (inside or (b"#" in raw and b'"#' in raw)) and not _all_referred_to(raw, inside, contained):
            pass
        elif surely_sound(decoded, plans) and all(surely_sound(one, plans) for one in contained):
            return True
    return _kept_by_walking(raw, everything=everything, extensions=extensions, logical=logical, escaped=escaped)


def _all_referred_to(raw: bytes, inside: Sequence[object], contained: Sequence[Any]) -> bool:
    """Whether what is contained is decoded, referred to, of no version of its own, and no reference leads elsewhere."""
    return (
        len(inside) == len(contained)
        and _lead_there(raw, {str(one.id).encode() for one in contained})
        and not any(one.meta is not None for one in contained)
    )


def _kept_by_walking(raw: bytes, *, everything: bool, extensions: bool, logical: bool, escaped: bool) -> bool:
    """The same by a walk through the JSON, which asks of all rules."""
    resource = _decode(raw)
    look = Look(
        everything=everything,
        extensions=extensions,
        fragments=escaped or _may_lead_nowhere(raw, resource),
        contained="contained" in resource,
        logical=logical,
        warnings=False,
    )
    return sound(resource, resource["resourceType"], plans_of(look), Scope(resource, resource))


def _typed_plans(*, extensions: bool, logical: bool) -> Plans:
    """The plans for a resource of which what it contains, and references to that, are looked at otherwise."""
    return Plans(
        Look(everything=False, extensions=extensions, fragments=False, contained=False, logical=logical, warnings=False)
    )


_TYPED: Final = tuple(
    tuple(_typed_plans(extensions=extensions, logical=logical) for logical in (False, True))
    for extensions in (False, True)
)
"""By whether there are extensions, and identifiers in references."""


def _may_lead_nowhere(raw: bytes, resource: dict[str, Any]) -> bool:
    """Whether a reference may lead to nothing that is contained, or something contained may not be referred to."""
    contained = resource.get("contained", ())
    if not contained and b'"#' not in raw:
        return False
    return not _lead_there(raw, {str(one.get("id")).encode() for one in contained})


def _lead_there(raw: bytes, ids: set[bytes]) -> bool:
    """Whether each of these ids is referred to, and what looks like a reference within the resource is one of them."""
    return ids <= set(_REFERRED.findall(raw)) and set(_FRAGMENT.findall(raw)) <= ids


__all__ = ["invariants", "issues_of_invariants", "kept"]
