"""Claims about threes and sevens, epoch by epoch: all that the book prints of a training run."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import sorted_by_path
from kerasfoundations.reproduction.claims import (
    HOWARD,
    Band,
    Claim,
    Group,
    Values,
    accuracy,
)
from kerasfoundations.reproduction.training import SEED, smoothed
from kerasfoundations.runs import comparison, tasks

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_SECTION = "Threes and sevens"
_BATCH = 256
_DIGIT = 1 / 2038  # one of the digits that are tested


class Seen(NamedTuple):
    """What is printed of an epoch, and the lowest and the highest that the seeds gave here."""

    printed: tuple[float, ...]
    lowest: float
    highest: float

    @property
    def band(self) -> Band:
        """The tolerated values: a fifth of the range more on each side, a digit at least."""
        margin = max((self.highest - self.lowest) / 5, _DIGIT)
        return Band(self.lowest - margin, self.highest + margin)


def learned(
    wing: str,
    data: MnistData,
    name: str = "linear37",
    start: str = "uniform",
    epochs: int = 20,
    learning_rate: float = 1.0,
    seed: int = SEED,
) -> Values:
    """Train as the book does: threes before sevens, sorted by path, never shuffled.

    Returns:
        After each epoch `n`: `"accuracy n"` and `"loss n"` of the test digits, `"training n"`, the
        smoothed loss, and `"batches n"`, the mean of the accuracies of the test batches, the last
        of which is smaller. `"batches 0"` is the start.
    """
    task = tasks.get(name)
    samples = task.samples(sorted_by_path(data))
    assert samples.test
    training = runs.wing_module(wing, "training")
    model = runs.build_model(wing, name, **task.arguments, seed=seed)
    shapes = [array.shape for array in model.get_weights()]
    first = _start(start, shapes, np.random.default_rng(seed))
    model.set_weights(first)
    how = {"epochs": epochs, "batch_size": _BATCH, "optimizer": "sgd", "shuffle": False}
    how |= {"learning_rate": learning_rate, "loss": task.loss, "execution": "graph", "verbose": 0}
    found = comparison.train(training, model, (samples.x_train, samples.y_train), samples.test, how)
    history = found.history
    values: dict[str, Any] = {"test_accuracy": history.val_accuracy[-1]}
    for column, numbers in (
        ("accuracy", history.val_accuracy),
        ("loss", history.val_loss),
        ("training", smoothed(found.step_losses())),
    ):
        values |= {f"{column} {epoch}": value for epoch, value in enumerate(numbers, 1)}
    for epoch, weights in enumerate([first, *found.weights]):
        model.set_weights(weights)
        right = (np.asarray(training.predict(model, samples.test[0])) > 0) == samples.test[1]
        batches = np.split(right, range(_BATCH, len(right), _BATCH))
        values[f"batches {epoch}"] = float(np.mean([batch.mean() for batch in batches]))
    return values | {"accuracy 3 - 2": values["accuracy 3"] - values["accuracy 2"]}


def _start(kind: str, shapes: Sequence[tuple[int, ...]], generator: Any) -> list[np.ndarray]:
    """Return weights from N(0, 1), or as PyTorch's linear layer draws weights and biases.

    That is uniformly between plus and minus `1 / sqrt(fan_in)`, 1/28 for 784 inputs.
    """
    if kind == "normal":
        return [generator.normal(size=shape) for shape in shapes]
    fans = [shape[0] for shape in shapes[::2] for _ in range(2)]  # of W, and of its b
    limits = [fan**-0.5 for fan in fans]
    return [generator.uniform(-a, a, shape) for a, shape in zip(limits, shapes, strict=True)]


def _seen(lowest: str, highest: str, *printed: str) -> list[Seen]:
    """Return what was seen of each epoch; the rows are numbers apart by spaces."""
    low, high, *rows = (map(float, row.split()) for row in (lowest, highest, *printed))
    return [
        Seen(tuple(each), *ends)
        for *ends, each in zip(low, high, zip(*rows, strict=True), strict=True)
    ]


def _rows(
    name: str,
    said: str,
    value: str,
    seen: Sequence[Seen],
    first: int = 1,
    seeds: str = "30 seeds here",
) -> Iterator[Claim]:
    """Return a claim for each epoch of a column, the first of which has the number `first`."""
    digits = 4 if value == "batches" else 6
    for epoch, one in enumerate(seen, start=first):
        at = f"epoch {epoch}" if epoch else "before the first step"
        printed = " and ".join(f"{number:.{digits}f}" for number in one.printed)
        yield Claim(
            name=f"{name}-{epoch}",
            said=f"{said}, {at}: {printed}",
            source=HOWARD,
            target=one.band,
            why=f"{seeds}: {one.lowest:.4f} to {one.highest:.4f}; a fifth of that range more "
            "on each side, at least one digit of 2,038",
            value=f"{value} {epoch}",
            form="{:.4f}",
            published=one.printed[0] if (value, epoch) in _SHOWN else None,
        )


# Epochs 0 to 21, from N(0, 1).
_BY_HAND = _seen(
    "0.2625 0.5157 0.6706 0.7490 0.9008 0.9257 0.9364 0.9428 0.9481 0.9525 0.9559 "
    "0.9574 0.9584 0.9593 0.9603 0.9628 0.9632 0.9632 0.9647 0.9647 0.9652 0.9657",
    "0.7728 0.7836 0.9082 0.9370 0.9512 0.9551 0.9605 0.9639 0.9648 0.9673 0.9687 "
    "0.9707 0.9722 0.9741 0.9746 0.9756 0.9766 0.9771 0.9775 0.9775 0.9780 0.9780",
    "0.5219 0.6883 0.8314 0.9017 0.9227 0.9349 0.9438 0.9501 0.9535 0.9564 0.9594 "
    "0.9618 0.9613 0.9638 0.9643 0.9652 0.9662 0.9677 0.9687 0.9691 0.9691 0.9696",
)
# Epochs 1 to 20, with an optimizer by hand and with a library's.
_BY_OPTIMIZER = _seen(
    "0.4931 0.4931 0.6660 0.8662 0.9174 0.9355 0.9491 0.9565 0.9628 0.9658 0.9677 "
    "0.9701 0.9721 0.9736 0.9750 0.9755 0.9765 0.9775 0.9775 0.9784",
    "0.4932 0.9448 0.8614 0.9195 0.9380 0.9517 0.9580 0.9639 0.9663 0.9688 0.9707 "
    "0.9727 0.9746 0.9751 0.9761 0.9776 0.9776 0.9781 0.9785 0.9790",
    "0.4932 0.8618 0.8203 0.9102 0.9331 0.9468 0.9555 0.9629 0.9658 0.9673 "
    "0.9687 0.9707 0.9726 0.9751 0.9761 0.9761 0.9775 0.978 0.9785 0.9785",
    "0.4932 0.852 0.8335 0.9116 0.9326 0.9473 0.9555 0.9624 0.9648 0.9668 "
    "0.9692 0.9712 0.9731 0.9746 0.9761 0.9765 0.9775 0.978 0.9785 0.9785",
)
_START_OF_LAYER = _seen("0.3661", "0.7625", "0.4157")
# Epochs 1 to 10 of a Learner.
_TRAINING_LOSS = _seen(
    "0.6361 0.3185 0.1252 0.0596 0.0351 0.0252 0.0210 0.0190 0.0179 0.0172",
    "0.6375 0.6312 0.2655 0.1126 0.0558 0.0339 0.0249 0.0210 0.0191 0.0181",
    "0.636857 0.545725 0.199223 0.086580 0.045185 0.029108 0.022560 0.019687 0.018252 0.017402",
)
_LOSS = _seen(
    "0.5018 0.0855 0.1545 0.0975 0.0732 0.0595 0.0508 0.0450 0.0409 0.0378",
    "0.5038 0.4951 0.3257 0.1509 0.0973 0.0735 0.0600 0.0513 0.0454 0.0412",
    "0.503549 0.170281 0.184893 0.107836 0.078481 0.062792 0.053017 0.046500 0.041929 0.038573",
)
_ACCURACY = _seen(
    "0.4955 0.4955 0.6643 0.8655 0.9170 0.9352 0.9489 0.9563 0.9627 0.9656",
    "0.4956 0.9446 0.8607 0.9191 0.9377 0.9515 0.9579 0.9637 0.9662 0.9686",
    "0.495584 0.866045 0.831207 0.911187 0.932777 0.946516 0.955348 0.962218 0.965162 0.967615",
)
_LEARNED = "28 of 30 seeds here (the others saturate the sigmoid at the start, and stay there)"
_SHOWN = [("accuracy", epoch) for epoch in (1, 3, 10)]  # in the picture of accuracies

GROUPS = (
    Group(
        "linear-book",
        _SECTION,
        functools.partial(learned, start="normal", epochs=21),
        (
            accuracy(
                name="linear-book",
                said="linear model by hand, weights N(0, 1), batches of 256, learning rate 1, one "
                "epoch and 20 more: 0.9696",
                source=HOWARD,
                target=Band(0.9646, 0.9796),
                why=f"{_LEARNED}: 0.9657 to 0.9779; the others 0.4956 and 0.4966",
                published=0.9696,
            ),
            *_rows(
                "by-hand", "its accuracy, the mean of the batches", "batches", _BY_HAND, 0, _LEARNED
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "linear-layer",
        _SECTION,
        learned,
        (
            accuracy(
                name="linear-layer",
                said="the same with a linear layer and PyTorch's initializer, 20 epochs: 0.9785",
                source=HOWARD,
                target=Band(0.9780, 0.9794),
                why="30 seeds here: 0.9784 to 0.9789; the book averages its batches, the last of "
                "which is smaller",
                published=0.9785,
            ),
            *_rows("layer", "its accuracy, the mean of the batches", "batches", _START_OF_LAYER, 0),
            *_rows("layer", "the same", "batches", _BY_OPTIMIZER),
            *_rows("learner-training", "a Learner's training loss", "training", _TRAINING_LOSS),
            *_rows("learner-loss", "its validation loss", "loss", _LOSS),
            *_rows("learner-accuracy", "its accuracy", "accuracy", _ACCURACY),
            Claim(
                name="learner-fall",
                said="its third epoch is 0.0348 below its second (0.8660)",
                source=HOWARD,
                target=Band(-0.21, 0.23),
                why="30 seeds here: -0.1703 to 0.1914, and thirteen of them fall: it depends on "
                "the start; a tenth of that range more on each side",
                value="accuracy 3 - 2",
                form="{:+.4f}",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "small-net",
        _SECTION,
        functools.partial(learned, name="net37", epochs=40, learning_rate=0.1),
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
