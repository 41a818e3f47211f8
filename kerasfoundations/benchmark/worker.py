"""The process of one contestant: it loads the data, and runs one epoch per request.

The two sides exchange lines: the referee writes `go`, the worker answers with JSON.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from kerasfoundations.benchmark.networks import NETWORKS, Network, start_weights
from kerasfoundations.data.memory import aligned
from kerasfoundations.data.streams import RowsOnDisk, StreamedImages, part

PREDICTING = 0.3  # seconds that predictions are timed for


@dataclass(frozen=True)
class Work:
    """The task of every contestant.

    Attributes:
        x: Training images, float32 `(n, 784)` or `(n, 28, 28, 1)` in [0, 1]; of a line `(n, 1)`.
            What the folder has as uint8 is streamed.
        y: Their labels, uint8 `(n,)`; of a line the values, float32 `(n, 1)`.
        x_test: Test images, likewise.
        y_test: Their labels.
        width: Units of the hidden layer.
        batch_size: Samples per step.
        argument: The contestant's extra argument.
        network: What is trained.
    """

    x: Any
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    width: int = 512
    batch_size: int = 128
    argument: str = ""
    network: Network = NETWORKS["mlp"]

    def start_weights(self) -> list[np.ndarray]:
        """Return the weights that all contestants start from, float32."""
        return start_weights(self.network.layers(self.width))

    def score(self, predict: Callable[[np.ndarray], np.ndarray]) -> float:
        """Return the test accuracy of predictions, or a line's share of the variance explained."""
        x, y = self.x_test, self.y_test
        found = np.concatenate([predict(x[at : at + 1000]) for at in range(0, len(x), 1000)])
        if y.dtype == "float32":
            return float(1 - ((found - y) ** 2).mean() / y.var())
        return float((found.argmax(axis=1) == y).mean())

    def inputs(self, count: int) -> np.ndarray:
        """Return that many test inputs, the first ones again where there are not enough."""
        return np.resize(self.x_test, (count, *self.x_test.shape[1:]))


class Turns:
    """The worker's side of the exchange: when to begin an epoch, and its result."""

    def __init__(
        self, orders: TextIO, answers: TextIO, inputs: Callable[[int], np.ndarray] | None = None
    ) -> None:
        self._orders, self._answers, self._inputs = orders, answers, inputs
        self.seconds = 0.0
        self.predict: Callable[[np.ndarray], Any] | None = None  # set by who can
        self.device = ""  # set by who does not follow its library

    def tell(self, **message: Any) -> None:
        """Answer the referee."""
        print(json.dumps(message), file=self._answers, flush=True)

    def begin(self) -> None:
        """Wait for the next request to train, and start the clock.

        Requests to predict, which come between epochs, are answered on the way.

        Raises:
            SystemExit: if there are no more requests.
        """
        while (order := self._orders.readline().split()) != ["go"]:
            if not order:
                raise SystemExit(0)
            self.tell(per_second=self._predictions_per_second(int(order[1])))
        self._start = time.perf_counter()

    def _predictions_per_second(self, count: int) -> float | None:
        """Return the inputs per second in batches of `count`; `None` if it cannot predict."""
        if self.predict is None or self._inputs is None:
            return None
        x, calls = self._inputs(count), 0
        self.predict(x)  # not timed: it may compile
        start = time.perf_counter()
        while (seconds := time.perf_counter() - start) < PREDICTING or calls < 2:
            self.predict(x)
            calls += 1
        return calls * count / seconds

    def stop(self) -> None:
        """Stop the clock: whatever follows is not counted."""
        self.seconds = time.perf_counter() - self._start

    def report(self, accuracy: float | None = None) -> None:
        """Report the epoch."""
        measured = {"memory": peak_memory(), "device": self.device or device()}
        self.tell(seconds=self.seconds, accuracy=accuracy, **measured)


def device() -> str:
    """Return `"GPU"` if the library that this process has loaded computes on one, else `"CPU"`."""
    torch, jax, tensorflow = map(sys.modules.get, ("torch", "jax", "tensorflow"))
    found = (
        (torch and torch.cuda.is_available())
        or (jax and jax.default_backend() != "cpu")
        or (tensorflow and tensorflow.config.list_logical_devices("GPU"))
    )
    return "GPU" if found else "CPU"


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


def _loaded(path: Path) -> Any:
    """Return the array in a file; images of uint8 stay there."""
    mapped = np.load(path, mmap_mode="r")
    if mapped.ndim != 3:
        return aligned(mapped)
    return StreamedImages(RowsOnDisk(open(path, "rb"), len(mapped), mapped.offset))


def main(settings: dict[str, Any]) -> None:
    """Run one contestant until there are no more requests.

    Args:
        settings: `data` (a folder), `module`, `function`, `argument`, `needs`, `num_samples`,
            `width`, `batch_size`, `network`, `depth`.
    """
    with private_output() as answers:
        try:
            importlib.import_module(settings["needs"])
            train = getattr(importlib.import_module(settings["module"]), settings["function"])
            folder = Path(settings["data"])
            names = ("x", "y", "x_test", "y_test")
            x, y, x_test, y_test = (_loaded(folder / f"{name}.npy") for name in names)
            n = settings["num_samples"] or len(x)
            network = NETWORKS[settings["network"]].with_depth(settings["depth"])
            if network.convolves:
                x, x_test = (images.reshape(-1, 28, 28, 1) for images in (x, x_test))
            sizes = settings["width"], settings["batch_size"]
            work = Work(
                part(x, slice(n)), y[:n], x_test, y_test, *sizes, settings["argument"], network
            )
            forget_peak()
            turns = Turns(sys.stdin, answers, work.inputs)
            turns.tell(ready=True, memory=peak_memory())
            train(work, turns)
        except Exception as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            Turns(sys.stdin, answers).tell(failed=reason[:300])
            raise SystemExit(1) from error


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
