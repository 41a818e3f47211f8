"""What each named model learns: from which samples, by which loss, and what is drawn of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasfoundations import checks, line
from kerasfoundations.data import (
    MnistData,
    flatten_and_scale,
    load_blood_pressure,
    load_threes_and_sevens,
    standardize,
)

Figure = Any  # matplotlib's, which only kerasfoundations.plots imports
BLOOD_PRESSURE = "blood-pressure"
_DIGITS = tuple(map(str, range(10)))


@dataclass(frozen=True)
class Samples:
    """What a model is trained on, and tested on.

    Attributes:
        x_train: Inputs `(n, d)`.
        y_train: Targets, as the loss takes them.
        test: Inputs and targets to test on; `None` where all samples are needed to learn from.
        source: Name of the data, for the run's figures and titles.
        origin: Where they were read from, in words.
        note: Why something stands in for them, and the remedy; `None` when nothing does.
        images: The test images `(m, height, width)`, for the pictures.
        labels: The test labels `(m,)`, as integers.
        class_names: What the classes are called.
        scale: Mean and standard deviation that the inputs were standardised with, `None` when they
            were not.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    test: tuple[np.ndarray, np.ndarray] | None
    source: str
    origin: str
    note: str | None = None
    images: np.ndarray | None = None
    labels: np.ndarray | None = None
    class_names: Sequence[str] = ()
    scale: tuple[np.ndarray, np.ndarray] | None = None

    def __str__(self) -> str:
        """How many they are, in words."""
        if self.test is None:
            return f"{self.source}: {len(self.x_train):,} samples"
        return (
            f"{self.source}: {len(self.x_train):,} training and {len(self.test[0]):,} test digits"
        )


@dataclass(frozen=True)
class Task:
    """What a named model learns.

    Attributes:
        name: Name of the model, as the command line has it.
        loss: Name of the loss.
        samples: Makes the samples from MNIST; of `None` where the model does not learn digits.
        arguments: What its build function is called with, besides the seed.
        takes_digits: Whether the samples come from MNIST.
    """

    name: str
    loss: str
    samples: Callable[[Any], Samples]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    takes_digits: bool = True


def get(name: str) -> Task:
    """The task of that name.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("logistic").loss
        'binary_crossentropy'
    """
    return TASKS[checks.known_name("model", name, TASKS)]


def _ten_digits(data: MnistData) -> Samples:
    return Samples(
        flatten_and_scale(data.x_train),
        data.y_train,
        (flatten_and_scale(data.x_test), data.y_test),
        *(data.source, data.origin, data.note),
        images=data.x_test,
        labels=data.y_test,
        class_names=_DIGITS,
    )


def _threes_and_sevens(data: MnistData) -> Samples:
    pair = load_threes_and_sevens(data)
    return Samples(
        flatten_and_scale(pair.x_train),
        pair.y_train[:, None],
        (flatten_and_scale(pair.x_test), pair.y_test[:, None]),
        *(pair.source, pair.origin, pair.note),
        images=pair.x_test,
        labels=pair.y_test,
        class_names=("seven", "three"),
    )


def _blood_pressure(data: None) -> Samples:
    age, pressure = load_blood_pressure()
    z, mean, std = standardize(age[:, None])
    return Samples(
        *(z, pressure[:, None], None, BLOOD_PRESSURE),
        origin="age and systolic blood pressure of 33 women",
        scale=(mean, std),
    )


TASKS = {
    task.name: task
    for task in (
        Task("mlp", "sparse_categorical_crossentropy", _ten_digits),
        Task("softmax", "sparse_categorical_crossentropy", _ten_digits),
        Task("logistic", "binary_crossentropy", _threes_and_sevens, {"num_features": 784}),
        Task("linear", "mean_squared_error", _blood_pressure, takes_digits=False),
    )
}


def unscaled(model: Any, samples: Samples) -> Samples:
    """Has a linear model that was trained on standardised inputs take them as they were measured.

    `W·(x - mean)/std + b` is `(W/std)·x + (b - W·mean/std)`: another affine map of the same kind.

    Args:
        model: The model; its weights are changed, its predictions are not.
        samples: What it was trained on.

    Returns:
        The samples with the inputs as they were measured.
    """
    if samples.scale is None:
        return samples
    mean, std = samples.scale  # (d,) each
    W, b = model.get_weights()  # (d, 1) and (1,)
    model.set_weights([W / std[:, None], b - (mean / std) @ W])
    return dataclasses.replace(samples, x_train=samples.x_train * std + mean, scale=None)


def line_found(model: Any, samples: Samples, best: tuple[float, float]) -> dict[str, Any]:
    """What a run of the linear model found, beside the closed form.

    Args:
        model: The model, for inputs as they were measured.
        samples: The samples, unscaled.
        best: Slope and intercept in closed form.

    Returns:
        `slope intercept train_loss`, and the same three of the closed form.
    """
    W, b = model.get_weights()
    points = np.array([[W[0, 0], b[0]], best], dtype="float64")
    losses = line.losses(points, samples.x_train[:, 0], samples.y_train[:, 0])
    names = ("slope", "intercept", "train_loss")
    found, closed = (
        dict(zip(names, map(float, (*point, loss)), strict=True))
        for point, loss in zip(points, losses, strict=True)
    )
    return found | {"closed_form": closed}


def draw(
    samples: Samples, outputs: np.ndarray | None, weights: Sequence[np.ndarray], title: str
) -> dict[str, Figure]:
    """The pictures of a trained model, by file name.

    Args:
        samples: What it was trained and tested on.
        outputs: What it predicts for the test inputs, `(m, k)`, or `(m, 1)` for two classes.
        weights: Its weights.
        title: What was trained.

    Returns:
        For classes the confusion matrix and the surest mistakes, for linear ones also their
        weights; for a line the line and its residuals.
    """
    from kerasfoundations import plots

    if samples.labels is None or samples.images is None or outputs is None:
        slope, intercept = float(weights[0][0, 0]), float(weights[1][0])
        x, y = samples.x_train[:, 0], samples.y_train[:, 0]
        labels = ("age (years)", "systolic blood pressure (mmHg)")
        return {"fit.png": plots.fitted_line(x, y, slope, intercept, *labels, title)}
    if outputs.shape[1] == 1:  # the probability of class 1
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    accuracy = np.mean(outputs.argmax(axis=1) == samples.labels)
    names = samples.class_names
    figures = {
        "confusion.png": plots.confusion_matrix(
            count_confusions(samples.labels, outputs),
            f"{title}: test accuracy {accuracy:.4f}",
            names,
        ),
        "mistakes.png": plots.mistakes(
            *(samples.images, samples.labels, outputs),
            title=f"{title}: the surest mistakes",
            names=names,
        ),
    }
    if len(weights) == 2:
        images = checks.images_of_columns(list(weights), samples.images.shape[1:])
        shown = names if len(images) == len(names) else ["for a three, against a seven"]
        figures["weights.png"] = plots.weight_images(images, shown, f"{title}: the weights")
    return figures


def count_confusions(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """How often each class was predicted for each true class.

    Args:
        labels: Integer array `(n,)`.
        probabilities: Array `(n, k)`.

    Returns:
        Integer array `(k, k)`: row the true class, column the predicted one.

    Example:
        >>> count_confusions(np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]))
        array([[1, 0],
               [1, 1]])
    """
    num_classes = probabilities.shape[1]
    matrix = np.zeros((num_classes, num_classes), dtype=int)
    np.add.at(matrix, (labels, probabilities.argmax(axis=1)), 1)
    return matrix
