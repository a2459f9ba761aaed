"""Prometheus metrics of one node, in a registry of its own, since one process may run many nodes."""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LABELS = ("area", "method", "status")

Counted = tuple[str, str, int]
"""Area, method and status of requests."""


class Requests:
    """How many requests were answered, and in what time.

    Plain numbers of one event loop: every request is counted, so this takes no lock, and text is made of it only when
    somebody reads the metrics.
    """

    def __init__(self) -> None:
        self.running = 0
        self._since = time.time()
        self._answered: dict[Counted, int] = {}
        self._times: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def note(self, area: str, method: str, status: int, seconds: float) -> None:
        """Count an answer that took this long."""
        what = (area, method, status)
        self._answered[what] = self._answered.get(what, 0) + 1
        times = self._times.get(area)
        if times is None:
            times = self._times[area] = [0] * (len(SECONDS) + 1)
        times[bisect_left(SECONDS, seconds)] += 1
        self._sums[area] = self._sums.get(area, 0.0) + seconds

    def answered(self) -> Iterator[tuple[tuple[str, str, str], int]]:
        """Each area, method and status, and how often."""
        for (area, method, status), number in list(self._answered.items()):
            yield (area, method, str(status)), number

    def collect(self) -> Iterable[Metric]:
        """All of it as Prometheus takes it; a collector of its client library."""
        counts = CounterMetricFamily("verbund_http_requests", "Requests answered", labels=LABELS)
        for labels, number in self.answered():
            counts.add_metric(labels, number, created=self._since)
        times = HistogramMetricFamily("verbund_http_seconds", "Time to the last byte", labels=["area"])
        for area, numbers in list(self._times.items()):
            limits = (*map(str, SECONDS), "+Inf")
            times.add_metric([area], list(zip(limits, accumulate(numbers), strict=True)), self._sums[area])
        running = GaugeMetricFamily("verbund_http_running", "Requests being answered", value=self.running)
        return counts, times, running


class Metrics:
    """Counts and durations of a node. Labels are areas and status classes, never paths, which may hold ids."""

    def __init__(self, node: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Gauge("verbund_node_info", "The node these metrics are of", ["node"], registry=self.registry).labels(node).set(
            1
        )
        self.requests = Requests()
        self.registry.register(self.requests)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a gauge that asks `value` whenever metrics are read."""
        Gauge(f"verbund_{name}", text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)
