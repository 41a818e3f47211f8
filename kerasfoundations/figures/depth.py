"""Pictures of depth: against width, and of networks too deep to train."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_SECTION = "Where learning fails"
_DEPTH, _WIDTH = 30, 32


def num_weights(width: int, depth: int) -> int:
    """Return the number of weights of a network 784 - width - … - width - 10."""
    sizes = [784, *[width] * depth, 10]
    return sum(inputs * units + units for inputs, units in itertools.pairwise(sizes))


def widths(depth: int, most: int) -> tuple[int, ...]:
    """Return the hidden layers of the widest network of that depth with at most `most` weights."""
    width = max(width for width in range(1, 1000) if num_weights(width, depth) <= most)
    return (width,) * depth


def zigzag_weights(depth: int) -> list[np.ndarray]:
    """`x ← 2·relu(x) - 4·relu(x - ½)`, `depth` times: each layer of 2 units doubles the teeth."""
    bends, slopes = np.array([0.0, -0.5]), np.array([[2.0], [-4.0]])
    first, inner = [np.ones((1, 2)), bends], [np.repeat(slopes, 2, axis=1), bends]
    return [*first, *inner * (depth - 1), slopes, np.zeros(1)]


def _digits_by_depth(data: MnistData) -> np.ndarray:
    """Return points (depth, test accuracy) of networks with equal numbers of weights."""
    from kerasfoundations.data import flatten_and_scale
    from kerasfoundations.from_scratch import mlp, training

    x, x_test = flatten_and_scale(data.x_train), flatten_and_scale(data.x_test)
    found = []
    for depth in (1, 2, 4, 8, 16):
        layers = widths(depth, num_weights(32, 1))
        model = mlp.build_mlp(layers, kernel_initializer="he_uniform")
        training.fit(model, x, data.y_train, epochs=6, batch_size=32, verbose=0)
        found.append((depth, training.evaluate(model, x_test, data.y_test)["accuracy"]))
    return np.array(found)


def _wide(x: np.ndarray, y: np.ndarray, width: int) -> np.ndarray:
    """Return the best fit by one hidden layer whose units bend at evenly spaced places."""
    from kerasfoundations.from_scratch import linear_regression, mlp, training

    model = mlp.build_mlp((width,), 1, 1, output_activation=None, dtype="float64")
    bends = np.arange(width) / width  # (width,)
    W, b = linear_regression.solve_linear_regression(np.maximum(x[:, None] - bends, 0), y[:, None])
    model.set_weights([np.ones((1, width)), -bends, W, b])
    return training.predict(model, x[:, None])[:, 0]


def _depth_and_width(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import mlp, training

    x = np.linspace(0, 1, 257)
    deep = mlp.build_mlp((2,) * 5, 1, 1, output_activation=None, dtype="float64")
    deep.set_weights(zigzag_weights(5))
    zigzag = training.predict(deep, x[:, None])[:, 0]
    curves = [
        ("5 layers of 2 units: 31 weights, 31 bends", np.column_stack([x, zigzag])),
        ("1 layer of 10 units: 31 weights", np.column_stack([x, _wide(x, zigzag, 10)])),
    ]
    most = num_weights(32, 1)
    digits = [(f"at most {most:,} weights", _digits_by_depth(data))]
    return plots.panels(
        [
            plots.Panel("a zigzag: each layer doubles the bends", "x", "y", curves),
            plots.Panel(
                "digits: depth alone gains little, and in the end costs accuracy",
                *("hidden layers", "test accuracy", digits),
                y_limits=(0.0, 1.0),
            ),
        ],
        "depth against width, with as many weights",
    )


def _residual(width: int, seed: int) -> Any:
    """Return a layer `x + relu(x·W + b)`, with small weights: it starts near `x`."""
    import tensorflow as tf

    from kerasfoundations.from_scratch import initializers, layers

    draw = initializers.HeUniform(seed)

    class Residual(layers.NaiveLayer):
        def __init__(self) -> None:
            self.dense = layers.NaiveDense(
                width, width, "relu", kernel_initializer=lambda *a, **o: draw(*a, **o) / _DEPTH
            )

        def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
            return inputs + self.dense(inputs)

    return Residual()


def deep_network(kind: str, seed: int = 0) -> Any:
    """Return a network of 30 hidden layers, named after what helps its signals through."""
    from kerasfoundations.data.seeds import layer_seeds
    from kerasfoundations.from_scratch import layers, models

    activation = "sigmoid" if "sigmoid" in kind else "relu"
    initializer = "he_uniform" if "relu, " in kind else "glorot_uniform"
    first, *seeds = layer_seeds(seed, _DEPTH + 1)
    options: dict[str, Any] = {"kernel_initializer": initializer}
    stack: list[Any] = [layers.NaiveDense(784, _WIDTH, activation, seed=first, **options)]
    for layer_seed in seeds[:-1]:
        if "residual" in kind:
            stack.append(_residual(_WIDTH, layer_seed))
        elif "normalization" in kind:
            stack.append(layers.NaiveDense(_WIDTH, _WIDTH, seed=layer_seed, **options))
            stack.append(layers.NaiveBatchNormalization(_WIDTH, momentum=0.9))
            stack.append(layers.NaiveActivation(activation))
        else:
            stack.append(layers.NaiveDense(_WIDTH, _WIDTH, activation, seed=layer_seed, **options))
    return models.NaiveSequential(
        [*stack, layers.NaiveDense(_WIDTH, 10, "softmax", seed=seeds[-1])]
    )


def slopes_by_layer(model: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return points (layer, size of the gradient of its `W`), layers from 1."""
    import tensorflow as tf

    from kerasfoundations.from_scratch import gradients, losses

    def loss() -> tf.Tensor:
        predictions = model(x, training=True)
        return tf.reduce_mean(losses.sparse_categorical_crossentropy(y, predictions))

    kernels = [weight for weight in model.trainable_weights if len(weight.shape) == 2]
    sizes = [
        np.sqrt(np.mean(np.square(g, dtype="float64")))
        for g in gradients.tape_gradients(loss, kernels)
    ]
    return np.column_stack([np.arange(1, len(sizes) + 1), sizes])


