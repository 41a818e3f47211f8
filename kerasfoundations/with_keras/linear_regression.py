"""A straight line through points: `Dense(1)` without activation, trained by `fit`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.loop import line_fits
from kerasfoundations.loop.keras_recording import (
    Arrived,
    CallRecorder,
    StepRecorder,
    Steps,
    StepWeights,
    nowhere,
)
from kerasfoundations.loop.line_fits import DivergenceError, LineFit
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.evaluation import precision
from kerasfoundations.with_keras.execution import compile_settings
from kerasfoundations.with_keras.layers import Dense
from kerasfoundations.with_keras.optimizers import SGD
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = [
    "DivergenceError",
    "LineFit",
    "build_linear_regression",
    "fit_line",
    "fit_quadratic",
    "solve_line",
    "solve_linear_regression",
]


def build_linear_regression(
    num_features: int = 1,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Build `x·W + b`: a `keras.Sequential` of `Dense(1)` without activation.

    Train it with `loss="mean_squared_error"`. On TensorFlow the same seed gives the same weights as
    in the twin from scratch.

    Example:
        >>> model = build_linear_regression()
        >>> model.set_weights([np.array([[2.0]]), np.array([1.0])])
        >>> ops.convert_to_numpy(model(np.array([[3.0]])))
        array([[7.]], dtype=float32)
    """
    dtype = checks.dtype_policy(dtype)
    layer = Dense(
        1,
        kernel_initializer=initializers.get("glorot_uniform", layer_seeds(seed, 1)[0]),
        kernel_regularizer=regularizer(l1, l2),
        dtype=dtype,
    )
    num_features = checks.positive_integer("num_features", num_features)
    return keras.Sequential(
        [keras.Input((num_features,), dtype=checks.variable_dtype(dtype)), layer]
    )


def solve_line(x: Any, y: Any) -> tuple[float, float]:
    """Solve for the slope with `keras.ops.lstsq` on centred samples, where the twin divides.

    No other line has a smaller mean squared error over these samples.

    Example:
        >>> slope, intercept = solve_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        >>> round(slope, 6), round(intercept, 6)
        (2.0, 1.0)

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.2.
    """
    x, y = line_fits.samples(x, y)
    line_fits.distinct(x)
    x_mean, y_mean = x.mean(), y.mean()
    scale = np.abs(x - x_mean).max()  # squares of very large or small numbers would not fit
    z = ((x - x_mean) / scale)[:, None]  # (n, 1)
    with np.errstate(over="ignore"):
        slope = ops.convert_to_numpy(ops.lstsq(z, y - y_mean))[0] / scale
    return line_fits.finite(slope, y_mean - slope * x_mean)


def solve_linear_regression(x: Any, y: Any, l2: float = 0.0) -> list[np.ndarray]:
    """Solve for `W` with `keras.ops.lstsq` on centred samples and one more row per weight for `λ`.

    The weights with the smallest `mean((x·W + b - y)²) + λ·sum(W²)`: what gradient descent on
    `build_linear_regression(l2=λ)` converges to.

    Example:
        >>> W, b = solve_linear_regression([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])
        >>> W.round(6), b.round(6)
        (array([[2.]]), array([1.]))

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.4.
    """
    x, y = checks.columns(x, y)
    checks.number_of_0_or_more("l2", l2)
    num_samples, num_features = x.shape
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)  # (d,) and (1,)
    scale = checks.spread(x - x_mean)  # (d,): features of any size count alike below
    # One more row for each weight says "be 0", weighted by λ.
    pull = np.diag((num_samples * l2) ** 0.5 / scale)
    left = np.concatenate([(x - x_mean) / scale, pull])  # (n + d, d)
    right = np.concatenate([y - y_mean, np.zeros((num_features, 1))])  # (n + d, 1)
    W = ops.convert_to_numpy(ops.lstsq(left, right)) / scale[:, None]  # (d, 1)
    return [W, y_mean - x_mean @ W]


