"""How fast the demo region is invented, against its limit of 1,000 patients a minute and bare serialisation."""

import time

import orjson

from verbund.demo import generate

PATIENTS = 1_000
LIMIT_PER_MINUTE = 1_000


def run() -> list[dict[str, object]]:
    """Generate a region of 1,000 patients in one go, then only serialise the same resources again."""
    began = time.perf_counter()
    count = size = 0
    for _, part in generate(patients=PATIENTS).everything():
        count += len(part)
        size += sum(map(len, part))
    seconds = time.perf_counter() - began
    return [
        {
            "what": "invent and serialise",
            "patients": PATIENTS,
            "resources": count,
            "megabytes": round(size / 1e6),
            "seconds": round(seconds, 2),
            "patients_a_minute": round(PATIENTS / seconds * 60),
            "limit_patients_a_minute": LIMIT_PER_MINUTE,
            "resources_a_second": round(count / seconds),
        },
        _bare(),
    ]


def _bare() -> dict[str, object]:
    """The bare cost of serialising, which no generator can undercut."""
    resources = [orjson.loads(raw) for _, part in generate(patients=100).everything() for raw in part]
    began = time.perf_counter()
    size = sum(len(orjson.dumps(resource)) for resource in resources)
    seconds = time.perf_counter() - began
    return {
        "what": "serialise only",
        "patients": 100,
        "resources": len(resources),
        "megabytes": round(size / 1e6),
        "seconds": round(seconds, 3),
        "resources_a_second": round(len(resources) / seconds),
    }
