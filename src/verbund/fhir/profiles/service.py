"""A resource checked whole: as FHIR R4, then against profiles."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any

import msgspec

from verbund.errors import Incorrect, Issue
from verbund.fhir.decoding import validate as decoding_issues
from verbund.fhir.profiles.everywhere import against, look, place_of
from verbund.fhir.profiles.registry import Profiles
from verbund.fhir.profiles.run import Enough, Mode, Run, Scope
from verbund.fhir.profiles.targets import entries_of
from verbund.fhir.terms import Terms

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_EVERYTHING_CLAIMED = Mode()
_UNWALKABLE = frozenset({"depth", "duplicate-key", "json"})


def validate(
    raw: bytes, *, profiles: Profiles, terms: Terms | None = None, mode: Mode = _EVERYTHING_CLAIMED
) -> tuple[Issue, ...]:
    """All that is wrong with a resource, and all that could not be checked: structure first, then by profile.

    Severity `error` means that it is not valid, `warning` that somebody should look, `information` that something was
    not checked for want of a definition or a value set. Each issue has a path (FHIRPath with indices), a rule
    (`PROFILE#ELEMENT` or the key of an invariant) and a sentence without a patient's values. A bundle's entries are
    checked one by one; references among them and to what is contained are followed. Incorrect if the bytes are no JSON.
    """
    issues = decoding_issues(raw)
    if any(issue.rule in _UNWALKABLE for issue in issues):
        return issues
    try:
        whole = _decode(raw)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, RecursionError) as error:
        if issues:
            return issues
        raise Incorrect(f"The text is not JSON that FHIR allows: {error}.") from None
    return _joined(issues, of_whole(whole, profiles, terms, mode))


def of_whole(
    whole: dict[str, Any], profiles: Profiles, terms: Terms | None = None, mode: Mode = _EVERYTHING_CLAIMED
) -> tuple[Issue, ...]:
    """The same for decoded JSON (decimals as Decimal) that is valid R4 already: profiles and extensions only."""
    item = place_of(whole)
    if item is None:
        return ()
    run = Run(profiles, terms, mode)
    entries = entries_of(whole) if item.kind == "Bundle" else {}
    scope = Scope(whole, whole, entries)
    with suppress(Enough):
        for url in mode.against:
            against(run, url, item, scope, item.path, asked=True)
        look(run, item, scope)
    return run.issues


class _Identity(msgspec.Struct):
    id: object = None


_identity = msgspec.json.Decoder(_Identity).decode


def identity_of(raw: bytes) -> str | None:
    """The id that a resource says it has, whether it is valid or not; None for none."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = _identity(raw).id
        return found if isinstance(found, str) else None
    return None


def _joined(structure: Sequence[Issue], found: Sequence[Issue]) -> tuple[Issue, ...]:
    """Both, without what decoding said already at the same place."""
    known = {(issue.expression, issue.code) for issue in structure if issue.code != "invariant"}
    return (*structure, *(issue for issue in found if (issue.expression, issue.code) not in known))
