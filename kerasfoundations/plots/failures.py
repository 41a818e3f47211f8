"""Pictures of where learning fails: walks over surfaces, and curves side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    YELLOW,
    new_figure,
    row_of_plots,
)

_COLORS = (BLUE, ORANGE, GREEN, PURPLE, SKY, YELLOW)
_STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)))


@dataclass(frozen=True)
class Walks:
    """Several walks over one surface.

    Attributes:
        title: What the plot shows.
        x: First coordinates `(m,)` where the surface was computed.
        y: Second coordinates `(n,)`.
        heights: The surface, `(n, m)`: a row for each `y`.
        paths: The walks, each `(k, 2)`, the start first.

    Example:
        >>> x = np.linspace(-1, 1, 3)
        >>> walks = Walks("a bowl", x, x, x**2 + x[:, None] ** 2, [np.array([[1, 1], [0, 0]])])
        >>> len(walks.paths)
        1
    """

    title: str
    x: np.ndarray
    y: np.ndarray
    heights: np.ndarray
    paths: Sequence[np.ndarray]


@dataclass(frozen=True)
class Panel:
    """Several curves in one plot.

    Attributes:
        title: What the plot shows.
        x_label: Name of the horizontal axis.
        y_label: Name of the vertical axis.
        curves: For each curve, its name, and its points `(k, 2)`.
        log_x: Whether the horizontal axis is logarithmic.
        log_y: Whether the vertical axis is logarithmic.
        y_limits: Ends of the vertical axis; `None` fits it to the curves.

    Example:
        >>> Panel("growth", "step", "value", [("a", np.array([[0, 1], [1, 2]]))]).log_y
        False
    """

    title: str
    x_label: str
    y_label: str
    curves: Sequence[tuple[str, np.ndarray]]
    log_x: bool = False
    log_y: bool = False
    y_limits: tuple[float, float] | None = None


def descents(plots: Sequence[Walks], title: str = "") -> Figure:
    """Draw walks over surfaces, seen from above: walks that end in one place have one colour.

    Args:
        plots: What each plot shows.
        title: Title of the figure.

    Returns:
        A figure with a contour plot for each surface, the higher the lighter.

    Example:
        >>> x = np.linspace(-1, 1, 9)
        >>> walks = Walks("a bowl", x, x, x**2 + x[:, None] ** 2, [np.array([[1, 1], [0, 0]])])
        >>> len(descents([walks]).axes)
        1
    """
    figure = new_figure(3.3 * len(plots) + 0.2, 4.3, title)
    for ax, walks in zip(row_of_plots(figure, len(plots)), plots, strict=True):
        levels = np.quantile(walks.heights, np.linspace(0, 1, 22))
        ax.contourf(walks.x, walks.y, walks.heights, np.unique(levels), cmap="Greys_r", alpha=0.55)
        _draw_paths(ax, walks)
        ax.set_xlim(walks.x[0], walks.x[-1])
        ax.set_ylim(walks.y[0], walks.y[-1])
        ax.set_box_aspect(1)
        ax.set_xlabel("$x_1$")
        ax.set_title(walks.title, fontsize=9)
    figure.axes[0].set_ylabel("$x_2$")
    for marker, size, label in (("o", 5, "start"), ("*", 11, "end")):
        figure.axes[0].plot([], [], marker, color="white", mec="black", ms=size, label=label)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9, frameon=False)
    return figure


def _draw_paths(ax: Axes, walks: Walks) -> None:
    """Draw each walk, in the colour of the place where it ends."""
    ends: list[np.ndarray] = []
    reach = 0.05 * max(np.ptp(walks.x), np.ptp(walks.y))
    for path in walks.paths:
        near = [k for k, end in enumerate(ends) if np.abs(path[-1] - end).max() < reach]
        if not near:
            ends.append(path[-1])
        color = _COLORS[(near[0] if near else len(ends) - 1) % len(_COLORS)]
        ax.plot(*path.T, color=color, linewidth=1.2)
        ax.plot(*path[0], "o", color="white", mec=color, ms=4.5)
        ax.plot(*path[-1], "*", color=color, mec="black", ms=11, zorder=4)


def panels(plots: Sequence[Panel], title: str = "") -> Figure:
    """Plot several sets of curves, three plots to a row, each with its own legend below it.

    Args:
        plots: What each plot shows; a curve of one point is drawn as a marker.
        title: Title of the figure.

    Returns:
        A figure with a plot for each panel.

    Example:
        >>> curve = np.array([[0, 1], [1, 2]])
        >>> len(panels([Panel("growth", "step", "value", [("a", curve)])]).axes)
        1
    """
    num_columns = min(3, len(plots))
    num_rows = -(-len(plots) // num_columns)
    lines = max(len(panel.curves) for panel in plots)
    figure = new_figure(3.9 * num_columns, num_rows * (3.2 + 0.2 * lines), title)
    grid = figure.subplots(num_rows, num_columns, squeeze=False)
    for unused in grid.flat[len(plots) :]:
        unused.set_axis_off()
    for ax, panel in zip(grid.flat, plots, strict=False):
        _draw_curves(ax, panel)
    return figure


def _draw_curves(ax: Axes, panel: Panel) -> None:
    """Draw one panel."""
    for place, (name, points) in enumerate(panel.curves):
        color, style = _COLORS[place % 6], _STYLES[place % 6]
        marker = "*" if len(points) == 1 else "o" if len(points) < 12 else None
        size = 13 if len(points) == 1 else 4
        x, y = np.asarray(points, dtype="float64").T
        ax.plot(x, y, linestyle=style, marker=marker, ms=size, color=color, label=name)
    ax.set_xscale("log" if panel.log_x else "linear")
    ax.set_yscale("log" if panel.log_y else "linear")
    if max(len(points) for _, points in panel.curves) < 12:  # few enough for a tick each
        places = np.unique(np.concatenate([np.asarray(points)[:, 0] for _, points in panel.curves]))
        ax.set_xticks(places, [f"{place:g}" for place in places])
        ax.minorticks_off()
    if panel.y_limits:
        ax.set_ylim(*panel.y_limits)
    ax.set_xlabel(panel.x_label)
    ax.set_ylabel(panel.y_label)
    ax.set_title(panel.title, fontsize=9)
    ax.grid(color=LIGHT)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), fontsize=8, frameon=False)
