"""Diagrams of networks, training and tensors, and the pictures of single steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

SEVEN_STEPS = (
    ("initialize", "W, b ← random, 0"),
    ("predict", "p = model(x)"),
    ("loss", "L = mean loss(y, p)"),
    ("gradient", "g = ∂L/∂W, ∂L/∂b"),
    ("step", "W, b ← W, b − η·g"),
    ("repeat", "with the next batch"),
    ("stop", "enough epochs"),
)


def _network(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.mlp import build_mlp

    kernels = build_mlp((512,), seed=0).get_weights()[0::2]
    title = "the first network: two dense layers, each followed by its activation"
    return plots.network(kernels, ["pixels", "hidden: relu", "output: softmax"], title)


def _unit(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.layers import NaiveDense

    x, weights, bias = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, 2.0]), 0.5
    layer = NaiveDense(3, 1, "relu", dtype="float64")
    layer.W.assign(weights[:, None])
    layer.b.assign([bias])
    return plots.unit(x, weights, bias, float(layer(x[None])[0, 0]), "relu")


def _training_circle(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.training_circle(SEVEN_STEPS)


def two_layers() -> Any:
    """Return the loss of two layers of one unit each, as a graph after its backward pass."""
    from kerasfoundations.from_scratch.gradients import Value

    x, w1 = Value(2.0, "x"), Value(0.5, "w1")
    w2, y = Value(3.0, "w2"), Value(1.0, "y")
    hidden = (x * w1).relu()
    loss = (hidden * w2 - y) ** 2
    loss.label = "loss"
    loss.backward()
    return loss.graph()


def _gradients_path(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.computation_graph(two_layers(), path_to="w1")


def _tensor_classes(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.samples_per_class(data.x_train, data.y_train)


def _tensor_shades(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.shaded_table(data.x_train[4], slice(6, 22), slice(5, 23))


def _tensor_blocks(data: MnistData) -> Figure:
    from kerasfoundations import plots

    prices = [("days", 250), ("minutes", 390), ("features", 3)]
    photos = [("samples", 128), ("height", 256), ("width", 256), ("channels", 3)]
    return plots.blocks([("rank 3, stock prices", prices), ("rank 4, colour photos", photos)])


def _matrix_product(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.ops import naive_matrix_dot

    x, y = np.array([[1, 0, 2], [3, 1, 1]]), np.array([[2, 1, 0, 1], [0, 3, 1, 2], [1, 1, 4, 0]])
    return plots.matrix_product(x, y, naive_matrix_dot(x, y), 1, 2)


def _relu(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.ops import naive_relu

    x = np.linspace(-3, 3, 601)
    slopes = (x > 0).astype("float64")
    return plots.curves(x, [("relu(x) = max(x, 0)", naive_relu(x)), ("its slope", slopes)], "x")


def _arrows(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.ops import naive_add

    a, b = np.array([0.5, 1.0]), np.array([1.0, 0.25])
    return plots.arrows(a, b, naive_add(a, b))


def _line_forces(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import make_bowl
    from kerasfoundations.from_scratch.linear_regression import mse_gradient

    x, y = make_bowl()
    slopes, intercepts = np.linspace(-1, 4, 101), np.linspace(-1.5, 3.5, 101)
    lines = slopes * x[:, None, None] + intercepts[:, None]  # (n, 101, 101)
    loss = ((y[:, None, None] - lines) ** 2).mean(axis=0)
    marble = (2.5, -0.5)
    return plots.forces(slopes, intercepts, loss, marble, mse_gradient(x, y, *marble))


def _line_step(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import load_blood_pressure
    from kerasfoundations.from_scratch.linear_regression import fit_line

    age, sbp = load_blood_pressure()
    fit = fit_line(age, sbp, slope=0.0, intercept=139.0, learning_rate=0.0004, steps=1)
    rows = zip(("before", "after one step"), fit.path, strict=True)
    lines = [(name, slope, intercept) for name, (slope, intercept, _) in rows]
    labels = ("age in years", "systolic blood pressure in mmHg")
    return plots.line_step(age, sbp, lines, labels, "learning rate 0.0004")


PICTURES = (
    Picture(
        "network",
        "The first network",
        "A network and its layers: a circle for each of some units, a line for each weight "
        "between them.",
        f"{SCRATCH}.mlp import build_mlp",
        _network,
    ),
    Picture(
        "network-unit",
        "The first network",
        "One unit of a dense layer: inputs times weights, summed, then the activation.",
        f"{SCRATCH}.layers import NaiveDense",
        _unit,
    ),
    Picture(
        "training-circle",
        "The first network",
        "Training in seven steps, five of them in a circle.",
        f"{SCRATCH}.training import fit",
        _training_circle,
    ),
    Picture(
        "tensor-classes",
        "Tensors",
        "The first digits of each class.",
        "from kerasfoundations.data import load_mnist",
        _tensor_classes,
    ),
    Picture(
        "tensor-shades",
        "Tensors",
        "A part of a digit as what it is: a table of numbers.",
        "from kerasfoundations.data import load_mnist",
        _tensor_shades,
    ),
    Picture(
        "tensor-blocks",
        "Tensors",
        "A tensor of rank 3 is a stack of matrices, one of rank 4 a row of these blocks.",
        f"{SCRATCH}.tensors import naive_shape",
        _tensor_blocks,
    ),
    Picture(
        "ops-matrix-product",
        "Operations",
        "A matrix product: each cell is the product of a row at its left and a column above it.",
        f"{SCRATCH}.ops import naive_matrix_dot",
        _matrix_product,
    ),
    Picture(
        "ops-relu",
        "Operations",
        "relu and its slope: 0 below 0, unchanged above.",
        f"{SCRATCH}.ops import naive_relu",
        _relu,
    ),
    Picture(
        "geometry-arrows",
        "Geometry",
        "A point, the same as an arrow, and a sum: one arrow put at the end of the other.",
        f"{SCRATCH}.ops import naive_add",
        _arrows,
    ),
    Picture(
        "gradients-path",
        "Gradients",
        "Backpropagation in a network of two layers: the slope of the loss with respect to the "
        "first weight is the product of the local slopes on the way back to it.",
        f"{SCRATCH}.gradients import Value",
        _gradients_path,
    ),
    Picture(
        "line-forces",
        "Fitting a line",
        "A marble on the bowl is pulled along both axes at once: the sum is the steepest way down.",
        f"{SCRATCH}.linear_regression import mse_gradient",
        _line_forces,
    ),
    Picture(
        "line-step",
        "Fitting a line",
        "The line before and after one step of gradient descent.",
        f"{SCRATCH}.linear_regression import fit_line",
        _line_step,
    ),
)
