"""Pictures of claimed and measured values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, GREY, LIGHT, ORANGE, new_figure

_WINGS = {"keras": ("with Keras", ORANGE, "o", 0.14), "scratch": ("from scratch", BLUE, "s", -0.14)}
_LEAST = 1e-17  # where a difference of 0 is drawn on a logarithmic axis
_ENDS = (0.7, 0.001)  # the shares of wrong answers at both ends of their axis
_TICKS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)


def claimed_accuracies(rows: Sequence[Mapping[str, Any]], title: str = "") -> Figure:
    """Draw a line per claim: the claimed accuracy, the tolerance, and the result of each wing.

    The axis shows the share of wrong answers, logarithmically: otherwise the difference between
    0.99 and 0.997 would not be visible next to 0.82.

    Args:
        rows: Mappings with `label`, `claimed`, `lowest` and `highest` (accuracies; `None` for no
            limit), and by wing, `"keras"` and `"scratch"`, the measured accuracy.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> row = {"label": "a", "claimed": 0.98, "lowest": 0.97, "highest": 0.99, "keras": 0.981}
        >>> len(claimed_accuracies([row]).axes)
        1
    """
    figure, ax, places = _lines(rows, title)
    for place, row in zip(places, rows, strict=True):
        ends = [1.0 if row["highest"] is None else row["highest"], row["lowest"] or 0.0]
        ax.plot(_wrong(ends), [place] * 2, color=LIGHT, linewidth=9, solid_capstyle="butt")
        ax.plot(_wrong(row["claimed"]), place, "|", color="black", markersize=14, mew=2)
        for wing, (_, colour, marker, above) in _WINGS.items():
            if wing in row:
                ax.plot(_wrong(row[wing]), place + above, marker, color=colour, markersize=5)
    ax.set_xscale("log")
    ax.set_xlim(*_ENDS)
    ax.set_xticks(_TICKS, [f"{1 - tick:g}" for tick in _TICKS])
    ax.minorticks_off()
    ax.set_xlabel("accuracy (the axis: share of wrong answers, logarithmic)")
    _legend(figure, ax, "claimed", "tolerated")
    return figure


def claimed_differences(rows: Sequence[Mapping[str, Any]], title: str = "") -> Figure:
    """Draw a line per claim that something is equal: the difference, and how large it may be.

    Args:
        rows: Mappings with `label`, `allowed`, and the difference by wing, or one between the wings
            named `"apart"`.
        title: Title of the figure.

    Returns:
        A figure; a difference of 0 is drawn at the left end, one of more than 1 at the right.

    Example:
        >>> len(claimed_differences([{"label": "a", "allowed": 1e-10, "apart": 0.0}]).axes)
        1
    """
    figure, ax, places = _lines(rows, title)
    for place, row in zip(places, rows, strict=True):
        ax.plot([_LEAST, row["allowed"]], [place] * 2, color=LIGHT, lw=9, solid_capstyle="butt")
        for wing, (_, colour, marker, above) in _WINGS.items():
            if wing in row:
                at = np.clip(row[wing], _LEAST, 1)
                ax.plot(at, place + above, marker, color=colour, markersize=5)
        if "apart" in row:
            ax.plot(np.clip(row["apart"], _LEAST, 1), place, "D", color=GREY, markersize=5)
    ax.set_xscale("log")
    ax.set_xlim(_LEAST / 2, 1)
    ax.set_xlabel("difference (at the left end: none)")
    _legend(figure, ax, "", "tolerated", between=True)
    return figure


def first_network_curves(
    curves: Mapping[str, Mapping[str, Sequence[float]]],
    claimed: Mapping[str, float],
    title: str = "",
) -> Figure:
    """Plot the first network's accuracies in both wings, epoch by epoch, and the claimed ends.

    Args:
        curves: By wing, `accuracy` and `test_accuracy`, each with a number per epoch.
        claimed: The claimed values at the end: `train_accuracy` and `test_accuracy`, or none.
        title: Title of the figure.

    Returns:
        A figure with two plots, for the training and the test digits.

    Example:
        >>> curve = {"accuracy": [0.9, 0.95], "test_accuracy": [0.9, 0.93]}
        >>> len(first_network_curves({"keras": curve}, {"test_accuracy": 0.94}).axes)
        2
    """
    figure = new_figure(9.0, 3.6, title)
    plots = figure.subplots(1, 2)
    for ax, name, words in zip(
        plots, ("accuracy", "test_accuracy"), ("training digits", "test digits"), strict=True
    ):
        for wing, curve in curves.items():
            label, colour, marker, _ = _WINGS[wing]
            size = {"keras": {"linewidth": 5, "alpha": 0.4, "markersize": 9}}.get(wing, {})
            epochs = np.arange(1, len(curve[name]) + 1)
            ax.plot(epochs, curve[name], marker=marker, color=colour, label=label, **size)
        end = claimed.get("train_accuracy" if name == "accuracy" else name)
        if end is not None:
            ax.axhline(end, color="black", linestyle="--", linewidth=1, label=f"claimed: {end:g}")
        ax.set_title(words, fontsize=9)
        ax.set_xlabel("epoch")
        ax.set_ylabel("accuracy")
        ax.set_xticks(epochs)
        ax.grid(color=LIGHT)
        ax.legend(frameon=False, fontsize=9, loc="lower right")
    return figure


def _lines(rows: Sequence[Mapping[str, Any]], title: str) -> tuple[Figure, Axes, np.ndarray]:
    """Return a figure with a line for each row, the first on top."""
    figure = new_figure(9.0, 1.5 + 0.32 * max(len(rows), 3), title)
    ax = figure.subplots()
    places = np.arange(len(rows))[::-1]
    ax.set_yticks(places, [row["label"] for row in rows], fontsize=9)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.grid(axis="x", color=LIGHT, linewidth=0.6)
    ax.set_axisbelow(True)
    return figure, ax, places


def _wrong(accuracy: Any) -> np.ndarray:
    """Return the share of wrong answers, clipped to the ends of the axis."""
    return np.clip(1 - np.asarray(accuracy, dtype="float64"), *_ENDS[::-1])


def _legend(figure: Figure, ax: Axes, claimed: str, band: str, between: bool = False) -> None:
    handles: list[Any] = []
    if claimed:
        handles += ax.plot([], [], "|", color="black", markersize=12, mew=2, label=claimed)
    handles += ax.plot([], [], color=LIGHT, linewidth=9, label=band)
    for label, colour, marker, _ in _WINGS.values():
        handles += ax.plot([], [], marker, color=colour, markersize=5, label=label)
    if between:
        handles += ax.plot([], [], "D", color=GREY, markersize=5, label="between the wings")
    figure.legend(handles=handles, loc="outside lower center", ncols=5, fontsize=8, frameon=False)
