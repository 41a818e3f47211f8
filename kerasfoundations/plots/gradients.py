"""Pictures of gradients: slopes, and computation graphs with values and slopes on them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from kerasfoundations.graph import Graph, Node
from kerasfoundations.plots.style import BLUE, GREEN, GREY, LIGHT, ORANGE, new_figure, row_of_plots

Place = tuple[float, float]


def local_slope(
    x: np.ndarray,
    y: np.ndarray,
    at: float,
    value: float,
    slope: float,
    title: str = "",
) -> Figure:
    """Plot a curve and its tangent: the derivative is the slope of the line that touches it.

    Args:
        x: Points where the curve was computed, `(n,)`.
        y: Its values, `(n,)`.
        at: Where the tangent touches.
        value: The curve's value there.
        slope: The derivative there.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> x = np.linspace(-1, 1, 5)
        >>> len(local_slope(x, x**2, 0.5, 0.25, 1.0).axes)
        1
    """
    figure = new_figure(5.4, 3.6, title)
    ax = figure.add_subplot()
    ax.plot(x, y, color=BLUE, label="f(x)")
    reach = (x.max() - x.min()) / 5
    line = np.array([at - reach, at + reach])
    ax.plot(line, value + slope * (line - at), color=ORANGE, label=f"tangent, slope {slope:.3g}")
    ax.plot(at, value, "o", color=ORANGE)
    ax.set_xlabel("x")
    ax.set_ylabel("f(x)")
    ax.grid(color=LIGHT)
    ax.legend(frameon=False, fontsize=9)
    return figure


def difference_errors(
    steps: np.ndarray, one_sided: np.ndarray, central: np.ndarray, title: str = ""
) -> Figure:
    """Plot the errors of numerical gradients: a large step misses the bend, a small one rounds.

    Args:
        steps: Sizes `h`, `(n,)`.
        one_sided: Errors of `(f(x + h) - f(x)) / h`, `(n,)`.
        central: Errors of `(f(x + h) - f(x - h)) / 2h`, `(n,)`.
        title: Title of the figure.

    Returns:
        A figure with two logarithmic axes; an error of exactly 0 is left out.

    Example:
        >>> len(difference_errors(np.array([0.1, 0.01]), np.ones(2), np.ones(2)).axes)
        1
    """
    figure = new_figure(5.4, 3.6, title)
    ax = figure.add_subplot()
    for errors, color, marker, name in (
        (one_sided, ORANGE, "s", "one-sided"),
        (central, BLUE, "o", "central"),
    ):
        seen = errors > 0
        ax.loglog(steps[seen], errors[seen], marker + "-", color=color, markersize=4, label=name)
    ax.set_xlabel("step h")
    ax.set_ylabel("error of the slope")
    ax.grid(color=LIGHT)
    ax.legend(frameon=False, fontsize=9)
    return figure


def curves(
    x: np.ndarray, values: Sequence[tuple[str, np.ndarray]], xlabel: str, title: str = ""
) -> Figure:
    """Plot curves over the same axis, each in its own plot.

    Args:
        x: Array `(n,)`.
        values: For each curve, its name with the unit, and its values `(n,)`.
        xlabel: Name of the axis, with the unit.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> len(curves(np.arange(3), [("a", np.arange(3)), ("b", np.arange(3))], "t").axes)
        2
    """
    figure = new_figure(3 * len(values), 3, title)
    for ax, (name, y), color in zip(
        row_of_plots(figure, len(values)), values, (BLUE, ORANGE, GREEN), strict=False
    ):
        ax.plot(x, y, color=color)
        if np.min(y) >= 0:
            ax.set_ylim(0, 1.1 * np.max(y))
        ax.set_xlabel(xlabel)
        ax.set_ylabel(name)
        ax.grid(color=LIGHT)
    return figure


def computation_graph(graph: Graph, title: str = "", path_to: str = "") -> Figure:
    """Draw a computation graph, from the inputs on the left to the result on the right.

    Args:
        graph: Nodes and edges, as returned by `Value.graph()` after `backward()`.
        title: Title of the figure.
        path_to: Name of an input: the way of backpropagation from the result to it is marked, and
            the product of its local slopes stands below.

    Returns:
        A figure. Each box shows the name or the operation, the value computed going forward
        (blue), and the slope of the result computed going back (orange); each edge shows the local
        slope.

    Example:
        >>> from kerasfoundations.graph import Node
        >>> nodes = [Node("x", "", 3.0, 2.0), Node("y", "×", 6.0, 1.0)]
        >>> len(computation_graph(Graph(nodes, [(0, 1, 2.0)])).axes)
        1
    """
    places, marked = _places(graph), _way_back(graph, path_to)
    width = 1 + max(x for x, _ in places)
    height = 1 + max(y for _, y in places)
    across = (1.33 if marked else 2.1) * width
    figure = new_figure(max(across, 6.4), max(1.25 * height + 1.2, 2.8), title)
    ax = figure.add_subplot()
    longest = max((places[b][0] - places[a][0] for a, b, _ in graph.edges), default=0.0)
    top = height - 0.45 + (0.3 if longest > 1.5 else 0.0)
    ax.set_xlim(-0.5, width - 0.5)
    ax.set_ylim(-0.55, top)
    # How many vertical units are as long, on paper, as one horizontal unit.
    slant = (figure.get_figwidth() / width) / (figure.get_figheight() / (top + 0.55))
    for edge, label in _edge_labels(graph).items():
        _draw_edge(ax, places[edge[0]], places[edge[1]], label, slant, edge in marked)
    for place, node in zip(places, graph.nodes, strict=True):
        _draw_node(ax, place, node)
    words = (
        "blue: value, going forward    orange: slope of the result, going back    green: local "
        "slope" + _product(graph, path_to, marked)
    )
    ax.text(0, -0.02, words, transform=ax.transAxes, fontsize=7.5, color=GREY, va="top")
    ax.set_axis_off()
    return figure


def _draw_edge(
    ax: Axes, source: Place, target: Place, label: str, slant: float, is_marked: bool
) -> None:
    """Draw an arrow with its local slope; a marked one is thick and leads back."""
    start, end = (source[0] + 0.34, source[1]), (target[0] - 0.34, target[1])
    # An edge past other columns bends over the boxes in between.
    bend = 0.0 if target[0] - source[0] < 1.5 else 0.9 / ((end[0] - start[0]) * slant)
    arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.2}
    if is_marked:
        arrow |= {"arrowstyle": "<|-", "color": ORANGE, "linewidth": 3, "mutation_scale": 18}
    ax.annotate("", end, start, arrowprops=arrow | {"connectionstyle": f"arc3,rad={-bend}"})
    above = 0.14 if is_marked and start[1] == end[1] else 0.0  # a short thick one stays seen
    rise = above + bend * (end[0] - start[0]) * slant / 2
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + rise)
    back = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    ax.text(*middle, label, ha="center", va="center", fontsize=7.5, color=GREEN, bbox=back)


def _draw_node(ax: Axes, place: Place, node: Node) -> None:
    x, y = place
    color = "white" if node.operation else "#eef5fa"
    corner, style = (x - 0.32, y - 0.34), "round,pad=0.02"
    ax.add_patch(FancyBboxPatch(corner, 0.64, 0.68, style, facecolor=color, edgecolor=GREY))
    name = " = ".join(word for word in (node.label, node.operation) if word)
    ax.text(x, y + 0.2, name or "constant", ha="center", va="center", fontsize=9, weight="bold")
    ax.text(x, y - 0.02, _short(node.data), ha="center", va="center", fontsize=9, color=BLUE)
    ax.text(x, y - 0.23, _short(node.grad), ha="center", va="center", fontsize=9, color=ORANGE)


def recorded_operations(graph: Graph, title: str = "") -> Figure:
    """Draw the operations of a recorded graph, from the inputs on the left to the result.

    Args:
        graph: Nodes and edges, as returned by `execution.recorded_operations`.
        title: Title of the figure.

    Returns:
        A figure: a box for each operation, an arrow for each tensor passed from one to another.

    Example:
        >>> from kerasfoundations.graph import Node
        >>> nodes = [Node("x", "Placeholder", 0.0, 0.0), Node("", "Relu", 0.0, 0.0)]
        >>> figure = recorded_operations(Graph(nodes, [(0, 1, 0.0)]))
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['', 'x', 'Relu']
    """
    places = _places(graph)
    width, height = (1 + max(place) for place in zip(*places, strict=True))
    figure = new_figure(max(1.7 * width, 5.0), 0.8 * height + 0.6, title)
    ax = figure.add_subplot()
    ax.set_xlim(-0.5, width - 0.5)
    ax.set_ylim(-0.5, height - 0.5)
    for source, target in dict.fromkeys(edge[:2] for edge in graph.edges):
        (x0, y0), (x1, y1) = places[source], places[target]
        arrow = {"arrowstyle": "-|>", "color": GREY, "linewidth": 1.2}
        ax.annotate("", (x1 - 0.41, y1), (x0 + 0.41, y0), arrowprops=arrow, zorder=0)
    for (x, y), node in zip(places, graph.nodes, strict=True):
        size = (x - 0.4, y - 0.22), 0.8, 0.44
        colour = "#eef5fa" if node.label else "white"
        ax.add_patch(FancyBboxPatch(*size, "round,pad=0.01", facecolor=colour, edgecolor=GREY))
        ax.text(x, y, node.label or node.operation, ha="center", va="center", fontsize=8)
    ax.set_axis_off()
    return figure


def _way_back(graph: Graph, name: str) -> dict[tuple[int, int], float]:
    """Return the edges on the ways from an input to the result, with their local slopes."""
    on_the_way = {place for place, node in enumerate(graph.nodes) if name and node.label == name}
    found: dict[tuple[int, int], float] = {}
    for source, target, slope in sorted(graph.edges, key=lambda edge: edge[1]):
        if source in on_the_way:
            on_the_way.add(target)
            found[source, target] = found.get((source, target), 0.0) + slope
    return found


def _product(graph: Graph, name: str, marked: Mapping[tuple[int, int], float]) -> str:
    """Return the chain rule along a marked way; nothing where it forks, or if none is marked."""
    sources = [source for source, _ in marked]
    if not marked or len({*sources}) < len(sources):
        return ""
    slopes = [slope for _, slope in sorted(marked.items(), reverse=True)]
    product = " · ".join(_short(slope) for slope in slopes)
    return f"\nthick: ∂{graph.nodes[-1].label}/∂{name} = {product} = {_short(math.prod(slopes))}"


def _edge_labels(graph: Graph) -> dict[tuple[int, int], str]:
    """Return the local slopes on each edge; a value used twice by a node has two, which add up."""
    slopes: dict[tuple[int, int], list[str]] = {}
    for source, target, slope in graph.edges:
        slopes.setdefault((source, target), []).append(f"× {_short(slope)}")
    return {edge: ", ".join(labels) for edge, labels in slopes.items()}


def _places(graph: Graph) -> list[tuple[float, float]]:
    """Return each node's place: a column right of its inputs, spread evenly within a column."""
    sources: dict[int, list[int]] = {place: [] for place in range(len(graph.nodes))}
    users: dict[int, list[int]] = {place: [] for place in range(len(graph.nodes))}
    for source, target, _ in graph.edges:
        sources[target].append(source)
        users[source].append(target)
    columns = [0] * len(graph.nodes)
    for node in range(len(graph.nodes)):  # each comes after its inputs
        columns[node] = 1 + max((columns[s] for s in sources[node]), default=-1)
    for node in reversed(range(len(graph.nodes))):  # inputs move up to where they are used
        if not sources[node] and users[node]:
            columns[node] = min(columns[user] for user in users[node]) - 1
    members: dict[int, list[int]] = {}
    for node, column in enumerate(columns):
        members.setdefault(column, []).append(node)
    tallest = max(map(len, members.values()))
    places = [(0.0, 0.0)] * len(graph.nodes)
    for column, nodes in members.items():
        for rank, node in enumerate(nodes):
            y = (tallest - 1) / 2 + (len(nodes) - 1) / 2 - rank
            places[node] = (float(column), y)
    return places


def _short(number: float) -> str:
    return f"{number:.4g}"
