"""Claims about threes and sevens: the nearest mean image, a linear layer, a small network."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import load_threes_and_sevens, sorted_by_path
from kerasfoundations.reproduction.claims import (
    DESIGN,
    HOWARD,
    Band,
    Claim,
    Group,
    Values,
    accuracy,
)
from kerasfoundations.reproduction.training import EXECUTIONS, SEED
from kerasfoundations.runs import tasks

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_SECTION = "Threes and sevens"
_PREDICTIONS = np.array([[0.9], [0.4], [0.2]])  # of a three, a seven and a three


def _similarity(wing: str, data: MnistData) -> Values:
    """Classify by the nearest mean image; also measure the second three in sorted order."""
    pair = load_threes_and_sevens(sorted_by_path(data))
    similarity = runs.wing_module(wing, "pixel_similarity")
    model = similarity.PixelSimilarity("l1")
    model.fit(pair.x_train, pair.y_train)
    seven, three = model.mean_images
    found = model.evaluate(pair.x_test, pair.y_test)
    distances = {
        f"{norm} to {name}": float(similarity.pixel_distance(pair.x_train[1], mean, norm))
        for norm in ("l1", "l2")
        for name, mean in (("three", three), ("seven", seven))
    }
    rates = {
        name: found["accuracy_per_class"][label] for label, name in ((1, "three"), (0, "seven"))
    }
    return found | distances | rates


def _accuracy_slope(wing: str, data: MnistData) -> Values:
    """Return where accuracy and loss of a hundred digits have a slope as one weight moves."""
    metrics, losses = (runs.wing_module(wing, name) for name in ("metrics", "losses"))
    samples = tasks.get("linear37").samples(data)
    x, y = samples.x_train[:100].astype("float64"), samples.y_train[:100].astype("float64")
    generator = np.random.default_rng(SEED)
    logits = x @ generator.normal(size=(x.shape[1], 1)) / 10  # (n, 1)
    pixel = x[:, [int(np.argmax(x.var(axis=0)))]]  # (n, 1): the one that varies most

    def value(function: Any, change: float, **more: Any) -> float:
        return float(np.mean(np.asarray(function(y, logits + pixel * change, **more))))

    flat, sloped = [], []
    for change in np.linspace(-1, 1, 101):
        ends = change - 1e-5, change + 1e-5
        right = [value(metrics.binary_accuracy, end, threshold=0) for end in ends]
        flat.append(right[0] == right[1])
        sloped.append(np.diff([value(losses.mnist_loss, end) for end in ends])[0] != 0)
    return {"flat": float(np.mean(flat)), "sloped": float(np.mean(sloped))}


def _first_loss(wing: str, data: MnistData) -> Values:
    """Return the mean of `mnist_loss` over three predictions, and after one got better."""
    loss = runs.wing_module(wing, "losses").mnist_loss
    better = np.array([[0.9], [0.4], [0.8]])
    found = {}
    for name, p in (("at first", _PREDICTIONS), ("better", better)):
        logits = np.log(p / (1 - p))  # mnist_loss takes the sigmoid itself
        found[name] = float(np.mean(np.asarray(loss(np.array([[1.0], [0.0], [1.0]]), logits))))
    return found


def _learned(
    wing: str,
    data: MnistData,
    name: str = "linear37",
    start: str = "uniform",
    epochs: int = 20,
    learning_rate: float = 1.0,
) -> Values:
    """Train as the book does: threes before sevens, sorted by path, never shuffled."""
    task = tasks.get(name)
    samples = task.samples(sorted_by_path(data))
    model = runs.build_model(wing, name, **task.arguments, seed=SEED)
    shapes = [array.shape for array in model.get_weights()]
    model.set_weights(_start(start, shapes, np.random.default_rng(SEED)))
    history = runs.wing_module(wing, "training").fit(
        model,
        samples.x_train,
        samples.y_train,
        epochs=epochs,
        batch_size=256,
        optimizer="sgd",
        learning_rate=learning_rate,
        loss=task.loss,
        validation_data=samples.test,
        shuffle=False,
        execution=EXECUTIONS[wing],
        verbose=0,
    )
    found: dict[str, Any] = {"test_accuracy": history.val_accuracy[-1]}
    for name, values in (("accuracy", history.val_accuracy), ("loss", history.val_loss)):
        found |= {f"{name} {epoch}": value for epoch, value in enumerate(values, 1)}
    return found | {"accuracy 3 - 2": found["accuracy 3"] - found["accuracy 2"]}


def _start(kind: str, shapes: Sequence[tuple[int, ...]], generator: Any) -> list[np.ndarray]:
    """Return weights from N(0, 1), or as PyTorch's linear layer draws weights and biases.

    That is uniformly between plus and minus `1 / sqrt(fan_in)`, 1/28 for 784 inputs.
    """
    if kind == "normal":
        return [generator.normal(size=shape) for shape in shapes]
    fans = [shape[0] for shape in shapes[::2] for _ in range(2)]  # of W, and of its b
    limits = [fan**-0.5 for fan in fans]
    return [generator.uniform(-a, a, shape) for a, shape in zip(limits, shapes, strict=True)]


def _distance(name: str, said: str, figure: float) -> Claim:
    return Claim(
        name=f"distance-{name.replace(' to ', '-')}",
        said=f"the second three, sorted by path: {said}",
        source=HOWARD,
        target=Band(figure - 5e-5, figure + 5e-5),
        why="the printed digits: nothing is random",
        value=name,
        form="{:.4f}",
    )


GROUPS = (
    Group(
        "pixel-similarity",
        _SECTION,
        _similarity,
        (
            accuracy(
                name="pixel-similarity",
                said="nearest mean image in L1: 95.1 % over both digits",
                source=HOWARD,
                target=Band(0.9505, 0.9515),
                why="the printed digits: nothing is random",
                value="mean_class_accuracy",
                published=0.951,
            ),
            *(
                accuracy(
                    name=f"pixel-similarity-{name}s",
                    said=f"right for {figure} of the {name}s",
                    source=HOWARD,
                    target=Band(figure - 5e-5, figure + 5e-5),
                    why="the printed digits: nothing is random",
                    value=name,
                    published=figure,
                )
                for name, figure in (("three", 0.9168), ("seven", 0.9854))
            ),
            _distance("l1 to three", "0.1114 from the mean three in L1", 0.1114),
            _distance("l2 to three", "0.2021 from it in RMSE", 0.2021),
            _distance("l1 to seven", "0.1586 from the mean seven in L1", 0.1586),
            _distance("l2 to seven", "0.3021 from it in RMSE", 0.3021),
        ),
        needs_mnist=True,
    ),
    Group(
        "accuracy-slope",
        _SECTION,
        _accuracy_slope,
        (
            Claim(
                name="accuracy-has-no-slope",
                said="accuracy cannot be a loss: its gradient is zero almost everywhere",
                source=DESIGN,
                target=Band(lowest=0.9),
                why="share of 101 values of one weight; at the others the accuracy steps",
                value="flat",
                form="{:.2f}",
            ),
            Claim(
                name="mnist-loss-has-a-slope",
                said="mnist_loss has a slope at each of these values",
                source=HOWARD,
                target=Band(lowest=1.0),
                why="share of the same values: all",
                value="sloped",
                form="{:.2f}",
            ),
        ),
    ),
    Group(
        "first-loss",
        _SECTION,
        _first_loss,
        tuple(
            Claim(
                name=f"mnist-loss-{name.replace(' ', '-')}",
                said=said,
                source=HOWARD,
                target=Band(figure - 5e-5, figure + 5e-5),
                why="the printed digits",
                value=name,
                form="{:.4f}",
            )
            for name, said, figure in (
                (
                    "at first",
                    "predictions 0.9, 0.4, 0.2 for three, seven, three cost 0.4333",
                    0.4333,
                ),
                ("better", "with 0.8 in place of 0.2 they cost 0.2333", 0.2333),
            )
        ),
        data="three predictions",
    ),
    Group(
        "linear-book",
        _SECTION,
        functools.partial(_learned, start="normal", epochs=21),
        (
            accuracy(
                name="linear-book",
                said="linear model by hand, weights N(0, 1), batches of 256, learning rate 1, one "
                "epoch and 20 more: 0.9696",
                source=HOWARD,
                target=Band(0.9646, 0.9796),
                why="20 seeds here: 0.9681 to 0.9779, but for one that stays at 0.4966: its start "
                "saturates the sigmoid",
                published=0.9696,
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "linear-layer",
        _SECTION,
        _learned,
        (
            accuracy(
                name="linear-layer",
                said="the same with a linear layer and PyTorch's initialiser, 20 epochs: 0.9785",
                source=HOWARD,
                target=Band(0.9780, 0.9794),
                why="20 seeds here: 0.9784 to 0.9789; the book averages its batches, the last of "
                "which is smaller",
                published=0.9785,
            ),
            accuracy(
                name="learner-first",
                said="the Learner's first epoch: 0.4956, every digit is taken for a three",
                source=HOWARD,
                target=Band(0.49555, 0.49565),
                why="the printed digits: the last 24 batches are sevens, whatever the start",
                value="accuracy 1",
                published=0.4956,
            ),
            accuracy(
                name="learner-third",
                said="its third epoch: 0.8312",
                source=HOWARD,
                target=Band(0.78, 0.87),
                why="20 seeds here: 0.7895 to 0.8597",
                value="accuracy 3",
                published=0.8312,
            ),
            Claim(
                name="learner-fall",
                said="its third epoch is 0.0348 below its second (0.8660)",
                source=HOWARD,
                target=Band(-0.15, 0.12),
                why="20 seeds here: -0.1433 to 0.1178, and nine of them fall: it depends on the "
                "start",
                value="accuracy 3 - 2",
                form="{:+.4f}",
            ),
            accuracy(
                name="learner-tenth",
                said="its tenth epoch: 0.9676",
                source=HOWARD,
                target=Band(0.9661, 0.9686),
                why="20 seeds here: 0.9666 to 0.9681; half a thousandth more",
                value="accuracy 10",
                published=0.9676,
            ),
            Claim(
                name="learner-tenth-loss",
                said="with a validation loss of 0.0386",
                source=HOWARD,
                target=Band(0.0374, 0.0398),
                why="20 seeds here: 0.0379 to 0.0393; half a thousandth more",
                value="loss 10",
                form="{:.4f}",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "small-net",
        _SECTION,
        functools.partial(_learned, name="net37", epochs=40, learning_rate=0.1),
        (
            accuracy(
                name="small-net",
                said="784-30-1, SGD at 0.1, 40 epochs: 0.982826",
                source=HOWARD,
                target=Band(0.9818, 0.9838),
                why="ten seeds here: 0.9823 to 0.9833, six of them 0.982826, which is 2,003 of "
                "2,038; a digit is 0.0005",
                published=0.982826,
            ),
        ),
        needs_mnist=True,
    ),
)
