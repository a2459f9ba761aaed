"""Brings in what the repository keeps of others: `python -m scripts.vendor [fhir|terminology|web]`, or all of it."""

import sys
from importlib import import_module

PARTS = ("fhir", "terminology", "web")


def main(wanted: list[str]) -> int:
    """Run the parts that are asked for, all by default."""
    if unknown := set(wanted) - set(PARTS):
        print(f"Unknown part {', '.join(sorted(unknown))}; choose of {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    for part in wanted or PARTS:
        import_module(f"scripts.vendor.{part}").run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
