"""Whether a node lives and whether it can do its work.

Live says that the process answers. Ready says that every check holds that the node cannot work without; checks of what
others owe (the hub) are reported and do not make the node unready, since a house must work when the region is away.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from verbund.consent import Sentence
from verbund.errors import Unavailable, VerbundError

CHECK_SECONDS = 2.0
LEAST_FREE_BYTES = 256 * 2**20

Probe = Callable[[], Awaitable[Sentence]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check's outcome: whether it holds, whether the node needs it, and a sentence for the operator."""

    name: str
    holds: bool
    needed: bool
    text: Sentence


class Health:
    """Runs probes. A probe returns a sentence, or raises; it has two seconds."""

    def __init__(self, needed: Mapping[str, Probe], reported: Mapping[str, Probe]) -> None:
        self._probes = [(name, probe, True) for name, probe in needed.items()]
        self._probes += [(name, probe, False) for name, probe in reported.items()]

    async def checks(self) -> tuple[Check, ...]:
        """Every probe's outcome, in the order given; probes run at the same time."""
        return tuple(await asyncio.gather(*(self._run(*entry) for entry in self._probes)))

    @staticmethod
    async def _run(name: str, probe: Probe, needed: bool) -> Check:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return Check(name, True, needed, await probe())
        except TimeoutError:
            seconds = f"{CHECK_SECONDS:.0f}"
            late = Sentence(f"keine Antwort innerhalb von {seconds} Sekunden", f"no answer within {seconds} seconds")
            return Check(name, False, needed, late)
        except VerbundError as error:
            return Check(name, False, needed, Sentence(error.german, error.text))
        except Exception as error:  # noqa: BLE001 - anyone may read this: a foreign error's text could hold an address
            return Check(name, False, needed, Sentence(type(error).__name__, type(error).__name__))


def disk_probe(directory: Path) -> Probe:
    """A probe that fails when less than 256 MiB are free where the node keeps its data."""

    async def probe() -> Sentence:
        free = shutil.disk_usage(directory).free
        if free < LEAST_FREE_BYTES:
            raise Unavailable(
                f"only {free >> 20} MiB free in the data directory; make room before writes are refused",
                german=f"nur {free >> 20} MiB frei im Datenverzeichnis; schaffen Sie Platz, ehe nichts mehr "
                "geschrieben werden kann",
            )
        return Sentence(f"{free >> 30} GiB frei", f"{free >> 30} GiB free")

    return probe
