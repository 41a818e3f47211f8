"""The same line fitted through every engine: what each finds, and how long it takes."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

# Wing, execution, and what a reader would call it.
ENGINES = (
    ("scratch", "numpy", "NumPy, gradient by hand"),
    ("scratch", "session", "static graph in a session"),
    ("scratch", "eager", "tape, eager"),
    ("scratch", "graph", "tape in tf.function"),
    ("scratch", "xla", "tape in tf.function, XLA"),
    ("scratch", "loop", "XLA, 1,000 steps a call"),
    ("keras", "graph", "Keras fit"),
    ("keras", "loop", "Keras fit, 1,000 steps a call"),
)
_CANYON = {"slope": 0.0, "intercept": 139.0, "learning_rate": 0.0004}


@dataclass(frozen=True)
class Engine:
    """What one engine did.

    Attributes:
        name: What it is called.
        slope: The slope it found.
        intercept: The intercept it found.
        seconds: Time per 1,000 steps, without tracing and compiling; `None` for the closed form.
        apart: The largest difference of any slope or intercept on the way from NumPy's, relative to
            1 or to its size where that is larger; `None` for the closed form.
    """

    name: str
    slope: float
    intercept: float
    seconds: float | None = None
    apart: float | None = None


def measure(
    modules: Mapping[str, ModuleType], x: np.ndarray, y: np.ndarray, steps: int
) -> list[Engine]:
    """Fits the line through each engine from slope 0, intercept 139 at a learning rate of 0.0004.

    A fit of a tenth of the steps goes first; what the whole one takes longer is the time of the
    steps alone.

    Args:
        modules: The `linear_regression` modules, by wing.
        x: Numbers `(n,)`.
        y: Numbers `(n,)`.
        steps: Number of updates.

    Returns:
        The closed form, then each engine.
    """
    closed = Engine("closed form", *modules["scratch"].solve_line(x, y))
    found, reference = [closed], None
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each fit of Keras's traces anew
    for wing, execution, name in ENGINES:
        fit = modules[wing].fit_line
        few = max(1, steps // 10)
        seconds = []
        for count in (few, few, steps):  # the first one starts what is only started once
            start = time.perf_counter()
            fitted = fit(x, y, **_CANYON, steps=count, execution=execution)
            seconds.append(time.perf_counter() - start)
        path = fitted.path[:, :2]
        reference = path if reference is None else reference
        apart = np.max(np.abs(path - reference) / np.maximum(1, np.abs(reference)))
        pace = max(0.0, seconds[2] - seconds[1]) / max(1, steps - few) * 1000
        found.append(Engine(name, fitted.slope, fitted.intercept, pace, float(apart)))
    return found


def show(engines: list[Engine], steps: int) -> None:
    """Prints the table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(f"engine, {steps:,} steps", no_wrap=True)
    for heading in ("slope", "intercept", "seconds per\n1,000 steps", "apart from\nNumPy"):
        table.add_column(heading, justify="right", no_wrap=True)
    for engine in engines:
        table.add_row(
            engine.name,
            f"{engine.slope:.4f}",
            f"{engine.intercept:.4f}",
            "" if engine.seconds is None else f"{engine.seconds:.4f}",
            "" if engine.apart is None else f"{engine.apart:.0e}",
        )
    console = Console(highlight=False)
    console.width = max(console.width, 80)
    console.print(table)


def rows(engines: list[Engine]) -> list[dict[str, Any]]:
    """The table for `metrics.json`."""
    return [vars(engine).copy() for engine in engines]
