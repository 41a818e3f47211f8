"""Pictures of tensor operations: broadcasting, convolution, speed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kerasfoundations.plots.style import BLUE, LIGHT, ORANGE, SKY, new_figure, row_of_plots


def broadcasting(x: np.ndarray, y: np.ndarray, result: np.ndarray, title: str = "") -> Figure:
    """Draw two arrays stretched to one shape, and their sum.

    Args:
        x: Array that is broadcast to rank 2.
        y: Array of a compatible shape.
        result: Their sum, of rank 2.
        title: Title of the figure.

    Returns:
        A figure; elements that are only repeated have pale cells.

    Example:
        >>> x, y = np.arange(3)[:, None], np.arange(4)
        >>> len(broadcasting(x, y, x + y).axes)
        3
    """
    figure = new_figure(9, 2.6, title)
    arrays = (("x", np.asarray(x)), ("y", np.asarray(y)), ("x + y", np.asarray(result)))
    for ax, (name, array) in zip(row_of_plots(figure, 3), arrays, strict=True):
        _cells(ax, array, result.shape)
        stretched = "" if array.shape == result.shape else f" stretched to {result.shape}"
        ax.set_title(f"{name}: {array.shape}{stretched}", fontsize=9)
    return figure


def _cells(ax: Axes, array: np.ndarray, shape: tuple[int, ...]) -> None:
    """Draw an array's elements in cells; those that broadcasting repeats are pale."""
    own = (1,) * (len(shape) - array.ndim) + array.shape
    whole = np.broadcast_to(array, shape)
    for row, column in np.ndindex(shape):
        real = all(i < n for i, n in zip((row, column), own, strict=True))
        ax.add_patch(
            Rectangle(
                (column, row),
                1,
                1,
                facecolor=SKY if real else "#f4f4f4",
                edgecolor="white",
                linewidth=2,
            )
        )
        color = "black" if real else "#999999"
        ax.text(
            column + 0.5, row + 0.5, str(whole[row, column]), ha="center", va="center", color=color
        )
    ax.set_xlim(0, shape[1])
    ax.set_ylim(shape[0], 0)
    ax.set_aspect("equal")
    ax.set_xticks(np.arange(shape[1]) + 0.5, [str(i) for i in range(shape[1])], fontsize=7)
    ax.set_yticks(np.arange(shape[0]) + 0.5, [str(i) for i in range(shape[0])], fontsize=7)
    ax.tick_params(length=0)
    ax.set_xlabel("axis 1", fontsize=8)
    ax.set_ylabel("axis 0", fontsize=8)
    for side in ax.spines.values():
        side.set_visible(False)


def convolution(
    image: np.ndarray, kernels: Sequence[tuple[str, np.ndarray, np.ndarray]], title: str = ""
) -> Figure:
    """Draw an image, kernels, and what each kernel finds in the image.

    Args:
        image: Array `(height, width)`.
        kernels: For each kernel, its name, the kernel `(h, w)`, and the result `(rows, columns)`.
        title: Title of the figure.

    Returns:
        A figure; in kernels and results purple is negative, orange positive.

    Example:
        >>> len(convolution(np.zeros((5, 5)), [("mean", np.ones((3, 3)), np.zeros((3, 3)))]).axes)
        4
    """
    figure = new_figure(7.4, 2.6 * len(kernels), title)
    grid = figure.subplots(len(kernels), 3, squeeze=False)
    for (left, middle, right), (name, kernel, result) in zip(grid, kernels, strict=True):
        left.imshow(image, cmap="gray_r")
        left.set_title("image", fontsize=9)
        most = max(float(np.abs(kernel).max()), 1e-9)
        middle.imshow(
            kernel, cmap="PuOr_r", vmin=-2 * most, vmax=2 * most
        )  # pale, since text is drawn on it
        middle.set_xticks(range(kernel.shape[1]))
        middle.set_yticks(range(kernel.shape[0]))
        for (row, column), weight in np.ndenumerate(kernel):
            middle.text(column, row, f"{weight:g}", ha="center", va="center", fontsize=8)
        middle.set_title(f"kernel: {name}", fontsize=9)
        most = max(float(np.abs(result).max()), 1e-9)
        shown = right.imshow(result, cmap="PuOr_r", vmin=-most, vmax=most)
        right.set_title(f"result, {result.shape[0]} × {result.shape[1]}", fontsize=9)
        figure.colorbar(shown, ax=right, shrink=0.8, label="response")
        for ax in (left, middle, right):
            ax.set_xlabel("column", fontsize=8)
            ax.set_ylabel("row", fontsize=8)
            ax.tick_params(labelsize=7)
    return figure


def speeds(
    names: Sequence[str],
    naive_seconds: Sequence[float],
    vectorised_seconds: Sequence[float],
    title: str = "",
) -> Figure:
    """Draw how long operations take as loops and as one call, as bars on a logarithmic axis.

    Args:
        names: One name per operation.
        naive_seconds: Seconds of each loop.
        vectorised_seconds: Seconds of each call.
        title: Title of the figure.

    Returns:
        A figure, with the ratio beside each pair.

    Example:
        >>> len(speeds(["add"], [1e-2], [1e-5]).axes)
        1
    """
    figure = new_figure(8, 0.6 * len(names) + 1.4, title)
    ax = figure.add_subplot()
    places = np.arange(len(names))
    ax.barh(places - 0.2, naive_seconds, height=0.38, color=ORANGE, label="loops")
    ax.barh(places + 0.2, vectorised_seconds, height=0.38, color=BLUE, label="one call")
    for place, slow, fast in zip(places, naive_seconds, vectorised_seconds, strict=True):
        ax.text(
            slow * 1.2, place - 0.2, f"{slow / fast:,.0f} times as long", va="center", fontsize=8
        )
    ax.set_yticks(places, names, fontsize=8)
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlim(min(vectorised_seconds) / 3, max(naive_seconds) * 30)
    ax.set_xlabel("seconds, logarithmic")
    ax.grid(axis="x", color=LIGHT)
    ax.set_axisbelow(True)
    ax.legend(frameon=False, fontsize=8, loc="lower right")
    return figure
