"""Health: what a node needs decides whether it is ready; what others owe is only reported."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from verbund.consent import Sentence
from verbund.errors import Forbidden, Unauthenticated, Unavailable
from verbund.ops import Health, Metrics, create_app
from verbund.ops.health import CHECK_SECONDS, disk_probe

TOKEN = "right"
OPERATOR = {"authorization": f"Bearer {TOKEN}"}


async def holds() -> Sentence:
    """A check that holds."""
    return Sentence("in Ordnung", "fine")


async def fails() -> Sentence:
    """A check that does not."""
    raise Unavailable("away; try again later", german="fort; später noch einmal versuchen")


async def breaks() -> Sentence:
    """A check that meets something foreign."""
    raise OSError("connect to 10.1.2.3 as weber failed")


async def hangs() -> Sentence:
    """A check that gets no answer."""
    await asyncio.sleep(60)
    return Sentence("spät", "late")


def asking(health: Health, metrics: Metrics | None = None) -> httpx.AsyncClient:
    """Somebody who asks a node with this health."""

    async def authorise(token: str) -> None:
        if token == "foreign":
            raise Unauthenticated("This token is not of this node.")
        if token != TOKEN:
            raise Forbidden("Metrics need a system scope.")

    app = create_app(health, metrics or Metrics("haus"), authorise)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://haus.example")


async def test_a_node_is_ready_when_all_it_needs_is_there() -> None:
    async with asking(Health({"database": holds}, {"hub": fails})) as http:
        answer = await http.get("/health/ready", headers=OPERATOR)
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {
            "database": {"ok": True, "needed": True, "text": "fine"},
            "hub": {"ok": False, "needed": False, "text": "away; try again later"},
        },
    }


async def test_why_is_told_to_operators_only_and_whether_to_everybody() -> None:
    health = Health({"database": breaks}, {"hub": fails})
    async with asking(health) as http:
        answer = await http.get("/health/ready")
        assert (answer.status_code, answer.json()) == (503, {"status": "not ready"})
        for token, status in (("foreign", 401), ("narrow", 403)):
            refused = await http.get("/health/ready", headers={"authorization": f"Bearer {token}"})
            assert refused.status_code == status
            assert "checks" not in refused.json()
    async with asking(Health({"database": holds}, {"hub": fails})) as http:
        answer = await http.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.mark.parametrize("probe", [fails, breaks])
async def test_a_node_is_not_ready_when_something_is_missing_and_lives_all_the_same(
    probe: Callable[[], Awaitable[Sentence]],
) -> None:
    async with asking(Health({"database": probe, "disk": holds}, {})) as http:
        answer = await http.get("/health/ready", headers=OPERATOR)
        assert (await http.get("/health/live")).json() == {"status": "live"}
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["checks"]["database"]["ok"] is False
    assert answer.json()["checks"]["disk"]["ok"] is True


async def test_a_foreign_errors_words_are_not_shown_to_everybody() -> None:
    (check,) = await Health({"database": breaks}, {}).checks()
    assert check.text == Sentence("OSError", "OSError")


async def test_probes_that_hang_are_given_up_together_after_two_seconds() -> None:
    begun = time.monotonic()
    checks = await Health({"a": hangs, "b": hangs}, {"c": hangs}).checks()
    assert time.monotonic() - begun < CHECK_SECONDS + 1
    assert {check.text.en for check in checks} == {"no answer within 2 seconds"}


async def test_what_was_found_is_said_in_german_too() -> None:
    well, ill, late = await Health({"a": holds, "b": fails}, {"c": hangs}).checks()
    assert well.text.de == "in Ordnung"
    assert ill.text.de == "fort; später noch einmal versuchen"
    assert late.text.de == "keine Antwort innerhalb von 2 Sekunden"


async def test_a_disk_with_room_is_fine(tmp_path: Path) -> None:
    said = await disk_probe(tmp_path)()
    assert "GiB free" in said.en
    assert "GiB frei" in said.de


class TestMetrics:
    async def test_whoever_shows_no_fitting_token_sees_nothing(self) -> None:
        async with asking(Health({}, {})) as http:
            for headers, status in (
                ({}, 401),
                ({"authorization": "Basic right"}, 401),
                ({"authorization": "Bearer"}, 401),
                ({"authorization": "Bearer foreign"}, 401),
                ({"authorization": "Bearer weak"}, 403),
            ):
                answer = await http.get("/metrics", headers=headers)
                assert answer.status_code == status
                assert "verbund_" not in answer.text
                assert ("www-authenticate" in answer.headers) == (status == 401)

    async def test_prometheus_reads_the_nodes_figures(self) -> None:
        metrics = Metrics("haus")
        metrics.watch("waiting", "How much waits", lambda: 3.0)
        metrics.requests.note("fhir", "GET", 200, 0.1)
        async with asking(Health({}, {}), metrics) as http:
            answer = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        lines = answer.text.splitlines()
        assert 'verbund_node_info{node="haus"} 1.0' in lines
        assert 'verbund_http_requests_total{area="fhir",method="GET",status="200"} 1.0' in lines
        assert "verbund_waiting 3.0" in lines
        assert any(line.startswith("process_resident_memory_bytes") for line in lines)

    def test_two_nodes_of_one_process_count_apart(self) -> None:
        one, other = Metrics("one"), Metrics("other")
        one.requests.note("fhir", "GET", 200, 0.1)
        assert b"verbund_http_requests_total{" in one.text()
        assert b"verbund_http_requests_total{" not in other.text()
