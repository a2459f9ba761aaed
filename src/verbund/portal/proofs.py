"""For patients: the proof of one access, as a file to keep."""

from starlette.responses import Response

from verbund.errors import NotFound
from verbund.portal.web import Visit

_LONGEST_NUMBER = 18


async def proof(visit: Visit) -> Response:
    """The file, from the house that logged the access."""
    site, sequence = visit.request.path_params["site"], visit.request.path_params["sequence"]
    if not (sequence.isascii() and sequence.isdecimal() and len(sequence) <= _LONGEST_NUMBER):
        raise NotFound("There is no such access.", german="Diesen Zugriff gibt es nicht.")
    content = await visit.services.accesses.proof(visit.person, site=site, sequence=int(sequence))
    name = f"verbund-{''.join(one for one in site if one.isascii() and one.isalnum())}-{int(sequence)}.json"
    return Response(
        content, media_type="application/json", headers={"content-disposition": f'attachment; filename="{name}"'}
    )
