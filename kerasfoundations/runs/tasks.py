"""What each named model learns: its samples, its loss and its pictures."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import (
    MnistData,
    flatten_and_scale,
    load_blood_pressure,
    load_threes_and_sevens,
    scale_images,
    standardize,
)
from kerasfoundations.data.streams import RowsOnDisk, StreamedImages, too_large
from kerasfoundations.loop import line_fits

Figure = Any  # matplotlib's, which only kerasfoundations.plots imports
BLOOD_PRESSURE = "blood-pressure"
_CLASS_NAMES = {"all": tuple(map(str, range(10))), "37": ("seven", "three")}


@dataclass(frozen=True)
class Samples:
    """What a model is trained on, and tested on.

    Attributes:
        x_train: Inputs `(n, ...)`: an array, or `StreamedImages`.
        y_train: Targets, as the loss takes them.
        test: Inputs and targets to test on; `None` when all samples are needed for training.
        source: Name of the data, for the run's figures and titles; `"file"` for your own.
        origin: Where they were read from, in words.
        note: Why something stands in for them, and the remedy; `None` when nothing does.
        images: The test images `(m, height, width)`, for the pictures.
        labels: The test labels `(m,)`, as integers.
        class_names: The names of the classes.
        scale: Mean and standard deviation that the inputs were standardized with, `None` when they
            were not.

    Example:
        >>> samples = get("linear").samples()
        >>> samples.x_train.shape, samples.test, str(samples)
        ((33, 1), None, 'blood-pressure: 33 samples')
    """

    x_train: Any
    y_train: np.ndarray
    test: tuple[Any, np.ndarray] | None
    source: str
    origin: str
    note: str | None = None
    images: Any = None
    labels: np.ndarray | None = None
    class_names: Sequence[str] = ()
    scale: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def name(self) -> str:
        """The name of the data: the file name if they are your own."""
        return self.origin if self.source == "file" else self.source

    def __str__(self) -> str:
        """Return the number of samples, in words."""
        if self.test is None:
            return f"{self.name}: {len(self.x_train):,} samples"
        return f"{self.name}: {len(self.x_train):,} training and {len(self.test[0]):,} test digits"


@dataclass(frozen=True)
class Task:
    """What a named model learns.

    Attributes:
        name: Name of the model, as on the command line.
        loss: Name of the loss.
        arguments: The arguments of its build function, without the seed.
        digits: Which digits it learns: `"all"`, `"37"` (threes and sevens), or `None` when it does
            not learn digits.
        other: The attributes that change when it learns the other choice of digits; `None` if it
            can only learn its own.
        images: Whether it takes images with a channel, not vectors of pixels.
        columns: Whether it takes targets `(n, 1)` of 0 and 1, not class numbers.
        kernel_initializer: Whether its build function takes the recipe's.

    Example:
        >>> images, labels = np.zeros((4, 28, 28), "uint8"), np.array([3, 7, 3, 1], "uint8")
        >>> samples = get("logistic").samples(MnistData(images, labels, images, labels, "", ""))
        >>> samples.x_train.shape, samples.y_train.shape, samples.class_names
        ((3, 784), (3, 1), ('seven', 'three'))
    """

    name: str
    loss: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    digits: str | None = "all"
    other: Mapping[str, Any] | None = None
    images: bool = False
    columns: bool = False
    kernel_initializer: bool = False

    @property
    def logits(self) -> bool:
        """Whether the model outputs logits, not probabilities."""
        return self.loss == "mnist_loss"

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes; empty if there are none."""
        return _CLASS_NAMES[self.digits] if self.digits else ()

    def inputs(self, images: Any, stream: bool = False) -> Any:
        """Return the model's inputs for uint8 images `(n, height, width)`.

        With `stream`, floats that do not fit into the memory are made batch by batch.
        """
        if stream and (isinstance(images, RowsOnDisk) or too_large(len(images))):
            return StreamedImages(images, channels=self.images)
        return scale_images(images) if self.images else flatten_and_scale(images)

    def samples(self, data: MnistData | None = None, stream: bool = False) -> Samples:
        """Return the samples to train and test on, taken from `data` if the model learns digits.

        Args:
            data: The digits.
            stream: Whether inputs that do not fit into the memory are `StreamedImages`.

        Raises:
            ValueError: when it learns digits and there are none.
        """
        if self.digits is None:
            return _blood_pressure()
        if data is None:
            raise ValueError(f"{self.name} learns digits, received none: pass load_mnist().")
        if self.digits == "37":
            data = load_threes_and_sevens(data)
        y_train, y_test = (
            labels[:, None] if self.columns else labels for labels in (data.y_train, data.y_test)
        )
        x_train, x_test = (self.inputs(x, stream) for x in (data.x_train, data.x_test))
        return Samples(
            *(x_train, y_train, (x_test, y_test)),
            *(data.source, data.origin, data.note),
            images=data.x_test,
            labels=data.y_test,
            class_names=self.class_names,
        )


