"""Logs and counts of requests tell an operator what happened, and never who it was about."""

import contextlib
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from verbund.ops import Metrics, Observed, configure_logs
from verbund.ops.logs import HIDDEN, HIDDEN_FIELDS


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What is logged within a test, as JSON lines."""
    handlers, level = logging.root.handlers[:], logging.root.level
    with contextlib.redirect_stderr(io.StringIO()) as written:
        configure_logs("info", "json")
        yield written
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def events(written: io.StringIO) -> list[dict[str, Any]]:
    """The events, each a line of JSON."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_a_line_with_time_and_level(logged: io.StringIO) -> None:
    structlog.get_logger().info("began", node="haus")
    structlog.get_logger().debug("detail")
    (event,) = events(logged)
    assert (event["event"], event["node"], event["level"]) == ("began", "haus", "info")
    assert event["timestamp"].endswith("Z")


@pytest.mark.parametrize("field", sorted(HIDDEN_FIELDS))
def test_fields_that_may_hold_a_person_or_a_secret_are_hidden(logged: io.StringIO, field: str) -> None:
    structlog.get_logger().info("began", **{field: "Erika Sommer"})
    assert "Erika" not in logged.getvalue()
    assert events(logged)[0][field] == HIDDEN


def test_what_libraries_log_comes_in_the_same_form(logged: io.StringIO) -> None:
    logging.getLogger("library").warning("slow")
    logging.getLogger("library").info("chatter")
    (event,) = events(logged)
    assert (event["event"], event["level"]) == ("slow", "warning")


def test_an_exception_is_logged_with_its_traceback_in_the_line(logged: io.StringIO) -> None:
    try:
        int("broken")
    except ValueError:
        structlog.get_logger().exception("failed")
    (event,) = events(logged)
    assert "ValueError: invalid literal" in event["exception"]


async def hello(request: Request) -> Response:
    """Answers, or fails when asked to."""
    structlog.get_logger().info("inside")
    if "fail" in request.query_params:
        raise ValueError("broken")
    return PlainTextResponse("hello", int(request.query_params.get("status", "200")))


def observed(metrics: Metrics) -> httpx.AsyncClient:
    """Somebody who asks an observed application."""
    routes = [Route(path, hello, methods=["GET", "POST"]) for path in ("/fhir/Patient/{id}", "/", "/health/live")]
    app = Observed(Starlette(routes=routes), metrics, "haus")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://haus.example")


class TestRequests:
    async def test_a_request_is_logged_by_area_without_its_address(self, logged: io.StringIO) -> None:
        async with observed(Metrics("haus")) as http:
            answer = await http.get("/fhir/Patient/4711?name=Sommer")
        inside, request = events(logged)
        assert (request["event"], request["area"], request["method"], request["status"]) == (
            "request",
            "fhir",
            "GET",
            200,
        )
        assert request["ms"] >= 0
        assert inside["request"] == answer.headers["x-request-id"]
        assert "4711" not in logged.getvalue()
        assert "Sommer" not in logged.getvalue()

    async def test_requests_are_logged_in_the_form_of_all_events(self, logged: io.StringIO) -> None:
        async with observed(Metrics("haus")) as http:
            await http.get("/")
        inside, request = events(logged)
        structlog.get_logger("verbund.http").info("request", node="haus", area="a", method="b", status=1, ms=0.1)
        like = events(logged)[-1]
        assert set(request) == set(like) | {"request"}
        assert [type(request[name]) for name in like] == [type(value) for value in like.values()]
        assert inside["timestamp"] <= request["timestamp"] <= like["timestamp"]
        assert len(request["timestamp"]) == len(like["timestamp"])

    async def test_every_request_has_a_number_of_its_own(self) -> None:
        async with observed(Metrics("haus")) as http:
            numbers = {(await http.get("/")).headers["x-request-id"] for _ in range(5)}
        assert len(numbers) == 5

    async def test_requests_are_counted_by_area_method_and_status(self) -> None:
        metrics = Metrics("haus")
        async with observed(metrics) as http:
            await http.get("/fhir/Patient/1?status=404")
            await http.get("/fhir/Patient/2?status=404")
            await http.post("/")
            await http.request("BREW", "/")
        text = metrics.text().decode()
        assert 'verbund_http_requests_total{area="fhir",method="GET",status="404"} 2.0' in text
        assert 'verbund_http_requests_total{area="portal",method="POST",status="200"} 1.0' in text
        assert 'method="OTHER"' in text
        assert "BREW" not in text
        assert 'verbund_http_seconds_count{area="fhir"} 2.0' in text
        assert "verbund_http_running 0.0" in text

    async def test_a_request_that_fails_counts_as_500(self, logged: io.StringIO) -> None:
        metrics = Metrics("haus")
        async with observed(metrics) as http:
            assert (await http.get("/?fail=1")).status_code == 500
        assert 'verbund_http_requests_total{area="portal",method="GET",status="500"} 1.0' in metrics.text().decode()
        assert events(logged)[-1]["status"] == 500

    async def test_the_checks_of_machines_do_not_fill_the_log(self, logged: io.StringIO) -> None:
        async with observed(Metrics("haus")) as http:
            await http.get("/health/live")
        assert [event["event"] for event in events(logged)] == ["inside"]
