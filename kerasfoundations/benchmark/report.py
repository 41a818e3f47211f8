"""The results of the measurements: medians, ratios, the table, the files."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations.benchmark.contestants import (
    CHANNELS_LAST,
    COMPILED,
    EPOCH,
    FIT,
    SCAN,
    TORCH,
)
from kerasfoundations.benchmark.networks import Network
from kerasfoundations.benchmark.referee import Result


def ratio(slow: Result, fast: Result) -> float:
    """Return how many times as long `slow` takes: the median of the ratios of all rounds.

    Example:
        >>> from kerasfoundations.benchmark.contestants import get
        >>> a, b = (Result(c, seconds=s) for c, s in zip(get()[:2], ([2.0, 9.0, 2.0], [1.0] * 3)))
        >>> ratio(a, b)
        2.0
    """
    if not slow.seconds or len(slow.seconds) != len(fast.seconds):
        return float("nan")
    return float(np.median(np.divide(slow.seconds, fast.seconds)))


def typical(result: Result) -> float:
    """Return the median time of a contestant's epochs, in seconds; NaN if it has none."""
    return float(np.median(result.seconds)) if result.seconds and not result.failed else np.nan


def floor(results: Sequence[Result]) -> Result | None:
    """Return the fastest contestant that only multiplies matrices."""
    return _fastest([r for r in results if r.contestant.family == "floor"])


def seconds_to(result: Result, accuracy: float) -> float:
    """Return the seconds, compilation included, until the test accuracy was first reached.

    NaN if it was not reached.
    """
    spent = np.cumsum([result.first, *result.seconds])
    reached = [s for s, a in zip(spent, result.accuracies, strict=False) if a >= accuracy]
    return float(reached[0]) if reached else float("nan")


def rows(results: Sequence[Result], num_samples: int, target: float) -> list[dict[str, Any]]:
    """Return one row per contestant, as shown by the table and the JSON file."""
    by_name = {result.contestant.name: result for result in results}
    fit, lowest = by_name.get(FIT), floor(results)
    return [
        {
            "name": result.contestant.name,
            "label": result.label,
            "family": result.contestant.family,
            "device": result.device,
            "seconds": typical(result),
            "lowest": min(result.seconds, default=np.nan),
            "highest": max(result.seconds, default=np.nan),
            "first_epoch": result.first,
            "examples_per_second": num_samples / typical(result),
            "times_fit": ratio(fit, result) if fit else np.nan,
            "of_floor": ratio(lowest, result) if lowest else np.nan,
            "seconds_to_target": seconds_to(result, target),
            "memory_before": result.memory_before,
            "memory": result.memory,
            "predictions_per_second": {
                size: float(np.median(values)) for size, values in result.predicted.items()
            },
            "test_accuracy": result.accuracies[-1] if result.accuracies else np.nan,
            "failed": result.failed,
            "note": result.contestant.note,
            "rounds": result.seconds,
        }
        for result in results
    ]


def summary(found: Mapping[Network, Sequence[Result]]) -> list[dict[str, Any]]:
    """Return a row per network: the whole epoch from scratch against everything else.

    Each ratio is how many times as long the other takes, or for predictions in batches of 1,024 how
    many times as many a second. PyTorch is in its better layout; NaN is what was not measured.
    """
    rows_found = []
    for network, results in found.items():
        by_name = {r.contestant.name: r for r in results if not r.failed and r.seconds}
        if EPOCH not in by_name:
            continue
        epoch, fit = by_name[EPOCH], by_name.get(FIT)
        layouts = [by_name[name] for name in (TORCH, CHANNELS_LAST) if name in by_name]
        others = {
            "times_fit": fit,
            "times_pytorch": _fastest(layouts),
            "times_pytorch_compiled": by_name.get(COMPILED),
            "times_jax_scan": by_name.get(SCAN),
        }
        row: dict[str, Any] = {"model": network.name, "label": network.label}
        row |= {"seconds": typical(epoch), "examples": network.num_samples}
        row |= {name: ratio(r, epoch) if r else np.nan for name, r in others.items()}
        lowest = floor(results)
        row["of_floor"] = ratio(lowest, epoch) if lowest else np.nan
        row["memory_of_fit"] = epoch.memory / fit.memory if fit else np.nan
        row["predictions_of_fit"] = _more_predictions(epoch, fit)
        row["predictions_of_pytorch"] = _more_predictions(epoch, _fastest(layouts))
        rows_found.append(row)
    return rows_found