def get(name: str, digits: str | None = None) -> Task:
    """Return the task of that name.

    Args:
        name: Name of the model.
        digits: `"all"`, `"37"`, or `None` for the model's own.

    Returns:
        The task.

    Raises:
        ValueError: for an unknown name (the error lists the known ones), or for digits that the
            model cannot learn.

    Example:
        >>> get("net37").loss, get("net37", digits="all").loss
        ('mnist_loss', 'sparse_categorical_crossentropy')
    """
    task = TASKS[checks.known_name("model", name, TASKS)]
    if digits is not None:
        checks.known_name("digits", digits, _CLASS_NAMES)
    if digits in (None, task.digits):
        return task
    if task.other is None:
        raise ValueError(
            f"received --digits {digits} with --model {name}, expected "
            f"{task.digits or 'none: it has data of its own'}: leave it out, or choose another "
            "model."
        )
    return dataclasses.replace(task, digits=digits, **task.other)


def _blood_pressure() -> Samples:
    age, pressure = load_blood_pressure()
    z, mean, std = standardize(age[:, None])
    return Samples(
        *(z, pressure[:, None], None, BLOOD_PRESSURE),
        origin="age and systolic blood pressure of 33 women",
        scale=(mean, std),
    )


_CLASSES = "sparse_categorical_crossentropy"
_TWO = {"arguments": {"num_classes": 2}}


def _of_threes_and_sevens(name: str, hidden_units: tuple[int, ...]) -> Task:
    """Return the task of a network that learns threes and sevens by `mnist_loss`.

    For ten digits `mnist_loss` does not work: nine of ten outputs should be 0, and once all are,
    no step downhill makes it smaller. So these have softmax and the cross-entropy.
    """
    hidden = {"hidden_units": hidden_units}
    return Task(
        name,
        "mnist_loss",
        hidden | {"num_classes": 1, "output_activation": None},
        "37",
        {"loss": _CLASSES, "arguments": hidden, "columns": False},
        columns=True,
        kernel_initializer=True,
    )


TASKS = {
    task.name: task
    for task in (
        Task("mlp", _CLASSES, other=_TWO, kernel_initializer=True),
        Task("softmax", _CLASSES, other=_TWO),
        Task("logistic", "binary_crossentropy", {"num_features": 784}, "37", columns=True),
        _of_threes_and_sevens("linear37", ()),
        _of_threes_and_sevens("net37", (30,)),
        Task("lenet5", _CLASSES, other=_TWO, images=True),
        Task("cnn", _CLASSES, other=_TWO, images=True),
        Task("resnet18", _CLASSES, {"num_classes": 2}, "37", {"arguments": {}}, images=True),
        Task("linear", "mean_squared_error", digits=None),
    )
}


def unscaled(model: Any, samples: Samples) -> Samples:
    """Make a linear model trained on standardized inputs take inputs in their original units.

    `W·(x - mean)/std + b` is `(W/std)·x + (b - W·mean/std)`: another affine map of the same kind.

    Args:
        model: The model; its weights are changed, its predictions are not.
        samples: What it was trained on.

    Returns:
        The samples with the inputs as they were measured.

    Example:
        >>> from kerasfoundations.from_scratch.linear_regression import build_linear_regression
        >>> samples = get("linear").samples()
        >>> model = build_linear_regression()
        >>> model.set_weights([np.array([[27.0]]), np.array([138.6])])
        >>> samples = unscaled(model, samples)  # inputs are years again
        >>> samples.x_train[0], model.get_weights()[0].round(2)
        (array([22.]), array([[1.66]], dtype=float32))
    """
    if samples.scale is None:
        return samples
    mean, std = samples.scale  # (d,) each
    W, b = model.get_weights()  # (d, 1) and (1,)
    model.set_weights([W / std[:, None], b - (mean / std) @ W])
    return dataclasses.replace(samples, x_train=samples.x_train * std + mean, scale=None)


