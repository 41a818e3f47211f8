"""Pictures of tensors: digits, slices, memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kerasfoundations.plots.style import BLUE, GREY, ORANGE, new_figure, row_of_plots


def digit(image: np.ndarray, title: str = "") -> Figure:
    """Draw one digit, with numbered rows and columns and a scale of grey levels.

    Args:
        image: Array `(height, width)`.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> len(digit(np.zeros((28, 28))).axes)
        2
    """
    figure = new_figure(4.6, 4)
    ax = figure.add_subplot()
    shown = ax.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    ax.set_xlabel("column (axis 1)")
    ax.set_ylabel("row (axis 0)")
    ax.set_title(title, fontsize=10)
    figure.colorbar(shown, ax=ax, label="grey level (uint8)", shrink=0.85)
    return figure


def slices(
    image: np.ndarray,
    regions: Sequence[tuple[str, slice, slice, np.ndarray]],
    title: str = "",
) -> Figure:
    """Draw an image, and beside it the regions that slices take out of it.

    Args:
        image: Array `(height, width)`.
        regions: For each region, its name, the slices of rows and columns, and what they take out.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> corner = slice(14, None)
        >>> image = np.zeros((28, 28))
        >>> len(slices(image, [("corner", corner, corner, image[corner, corner])]).axes)
        2
    """
    figure = new_figure(2.6 * (1 + len(regions)), 3, title)
    whole, *parts = row_of_plots(figure, 1 + len(regions))
    whole.imshow(image, cmap="gray_r")
    whole.set_title("the whole image", fontsize=9)
    colors = (BLUE, ORANGE, GREY)
    for ax, (name, rows, columns, part), color in zip(parts, regions, colors, strict=False):
        ax.imshow(part, cmap="gray_r", vmin=image.min(), vmax=max(image.max(), 1))
        ax.set_title(f"{name}\n{part.shape[0]} × {part.shape[1]}", fontsize=9)
        top, left = range(image.shape[0])[rows].start, range(image.shape[1])[columns].start
        corner, size = (left - 0.5, top - 0.5), (part.shape[1], part.shape[0])
        whole.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linewidth=2))
        for side in ax.spines.values():
            side.set(color=color, linewidth=2)
    for ax in (whole, *parts):
        ax.set_xlabel("column")
        ax.set_ylabel("row")
    return figure


def row_major(
    matrix: np.ndarray, reshaped: np.ndarray, title: str = "", change: str = "reshaped"
) -> Figure:
    """Draw where the elements of a matrix are in memory, and how a reshape arranges them.

    Args:
        matrix: For each element, its place in memory, `(rows, columns)`.
        reshaped: The same number of elements after a reshape or another change of shape.
        title: Title of the figure.
        change: What was done to the matrix.

    Returns:
        A figure with the matrix, the memory and the reshaped matrix; neighbours in memory have
        neighbouring colours.

    Example:
        >>> matrix = np.arange(6).reshape(2, 3)
        >>> row_major(matrix, matrix.T, change="transposed").axes[2].get_title()
        'transposed to (3, 2)'
    """
    numbers = np.arange(matrix.size)
    figure = new_figure(8, 3.2, title)
    axes = figure.subplots(1, 3, width_ratios=[3, 5, 3])
    views = (
        (f"matrix {matrix.shape}", matrix),
        ("in memory, row after row", numbers[None]),
        (f"{change} to {reshaped.shape}", reshaped),
    )
    for ax, (name, view) in zip(axes, views, strict=True):
        ax.imshow(view, cmap="viridis", vmin=0, vmax=numbers[-1])
        for (row, column), number in np.ndenumerate(view):
            dark = number < 0.6 * numbers[-1]
            ax.text(
                column,
                row,
                str(number),
                ha="center",
                va="center",
                fontsize=8,
                color="white" if dark else "black",
            )
        ax.set_title(name, fontsize=9)
        ax.set_xticks(range(view.shape[1]))
        ax.tick_params(labelsize=7)
        ax.set_yticks(range(view.shape[0]) if view.shape[0] > 1 else [])
        ax.set_xlabel("column" if view.shape[0] > 1 else "place in memory")
        ax.set_ylabel("row" if view.shape[0] > 1 else "")
    return figure


def memory(names: Sequence[str], num_bytes: Sequence[int], title: str = "") -> Figure:
    """Draw how much memory data tensors take, as bars on a logarithmic axis.

    Args:
        names: One name per bar.
        num_bytes: One size per bar, in bytes.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> len(memory(["a"], [2**20]).axes)
        1
    """
    figure = new_figure(8, 0.45 * len(names) + 1.2, title)
    ax = figure.add_subplot()
    megabytes = [size / 2**20 for size in num_bytes]
    bars = ax.barh(range(len(names)), megabytes, color=BLUE)
    ax.bar_label(
        bars,
        [f"{size:,.0f} MB" if size >= 10 else f"{size:.1f} MB" for size in megabytes],
        padding=4,
        fontsize=8,
    )
    ax.set_yticks(range(len(names)), names, fontsize=8)
    ax.invert_yaxis()
    ax.set_xscale("log")
    ax.set_xlim(min(megabytes) / 2, max(megabytes) * 30)
    ax.set_xlabel("megabytes (2²⁰ bytes), logarithmic")
    return figure


def samples_per_class(
    images: np.ndarray, labels: np.ndarray, per_class: int = 12, title: str = ""
) -> Figure:
    """Draw the first images of each class, a row for each.

    Args:
        images: Array `(n, height, width)`.
        labels: Array `(n,)` of integers.
        per_class: Number of images in a row.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> figure = samples_per_class(np.zeros((4, 2, 2)), np.array([7, 3, 7, 3]), per_class=2)
        >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
        ['3', '7']
    """
    classes, (height, width) = np.unique(labels), images.shape[1:]
    sheet = np.zeros((len(classes), height, per_class, width))
    for row, label in enumerate(classes):
        found = images[labels == label][:per_class]  # (m, height, width)
        sheet[row, :, : len(found)] = np.moveaxis(found, 0, 1)
    across = 7.4
    figure = new_figure(across, across * len(classes) * height / (per_class * width) + 0.6, title)
    ax = figure.add_subplot()
    ax.imshow(sheet.reshape(len(classes) * height, -1), cmap="gray_r")
    ax.set_yticks(np.arange(len(classes)) * height + height / 2 - 0.5, [str(c) for c in classes])
    ax.set_xticks([])
    ax.set_ylabel("label")
    ax.set_xlabel(f"the first {per_class} images of each class")
    ax.tick_params(length=0)
    return figure


def shaded_table(image: np.ndarray, rows: slice, columns: slice, title: str = "") -> Figure:
    """Draw the numbers of a part of an image as a table, each cell shaded by its number.

    Args:
        image: Array `(height, width)` of grey levels from 0 to 255.
        rows: Which rows.
        columns: Which columns.
        title: Title of the figure.

    Returns:
        A figure.

    Example:
        >>> figure = shaded_table(np.eye(3) * 255, slice(0, 2), slice(0, 2))
        >>> [text.get_text() for text in figure.axes[0].texts]
        ['255', '0', '0', '255']
    """
    part = image[rows, columns]
    figure = new_figure(min(0.42 * part.shape[1] + 0.8, 8), 0.36 * part.shape[0] + 0.9, title)
    ax = figure.add_subplot()
    ax.imshow(part, cmap="gray_r", vmin=0, vmax=255, aspect="auto")
    for (row, column), level in np.ndenumerate(part):
        ink = "white" if level > 127 else "black"
        ax.text(column, row, f"{level:g}", ha="center", va="center", fontsize=8, color=ink)
    for axis, taken, length in ((ax.yaxis, rows, 0), (ax.xaxis, columns, 1)):
        numbers = range(image.shape[length])[taken]
        axis.set_ticks(range(len(numbers)), [str(number) for number in numbers], fontsize=8)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel("column")
    ax.set_ylabel("row")
    return figure
