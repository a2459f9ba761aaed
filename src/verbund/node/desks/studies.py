"""Counts for research, at the hub."""

from collections.abc import Mapping
from typing import Any

from verbund.identity import Principal
from verbund.portal import House, RegionCount, SiteAnswer, Words
from verbund.research import RegionCount as Counted
from verbund.research import Studies


class StudyDesk:
    """The portal's `Studies`."""

    def __init__(self, studies: Studies) -> None:
        self._studies = studies

    async def count(self, who: Principal, cohort: Mapping[str, Any]) -> RegionCount:
        """Ask all sites for the size of a cohort."""
        return _shown(await self._studies.count(who, cohort))

    async def previous(self, who: Principal) -> tuple[RegionCount, ...]:
        """What `who` counted before, newest first."""
        return tuple(map(_shown, await self._studies.previous(who)))


def _shown(counted: Counted) -> RegionCount:
    sites = (
        SiteAnswer(
            House(one.site, one.title),
            one.state.value,
            one.elapsed_ms,
            Words(one.sentence_de, one.sentence_en) if one.sentence_de else None,
        )
        for one in counted.sites
    )
    return RegionCount(
        asked_at=counted.asked_at,
        count=counted.count,
        minimum=counted.minimum,
        suppressed_sites=counted.suppressed_sites,
        sites=tuple(sites),
        elapsed_ms=counted.elapsed_ms,
        cohort=counted.cohort,
    )
