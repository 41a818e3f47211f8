"""`kerasfoundations benchmark`: time an epoch, from scratch, with Keras and other libraries."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kerasfoundations import runs
from kerasfoundations.benchmark import contestants, report
from kerasfoundations.benchmark.referee import Result, Size, measure
from kerasfoundations.cli.digits import load_digits
from kerasfoundations.data import MnistData, flatten_and_scale

TARGETS = {"mnist": 0.975, "mnist-sample": 0.92}  # test accuracy to reach
GROWING = ("scratch-graph", "scratch-epoch", "keras-fit", "pytorch-eager", "jax-scan")
INTERRUPTED = 130
GROWTH_ROUNDS = 3
WIDTHS, BATCH_SIZES, PARTS = (128, 512, 1024), (32, 128, 512), (4, 2, 1)


def run(options: argparse.Namespace) -> int:
    """Measure, print the table and write the files; return the exit code."""
    chosen = contestants.get(options.only)
    data = load_digits(options.data)
    with runs.locked_folder(options.out, mark="benchmark.json") as folder:
        return _measured(options, chosen, data, folder)


def _measured(
    options: argparse.Namespace,
    chosen: list[contestants.Contestant],
    data: MnistData,
    folder: Path,
) -> int:
    """Measure and write to the folder; return the exit code."""
    usual = TARGETS.get(data.source, TARGETS["mnist"])
    target = usual if options.target is None else options.target
    num_samples = len(data.x_train)
    title = f"784-512-10, RMSprop, batches of 128: one epoch of {num_samples:,} digits"
    with tempfile.TemporaryDirectory() as arrays:
        _write(Path(arrays), data)
        results = measure(chosen, Path(arrays), options.repeats, tell=_teller(options.quiet))
        table = report.rows(results, num_samples, target)
        report.show(table, target)
        lines = report.headlines(results)
        print("\n".join(lines))
        settings = {
            "title": title,
            "data": data.source,
            "data_note": data.note,
            "num_samples": num_samples,
            "repeats": options.repeats,
            "target": target,
            "headlines": lines,
            "versions": runs.versions(),
        }
        report.save(folder, table, {}, settings)  # kept even if the rest fails
        if options.growth:
            growing = [c for c in chosen if c.name in GROWING]
            try:
                growth = _growth(growing, Path(arrays), num_samples, options.quiet)
            except KeyboardInterrupt:
                print(f"\ninterrupted: {folder} has the table, not the growth", file=sys.stderr)
                return INTERRUPTED
            report.save(folder, table, growth, settings)
    if not options.quiet:
        print(f"results in {folder}")
    return 0 if any(not result.failed for result in results) else 1


def _growth(
    growing: list[contestants.Contestant], arrays: Path, num_samples: int, quiet: bool
) -> dict[Size, list[Result]]:
    """Measure other numbers of samples, widths and batch sizes, in fresh processes."""
    base = Size(num_samples)
    sizes = [Size(num_samples // part) for part in PARTS]
    sizes += [Size(num_samples, width=width) for width in WIDTHS]
    sizes += [Size(num_samples, batch_size=batch_size) for batch_size in BATCH_SIZES]
    tell = _teller(quiet)
    found = {}
    for size in dict.fromkeys([base, *sizes]):
        tell(
            f"growth: {size.num_samples:,} samples, {size.width} units, batches of "
            f"{size.batch_size}"
        )
        found[size] = measure(growing, arrays, GROWTH_ROUNDS, size)
        for result in found[size]:
            if result.failed and not result.contestant.missing:
                print(f"{result.contestant.label}: not measured there: {result.failed}")
    return found


def _write(folder: Path, data: MnistData) -> None:
    """Write the arrays that every contestant loads."""
    arrays = {
        "x": flatten_and_scale(data.x_train),
        "y": data.y_train,
        "x_test": flatten_and_scale(data.x_test),
        "y_test": data.y_test,
    }
    order = np.random.default_rng(0).permutation(len(data.y_train))  # parts have all digits
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array if "test" in name else array[order])


def _teller(quiet: bool) -> Callable[[str], None]:
    """Return a function that prints progress on standard error, or nothing when quiet."""

    def tell(words: str) -> None:
        if not quiet:
            print(words, file=sys.stderr, flush=True)

    return tell
