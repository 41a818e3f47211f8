"""A picture of learning rates that change from step to step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, LIGHT, ORANGE, new_figure

COLUMNS = 4


def learning_rates(
    schedules: Sequence[tuple[str, Sequence[tuple[str, np.ndarray]]]], title: str = ""
) -> Figure:
    """Draw schedules, one plot for each.

    Args:
        schedules: A name, and one or two curves: what is special about it, and the learning rate
            after 0, 1, … steps, `(steps + 1,)`.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> rate = 0.1 * 0.9 ** np.arange(50)
        >>> len(learning_rates([("ExponentialDecay", [("", rate)])]).axes)
        1
    """
    columns = min(COLUMNS, len(schedules))
    rows = -(-len(schedules) // columns)
    figure = new_figure(3.1 * columns, 2.4 * rows, title)
    grid = np.ravel(figure.subplots(rows, columns, squeeze=False))
    for ax in grid[len(schedules) :]:
        ax.remove()
    for ax, (name, curves) in zip(grid, schedules, strict=False):
        for colour, (label, rates) in zip((BLUE, ORANGE), curves, strict=False):
            ax.plot(np.arange(len(rates)), rates, color=colour, label=label, linewidth=1.5)
        ax.set_title(name, fontsize=9)
        ax.set_xlabel("step", fontsize=8)
        ax.set_ylabel("learning rate", fontsize=8)
        ax.tick_params(labelsize=7)
        highest = max(rates.max() for _, rates in curves)
        ax.set_ylim(0, (1.45 if len(curves) > 1 else 1.05) * highest)  # with room for a legend
        ax.grid(color=LIGHT, linewidth=0.5)
        if len(curves) > 1:
            ax.legend(fontsize=7, loc="upper right")
    return figure
