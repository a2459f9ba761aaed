"""The start page of each role, and what this node is."""

from starlette.responses import Response

from verbund.portal.web import Visit


async def home(visit: Visit) -> Response:
    """On to where the person's work begins."""
    return visit.go(visit.home)


async def about(visit: Visit) -> Response:
    """Help: what this node is, what the region does with data, whom to ask."""
    return visit.show("about.html")
