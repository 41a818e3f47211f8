"""Pictures of training: learning curves, the confusion matrix, the mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from kerasfoundations.plots.style import BLUE, GREY, LIGHT, ORANGE, new_figure, row_of_plots

_SIZE = (9, 3.6)  # inches
_COLUMNS, _WIDE, _HIGH = 5, 1.6, 1.7  # of the wrong answers: how many in a row, inches for each


def learning_curves(
    loss: Sequence[float],
    accuracy: Sequence[float],
    val_loss: Sequence[float] = (),
    val_accuracy: Sequence[float] = (),
    title: str = "",
    measured_on: str = "test",
) -> Figure:
    """Plot loss and accuracy against the epoch, for the training and the test data.

    Args:
        loss: Mean training loss of each epoch.
        accuracy: Mean training accuracy of each epoch; may be empty.
        val_loss: The same on the test data; may be empty.
        val_accuracy: The same on the test data; may be empty.
        title: Title of the figure.
        measured_on: What the test data are called.

    Returns:
        A figure with a plot for each.

    Example:
        >>> len(learning_curves([0.3, 0.1], [0.9, 0.95]).axes)
        2
    """
    measured = {"loss": (loss, val_loss)}
    measured |= {"accuracy": (accuracy, val_accuracy)} if len(accuracy) else {}
    return metric_curves(measured, measured_on, title)


def metric_curves(
    measured: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    held_out: str = "validation",
    title: str = "",
) -> Figure:
    """Plot metrics against the epoch, each in its own plot, for the training and other data.

    Args:
        measured: By name, the values of each epoch on the training data and on the others; the
            latter may be empty.
        held_out: What the other data are called.
        title: Title of the figure.

    Returns:
        A figure with a plot for each.

    Example:
        >>> curves = {"loss": ([0.3, 0.1], [0.4, 0.2]), "learning_rate": ([0.1, 0.01], [])}
        >>> [ax.get_ylabel() for ax in metric_curves(curves).axes]
        ['loss', 'learning_rate']
    """
    figure, axes = _plots(title, len(measured))
    for ax, (name, (train, other)) in zip(axes, measured.items(), strict=True):
        _curve(ax, train, "training", color=BLUE)
        if len(other):
            _curve(ax, other, held_out, color=ORANGE, linestyle="--", marker="s")
        _label_epochs(ax, name, len(train))
    return figure


def compared_curves(
    keras: Sequence[float],
    scratch: Sequence[float],
    keras_test: Sequence[float],
    scratch_test: Sequence[float],
    step_differences: Sequence[float] | np.ndarray,
    title: str = "",
) -> Figure:
    """Plot the two wings' losses, and how far apart they are at every step.

    Args:
        keras: Mean training loss of each epoch with Keras.
        scratch: The same from scratch.
        keras_test: Test loss after each epoch with Keras.
        scratch_test: The same from scratch.
        step_differences: `|loss with Keras - loss from scratch|` of each step, `(steps,)`.
        title: Title of the figure.

    Returns:
        A figure with two plots; the axis of the second is logarithmic, and differences of 0 are
        left out.

    Example:
        >>> len(compared_curves([0.3], [0.3], [0.2], [0.2], [0.0, 1e-16]).axes)
        2
    """
    figure, (left, right) = _plots(title, 2)
    wide = {"linewidth": 6, "alpha": 0.35, "markersize": 10}
    _curve(left, keras, "with Keras, training", color=BLUE, **wide)
    _curve(left, scratch, "from scratch, training", color=BLUE)
    _curve(left, keras_test, "with Keras, test", color=ORANGE, **wide)
    _curve(left, scratch_test, "from scratch, test", color=ORANGE, linestyle="--")
    _label_epochs(left, "loss", len(keras))
    differences = np.asarray(step_differences, dtype="float64")
    steps = np.arange(1, len(differences) + 1)
    apart = np.isfinite(differences) & (differences > 0)
    if apart.any():
        right.set_yscale("log")
        right.plot(steps[apart], differences[apart], ".", color=BLUE, markersize=3)
    said = f"{np.count_nonzero(differences == 0):,} of {len(steps):,} steps do not differ at all"
    lost = np.count_nonzero(~np.isfinite(differences))
    right.set_title(said + (f"; {lost:,} have no finite loss" if lost else ""), fontsize=9)
    right.set_xlim(0, len(differences) + 1)
    right.set_xlabel("step")
    right.set_ylabel("|loss with Keras - loss from scratch|")
    right.grid(color=LIGHT)
    return figure


def confusion_matrix(matrix: np.ndarray, title: str = "", names: Sequence[str] = ()) -> Figure:
    """Draw how often each class was mistaken for each other class.

    Args:
        matrix: Integer array `(k, k)`: rows are the true classes, columns the predicted ones.
        title: Title of the figure.
        names: Names of the classes; by default their numbers.

    Returns:
        A figure. Only the mistakes are coloured; the right answers, on the diagonal, are written
        but not coloured, as they would drown out the rest.

    Example:
        >>> len(confusion_matrix(np.eye(3, dtype=int)).axes)
        2
    """
    matrix = np.asarray(matrix)
    wrong = matrix.astype("float64")
    np.fill_diagonal(wrong, np.nan)
    most = max(1.0, np.nanmax(wrong, initial=1.0))
    figure = new_figure(6.6, 5.8)
    ax = figure.add_subplot()
    image = ax.imshow(wrong, cmap="Blues", vmin=0, vmax=most)
    for (row, column), count in np.ndenumerate(matrix):
        dark = row != column and count > 0.6 * most
        ax.text(
            column,
            row,
            f"{count:,}",
            ha="center",
            va="center",
            fontsize=8,
            in_layout=False,  # inside of the axes in any case, and slow to measure
            color="white" if dark else (GREY if row == column or count == 0 else "black"),
        )
    names = names or [str(place) for place in range(len(matrix))]
    ax.set_xticks(range(len(matrix)), names)
    ax.set_yticks(range(len(matrix)), names)
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")
    ax.set_title(title, fontsize=11)
    figure.colorbar(image, ax=ax, label="mistakes (number of images)", shrink=0.85)
    return figure


def mistakes(
    images: np.ndarray,
    labels: np.ndarray,
    probabilities: np.ndarray,
    num_images: int = 20,
    title: str = "",
    names: Sequence[str] = (),
) -> Figure:
    """Draw the wrong answers that the model was most confident in, most confident first.

    Args:
        images: Array `(n, height, width)`.
        labels: Integer array `(n,)`: the true classes.
        probabilities: Array `(n, k)`: the model's outputs.
        num_images: The largest number of images to draw.
        title: Title of the figure.
        names: Names of the classes; by default their numbers.

    Returns:
        A figure; above each image its true class, the predicted one and its probability.

    Example:
        >>> blank = np.zeros((2, 28, 28))
        >>> [ax] = mistakes(blank, np.array([0, 1]), np.array([[0.9, 0.1], [0.8, 0.2]])).axes
        >>> print(ax.texts[0].get_text())
        true 1, predicted 0
        with probability 0.800
    """
    names = names or [str(place) for place in range(probabilities.shape[1])]
    predicted = probabilities.argmax(axis=1)
    surest = probabilities.max(axis=1)
    wrong = np.flatnonzero((predicted != labels) & np.isfinite(surest))
    wrong = wrong[np.argsort(-surest[wrong], kind="stable")][:num_images]
    num_rows = max(1, -(-len(wrong) // _COLUMNS))
    figure = new_figure(_WIDE * _COLUMNS, _HIGH * num_rows + 0.6, title)
    if len(wrong) == 0:
        said = "no mistakes" if np.isfinite(surest).all() else "the model diverged"
        figure.text(0.5, 0.5, said, ha="center")
        return figure
    ax = figure.add_subplot()  # one for all images: twenty take three times as long to draw
    for place, index in enumerate(wrong):
        row, column = divmod(place, _COLUMNS)
        said = (
            f"true {names[labels[index]]}, predicted {names[predicted[index]]}\nwith probability "
            f"{float(surest[index]):.3f}"
        )
        _image_below(ax, images[index], said, (column + 0.5) * _WIDE, row * _HIGH)
    ax.set(xlim=(0, _COLUMNS * _WIDE), ylim=(num_rows * _HIGH, 0), aspect="equal")
    ax.set_axis_off()
    return figure


def _image_below(ax: Axes, image: np.ndarray, words: str, center: float, top: float) -> None:
    """Draw an image below its words; an inch is 1."""
    ax.text(center, top + 0.4, words, ha="center", va="bottom", fontsize=8)
    height, width = np.divide(image.shape[:2], max(image.shape[:2])) * (_HIGH - 0.6)
    above, left = top + 0.45, center - width / 2
    ax.imshow(image, cmap="gray_r", extent=(left, left + width, above + height, above))


def _plots(title: str, num_plots: int) -> tuple[Figure, Sequence[Axes]]:
    width, height = _SIZE
    figure = new_figure(max(5.0, width * num_plots / 2), height, title)
    return figure, row_of_plots(figure, num_plots)


def _curve(ax: Axes, values: Sequence[float], label: str, **style: Any) -> None:
    epochs = np.arange(1, len(values) + 1)
    look: dict[str, Any] = {"marker": "o", "markersize": 4, **style}
    ax.plot(epochs, values, label=label, **look)


def _label_epochs(ax: Axes, name: str, num_epochs: int) -> None:
    ax.set_xlabel("epoch")
    ax.set_ylabel(name)
    ax.set_xlim(0.5, num_epochs + 0.5)
    if num_epochs <= 10:
        ax.set_xticks(range(1, num_epochs + 1))
    else:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(color=LIGHT)
    ax.legend(frameon=False, fontsize=9)
