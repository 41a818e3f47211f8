"""L-BFGS and conjugate gradients: SciPy's, on the loss and the gradients of a Keras model.

Keras has optimizers for batches only. On TensorFlow's backend only, whose tape gives the gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from scipy import optimize

from kerasfoundations import checks
from kerasfoundations.loop.minima import MEMORY, METHODS, Minimum
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import losses
from kerasfoundations.with_keras.evaluation import build, dtype_of, precision, samples_for
from kerasfoundations.with_keras.gradients import tape_gradients

__all__ = ["Minimum", "minimize"]


def minimize(
    model: keras.Model,
    x: Any,
    y: Any,
    *,
    method: str = "lbfgs",
    loss: str | Any = "sparse_categorical_crossentropy",
    max_steps: int = 1000,
    tolerance: float = 1e-6,
) -> Minimum:
    """Call `scipy.optimize.minimize` on `compute_loss` and its gradients by the tape.

    Args:
        model: The model; it is compiled, and its weights are changed. Layers run as in `predict`.
        method: `"lbfgs"` (SciPy's `"L-BFGS-B"` without bounds) or `"cg"` (`"CG"`).
        loss: Name, function or object of a Keras loss. Penalties are added, as in `fit`.

    Example:
        >>> from kerasfoundations.with_keras.linear_regression import build_linear_regression
        >>> model = build_linear_regression(dtype="float64")
        >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
        >>> minimize(model, x, y, loss="mean_squared_error").converged
        True
        >>> [array.round(4) for array in model.get_weights()]
        [array([[2.]]), array([1.])]

    Source: Virtanen et al., SciPy 1.0, Nature Methods 2020.
    """
    build(model, x)
    loss = losses.for_compile(loss)
    x, y = samples_for(model, x, y, loss)
    method = checks.known_name("method", method, METHODS)
    max_steps = checks.positive_integer("max_steps", max_steps)
    tolerance = checks.positive_number("tolerance", tolerance)
    with precision(dtype_of(model)):
        model.compile(loss=loss)
        function = _all_samples(model, x, y)
        path = [function(_point(model))[0]]
        checks.finite_start(path[0])
        found = optimize.minimize(
            function,
            _point(model),
            method={"lbfgs": "L-BFGS-B", "cg": "CG"}[method],
            jac=True,
            callback=lambda intermediate_result: path.append(float(intermediate_result.fun)),
            options={"maxiter": max_steps, "gtol": tolerance} | _OPTIONS[method],
        )
    _move(model, found.x)
    norm = float(np.abs(found.jac).max())
    return Minimum(path, norm, found.nfev + 1, norm <= tolerance)


# To end by the gradient alone: by default L-BFGS-B also ends when the loss hardly falls.
_OPTIONS: dict[str, dict[str, Any]] = {
    "lbfgs": {"maxcor": MEMORY, "ftol": 0.0, "maxfun": np.iinfo("int32").max},
    "cg": {},
}


def _all_samples(
    model: keras.Model, x: np.ndarray, y: np.ndarray
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the loss over all samples and its gradient, as a function of all weights `(d,)`."""
    x, y = keras.ops.convert_to_tensor(x), keras.ops.convert_to_tensor(y)

    def function(point: np.ndarray) -> tuple[float, np.ndarray]:
        values = []

        def value() -> Any:
            values.append(model.compute_loss(x=x, y=y, y_pred=model(x)))
            return values[-1]

        _move(model, point)
        gradients = tape_gradients(value, model.trainable_weights)
        return float(values[-1]), np.concatenate([g.ravel() for g in gradients]).astype("float64")

    return function


def _point(model: keras.Model) -> np.ndarray:
    """Return all weights, one after the other, `(d,)`."""
    weights = map(keras.ops.convert_to_numpy, model.trainable_weights)
    return np.concatenate([weight.ravel() for weight in weights]).astype("float64")


def _move(model: keras.Model, point: np.ndarray) -> None:
    """Set all weights."""
    ends = np.cumsum([int(np.prod(weight.shape)) for weight in model.trainable_weights])
    parts = np.split(point, ends[:-1])
    for weight, part in zip(model.trainable_weights, parts, strict=True):
        weight.assign(part.reshape(weight.shape))


complete_docstrings(__name__)
