"""Pictures of what a learner records: the loss of every batch, and a search for a learning rate."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    new_figure,
    row_of_plots,
)

_METRIC_COLORS = (BLUE, GREEN, PURPLE, "black")


def training_record(
    batch_losses: Sequence[float],
    epoch_ends: Sequence[int],
    epochs: Mapping[str, Sequence[float]],
    title: str = "",
) -> Figure:
    """Plot the losses of all batches and of the epochs, and beside them the metrics.

    A mean over the batches of an epoch is drawn in the middle of the epoch; a value measured on the
    validation data after it is drawn at its end.

    Args:
        batch_losses: The loss of each batch.
        epoch_ends: The number of batches up to the end of each epoch.
        epochs: A value per epoch of `loss` and of the metrics, and those on the validation data
            under the same names prefixed with `val_`.
        title: Title of the figure.

    Returns:
        A figure with a plot of the losses and, if there are metrics, one of the metrics.

    Example:
        >>> epochs = {"loss": [0.5], "val_loss": [0.4], "accuracy": [0.8], "val_accuracy": [0.9]}
        >>> len(training_record([0.6, 0.4], [2], epochs).axes)
        2
    """
    metrics = [name for name in epochs if name != "loss" and not name.startswith("val_")]
    num_plots = 2 if metrics else 1
    figure = new_figure(max(5.0, 4.5 * num_plots), 3.6, title)
    axes = row_of_plots(figure, num_plots)
    ends = [0, *(epoch_ends or [len(batch_losses)])]
    losses = np.asarray(batch_losses[: ends[-1]], dtype="float64")
    middles = np.arange(len(losses)) + 0.5  # of the batches
    places = np.interp(middles, ends, np.arange(len(ends)))
    axes[0].plot(places, losses, color=SKY, linewidth=0.8, alpha=0.7, label="training, each batch")
    _epoch_curves(axes[0], epochs, "loss", BLUE, ("training, epoch mean", "validation"))
    for ax, name in zip(axes, ["loss", ", ".join(metrics)], strict=False):
        ax.set_ylabel(name)
    for name, color in zip(metrics, itertools.cycle(_METRIC_COLORS), strict=False):
        prefix = f"{name}, " if len(metrics) > 1 else ""
        _epoch_curves(axes[1], epochs, name, color, (f"{prefix}training", f"{prefix}validation"))
    for ax in axes:
        ax.set_xlabel("epoch")
        ax.set_xlim(0, len(ends) - 1 + 0.02 * len(ends))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.grid(color=LIGHT)
        ax.legend(frameon=False, fontsize=9)
    return figure


def learning_rate_search(
    learning_rates: Sequence[float],
    losses: Sequence[float],
    smoothed: Sequence[float] | np.ndarray,
    suggestion: float,
    title: str = "",
) -> Figure:
    """Plot the loss of each batch against the learning rate tried on it.

    Args:
        learning_rates: The rates `(n,)`, each above 0.
        losses: The losses `(n,)`.
        smoothed: The smoothed losses, possibly fewer.
        suggestion: The rate to mark.
        title: Title of the figure.

    Returns:
        A figure; the axis of the learning rate is logarithmic.

    Example:
        >>> figure = learning_rate_search([0.1, 1.0], [0.5, 0.4], [0.45, 0.45], 0.1)
        >>> figure.axes[0].get_xscale()
        'log'
    """
    figure = new_figure(6, 3.8, title)
    ax = figure.add_subplot()
    ax.set_xscale("log")
    ax.plot(learning_rates, losses, ".", color=SKY, label="loss of a batch")
    ax.plot(learning_rates[: len(smoothed)], smoothed, color=BLUE, label="smoothed")
    name = f"steepest fall: {suggestion:.2g}"
    ax.axvline(suggestion, color=ORANGE, linestyle="--", label=name)
    ax.set_xlabel("learning rate")
    ax.set_ylabel("loss")
    ax.grid(color=LIGHT)
    ax.legend(frameon=False, fontsize=9)
    return figure


def _epoch_curves(
    ax: Axes,
    epochs: Mapping[str, Sequence[float]],
    name: str,
    color: str,
    labels: tuple[str, str],
) -> None:
    """Plot a training value in the middle of each epoch, and the validation value at its end."""
    train, valid = np.asarray(epochs.get(name, ())), np.asarray(epochs.get(f"val_{name}", ()))
    ax.plot(np.arange(len(train)) + 0.5, train, "o-", color=color, markersize=4, label=labels[0])
    if len(valid):
        ends = np.arange(len(valid)) + 1
        shade = ORANGE if color == BLUE else color
        ax.plot(ends, valid, "s--", color=shade, markersize=4, label=labels[1])