_KINDS = (
    *("sigmoid", "relu", "sigmoid with batch normalization"),
    *("relu, He's initializer", "relu, residual connections"),
)


def _too_deep(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import flatten_and_scale
    from kerasfoundations.from_scratch import training

    x, test = flatten_and_scale(data.x_train), (flatten_and_scale(data.x_test), data.y_test)
    slopes, accuracies = [], []
    for kind in _KINDS:
        model = deep_network(kind)
        slopes.append((kind, slopes_by_layer(model, x[:500], data.y_train[:500])))
        settings: dict[str, Any] = {"batch_size": 32, "epochs": 4, "verbose": 0}
        history = training.fit(model, x, data.y_train, validation_data=test, **settings)
        accuracies.append((kind, np.column_stack([np.arange(1, 5), history.val_accuracy])))
    labels = "layer, 1 next to the pixels", "size of the gradient of W (RMS)"
    start = plots.Panel("at the start: gradients by layer", *labels, slopes, log_y=True)
    labels = "epoch", "test accuracy"
    trained = plots.Panel("then 4 epochs of RMSprop", *labels, accuracies, y_limits=(0, 1))
    return plots.panels([start, trained], f"{_DEPTH} hidden layers of {_WIDTH} units")


PICTURES = (
    Picture(
        "fail-depth-and-width",
        _SECTION,
        "Equally many weights, deep or wide: a zigzag needs few units if they are in many layers; "
        "for digits a layer or two is enough.",
        f"{SCRATCH}.mlp import build_mlp",
        _depth_and_width,
    ),
    Picture(
        "fail-too-deep",
        _SECTION,
        "Thirty layers do not learn when gradients vanish on their way back. He's initializer, "
        "batch normalization and residual connections keep their size.",
        f"{SCRATCH}.initializers import HeUniform",
        _too_deep,
    ),
)
