"""The command line as people and programs use it: within this process, or as one of its own that can be killed."""

import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from verbund.cli import main

PROGRAM = Path(sys.executable).with_name("verbund")
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


_commanded: ContextVar[bool] = ContextVar("commanded", default=False)


class _Said(io.StringIO):
    """What a command says; what the other tasks and threads of this process write meanwhile goes where it went."""

    def __init__(self, others: TextIO) -> None:
        super().__init__()
        self._others = others

    def write(self, text: str) -> int:
        return super().write(text) if _commanded.get() else self._others.write(text)


def verbund(*arguments: object) -> Done:
    """Run a command to its end within this process, in a thread, so that it has an event loop of its own."""
    out, err = _Said(sys.stdout), _Said(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), ThreadPoolExecutor(1) as pool:
        code = pool.submit(_exit_code, [str(one) for one in arguments]).result()
    return Done(code, out.getvalue(), err.getvalue())


def _exit_code(arguments: Sequence[str]) -> int:
    _commanded.set(True)
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def program(*arguments: object, **settings: str) -> Done:
    """Run a command to its end as a process of its own; settings go by the environment."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=_environment(settings),
    )
    return Done(done.returncode, done.stdout, done.stderr)


class Started:
    """A command that goes on running in a process of its own; what it logs goes to a file, so that it never waits."""

    def __init__(self, arguments: Sequence[object], settings: Mapping[str, str]) -> None:
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `close`
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=_environment(settings),
        )

    def said(self, words: str) -> list[str]:
        """Everything that it prints up to the line that begins with these words."""
        assert self.process.stdout is not None
        lines: list[str] = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if line.startswith(words):
                return lines
        raise AssertionError(f"ended before {words!r}; it said: {lines} {self.errors()}")

    def errors(self) -> str:
        """What it has written to standard error so far."""
        self._errors.seek(0)
        return self._errors.read()

    def end(self, sign: signal.Signals) -> Done:
        """Send a signal and wait for the end."""
        self.process.send_signal(sign)
        return self.done()

    def done(self) -> Done:
        """Wait for the end."""
        out, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return Done(self.process.returncode, out, self.errors())

    def close(self) -> None:
        """Kill it where it still runs."""
        self.process.kill()
        self.process.communicate()
        self._errors.close()


def started(*arguments: object, **settings: str) -> contextlib.closing[Started]:
    """Start a command, for use in a `with` block."""
    return contextlib.closing(Started(arguments, settings))


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    return dict(os.environ) | settings


def free_ports(number: int = 1) -> int:
    """The first of so many ports in a row that nobody uses."""
    while True:
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError, OverflowError):
            first = stack.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            start = int(first.getsockname()[1])
            for port in range(start + 1, start + number):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return start


def processes_of(directory: Path) -> dict[int, str]:
    """Number and command of every process that runs for a folder: nodes, guardians, database servers."""
    homes = [str(directory), *(pointer.read_text().strip() for pointer in directory.rglob("home") if pointer.is_file())]
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            where = f"{command} {(entry / 'cwd').readlink()}"
            if int(entry.name) != os.getpid() and any(home in where for home in homes):
                found[int(entry.name)] = command
    return found


def gone(directory: Path, seconds: float = 20.0) -> bool:
    """Whether nothing runs for the folder any more, now or soon."""
    return until(lambda: not processes_of(directory), seconds)


def until(holds: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether something comes true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()
