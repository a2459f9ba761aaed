"""For administrators of a node: is it well, who is in the region, does the audit log hold."""

from starlette.responses import Response

from verbund.portal.language import noted
from verbund.portal.web import Visit

KIND_NAMES = {
    "practice": noted("Practice"),
    "hospital": noted("Hospital"),
    "university-hospital": noted("University hospital"),
    "rehabilitation": noted("Rehabilitation clinic"),
    "nursing-home": noted("Nursing home"),
    "rescue-service": noted("Rescue service"),
    "laboratory": noted("Laboratory"),
    "pharmacy": noted("Pharmacy"),
    "insurer": noted("Insurer"),
    "research-institute": noted("Research institute"),
    "hub": noted("Hub of the region"),
}


async def health(visit: Visit) -> Response:
    """What this node needs and how it is."""
    checks = await visit.services.administration.health(visit.person)
    return visit.show("administration/health.html", checks=checks, well=all(check.healthy for check in checks))


async def members(visit: Visit) -> Response:
    """The members of the region and when they were last heard of."""
    return visit.show(
        "administration/members.html",
        members=await visit.services.administration.members(visit.person),
        kinds=KIND_NAMES,
    )


async def log(visit: Visit) -> Response:
    """The head of the audit log; on request the proof of all of it."""
    verdict = None
    if visit.request.method == "POST":
        await visit.form()
        verdict = await visit.services.administration.verify_log(visit.person)
    head = await visit.services.administration.log_head(visit.person)
    template = "parts/log_verdict.html" if visit.is_fragment else "administration/log.html"
    return visit.show(template, head=head, verdict=verdict)
