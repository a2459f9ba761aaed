"""More processes of one node, on the same address: each answers FHIR itself and hands everything else to the first.

They share the listening socket, and the database. What belongs to a node once (its part in the region, signing the log,
the portal) is in the first process only.
"""

import asyncio
import contextlib
import multiprocessing
import shutil
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
import uvloop
from prometheus_client.core import CounterMetricFamily

from verbund.config import NodeConfig
from verbund.errors import Unavailable
from verbund.node.application import Addresses, fhir_of
from verbund.node.assembly import opened
from verbund.node.forwarding import Forwarding, behind
from verbund.node.listening import answering, bound_file, settle
from verbund.node.protocol import Door
from verbund.ops import Metrics, Observed, configure_logs
from verbund.ops.metrics import LABELS
from verbund.ops.middleware import AsgiApp

START_SECONDS = 60.0
AGAIN_SECONDS = 1.0
COUNTED_EVERY_SECONDS = 2.0
END_SECONDS = 10.0

Counts = list[tuple[tuple[str, str, str], int]]

_log = structlog.get_logger("verbund.node")
_spawn = multiprocessing.get_context("spawn")


class Workers:
    """The further processes of a node. One that ends by itself is started again."""

    def __init__(self, config: NodeConfig, listener: socket.socket, file: Path) -> None:
        self._config = config
        self._listener = listener
        self._file = file
        self._counts: dict[int, Counts] = {}
        self._processes: dict[int, multiprocessing.process.BaseProcess] = {}
        self._ending = False

    def collect(self) -> Iterable[CounterMetricFamily]:
        """How many requests each has answered, for the metrics of the node."""
        family = CounterMetricFamily(
            "verbund_worker_http_requests", "Requests answered by further processes", labels=["worker", *LABELS]
        )
        for number, counts in sorted(self._counts.items()):
            for labels, value in counts:
                family.add_metric([str(number), *labels], value)
        return [family]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """All of them, within the block. Unavailable when one does not come up."""
        started = [asyncio.Event() for _ in range(self._config.workers)]
        tasks = [asyncio.create_task(self._keep(number, up)) for number, up in enumerate(started, 1)]
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.gather(*(up.wait() for up in started))
            yield
        except TimeoutError:
            raise Unavailable("A further process of this node does not start; its log says why.") from None
        finally:
            self._ending = True
            for process in self._processes.values():
                process.terminate()
            await asyncio.gather(*tasks)

    async def _keep(self, number: int, up: asyncio.Event) -> None:
        """One process after the other, until the node ends."""
        while not self._ending:
            ours, theirs = _spawn.Pipe()
            process = _spawn.Process(target=_work, args=(self._config, self._listener, self._file, theirs), daemon=True)
            process.start()
            theirs.close()
            self._processes[number] = process
            await asyncio.to_thread(self._listen, number, ours, asyncio.get_running_loop(), up)
            await asyncio.to_thread(_ended, process)
            if not self._ending:
                _log.error("a further process of the node ended; it is started again", worker=number)
                await asyncio.sleep(AGAIN_SECONDS)

    def _listen(self, number: int, ours: Connection, loop: asyncio.AbstractEventLoop, up: asyncio.Event) -> None:
        """Take what a process tells until it is gone."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                self._counts[number] = ours.recv()
                loop.call_soon_threadsafe(up.set)
        ours.close()


def _ended(process: multiprocessing.process.BaseProcess) -> None:
    process.join(END_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def _work(config: NodeConfig, listener: socket.socket, file: Path, told: Connection) -> None:
    """The life of a further process: until the first one says so, or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    configure_logs(config.log_level, config.log_format)
    uvloop.run(_answer(config, listener, file, told))


async def _answer(config: NodeConfig, listener: socket.socket, file: Path, told: Connection) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_reader(told.fileno(), ended.set)
    metrics = Metrics(config.name)
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(opened(config, signs=False))
        forward = Forwarding(file)
        stack.push_async_callback(forward.close)
        fhir = fhir_of(node)
        answers = Observed(fhir, metrics, config.name)
        app = Addresses({"fhir": answers}, forward, node.subscriptions.sockets)
        await stack.enter_async_context(answering(app, listener, Door(fhir.together(), answers, "fhir")))
        settle()
        while not ended.is_set():
            with contextlib.suppress(BrokenPipeError):
                told.send(list(metrics.requests.answered()))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), COUNTED_EVERY_SECONDS)
        loop.remove_reader(told.fileno())


@asynccontextmanager
async def with_workers(
    config: NodeConfig, app: AsgiApp, listener: socket.socket, metrics: Metrics
) -> AsyncIterator[None]:
    """Have further processes answer as well, as many as the settings say, within the block."""
    if config.workers == 0:
        yield
        return
    # A socket file's address has room for a hundred characters only, so it does not lie in the node's folder.
    folder = Path(tempfile.mkdtemp(prefix="verbund-"))
    try:
        file = folder / "first"
        workers = Workers(config, listener, file)
        async with answering(behind(app), bound_file(file)), workers.running():
            metrics.registry.register(workers)
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
