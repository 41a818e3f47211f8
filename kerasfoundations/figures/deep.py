"""Pictures of learning from a loss, of the learner, and of what a hidden layer can fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_WIDTHS = (1, 4, 16, 64)


def _accuracy_has_no_slope(data: MnistData) -> Figure:
    import tensorflow as tf

    from kerasfoundations import plots
    from kerasfoundations.from_scratch import losses, metrics, mlp, training
    from kerasfoundations.from_scratch.gradients import numerical_gradient
    from kerasfoundations.runs import tasks

    samples = tasks.get("linear37").samples(data)
    model = mlp.build_mlp((), num_classes=1, output_activation=None, dtype="float64")
    x, y = samples.x_train[:100].astype("float64"), samples.y_train[:100]
    settings: dict[str, Any] = {"loss": "mnist_loss", "optimizer": "sgd", "verbose": 0}
    training.fit(model, x, y, learning_rate=0.1, **settings)
    pixel = x[:, [int(np.argmax(x.var(axis=0)))]]  # (n, 1): the one that varies most
    logits = model(x).numpy()  # (n, 1)

    def accuracy(change: Any) -> float:
        right = metrics.binary_accuracy(y, logits + pixel * change, threshold=0)
        return float(tf.reduce_mean(right))

    def loss(change: Any) -> float:
        return float(tf.reduce_mean(losses.mnist_loss(y, logits + pixel * change)))

    changes = np.linspace(-1, 1, 101)
    accuracies, loss_values = (np.array([f(c) for c in changes]) for f in (accuracy, loss))
    accuracy_slopes, loss_slopes = (
        np.array([numerical_gradient(f, c) for c in changes]) for f in (accuracy, loss)
    )
    return plots.accuracy_and_loss(
        *(changes, accuracies, loss_values, accuracy_slopes, loss_slopes),
        title="a linear model of 100 threes and sevens, as one of its 784 weights changes",
    )


def wiggly(x: np.ndarray) -> np.ndarray:
    """Return a curve with bends of two sizes."""
    return np.sin(2 * np.pi * x) + 0.4 * np.sin(6 * np.pi * x)


def _fitted(x: np.ndarray, y: np.ndarray, width: int) -> np.ndarray:
    """Return the best fit to a curve by a network whose units bend at evenly spaced places."""
    from kerasfoundations.from_scratch import linear_regression, mlp, training

    model = mlp.build_mlp((width,), 1, 1, output_activation=None, dtype="float64")
    bends = x.min() + np.ptp(x) * np.arange(width) / width  # (width,), the first at the left end
    hidden = np.maximum(x[:, None] - bends, 0)  # (n, width)
    W, b = linear_regression.solve_linear_regression(hidden, y[:, None])
    model.set_weights([np.ones((1, width)), -bends, W, b])
    return training.predict(model, x[:, None])[:, 0]


def _universal_approximation(data: MnistData) -> Figure:
    from kerasfoundations import plots

    x = np.linspace(-1, 1, 200)
    fits = {width: _fitted(x, wiggly(x), width) for width in _WIDTHS}
    title = "one hidden layer of relu units: each unit but the leftmost bends the line once"
    return plots.approximations(x, wiggly(x), fits, title)


def _learner(data: MnistData, callbacks: Any = ()) -> Any:
    from kerasfoundations.data import DataLoader
    from kerasfoundations.from_scratch import learner, mlp
    from kerasfoundations.runs import tasks

    samples = tasks.get("net37").samples(data)
    model = mlp.build_mlp((30,), num_classes=1, output_activation=None)
    parts = ((samples.x_train, samples.y_train), samples.test or ())
    pairs = [list(zip(*part, strict=True)) for part in parts]
    loaders = DataLoader(pairs[0], 256, shuffle=True, seed=0), DataLoader(pairs[1], 256)
    optimizer = learner.BasicOptimizer(model.trainable_weights, 0.1)
    return learner.Learner(loaders, model, optimizer, "mnist_loss", ["accuracy"], callbacks)


def _learner_recorder(data: MnistData) -> Figure:
    from kerasfoundations.from_scratch.learner import Recorder

    recorder = Recorder()
    _learner(data, [recorder]).fit(20, verbose=0)
    return recorder.figure("784-30-1 on threes and sevens, mnist_loss, learning rate 0.1")


def _learner_finder(data: MnistData) -> Figure:
    return _learner(data).find_learning_rate(min_learning_rate=1e-4, max_learning_rate=1e3).figure()


PICTURES = (
    Picture(
        "accuracy-has-no-slope",
        "Threes and sevens",
        "Accuracy is a staircase: between its steps a small change of a weight makes no "
        "difference, and its slope is zero. The loss has a slope everywhere.",
        f"{SCRATCH}.metrics import binary_accuracy",
        _accuracy_has_no_slope,
    ),
    Picture(
        "learner-recorder",
        "Threes and sevens",
        "What a learner's recorder saw: the loss of every batch and every epoch, and the "
        "accuracy on the test digits.",
        f"{SCRATCH}.learner import Learner, Recorder",
        _learner_recorder,
    ),
    Picture(
        "learner-learning-rates",
        "Threes and sevens",
        "The loss while the learning rate grows from batch to batch: nothing happens while it is "
        "too small; choose it where the loss falls.",
        f"{SCRATCH}.learner import LearningRateFinder",
        _learner_finder,
    ),
    Picture(
        "universal-approximation",
        "Deeper",
        "One hidden layer of relu units, its bends spaced evenly, its output layer fitted in "
        "closed form: with enough units it comes arbitrarily close to a curve.",
        f"{SCRATCH}.mlp import build_mlp",
        _universal_approximation,
    ),
)
