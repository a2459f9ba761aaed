"""Cohorts and what may be told of them: counts that leave a site only through its disclosure rules."""

from pathlib import Path

from verbund.research.ccdl import parse
from verbund.research.compiling import compiled
from verbund.research.counting import COUNT_KIND, Answer, Question, SiteCounting, count
from verbund.research.disclosure import Disclosed, SiteState, Summed, disclose, summed
from verbund.research.model import CohortQuery
from verbund.research.studies import Ask, RegionCount, Site, SiteAnswer, Studies

MIGRATIONS = ("research", Path(__file__).parent / "migrations")

__all__ = [
    "COUNT_KIND",
    "MIGRATIONS",
    "Answer",
    "Ask",
    "CohortQuery",
    "Disclosed",
    "Question",
    "RegionCount",
    "Site",
    "SiteAnswer",
    "SiteCounting",
    "SiteState",
    "Studies",
    "Summed",
    "compiled",
    "count",
    "disclose",
    "parse",
    "summed",
]
