"""Claims about the first network and linear classifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import flatten_and_scale, one_hot
from kerasfoundations.reproduction.claims import (
    CHOLLET,
    DESIGN,
    TEXTBOOKS,
    Band,
    Claim,
    Group,
    Values,
    accuracy,
    counted,
    equal,
)
from kerasfoundations.reproduction.training import SEED, trained
from kerasfoundations.runs import comparison

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData


def _first_network(wing: str, data: MnistData) -> Values:
    model, found = trained(wing, data, "mlp")
    ten = runs.wing_module(wing, "training").predict(model, flatten_and_scale(data.x_test[:10]))
    sums = ten.astype("float64").sum(axis=1)
    right = float(ten[0, data.y_test[0]])
    return found | {"ten": ten.shape, "sums": float(np.abs(sums - 1).max()), "right": right}


def _labels(wing: str, data: MnistData) -> Values:
    """Train an epoch in float64 with integer labels, and one with one-hot labels."""
    x = flatten_and_scale(data.x_train)
    found = []
    for y, kind in ((data.y_train, "sparse_categorical"), (one_hot(data.y_train), "categorical")):
        model = runs.build_model(wing, "mlp", seed=SEED, dtype="float64")
        runs.wing_module(wing, "training").fit(
            *(model, x, y), epochs=1, loss=f"{kind}_crossentropy", seed=SEED, verbose=0
        )
        found.append(model.get_weights())
    return {"apart": max(float(np.abs(a - b).max()) for a, b in zip(*found, strict=True))}


def _steps_in(wing: str, data: MnistData, dtype: str, epochs: int, num: int | None = None) -> Any:
    """Return the first network's training, batch by batch."""
    x, y = flatten_and_scale(data.x_train[:num]), data.y_train[:num]
    test = flatten_and_scale(data.x_test[:10]), data.y_test[:10]
    model = runs.build_model(wing, "mlp", seed=SEED, dtype=dtype)
    how = {"epochs": epochs, "batch_size": 128, "seed": SEED, "verbose": 0}
    return comparison.train(runs.wing_module(wing, "training"), model, (x, y), test, how)


def _parity(wing: str, data: MnistData) -> Values:
    found = _steps_in(wing, data, "float64", 5)
    weights = [array.ravel() for epoch in found.weights for array in epoch]
    return {"losses": found.step_losses(), "weights": np.concatenate(weights)}


def _float32(wing: str, data: MnistData) -> Values:
    return {"losses": _steps_in(wing, data, "float32", 1, 1280).step_losses()}


def _book(wing: str, data: MnistData) -> Values:
    return trained(wing, data, "mlp", "book")[1]


def _softmax(wing: str, data: MnistData) -> Values:
    return trained(wing, data, "softmax")[1]


def _logits(wing: str, data: MnistData) -> Values:
    """Return the training loss of a confidently wrong answer: logits of 1000 and of -1000."""
    build = runs.wing_module(wing, "logistic_regression").build_logistic_regression
    found = {}
    for name, sign in (("above", 1.0), ("below", -1.0)):
        model = build(num_features=1, dtype="float64")
        model.set_weights([np.array([[1000.0]]), np.zeros(1)])
        x, y = np.array([[sign]]), np.array([[0.5 - sign / 2]])  # the other class
        how = {"epochs": 1, "optimizer": "sgd", "loss": "binary_crossentropy", "verbose": 0}
        history = runs.wing_module(wing, "training").fit(model, x, y, **how)
        found[name] = history.loss[0]
    return found


