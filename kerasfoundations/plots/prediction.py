"""Pictures of digits, of what a network sees of them, and of its predictions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, GREY, LIGHT, new_figure


def predictions(
    pictures: Sequence[np.ndarray],
    digits: np.ndarray,
    probabilities: Mapping[str, np.ndarray],
    class_names: Mapping[str, Sequence[str]],
    names: Sequence[str],
    title: str = "",
) -> Figure:
    """Draw a row per picture: as it is, as the networks see it, and the predicted probabilities.

    Args:
        pictures: The `n` pictures, uint8 arrays `(height, width, 3)` of any size.
        digits: uint8 array `(n, 28, 28)`: the digits prepared from them.
        probabilities: For each network, an array `(n, k)`.
        class_names: For each network, the names of its `k` classes.
        names: The names of the pictures.
        title: Title of the figure.

    Returns:
        A figure of `n` rows with a plot for the picture, one for the digit, and one per network.

    Example:
        >>> white = np.full((50, 40, 3), 255, dtype="uint8")
        >>> digit, given = np.zeros((1, 28, 28), dtype="uint8"), {"mlp": np.array([[0.1, 0.9]])}
        >>> figure = predictions([white], digit, given, {"mlp": ["seven", "three"]}, ["a.png"])
        >>> [ax.get_title() for ax in figure.axes]
        ['a.png', 'as the network sees it', 'mlp: three 0.900']
    """
    widths = [1.3, 1.3, *(2.6 for _ in probabilities)]
    figure = new_figure(1.6 * sum(widths), 2.3 * len(pictures) + 0.3, title)
    rows = figure.subplots(len(pictures), len(widths), squeeze=False, width_ratios=widths)
    for place, (picture, axes) in enumerate(zip(pictures, rows, strict=True)):
        axes[0].imshow(picture)
        axes[1].imshow(digits[place], cmap="gray", vmin=0, vmax=255)
        axes[0].set_title(_short(names[place], 24), fontsize=9, parse_math=False)
        axes[1].set_title("as the network sees it", fontsize=9)
        for ax in axes[:2]:
            ax.set_xticks([])
            ax.set_yticks([])
        for ax, (network, given) in zip(axes[2:], probabilities.items(), strict=True):
            _bars(ax, network, given[place], class_names[network])
    return figure


def unit_images(images: np.ndarray, titles: Sequence[str], signed: bool) -> Figure:
    """Draw units of a hidden layer side by side, three in a row, all on the same scale.

    Args:
        images: Array `(n, height, width)`: the weights of each unit, or the output of each channel.
        titles: The title above each image.
        signed: Whether there are values below 0: red above 0, blue below, white at 0. Otherwise
            larger values are darker.

    Returns:
        A figure with `n` images.

    Example:
        >>> len(unit_images(np.zeros((4, 28, 28)), list("abcd"), signed=True).axes)
        4
    """
    num_rows = -(-len(images) // 3)
    figure = new_figure(4.5, 1.75 * num_rows)
    limit = float(np.abs(images).max(initial=0.0)) or 1.0
    cmap, lowest = ("RdBu_r", -limit) if signed else ("gray_r", 0.0)
    for place, (image, title) in enumerate(zip(images, titles, strict=True), start=1):
        ax = figure.add_subplot(num_rows, 3, place)
        ax.imshow(image, cmap=cmap, vmin=lowest, vmax=limit)
        ax.set_title(title, fontsize=8)
        ax.set_axis_off()
    return figure


def pixels(figure: Figure, dpi: int = 100) -> np.ndarray:
    """Return a figure as pixels, for whatever shows arrays instead of files.

    Args:
        figure: The figure.
        dpi: Pixels per inch.

    Returns:
        uint8 array `(height, width, 3)`.

    Example:
        >>> pixels(new_figure(2, 1), dpi=50).shape
        (50, 100, 3)
    """
    figure.set_dpi(dpi)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _bars(ax: Axes, network: str, given: np.ndarray, names: Sequence[str]) -> None:
    best = int(np.argmax(given))
    colours = [BLUE if place == best else GREY for place in range(len(given))]
    ax.bar(range(len(given)), given, color=colours)
    ax.set_xticks(range(len(given)), names)
    ax.set_ylim(0, 1.02)
    ax.set_ylabel("probability")
    ax.grid(color=LIGHT, axis="y")
    ax.set_axisbelow(True)
    title = f"{_short(network, 28)}: {names[best]} {given[best]:.3f}"
    ax.set_title(title, fontsize=9, parse_math=False)  # a name may contain a $


def _short(name: str, most: int) -> str:
    """Return the end of a name, which says more than its beginning."""
    return name if len(name) <= most else f"…{name[1 - most :]}"
