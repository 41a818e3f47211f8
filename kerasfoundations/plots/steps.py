"""Pictures of a step downhill: the forces on a marble, the line before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, GREEN, GREY, LIGHT, ORANGE, PURPLE, new_figure


def forces(
    x: np.ndarray,
    y: np.ndarray,
    loss: np.ndarray,
    point: Sequence[float],
    slopes: Sequence[float],
    labels: Sequence[str] = ("slope", "intercept", "MSE"),
    title: str = "",
) -> Figure:
    """Draw a marble on a loss over two parameters: what pulls it along each axis, and both at once.

    Args:
        x: Values of the first parameter, `(m,)`.
        y: Values of the second, `(n,)`.
        loss: The loss at each pair, `(n, m)`.
        point: Where the marble lies, both parameters.
        slopes: The partial derivatives of the loss there.
        labels: Names of the two parameters and of the loss.
        title: Title of the figure.

    Returns:
        A figure whose axes have one scale: so the steepest direction crosses the contour at a right
        angle. The arrows are as long as the slopes, in one scale.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> figure = forces(x, x, x**2 + x[:, None] ** 2, (1, 1), (2, 2), "abc")
        >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()][0]
        '−∂c/∂a = −2'
    """
    figure = new_figure(6.4, 5.2, title)
    ax = figure.add_subplot()
    rings = ax.contour(x, y, loss, levels=12, colors=GREY, linewidths=0.8)
    ax.clabel(rings, fontsize=7)
    pull = -np.asarray(slopes, "float64")
    length = 0.3 * min(np.ptp(x), np.ptp(y)) / np.abs(pull).max()
    names = [f"∂{labels[2]}/∂{name} = {p:.3g}" for name, p in zip(labels, pull, strict=False)]
    names = ["−" + name.replace("-", "−") for name in names]
    arrows = [(pull * (1, 0), BLUE), (pull * (0, 1), PURPLE), (pull, ORANGE)]
    for (arrow, color), name in zip(arrows, [*names, "both: steepest way down"], strict=True):
        how: Any = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.009}
        ax.quiver(*point, *(length * arrow), color=color, label=name, zorder=3, **how)
    ax.plot(*point, "o", color=GREEN, markersize=15, markeredgecolor="black", zorder=4)
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.set_aspect("equal")
    ax.legend(fontsize=9, loc="upper left", framealpha=1)
    return figure


def line_step(
    x: np.ndarray,
    y: np.ndarray,
    lines: Sequence[tuple[str, float, float]],
    labels: Sequence[str] = ("x", "y"),
    title: str = "",
) -> Figure:
    """Draw data and a line before and after a step.

    Args:
        x: Array `(n,)`.
        y: Array `(n,)`.
        lines: For each line its name, slope and intercept, the one before first.
        labels: Names of `x` and `y`, with their units.
        title: Title of the figure.

    Returns:
        A figure; the legend has each line's equation and mean squared residual.

    Example:
        >>> x = np.array([0.0, 1.0])
        >>> figure = line_step(x, x, [("before", 0.0, 0.0), ("after", 0.5, 0.0)])
        >>> figure.axes[0].get_legend().get_texts()[1].get_text()
        'before: y = 0·x + 0, MSE 0.5'
    """
    figure = new_figure(6.4, 4.2, title)
    ax = figure.add_subplot()
    ax.plot(x, y, "o", color=GREY, markersize=5, label="data")
    ends = np.array([x.min(), x.max()])
    for (name, slope, intercept), color in zip(lines, (BLUE, ORANGE, GREEN), strict=False):
        mse = float(np.mean((y - slope * x - intercept) ** 2))
        words = f"{name}: y = {slope:.4g}·x + {intercept:.6g}, MSE {mse:.4g}"
        ax.plot(ends, slope * ends + intercept, color=color, linewidth=2, label=words)
    ax.set_xlabel(labels[0])
    ax.set_ylabel(labels[1])
    ax.grid(color=LIGHT)
    ax.legend(fontsize=9, loc="upper left", framealpha=1)
    return figure
