"""The same line fitted with every engine: what each finds, and how long it takes."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

# Wing, execution, what a reader would call it, and how many steps it takes at least to time it:
# many where a step takes no longer than the start of a fit varies.
ENGINES = (
    ("scratch", "numpy", "NumPy, gradient by hand", 20_000),
    ("scratch", "session", "static graph in a session", 2_000),
    ("scratch", "eager", "tape, eager", 1_000),
    ("scratch", "graph", "tape in tf.function", 1_000),
    ("scratch", "xla", "tape in tf.function, XLA", 1_000),
    ("scratch", "loop", "XLA, 1,000 steps a call", 80_000),
    ("keras", "graph", "Keras fit", 2_000),
    ("keras", "loop", "Keras fit, 1,000 steps a call", 10_000),
)
_CANYON = {"slope": 0.0, "intercept": 139.0, "learning_rate": 0.0004}


@dataclass(frozen=True)
class Engine:
    """The result of one engine.

    Attributes:
        name: The name of the engine.
        slope: The slope it found.
        intercept: The intercept it found.
        seconds: Time per 1,000 steps, without tracing and compiling; `None` for the closed form,
            and if there were too few steps to time.
        apart: The largest difference from NumPy's of any slope or intercept on the way, relative to
            1 or to its size if larger; `None` for the closed form.
    """

    name: str
    slope: float
    intercept: float
    seconds: float | None = None
    apart: float | None = None


def measure(
    modules: Mapping[str, ModuleType],
    x: np.ndarray,
    y: np.ndarray,
    steps: int,
    dtype: str = "float64",
) -> list[Engine]:
    """Fit the line with each engine from slope 0, intercept 139 at a learning rate of 0.0004.

    A tenth of the steps is timed first; the difference to the whole fit is the time of the steps
    alone, without tracing and compiling, which happen once.

    Args:
        modules: The `linear_regression` modules, by wing.
        x: Numbers `(n,)`.
        y: Numbers `(n,)`.
        steps: Number of updates.
        dtype: `"float32"` or `"float64"`.

    Returns:
        The closed form, then each engine.
    """
    found = [Engine("closed form", *modules["scratch"].solve_line(x, y))]
    reference: Any = None
    with without_retracing_warnings():
        for wing, execution, name, enough in ENGINES:

            def fit(count: int, wing: str = wing, execution: str = execution) -> Any:
                fit_line = modules[wing].fit_line
                return fit_line(x, y, **_CANYON, steps=count, dtype=dtype, execution=execution)

            fitted, pace = _timed(fit, steps)
            if steps < enough:
                _, pace = _timed(fit, enough)
            path = fitted.path[:, :2]
            reference = path if reference is None else reference
            apart = np.max(np.abs(path - reference) / np.maximum(1, np.abs(reference)))
            found.append(Engine(name, fitted.slope, fitted.intercept, pace, float(apart)))
    return found


def _timed(fit: Callable[[int], Any], steps: int) -> tuple[Any, float | None]:
    """Return the fit and its time per 1,000 steps; `None` if the start of a fit hides it."""
    few = max(1, steps // 10)
    seconds = []
    for count in (few, few, steps):  # the first one starts what only starts once
        start = time.perf_counter()
        fitted = fit(count)
        seconds.append(time.perf_counter() - start)
    taken = seconds[2] - seconds[1]
    return fitted, taken / (steps - few) * 1000 if steps > few and taken > 0 else None


@contextlib.contextmanager
def without_retracing_warnings() -> Iterator[None]:
    """Silence TensorFlow's warning that each Keras fit traces again."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def show(engines: list[Engine], steps: int) -> None:
    """Print the table."""
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
    """Return the table for `metrics.json`."""
    return [vars(engine).copy() for engine in engines]
