"""What nodes can rely on when they talk with each other through the hub."""

import asyncio
import contextlib
from typing import Any

import pytest
from exchange_world import started, until

from verbund.errors import Forbidden, NotFound, Unavailable, Unsupported
from verbund.exchange import Message


async def echo(message: Message) -> bytes:
    return message.sender.encode() + b": " + message.payload


async def test_a_site_asks_another_and_gets_its_answer(region: Any) -> None:
    praxis, _ = await started(region, klinik={"greet": echo})
    assert await praxis.correspondence.ask("klinik", "greet", b"good day") == b"praxis: good day"


async def test_a_site_asks_the_hub_and_the_hub_asks_a_site(region: Any) -> None:
    praxis, _ = await started(region, klinik={"greet": echo}, hub={"greet": echo})
    assert await praxis.correspondence.ask("hub", "greet", b"x") == b"praxis: x"
    assert await region.center.correspondence.ask("klinik", "greet", b"y") == b"hub: y"


async def test_a_large_answer_arrives_whole(region: Any) -> None:
    large = bytes(range(256)) * 8_000

    async def answer(_: Message) -> bytes:
        return large

    praxis, _ = await started(region, klinik={"record": answer})
    assert await praxis.correspondence.ask("klinik", "record", b"") == large


async def test_what_the_others_handler_raises_is_raised_where_it_was_asked(region: Any) -> None:
    async def refuse(_: Message) -> bytes:
        raise Forbidden("The patient does not allow it.", german="Der Patient erlaubt es nicht.")

    praxis, _ = await started(region, klinik={"record": refuse})
    with pytest.raises(Forbidden) as caught:
        await praxis.correspondence.ask("klinik", "record", b"")
    assert caught.value.german == "Der Patient erlaubt es nicht."


async def test_a_kind_without_handler_is_unsupported_and_an_unknown_site_not_found(region: Any) -> None:
    praxis, _ = await started(region)
    with pytest.raises(Unsupported):
        await praxis.correspondence.ask("klinik", "unheard-of", b"")
    with pytest.raises(NotFound):
        await praxis.correspondence.ask("nowhere", "greet", b"")


async def test_a_site_that_is_not_connected_shows_at_once(region: Any) -> None:
    praxis, klinik = await started(region, klinik={"greet": echo})
    await klinik.stop()
    with pytest.raises(Unavailable):
        await until(lambda: refused_quickly(praxis))


async def refused_quickly(praxis: Any) -> bool:
    before = asyncio.get_running_loop().time()
    try:
        await praxis.correspondence.ask("klinik", "greet", b"", timeout_seconds=1.0)
    except Unavailable:
        if asyncio.get_running_loop().time() - before < 0.5:
            raise
    return False


async def test_an_answer_that_takes_too_long_is_not_waited_for(region: Any) -> None:
    async def slow(_: Message) -> bytes:
        await asyncio.sleep(30)
        return b""

    praxis, _ = await started(region, klinik={"slow": slow})
    with pytest.raises(Unavailable, match="0\\.3 seconds"):
        await praxis.correspondence.ask("klinik", "slow", b"", timeout_seconds=0.3)


async def test_a_letter_is_applied_once_and_its_sender_learns_so(region: Any) -> None:
    applied: list[bytes] = []

    async def apply(message: Message) -> None:
        applied.append(message.payload)

    praxis, _ = await started(region, klinik={"news": apply})
    letter = await praxis.correspondence.send("klinik", "news", b"one", subject="topic")

    async def settled() -> Any:
        (state,) = await praxis.correspondence.letters_about("topic")
        return state if state.outcome else None

    state = await until(settled)
    assert (state.id, state.outcome, applied) == (letter, "applied", [b"one"])


async def test_letters_of_one_site_are_applied_in_the_order_of_sending(region: Any) -> None:
    applied: list[int] = []

    async def apply(message: Message) -> None:
        applied.append(int(message.payload))

    praxis, _ = await started(region, klinik={"count": apply})
    for number in range(60):
        await praxis.correspondence.send("klinik", "count", str(number).encode())

    async def complete() -> Any:
        return len(applied) >= 60

    await until(complete)
    assert applied == list(range(60))


async def test_a_letter_goes_only_if_the_transaction_that_wrote_it_commits(region: Any) -> None:
    applied: list[bytes] = []

    async def apply(message: Message) -> None:
        applied.append(message.payload)

    praxis, _ = await started(region, klinik={"news": apply})
    with contextlib.suppress(RuntimeError):
        async with praxis.database.transaction() as connection:
            await praxis.correspondence.posting("klinik", "news", b"undone").write(connection, ())
            raise RuntimeError("undo it")
    async with praxis.database.transaction() as connection:
        await praxis.correspondence.posting("klinik", "news", b"done").write(connection, ())

    async def arrived() -> Any:
        return bool(applied)

    await until(arrived)
    assert applied == [b"done"]


