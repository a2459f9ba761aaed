"""Validation for who asks for it: against what the node has been taught, and the terminologies that it has."""

from verbund.definitions.enforcing import Settled, without_terms
from verbund.definitions.taught import Taught
from verbund.errors import Issue
from verbund.fhir.profiles import Mode, validate

# Nobody who asks over the network may keep the node busy for longer.
LONGEST_SECONDS = 0.9


class Validator:
    """Checks resources that are not written; a service for `$validate`."""

    def __init__(self, taught: Taught, settled: Settled = without_terms) -> None:
        self._taught = taught
        self._settled = settled

    async def issues(self, raw: bytes, *, against: tuple[str, ...] = ()) -> tuple[Issue, ...]:
        """All issues of a resource: as R4, by the profiles that it claims, and by those named. Incorrect for no JSON.

        What takes longer than a second is cut short, which is one of the issues.
        """
        profiles = await self._taught.profiles()
        mode = Mode(against=against, seconds=LONGEST_SECONDS)
        return await self._settled(lambda terms: validate(raw, profiles=profiles, terms=terms, mode=mode))
