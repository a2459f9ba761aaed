"""What is remembered of a token never says more than a look at the token itself would."""

from datetime import timedelta

import pytest

from tests.support.signing_in import Desk
from verbund.crypto import NodeKeys
from verbund.errors import Unauthenticated
from verbund.identity import Tokens, operator_token
from verbund.identity import tokens as implementation


async def verified(desk: Desk) -> tuple[str, bytes]:
    """A token that was verified."""
    token = (await desk.token(await desk.physician()))["access_token"]
    await desk.tokens.verify(token)
    return token, token.encode()


async def test_a_token_is_known_once_it_was_verified_and_not_before(desk: Desk) -> None:
    token = (await desk.token(await desk.physician()))["access_token"]
    await desk.tokens.verify((await desk.token(await desk.patient()))["access_token"])
    assert desk.tokens.known(token.encode()) is None
    principal = await desk.tokens.verify(token)
    assert desk.tokens.known(token.encode()) == principal
    assert desk.tokens.known(token.encode() + b" ") is None
    assert desk.tokens.known(b"") is None


async def test_a_token_is_not_known_from_the_second_in_which_it_expires(desk: Desk) -> None:
    token, raw = await verified(desk)
    expires = (await desk.tokens.claims(token)).exp
    left = expires - desk.clock().timestamp()
    desk.clock.turn(seconds=left - 1)
    await desk.tokens.verify(token)
    assert desk.tokens.known(raw) is not None
    desk.clock.turn(seconds=1)
    assert desk.tokens.known(raw) is None
    with pytest.raises(Unauthenticated, match="expired"):
        await desk.tokens.verify(token)


async def test_a_token_is_not_known_from_the_moment_it_is_revoked(desk: Desk) -> None:
    token, raw = await verified(desk)
    assert desk.tokens.known(raw) is not None
    await desk.tokens.revoke(await desk.tokens.claims(token))
    assert desk.tokens.known(raw) is None


async def test_what_another_process_revoked_is_not_known_once_the_list_must_be_read_again(desk: Desk) -> None:
    token, raw = await verified(desk)
    other = Tokens(desk.house, desk.keys, desk.database, clock=desk.clock)
    await other.revoke(await other.claims(token))
    desk.clock.turn(seconds=2, microseconds=1)
    assert desk.tokens.known(raw) is None
    with pytest.raises(Unauthenticated, match="revoked"):
        await desk.tokens.verify(token)
    assert desk.tokens.known(raw) is None


async def test_a_node_with_other_keys_knows_nothing_of_a_token(desk: Desk) -> None:
    _, raw = await verified(desk)
    other = Tokens(desk.house, NodeKeys.generate(), desk.database, clock=desk.clock)
    with pytest.raises(Unauthenticated):
        await other.verify(raw.decode())
    assert other.known(raw) is None


async def test_no_more_tokens_are_remembered_than_there_is_room_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(implementation, "_KNOWN", 3)
    made = [
        operator_token(desk.keys, desk.house, "system/*.rs", ttl=timedelta(minutes=number), clock=desk.clock)
        for number in range(1, 6)
    ]
    for token in made:
        await desk.tokens.verify(token)
    assert [desk.tokens.known(token.encode()) is not None for token in made] == [False, False, True, True, True]
    assert len(desk.tokens._good) == 3