async def test_a_letter_that_cannot_be_applied_now_comes_again_and_holds_back_those_behind_it(region: Any) -> None:
    tries: list[bytes] = []

    async def apply(message: Message) -> None:
        tries.append(message.payload)
        if len(tries) < 3:
            raise Unavailable("The database is away.")

    praxis, _ = await started(region, klinik={"news": apply})
    await praxis.correspondence.send("klinik", "news", b"first")
    await praxis.correspondence.send("klinik", "news", b"second")

    async def both() -> Any:
        return b"second" in tries

    await until(both)
    assert tries == [b"first", b"first", b"first", b"second"]


async def test_a_letter_that_is_refused_for_good_does_not_hold_up_the_next(region: Any) -> None:
    applied: list[bytes] = []

    async def apply(message: Message) -> None:
        if message.payload == b"bad":
            raise Forbidden("This is not for you to say.")
        applied.append(message.payload)

    praxis, _ = await started(region, klinik={"news": apply})
    await praxis.correspondence.send("klinik", "news", b"bad", subject="bad")
    await praxis.correspondence.send("klinik", "news", b"good")

    async def settled() -> Any:
        (state,) = await praxis.correspondence.letters_about("bad")
        return state if applied and state.outcome else None

    state = await until(settled)
    assert (state.outcome, state.problem) == ("refused", "This is not for you to say.")
    assert applied == [b"good"]


async def test_the_note_of_a_letter_and_its_effects_are_one_transaction(region: Any) -> None:
    praxis, klinik = region.sites["praxis"], region.sites["klinik"]
    async with klinik.database.connection() as connection:
        await connection.execute("create table effect (payload bytea)")
    broken = [True]

    async def apply(message: Message) -> None:
        async with klinik.database.transaction() as connection:
            await connection.execute("insert into effect values ($1)", message.payload)
            await message.once.write(connection, ())
            if broken.pop() if broken else False:
                raise Unavailable("Cut off before the commit.")

    praxis, klinik = await started(region, klinik={"news": apply})
    await praxis.correspondence.send("klinik", "news", b"x", subject="s")

    async def settled() -> Any:
        (state,) = await praxis.correspondence.letters_about("s")
        return state.outcome

    assert await until(settled) == "applied"
    async with klinik.database.connection() as connection:
        assert await connection.fetchval("select count(*) from effect") == 1


async def test_an_urgent_letter_overtakes_all_that_wait_and_urgent_ones_keep_their_order(region: Any) -> None:
    """A withdrawal behind the decisions of three hundred others, at a house that needs its time for each."""
    applied: list[bytes] = []

    async def slowly(message: Message) -> None:
        await asyncio.sleep(0.05)
        applied.append(message.payload)

    async def at_once(message: Message) -> None:
        applied.append(message.payload)

    praxis, _ = await started(region, klinik={"news": slowly, "withdrawal": at_once})
    for number in range(300):
        await praxis.correspondence.send("klinik", "news", b"%d" % number)
    await until(lambda: applied)
    before = len(applied)
    for word in (b"first", b"second"):
        await praxis.correspondence.send("klinik", "withdrawal", word, urgent=True)
    await until(lambda: b"second" in applied, 5)
    assert applied.index(b"first") < applied.index(b"second") < before + 200
    others = [int(one) for one in applied if one.isdigit()]
    assert others == sorted(others), "the others keep their order"


async def test_messages_that_go_at_one_moment_go_together_and_fail_each_by_itself(region: Any) -> None:
    praxis, klinik = await started(region, klinik={"greet": echo}, praxis={"greet": echo})
    asked: list[str] = []
    exchanged = praxis.correspondence._post._signed

    async def counted(method: str, target: str, *args: Any, **options: Any) -> bytes:
        asked.append(target)
        return await exchanged(method, target, *args, **options)

    praxis.correspondence._post._signed = counted
    await klinik.stop()
    await until(lambda: _is_silent(praxis))
    asked.clear()
    sites = ("hub", "praxis", "klinik", "praxis")
    answers = await asyncio.gather(
        *(praxis.correspondence.ask(site, "greet", b"x") for site in sites), return_exceptions=True
    )
    assert [type(one) for one in answers] == [Unsupported, bytes, Unavailable, bytes], answers
    assert asked.count("/exchange/batch") >= 1
    assert "/exchange/messages" not in asked[: asked.index("/exchange/batch") + 1]


async def _is_silent(praxis: Any) -> bool:
    try:
        await praxis.correspondence.ask("klinik", "greet", b"", timeout_seconds=1)
    except Unavailable:
        return True
    return False
