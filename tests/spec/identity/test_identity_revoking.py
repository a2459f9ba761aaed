"""What one process of a node revokes is refused by the others as soon as they hear of it."""

import asyncio

import pytest

from tests.support.signing_in import Desk
from verbund.errors import Unauthenticated
from verbund.identity import Tokens


async def refused(tokens: Tokens, token: str) -> None:
    """Wait until a process refuses a token."""
    while True:
        try:
            await tokens.verify(token)
        except Unauthenticated:
            break
        await asyncio.sleep(0.01)
    with pytest.raises(Unauthenticated, match="revoked"):
        await tokens.verify(token)


async def accepted(desk: Desk) -> tuple[Tokens, str, asyncio.Task[None]]:
    """Another process that follows, has heard of one revocation, and knows a token that is still good."""
    other = Tokens(desk.house, desk.keys, desk.database, clock=desk.clock)
    following = asyncio.create_task(other.follow())
    person = await desk.physician()
    token = (await desk.token(person))["access_token"]
    await other.verify(token)
    first = (await desk.token(person))["access_token"]
    async with asyncio.timeout(20):
        while not other._revoked:
            again = await desk.tokens.claims(first)
            await desk.tokens.revoke(again)
            await asyncio.sleep(0.05)
            with pytest.raises(Unauthenticated, match="revoked"):
                await desk.tokens.verify(first)
            first = (await desk.token(person))["access_token"]
    return other, token, following


async def test_another_process_refuses_what_was_revoked_without_reading_the_list_again(desk: Desk) -> None:
    other, token, following = await accepted(desk)
    try:
        await other.verify(token)  # the clock stands still, so the list is not read again from here on
        await desk.tokens.revoke(await desk.tokens.claims(token))
        async with asyncio.timeout(5):
            await refused(other, token)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def test_a_process_that_lost_its_connection_listens_again(desk: Desk) -> None:
    other, token, following = await accepted(desk)
    try:
        async with desk.database.connection() as connection:
            await connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like 'LISTEN%' "
                "and datname = current_database()"
            )
        await desk.tokens.revoke(await desk.tokens.claims(token))
        async with asyncio.timeout(10):
            await refused(other, token)
        with pytest.raises(Unauthenticated, match="revoked"):
            await other.verify(token)
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
