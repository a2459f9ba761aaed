"""Where a sign-in goes on: to who asked for it, or to its next step."""

from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from verbund.identity import Outcome
from verbund.portal.web import Visit, cookies_of

_STEP_SECONDS = 600
_DEVICE_SECONDS = 180 * 86400
_NEXT = {"code": "/sign-in/code", "factor": "/sign-in/factor", "password": "/sign-in/password"}


def onward(visit: Visit, request_id: str, outcome: Outcome) -> Response:
    """On to who asked, with the device remembered; or to the step that is wanted next, known by its cookie."""
    cookies = cookies_of(visit.config)
    if outcome.target is not None:
        response = RedirectResponse(outcome.target, status_code=303)
        cookies.drop(response, cookies.step)
        cookies.set(response, cookies.devices, outcome.devices, seconds=_DEVICE_SECONDS)
        return response
    response = RedirectResponse(
        f"{_NEXT[outcome.want or 'code']}?{urlencode({'request': request_id})}", status_code=303
    )
    cookies.set(response, cookies.step, outcome.step, seconds=_STEP_SECONDS)
    return response