GROUPS = (
    Group(
        "first-network",
        "The first network",
        _first_network,
        (
            counted(
                name="epoch-steps",
                said="469 steps per epoch",
                source=CHOLLET,
                figure=469,
                value="steps_per_epoch",
            ),
            counted(
                name="all-steps",
                said="2,345 updates in five epochs",
                source=CHOLLET,
                figure=2345,
                value="steps",
                form="{:,}",
            ),
            accuracy(
                name="first-train-accuracy",
                said="training accuracy 0.989 in the fifth epoch",
                source=CHOLLET,
                target=Band(0.987, 0.991),
                why="five seeds here: 0.9884 to 0.9889; the third digit may differ by two",
                value="train_accuracy",
                published=0.989,
            ),
            accuracy(
                name="first-test-accuracy",
                said="test accuracy after five epochs 0.9795, in another edition 0.978",
                source=CHOLLET,
                target=Band(0.973, 0.9845),
                why="five seeds here: 0.9763 to 0.9812; half a per cent around the two figures",
                published=0.9795,
            ),
            Claim(
                name="first-test-floor",
                said="both wings reach 0.975 on the test digits",
                source=DESIGN,
                target=Band(lowest=0.975),
                why="a target has no tolerance",
                value="test_accuracy",
                form="{:.4f}",
            ),
            Claim(
                name="first-wings-near",
                said="the wings' test accuracies are within 0.005",
                source=DESIGN,
                target=Band(highest=0.005),
                why="float32: rounding drives the weights apart",
                value="test_accuracy",
                form="{:.4f}",
                apart=True,
            ),
            counted(
                name="first-ten-shape",
                said="the prediction for ten digits is ten rows of ten probabilities",
                source=CHOLLET,
                figure=(10, 10),
                value="ten",
            ),
            Claim(
                name="first-seven",
                said="the first test digit is a seven with probability 0.9999",
                source=CHOLLET,
                target=Band(lowest=0.999),
                why="five seeds here: 0.9997 to 0.99997",
                value="right",
                form="{:.6f}",
            ),
            equal(
                name="first-ten-sums",
                said="each of these rows sums to 1",
                source=CHOLLET,
                allowed=1e-5,
                why="float32 rounds the seventh digit of each of ten",
                value="sums",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "labels",
        "The first network",
        _labels,
        (
            equal(
                name="one-hot-labels",
                said="one-hot labels with categorical cross-entropy train the same model as "
                "integer labels with the sparse one",
                source=CHOLLET,
                allowed=1e-10,
                why="the largest difference in a weight after an epoch in float64",
                value="apart",
            ),
        ),
    ),
    Group(
        "book-recipe",
        "The first network",
        _book,
        (
            accuracy(
                name="book-recipe",
                said="NaiveDense, uniform [0, 0.1), plain gradient descent at 1e-3, ten epochs in "
                "order: test accuracy 0.82",
                source=CHOLLET,
                target=Band(0.80, 0.84),
                why="five seeds here: 0.8112 to 0.8211; two per cent, since two digits are printed",
                published=0.82,
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "parity",
        "The first network",
        _parity,
        (
            equal(
                name="parity-losses",
                said="float64, five epochs of RMSprop over all of MNIST: the wings' losses are "
                "equal at every step to 1e-10",
                allowed=1e-10,
                why="rounding of the 16th digit, over 2,345 steps",
                value="losses",
                apart=True,
            ),
            equal(
                name="parity-weights",
                said="and so are their weights at the end of each epoch",
                allowed=1e-10,
                why="rounding of the 16th digit, over 2,345 steps",
                value="weights",
                apart=True,
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "parity-float32",
        "The first network",
        _float32,
        (
            equal(
                name="parity-float32",
                said="float32: the wings' losses are within 1e-5 over the first ten steps",
                allowed=1e-5,
                why="rounding of the 7th digit, which RMSprop amplifies",
                value="losses",
                apart=True,
            ),
        ),
    ),
    Group(
        "softmax",
        "Linear classifiers, regularizers, optimizers",
        _softmax,
        (
            accuracy(
                name="softmax-regression",
                said="softmax regression: about 90 % of the test digits",
                source=TEXTBOOKS,
                target=Band(0.87, 0.93),
                why="“about” is taken as three per cent; five seeds here: 0.9229 to 0.9245, with "
                "RMSprop",
                published=0.90,
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "logits",
        "Linear classifiers, regularizers, optimizers",
        _logits,
        tuple(
            Claim(
                name=f"logit-{name}",
                said=f"logistic regression is stable at a logit of {sign}1000: confidently wrong "
                f"costs 1000",
                source=DESIGN,
                target=Band(1000 - 1e-9, 1000 + 1e-9),
                why="float64; a clipped loss would be 16",
                value=name,
                form="{:.10g}",
            )
            for name, sign in (("above", ""), ("below", "-"))
        ),
        data="one sample",
    ),
)
