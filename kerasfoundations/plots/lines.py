"""Pictures of fitting: a line, its loss, the paths of optimizers, the weights of classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kerasfoundations.plots.style import (
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    ORANGE,
    PURPLE,
    SKY,
    new_figure,
    row_of_plots,
)

# One for each optimizer; Okabe and Ito's yellow is too pale for a line on white.
COLORS = ("black", ORANGE, PURPLE, GREEN, SKY, BLUE)
_BELOW: dict[str, Any] = {"loc": "outside lower center", "frameon": False, "fontsize": 9}


@dataclass(frozen=True)
class Landscape:
    """A loss over two parameters, and a path down it.

    Attributes:
        title: What it is the loss of.
        x: Values of the first parameter, `(m,)`.
        y: Values of the second, `(n,)`.
        loss: The loss at each pair, `(n, m)`.
        minimum: Both parameters and the loss where it is smallest, `(3,)`.
        path: Both parameters and the loss at each point of the path, `(k, 3)`, the start first.
        labels: Names of the two parameters and of the loss, with their units.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> path = np.array([[1.0, 1.0, 2.0], [0.5, 0.5, 0.5]])
        >>> Landscape("a bowl", x, x, x**2 + x[:, None] ** 2, np.zeros(3), path).loss.shape
        (9, 9)
    """

    title: str
    x: np.ndarray
    y: np.ndarray
    loss: np.ndarray
    minimum: np.ndarray
    path: np.ndarray
    labels: tuple[str, str, str] = ("slope", "intercept", "MSE")


def fitted_line(
    x: np.ndarray,
    y: np.ndarray,
    slope: float,
    intercept: float,
    x_label: str,
    y_label: str,
    title: str = "",
) -> Figure:
    """Plot points, a line, and the residuals between them as vertical segments.

    Args:
        x: Inputs `(n,)`.
        y: Targets `(n,)`.
        slope: Slope of the line.
        intercept: Intercept of the line.
        x_label: Name of the inputs, with the unit.
        y_label: Name of the targets, with the unit.
        title: Title of the figure.

    Returns:
        A figure; its legend gives the slope, the intercept and the mean squared error.

    Example:
        >>> x = np.arange(3.0)
        >>> figure = fitted_line(x, 2 * x + 1, 2.0, 1.0, "time (s)", "way (m)")
        >>> [text.get_text() for text in figure.legends[0].get_texts()][1]
        'line: slope 2, intercept 1'
    """
    figure = new_figure(5.8, 4.2, title)
    ax = figure.add_subplot()
    on_line = slope * x + intercept  # (n,)
    error = float(np.mean((on_line - y) ** 2))
    ax.vlines(x, on_line, y, color=ORANGE, linewidth=1, label=f"residuals: MSE {error:.4g}")
    margin = 0.04 * float(np.ptp(x))
    ends = np.array([x.min() - margin, x.max() + margin])
    name = f"line: slope {slope:.4g}, intercept {intercept:.4g}"
    ax.plot(ends, slope * ends + intercept, color=BLUE, linewidth=2, label=name)
    ax.plot(x, y, "o", color="black", markersize=4, label="samples")
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    ax.grid(color=LIGHT)
    ax.set_axisbelow(True)
    residuals, line, samples = ax.get_legend_handles_labels()[0]
    figure.legend(handles=[samples, line, residuals], ncols=3, columnspacing=1.2, **_BELOW)
    return figure


def loss_along_slope(
    curves: Sequence[tuple[np.ndarray, np.ndarray]],
    walks: Sequence[tuple[str, np.ndarray, np.ndarray]],
    x_label: str,
    y_label: str,
    title: str = "",
    num_tangents: int = 3,
) -> Figure:
    """Plot several walks along the loss of one parameter, with tangents at their first points.

    Args:
        curves: For each walk, values of the parameter `(n,)` and the loss there `(n,)`.
        walks: For each walk, its name, the points `(k, 2)` of parameter and loss, and the slope of
            the loss at each point `(k,)`.
        x_label: Name of the parameter, with the unit.
        y_label: Name of the loss, with the unit.
        title: Title of the figure.
        num_tangents: Number of points, from the start on, with a tangent.

    Returns:
        A figure with one plot per walk.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> walk = ("steps", np.array([[2.0, 4.0], [1.0, 1.0]]), np.array([4.0, 2.0]))
        >>> len(loss_along_slope([(x, x**2)], [walk], "x", "x²").axes)
        1
    """
    figure = new_figure(3.7 * len(walks), 3.8, title)
    axes = row_of_plots(figure, len(walks))
    for ax, (x, loss), (name, points, slopes) in zip(axes, curves, walks, strict=True):
        ax.plot(x, loss, color=BLUE, linewidth=1.5, label="loss")
        ax.plot(*points.T, "-", color=GREY, linewidth=0.9)
        ax.plot(*points.T, "o", color=ORANGE, markersize=5, label="steps", zorder=3)
        width, height = float(np.ptp(x)), float(np.ptp(loss))
        lowest = x[np.argmin(loss)]
        for place in range(min(num_tangents, len(points))):
            (at, value), slope = points[place], slopes[place]
            # The same length on paper everywhere, however steep.
            reach = 0.17 / np.hypot(1 / width, slope / height)
            ends = np.array([at - reach, at + reach])
            label = "tangent" if place == 0 else None
            ax.plot(ends, value + slope * (ends - at), "--", color=GREEN, label=label)
            side = -1 if at < lowest else 1
            ax.annotate(
                f"{place}",
                (at, value),
                (8 * side, -11),
                textcoords="offset points",
                ha="center",
                fontsize=9,
                color=ORANGE,
            )
        ax.set_ylim(loss.min() - 0.1 * height, loss.max() + 0.03 * height)
        ax.set_xlim(x.min(), x.max())
        ax.set_title(name, fontsize=10)
        ax.set_xlabel(x_label)
        ax.grid(color=LIGHT)
    axes[0].set_ylabel(y_label)
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=3, **_BELOW)
    return figure


def loss_surfaces(landscapes: Sequence[Landscape], title: str = "") -> Figure:
    """Draw losses over two parameters as surfaces, with the path down each.

    Args:
        landscapes: The losses and the paths.
        title: Title of the figure.

    Returns:
        A figure with one plot per landscape. The path is drawn slightly above the surface.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> path = np.array([[1.0, 1.0, 2.0], [0.5, 0.5, 0.5]])
        >>> bowl = Landscape("a bowl", x, x, x**2 + x[:, None] ** 2, np.zeros(3), path)
        >>> len(loss_surfaces([bowl]).axes)
        1
    """
    figure = new_figure(5.0 * len(landscapes), 4.6, title)
    for place, land in enumerate(landscapes, start=1):
        # Otherwise matplotlib decides whether the surface or the path hides the other.
        ax: Any = figure.add_subplot(
            1, len(landscapes), place, projection="3d", computed_zorder=False
        )
        x, y = np.meshgrid(land.x, land.y)
        height = float(np.ptp(land.loss))
        ax.plot_surface(
            x,
            y,
            land.loss,
            cmap="Blues",
            vmin=land.loss.min() - 0.4 * height,  # so that the floor is not white
            alpha=0.85,
            linewidth=0.15,
            edgecolor="white",
            rstride=1,
            cstride=1,
            zorder=1,
        )
        lift = 0.015 * height
        path = land.path[_spread_out(len(land.path))]
        ways = path[:, 0], path[:, 1], path[:, 2] + lift
        ax.plot(*ways, _marker(land.path), color=ORANGE, linewidth=1.4, markersize=3, zorder=3)
        ax.plot([], [], [], "-", color=ORANGE, label="gradient descent")
        start = [way[:1] for way in ways]
        ax.plot(*start, "o", color=ORANGE, mec="black", markersize=7, zorder=4, label="start")
        minimum = [[land.minimum[0]], [land.minimum[1]], [land.minimum[2] + lift]]
        ax.plot(*minimum, "*", color="black", markersize=11, zorder=5, label="minimum")
        ax.set_title(land.title, fontsize=10)
        ax.set_xlabel(land.labels[0], fontsize=9)
        ax.set_ylabel(land.labels[1], fontsize=9)
        ax.set_zlabel(land.labels[2], fontsize=9, labelpad=12 if height > 1000 else 4)
        ax.tick_params(axis="z", pad=6 if height > 1000 else 2)
        ax.zaxis.set_major_formatter("{x:,.0f}")
        ax.tick_params(labelsize=8)
        for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
            axis.set_major_locator(MaxNLocator(5))
        ax.view_init(elev=35, azim=-125)
        ax.set_box_aspect(None, zoom=1.0)  # room for the names of the axes
    figure.legend(*figure.axes[0].get_legend_handles_labels(), ncols=3, **_BELOW)
    return figure


def loss_contours(
    landscapes: Sequence[Landscape], title: str = "", way: str = "gradient descent"
) -> Figure:
    """Draw losses over two parameters as contours, with the path down each.

    Args:
        landscapes: The losses and the paths.
        title: Title of the figure.
        way: What the paths are called.

    Returns:
        A figure with one plot per landscape. From contour to contour, the loss above the smallest
        one grows by the same factor.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> path = np.array([[1.0, 1.0, 2.0], [0.5, 0.5, 0.5]])
        >>> bowl = Landscape("a bowl", x, x, x**2 + x[:, None] ** 2, np.zeros(3), path)
        >>> loss_contours([bowl]).axes[0].get_title()
        'a bowl'
    """
    width = 4.4 if len(landscapes) < 3 else 3.7
    figure = new_figure(width * len(landscapes), 4.4, title)
    for ax, land in zip(row_of_plots(figure, len(landscapes)), landscapes, strict=True):
        _contours(ax, land, labelled=len(landscapes) < 3)
        ways = land.path[_spread_out(len(land.path)), :2].T
        ax.plot(*ways, _marker(land.path), color=ORANGE, linewidth=1.1, markersize=2.5)
        ax.plot([], [], "-", color=ORANGE, label=way)
        _ends(ax, land.path, land.minimum, ORANGE)
        ax.set_title(land.title, fontsize=10)
        ax.set_xlabel(land.labels[0])
        ax.set_ylabel(land.labels[1])
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, names, ncols=3, **_BELOW)
    return figure


def _contours(ax: Axes, land: Landscape, labelled: bool) -> None:
    """Draw lines of equal loss, whose distances from the smallest loss grow by a fixed factor."""
    above = land.loss - land.minimum[2]  # (n, m)
    lowest = max(float(above.min()), 1e-3 * float(above.max()))
    levels = land.minimum[2] + np.geomspace(lowest, float(above.max()), 12)
    ax.contourf(
        land.x,
        land.y,
        land.loss,
        levels=np.append(land.minimum[2], levels),
        colors=[(0.0, 0.45, 0.70, 0.025 * step) for step in range(len(levels))],
    )
    lines = ax.contour(
        land.x, land.y, land.loss, levels=levels[:-1], colors="#6f8ea5", linewidths=0.6
    )
    if labelled:
        ax.clabel(lines, levels=levels[1:-1:2], fmt=_three_digits, fontsize=7, colors="#33485a")
    ax.set_xlim(land.x.min(), land.x.max())
    ax.set_ylim(land.y.min(), land.y.max())
    ax.set_box_aspect(1)


def _three_digits(level: float) -> str:
    return f"{level:,.0f}" if level >= 100 else f"{level:.3g}"


def _marker(path: np.ndarray) -> str:
    """Return a line style that marks each step if there is room for the marks."""
    return "o-" if len(path) < 100 else "-"


def _ends(ax: Axes, path: np.ndarray, minimum: np.ndarray, color: str) -> None:
    """Mark where a path starts and where the minimum is."""
    ax.plot(*path[0, :2], "o", color=color, mec="black", markersize=7, zorder=4, label="start")
    ax.plot(*minimum[:2], "*", color="black", markersize=10, zorder=4, label="minimum")


def losses_above_smallest(
    walks: Sequence[tuple[str, np.ndarray]],
    target: float,
    target_label: str,
    y_label: str,
    title: str = "",
) -> Figure:
    """Plot how far each walk's loss is above the smallest possible one, step by step.

    Args:
        walks: For each walk, its name and its losses minus the smallest possible one, `(k,)`, the
            start first.
        target: The difference that is small enough, above 0.
        target_label: Its label.
        y_label: Name of the difference, with the unit.
        title: Title of the figure.

    Returns:
        A figure with two logarithmic axes; differences far below the target are left out, because
        they are rounding.

    Example:
        >>> figure = losses_above_smallest([("a", np.array([4.0, 1.0]))], 0.1, "near", "loss")
        >>> figure.axes[0].get_xscale(), figure.axes[0].get_yscale()
        ('symlog', 'log')
    """
    figure = new_figure(6.0, 4.4, title)
    ax = figure.add_subplot()
    for place, (name, above) in enumerate(walks):
        color, style = ((ORANGE, "-"), (BLUE, "--"), (GREEN, "-."), (PURPLE, ":"))[place % 4]
        steps = _spread_out(len(above))
        steps = steps[above[steps] > 1e-6 * target]
        ax.plot(steps, above[steps], style, color=color, linewidth=2, label=name)
        near = np.flatnonzero(above <= target)
        if len(near):
            ax.plot(near[0], above[near[0]], "o", color=color, mec="black", markersize=7)
    ax.axhline(target, color=GREY, linewidth=1, label=target_label)
    ax.set_yscale("log")
    ax.set_xscale("symlog", linthresh=1, linscale=0.4)  # so that step 0 has a place
    ax.set_xlim(0, 1.3 * max(len(above) for _, above in walks))
    ax.set_ylim(1e-4 * target, None)
    ax.set_xlabel("step")
    ax.set_ylabel(y_label)
    ax.grid(color=LIGHT)
    figure.legend(**_BELOW)
    return figure


def _spread_out(num_points: int) -> np.ndarray:
    """Return indices 0 … n - 1; for a long path, increasingly sparse towards the end."""
    if num_points <= 1000:
        return np.arange(num_points)
    return np.unique(np.geomspace(1, num_points, 600).astype("int64")) - 1


def optimizer_walks(
    land: Landscape, walks: Sequence[tuple[str, str, np.ndarray]], title: str = ""
) -> Figure:
    """Draw the paths that several optimizers take down the same loss.

    Args:
        land: The loss; its own path is not drawn.
        walks: For each optimizer, its name, its settings, and its path `(k, 3)`.
        title: Title of the figure.

    Returns:
        A figure with a contour plot for each optimizer, and one plot of the loss above the smallest
        one against the step for all of them; the legend names the settings.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> path = np.array([[1.0, 1.0, 2.0], [0.5, 0.5, 0.5]])
        >>> bowl = Landscape("a bowl", x, x, x**2 + x[:, None] ** 2, np.zeros(3), path)
        >>> len(optimizer_walks(bowl, [("SGD", "learning rate 0.25", path)]).axes)
        2
    """
    num_columns = min(3, len(walks))
    num_rows = -(-len(walks) // num_columns)
    figure = new_figure(2.5 * num_columns + 4.2, 2.7 * num_rows + 0.9, title)
    grid = figure.add_gridspec(num_rows, num_columns + 1, width_ratios=[*[1.0] * num_columns, 1.45])
    loss_ax = figure.add_subplot(grid[:, num_columns])
    smallest, start = land.minimum[2], walks[0][2][0, 2]
    for place, (name, settings, path) in enumerate(walks):
        row, column = divmod(place, num_columns)
        color = COLORS[place % len(COLORS)]
        ax = figure.add_subplot(grid[row, column])
        _contours(ax, land, labelled=False)
        width = 1.0 if len(path) < 100 else 0.6
        ax.plot(*path[:, :2].T, _marker(path), color=color, linewidth=width, markersize=1.8)
        _ends(ax, path, land.minimum, color)
        ax.set_title(f"{name}: {land.labels[2].split(' (')[0]} {path[-1, 2]:#.4g}", fontsize=9)
        ax.tick_params(labelsize=8)
        outermost = place + num_columns >= len(walks), column == 0
        ax.tick_params(labelbottom=outermost[0], labelleft=outermost[1])
        ax.set_xlabel(land.labels[0] if outermost[0] else "", fontsize=9)
        ax.set_ylabel(land.labels[1] if outermost[1] else "", fontsize=9)
        above = path[:, 2] - smallest  # (k,)
        steps = np.arange(len(path))
        label = f"{name}: {settings}"
        loss_ax.plot(steps[above > 0], above[above > 0], color=color, linewidth=1.3, label=label)
    for marker, size, face, label in (("o", 7, "white", "start"), ("*", 10, "black", "minimum")):
        loss_ax.plot([], [], marker, color=face, mec="black", markersize=size, label=label)
    loss_ax.set_yscale("log")
    loss_ax.set_ylim(bottom=1e-5 * (start - smallest))
    loss_ax.set_xlim(0, max(len(path) for _, _, path in walks) - 1)
    loss_ax.set_title(f"{land.labels[2]} above the smallest", fontsize=9)
    loss_ax.set_xlabel("step", fontsize=9)
    loss_ax.tick_params(labelsize=8)
    loss_ax.grid(color=LIGHT)
    figure.legend(*loss_ax.get_legend_handles_labels(), ncols=3, **_BELOW)
    return figure


def walks_on_curve(
    x: np.ndarray,
    y: np.ndarray,
    walks: Sequence[tuple[str, np.ndarray]],
    x_label: str,
    y_label: str,
    title: str = "",
) -> Figure:
    """Plot a curve and the paths that several optimizers take on it, each in its own plot.

    Args:
        x: Points where the curve was computed, `(n,)`.
        y: Its values, `(n,)`.
        walks: For each walk, its name and its points `(k, 2)`, the start first.
        x_label: Name of the horizontal axis.
        y_label: Name of the vertical axis.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> x = np.linspace(-2, 2, 9)
        >>> walk = ("SGD", np.array([[2.0, 4.0], [1.0, 1.0]]))
        >>> len(walks_on_curve(x, x**2, [walk], "x", "f(x)").axes)
        1
    """
    num_columns = min(3, len(walks))
    num_rows = -(-len(walks) // num_columns)
    figure = new_figure(3.4 * num_columns, 2.7 * num_rows + 0.7, title)
    axes = np.reshape(
        figure.subplots(num_rows, num_columns, sharex=True, sharey=True, squeeze=False), -1
    )
    for unused in axes[len(walks) :]:
        unused.set_axis_off()
    for place, (ax, (name, points)) in enumerate(zip(axes, walks, strict=False)):
        color = COLORS[place % len(COLORS)]
        ax.plot(x, y, color=GREY, linewidth=1)
        ax.plot(*points.T, "o", color=color, markersize=3.5, alpha=0.55, mew=0)
        for at, marker, size, face in ((0, "o", 7, "white"), (-1, "D", 7, color)):
            ax.plot(*points[at], marker, color=face, mec="black", markersize=size, zorder=4)
        ax.set_title(name, fontsize=9)
        ax.grid(color=LIGHT)
        if place % num_columns == 0:
            ax.set_ylabel(y_label)
        if place >= len(walks) - num_columns:
            ax.set_xlabel(x_label)
    for marker, face, label in (("o", "white", "start"), ("D", GREY, "end")):
        axes[0].plot([], [], marker, color=face, mec="black", markersize=7, label=label)
    axes[0].plot([], [], "o", color=GREY, markersize=3.5, label="step")
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=3, **_BELOW)
    return figure


def stages(
    x: np.ndarray,
    y: np.ndarray,
    curve_x: np.ndarray,
    curves: Sequence[tuple[str, np.ndarray]],
    x_label: str,
    y_label: str,
    title: str = "",
) -> Figure:
    """Plot samples, and a curve that gets closer to them from plot to plot.

    Args:
        x: Inputs `(n,)`.
        y: Targets `(n,)`.
        curve_x: Points where the curve was computed, `(m,)`.
        curves: For each stage, its name and the curve's values `(m,)`.
        x_label: Name of the inputs, with the unit.
        y_label: Name of the targets, with the unit.
        title: Title of the figure.

    Returns:
        A figure with one plot per stage, all on the same scale.

    Example:
        >>> x = np.arange(3.0)
        >>> len(stages(x, x, x, [("start", 0 * x), ("end", x)], "time (s)", "speed (m/s)").axes)
        2
    """
    num_columns = min(3, len(curves))
    num_rows = -(-len(curves) // num_columns)
    figure = new_figure(3.2 * num_columns, 2.6 * num_rows + 0.7, title)
    axes = np.reshape(
        figure.subplots(num_rows, num_columns, sharex=True, sharey=True, squeeze=False), -1
    )
    for unused in axes[len(curves) :]:
        unused.set_axis_off()
    for place, (ax, (name, values)) in enumerate(zip(axes, curves, strict=False)):
        ax.plot(x, y, "o", color=BLUE, markersize=4, label="measured")
        ax.plot(curve_x, values, color=ORANGE, linewidth=2, label="predicted")
        ax.set_title(name, fontsize=10)
        ax.grid(color=LIGHT)
        if place % num_columns == 0:
            ax.set_ylabel(y_label)
        if place >= len(curves) - num_columns:
            ax.set_xlabel(x_label)
    figure.legend(*axes[0].get_legend_handles_labels(), ncols=2, **_BELOW)
    return figure


def weight_images(images: np.ndarray, names: Sequence[str], title: str = "") -> Figure:
    """Draw the weights of each class as an image: red is for the class, blue against it.

    Args:
        images: Array `(k, height, width)`.
        names: Names of the `k` classes.
        title: Title of the figure.

    Returns:
        A figure with one image per class, all on the same scale, white at 0. A non-finite weight
        stays blank.

    Example:
        >>> len(weight_images(np.zeros((10, 28, 28)), list("0123456789")).axes)  # and the scale
        11
    """
    num_columns = min(5, len(images))
    num_rows = -(-len(images) // num_columns)
    width, height = 1.75 * num_columns + 1.1, 2.0 * num_rows + (0.4 if title else 0.1)
    figure = new_figure(max(width, 5.5), max(height, 3.6), title)
    axes = np.reshape(figure.subplots(num_rows, num_columns, squeeze=False), -1)
    images = np.asarray(images, dtype="float64")
    limit = float(np.abs(images[np.isfinite(images)]).max(initial=0.0)) or 1.0
    for ax in axes:
        ax.set_axis_off()
    for ax, image, name in zip(axes[: len(images)], images, names, strict=True):
        shown = ax.imshow(image, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set_title(name, fontsize=10)
    label = "weight: for the class (red), against it (blue)"
    figure.colorbar(shown, ax=list(axes), label=label, shrink=0.9, aspect=30)
    return figure
