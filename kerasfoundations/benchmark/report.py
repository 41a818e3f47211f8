"""The results of the measurements: medians, ratios, the table, the files."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations.benchmark.contestants import EPOCH, FIT, SCAN, TORCH
from kerasfoundations.benchmark.referee import Result, Size
from kerasfoundations.system.atomic_files import replacing

Growth = Mapping[Size, Sequence[Result]]


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
            "label": result.contestant.label,
            "family": result.contestant.family,
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
            "test_accuracy": result.accuracies[-1] if result.accuracies else np.nan,
            "failed": result.failed,
            "note": result.contestant.note,
            "rounds": result.seconds,
        }
        for result in results
    ]


def headlines(results: Sequence[Result]) -> list[str]:
    """Return the main ratios as sentences."""
    by_name = {result.contestant.name: result for result in results if not result.failed}
    scratch = [r for r in results if r.contestant.family == "scratch"]
    fastest, lowest, fit = _fastest(scratch), floor(results), by_name.get(FIT)
    found = []
    if fastest:
        against = {"Keras fit": fit, "PyTorch, eager": by_name.get(TORCH)}
        against["JAX, lax.scan"] = by_name.get(SCAN)
        parts = [f"{ratio(r, fastest):.2f} × {name}" for name, r in against.items() if r]
        if fit:  # its slow rounds are waiting, not work: see the note of the contestant
            parts[0] += f" ({min(fit.seconds) / typical(fastest):.2f} × its fastest epoch)"
        if parts:
            found.append(f"{fastest.contestant.label}: {', '.join(parts)} (examples per second)")
        if lowest:
            share, products = ratio(lowest, fastest), lowest.contestant.label
            found.append(f"{fastest.contestant.label}: {share:.2f} of the floor ({products})")
    graph = by_name.get("scratch-graph")
    if graph and fit:
        found.append(f"{graph.contestant.label}: {ratio(fit, graph):.2f} × Keras fit")
    epoch = by_name.get(EPOCH)
    if epoch and fit:
        found.append(
            f"peak memory: {epoch.memory:,.0f} MB {epoch.contestant.label}, {fit.memory:,.0f} MB "
            "with Keras fit"
        )
    return found


def show(table: Sequence[Mapping[str, Any]], target: float) -> None:
    """Print the table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column("\n784-512-10, batches of 128", no_wrap=True)
    for heading in (
        *("seconds\nper epoch", "lowest to\nhighest", "examples\nper second", "times\nfit"),
        *("of the\nfloor", f"seconds to\n{target:g}", "peak\nMB"),
    ):
        shown.add_column(heading, justify="right", no_wrap=True)
    for row in sorted(table, key=lambda row: np.nan_to_num(row["seconds"], nan=np.inf)):
        if row["failed"]:
            continue
        shown.add_row(
            row["label"],
            f"{row['seconds']:.3f}",
            f"{row['lowest']:.2f}–{row['highest']:.2f}",
            f"{row['examples_per_second']:,.0f}",
            _number(row["times_fit"]),
            _number(row["of_floor"]),
            _number(row["seconds_to_target"], 1),
            f"{row['memory']:,.0f}",
        )
    console = Console(highlight=False)
    console.width = max(console.width, 110)
    console.print(shown)
    for row in table:
        if row["failed"]:
            print(f"{row['label']}: not measured: {row['failed']}")
        elif row["note"]:
            print(f"{row['label']}: {row['note']}")


def save(
    folder: Path,
    table: Sequence[Mapping[str, Any]],
    growth: Growth,
    settings: Mapping[str, Any],
) -> None:
    """Write `benchmark.json`, `benchmark.png`, and with growth `growth.png`."""
    from kerasfoundations import plots
    from kerasfoundations.runs import to_json

    kept = ("name", "label", "family", "seconds", "lowest", "highest", "memory", "failed")
    found = [
        {**vars(size), **{key: row[key] for key in kept}}
        for size, results in growth.items()
        for row in rows(results, 1, 1.0)
    ]
    points = [point for point in found if not point["failed"]]
    content = {**settings, "contestants": list(table), "growth": found, "machine": machine()}
    figures = {"benchmark.png": plots.epoch_seconds(table, str(settings["title"]))}
    if points:
        figures["growth.png"] = plots.growth(points, str(settings["title"]))
    for name, figure in figures.items():
        with replacing(folder / name) as temporary:
            figure.savefig(temporary, dpi=150)
    if not points:  # one from an earlier run would not belong to this table
        (folder / "growth.png").unlink(missing_ok=True)
    with replacing(folder / "benchmark.json") as temporary:
        temporary.write_text(to_json(content), encoding="utf-8")


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


def _number(value: float, places: int = 2) -> str:
    return "" if np.isnan(value) else f"{value:.{places}f}"
