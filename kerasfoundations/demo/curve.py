"""The training curve of a model: what its run wrote of each epoch."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kerasfoundations.system.words import said

_NAMES = {
    "loss": "training loss",
    "accuracy": "training accuracy",
    "val_loss": "test loss",
    "val_accuracy": "test accuracy",
}


@dataclass(frozen=True)
class Curve:
    """Loss and accuracy of each epoch.

    Attributes:
        columns: What was measured, by what it is called: one number for each epoch.
        plots: Plots of the loss and the accuracy, uint8 arrays `(height, width, 3)`, by the words
            that say the same.
    """

    columns: Mapping[str, Sequence[float]]
    plots: Mapping[str, np.ndarray]


def read_curve(folder: str) -> Curve | None:
    """Return the training curve of a run, `None` if its history is missing or damaged.

    Args:
        folder: The folder that `train` wrote.
    """
    try:
        columns = _columns(Path(folder, "history.csv").expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return None
    if not columns.get("training loss"):
        return None
    return Curve(columns, _plots(columns))


def _columns(text: str) -> dict[str, list[float]]:
    """Return what was measured in every epoch; a column of blanks was not."""
    rows = list(csv.DictReader(text.splitlines()))
    return {
        words: [float(row[name]) for row in rows]
        for name, words in _NAMES.items()
        if rows and all(row.get(name) for row in rows)
    }


def _plots(columns: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    """Return a plot of each measure, by the words that say the same."""
    from kerasfoundations import plots

    found = {}
    for measure in ("loss", "accuracy"):
        shown = {words: columns[words] for words in columns if words.endswith(measure)}
        if not shown:
            continue
        train, test = (columns.get(f"{part} {measure}", ()) for part in ("training", "test"))
        figure = plots.metric_curves({measure: (train, test)}, "test")
        figure.set_size_inches(4.2, 2.8)
        found[_words(shown)] = plots.pixels(figure)
    return found


def _words(columns: Mapping[str, Sequence[float]]) -> str:
    """Return the first and last value of each curve, in words."""
    num_epochs = len(next(iter(columns.values())))
    several = num_epochs > 1
    form = said("{} {}, at last {}") if several else "{} {}"
    found = [
        form.format(said(words), f"{values[0]:.4f}", f"{values[-1]:.4f}")
        for words, values in columns.items()
    ]
    whole = said("Training of {} epochs: {}." if several else "Training of {} epoch: {}.")
    return whole.format(num_epochs, functools.reduce(said("{}; {}").format, found))