def line_found(model: Any, samples: Samples, best: tuple[float, float]) -> dict[str, Any]:
    """Return what a run of the linear model found, and the closed form.

    Args:
        model: The model, for inputs as they were measured.
        samples: The samples, unscaled.
        best: Slope and intercept in closed form.

    Returns:
        `slope intercept train_loss`, and the same three of the closed form.

    Example:
        >>> from kerasfoundations.from_scratch import linear_regression
        >>> samples = get("linear").samples()
        >>> age = samples.x_train * samples.scale[1] + samples.scale[0]
        >>> samples = dataclasses.replace(samples, x_train=age, scale=None)
        >>> model = linear_regression.build_linear_regression()
        >>> model.set_weights([np.array([[1.0]]), np.array([90.0])])
        >>> best = linear_regression.solve_line(age[:, 0], samples.y_train[:, 0])
        >>> found = line_found(model, samples, best)
        >>> found["slope"], round(found["closed_form"]["slope"], 3)
        (1.0, 1.105)
    """
    W, b = model.get_weights()
    points = np.array([[W[0, 0], b[0]], best], dtype="float64")
    losses = line_fits.losses(points, samples.x_train[:, 0], samples.y_train[:, 0])
    names = ("slope", "intercept", "train_loss")
    found, closed = (
        dict(zip(names, map(float, (*point, loss)), strict=True))
        for point, loss in zip(points, losses, strict=True)
    )
    return found | {"closed_form": closed}


def draw(
    samples: Samples,
    outputs: np.ndarray | None,
    weights: Sequence[np.ndarray],
    title: str,
    logits: bool = False,
) -> dict[str, Figure]:
    """Draw the pictures of a trained model.

    Args:
        samples: What it was trained and tested on.
        outputs: What it predicts for the test inputs, `(m, k)`, or `(m, 1)` for two classes.
        weights: Its weights.
        title: What was trained.
        logits: Whether the outputs are logits, of which sigmoid makes probabilities.

    Returns:
        Figures by file name: for classifiers the confusion matrix and the most confident mistakes,
        for linear ones also the weights; for a line the line and its residuals.

    Raises:
        ValueError: for weights that are not one image per class.

    Example:
        >>> samples = get("linear").samples()
        >>> sorted(draw(samples, None, [np.array([[27.0]]), np.array([138.6])], "a line"))
        ['fit.png']
    """
    from kerasfoundations import plots

    if samples.labels is None or samples.images is None or outputs is None:
        slope, intercept = float(weights[0][0, 0]), float(weights[1][0])
        x, y = samples.x_train[:, 0], samples.y_train[:, 0]
        labels = ("age (years)", "systolic blood pressure (mmHg)")
        return {"fit.png": plots.fitted_line(x, y, slope, intercept, *labels, title)}
    outputs = probabilities(outputs, logits)
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


def probabilities(outputs: np.ndarray, logits: bool = False) -> np.ndarray:
    """Return the probability of each class, from a model's outputs.

    Args:
        outputs: Array `(n, k)` of probabilities, or `(n, 1)`: of class 1 of two.
        logits: Whether they are logits, of which sigmoid makes probabilities.

    Returns:
        Array `(n, k)`, `(n, 2)` for two classes.

    Example:
        >>> probabilities(np.array([[0.0]]), logits=True)
        array([[0.5, 0.5]])
    """
    if logits:
        outputs = 1 / (1 + np.exp(-np.clip(outputs.astype("float64"), -30, 30)))
    if outputs.shape[1] == 1:
        outputs = np.concatenate([1 - outputs, outputs], axis=1)
    return outputs


def count_confusions(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Count how often each class was predicted for each true class.

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
