"""Pictures of where learning fails: saddles, several minima, starts, and overfitting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations import plots
    from kerasfoundations.data import MnistData

_SECTION = "Where learning fails"
_STARTS = np.stack(np.meshgrid(*[np.linspace(-4, 4, 5)] * 2), axis=-1).reshape(-1, 2)  # (25, 2)
_CALLS_OF_A_GRADIENT = 3  # forward, and backward at about twice its price


def _walks(title: str, surface: Any, starts: Any, limit: float, rate: float, **noise: Any) -> Any:
    """Return descents on a surface, all at once: their slopes do not depend on each other."""
    import tensorflow as tf

    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import descend
    from kerasfoundations.from_scratch.optimizers import SGD

    def sum_of_heights(points: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(surface(tf.reshape(points, (-1, 2))))

    path = descend(sum_of_heights, np.ravel(starts), SGD(rate), steps=100, **noise)
    walks = path[:, :-1].reshape(len(path), -1, 2).swapaxes(0, 1)  # (walks, steps + 1, 2)
    ends = np.linspace(-limit, limit, 101)
    grid = np.stack(np.meshgrid(ends, ends), axis=-1)  # (101, 101, 2)
    inside = [walk[np.all(np.abs(walk) <= limit, axis=1)] for walk in walks]
    return plots.Walks(title, ends, ends, np.asarray(surface(grid)), inside)


def _saddle_and_minima(data: MnistData) -> Figure:
    import tensorflow as tf

    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import saddle, styblinski_tang

    def bowl(x: Any) -> tf.Tensor:
        return tf.reduce_sum(tf.square(x - 1.0), axis=-1)

    stuck = "saddle $x_1^2 - x_2^2$:\nwithout noise, stuck at (0, 0)"
    left = "the same start:\nwith noise (deviation 0.05), it leaves"
    return plots.descents(
        [
            _walks(stuck, saddle, [1.0, 0.0], 1.2, 0.1),
            _walks(left, saddle, [[1.0, 0.0]] * 4, 1.2, 0.1, noise=0.05),
            _walks(
                "several minima: the start\ndecides (Styblinski-Tang)",
                styblinski_tang,
                _STARTS,
                5,
                0.005,
            ),
            _walks("convex: every start\nends in the one minimum", bowl, _STARTS, 5, 0.05),
        ],
        "100 steps of gradient descent, seen from above: dark is low",
    )


def _one_at_a_time(data: MnistData) -> Figure:
    import tensorflow as tf

    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import coordinate_search, descend
    from kerasfoundations.from_scratch.optimizers import SGD
    from kerasfoundations.runs import tasks

    samples = tasks.get("linear37").samples(data)
    x, y = (np.asarray(part[:200], "float64") for part in (samples.x_train, samples.y_train))
    y = np.ravel(y)  # (200,): 1 for a three

    def loss(w: tf.Tensor) -> tf.Tensor:
        logits = tf.linalg.matvec(x, w[:-1]) + w[-1]  # (n,)
        return tf.reduce_mean(tf.nn.softplus(logits) - y * logits)

    start = np.zeros(x.shape[1] + 1)  # (785,)
    search = coordinate_search(loss, start, change=0.1, steps=4)
    descent = descend(loss, start, SGD(0.1), steps=2000)
    curves = []
    for name, path, calls in (
        ("one coefficient at a time, ±0.1", search, 2 * len(start)),
        ("gradient descent, learning rate 0.1", descent, _CALLS_OF_A_GRADIENT),
    ):
        cost = np.arange(1, len(path)) * calls
        curves.append((f"{name}: {calls} calls a step", np.column_stack([cost, path[1:, -1]])))
    title = f"200 threes and sevens, {len(start)} coefficients"
    labels = "calls of the loss (a gradient counts as 3)", "binary cross-entropy"
    return plots.panels([plots.Panel(title, *labels, curves, log_x=True, log_y=True)])


def _per_epoch(values: Any) -> np.ndarray:
    """Return points (epoch, value), epochs from 1."""
    return np.column_stack([np.arange(1, len(values) + 1), values])


def _learned(data: MnistData, model: Any, weights: Any = None) -> np.ndarray:
    """Return points (epoch, test accuracy), the start first; `weights` are where it starts."""
    from kerasfoundations.data import flatten_and_scale
    from kerasfoundations.from_scratch import training

    x, y = flatten_and_scale(data.x_train), data.y_train
    test = flatten_and_scale(data.x_test), data.y_test
    if weights is not None:
        model.set_weights(weights)
    first = training.evaluate(model, *test)["accuracy"]
    history = training.fit(model, x, y, epochs=8, validation_data=test, verbose=0)
    return np.column_stack([np.arange(9), [first, *history.val_accuracy]])


def _one_layer(data: MnistData) -> list[tuple[str, np.ndarray]]:
    """Return the curves of softmax regression from several starts."""
    from kerasfoundations.from_scratch.softmax_regression import build_softmax_regression

    ink = [data.x_train[data.y_train == digit] > 127 for digit in range(10)]
    inked = np.stack([np.mean(images, axis=0).ravel() for images in ink], axis=1)  # (784, 10)
    return [
        (name, _learned(data, build_softmax_regression(), weights))
        for name, weights in (
            ("random", None),
            ("zeros", [0 * inked, np.zeros(10)]),
            ("a tenth of the share of inked pixels", [inked / 10, np.zeros(10)]),
        )
    ]


def _starts(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.mlp import build_mlp

    random = build_mlp((16,)).get_weights()  # W1, b1, W2, b2
    axes = zip(random, (1, 0, 0, 0), strict=True)
    equal = [0 * w + np.take(w, [0], axis=axis) for w, axis in axes]
    zeros = [0 * w for w in random]
    hidden = [
        ("16 hidden units, random", _learned(data, build_mlp((16,)))),
        ("16 equal hidden units", _learned(data, build_mlp((16,)), equal)),
        ("1 hidden unit, random", _learned(data, build_mlp((1,)))),
        ("16 hidden units, all weights 0", _learned(data, build_mlp((16,)), zeros)),
    ]
    titles = "a hidden layer: equal units stay equal", "one layer alone: any start will do"
    panels = [
        plots.Panel(title, "epoch", "test accuracy", curves, y_limits=(0.0, 1.0))
        for title, curves in zip(titles, (hidden, _one_layer(data)), strict=True)
    ]
    return plots.panels(panels, "the start")


class _Experiment:
    """Networks with one hidden layer, trained on some of the digits.

    Args:
        data: The digits.
        share_wrong: Share of the training labels that is replaced by wrong ones.
    """

    def __init__(self, data: MnistData, share_wrong: float = 0.0) -> None:
        from kerasfoundations.data import flatten_and_scale

        random = np.random.default_rng(0)
        self.x, self.y = flatten_and_scale(data.x_train), np.array(data.y_train)
        self.test = flatten_and_scale(data.x_test), data.y_test
        wrong = random.random(len(self.y)) < share_wrong
        self.y[wrong] = (self.y[wrong] + random.integers(1, 10, wrong.sum())) % 10

    def accuracies(
        self, num_samples: int, units: int, epochs: int, dropout: float = 0.0, l2: float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return training and test accuracy after each epoch, `(epochs, 2)`, and test losses."""
        from kerasfoundations.from_scratch import layers, models, regularizers, training
        from kerasfoundations.loop.history import Callback

        x, y = self.x[:num_samples], self.y[:num_samples]
        penalty = regularizers.regularizer(0.0, l2)
        hidden = layers.NaiveDense(784, units, "relu", kernel_regularizer=penalty, seed=0)
        last = layers.NaiveDense(units, 10, "softmax", kernel_regularizer=penalty, seed=1)
        between = [layers.NaiveDropout(dropout, seed=2)] if dropout else []
        model = models.NaiveSequential([hidden, *between, last])
        found = []

        class AllUnits(Callback):
            def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
                found.append(training.evaluate(model, x, y)["accuracy"])

        settings: dict[str, Any] = {"batch_size": 32, "verbose": 0, "callbacks": [AllUnits()]}
        history = training.fit(model, x, y, epochs=epochs, validation_data=self.test, **settings)
        return np.column_stack([found, history.val_accuracy]), np.array(history.val_loss)


