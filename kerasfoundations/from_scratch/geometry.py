"""What tensor operations do to points: move, turn, stretch and fold them.

Points are rows, `(n, 2)`; a matrix `M` takes a point `p` to `M · p`, so the rows go to `points ·
Mᵀ`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.from_scratch.mlp import build_mlp
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.training import fit

__all__ = [
    "affine",
    "collapse",
    "compose",
    "fold",
    "layer_views",
    "linear",
    "rotate",
    "rotation",
    "scale",
    "translate",
    "uncrumple",
]

Affine = tuple[np.ndarray, np.ndarray]  # matrix (2, 2) and offset (2,)


def translate(points: Any, offset: Any) -> np.ndarray:
    """`p + offset`: adding a vector moves every point the same way.

    Args:
        points: Array `(n, d)`.
        offset: Array `(d,)`.

    Returns:
        Array `(n, d)`.

    Raises:
        ValueError: when the shapes do not fit, or a number is not finite.

    Example:
        >>> translate([[0.0, 0.0], [1.0, 2.0]], [10.0, 20.0])
        array([[10., 20.],
               [11., 22.]])
    """
    points = checks.points(points)
    return points + checks.vector("offset", offset, points.shape[1])


def linear(points: Any, matrix: Any) -> np.ndarray:
    """`M · p`: lines stay lines, the origin stays where it is.

    Args:
        points: Array `(n, d)`.
        matrix: Array `(e, d)`.

    Returns:
        Array `(n, e)`.

    Raises:
        ValueError: when the shapes do not fit, or a number is not finite.

    Example:
        >>> linear([[1.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]])  # mirrored at the diagonal
        array([[2., 1.]])
    """
    points = checks.points(points)
    return points @ checks.matrix(matrix, points.shape[1]).T


def rotation(angle: float) -> np.ndarray:
    """`[[cos, -sin], [sin, cos]]`: the matrix that turns the plane.

    Args:
        angle: In radians, counter-clockwise.

    Returns:
        Array `(2, 2)`.

    Raises:
        ValueError: for an angle that is not a finite number.

    Example:
        >>> rotation(math.pi / 2).round(3) + 0.0
        array([[ 0., -1.],
               [ 1.,  0.]])
    """
    angle = checks.finite_number("angle", angle)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def rotate(points: Any, angle: float) -> np.ndarray:
    """`rotation(angle) · p`: turning around the origin, a linear map that keeps all distances.

    Args:
        points: Array `(n, 2)`.
        angle: In radians, counter-clockwise.

    Returns:
        Array `(n, 2)`.

    Raises:
        ValueError: for points of another shape, or numbers that are not finite.

    Example:
        >>> rotate([[1.0, 0.0]], math.pi / 2).round(3)
        array([[0., 1.]])
    """
    return linear(checks.points(points, 2), rotation(angle))


def scale(points: Any, factors: Any) -> np.ndarray:
    """`diag(factors) · p`: each axis is stretched by its factor.

    Args:
        points: Array `(n, d)`.
        factors: A number for all axes, or array `(d,)`.

    Returns:
        Array `(n, d)`.

    Raises:
        ValueError: when the shapes do not fit, or a number is not finite.

    Example:
        >>> scale([[1.0, 2.0]], [3.0, 0.5])
        array([[3., 1.]])
    """
    points = checks.points(points)
    return linear(points, np.diag(checks.factors(factors, points.shape[1])))


def affine(points: Any, matrix: Any, offset: Any) -> np.ndarray:
    """`M · p + offset`: a linear map, then a translation. A dense layer without activation.

    Args:
        points: Array `(n, d)`.
        matrix: Array `(e, d)`.
        offset: Array `(e,)`.

    Returns:
        Array `(n, e)`.

    Raises:
        ValueError: when the shapes do not fit, or a number is not finite.

    Example:
        >>> affine([[1.0, 2.0]], [[2.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        array([[3., 5.]])
    """
    return translate(linear(points, matrix), offset)


def compose(first: Affine, second: Affine) -> Affine:
    """`M2·(M1·p + o1) + o2 = (M2·M1)·p + (M2·o1 + o2)`: two affine maps make one.

    Args:
        first: Matrix and offset of the map applied first.
        second: Those of the map applied to its result.

    Returns:
        Matrix and offset of the map that does both.

    Raises:
        ValueError: when the second map does not take the results of the first.

    Example:
        >>> matrix, offset = compose((2 * np.eye(2), np.ones(2)), (3 * np.eye(2), np.zeros(2)))
        >>> matrix, offset
        (array([[6., 0.],
               [0., 6.]]), array([3., 3.]))
    """
    matrix, offset = checks.affine_map("first", first)
    after, shift = checks.affine_map("second", second, len(matrix))
    return after @ matrix, after @ offset + shift


def fold(points: Any) -> np.ndarray:
    """`max(p, 0)`: relu folds everything left of and below the axes onto them.

    Args:
        points: Array `(n, d)`.

    Returns:
        Array `(n, d)`.

    Raises:
        ValueError: for points of another shape, or numbers that are not finite.

    Example:
        >>> fold([[-1.0, 2.0], [3.0, -4.0]])
        array([[0., 2.],
               [3., 0.]])
    """
    return np.maximum(checks.points(points), 0.0)


def collapse(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """`W = W1·W2·…`, `b = (b1·W2 + b2)·W3 + …`: dense layers without activation are one layer.

    Args:
        weights: `[W1, b1, W2, b2, …]`; `W` is `(inputs, outputs)`.

    Returns:
        `[W, b]` of the one layer with the same outputs.

    Raises:
        ValueError: when the weights are not those of consecutive layers.

    Example:
        >>> W, b = collapse([np.ones((2, 3)), np.zeros(3), np.ones((3, 1)), np.ones(1)])
        >>> W, b
        (array([[3.],
               [3.]]), array([1.]))
    """
    arrays = [array.astype("float64") for array in checks.dense_weights(weights)]
    matrix, offset = arrays[0].T, arrays[1]
    for w, b in zip(arrays[2::2], arrays[3::2], strict=True):
        matrix, offset = compose((matrix, offset), (w.T, b))
    return [matrix.T, offset]


def uncrumple(
    points: np.ndarray,
    labels: np.ndarray,
    hidden_units: Sequence[int] = (16, 16),
    epochs: int = 300,
    seed: int = 0,
) -> NaiveSequential:
    """Train a small network to separate crumpled sheets.

    Args:
        points: Array `(n, 2)`.
        labels: Integer array `(n,)`: which sheet a point lies on.
        hidden_units: Width of each hidden layer.
        epochs: Number of passes over all points.
        seed: Seed of weights and batches.

    Returns:
        The trained model.

    Raises:
        ValueError: when points and labels do not fit each other.

    Example:
        >>> from kerasfoundations.data import make_crumpled_sheets
        >>> model = uncrumple(*make_crumpled_sheets(50), hidden_units=(4,), epochs=1)
        >>> len(model.layers)
        2
    """
    points, num_classes = checks.points(points, 2), checks.number_of_classes(points, labels)
    model = build_mlp(hidden_units, 2, num_classes, seed=seed)
    how: dict[str, Any] = {"epochs": epochs, "batch_size": 32, "learning_rate": 3e-3, "seed": seed}
    fit(model, points, labels, **how, verbose=0)
    return model


def layer_views(model: NaiveSequential, points: np.ndarray) -> list[np.ndarray]:
    """Return each layer's view of the points: its outputs, the last layer's before softmax.

    Args:
        model: A model of dense layers.
        points: Array `(n, d)`.

    Returns:
        One array `(n, units)` per layer, first to last.

    Raises:
        ValueError: for a model of the other wing, or points that it does not take.

    Example:
        >>> model = build_mlp((16, 8), 2, 2)
        >>> [view.shape for view in layer_views(model, np.zeros((5, 2)))]
        [(5, 16), (5, 8), (5, 2)]
    """
    checks.own_model(model, NaiveSequential)
    views, x = [], checks.inputs(points, model.input_shape[1:], model.dtype)
    for layer in model.layers[:-1]:
        x = layer(x)
        views.append(x.numpy())
    return [*views, model.layers[-1].affine(x).numpy()]
