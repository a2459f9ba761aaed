"""Sign-in and security: passkeys, authenticator app, recovery codes, password, and where somebody is signed in."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from verbund.errors import Busy, Conflict, Incorrect, NotFound, Unauthenticated
from verbund.identity import require_recent
from verbund.portal import outside
from verbund.portal.language import noted
from verbund.portal.signing import (
    LONGEST_ANSWER,
    as_json,
    device_words,
    local,
    picture,
    said,
    shown_device,
    twice,
    typed_password,
)
from verbund.portal.web import Visit, cookies_of, text_of

PAGE = "/security"
HOW = {
    "passkey": noted("with a passkey"),
    "password": noted("with the password"),
    "password-code": noted("with password and one-time code"),
    "password-recovery": noted("with password and recovery code"),
    "outside": noted("with an outside provider"),
    "wrong-code": noted("refused: right password, wrong code"),
}
"""How somebody came in (`verbund.identity.journal.How`), for the catalogue."""

DONE = {
    "renamed": noted("The passkey has its new name."),
    "removed": noted("It is removed and opens nothing any more."),
    "added": noted("It is set up; you can use it from now on."),
    "ended": noted("That session is over."),
    "others": noted("All other sessions are over."),
    "password": noted("The password is changed, and all other sessions are over."),
}


async def security(visit: Visit) -> Response:
    """How somebody signs in, and where; and what they do about it."""
    if visit.request.method == "POST":
        return await _do(visit)
    return await _overview(visit)


async def _overview(visit: Visit, *, problem: str | None = None, status: int = 200) -> Response:
    query = visit.request.query_params
    before = query.get("before", "")
    found = await visit.services.account.security(
        visit.secret, before=int(before) if before.isdecimal() and len(before) < 18 else None
    )
    return visit.show(
        "security/overview.html",
        status=status,
        found=found,
        how=HOW,
        device=lambda device: shown_device(visit, device, visit.gettext("Unknown device")),
        done=DONE.get(query.get("done", "")),
        problem=problem,
        older=f"{PAGE}?{urlencode({'before': found.more})}#sign-ins" if found.more is not None else None,
    )


async def _do(visit: Visit) -> Response:
    form = await visit.form()
    deed = _DEEDS.get(text_of(form, "do"))
    if deed is None:
        raise Incorrect("This form is not known.", german="Dieses Formular ist nicht bekannt.")
    try:
        done = await deed(visit, form)
    except (Incorrect, Conflict, NotFound) as refused:
        return await _overview(visit, problem=said(visit, refused), status=refused.http_status)
    return visit.go(f"{PAGE}?done={done}" if done else PAGE)


def _id(visit: Visit, form: FormData) -> UUID:
    return visit.revealed_id(text_of(form, "id", longest=400))


async def _rename(visit: Visit, form: FormData) -> str:
    await visit.services.account.rename_passkey(visit.secret, _id(visit, form), text_of(form, "name"))
    return "renamed"


async def _remove_passkey(visit: Visit, form: FormData) -> str:
    await visit.services.account.remove_passkey(visit.secret, _id(visit, form))
    return "removed"


async def _remove_app(visit: Visit, form: FormData) -> str:  # noqa: ARG001 - the form has said all by its name
    await visit.services.account.remove_app(visit.secret)
    return "removed"


async def _end(visit: Visit, form: FormData) -> str:
    await visit.services.account.end_session(visit.secret, _id(visit, form))
    return "ended"


async def _end_others(visit: Visit, form: FormData) -> str:  # noqa: ARG001
    await visit.services.account.end_others(visit.secret)
    return "others"


async def _noted(visit: Visit, form: FormData) -> str:  # noqa: ARG001
    await visit.services.account.noted(visit.secret)
    return ""


_DEEDS: Mapping[str, Callable[[Visit, FormData], Awaitable[str]]] = {
    "rename": _rename,
    "remove-passkey": _remove_passkey,
    "remove-app": _remove_app,
    "end": _end,
    "end-others": _end_others,
    "noted": _noted,
}


async def passkey(visit: Visit) -> Response:
    """Add a passkey."""
    account, problem, status = visit.services.account, None, 200
    if visit.request.method == "POST":
        form = await visit.form()
        answer = text_of(form, "answer", longest=LONGEST_ANSWER)
        try:
            codes = await account.add_passkey(visit.secret, answer, text_of(form, "name"))
            return _added(visit, codes)
        except (Incorrect, Conflict, Unauthenticated) as refused:
            problem, status = said(visit, refused), 400
    creation = as_json(await account.creation(visit.secret))
    return visit.show(
        "security/passkey.html", status=status, creation=creation, device=device_words(visit), problem=problem
    )


async def app(visit: Visit) -> Response:
    """Set up an authenticator app, or another in place of the present one."""
    account, problem, status = visit.services.account, None, 200
    if visit.request.method == "POST":
        form = await visit.form()
        try:
            return _added(visit, await account.add_app(visit.secret, text_of(form, "code")))
        except Incorrect as refused:
            problem, status = said(visit, refused), 400
    offer = await account.offer(visit.secret)
    return visit.show("security/app.html", status=status, offer=offer, picture=picture(offer), problem=problem)


def _added(visit: Visit, codes: tuple[str, ...]) -> Response:
    return visit.show("security/codes_shown.html", codes=codes) if codes else visit.go(f"{PAGE}?done=added")


async def codes(visit: Visit) -> Response:
    """New recovery codes, shown once."""
    if visit.request.method == "POST":
        await visit.form()
        return visit.show("security/codes_shown.html", codes=await visit.services.account.new_codes(visit.secret))
    found = await visit.services.account.security(visit.secret)
    return visit.show("security/codes.html", having=found.having)


async def password(visit: Visit) -> Response:
    """Change the password."""
    problem, status = None, 200
    if visit.request.method == "POST":
        form = await visit.form()
        try:
            chosen = twice(visit, typed_password(form, "password"), typed_password(form, "again"))
            token = await visit.services.account.change_password(visit.secret, chosen, visit.browser)
        except Incorrect as refused:
            problem, status = said(visit, refused), 400
        else:
            response = RedirectResponse(f"{PAGE}?done=password", status_code=303)
            cookies = cookies_of(visit.config)
            cookies.set(response, cookies.session, token)
            return response
    else:
        require_recent(visit.person, visit.services.clock())
    return visit.show("security/password.html", status=status, problem=problem)


async def confirm(visit: Visit) -> Response:
    """Prove once more who one is, and go back to where that was wanted."""
    account, problem, status = visit.services.account, None, 200
    back = local(visit.request.query_params.get("back", PAGE))
    if visit.request.method == "POST":
        form = await visit.form()
        if provider := text_of(form, "provider"):
            return await outside.confirm(visit, provider, back)
        answer = text_of(form, "answer", longest=LONGEST_ANSWER)
        try:
            if answer:
                await account.confirm_with_passkey(visit.secret, answer)
            else:
                given = typed_password(form, "password")
                await account.confirm(visit.secret, given, text_of(form, "code"), visit.browser)
            return visit.go(back)
        except (Unauthenticated, Incorrect, Busy) as refused:
            problem, status = said(visit, refused), 429 if isinstance(refused, Busy) else 400
    having, options = await account.confirmation(visit.secret)
    return visit.show(
        "security/confirm.html",
        status=status,
        back=back,
        having=having,
        passkey=as_json(options),
        outside=await outside.confirming(visit),
        problem=problem,
    )
