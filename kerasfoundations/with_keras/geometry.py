"""What tensor operations do to points: an affine map is a `Dense` layer without activation.

Points are rows, `(n, 2)`; a matrix `M` takes a point `p` to `M · p`, so its `Dense` layer has the
kernel `Mᵀ`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras.evaluation import dtype_of
from kerasfoundations.with_keras.layers import Dense
from kerasfoundations.with_keras.mlp import build_mlp
from kerasfoundations.with_keras.training import fit, predict

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

Affine = tuple[np.ndarray, np.ndarray]


def affine(points: Any, matrix: Any, offset: Any) -> np.ndarray:
    """Map points affinely, `M · p + offset`: a `Dense` layer without activation.

    Example:
        >>> affine([[1.0, 2.0]], [[2.0, 0.0], [0.0, 2.0]], [1.0, 1.0])
        array([[3., 5.]])
    """
    points = checks.points(points)
    matrix = checks.matrix(matrix, points.shape[1])
    layer = _dense(matrix.T, checks.vector("offset", offset, len(matrix)))
    return keras.ops.convert_to_numpy(layer(points))


def translate(points: Any, offset: Any) -> np.ndarray:
    """Shift points: a `Dense` layer with the identity as kernel and the offset as bias.

    Example:
        >>> translate([[1.0, 2.0]], [10.0, 20.0])
        array([[11., 22.]])
    """
    points = checks.points(points)
    return affine(points, np.eye(points.shape[1]), offset)


def linear(points: Any, matrix: Any) -> np.ndarray:
    """Map points linearly, `M · p`: a `Dense` layer without activation, its bias 0.

    Example:
        >>> linear([[1.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]])
        array([[2., 1.]])
    """
    points = checks.points(points)
    matrix = checks.matrix(matrix, points.shape[1])
    return affine(points, matrix, np.zeros(len(matrix)))


def rotation(angle: float) -> np.ndarray:
    """Make `[[cos, -sin], [sin, cos]]` with NumPy, as the twin does.

    Example:
        >>> rotation(math.pi / 2).round(3) + 0.0
        array([[ 0., -1.],
               [ 1.,  0.]])
    """
    angle = checks.finite_number("angle", angle)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])


def rotate(points: Any, angle: float) -> np.ndarray:
    """Turn points around the origin: a `Dense` layer whose kernel is `rotation(angle).T`.

    Example:
        >>> rotate([[1.0, 0.0]], math.pi / 2).round(3)
        array([[0., 1.]])
    """
    return linear(checks.points(points, 2), rotation(angle))


def scale(points: Any, factors: Any) -> np.ndarray:
    """Stretch each axis by its factor: a `Dense` layer with a diagonal kernel.

    Example:
        >>> scale([[1.0, 2.0]], [3.0, 0.5])
        array([[3., 1.]])
    """
    points = checks.points(points)
    return linear(points, np.diag(checks.factors(factors, points.shape[1])))


def compose(first: Affine, second: Affine) -> Affine:
    """Make two affine maps one: two `Dense` layers in a `Sequential`, collapsed.

    Example:
        >>> matrix, offset = compose((2 * np.eye(2), np.ones(2)), (3 * np.eye(2), np.zeros(2)))
        >>> offset
        array([3., 3.])
    """
    matrix, offset = checks.affine_map("first", first)
    after, shift = checks.affine_map("second", second, len(matrix))
    kernel, bias = collapse([matrix.T, offset, after.T, shift])
    return kernel.T, bias


def fold(points: Any) -> np.ndarray:
    """Fold what lies left of and below the axes onto them: `keras.ops.relu`.

    Example:
        >>> fold([[-1.0, 2.0], [3.0, -4.0]])
        array([[0., 2.],
               [3., 0.]])
    """
    return keras.ops.convert_to_numpy(keras.ops.relu(checks.points(points)))


def collapse(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Collapse a stack of dense layers without activation to one, found by calling the stack.

    Its output for 0 is the bias; its output for each unit vector, with biases of 0, is a row of the
    kernel.

    Example:
        >>> W, b = collapse([np.ones((2, 3)), np.zeros(3), np.ones((3, 1)), np.ones(1)])
        >>> W, b
        (array([[3.],
               [3.]]), array([1.]))
    """
    weights = checks.dense_weights(weights)
    pairs = list(zip(weights[0::2], weights[1::2], strict=True))
    as_it_is = keras.Sequential([_dense(w, b) for w, b in pairs])
    linear_part = keras.Sequential([_dense(w, np.zeros(np.shape(b))) for w, b in pairs])
    size = len(weights[0])
    kernel = keras.ops.convert_to_numpy(linear_part(np.eye(size)))
    return [kernel, keras.ops.convert_to_numpy(as_it_is(np.zeros((1, size))))[0]]


def uncrumple(
    points: np.ndarray,
    labels: np.ndarray,
    hidden_units: Sequence[int] = (16, 16),
    epochs: int = 300,
    seed: int = 0,
) -> keras.Sequential:
    """Train a small `keras.Sequential` with `fit` to separate crumpled sheets.

    Example:
        >>> from kerasfoundations.data import make_crumpled_sheets
        >>> model = uncrumple(*make_crumpled_sheets(50), hidden_units=(4,), epochs=1)
        >>> len(model.layers)
        2
    """
    points, num_classes = checks.points(points, 2), checks.number_of_classes(points, labels)
    model = build_mlp(hidden_units, 2, num_classes, seed=seed)
    fit(
        model,
        points,
        labels,
        epochs=epochs,
        batch_size=32,
        learning_rate=3e-3,
        seed=seed,
        verbose=0,
    )
    return model


def layer_views(model: keras.Sequential, points: np.ndarray) -> list[np.ndarray]:
    """Predict with a `keras.Model` cut off at each layer, the last one before its softmax.

    Example:
        >>> model = build_mlp((16, 8), 2, 2)
        >>> [view.shape for view in layer_views(model, np.zeros((5, 2)))]
        [(5, 16), (5, 8), (5, 2)]
    """
    checks.own_model(model, keras.Model)
    points = checks.inputs(points, model.input_shape[1:], dtype_of(model))
    outputs = [layer.output for layer in model.layers[:-1]]
    views = [predict(keras.Model(model.inputs[0], output), points) for output in outputs]
    kernel, bias = model.layers[-1].get_weights()
    return [*views, (views[-1] if views else points) @ kernel + bias]


def _dense(kernel: Any, bias: Any) -> Dense:
    """Make a float64 dense layer without activation, with these weights."""
    layer = Dense(np.shape(kernel)[1], dtype="float64")
    layer.build((None, np.shape(kernel)[0]))
    layer.set_weights([np.asarray(kernel), np.asarray(bias)])
    return layer


complete_docstrings(__name__)
