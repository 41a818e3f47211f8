"""`kerasfoundations benchmark`: time an epoch, from scratch, with Keras and other libraries."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.benchmark import contestants, files, growth, networks, report, tables
from kerasfoundations.benchmark.networks import Network
from kerasfoundations.benchmark.referee import Size, measure
from kerasfoundations.benchmark.report import Measured
from kerasfoundations.cli.digits import load_digits
from kerasfoundations.cli.language import translated
from kerasfoundations.data import MnistData, flatten_and_scale

INTERRUPTED = 130
PREDICT = (1, 32, 1024)


def run(options: argparse.Namespace) -> int:
    """Measure, print the tables and write the files; return the exit code."""
    contestants.get(options.only)  # checked before anything is loaded
    chosen = networks.get(options.model)
    data = load_digits(options.data)
    with runs.locked_folder(options.out, mark="benchmark.json") as folder:
        return _measured(options, chosen, data, folder)


def _measured(
    options: argparse.Namespace, chosen: Sequence[Network], data: MnistData, folder: Path
) -> int:
    """Measure and write to the folder; return the exit code."""
    settings: dict[str, Any] = {"data": data.source, "data_note": data.note}
    settings["versions"] = runs.versions()
    tell, done = _teller(options.quiet), []
    tell(_duration(options, chosen))
    with tempfile.TemporaryDirectory() as arrays:
        digits = _write(Path(arrays, "digits"), _digits(data))
        for network in chosen:
            try:
                done.append(_network(options, network, data, digits, tell))
            except KeyboardInterrupt:
                names = ", ".join(one.network.name for one in done) or "nothing"
                print(f"\ninterrupted: {folder} has {names}", file=sys.stderr)
                return INTERRUPTED
            files.save(folder, done, {}, settings)  # kept even if the rest fails
        if options.growth and chosen[0].name == "mlp":
            try:
                grown = growth.measured(contestants.get(options.only), digits, data, tell)
            except KeyboardInterrupt:
                print(f"\ninterrupted: {folder} has the table, not the growth", file=sys.stderr)
                return INTERRUPTED
            files.save(folder, done, grown, settings)
            tables.show(tables.growth(growth.exponents(growth.points(grown))))
    if len(done) > 1:
        tables.show(tables.ratios(done))
    if not options.quiet:
        print(translated("results in {folder}").format(folder=folder))
    return 0 if any(not result.failed for one in done for result in one.results) else 1


def _network(
    options: argparse.Namespace,
    network: Network,
    data: MnistData,
    digits: Path,
    tell: Callable[[str], None],
) -> Measured:
    """Measure a network and print its tables."""
    rounds = options.repeats or network.rounds
    target = network.target(data.source) if options.target is None else options.target
    num_samples = min(len(data.x_train), network.num_samples or len(data.x_train))
    folder = digits
    if network.name == "linear":
        num_samples = network.num_samples or 0
        folder = _write(digits.parent / "line", networks.made_line(num_samples))
    tell(f"{network.label}:")
    size = Size(num_samples, batch_size=network.batch_size, network=network.name)
    chosen = contestants.get(options.only, network.name)
    results = measure(chosen, folder, rounds, size, tell=tell, predict=PREDICT)
    measured = Measured(network, num_samples, rounds, target, results)
    tables.show(tables.training(measured))
    tables.show(tables.predicting(measured))
    print("\n".join([*tables.notes(measured), *report.headlines(results)]), flush=True)
    return measured


def _duration(options: argparse.Namespace, chosen: Sequence[Network]) -> str:
    """Return how long it will take, in words."""
    seconds = 0.0
    for network in chosen:
        able = contestants.get(None, network.name)
        share = len(contestants.get(options.only, network.name)) / len(able)
        a_round, start = network.seconds
        seconds += share * ((options.repeats or network.rounds) * (a_round + 15) + start)
    names = ", ".join(network.name for network in chosen)
    return f"{names}: about {max(seconds / 60, 1):.0f} min on two cores and full MNIST"


def _digits(data: MnistData) -> dict[str, np.ndarray]:
    """Return the arrays of the digits, those to train on in an order in which parts have all."""
    order = np.random.default_rng(0).permutation(len(data.y_train))
    return {
        "x": flatten_and_scale(data.x_train)[order],
        "y": data.y_train[order],
        "x_test": flatten_and_scale(data.x_test),
        "y_test": data.y_test,
    }


def _write(folder: Path, arrays: dict[str, np.ndarray]) -> Path:
    """Write the arrays that every contestant loads; return the folder."""
    folder.mkdir()
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def _teller(quiet: bool) -> Callable[[str], None]:
    """Return a function that prints progress on standard error, or nothing when quiet."""

    def tell(words: str) -> None:
        if not quiet:
            print(words, file=sys.stderr, flush=True)

    return tell
