"""Pictures of the baseline that does not learn: mean images, its mistakes, its accuracies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from kerasfoundations.plots.style import BLUE, LIGHT, ORANGE, new_figure


def mean_images(images: np.ndarray, names: Sequence[str], title: str = "") -> Figure:
    """Draw the mean image of each class: ink where most of its images have ink.

    Args:
        images: Array `(k, height, width)` of grey levels in [0, 1].
        names: Names of the `k` classes.
        title: Title of the figure.

    Returns:
        A figure with one image per class, five in a row.

    Example:
        >>> len(mean_images(np.zeros((2, 28, 28)), ["three", "seven"]).axes)
        2
    """
    num_columns = min(5, len(images))
    num_rows = -(-len(images) // num_columns)
    figure = new_figure(max(4.5, 1.7 * num_columns), 2.0 * num_rows + 0.5, title)
    axes = np.reshape(figure.subplots(num_rows, num_columns, squeeze=False), -1)
    for ax in axes:
        ax.set_axis_off()
    for ax, image, name in zip(axes[: len(images)], images, names, strict=True):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(name, fontsize=10)
    return figure


def hardest(
    images: np.ndarray,
    labels: np.ndarray,
    classes: np.ndarray,
    distances: np.ndarray,
    num_images: int = 15,
    title: str = "",
) -> Figure:
    r"""Draw the images that are furthest on the wrong side, furthest first.

    Args:
        images: Array `(n, height, width)`.
        labels: Integer array `(n,)`: the true classes.
        classes: Integer array `(k,)`: the classes in the order of the distances.
        distances: Array `(n, k)`: to each class's mean image.
        num_images: The largest number of images to draw.
        title: Title of the figure.

    Returns:
        A figure; above each image its true class, the nearest mean image, and both distances.

    Example:
        >>> distances = np.array([[0.2, 0.1], [0.1, 0.3]])
        >>> figure = hardest(np.zeros((2, 8, 8)), np.array([3, 3]), np.array([3, 7]), distances)
        >>> figure.axes[0].get_title()
        'a 3, nearest the 7\n0.200 against 0.100'
    """
    own = distances[np.arange(len(labels)), np.searchsorted(classes, labels)]  # (n,)
    nearest = distances.min(axis=1)  # (n,)
    margins = own - nearest
    chosen = np.argsort(-margins, kind="stable")[:num_images]
    chosen = chosen[margins[chosen] > 0]
    num_rows = max(1, -(-len(chosen) // 5))
    figure = new_figure(8.5, 1.9 * num_rows + 0.5, title)
    if len(chosen) == 0:
        figure.text(0.5, 0.5, "no mistakes", ha="center")
    for place, index in enumerate(chosen, start=1):
        ax = figure.add_subplot(num_rows, 5, place)
        ax.imshow(images[index], cmap="gray_r")
        found = classes[distances[index].argmin()]
        said = f"{own[index]:.3f} against {nearest[index]:.3f}"
        ax.set_title(f"a {labels[index]}, nearest the {found}\n{said}", fontsize=8)
        ax.set_axis_off()
    return figure


def accuracies_per_class(accuracies: Mapping[str, Mapping[int, float]], title: str = "") -> Figure:
    """Draw how often each class is recognized, with one bar for each of at most two methods.

    Args:
        accuracies: By name of the method, the accuracy in [0, 1] of each class.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> figure = accuracies_per_class({"L1": {3: 0.9, 7: 1.0}, "L2": {3: 0.95, 7: 0.98}})
        >>> len(figure.axes[0].patches)
        4
    """
    classes = sorted(next(iter(accuracies.values())))
    figure = new_figure(max(4.5, 0.75 * len(classes) + 1.5), 3.6, title)
    ax = figure.add_subplot()
    width = 0.8 / len(accuracies)
    for place, ((name, by_class), colour) in enumerate(
        zip(accuracies.items(), (BLUE, ORANGE), strict=False)
    ):
        heights = [by_class[c] for c in classes]
        centres = np.arange(len(classes)) + (place - (len(accuracies) - 1) / 2) * width
        bars = ax.bar(centres, heights, width, color=colour, label=name)
        ax.bar_label(bars, fmt="{:.2f}", fontsize=6.5, padding=1)
    ax.set_xticks(range(len(classes)), [str(c) for c in classes])
    ax.set_ylim(0, 1.1)
    ax.set_xlabel("digit")
    ax.set_ylabel("accuracy on the test digits")
    ax.grid(color=LIGHT, axis="y")
    ax.set_axisbelow(True)
    figure.legend(loc="outside lower center", ncols=len(accuracies), frameon=False, fontsize=9)
    return figure
