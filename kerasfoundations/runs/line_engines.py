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

from kerasfoundations.runs.line_peers import GONE, PEERS, Descent, Peer

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
        slope: The slope it found; `None` if it was not run.
        intercept: The intercept it found; likewise.
        seconds: Time per 1,000 steps, without tracing and compiling; `None` for what takes no such
            steps, and if there were too few steps to time.
        apart: The largest difference from NumPy's of any slope or intercept on the way, relative to
            1 or to its size if larger; `None` for what takes no such steps.
        whole: Time of the whole fit, of what solves and takes no such steps; `None` for the others.
        note: Why it was not run, empty if it was.
    """

    name: str
    slope: float | None = None
    intercept: float | None = None
    seconds: float | None = None
    apart: float | None = None
    whole: float | None = None
    note: str = ""


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
        The closed form, then each engine, then the other libraries.
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
            found.append(_engine(name, path, pace, reference))
    found += [_peer(peer, x, y, steps, dtype, reference) for peer in PEERS]
    return found + [Engine(name, note=note) for name, note in GONE]


def _engine(name: str, path: np.ndarray, pace: float | None, reference: np.ndarray) -> Engine:
    """Return what an engine found that walked a path, and how far it was from the reference."""
    apart = np.max(np.abs(path - reference) / np.maximum(1, np.abs(reference)))
    return Engine(name, float(path[-1, 0]), float(path[-1, 1]), pace, float(apart))


def _peer(
    peer: Peer, x: np.ndarray, y: np.ndarray, steps: int, dtype: str, reference: np.ndarray
) -> Engine:
    """Fit the line with another library, if it is installed."""
    if peer.missing:
        return Engine(peer.name, note=peer.missing)
    x, y = x.astype(dtype), y.astype(dtype)
    start, rate = (_CANYON["slope"], _CANYON["intercept"]), _CANYON["learning_rate"]

    def fit(count: int) -> np.ndarray:
        return peer.walk(Descent(x, y, start, rate, count))

    if not peer.enough:  # it solves
        fit(steps)  # the first one imports the library
        started = time.perf_counter()
        slope, intercept = map(float, fit(steps)[-1])
        return Engine(peer.name, slope, intercept, whole=time.perf_counter() - started)
    path, pace = _timed(fit, steps)
    if steps < peer.enough:
        _, pace = _timed(fit, peer.enough)
    return _engine(peer.name, path, pace, reference)


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
    for engine in (engine for engine in engines if not engine.note):
        table.add_row(
            engine.name,
            "" if engine.slope is None else f"{engine.slope:.4f}",
            "" if engine.intercept is None else f"{engine.intercept:.4f}",
            _shown_time(engine),
            "" if engine.apart is None else f"{engine.apart:.0e}",
        )
    console = Console(highlight=False)
    console.width = max(console.width, 80)
    console.print(table)
    for engine in (engine for engine in engines if engine.note):
        console.print(f"{engine.name}: {engine.note}", markup=False)


def _shown_time(engine: Engine) -> str:
    """Return the seconds of an engine, and of what they are if not of 1,000 steps."""
    if engine.whole is not None:
        return f"{engine.whole:.4f} in all"
    return "" if engine.seconds is None else f"{engine.seconds:.4f}"


def rows(engines: list[Engine]) -> list[dict[str, Any]]:
    """Return the table for `metrics.json`."""
    return [vars(engine).copy() for engine in engines]