def fit_line(
    x: Any,
    y: Any,
    *,
    slope: float,
    intercept: float,
    learning_rate: float,
    steps: int,
    train_intercept: bool = True,
    batch_size: int | None = None,
    seed: int = 0,
    dtype: str = "float64",
    execution: str = "loop",
    tolerance: float = 0.0,
) -> LineFit:
    """Fit a line with `compile` (SGD, `"mse"`) and `fit`, recording the weights after each step.

    On two cores 1,000 full-batch steps take 0.3 to 0.5 s with the default, where Keras takes a
    thousand steps in one call (`steps_per_execution`), and 2 s one by one.

    Args:
        execution: `"loop"` (`steps_per_execution`, `jit_compile`; on other backends as `"graph"`),
            `"graph"`, `"xla"` (`jit_compile`), or `"eager"` (`run_eagerly`).

    Example:
        >>> x, y = [-1.0, 1.0], [-1.0, 3.0]
        >>> fit = fit_line(x, y, slope=0, intercept=0, learning_rate=0.5, steps=9)
        >>> round(fit.slope, 6), round(fit.intercept, 6), fit.path.shape
        (2.0, 1.0, (10, 3))
    """
    plan = line_fits.plan(
        x,
        y,
        slope=slope,
        intercept=intercept,
        learning_rate=learning_rate,
        steps=steps,
        train_intercept=train_intercept,
        batch_size=batch_size,
        seed=seed,
        dtype=dtype,
        tolerance=tolerance,
    )
    checks.known_name("execution", execution, _EXECUTIONS)
    dtype = plan.x.dtype.name
    with precision(dtype):
        model = build_linear_regression(dtype=dtype)
        model.set_weights([np.array([[plan.slope]]), np.array([plan.intercept])])
        model.layers[0].bias.trainable = plan.train_intercept
        batches = Steps(steps, plan.batch)
        path = _fit(model, batches, plan.learning_rate, execution, plan.arrived)
    return line_fits.finish(plan, np.vstack([[plan.slope, plan.intercept], path]))


def fit_quadratic(
    x: Any, y: Any, *, start: Sequence[float], learning_rate: float, steps: int
) -> np.ndarray:
    """Fit `a·x² + b·x + c`: a linear regression on two features, `x²` and `x`.

    Example:
        >>> x = np.linspace(-1, 1, 9)
        >>> path = fit_quadratic(x, 3 * x**2 + 1, start=(0, 0, 0), learning_rate=0.5, steps=200)
        >>> path[-1, :3].round(3) + 0.0
        array([3., 0., 1.])

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    x, y = line_fits.samples(x, y)
    first = checks.vector("start", start, 3)
    features = np.stack([x**2, x], axis=1)  # (n, 2)
    with precision("float64"):
        model = build_linear_regression(num_features=2, dtype="float64")
        model.set_weights([first[:2, None], first[2:]])
        steps = checks.positive_integer("steps", steps)
        rate = checks.positive_number("learning_rate", learning_rate)
        batches = Steps(steps, lambda step: (features, y[:, None]))
        path = _fit(model, batches, rate)
    points = np.vstack([first, path])  # (steps + 1, 3)
    with np.errstate(over="ignore", invalid="ignore"):
        residuals = points[:, :2] @ features.T + points[:, 2:] - y  # (steps + 1, n)
        path = np.column_stack([points, np.mean(residuals**2, axis=1)])
    return line_fits.refuse_growth(path, rate, np.column_stack([features, np.ones_like(x)]))


_EXECUTIONS = ("eager", "graph", "loop", "xla")


def _fit(
    model: keras.Model,
    batches: Steps,
    learning_rate: float,
    execution: str = "loop",
    arrived: Arrived = nowhere,
) -> np.ndarray:
    """Train with SGD on the MSE; return the weights after each step `(steps, weights)`."""
    options = _compile_options(execution)
    recorder, metrics = StepRecorder(arrived), []
    if options["steps_per_execution"] > 1:
        metrics = [StepWeights(model, options["steps_per_execution"])]
        recorder = CallRecorder(metrics[0], arrived)
    model.compile(SGD(learning_rate), "mse", metrics=metrics, **options)
    model.fit(batches, shuffle=False, verbose=0, callbacks=[recorder])
    return np.concatenate(recorder.collected)


def _compile_options(execution: str) -> dict[str, Any]:
    """Return arguments of `compile`: only TensorFlow's trainer lets a metric see the weights."""
    if execution != "loop":
        return compile_settings(execution)
    if keras.config.backend() == "tensorflow":
        return compile_settings("epoch", steps_per_execution=1000)
    return compile_settings("graph")


complete_docstrings(__name__)
