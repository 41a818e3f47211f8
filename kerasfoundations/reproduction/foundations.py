"""Claims about tensors, operations, geometry and gradients."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.reproduction.claims import (
    CHOLLET,
    TEXTBOOKS,
    Band,
    Claim,
    Exactly,
    Group,
    Values,
    counted,
    equal,
    operation,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_ROUNDING = "float64 rounds the 16th digit; sums of a few numbers keep twelve"


def _mnist(wing: str, data: MnistData) -> Values:
    shape, batch = (operation(wing, "tensors", name) for name in ("shape", "batch"))
    train, test = (
        [int(np.count_nonzero(labels == digit)) for digit in (3, 7)]
        for labels in (data.y_train, data.y_test)
    )
    return {
        "train": shape(data.x_train),
        "test": shape(data.x_test),
        "dtype": str(data.x_train.dtype),
        "last_batch": shape(batch(data.x_train, -(-len(data.x_train) // 128) - 1))[0],
        "pair": (*train, *test),
    }


def _tensors(wing: str, data: MnistData) -> Values:
    shape, slice_of = (operation(wing, "tensors", name) for name in ("shape", "slice"))
    frames = 60 * 4  # a minute at four frames a second
    stacks = {  # how many samples, and one of them
        "documents": (500, np.zeros(20_000, "float32")),
        "tweets": (1_000_000, np.zeros((280, 128), "float32")),
        "stocks": (250, np.zeros((int(6.5 * 60), 3), "float32")),  # a trading day has 6.5 hours
        "video": (4, np.zeros((frames, 144, 256, 3), "float32")),
    }
    found: dict[str, Any] = {
        name: (count, *shape(sample)) for name, (count, sample) in stacks.items()
    }
    corner, centre = slice(14, None), slice(7, -7)
    return found | {
        "values": math.prod(found["video"]),
        "megabytes": math.prod(found["video"]) * np.dtype("float32").itemsize / 2**20,
        "slice": shape(slice_of(data.x_train, slice(10, 100))),
        "corner": shape(slice_of(data.x_train[4], corner, corner)),
        "centre": shape(slice_of(data.x_train[4], centre, centre)),
    }


def _operations(wing: str, data: MnistData) -> Values:
    generator = np.random.default_rng(0)
    a, b = generator.normal(size=(64, 3, 32, 10)), generator.normal(size=(32, 10))
    c, d, e = (generator.normal(size=size) for size in ((2, 3, 4, 5), 5, (5, 6)))
    larger = np.asarray(operation(wing, "ops", "maximum")(a, b))
    with_vector, with_matrix = (np.asarray(operation(wing, "ops", "dot")(c, x)) for x in (d, e))
    pairs = ((larger, np.maximum(a, b)), (with_vector, c @ d), (with_matrix, c @ e))
    return {
        "maximum": larger.shape,
        "vector": with_vector.shape,
        "matrix": with_matrix.shape,
        "apart": max(float(np.abs(ours - theirs).max()) for ours, theirs in pairs),
    }


def _speed(wing: str, data: MnistData) -> Values:
    """Return how many times as long the loops take as calls of Keras, and of NumPy."""
    from kerasfoundations.system.stopwatch import time_both

    x, y = np.random.default_rng(0).normal(size=(2, 20, 100))
    naive_add, naive_relu = (operation("scratch", "ops", name) for name in ("add", "relu"))
    if wing == "scratch":
        found = time_both(
            lambda: naive_relu(naive_add(x, y)), lambda: np.maximum(x + y, 0), repeats=50
        )
    else:
        import keras

        first, second = (keras.ops.convert_to_tensor(array) for array in (x, y))
        found = time_both(
            lambda: naive_relu(naive_add(x, y)),
            lambda: keras.ops.relu(keras.ops.add(first, second)),
            repeats=50,
        )
    return {"ratio": found.ratio}


def _geometry(wing: str, data: MnistData) -> Values:
    geometry = runs.wing_module(wing, "geometry")
    generator = np.random.default_rng(0)
    sizes = (2, 5, 4, 3)
    weights = [
        array
        for inputs, units in itertools.pairwise(sizes)
        for array in (generator.normal(size=(inputs, units)), generator.normal(size=units))
    ]
    points = outputs = generator.normal(size=(100, 2))
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        outputs = geometry.affine(outputs, W.T, b)
    W, b = geometry.collapse(weights)
    once = geometry.affine(points, W.T, b)
    return {"apart": float(np.abs(outputs - once).max() / np.abs(outputs).max())}


def _one_sample(wing: str, data: MnistData) -> Values:
    fit_line = runs.wing_module(wing, "linear_regression").fit_line
    how = {"slope": 0, "intercept": 139, "learning_rate": 0.0002, "steps": 1}
    path = fit_line([58.0], [153.0], **how, execution="eager").path
    slope, intercept = (path[0, :2] - path[1, :2]) / how["learning_rate"]
    found = {"loss": path[0, 2], "slope": path[1, 0], "intercept": path[1, 1]}
    found |= {"residual": intercept / 2}  # of the prediction less the target
    return found | {"intercept-gradient": intercept, "slope-gradient": slope}


def _witnesses(wing: str, data: MnistData) -> Values:
    """Compare a dense network's gradient by the tape, by hand and by central differences."""
    by_differences = runs.wing_module("scratch", "gradients").numerical_gradient
    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(9, 7)), generator.integers(0, 3, 9)
    arguments = {"hidden_units": (5, 4), "num_features": 7, "num_classes": 3, "seed": 2}
    model = runs.build_model(wing, "mlp", **arguments, dtype="float64")
    weights = model.get_weights()
    loss = runs.wing_module(wing, "losses").sparse_categorical_crossentropy
    taped = runs.wing_module(wing, "gradients").tape_gradients(
        lambda: loss(y, model(x)), model.trainable_weights
    )
    taped = [gradient / len(x) for gradient in taped]  # the tape takes the sum over the samples
    _, by_hand = runs.wing_module("scratch", "gradients").mlp_backward(weights, x, y)

    def mean_loss(place: int, array: np.ndarray) -> float:
        model.set_weights([*weights[:place], array, *weights[place + 1 :]])
        return float(np.mean(np.asarray(loss(y, model(x)))))

    numerical = [
        by_differences(lambda array, place=place: mean_loss(place, array), weight)
        for place, weight in enumerate(weights)
    ]
    size = max(np.abs(gradient).max() for gradient in by_hand)
    return {
        name: max(float(np.abs(a - b).max()) for a, b in zip(ours, taped, strict=True)) / size
        for name, ours in (("by_hand", by_hand), ("numerical", numerical))
    }


