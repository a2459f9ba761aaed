"""Walking through the running region as its people would: who is where, what is expected, what a step has shown."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx

from verbund.demo.browsing import Browser, Page, browser
from verbund.demo.people import PASSWORD
from verbund.demo.region import Region
from verbund.errors import Fault, VerbundError


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the story: what was done, whether it came out, what was seen, in milliseconds."""

    title: str
    holds: bool
    seen: str
    elapsed_ms: int


@dataclass(slots=True)
class Walk:
    """Who is where: the browsers of the people, and the address of the record that Dr. Weber has open."""

    region: Region
    stack: AsyncExitStack
    people: dict[str, Browser] = field(default_factory=dict)
    record: str = ""

    async def stranger(self, house: str) -> Browser:
        """A browser at a house in which nobody has signed in yet."""
        return await self.stack.enter_async_context(browser(self.region.address(house)))

    async def as_person(self, login: str) -> Browser:
        """The browser of somebody who has signed in at their house."""
        if login not in self.people:
            person = next(p for p in self.region.people if p.login == login)
            found = await self.stranger(person.house)
            page = await found.sign_in(login, PASSWORD)
            expect(page.status == 200 and "Sign in" not in page.text[:60], f"{login} could not sign in", page)
            self.people[login] = found
        return self.people[login]


Deed = Callable[[Walk], Awaitable[str]]


async def done(title: str, do: Deed, walk: Walk) -> Step:
    """Do one step; what keeps it from coming out is said in it."""
    begun = time.monotonic()
    try:
        seen, holds = await do(walk), True
    except (VerbundError, httpx.HTTPError, StopIteration) as error:
        seen, holds = getattr(error, "text", "") or repr(error), False
    return Step(title, holds, seen, round((time.monotonic() - begun) * 1000))


def expect(holds: bool, otherwise: str, page: Page) -> None:
    """Fault with what is otherwise and what the page says."""
    if not holds:
        raise Fault(f"{otherwise} (status {page.status}): {page.text[:400]}")
