"""Pictures of what tensor operations do to points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    new_figure,
    plane,
    row_of_plots,
)

COLORS = (BLUE, ORANGE)


def before_and_after(
    shape: np.ndarray, maps: Sequence[tuple[str, np.ndarray]], title: str = ""
) -> Figure:
    """Draw an outline before (grey) and after (orange) each of several maps.

    Args:
        shape: Corners of the outline, `(n, 2)`, in order.
        maps: For each map, its name and the mapped corners `(n, 2)`.
        title: Title of the figure.

    Returns:
        A figure with one plane per map.

    Example:
        >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
        >>> len(before_and_after(square, [("moved", square + 1)]).axes)
        1
    """
    num_columns = min(3, len(maps))
    num_rows = -(-len(maps) // num_columns)
    figure = new_figure(3 * num_columns, 3.1 * num_rows + 0.3, title)
    points = np.concatenate([shape, *[mapped for _, mapped in maps]])
    limit = 1.15 * float(np.abs(points).max())
    for place, (name, mapped) in enumerate(maps, start=1):
        ax = figure.add_subplot(num_rows, num_columns, place)
        _outline(ax, shape, GREY, "before")
        _outline(ax, mapped, ORANGE, "after")
        plane(ax, name, limit)
        if place == 1:
            ax.legend(frameon=False, fontsize=8, loc="best")
    return figure


def _outline(ax: Axes, corners: np.ndarray, color: str, label: str) -> None:
    closed = np.vstack([corners, corners[:1]])
    ax.plot(closed[:, 0], closed[:, 1], "-", color=color, linewidth=1.5, label=label)
    ax.fill(closed[:, 0], closed[:, 1], color=color, alpha=0.15, linewidth=0)
    ax.plot(*corners[0], "o", color=color, markersize=5)  # which corner went where


def arrows(first: np.ndarray, second: np.ndarray, total: np.ndarray, title: str = "") -> Figure:
    """Draw a point, the arrow to it, and the sum of two arrows, one put at the end of the other.

    Args:
        first: Array `(2,)`.
        second: Array `(2,)`.
        total: Their sum, `(2,)`.
        title: Title of the figure.

    Returns:
        A figure of three plots.

    Example:
        >>> a, b = np.array([0.5, 1.0]), np.array([1.0, 0.25])
        >>> len(arrows(a, b, a + b).axes)
        3
    """
    figure = new_figure(8, 3.2, title)
    lowest, highest = -0.15, 1.3 * float(max(np.max(first), np.max(second), np.max(total)))
    ways = [("a", 0 * first, first, BLUE), ("b", first, total, GREEN)]
    views = [
        ("a point", []),
        ("the same as an arrow", ways[:1]),
        ("a sum: b begins where a ends", [*ways, ("a + b", total, 0 * first, ORANGE)]),
    ]
    for ax, (name, drawn) in zip(row_of_plots(figure, 3), views, strict=True):
        plane(ax, name)
        ax.set(xlim=(lowest, highest), ylim=(lowest, highest))
        if not drawn:
            x, y = first
            ax.plot(x, y, "o", color=BLUE)
            ax.annotate(f"({x:g}, {y:g})", (x, y), (5, 5), textcoords="offset points")
        for label, start, end, color in drawn:
            _way(ax, label, start, end, color)
    return figure


def _way(ax: Axes, label: str, start: Any, end: Any, color: str) -> None:
    """Draw an arrow, with its name at its left side; a sum's comes from its end."""
    backwards = label == "a + b"
    style = {"arrowstyle": "<|-" if backwards else "-|>", "color": color, "linewidth": 2}
    ax.annotate("", end, start, arrowprops=style | {"shrinkA": 0, "shrinkB": 0})
    dx, dy = end - start
    beside: Any = 11 * np.array([-dy, dx]) / np.hypot(dx, dy)  # in points
    beside[0] *= 1 + len(label) / 4
    middle: Any = (start + end) / 2
    how: Any = {"textcoords": "offset points", "ha": "center", "va": "center", "color": color}
    ax.annotate(label, middle, beside, **how)


def grids(views: Sequence[tuple[str, np.ndarray]], num_lines: int, title: str = "") -> Figure:
    """Draw a grid of lines as several maps transform it.

    Args:
        views: For each view, its name and the points of the grid, `(num_lines · num_lines, 2)`,
            row by row.
        num_lines: Lines in each direction.
        title: Title of the figure.

    Returns:
        A figure with one plane per view; the rows are blue, the columns orange.

    Example:
        >>> len(grids([("as it is", np.zeros((9, 2)))], 3).axes)
        1
    """
    figure = new_figure(3.1 * len(views), 3.4, title)
    limit = 1.1 * max(float(np.abs(points).max()) for _, points in views) or 1.0
    for place, (name, points) in enumerate(views, start=1):
        ax = figure.add_subplot(1, len(views), place)
        lattice = np.reshape(points, (num_lines, num_lines, 2))
        for line in range(num_lines):
            ax.plot(*lattice[line].T, color=BLUE, linewidth=0.8)
            ax.plot(*lattice[:, line].T, color=ORANGE, linewidth=0.8)
        plane(ax, name, limit)
    return figure


def layer_views(
    views: Sequence[tuple[str, np.ndarray]], labels: np.ndarray, title: str = ""
) -> Figure:
    """Draw points of two classes as each layer of a network sees them.

    Args:
        views: For each view, its name and the points `(n, units)`. Views of more than two units are
            drawn by their first two principal components.
        labels: Integer array `(n,)`.
        title: Title of the figure.

    Returns:
        A figure with one plane per view.

    Example:
        >>> len(layer_views([("input", np.zeros((4, 2)))], np.array([0, 1, 0, 1])).axes)
        1
    """
    figure = new_figure(3.1 * len(views), 3.5, title)
    for place, (name, points) in enumerate(views, start=1):
        ax = figure.add_subplot(1, len(views), place)
        flat = points if points.shape[1] == 2 else principal_components(points)
        for label, color, marker in zip(range(2), COLORS, "os", strict=True):
            chosen = flat[labels == label]
            ax.plot(*chosen.T, marker, color=color, markersize=2.5, label=f"sheet {label + 1}")
        ax.set_title(name, fontsize=9)
        kind = "unit" if points.shape[1] == 2 else "principal component"
        if place == 1:
            kind = "coordinate"
            ax.legend(frameon=False, fontsize=8, markerscale=2)
        ax.set_xlabel(f"{kind} 1", fontsize=8)
        ax.set_ylabel(f"{kind} 2", fontsize=8)
        ax.tick_params(labelsize=7)
    return figure


def principal_components(points: np.ndarray, num_components: int = 2) -> np.ndarray:
    """Project points onto the directions in which they vary most.

    Args:
        points: Array `(n, d)`.
        num_components: Number of directions.

    Returns:
        Array `(n, num_components)`.

    Example:
        >>> np.abs(principal_components(np.array([[0.0, 0.0], [3.0, 4.0]]), 1)).tolist()
        [[2.5], [2.5]]
    """
    centred = points - points.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    return centred @ directions[:num_components].T