def _overfitting(data: MnistData) -> Figure:
    from kerasfoundations import plots

    clean, wrong = _Experiment(data), _Experiment(data, share_wrong=0.2)
    plain, losses = wrong.accuracies(500, 256, 30)
    stop = int(np.argmin(losses))
    remedies = {
        "no remedy": plain,
        "L2 penalty 0.01": wrong.accuracies(500, 256, 30, l2=0.01)[0],
        "dropout 0.8": wrong.accuracies(500, 256, 30, dropout=0.8)[0],
        "4,000 digits": wrong.accuracies(4000, 256, 8)[0],
    }
    panels = _capacity(clean)
    for name, both in remedies.items():
        curves = [(label, _per_epoch(both[:, k])) for k, label in enumerate(("training", "test"))]
        if name == "no remedy":
            curves.append(("where early stopping stops", _per_epoch(plain[:, 1])[[stop]]))
        title = f"{name}: gap {both[-1, 0] - both[-1, 1]:.2f}"
        panels.append(plots.Panel(title, "epoch", "accuracy", curves, y_limits=(0.3, 1.02)))
    return plots.panels(
        panels,
        "the gap between training and test accuracy; from the third plot on, "
        "every fifth training label is wrong",
    )


def _capacity(clean: _Experiment) -> list[plots.Panel]:
    """Return how accuracies depend on the number of samples and of units."""
    from kerasfoundations import plots

    panels = []
    for title, x_label, sizes in (
        (
            "right labels, 256 units",
            "training digits",
            [(n, 256) for n in (50, 100, 200, 500)],
        ),
        ("right labels, 200 digits", "hidden units", [(200, u) for u in (1, 2, 4, 8, 32, 256)]),
    ):
        along = np.array([n if "digits" in x_label else u for n, u in sizes])
        ends = np.array([clean.accuracies(n, u, 30)[0][-1] for n, u in sizes])  # (sizes, 2)
        columns = (*ends.T, ends[:, 0] - ends[:, 1])
        curves = [
            (name, np.column_stack([along, values]))
            for name, values in zip(("training", "test", "gap"), columns, strict=True)
        ]
        panels.append(
            plots.Panel(title, x_label, "accuracy", curves, log_x=True, y_limits=(0, 1.02))
        )
    return panels


PICTURES = (
    Picture(
        "fail-saddle-and-minima",
        _SECTION,
        "On a saddle all slopes are zero, and noise leads away. Where there are several minima, "
        "the start decides which one a descent finds; on a convex surface there is one.",
        f"{SCRATCH}.gradients import descend, saddle, styblinski_tang",
        _saddle_and_minima,
    ),
    Picture(
        "fail-one-at-a-time",
        _SECTION,
        "Learning without gradients: two calls of the loss for each coefficient, where a gradient "
        "shows the way for all of them at the price of about three.",
        f"{SCRATCH}.gradients import coordinate_search",
        _one_at_a_time,
    ),
    Picture(
        "fail-starts",
        _SECTION,
        "Hidden units that start equal stay equal, and do no more than one; from zeros nothing "
        "but the last bias learns. One layer alone has no such trouble.",
        f"{SCRATCH}.mlp import build_mlp",
        _starts,
    ),
    Picture(
        "fail-overfitting",
        _SECTION,
        "The gap between training and test accuracy: wide with few samples and with units enough "
        "to learn them by heart, narrower with each of the remedies.",
        f"{SCRATCH}.layers import NaiveDropout",
        _overfitting,
    ),
)
