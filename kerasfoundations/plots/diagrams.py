"""Diagrams: a network and its layers, a unit of it, and the circle of training."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch

from kerasfoundations.plots.style import BLUE, GREY, ORANGE, PURPLE, new_figure

PALE = "#eef5fa"
MOST = 8  # circles in a column


def network(kernels: Sequence[np.ndarray], names: Sequence[str], title: str = "") -> Figure:
    """Draw a network of dense layers: a column of circles for each layer, a line for each weight.

    Args:
        kernels: The matrix of each layer, `(inputs, units)`, first layer first.
        names: A name for the inputs, then one for each layer.
        title: Title of the figure.

    Returns:
        A figure. Of a layer with more than eight units it shows eight, evenly chosen; a line is as
        thick as its weight is large among those shown.

    Example:
        >>> figure = network([np.ones((3, 2)), -np.ones((2, 1))], ["inputs", "hidden", "output"])
        >>> [text.get_text() for text in figure.axes[0].texts][:2]
        ['W (3, 2)', 'W (2, 1)']
    """
    sizes = [len(kernels[0]), *(kernel.shape[1] for kernel in kernels)]
    chosen = [np.linspace(0, n - 1, min(n, MOST)).round().astype(int) for n in sizes]
    heights = [_heights(n) for n in sizes]  # of each layer's circles
    figure = new_figure(2.3 * len(sizes) + 0.6, 4.6, title)
    ax = figure.add_subplot()
    columns = zip(kernels, itertools.pairwise(chosen), itertools.pairwise(heights), strict=True)
    for column, (kernel, (inputs, units), (left, right)) in enumerate(columns):
        _weights(ax, column, kernel[np.ix_(inputs, units)], left, right)
        ax.text(column + 0.5, -4.5, f"W {kernel.shape}", ha="center", fontsize=9, color=GREY)
    for column, (ys, size, name) in enumerate(zip(heights, sizes, names, strict=True)):
        _units(ax, column, ys, size, name)
    signs = [("weight above 0", ORANGE), ("weight below 0", PURPLE)]
    lines = [Line2D([], [], color=color, linewidth=2, label=label) for label, color in signs]
    figure.legend(handles=lines, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    ax.set_xlim(-0.45, len(sizes) - 0.55)
    ax.set_ylim(-4.9, 5.6)
    ax.set_axis_off()
    return figure


def _heights(size: int) -> np.ndarray:
    """Return where the circles of a layer stand; large ones leave a gap in the middle."""
    shown = min(size, MOST)
    ys = (shown - 1) / 2 - np.arange(shown)
    return 0.9 * ys if size <= MOST else 0.9 * ys + 0.35 * np.sign(ys)


def _weights(
    ax: Axes, column: int, weights: np.ndarray, left: np.ndarray, right: np.ndarray
) -> None:
    largest = max(float(np.abs(weights).max()), 1e-9)
    for (i, j), weight in np.ndenumerate(weights):
        ends = [column + 0.08, column + 0.92], [left[i], right[j]]
        width = 0.2 + 1.8 * abs(weight) / largest
        color = ORANGE if weight >= 0 else PURPLE
        ax.plot(*ends, color=color, linewidth=width, alpha=0.6, zorder=0)


def _units(ax: Axes, column: int, ys: np.ndarray, size: int, name: str) -> None:
    ax.scatter(np.full(len(ys), column), ys, s=190, facecolor=PALE, edgecolor=BLUE, linewidth=1.3)
    if size > MOST:
        ax.text(column, 0, "⋮", ha="center", va="center", fontsize=13, color=BLUE)
    ax.text(column, 5.2, name, ha="center", va="center", fontsize=10, weight="bold")
    ax.text(column, 4.6, f"{size:,}", ha="center", va="center", fontsize=9, color=GREY)


def unit(
    inputs: np.ndarray, weights: np.ndarray, bias: float, output: float, activation: str
) -> Figure:
    """Draw one unit of a layer: inputs times weights, their sum and the bias, the activation.

    Args:
        inputs: Array `(d,)`.
        weights: Array `(d,)`.
        bias: `b`.
        output: What the unit gives.
        activation: Name of the activation.

    Returns:
        A figure.

    Example:
        >>> figure = unit(np.array([1.0, 2.0]), np.array([3.0, 0.5]), -1.0, 3.0, "relu")
        >>> figure.axes[0].texts[-1].get_text().split()
        ['output', '3']
    """
    figure = new_figure(7.2, 0.75 * len(inputs) + 1.4)
    ax = figure.add_subplot()
    middle = (len(inputs) - 1) / 2
    total = float(inputs @ weights)
    for row, (x, w) in enumerate(zip(inputs, weights, strict=True)):
        y = len(inputs) - 1 - row
        _arrow(ax, (0.35, y), (2.05, middle + 0.35 * (y - middle)))
        _circle(ax, (0, y), f"x{row + 1} = {x:g}", PALE)
        ax.text(1.0, y + 0.45 * (middle - y) * 0.75, f"× {w:g}", **_label(ORANGE))
    _arrow(ax, (3.45, middle), (4.25, middle))
    _arrow(ax, (5.55, middle), (6.25, middle))
    _box(ax, (2.75, middle), f"sum + b\n{total:g} + {bias:g} = {total + bias:g}", 1.4)
    _box(ax, (4.9, middle), f"{activation}", 1.3)
    ax.text(6.3, middle, f"output\n{output:g}", va="center", fontsize=11, color=BLUE)
    ax.set_xlim(-0.6, 7.2)
    ax.set_ylim(-0.7, len(inputs) - 0.3)
    ax.set_axis_off()
    return figure


def _label(color: str) -> Any:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    return {"ha": "center", "va": "center", "fontsize": 10, "color": color, "bbox": box}


def _circle(ax: Axes, center: tuple[float, float], text: str, color: str) -> None:
    ax.add_patch(Circle(center, 0.34, facecolor=color, edgecolor=BLUE, linewidth=1.3))
    ax.text(*center, text, ha="center", va="center", fontsize=9)


def _box(ax: Axes, center: tuple[float, float], text: str, width: float) -> None:
    corner = (center[0] - width / 2, center[1] - 0.36)
    style: Any = {"boxstyle": "round,pad=0.02", "facecolor": PALE, "edgecolor": GREY}
    ax.add_patch(FancyBboxPatch(corner, width, 0.72, **style))
    ax.text(*center, text, ha="center", va="center", fontsize=9.5)


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.3}
    ax.annotate("", end, start, arrowprops=arrow, zorder=0)


def training_circle(steps: Sequence[tuple[str, str]], title: str = "") -> Figure:
    """Draw the steps of training: a first one, a cycle that is repeated, a last one.

    Args:
        steps: The name of each step, in their order, and what it computes; the first leads to the
            circle, and the last leads out of it.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> figure = training_circle([(name, "") for name in "abcdefg"])
        >>> [text.get_text() for text in figure.axes[0].texts if text.get_text()][0]
        '1  a'
    """
    figure = new_figure(8, 5.2, title)
    ax = figure.add_subplot()
    around = len(steps) - 2
    angles = np.pi / 2 - 2 * np.pi * np.arange(around) / around  # clockwise from the top
    places = [(3.0 * np.cos(angle), 1.75 * np.sin(angle)) for angle in angles]
    places = [(-4.4, places[0][1]), *places, (-4.4, places[-1][1] - 2.2)]
    for number, ((name, detail), (x, y)) in enumerate(zip(steps, places, strict=True), start=1):
        size = (x - 1.15, y - 0.42), 2.3, 0.84
        first_or_last = number in (1, len(steps))
        color = "white" if first_or_last else PALE
        ax.add_patch(FancyBboxPatch(*size, "round,pad=0.04", facecolor=color, edgecolor=GREY))
        ax.text(x, y + 0.17, f"{number}  {name}", ha="center", va="center", weight="bold")
        ax.text(x, y - 0.19, detail, ha="center", va="center", fontsize=9, color=BLUE)
    for start, end, bend in _arrows_around(places):
        arrow = {"arrowstyle": "-|>", "color": ORANGE, "linewidth": 1.8, "mutation_scale": 16}
        ax.annotate("", end, start, arrowprops=arrow | {"connectionstyle": f"arc3,rad={bend}"})
    ax.set_xlim(-5.7, 4.4)
    ax.set_ylim(-2.4, 2.4)
    ax.set_axis_off()
    return figure


def _arrows_around(
    places: Sequence[tuple[float, float]],
) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
    """Return start, end and bend of each arrow: into the circle, around it, and out of it."""
    first, *circle, last = places
    pairs = [(first, circle[0], 0.0), (circle[-1], last, 0.2)]
    pairs += [(a, b, -0.15) for a, b in zip(circle, [*circle[1:], circle[0]], strict=True)]
    return [(_edge(a, b), _edge(b, a), bend) for a, b, bend in pairs]


def _edge(center: tuple[float, float], toward: tuple[float, float]) -> tuple[float, float]:
    """Return where the line to another box leaves this one."""
    dx, dy = toward[0] - center[0], toward[1] - center[1]
    share = min(1.22 / max(abs(dx), 1e-9), 0.5 / max(abs(dy), 1e-9))
    return center[0] + share * dx, center[1] + share * dy
