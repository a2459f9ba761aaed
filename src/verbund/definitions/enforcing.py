"""What the node holds against profiles when it is written: as much, and as strictly, as its settings say."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from verbund.config import NodeConfig
from verbund.definitions.taught import Taught
from verbund.errors import Invalid, Issue
from verbund.fhir.profiles import Mode, Profiles, validate
from verbund.fhir.terms import Terms

# In these bytes lies the claim of a profile, if there is one: nothing else has to be read to know that there is none.
_CLAIM = b'"profile"'

Issues = tuple[Issue, ...]
Settled = Callable[[Callable[[Terms | None], Issues]], Awaitable[Issues]]
"""Runs a check with the terminologies that it asks for."""


async def without_terms(check: Callable[[Terms | None], Issues]) -> Issues:
    """Run a check where no terminology is known."""
    return check(None)


@dataclass(frozen=True, slots=True)
class Policy:
    """What is asked of what is written: claimed profiles or none, further ones, and which refuse nothing."""

    mode: Mode
    enforced: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: NodeConfig) -> "Policy":
        """The settings of a node."""
        mode = Mode(
            claimed=config.profiles == "claimed",
            unknown=config.profiles_unknown,
            lenient=frozenset(config.profiles_lenient),
        )
        return cls(mode, config.profiles_enforced)

    @property
    def idle(self) -> bool:
        """Whether nothing is asked: then nothing needs to be checked at all."""
        return not self.mode.claimed and not self.enforced

    def mode_for(self, resource_type: str, profiles: Profiles) -> Mode:
        """What one resource is held against."""
        against = tuple(url for url in self.enforced if profiles.type_of(url) == resource_type)
        return replace(self.mode, against=against) if against else self.mode


class Enforcement:
    """Refuses what breaks the profiles that count on this node; the `check` of a store."""

    def __init__(self, taught: Taught, policy: Policy, settled: Settled = without_terms) -> None:
        self._taught = taught
        self._policy = policy
        self._settled = settled

    async def check(self, resource_type: str, raw: bytes) -> None:
        """Invalid, with every issue, for a resource that breaks a profile; warnings refuse nothing."""
        profiles = await self._taught.profiles()
        mode = self._policy.mode_for(resource_type, profiles)
        if not mode.against and _CLAIM not in raw:
            return
        issues = await self._settled(lambda terms: validate(raw, profiles=profiles, terms=terms, mode=mode))
        broken = tuple(issue for issue in issues if issue.severity == "error")
        if broken:
            raise Invalid(_sentence(text=broken[0].text, more=len(broken) - 1), issues=broken)


def _sentence(*, text: str, more: int) -> str:
    return text if more == 0 else f"{text} There are {more} more issues."
