"""Pictures of what networks can fit, and of why they learn from a loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, GREY, LIGHT, ORANGE, new_figure, row_of_plots


def accuracy_and_loss(
    change: np.ndarray,
    accuracy: np.ndarray,
    loss: np.ndarray,
    accuracy_slope: np.ndarray,
    loss_slope: np.ndarray,
    title: str = "",
) -> Figure:
    """Plot accuracy and loss as one weight changes: a staircase, and a curve that has a slope.

    Args:
        change: Changes of the weight, `(n,)`, in ascending order.
        accuracy: The accuracy at each change, `(n,)`.
        loss: The loss at each change, `(n,)`.
        accuracy_slope: The slope of the accuracy at each change, `(n,)`.
        loss_slope: The slope of the loss at each change, `(n,)`.
        title: Title of the figure.

    Returns:
        A figure with three plots: accuracy, loss, and the slopes of both.

    Example:
        >>> w = np.linspace(0, 1, 5)
        >>> len(accuracy_and_loss(w, w > 0.5, w**2, 0 * w, 2 * w).axes)
        3
    """
    figure = new_figure(10.5, 3.4, title)
    first, second, third = row_of_plots(figure, 3)
    first.step(change, accuracy, where="mid", color=ORANGE)
    first.set_ylabel("accuracy")
    second.plot(change, loss, color=BLUE)
    second.set_ylabel("loss")
    flat = np.count_nonzero(np.asarray(accuracy_slope) == 0)
    label = f"of the accuracy: 0 at {flat} of {len(change)} places"
    third.plot(change, accuracy_slope, ".", color=ORANGE, markersize=4, label=label)
    third.plot(change, loss_slope, color=BLUE, label="of the loss")
    third.set_ylabel("slope")
    third.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=8, frameon=False)
    for ax in figure.axes:
        ax.set_xlabel("change of the weight")
        ax.grid(color=LIGHT)
    return figure


def approximations(
    x: np.ndarray, y: np.ndarray, fits: Mapping[int, np.ndarray], title: str = ""
) -> Figure:
    """Plot a curve and its approximations by networks of growing width.

    Args:
        x: Points `(n,)`, in ascending order.
        y: The curve at these points, `(n,)`.
        fits: By number of hidden units, the network's outputs `(n,)`.
        title: Title of the figure.

    Returns:
        A figure with a plot for each width.

    Example:
        >>> x = np.linspace(0, 1, 5)
        >>> len(approximations(x, x**2, {2: x, 4: x**2}).axes)
        2
    """
    figure = new_figure(3 * len(fits), 3.2, title)
    for ax, (width, fit) in zip(row_of_plots(figure, len(fits)), fits.items(), strict=True):
        ax.plot(x, y, color=GREY, linewidth=3, alpha=0.5, label="the curve")
        ax.plot(x, fit, color=ORANGE, label="the network")
        error = np.sqrt(np.mean((fit - y) ** 2))
        units = "hidden unit" if width == 1 else "hidden units"
        ax.set_title(f"{width} {units}\nroot mean square error {error:.3f}", fontsize=9)
        ax.set_xlabel("x")
        ax.grid(color=LIGHT)
    figure.axes[0].set_ylabel("y")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8, frameon=False)
    return figure
