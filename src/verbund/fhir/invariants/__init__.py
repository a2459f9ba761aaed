"""The invariants of R4 (http://hl7.org/fhir/R4/conformance-rules.html#constraints): what is always so, beyond types."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec.json import Decoder

from verbund.errors import Issue
from verbund.fhir.invariants.quick import Scope
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


def kept(raw: bytes) -> bool:
    """Whether a resource that decodes keeps all invariants that are errors; the fast way.

    It agrees with `invariants`. What the bytes cannot hold is not looked for: extensions, contained resources and
    references to them, elements with nothing but an id.
    """
    resource = _decode(raw)
    escaped = b"\\u" in raw
    look = Look(
        everything=escaped or _ONLY_AN_ID.search(raw) is not None,
        extensions=escaped or b'xtension"' in raw,
        fragments=escaped or _may_lead_nowhere(raw, resource),
        contained="contained" in resource,
        logical=escaped or _LOGICAL.search(raw) is not None,
        warnings=False,
    )
    return sound(resource, resource["resourceType"], plans_of(look), Scope(resource, resource))


def _may_lead_nowhere(raw: bytes, resource: dict[str, Any]) -> bool:
    """Whether a reference may lead to nothing that is contained, or something contained may not be referred to."""
    contained = resource.get("contained", ())
    if not contained and b'"#' not in raw:
        return False
    ids = {str(one.get("id")).encode() for one in contained}
    return not (ids <= set(_REFERRED.findall(raw)) and set(_FRAGMENT.findall(raw)) <= ids)


__all__ = ["invariants", "issues_of_invariants", "kept"]
