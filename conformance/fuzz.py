"""`python -m conformance.fuzz TARGET --seconds N`: let a fuzzer that watches branches look for what breaks a parser.

Needs atheris, which stands among the development dependencies. An input that breaks the promise of
`conformance.targets` is printed and written to the working directory; the exit code is then not 0.
"""

import sys
import tempfile
from pathlib import Path

import atheris
import click

with atheris.instrument_imports(include=["verbund"]):
    from conformance.targets import TARGETS, attempt


@click.command()
@click.argument("target", type=click.Choice(sorted(TARGETS)))
@click.option("--seconds", type=click.IntRange(1), default=60, show_default=True, help="How long to look.")
def main(target: str, seconds: int) -> None:
    """Fuzz one parser."""
    chosen = TARGETS[target]
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(chosen.seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        limits = [f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048", "-max_len=8192"]
        atheris.Setup([sys.argv[0], *limits, folder], lambda data: int(attempt(chosen, data)) * 0)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
