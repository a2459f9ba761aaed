"""Hub and sites that fail, and a network between them that cuts and goes deaf: letters arrive once all the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from exchange_proxy import Proxy
from exchange_world import World, started, until

from verbund.errors import Unavailable
from verbund.exchange import Message


@pytest_asyncio.fixture(loop_scope="session")
async def proxy(region: World) -> AsyncIterator[Proxy]:
    """Between `klinik` and the hub."""
    async with Proxy(region.serving.port) as made:
        await direct(region, made.port)
        yield made
        await direct(region, region.serving.port)
        await region.sites["klinik"].stop()


async def direct(region: World, port: int) -> None:
    async with region.sites["klinik"].database.connection() as connection:
        await connection.execute("update exchange_membership set hub_url = $1", f"http://127.0.0.1:{port}")


def collecting(applied: list[bytes]) -> Any:
    async def apply(message: Message) -> bytes:
        applied.append(message.payload)
        return message.payload

    return apply


async def test_letters_written_while_the_hub_is_down_arrive_when_it_is_back(region: World) -> None:
    applied: list[bytes] = []
    praxis, klinik = await started(region, klinik={"news": collecting(applied), "ask": collecting([])})
    await region.serving.down()
    await until(lambda: not klinik.correspondence.state.connected)
    for number in range(5):
        await praxis.correspondence.send("klinik", "news", str(number).encode())
    with pytest.raises(Unavailable):
        await praxis.correspondence.ask("klinik", "ask", b"", timeout_seconds=2)
    assert applied == []
    await region.serving.up()
    await until(lambda: len(applied) == 5, 20)
    await until(lambda: klinik.correspondence.state.connected, 20)
    assert applied == [b"0", b"1", b"2", b"3", b"4"]
    assert await praxis.correspondence.ask("klinik", "ask", b"again") == b"again"


async def test_letters_to_a_site_that_is_down_wait_for_it(region: World) -> None:
    applied: list[bytes] = []
    praxis, klinik = await started(region, klinik={"news": collecting(applied)})
    await klinik.stop()
    for number in range(5):
        await praxis.correspondence.send("klinik", "news", str(number).encode(), subject=f"to-{number}")
    await asyncio.sleep(0.5)
    await klinik.start()
    await until(lambda: len(applied) == 5, 20)

    async def settled() -> bool:
        states = [await praxis.correspondence.letters_about(f"to-{number}") for number in range(5)]
        return all(state.outcome == "applied" for (state,) in states)

    await until(settled, 20)
    assert applied == [b"0", b"1", b"2", b"3", b"4"]


async def test_a_sender_that_stops_goes_on_where_it_was(region: World) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})
    for number in range(10):
        await praxis.correspondence.send("klinik", "news", str(number).encode())
    await praxis.stop()
    await praxis.start()
    await until(lambda: len(applied) == 10, 20)
    assert applied == [str(number).encode() for number in range(10)]


async def test_connections_that_are_cut_again_and_again_lose_and_double_nothing(region: World, proxy: Proxy) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied)})

    async def cutting() -> None:
        for _ in range(12):
            await asyncio.sleep(0.08)
            await proxy.cut()

    cuts = asyncio.create_task(cutting())
    for number in range(30):
        await praxis.correspondence.send("klinik", "news", str(number).encode())
        await asyncio.sleep(0.02)
    await cuts
    await until(lambda: len(applied) >= 30, 30)
    assert applied == [str(number).encode() for number in range(30)]


async def test_a_site_whose_line_refuses_connections_is_reached_once_it_accepts_them(
    region: World, proxy: Proxy
) -> None:
    applied: list[bytes] = []
    praxis, klinik = await started(region, klinik={"news": collecting(applied)})
    await proxy.refuse()
    await until(lambda: not klinik.correspondence.state.connected)
    assert klinik.correspondence.state.problem
    await praxis.correspondence.send("klinik", "news", b"x")
    proxy.accept()
    await until(lambda: applied == [b"x"], 20)
    await until(lambda: klinik.correspondence.state.connected, 20)


async def test_a_line_that_goes_deaf_costs_an_ask_its_time_and_a_letter_nothing(region: World, proxy: Proxy) -> None:
    applied: list[bytes] = []
    praxis, _ = await started(region, klinik={"news": collecting(applied), "ask": collecting([])})
    assert await praxis.correspondence.ask("klinik", "ask", b"hears") == b"hears"
    proxy.go_deaf()
    with pytest.raises(Unavailable):
        await praxis.correspondence.ask("klinik", "ask", b"", timeout_seconds=0.5)
    await praxis.correspondence.send("klinik", "news", b"x")
    proxy.hear()
    await until(lambda: applied == [b"x"], 20)
    assert await praxis.correspondence.ask("klinik", "ask", b"hears again") == b"hears again"


async def test_a_large_answer_that_is_cut_on_its_way_is_sent_again(region: World, proxy: Proxy) -> None:
    large = bytes(range(256)) * 12_000

    async def answer(_: Message) -> bytes:
        asyncio.get_running_loop().call_later(0.01, lambda: cuts.append(asyncio.ensure_future(proxy.cut())))
        return large

    cuts: list[asyncio.Future[None]] = []
    praxis, _ = await started(region, klinik={"large": answer})
    assert await praxis.correspondence.ask("klinik", "large", b"", timeout_seconds=20) == large
    await asyncio.gather(*cuts)


async def test_a_full_mailbox_refuses_and_keeps_what_it_has(region: World) -> None:
    await started(region)
    async with region.center.database.connection() as connection:
        await connection.execute("update exchange_mailbox set parcels = 1000000 where receiver = 'klinik'")
    praxis = region.sites["praxis"]
    await praxis.correspondence.send("klinik", "news", b"x", subject="full")
    await asyncio.sleep(0.3)
    (state,) = await praxis.correspondence.letters_about("full")
    assert state.outcome is None


async def test_what_has_expired_is_removed_from_the_mailbox(region: World) -> None:
    praxis, klinik = await started(region)
    await klinik.stop()
    await praxis.correspondence.send("klinik", "news", b"x", subject="short", life=timedelta(seconds=0.6))

    async def expired() -> bool:
        (state,) = await praxis.correspondence.letters_about("short")
        return state.outcome == "expired"

    await until(expired)
    await region.hub.broker.sweep()
    async with region.center.database.connection() as connection:
        row = await connection.fetchrow("select parcels, bytes from exchange_mailbox where receiver = 'klinik'")
        left = await connection.fetchval("select count(*) from exchange_parcel where receiver = 'klinik'")
    assert (row["parcels"], row["bytes"], left) == (0, 0, 0)


async def test_a_part_of_the_exchange_that_fails_is_shown_and_begun_again(
    region: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[bytes] = []
    praxis, klinik = await started(region, klinik={"news": collecting(applied)})
    failures = iter([ValueError("a mistake of ours")] * 2)
    receivers, poll = praxis.correspondence._outbox.receivers, klinik.correspondence._post.poll

    async def failing_receivers(*, urgent: bool) -> list[str]:
        if not urgent and (failure := next(failures, None)) is not None:
            raise failure
        return await receivers(urgent=urgent)

    async def failing_poll(*_: Any) -> Any:
        monkeypatch.setattr(klinik.correspondence._post, "poll", poll)
        raise ValueError("another one")

    monkeypatch.setattr(praxis.correspondence._outbox, "receivers", failing_receivers)
    monkeypatch.setattr(klinik.correspondence._post, "poll", failing_poll)
    await praxis.correspondence.send("klinik", "news", b"all the same")
    await until(lambda: "sending" in (praxis.correspondence.state.problem or ""))
    assert not praxis.correspondence.state.connected
    await until(lambda: applied, 20)
    await until(lambda: "receiving" in (klinik.correspondence.state.problem or ""), 20)
    await praxis.correspondence.send("klinik", "news", b"again")
    await until(lambda: len(applied) == 2, 20)
