"""The networks that the contestants train, layer by layer, for libraries other than our own.

A network is a tuple of layers, and a layer is a tuple of its kind and its numbers:

`("dense", inputs, units)`, `("conv", channels, filters, kernel size, strides)`, `("norm",
channels)`, `("relu",)`, `("pool", size, strides)`, `("block", channels, filters, strides)`, which
is the residual block, `("flatten", height, width, channels)` and `("mean",)`, that of the pixels.
The softmax at the end is part of the loss. Convolutions are padded as `"same"`, and so are poolings
that overlap.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from kerasfoundations import checks

Layers = tuple[tuple[Any, ...], ...]
EPSILON, MOMENTUM = 1e-3, 0.9  # of the batch normalizations


@dataclass(frozen=True, eq=False)  # there is one of each: itself a key
class Network:
    """A network and how it is trained.

    Attributes:
        name: The name for `--model`, and that of the builder in both wings.
        label: What it is, in tables and charts.
        layers: Its layers, given the units of the hidden layer.
        optimizer: Name of the optimizer.
        rate: Its learning rate.
        batch_size: Samples per step.
        num_samples: How many samples an epoch has at most.
        rounds: Epochs that count, unless the user says how many.
        targets: The score to reach, by `MnistData.source`.
        seconds: About how long a round of all contestants takes on two cores, and the first epochs
            with their compilation, and the start of all processes.
    """

    name: str
    label: str
    layers: Callable[[int], Layers]
    optimizer: str = "rmsprop"
    rate: float = 1e-3
    batch_size: int = 128
    num_samples: int | None = None
    rounds: int = 5
    targets: Mapping[str, float] = field(default_factory=dict)
    seconds: tuple[float, float] = (20.0, 120.0)

    def with_depth(self, depth: int) -> Network:
        """Return the first network with that many hidden layers."""
        return self if depth == 1 else replace(self, layers=functools.partial(_mlp, depth=depth))

    @property
    def loss(self) -> str:
        """The name of the loss."""
        return "mean_squared_error" if self.name == "linear" else "sparse_categorical_crossentropy"

    @property
    def measure(self) -> str:
        """What a score is: accuracy, or of a line the share of the variance that it explains."""
        return "R²" if self.name == "linear" else "accuracy"

    @property
    def convolves(self) -> bool:
        """Whether it takes images `(28, 28, 1)`, not rows `(784,)`."""
        return any(kind == "conv" for kind, *_ in self.layers(1))

    @property
    def floor(self) -> str:
        """What its floor is made of."""
        return "convolutions and products" if self.convolves else "matrix products"

    def target(self, source: str) -> float:
        """Return the score whose time is taken, on data from that source."""
        return self.targets.get(source, self.targets["mnist"])


def _mlp(width: int, depth: int = 1) -> Layers:
    hidden = (("dense", width, width), ("relu",)) * (depth - 1)
    return ("dense", 784, width), ("relu",), *hidden, ("dense", width, 10)


def _softmax(width: int) -> Layers:
    return (("dense", 784, 10),)


def _linear(width: int) -> Layers:
    return (("dense", 1, 1),)


def _cnn(width: int) -> Layers:
    layers: list[tuple[Any, ...]] = []
    for channels, filters in ((1, 32), (32, 64), (64, 128)):
        layers += [("conv", channels, filters, 3, 1), ("norm", filters), ("relu",), ("pool", 2, 2)]
    return (*layers, ("flatten", 3, 3, 128), ("dense", 1152, 10))


def _resnet18(width: int) -> Layers:
    blocks = [
        ("block", channels, filters, strides)
        for filters in (64, 128, 256, 512)
        for channels, strides in ((max(filters // 2, 64), 1 + (filters > 64)), (filters, 1))
    ]
    start = ("conv", 1, 64, 7, 2), ("norm", 64), ("relu",), ("pool", 3, 2)
    return (*start, *blocks, ("mean",), ("dense", 512, 10))


NETWORKS = {
    network.name: network
    for network in (
        Network(
            *("mlp", "784-512-10", _mlp),
            rounds=7,
            targets={"mnist": 0.975, "mnist-sample": 0.92},
            seconds=(22.0, 120.0),
        ),
        Network(
            *("softmax", "softmax regression", _softmax),
            targets={"mnist": 0.91, "mnist-sample": 0.82},
            seconds=(12.0, 100.0),
        ),
        Network(
            *("cnn", "convolutional network", _cnn, "adam", 5e-4),
            num_samples=6000,
            targets={"mnist": 0.95, "mnist-sample": 0.9},
            seconds=(120.0, 220.0),
        ),
        Network(
            *("resnet18", "ResNet-18", _resnet18, "sgd", 0.1),
            batch_size=64,
            num_samples=1280,
            targets={"mnist": 0.8, "mnist-sample": 0.8},
            seconds=(240.0, 360.0),
        ),
        Network(
            *("linear", "a line", _linear, "sgd", 0.1),
            batch_size=33,
            num_samples=6600,
            targets={"mnist": 0.9},
            seconds=(4.0, 90.0),
        ),
    )
}


def get(names: list[str] | None = None) -> list[Network]:
    """Return the named networks, in the order of the report; without names, all of them.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> [network.label for network in get(["resnet18", "mlp"])]
        ['784-512-10', 'ResNet-18']
    """
    for name in names or ():
        checks.known_name("model", name, NETWORKS)
    return [network for name, network in NETWORKS.items() if names is None or name in names]


def plain(layers: Layers) -> Iterator[tuple[Any, ...]]:
    """Yield the layers in the order of their weights, those of residual blocks one by one.

    Example:
        >>> [kind for kind, *_ in plain((("block", 64, 128, 2),))]
        ['conv', 'norm', 'conv', 'norm', 'conv', 'norm']
    """
    for kind, *numbers in layers:
        if kind == "block":
            channels, filters, strides = numbers
            yield from (("conv", channels, filters, 3, strides), ("norm", filters))
            yield from (("conv", filters, filters, 3, 1), ("norm", filters))
            if strides != 1 or channels != filters:
                yield from (("conv", channels, filters, 1, strides), ("norm", filters))
        else:
            yield kind, *numbers


def start_weights(layers: Layers) -> list[np.ndarray]:
    """Return Glorot-uniform kernels, biases of 0 and fresh normalizations, float32.

    In the order of `get_weights()` of both wings' models: of a batch normalization gamma, beta,
    mean and variance.

    Example:
        >>> [weight.shape for weight in start_weights(NETWORKS["mlp"].layers(16))]
        [(784, 16), (16,), (16, 10), (10,)]
    """
    rng = np.random.default_rng(0)
    weights: list[np.ndarray] = []
    for kind, *numbers in plain(layers):
        if kind == "dense":
            d, units = numbers
            limit = np.sqrt(6 / (d + units))
            weights += [rng.uniform(-limit, limit, (d, units)), np.zeros(units)]
        elif kind == "conv":
            channels, filters, size, _ = numbers
            limit = np.sqrt(6 / (size * size * (channels + filters)))
            weights.append(rng.uniform(-limit, limit, (size, size, channels, filters)))
        elif kind == "norm":
            weights += [fill(numbers[0]) for fill in (np.ones, np.zeros, np.zeros, np.ones)]
    return [weight.astype("float32") for weight in weights]


def same_padding(length: int, size: int, strides: int) -> tuple[int, int]:
    """Return how many zeros `"same"` puts before and after `length` pixels.

    Example:
        >>> same_padding(28, 7, 2)
        (2, 3)
    """
    total = max((-(-length // strides) - 1) * strides + size - length, 0)
    return total // 2, total - total // 2


def shapes(layers: Layers, height: int = 28) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the height of the images that each layer sees, and the layer; 1 where there are none.

    Example:
        >>> [height for height, layer in shapes(NETWORKS["cnn"].layers(1)) if layer[0] == "conv"]
        [28, 14, 7]
    """
    for kind, *numbers in layers:
        yield (1 if kind == "dense" else height), (kind, *numbers)
        if kind in ("conv", "block"):
            height = -(-height // numbers[-1])
        elif kind == "pool":
            size, strides = numbers
            height = height // strides if size == strides else -(-height // strides)


def products(layers: Layers) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield each convolution and each dense layer, and the height of the images that it sees.

    Example:
        >>> [height for height, _ in products((("block", 64, 128, 2), ("dense", 128, 10)))]
        [28, 14, 28, 1]
    """
    for height, (kind, *numbers) in shapes(layers):
        if kind == "block":
            first, second, *shortcut = [c for c in plain(((kind, *numbers),)) if c[0] == "conv"]
            yield from ((height, first), (-(-height // numbers[-1]), second))
            yield from ((height, layer) for layer in shortcut)
        elif kind in ("conv", "dense"):
            yield height, (kind, *numbers)


def made_line(num_samples: int, num_test: int = 1000) -> dict[str, np.ndarray]:
    """Return samples around a line, `x`, `y`, `x_test` and `y_test`, each float32 `(n, 1)`.

    Example:
        >>> made_line(33)["x"].shape
        (33, 1)
    """
    rng = np.random.default_rng(0)
    x = rng.normal(size=(num_samples + num_test, 1)).astype("float32")
    y = (2 * x + 1 + 0.5 * rng.normal(size=x.shape)).astype("float32")
    n = num_samples
    return {"x": x[:n], "y": y[:n], "x_test": x[n:], "y_test": y[n:]}