def _more_predictions(one: Result, other: Result | None, batch_size: int = 1024) -> float:
    """Return how many times as many predictions per second `one` makes, within each round."""
    mine = one.predicted.get(batch_size, [])
    theirs = other.predicted.get(batch_size, []) if other else []
    if not mine or len(mine) != len(theirs):
        return float("nan")
    return float(np.median(np.divide(mine, theirs)))


def headlines(results: Sequence[Result]) -> list[str]:
    """Return the main ratios as sentences."""
    by_name = {result.contestant.name: result for result in results if not result.failed}
    scratch = [r for r in results if r.contestant.family == "scratch"]
    fastest, lowest, fit = _fastest(scratch), floor(results), by_name.get(FIT)
    found = []
    if fastest:
        against = {"Keras fit": fit, "PyTorch, eager": by_name.get(TORCH)}
        against["PyTorch, channels last"] = by_name.get(CHANNELS_LAST)
        against["JAX, lax.scan"] = by_name.get(SCAN)
        parts = [f"{ratio(r, fastest):.2f} × {name}" for name, r in against.items() if r]
        if fit:  # its slow rounds are waiting, not work: see the note of the contestant
            parts[0] += f" ({min(fit.seconds) / typical(fastest):.2f} × its fastest epoch)"
        if parts:
            found.append(f"{fastest.label}: {', '.join(parts)} (examples per second)")
        if lowest:
            share, products = ratio(lowest, fastest), lowest.label
            found.append(f"{fastest.label}: {share:.2f} of the floor ({products})")
    graph = by_name.get("scratch-graph")
    if graph and fit:
        found.append(f"{graph.label}: {ratio(fit, graph):.2f} × Keras fit")
    epoch = by_name.get(EPOCH)
    if epoch and fit:
        found.append(
            f"peak memory: {epoch.memory:,.0f} MB {epoch.label}, {fit.memory:,.0f} MB "
            "with Keras fit"
        )
    return found


@dataclass(frozen=True)
class Measured:
    """What was measured of a network.

    Attributes:
        network: The network.
        num_samples: Samples per epoch.
        rounds: Epochs that count.
        target: The score whose time is taken.
        results: A result per contestant.
    """

    network: Network
    num_samples: int
    rounds: int
    target: float
    results: Sequence[Result]

    @property
    def title(self) -> str:
        """The title of its chart."""
        network, name = self.network, {"rmsprop": "RMSprop", "adam": "Adam", "sgd": "SGD"}
        what = "samples" if network.name == "linear" else "digits"
        return (
            f"{network.label}, {name[network.optimizer]}, batches of {network.batch_size}: one "
            f"epoch of {self.num_samples:,} {what}"
        )

    def content(self) -> dict[str, Any]:
        """Return what the JSON file has about it."""
        return {
            "model": self.network.name,
            "title": self.title,
            "num_samples": self.num_samples,
            "repeats": self.rounds,
            "target": self.target,
            "headlines": headlines(self.results),
            "contestants": rows(self.results, self.num_samples, self.target),
        }


def machine() -> dict[str, Any]:
    """Return the machine and the versions of the measurement."""
    from importlib import metadata

    from kerasfoundations import runs

    versions = runs.versions()
    for name in ("torch", "jax", "scikit-learn"):
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return {"processor": _processor(), "cores": os.cpu_count(), "versions": versions}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(
            line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")
        )
    except (OSError, StopIteration):
        return platform.processor()


def _fastest(results: Sequence[Result]) -> Result | None:
    done = [result for result in results if result.seconds and not result.failed]
    return min(done, key=typical, default=None)
