"""Prometheus metrics of one node, in a registry of its own, since one process may run many nodes."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counts and durations of a node. Labels are areas and status classes, never paths, which may hold ids."""

    def __init__(self, node: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        Gauge("verbund_node_info", "The node these metrics are of", ["node"], registry=self.registry).labels(node).set(
            1
        )
        self.requests = Counter(
            "verbund_http_requests", "Requests answered", ["area", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "verbund_http_seconds", "Time to the last byte", ["area"], buckets=SECONDS, registry=self.registry
        )
        self.running = Gauge("verbund_http_running", "Requests being answered", registry=self.registry)

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Add a gauge that asks `value` whenever metrics are read."""
        Gauge(f"verbund_{name}", text, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """All metrics in Prometheus' text format 0.0.4."""
        return generate_latest(self.registry)
