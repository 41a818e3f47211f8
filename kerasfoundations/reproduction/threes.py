"""Claims about threes and sevens: the nearest mean image, what a loss must be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import load_threes_and_sevens, sorted_by_path
from kerasfoundations.reproduction.claims import (
    DESIGN,
    HOWARD,
    Band,
    Claim,
    Exactly,
    Group,
    Values,
    accuracy,
)
from kerasfoundations.reproduction.training import SEED
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
    found: dict[str, Any] = {}
    for name, p in (("at first", _PREDICTIONS), ("better", better)):
        logits = np.log(p / (1 - p))  # mnist_loss takes the sigmoid itself
        each = np.asarray(loss(np.array([[1.0], [0.0], [1.0]]), logits))
        found |= {f"{name} each": tuple(each.ravel().round(4).tolist()), name: float(each.mean())}
    return found


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
        (
            Claim(
                name="mnist-loss-each",
                said="predictions 0.9, 0.4, 0.2 for three, seven, three cost 0.1, 0.4, 0.8",
                source=HOWARD,
                target=Exactly((0.1, 0.4, 0.8)),
                why="to the four printed digits",
                value="at first each",
            ),
            *(
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
                    ("at first", "on the average 0.4333", 0.4333),
                    ("better", "with 0.8 in place of 0.2 it is 0.2333", 0.2333),
                )
            ),
        ),
        data="three predictions",
    ),
)
