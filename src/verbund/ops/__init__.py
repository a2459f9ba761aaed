"""What keeps a node running: health, metrics, logs."""

from verbund.ops.health import Check, Health, Probe
from verbund.ops.logs import configure_logs
from verbund.ops.metrics import Metrics
from verbund.ops.middleware import Observed
from verbund.ops.routes import ROUTES, create_app

__all__ = ["ROUTES", "Check", "Health", "Metrics", "Observed", "Probe", "configure_logs", "create_app"]
