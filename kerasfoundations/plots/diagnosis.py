"""The picture of a diagnosis: two losses, the ratios of the updates, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter, StrMethodFormatter

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    new_figure,
)

_LINES = (BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW, "black", GREY)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_VERDICTS = {
    "equal": (GREEN, "white"),
    "differs": (ORANGE, "white"),
    "not asked": ("white", GREY),
    "not reached": (LIGHT, GREY),
}


def diagnosis(
    losses: Sequence[float] | np.ndarray,
    reference_losses: Sequence[float] | np.ndarray,
    ratios: np.ndarray,
    names: Sequence[str],
    verdicts: Mapping[str, str],
    title: str = "",
) -> Figure:
    """Draw a loop against its reference, step by step and stage by stage.

    Args:
        losses: The loop's loss at each step.
        reference_losses: The reference's.
        ratios: `(steps, weights)`: the norm of the loop's update divided by the reference's from
            the same weights; NaN where the reference does not move.
        names: Names of the weights.
        verdicts: For each stage, in order, `"equal"`, `"differs"`, `"not asked"` or
            `"not reached"`.
        title: Title of the figure.

    Returns:
        A figure with three plots.

    Example:
        >>> figure = diagnosis([1.0, 0.9], [1.0, 0.8], np.ones((2, 1)), ["w"], {"loss": "equal"})
        >>> len(figure.axes)
        3
    """
    figure = new_figure(9.6, 4.9, title)
    grid = figure.add_gridspec(2, 2, height_ratios=[6, 1])
    _losses(figure.add_subplot(grid[0, 0]), losses, reference_losses)
    _ratios(figure.add_subplot(grid[0, 1]), np.asarray(ratios, "float64"), names)
    _stages(figure.add_subplot(grid[1, :]), verdicts)
    return figure


def _losses(
    ax: Axes,
    losses: Sequence[float] | np.ndarray,
    reference_losses: Sequence[float] | np.ndarray,
) -> None:
    """Plot the loss of the batch before each step."""
    for values, style, color, label in (
        (reference_losses, "o-", BLUE, "reference: Keras"),
        (losses, "s--", ORANGE, "the loop"),
    ):
        steps = np.arange(len(values)) + 1
        ax.plot(steps, values, style, color=color, markersize=4, label=label)
    ax.set_title("loss of the batch before each step", fontsize=9)
    ax.set_ylabel("loss")
    _label_steps(ax)
    if len(losses) or len(reference_losses):
        ax.legend(frameon=False, fontsize=8)


def _ratios(ax: Axes, ratios: np.ndarray, names: Sequence[str]) -> None:
    """Plot the ratio of the updates' norms, one line per weight, or a band for many weights."""
    ax.axhline(1.0, color=GREY, linewidth=1)
    ax.set_yscale("log")
    ratios = np.where(ratios > 0, ratios, np.nan)
    steps = np.arange(len(ratios)) + 1
    few = len(names) <= len(_LINES)
    for number, name in enumerate(names if few else ()):
        label = "/".join(name.split("/")[-2:])
        if np.isnan(ratios[:, number]).all() and len(ratios):
            label += " (does not move)"
        color, marker = _LINES[number], _MARKERS[number]
        ax.plot(steps, ratios[:, number], color=color, marker=marker, markersize=4, label=label)
    if not few and len(ratios):
        seen = np.ma.masked_invalid(ratios)
        ax.fill_between(steps, seen.min(axis=1), seen.max(axis=1), color=SKY, alpha=0.4)
        ax.plot(steps, np.ma.median(seen, axis=1), "o-", color=BLUE, markersize=4, label="median")
    low, high = np.nanmin([0.5, *ratios.ravel()]), np.nanmax([2.0, *ratios.ravel()])
    ax.set_ylim(low / 1.3, high * 1.3)
    ax.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    if high / low < 100:
        ticks = (digit * 10.0**power for power in range(-2, 2) for digit in (1, 2, 5))
        ax.set_yticks([tick for tick in ticks if low <= tick <= high])
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_title("norm of the update, the loop's / the reference's", fontsize=9)
    ax.set_ylabel("ratio")
    _label_steps(ax)
    if len(ratios):
        ax.legend(frameon=False, fontsize=7, ncols=2 if len(names) > 4 else 1)


def _stages(ax: Axes, verdicts: Mapping[str, str]) -> None:
    """Draw a box for each stage, in the colour of its verdict."""
    for place, (stage, verdict) in enumerate(verdicts.items()):
        fill, ink = _VERDICTS[verdict]
        edge = LIGHT if verdict == "not asked" else "white"
        ax.barh(0, 0.96, left=place, color=fill, edgecolor=edge, height=1)
        ax.text(place + 0.48, 0.14, stage, color=ink, ha="center", va="center", fontsize=9)
        ax.text(place + 0.48, -0.24, verdict, color=ink, ha="center", va="center", fontsize=7)
    ax.set_xlim(0, max(len(verdicts), 1))
    ax.set_ylim(-0.5, 0.5)
    ax.set_axis_off()


def _label_steps(ax: Axes) -> None:
    ax.set_xlabel("step")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(color=LIGHT)
