"""What a node offers beside records, all of it empty. Nothing may be done: a form that gets here is a fault."""

# ruff: noqa: ARG002 - the same arguments as the real ones

from verbund.errors import NotFound
from verbund.identity import Principal
from verbund.portal.people import OpenLetter, Relations
from verbund.rights import Copy, Outcome, Request, RequestPage


class EmptyDesks:
    """Enrolment, proxies, rights, apps, opened records and resets of a house in which nobody has done anything yet."""

    async def letters(
        self, who: Principal, *, count: int, cursor: str | None
    ) -> tuple[tuple[OpenLetter, ...], str | None]:
        return (), None

    async def of(self, who: Principal) -> Relations:
        return Relations((), ())

    async def requests(self, who: Principal) -> tuple[Request, ...]:
        return ()

    async def copies(self, who: Principal) -> tuple[Copy, ...]:
        return ()

    async def preview(self, who: Principal) -> Outcome:
        return Outcome((), ())

    async def waiting(self, who: Principal, *, cursor: str | None) -> RequestPage:
        return RequestPage(())

    async def opened(self, who: Principal, before: int | None) -> tuple[tuple[()], None]:
        return (), None

    async def permitted(self, who: Principal) -> tuple[()]:
        return ()

    async def question(self, request_id: str) -> None:
        raise NotFound("Nobody asks.")

    def __getattr__(self, deed: str) -> None:
        raise AssertionError(f"the form of an attacker has reached '{deed}'")
