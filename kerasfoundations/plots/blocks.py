"""Pictures of tensors as boxes: a matrix product, and blocks of rank 3 and 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from kerasfoundations.plots.style import BLUE, GREEN, GREY, ORANGE, SKY, new_figure

PALE = "#f4f4f4"
DEEP = np.array([0.35, 0.3])  # how far the third axis goes right and up, for each unit


def matrix_product(
    x: np.ndarray, y: np.ndarray, result: np.ndarray, row: int, column: int, title: str = ""
) -> Figure:
    """Draw a matrix product as three boxes: a row of one and a column of the other meet in a cell.

    Args:
        x: Array `(n, k)`, at the left.
        y: Array `(k, m)`, above.
        result: Array `(n, m)`, where both meet.
        row: The marked row of `x` and of the result.
        column: The marked column of `y` and of the result.
        title: Title of the figure.

    Returns:
        A figure; below it stands how the marked cell is computed.

    Example:
        >>> x, y = np.arange(6).reshape(2, 3), np.ones((3, 2), int)
        >>> matrix_product(x, y, x @ y, 1, 0).axes[0].get_title()
        '3·1 + 4·1 + 5·1 = 12'
    """
    (n, k), m = x.shape, y.shape[1]
    figure = new_figure(min(0.62 * (k + m) + 2.4, 8), 0.62 * (k + n) + 1.6, title)
    ax = figure.add_subplot()
    _table(ax, x, (0, k + 1), f"x ({n}, {k})", lambda i, j: SKY if i == row else PALE)
    _table(ax, y, (k + 1, 0), f"y ({k}, {m})", lambda i, j: ORANGE if j == column else PALE)
    _table(
        ax,
        result,
        (k + 1, k + 1),
        f"x · y ({n}, {m})",
        lambda i, j: GREEN if (i, j) == (row, column) else PALE,
        below=True,
    )
    terms = " + ".join(f"{a:g}·{b:g}" for a, b in zip(x[row], y[:, column], strict=True))
    ax.set_title(f"{terms} = {result[row, column]:g}", fontsize=11, y=-0.08)
    ax.set_xlim(-0.3, k + m + 1.3)
    ax.set_ylim(k + n + 1.9, -0.9)
    ax.set_aspect("equal")
    ax.set_axis_off()
    return figure


def _table(
    ax: Axes,
    array: np.ndarray,
    corner: tuple[int, int],
    name: str,
    color_of: Callable[[int, int], str],
    below: bool = False,
) -> None:
    """Draw a matrix as cells from a corner on, and its name with its shape."""
    left, top = corner
    for (i, j), value in np.ndenumerate(array):
        color = color_of(i, j)
        cell = Rectangle((left + j, top + i), 1, 1, facecolor=color, edgecolor="white", linewidth=2)
        ax.add_patch(cell)
        dark = color in (ORANGE, GREEN)
        ink = "white" if dark else "black"
        ax.text(left + j + 0.5, top + i + 0.5, f"{value:g}", ha="center", va="center", color=ink)
    middle, edge = left + array.shape[1] / 2, top + array.shape[0] + 0.4 if below else top - 0.35
    ax.text(middle, edge, name, ha="center", va="center", fontsize=10, weight="bold")


def blocks(tensors: Sequence[tuple[str, Sequence[tuple[str, int]]]], title: str = "") -> Figure:
    """Draw tensors of rank 3 as a block, and of rank 4 as a row of blocks.

    Args:
        tensors: For each tensor its name, and for each of its axes a name and a length.
        title: Title of the figure.

    Returns:
        A figure; each edge is labelled with the name and length of its axis. The edges are not
        drawn to scale.

    Example:
        >>> axes = [("samples", 250), ("minutes", 390), ("features", 3)]
        >>> blocks([("stock prices", axes)]).axes[0].get_title()
        'stock prices: (250, 390, 3)'
    """
    figure = new_figure(8, 2.9 * len(tensors), title)
    for ax, (name, axes) in zip(
        np.atleast_1d(figure.subplots(len(tensors), 1)), tensors, strict=True
    ):
        lengths = tuple(length for _, length in axes)
        ax.set_title(f"{name}: {lengths}", fontsize=10)
        labels = [f"{axis}: {length:,}" for axis, length in axes]
        if len(axes) == 3:
            _rank_3(ax, labels)
        else:
            _rank_4(ax, labels)
        ax.set_aspect("equal")
        ax.set_xlim(-3, 9.5)
        ax.set_ylim(-1.0, 3.2)
        ax.set_axis_off()
    return figure


def _rank_3(ax: Axes, labels: Sequence[str]) -> None:
    """Draw a block whose slices, one behind the other, are the samples."""
    _block(ax, (2.4, 0), (2.6, 1.8), depth=5, slices=5)
    ax.text(3.7, -0.35, f"axis 2, {labels[2]}", ha="center", va="center", fontsize=9)
    ax.text(2.25, 0.9, f"axis 1, {labels[1]}", ha="right", va="center", fontsize=9)
    ax.text(6.1, 0.6, f"axis 0, {labels[0]}\n(one slice each)", va="center", fontsize=9)


def _rank_4(ax: Axes, labels: Sequence[str]) -> None:
    """Draw blocks side by side, one for each sample."""
    for number, left in enumerate((0.0, 2.7, 6.6)):
        _block(ax, (left, 0), (1.4, 1.4), depth=2, slices=3)
        name = ("sample 0", "sample 1", "last sample")[number]
        ax.text(left + 1, 2.3, name, ha="center", va="center", fontsize=9, color=BLUE)
    ax.text(5.6, 0.8, "…", ha="center", va="center", fontsize=16, color=GREY)
    ax.text(-0.15, 0.7, f"axis 1,\n{labels[1]}", ha="right", va="center", fontsize=9)
    ax.text(0.7, -0.35, f"axis 2, {labels[2]}", ha="center", va="center", fontsize=9)
    ax.text(8.4, 0.15, f"axis 3,\n{labels[3]}", va="center", fontsize=9)
    ax.text(4.4, 2.9, f"axis 0, {labels[0]}", ha="center", va="center", fontsize=9)


def _block(
    ax: Axes, corner: tuple[float, float], size: tuple[float, float], depth: float, slices: int
) -> None:
    """Draw a block of slices, the first one in front."""
    (left, bottom), (width, height) = corner, size
    for number in reversed(range(slices)):
        dx, dy = DEEP * depth * number / slices
        face = [(0, 0), (width, 0), (width, height), (0, height)]
        points = [(left + dx + x, bottom + dy + y) for x, y in face]
        shade = SKY if number == 0 else "#cfe6f5"
        ax.add_patch(Polygon(points, facecolor=shade, edgecolor=BLUE, linewidth=1.2))
