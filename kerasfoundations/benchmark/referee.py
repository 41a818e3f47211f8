"""Let the contestants take turns, and record their results."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasfoundations.benchmark.contestants import Contestant

TIMEOUT = 300.0  # seconds that a worker may be silent


@dataclass(frozen=True)
class Size:
    """The size of the task: samples (`None`: all), hidden units and layers, batch size, network."""

    num_samples: int | None = None
    width: int = 512
    batch_size: int = 128
    network: str = "mlp"
    depth: int = 1


@dataclass
class Result:
    """The measurements of one contestant.

    Attributes:
        contestant: The contestant.
        first: Seconds of the first epoch, which includes tracing and compiling.
        seconds: Seconds of the later epochs, one for each round.
        accuracies: Test accuracy after each epoch, including the first; empty for products.
        memory_before: MB (10⁶ bytes) that the process held once the data were loaded.
        memory: The most that it held from then on, in MB.
        failed: Why it has no figures; empty if it has.
        predicted: By batch size, the predictions per second of each round.
        device: What it computed on: `"CPU"` or `"GPU"`.
    """

    contestant: Contestant
    first: float = float("nan")
    seconds: list[float] = field(default_factory=list)
    accuracies: list[float] = field(default_factory=list)
    memory_before: float = float("nan")
    memory: float = float("nan")
    failed: str = ""
    predicted: dict[int, list[float]] = field(default_factory=dict)
    device: str = "CPU"

    @property
    def label(self) -> str:
        """The contestant's label, and the device if it is not the CPU."""
        return self.contestant.label + (", GPU" if self.device == "GPU" else "")

    def take(self, epoch: dict[str, Any], counted: bool) -> None:
        """Record an epoch."""
        if counted:
            self.seconds.append(epoch["seconds"])
        else:
            self.first = epoch["seconds"]
        if epoch["accuracy"] is not None:
            self.accuracies.append(epoch["accuracy"])
        self.memory, self.device = epoch["memory"], epoch.get("device", "CPU")


class WorkerFailed(Exception):
    """A contestant that cannot continue, and why."""


class Worker:
    """The process of a contestant, as the referee sees it."""

    def __init__(self, command: Sequence[str], env: dict[str, str], timeout: float) -> None:
        self.timeout = timeout
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=env,
        )
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")  # the end

    def answer(self) -> dict[str, Any]:
        """Return the next answer.

        Raises:
            WorkerFailed: if the worker reports a failure, ends, or is silent for too long.
        """
        try:
            line = self._answers.get(timeout=self.timeout)
        except queue.Empty:
            raise WorkerFailed(f"silent for {self.timeout:g} s") from None
        if not line:
            raise WorkerFailed(self._why_it_ended())
        try:
            message = json.loads(line)
        except ValueError:
            raise WorkerFailed(f"said {line.strip()[:80]!r}, expected JSON") from None
        if "failed" in message:
            raise WorkerFailed(message["failed"])
        return message

    def _why_it_ended(self) -> str:
        """Return the exit code, and the last line written to standard error."""
        try:
            code = self._process.wait(self.timeout)
        except subprocess.TimeoutExpired:
            return "its process has closed its output"
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"its process ended with exit code {code}" + (f" ({last[:300]})" if last else "")

    def epoch(self) -> dict[str, Any]:
        """Run an epoch in the worker, and return its answer."""
        return self._asked("go")

    def predictions(self, batch_size: int) -> float | None:
        """Return how many inputs per second it answers; `None` if it only multiplies."""
        return self._asked(f"predict {batch_size}").get("per_second")

    def _asked(self, order: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{order}\n")
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended: the answer says why
        return self.answer()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]


def measure(
    contestants: Sequence[Contestant],
    data: Path,
    rounds: int,
    size: Size | None = None,
    timeout: float = TIMEOUT,
    tell: Callable[[str], None] = lambda words: None,
    predict: Sequence[int] = (),
) -> list[Result]:
    """Time contestants in turn: one warm-up epoch each, then one epoch per round.

    Args:
        contestants: The contestants.
        data: Folder with `x.npy`, `y.npy`, `x_test.npy` and `y_test.npy`.
        rounds: Number of epochs that count.
        size: The size of the task; `None` for the first network on all samples.
        timeout: Seconds after which a silent worker is given up.
        tell: Called with a line about the progress.
        predict: Batch sizes in which they then predict, also in rounds.

    Returns:
        A result for each contestant, in order.
    """
    results = [Result(contestant, failed=contestant.missing) for contestant in contestants]

    def ask_all(question: Callable[[Worker, Result], None]) -> None:
        for place, worker in list(workers.items()):
            try:
                question(worker, results[place])
            except WorkerFailed as failure:
                results[place].failed = str(failure)
                workers.pop(place).end()

    with contextlib.ExitStack() as processes:
        workers = dict(_started(results, data, size or Size(), timeout, processes, tell))
        left = ""
        for number in range(rounds + 1):
            tell(
                f"round {number} of {rounds}{left}" if number else "first epochs, with compilation"
            )
            start = time.perf_counter()
            ask_all(_take_epoch if number else _take_first)
            if number:
                left = remaining(time.perf_counter() - start, rounds - number)
        for batch_size in predict:
            tell(f"predictions, batches of {batch_size:,}")
            for _ in range(rounds):
                ask_all(functools.partial(_take_predictions, batch_size))
    return results


def _take_first(worker: Worker, result: Result) -> None:
    result.take(worker.epoch(), counted=False)


def _take_epoch(worker: Worker, result: Result) -> None:
    result.take(worker.epoch(), counted=True)


def _take_predictions(batch_size: int, worker: Worker, result: Result) -> None:
    per_second = worker.predictions(batch_size)
    if per_second is not None:
        result.predicted.setdefault(batch_size, []).append(per_second)


def remaining(seconds: float, rounds: int) -> str:
    """Return how long rounds of that many seconds will take, in words; empty if hardly at all.

    Example:
        >>> remaining(20.0, 3), remaining(100.0, 3), remaining(0.1, 3)
        (', about 60 s left', ', about 5 min left', '')
    """
    left = seconds * rounds
    if left < 5:
        return ""
    return f", about {left:.0f} s left" if left < 100 else f", about {left / 60:.0f} min left"


def _started(
    results: list[Result],
    data: Path,
    size: Size,
    timeout: float,
    processes: contextlib.ExitStack,
    tell: Callable[[str], None],
) -> Iterator[tuple[int, Worker]]:
    """Start the workers one after another, so that none waits for the cores of another."""
    for place, result in enumerate(results):
        if result.failed:
            continue
        tell(f"starting {result.contestant.label}")
        worker = Worker(*_command(result.contestant, data, size), timeout)
        processes.callback(worker.end)
        try:
            result.memory_before = worker.answer()["memory"]
        except WorkerFailed as failure:
            result.failed = str(failure)
        else:
            yield place, worker


def _command(contestant: Contestant, data: Path, size: Size) -> tuple[list[str], dict[str, str]]:
    module, function = contestant.function
    settings = {
        "data": str(data),
        "module": f"{__package__}.{module}",
        "function": function,
        "needs": contestant.needs,
        "argument": contestant.argument,
        "num_samples": size.num_samples,
        "width": size.width,
        "batch_size": size.batch_size,
        "network": size.network,
        "depth": size.depth,
    }
    command = [sys.executable, "-m", f"{__package__}.worker", json.dumps(settings)]
    return command, os.environ | {"KERAS_BACKEND": contestant.backend, "TF_CPP_MIN_LOG_LEVEL": "2"}
