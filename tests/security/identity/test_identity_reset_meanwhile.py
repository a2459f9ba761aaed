"""A password that was replaced is worth nothing, whatever was under way with it."""

import asyncio

import pytest
from argon2 import PasswordHasher
from signing_in import Desk

from verbund.errors import Unauthenticated
from verbund.identity import People
from verbund.identity.passwords import Passwords

FORMER, PRESENT = "blaue Birnen im Mai", "grüne Quitten im Herbst"


class Held(Passwords):
    """Passwords of a node with stronger parameters, whose hashing takes until it is let go on."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def hash(self, password: str) -> str:
        if password == FORMER:
            self.begun.set()
            await self.go_on.wait()
        return await super().hash(password)


async def test_hashing_a_password_anew_does_not_bring_back_one_that_was_replaced_meanwhile(desk: Desk) -> None:
    person = await desk.physician()
    await desk.people.change_password(person.id, FORMER)
    held = Held()
    stronger = People(desk.database, desk.keys, clock=desk.clock, passwords=held)
    signing_in = asyncio.create_task(stronger.authenticate(person.login, FORMER))
    await held.begun.wait()
    await desk.people.change_password(person.id, PRESENT)
    held.go_on.set()
    await signing_in
    with pytest.raises(Unauthenticated):
        await desk.people.authenticate(person.login, FORMER)
    assert (await desk.people.authenticate(person.login, PRESENT)).id == person.id


async def test_a_password_is_hashed_anew_with_stronger_parameters_at_the_next_sign_in(desk: Desk) -> None:
    person = await desk.physician()
    await desk.people.change_password(person.id, FORMER)
    held = Held()
    held.go_on.set()
    stronger = People(desk.database, desk.keys, clock=desk.clock, passwords=held)
    await stronger.authenticate(person.login, FORMER)
    assert held.begun.is_set()
    held.begun.clear()
    await stronger.authenticate(person.login, FORMER)
    assert not held.begun.is_set(), "it has today's parameters"
