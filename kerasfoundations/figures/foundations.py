"""Pictures of tensors, operations, geometry and gradients."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData


def _tensor_digit(data: MnistData) -> Figure:
    from kerasfoundations import plots

    return plots.digit(data.x_train[4], f"digit number 4 of the training set: a {data.y_train[4]}")


def _tensor_slices(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.tensors import naive_slice

    image = data.x_train[4]
    corner, centre = slice(14, None), slice(7, -7)
    regions = [
        ("[14:, 14:]", corner, corner, naive_slice(image, corner, corner)),
        ("[7:-7, 7:-7]", centre, centre, naive_slice(image, centre, centre)),
    ]
    return plots.slices(image, regions)


def _tensor_row_major(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.tensors import naive_flat_index

    def numbered(shape: tuple[int, int]) -> np.ndarray:
        places = [naive_flat_index(index, shape) for index in np.ndindex(shape)]
        return np.reshape(places, shape)

    return plots.row_major(numbered((3, 4)), numbered((2, 6)))


def _tensor_memory(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import data_tensors

    kinds = data_tensors()
    names = [f"{kind.kind}: {kind.example}\n{kind.shape} {kind.dtype}" for kind in kinds]
    return plots.memory(names, [kind.num_bytes for kind in kinds])


def _ops_broadcasting(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.ops import naive_add

    x, y = np.arange(0, 40, 10)[:, None], np.arange(3)
    return plots.broadcasting(x, y, naive_add(x, y))


def _ops_convolution(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.ops import naive_conv2d

    image = data.x_train[4] / 255
    kernels = {
        "edges from top to bottom": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        "edges from left to right": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    }
    found = []
    for name, rows in kernels.items():
        kernel = np.array(rows, dtype="float64")
        result = naive_conv2d(image[None, :, :, None], kernel[:, :, None, None])
        found.append((name, kernel, result[0, :, :, 0]))
    return plots.convolution(image, found)


def _ops_speed(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import ops
    from kerasfoundations.system.stopwatch import time_both

    generator = np.random.default_rng(0)
    x, y = generator.normal(size=(2, 20, 100))
    image = generator.normal(size=(1, 14, 14, 1))
    kernel = generator.normal(size=(3, 3, 1, 1))
    windows = np.lib.stride_tricks.sliding_window_view
    speeds = {
        "relu(x + y), 20 × 100": time_both(
            lambda: ops.naive_relu(ops.naive_add(x, y)), lambda: np.maximum(x + y, 0)
        ),
        "x · yᵀ, 20 × 100 by 100 × 20": time_both(
            lambda: ops.naive_matrix_dot(x, y.T), lambda: x @ y.T
        ),
        "transpose, 20 × 100": time_both(
            lambda: ops.naive_transpose(x), lambda: np.ascontiguousarray(x.T)
        ),
        "conv2d 3 × 3, 14 × 14": time_both(
            lambda: ops.naive_conv2d(image, kernel),
            lambda: np.tensordot(windows(image[0, :, :, 0], (3, 3)), kernel[:, :, 0, 0], 2),
        ),
    }
    naive = [speed.naive_seconds for speed in speeds.values()]
    return plots.speeds(list(speeds), naive, [s.vectorised_seconds for s in speeds.values()])


def _geometry_maps(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import geometry

    # With points between the corners: relu bends the sides.
    ends = itertools.pairwise(np.vstack([_LETTER, _LETTER[:1]]))
    letter = np.concatenate([np.linspace(*pair, 50, endpoint=False) for pair in ends])
    shear = [[1.0, 0.6], [0.2, 0.8]]
    maps = [
        ("translate by (1, 0.5)", geometry.translate(letter, [1.0, 0.5])),
        ("rotate by 40°", geometry.rotate(letter, math.radians(40))),
        ("scale by (1.5, 0.5)", geometry.scale(letter, [1.5, 0.5])),
        ("linear: [[1, 0.6], [0.2, 0.8]]", geometry.linear(letter, shear)),
        ("affine: the same, then (-0.2, 0.1)", geometry.affine(letter, shear, [-0.2, 0.1])),
        ("relu after that affine map", geometry.fold(geometry.affine(letter, shear, [-0.2, 0.1]))),
    ]
    return plots.before_and_after(letter, maps)


def _geometry_compose(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import geometry

    first = (geometry.rotation(math.radians(30)), np.array([0.5, 0.0]))
    second = (np.diag([1.4, 0.7]), np.array([-0.5, 0.8]))
    one_by_one = geometry.affine(geometry.affine(_LETTER, *first), *second)
    at_once = geometry.affine(_LETTER, *geometry.compose(first, second))
    maps = [("one map after the other", one_by_one), ("one composed map", at_once)]
    return plots.before_and_after(_LETTER, maps)


def _geometry_collapse(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch import geometry

    points = _lattice()
    turns, offsets = (35, -50, 20), ([0.3, 0.4], [-0.2, 0.5], [0.1, 0.2])
    weights = []
    for degrees, offset in zip(turns, offsets, strict=True):
        weights += [geometry.rotation(math.radians(degrees)) * [1.2, 0.9], np.array(offset)]
    straight, folded = points, points
    for w, b in zip(weights[0::2], weights[1::2], strict=True):
        straight = geometry.affine(straight, w.T, b)
        folded = geometry.fold(geometry.affine(folded, w.T, b))
    w, b = geometry.collapse(weights)
    views = [
        ("the plane", points),
        ("three layers, no activation", straight),
        ("the one layer they collapse into", geometry.affine(points, w.T, b)),
        ("three layers with relu", folded),
    ]
    return plots.grids(views, _LINES)


def _geometry_uncrumpled(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.data import make_crumpled_sheets
    from kerasfoundations.from_scratch import geometry

    points, labels = make_crumpled_sheets()
    model = geometry.uncrumple(points, labels)
    views = geometry.layer_views(model, points)
    names = [f"after layer {place} ({view.shape[1]} units)" for place, view in enumerate(views, 1)]
    names[-1] = "logits (2 units, before softmax)"
    named = [("two crumpled sheets", points), *zip(names, views, strict=True)]
    return plots.layer_views(named, labels)


def _gradients_slope(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import numerical_gradient

    def f(x: np.ndarray) -> np.ndarray:
        return np.sin(2 * x) + x**2 / 4

    x, at = np.linspace(-3, 3, 200), 0.3
    slope = float(numerical_gradient(lambda v: f(v).sum(), [at])[0])
    return plots.local_slope(x, f(x), at, float(f(np.array(at))), slope)


def _gradients_differences(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import numerical_gradient

    steps = np.logspace(-14, -0.5, 28)
    true, at = math.cos(1.0), 1.0
    central = [numerical_gradient(lambda v: np.sin(v).sum(), [at], step=h)[0] for h in steps]
    one_sided = [(math.sin(at + h) - math.sin(at)) / h for h in steps]
    return plots.difference_errors(
        steps, np.abs(np.array(one_sided) - true), np.abs(np.array(central) - true)
    )


def _gradients_graph(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import Value

    x, w, b = Value(2.0, "x"), Value(3.0, "w"), Value(1.0, "b")
    x1 = x * w
    x1.label = "x1"
    x2 = x1 + b
    x2.label = "x2"
    loss = abs(Value(4.0, "y_true") - x2)
    loss.label = "loss"
    loss.backward()
    return plots.computation_graph(loss.graph())


def _gradients_line(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import Value

    slope, intercept = Value(0.0, "slope"), Value(139.0, "intercept")
    prediction = slope * Value(58.0, "x = age") + intercept
    prediction.label = "prediction"
    residual = Value(153.0, "y = mmHg") - prediction
    residual.label = "residual"
    loss = residual**2
    loss.label = "loss"
    loss.backward()
    return plots.computation_graph(loss.graph())


def _gradients_second(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.gradients import tape_gradient, tape_second_derivative

    time = np.linspace(0, 3, 50)

    def fallen(t: Any) -> Any:
        return 4.9 * t**2

    values = [
        ("way fallen (m)", fallen(time)),
        ("speed (m/s)", tape_gradient(fallen, time)),
        ("acceleration (m/s²)", tape_second_derivative(fallen, time)),
    ]
    return plots.curves(time, values, "time (s)")


# An F shows which way it was turned and whether it was mirrored.
_LETTER = np.array(
    [
        *([0.0, 0.0], [0.3, 0.0], [0.3, 0.6], [0.8, 0.6], [0.8, 0.9], [0.3, 0.9]),
        *([0.3, 1.3], [1.0, 1.3], [1.0, 1.6], [0.0, 1.6]),
    ]
) - [0.4, 0.7]
_LINES = 15


def _lattice() -> np.ndarray:
    ticks = np.linspace(-1, 1, _LINES)
    return np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)


PICTURES = (
    Picture(
        "tensor-digit",
        "Tensors",
        "A digit is a tensor of rank 2: 28 rows of 28 grey levels.",
        "from kerasfoundations.data import load_mnist",
        _tensor_digit,
    ),
    Picture(
        "tensor-slices",
        "Tensors",
        "Slices take regions out of a tensor; negative ends count from the end of the axis.",
        f"{SCRATCH}.tensors import naive_slice",
        _tensor_slices,
    ),
    Picture(
        "tensor-row-major",
        "Tensors",
        "Row-major order: a matrix is stored row after row, and a reshape only cuts the same "
        "sequence differently.",
        f"{SCRATCH}.tensors import naive_flat_index",
        _tensor_row_major,
    ),
    Picture(
        "tensor-memory",
        "Tensors",
        "The kinds of data tensors and how much memory they take.",
        "from kerasfoundations.data import data_tensors",
        _tensor_memory,
    ),
    Picture(
        "ops-broadcasting",
        "Operations",
        "Broadcasting: axes are added and repeated, but only virtually (pale), until both shapes "
        "are equal.",
        f"{SCRATCH}.ops import naive_add",
        _ops_broadcasting,
    ),
    Picture(
        "ops-convolution",
        "Operations",
        "A convolution slides a kernel over an image: each kernel responds to its own kind of "
        "edge.",
        f"{SCRATCH}.ops import naive_conv2d",
        _ops_convolution,
    ),
    Picture(
        "ops-speed",
        "Operations",
        "The same operations as loops and as one call, measured when this picture was made.",
        "from kerasfoundations.system.stopwatch import time_both",
        _ops_speed,
    ),
    Picture(
        "geometry-maps",
        "Geometry",
        "What operations do to points: before (grey) and after (orange). A dense layer is an "
        "affine map; relu folds.",
        f"{SCRATCH}.geometry import translate, rotate, scale, linear, affine, fold",
        _geometry_maps,
    ),
    Picture(
        "geometry-compose",
        "Geometry",
        "Two affine maps, one after the other, are one affine map.",
        f"{SCRATCH}.geometry import affine, compose, rotation",
        _geometry_compose,
    ),
    Picture(
        "geometry-collapse",
        "Geometry",
        "Layers without activation collapse into one: the plane stays flat. With relu it is "
        "folded.",
        f"{SCRATCH}.geometry import affine, collapse, fold, rotation",
        _geometry_collapse,
    ),
    Picture(
        "geometry-uncrumpled",
        "Geometry",
        "Two crumpled sheets of paper as each layer of a small network sees them: at the "
        "end they are separate.",
        f"{SCRATCH}.geometry import uncrumple, layer_views",
        _geometry_uncrumpled,
    ),
    Picture(
        "gradients-slope",
        "Gradients",
        "The derivative at a point is the slope of the line that touches the curve there.",
        f"{SCRATCH}.gradients import numerical_gradient",
        _gradients_slope,
    ),
    Picture(
        "gradients-differences",
        "Gradients",
        "The slope of sin at 1 by differences: central ones are right to more digits, and a step "
        "too small is lost in rounding.",
        f"{SCRATCH}.gradients import numerical_gradient",
        _gradients_differences,
    ),
    Picture(
        "gradients-graph",
        "Gradients",
        "A computation graph run forward (values, blue) and back (slopes, orange): slopes "
        "multiply along the edges.",
        f"{SCRATCH}.gradients import Value",
        _gradients_graph,
    ),
    Picture(
        "gradients-line",
        "Gradients",
        "The squared residual of one sample: its derivative with respect to the line's slope is 58 "
        "times that with respect to the intercept.",
        f"{SCRATCH}.gradients import Value",
        _gradients_line,
    ),
    Picture(
        "gradients-second",
        "Gradients",
        "A falling apple: the tape gives its speed, a tape around the tape its acceleration.",
        f"{SCRATCH}.gradients import tape_gradient, tape_second_derivative",
        _gradients_second,
    ),
)
