"""The process of one contestant: it loads the data, and runs one epoch per request.

The two sides exchange lines: the referee writes `go`, the worker answers with JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from kerasfoundations.data.memory import aligned


@dataclass(frozen=True)
class Work:
    """The task of every contestant.

    Attributes:
        x: Training images, float32 `(n, 784)` in [0, 1].
        y: Their labels, uint8 `(n,)`.
        x_test: Test images, likewise.
        y_test: Their labels.
        width: Units of the hidden layer.
        batch_size: Samples per step.
        argument: The contestant's extra argument.
    """

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    width: int = 512
    batch_size: int = 128
    argument: str = ""

    def start_weights(self) -> list[np.ndarray]:
        """Return Glorot-uniform kernels and biases of 0: `[W1, b1, W2, b2]`, float32."""
        rng = np.random.default_rng(0)
        sizes = [self.x.shape[1], self.width, 10]
        weights: list[np.ndarray] = []
        for d, units in itertools.pairwise(sizes):
            limit = np.sqrt(6 / (d + units))
            weights += [rng.uniform(-limit, limit, (d, units)), np.zeros(units)]
        return [weight.astype("float32") for weight in weights]


class Turns:
    """The worker's side of the exchange: when to begin an epoch, and its result."""

    def __init__(self, orders: TextIO, answers: TextIO) -> None:
        self._orders, self._answers = orders, answers
        self.seconds = 0.0

    def tell(self, **message: Any) -> None:
        """Answer the referee."""
        print(json.dumps(message), file=self._answers, flush=True)

    def begin(self) -> None:
        """Wait for the next request, and start the clock.

        Raises:
            SystemExit: if there are no more requests.
        """
        if self._orders.readline().strip() != "go":
            raise SystemExit(0)
        self._start = time.perf_counter()

    def stop(self) -> None:
        """Stop the clock: whatever follows is not counted."""
        self.seconds = time.perf_counter() - self._start

    def report(self, accuracy: float | None = None) -> None:
        """Report the epoch."""
        self.tell(seconds=self.seconds, accuracy=accuracy, memory=peak_memory())


def peak_memory() -> float:
    """Return the peak memory of the process, in MB (10⁶ bytes)."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def forget_peak() -> None:
    """Restart the measurement of peak memory, if the system can: loading is not training."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


@contextlib.contextmanager
def private_output() -> Iterator[TextIO]:
    """Yield the real standard output, for answers; send everything else printed to stderr."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        yield answers


def main(settings: dict[str, Any]) -> None:
    """Run one contestant until there are no more requests.

    Args:
        settings: `data` (a folder), `module`, `function`, `argument`, `needs`, `num_samples`,
            `width`, `batch_size`.
    """
    with private_output() as answers:
        turns = Turns(sys.stdin, answers)
        try:
            importlib.import_module(settings["needs"])
            train = getattr(importlib.import_module(settings["module"]), settings["function"])
            folder = Path(settings["data"])
            names = ("x", "y", "x_test", "y_test")
            x, y, x_test, y_test = (aligned(np.load(folder / f"{name}.npy")) for name in names)
            n = settings["num_samples"] or len(x)
            sizes = settings["width"], settings["batch_size"]
            work = Work(x[:n], y[:n], x_test, y_test, *sizes, settings["argument"])
            forget_peak()
            turns.tell(ready=True, memory=peak_memory())
            train(work, turns)
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            turns.tell(failed=reason[:300])
            raise SystemExit(1) from error


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