def _shape(name: str, said: str, shape: tuple[int, ...], value: str) -> Claim:
    return counted(name, said, value, shape, CHOLLET)


GROUPS = (
    Group(
        "mnist",
        "Data",
        _mnist,
        (
            _shape("mnist-train", "60,000 training images of 28 × 28", (60_000, 28, 28), "train"),
            _shape("mnist-test", "10,000 test images of 28 × 28", (10_000, 28, 28), "test"),
            Claim(
                name="mnist-dtype",
                said="grey levels are uint8",
                source=CHOLLET,
                target=Exactly("uint8"),
                why="a type has no spread",
                value="dtype",
            ),
            counted(
                name="mnist-last-batch",
                said="the last of the batches of 128 has 96 digits",
                source=CHOLLET,
                figure=96,
                value="last_batch",
            ),
            counted(
                name="mnist-threes-and-sevens",
                said="threes and sevens: 6,131 and 6,265 for training, 1,010 and 1,028 for testing",
                figure=(6131, 6265, 1010, 1028),
                value="pair",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "tensors",
        "Tensors",
        _tensors,
        (
            _shape("documents", "500 documents of 20,000 words", (500, 20_000), "documents"),
            _shape(
                "tweets",
                "a million tweets of 280 characters out of 128",
                (1_000_000, 280, 128),
                "tweets",
            ),
            _shape("stocks", "a year of stock prices by minutes", (250, 390, 3), "stocks"),
            _shape(
                "video",
                "four clips of 60 s, 144 × 256, at 4 frames a second",
                (4, 240, 144, 256, 3),
                "video",
            ),
            counted(
                name="video-values",
                said="these clips are 106,168,320 values",
                source=CHOLLET,
                figure=106_168_320,
                value="values",
                form="{:,}",
            ),
            Claim(
                name="video-megabytes",
                said="405 MB as float32",
                source=CHOLLET,
                target=Band(404.5, 405.5),
                why="as printed, without decimals; MB are 2²⁰ bytes",
                value="megabytes",
                form="{:.1f}",
            ),
            _shape("slice", "digits 10 to 99 are a slice of 90", (90, 28, 28), "slice"),
            _shape("slice-corner", "the corner at the bottom right: 14 × 14", (14, 14), "corner"),
            _shape("slice-centre", "the centre, by negative indices: 14 × 14", (14, 14), "centre"),
        ),
    ),
    Group(
        "operations",
        "Tensor operations",
        _operations,
        (
            _shape(
                "broadcasting",
                "the maximum of (64, 3, 32, 10) and (32, 10)",
                (64, 3, 32, 10),
                "maximum",
            ),
            _shape("dot-vector", "(a, b, c, d) · (d,) is (a, b, c)", (2, 3, 4), "vector"),
            _shape("dot-matrix", "(a, b, c, d) · (d, e) is (a, b, c, e)", (2, 3, 4, 6), "matrix"),
            equal(
                name="operations-equal",
                said="these are the results of NumPy",
                allowed=1e-12,
                why=_ROUNDING,
                value="apart",
            ),
        ),
        data="random arrays",
    ),
    Group(
        "speed",
        "Tensor operations",
        _speed,
        (
            Claim(
                name="loops-are-slow",
                said="add then relu, 20 × 100, 1,000 times: 0.72 s with loops, 0.009 s with the "
                "library: 80 times as long",
                source=CHOLLET,
                target=Band(8, 800),
                known=Band(800, 8000),  # once more a factor of ten
                reason="the loops here accept arrays of any shape, and look up each element",
                why="seconds depend on the machine, so the ratio is compared, within a factor of "
                "ten: the call is timed from NumPy (from scratch) and from Keras, whose calls cost "
                "more than these 2,000 numbers",
                value="ratio",
                form="{:.0f}",
            ),
        ),
        data="random arrays",
    ),
    Group(
        "geometry",
        "Geometry",
        _geometry,
        (
            equal(
                name="dense-layers-collapse",
                said="a stack of dense layers without activation is one dense layer",
                allowed=1e-12,
                why=f"relative; {_ROUNDING}",
                value="apart",
            ),
        ),
        data="random points",
    ),
    Group(
        "one-sample",
        "Gradients",
        _one_sample,
        tuple(
            Claim(
                name=f"one-sample-{name}",
                said=f"x = 58, y = 153, slope 0, intercept 139: {said}",
                source=TEXTBOOKS,
                target=Band(figure - 1e-8, figure + 1e-8),
                why="worked out by hand, exact; float64 rounds far below it",
                value=name,
                form="{:.10g}",
            )
            for name, said, figure in (
                ("loss", "the squared residual is 14² = 196", 196.0),
                ("slope", "a step at 0.0002 moves the slope to 0.0002 · 2 · 14 · 58", 0.3248),
                ("intercept", "and the intercept to 139 + 0.0002 · 2 · 14", 139.0056),
                ("residual", "139 - 153 is -14", -14.0),
                ("intercept-gradient", "the slope along the intercept is 2 · (-14)", -28.0),
                ("slope-gradient", "and along the slope -28 · 58", -1624.0),
            )
        ),
        data="one sample",
    ),
    Group(
        "witnesses",
        "Gradients",
        _witnesses,
        (
            equal(
                name="gradient-by-hand",
                said="tape and backpropagation by hand agree",
                allowed=1e-12,
                why=f"relative, float64; {_ROUNDING}",
                value="by_hand",
            ),
            equal(
                name="gradient-by-differences",
                said="tape and central differences agree to 1e-6",
                allowed=1e-6,
                why="relative, float64: a difference is itself an approximation",
                value="numerical",
            ),
        ),
        data="random samples",
    ),
)
