"""Which entry of a bundle an error is about. Looked for only after something has failed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from verbund.access.consenting import check_statement
from verbund.config import utc_now
from verbund.errors import Incorrect, Issue, VerbundError
from verbund.fhir import decode, references, type_of, validate


def located(error: VerbundError, place: int) -> VerbundError:
    """The error, with the entry it is about in every place that it names."""
    error.issues = tuple(_within(issue, place) for issue in error.issues)
    return error


def named(error: VerbundError, bodies: Mapping[int, bytes]) -> VerbundError:
    """What refused a transaction, with the entries that are at fault where that can be seen from their bodies.

    All issues of all invalid resources are listed, and of consents that nobody could follow. A broken reference is
    placed when only one entry has a reference of that path.
    """
    invalid = tuple(_within(issue, place) for place, raw in bodies.items() for issue in _issues(raw))
    if invalid:
        error.issues = invalid
        return error
    error.issues = tuple(_placed(issue, bodies) for issue in error.issues)
    return error


def _within(issue: Issue, place: int) -> Issue:
    """`Patient.gender` as `Bundle.entry[3].resource.gender`."""
    entry = f"Bundle.entry[{place}]"
    if not issue.expression:
        return replace(issue, expression=(entry,))
    return replace(issue, expression=tuple(f"{entry}.resource.{path.partition('.')[2]}" for path in issue.expression))


def _issues(raw: bytes) -> tuple[Issue, ...]:
    if not raw:
        return ()
    try:
        found = validate(raw)
        if not found and type_of(raw) == "Consent":
            check_statement(raw, utc_now())
    except Incorrect as error:
        return error.issues
    return found


def _placed(issue: Issue, bodies: Mapping[int, bytes]) -> Issue:
    for path in issue.expression[:1]:
        places = [place for place, raw in bodies.items() if path in _paths(raw)]
        if len(places) == 1:
            return _within(issue, places[0])
    return issue


def _paths(raw: bytes) -> Iterator[str]:
    """The paths of a valid resource's references, as the store names them."""
    if raw and type_of(raw) is not None:
        for reference in references(decode(raw)):
            yield from (reference.path, f"{reference.path}.reference")
