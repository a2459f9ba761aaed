"""Signing in with outside OpenID providers, and linking an account of theirs to the own."""

import html

from starlette.responses import HTMLResponse, RedirectResponse, Response

from verbund.errors import Conflict, Forbidden, NotFound, Unauthenticated, Unavailable
from verbund.identity import Arrival, Outside, require_recent
from verbund.portal.enrolment import said
from verbund.portal.onward import onward
from verbund.portal.web import Visit, cookies_of, text_of


def outside_of(visit: Visit) -> Outside:
    """The outside providers; NotFound where the node trusts none."""
    if visit.services.outside is None:
        raise NotFound("This node trusts no outside provider.", german="Hier gibt es keine anderen Anbieter.")
    return visit.services.outside


async def begin(visit: Visit) -> Response:
    """Send the browser to a provider, for a sign-in that waits."""
    form = await visit.form()
    name, request_id = text_of(form, "provider"), text_of(form, "request")
    try:
        address = await outside_of(visit).begin(name, visit.secret, request_id=request_id)
    except Unavailable as gone:
        return _failed(visit, said(visit, gone), 503)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    return _onward(address)


async def arrive(visit: Visit) -> Response:
    """Back from a provider: on to who asked for the sign-in, or to the linked accounts."""
    name = visit.request.path_params["name"]
    params = dict(visit.request.query_params)
    try:
        arrival = await outside_of(visit).arrive(name, params, visit.browser, visit.who)
    except (Unauthenticated, Forbidden, Conflict, Unavailable) as refused:
        return _failed(visit, said(visit, refused), 403)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    if arrival.proven is not None:
        return await _confirmed(visit, arrival)
    if arrival.outcome is None:
        return RedirectResponse("/links", status_code=303)
    response, cookies = onward(visit, arrival.request, arrival.outcome), cookies_of(visit.config)
    cookies.set(response, cookies.outside, name)
    return response


async def _confirmed(visit: Visit, arrival: Arrival) -> Response:
    """Back to where a fresh proof was wanted."""
    if arrival.proven is not None:
        try:
            await visit.services.account.confirm_from_outside(visit.secret, arrival.proven)
        except Forbidden as refused:
            return _failed(visit, said(visit, refused), 403)
    return RedirectResponse(arrival.back, status_code=303)


async def confirming(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Name and title of the providers with which somebody can prove once more who they are."""
    if visit.services.outside is None:
        return ()
    links = await visit.services.outside.links(visit.person)
    return tuple((one.name, one.title) for one in links if one.linked is not None)


async def confirm(visit: Visit, name: str, back: str) -> Response:
    """Send the browser to a provider to prove once more who somebody is."""
    try:
        return _onward(await outside_of(visit).begin(name, visit.secret, who=visit.person, back=back))
    except Unavailable as gone:
        return _failed(visit, said(visit, gone), 503)


def _failed(visit: Visit, problem: str, status: int) -> Response:
    return visit.show("outside_failed.html", status=status, problem=problem)


def _onward(address: str) -> Response:
    """On to another origin after a form: a redirect would need that origin in every form's policy (CSP form-action)."""
    shown = html.escape(address, quote=True)
    page = (
        f'<!DOCTYPE html><html lang="de"><title>Verbund</title><a href="{shown}">{shown.partition("?")[0]}</a></html>'
    )
    return HTMLResponse(page, headers={"refresh": f"0; url={address}"})


async def links(visit: Visit) -> Response:
    """Which accounts of outside providers open the own one; linking and unlinking asks for a fresh proof."""
    require_recent(visit.person, visit.services.clock())
    if visit.request.method == "GET":
        return visit.show("links.html", links=await outside_of(visit).links(visit.person))
    form = await visit.form()
    name = text_of(form, "provider")
    if text_of(form, "deed") == "unlink":
        await outside_of(visit).unlink(visit.person, name)
        return visit.go("/links")
    try:
        return _onward(await outside_of(visit).begin(name, visit.secret, who=visit.person))
    except Unavailable as gone:
        return _failed(visit, said(visit, gone), 503)


async def leaving(visit: Visit) -> tuple[str, str] | None:
    """The title of the provider of the sign-in that just ended and where to sign out there; None without."""
    name = visit.request.cookies.get(cookies_of(visit.config).outside, "")
    known = dict(visit.services.outside.offered) if visit.services.outside is not None else {}
    if name not in known:
        return None
    try:
        address = await outside_of(visit).leaving(name, f"{visit.config.base_url}/signed-out")
    except (Unavailable, Unauthenticated):
        return None
    return None if address is None else (known[name], address)
