"""A straight line through points: in closed form, and by gradient descent through many engines.

A table of what each engine finds and how long it takes: `kerasfoundations compare --model linear`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.gradients import descend
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.optimizers import SGD
from kerasfoundations.from_scratch.regularizers import regularizer
from kerasfoundations.loop import line_fits
from kerasfoundations.loop.line_fits import DivergenceError, LineFit

__all__ = [
    "DivergenceError",
    "LineFit",
    "build_linear_regression",
    "fit_line",
    "fit_quadratic",
    "mse_gradient",
    "solve_line",
    "solve_linear_regression",
]


Points = Sequence[tuple[Any, Any]] | np.ndarray
Step = Callable[..., tuple[Any, Any]]

_STEPS_PER_CALL = 1000


def build_linear_regression(
    num_features: int = 1,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> NaiveSequential:
    """`x·W + b`: a dense layer with one output and no activation.

    Train it with `loss="mean_squared_error"`. The same seed gives the same weights as the Keras
    twin has on TensorFlow.

    Args:
        num_features: Inputs per sample.
        l1: Penalty `l1·sum(|W|)`, added to the loss.
        l2: Penalty `l2·sum(W²)`, added to the loss.
        seed: Integer, 0 or more, that fixes `W`; `b` starts at zero.
        dtype: `"float32"` or `"float64"`.

    Returns:
        A model that takes `(B, num_features)` and gives `(B, 1)`.

    Raises:
        ValueError: for a width below 1 or a negative penalty.

    Example:
        >>> model = build_linear_regression()
        >>> model.set_weights([np.array([[2.0]]), np.array([1.0])])
        >>> model(np.array([[3.0]])).numpy()
        array([[7.]], dtype=float32)
    """
    layer = NaiveDense(
        checks.positive_integer("num_features", num_features),
        1,
        kernel_regularizer=regularizer(l1, l2),
        seed=layer_seeds(seed, 1)[0],
        dtype=dtype,
    )
    return NaiveSequential([layer])


def solve_line(x: Any, y: Any) -> tuple[float, float]:
    """`slope = cov(x, y) / var(x)`, `intercept = mean(y) - slope·mean(x)`.

    No other line has a smaller mean squared error over these samples.

    Args:
        x: Numbers `(n,)`, two of them different.
        y: Numbers `(n,)`.

    Returns:
        Slope and intercept.

    Raises:
        ValueError: for samples that do not fit, or through which any slope is as good.

    Example:
        >>> solve_line([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        (2.0, 1.0)

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.2.
    """
    x, y = line_fits.samples(x, y)
    line_fits.distinct(x)
    x_mean, y_mean = x.mean(), y.mean()
    scale = np.abs(x - x_mean).max()  # squares of very large or small numbers would not be held
    z = (x - x_mean) / scale
    with np.errstate(over="ignore"):
        slope = np.sum(z * (y - y_mean)) / np.sum(z**2) / scale
    return line_fits.finite(slope, y_mean - slope * x_mean)


def solve_linear_regression(x: Any, y: Any, l2: float = 0.0) -> list[np.ndarray]:
    """`(XᵀX/n + λI)·W = XᵀY/n` for centred `X` and `Y`; `b = mean(Y) - mean(X)·W`.

    The weights with the smallest `mean((x·W + b - y)²) + λ·sum(W²)`: what gradient descent on
    `build_linear_regression(l2=λ)` comes to.

    Args:
        x: Inputs `(n, d)`.
        y: Targets `(n, 1)`.
        l2: `λ`, 0 or more; above 0 the solution is unique, otherwise it is the shortest one.

    Returns:
        `[W, b]`, float64 `(d, 1)` and `(1,)`, as the model's `set_weights` takes them.

    Raises:
        ValueError: for shapes that do not fit, or a negative penalty.

    Example:
        >>> W, b = solve_linear_regression([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])
        >>> W.round(6), b.round(6)
        (array([[2.]]), array([1.]))

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, section 3.4.
    """
    x, y = checks.columns(x, y)
    checks.number_of_0_or_more("l2", l2)
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)  # (d,) and (1,)
    scale = checks.spread(x - x_mean)  # (d,): features of any size weigh alike in what follows
    z, y = (x - x_mean) / scale, y - y_mean
    # One more row for each weight says "be 0", and weighs as much as λ says.
    left = np.vstack([z / np.sqrt(len(z)), np.diag(np.sqrt(l2) / scale)])  # (n + d, d)
    right = np.vstack([y / np.sqrt(len(z)), np.zeros((z.shape[1], 1))])  # (n + d, 1)
    W = np.linalg.lstsq(left, right, rcond=None)[0] / scale[:, None]  # (d, 1)
    return [W, y_mean - x_mean @ W]


def mse_gradient(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
    """`2·mean(e·x)` and `2·mean(e)` with the error `e = slope·x + intercept - y`, by hand.

    Args:
        x: Array `(B,)`.
        y: Array `(B,)`.
        slope: A number.
        intercept: A number.

    Returns:
        The slopes of the mean squared error with the line's slope and with its intercept.

    Raises:
        ValueError: when there are not as many `x` as `y`, or none.

    Example:
        >>> gradient = mse_gradient(np.array([58.0]), np.array([153.0]), 0.0, 139.0)
        >>> [float(part) for part in gradient]
        [-1624.0, -28.0]
    """
    x, y = checks.real_array("x", x), checks.real_array("y", y)
    checks.fitting_shapes("as many x as y, (B,) each", x.shape == y.shape, x, y)
    checks.some_samples(x)
    checks.number("slope", slope)
    checks.number("intercept", intercept)
    errors = slope * x + intercept - y  # (B,)
    return 2 * np.mean(errors * x), 2 * np.mean(errors)


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
) -> LineFit:
    """`slope -= η·∂MSE/∂slope; intercept -= η·∂MSE/∂intercept`, step by step.

    On two cores 1,000 full-batch steps on 33 samples take 1.6 s operation by operation, 0.5 to 0.7
    s as a compiled step, and 0.002 s a thousand steps at a time: 80,000 of them 0.2 s, where eager
    takes two minutes, 700 times as long. The arithmetic is next to nothing; what takes the time is
    that Python calls TensorFlow at every step. (`compare --model linear` measures it.)

    Args:
        x: Numbers `(n,)`.
        y: Numbers `(n,)`.
        slope: Where the slope starts.
        intercept: Where the intercept starts.
        learning_rate: `η`. On all samples it must stay below 2 divided by the largest curvature of
            the loss; standardised `x` allow much larger ones and need far fewer steps.
        steps: Number of updates.
        train_intercept: `False` keeps the intercept where it starts.
        batch_size: Samples per step; `None` takes all of them. Smaller batches are cut from an
            order that is new for each pass through the samples.
        seed: Integer that fixes these orders; the Keras twin then sees the same batches.
        dtype: `"float64"` or `"float32"`.
        execution: `"loop"` compiles a thousand steps into one XLA program. The others go step by
            step: `"graph"` compiles a step with `tf.function`, `"xla"` has XLA fuse it, `"eager"`
            runs it operation by operation; `"numpy"` has the gradient by hand, and `"session"` runs
            a static graph as TensorFlow 1 did, with its own gradient-descent optimizer.

    Returns:
        A `LineFit`: slope, intercept, loss, and the path to them.

    Raises:
        DivergenceError: when the loss grows: the learning rate is too high. The error says below
            which one it would not have been.
        ValueError: for samples or numbers that do not fit.

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
    )
    walk = _WALKS[checks.known_name("execution", execution, _WALKS)]
    return line_fits.finish(plan, walk(plan))


def fit_quadratic(
    x: Any, y: Any, *, start: Sequence[float], learning_rate: float, steps: int
) -> np.ndarray:
    """`y ≈ a·x² + b·x + c`: initialise, predict, loss, gradient, step, repeat, stop.

    The curve bends, but the prediction is a weighted sum of `x²`, `x` and 1, and so this is linear
    regression too.

    Args:
        x: Numbers `(n,)`; standardised ones allow a large learning rate.
        y: Numbers `(n,)`.
        start: Where `a`, `b` and `c` start.
        learning_rate: `η`.
        steps: Number of updates.

    Returns:
        The path, float64 `(steps + 1, 4)`: `a`, `b`, `c` and the mean squared error at each point,
        the start first.

    Raises:
        DivergenceError: when the loss grows: the learning rate is too high.
        ValueError: for samples or numbers that do not fit.

    Example:
        >>> x = np.linspace(-1, 1, 9)
        >>> path = fit_quadratic(x, 3 * x**2 + 1, start=(0, 0, 0), learning_rate=0.5, steps=200)
        >>> path[-1, :3].round(3) + 0.0
        array([3., 0., 1.])

    Source: Howard and Gugger, Deep Learning for Coders with fastai and PyTorch, chapter 4.
    """
    x, y = line_fits.samples(x, y)

    def mean_squared_error(parameters: tf.Tensor) -> tf.Tensor:
        a, b, c = parameters[0], parameters[1], parameters[2]
        predictions = a * x**2 + b * x + c  # (n,)
        return tf.reduce_mean(tf.square(predictions - y))

    first = checks.vector("start", start, 3)
    try:
        path = descend(mean_squared_error, first, SGD(learning_rate), steps)
    except DivergenceError as error:  # told again below, with what is known of a parabola
        path = np.vstack([error.path, np.full(4, np.inf)])
    return line_fits.refuse_growth(
        path, learning_rate, np.stack([x**2, x, np.ones_like(x)], axis=1)
    )


# Each of the following walks a plan and gives its points: (slope, intercept) before the first step
# and after each one.


def _by_hand(plan: line_fits.Plan) -> Points:
    """NumPy, and the gradient written down."""

    def step(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
        slopes = mse_gradient(x, y, slope, intercept)
        return _moved(plan, slope, intercept, *slopes)

    return _step_by_step(plan, step)


def _by_tape(plan: line_fits.Plan, compiled: Callable[[Step], Step] = lambda step: step) -> Points:
    """The tape, operation by operation or in a compiled step."""

    def step(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch([slope, intercept])
            predictions = slope * x + intercept  # (B,)
            loss = tf.reduce_mean(tf.square(predictions - y))  # (B,) -> ()
        return _moved(plan, slope, intercept, *tape.gradient(loss, [slope, intercept]))

    run = compiled(step)
    return _step_by_step(plan, lambda *values: run(*map(tf.constant, values)))


def _by_function(plan: line_fits.Plan, jit_compile: bool = False) -> Points:
    """The tape in a step that `tf.function` compiles, for batches of any length."""
    number, vector = tf.TensorSpec((), plan.x.dtype), tf.TensorSpec((None,), plan.x.dtype)
    signature = (vector, vector, number, number)
    return _by_tape(
        plan, lambda step: tf.function(step, input_signature=signature, jit_compile=jit_compile)
    )


def _step_by_step(plan: line_fits.Plan, step: Step) -> Points:
    """Python calls each step; it stops early when there is no number left to go on with."""
    slope, intercept = plan.x.dtype.type(plan.slope), plan.x.dtype.type(plan.intercept)
    points = [(slope, intercept)]
    for index in range(plan.steps):
        slope, intercept = map(np.asarray, step(*plan.batch(index), slope, intercept))
        points.append((slope, intercept))
        if not (np.isfinite(slope) and np.isfinite(intercept)):
            break
    return points


def _moved(plan: line_fits.Plan, slope: Any, intercept: Any, d_slope: Any, d_intercept: Any) -> Any:
    """`w -= η·g`."""
    rate = plan.x.dtype.type(plan.learning_rate)
    slope = slope - rate * d_slope
    return slope, intercept - rate * d_intercept if plan.train_intercept else intercept


def _by_session(plan: line_fits.Plan) -> Points:
    """A static graph: first it is drawn, then a session runs it, as in TensorFlow 1."""
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(plan.x.dtype, (None,))
        y = v1.placeholder(plan.x.dtype, (None,))
        slope = v1.Variable(plan.slope, dtype=plan.x.dtype, use_resource=True)
        intercept = v1.Variable(plan.intercept, dtype=plan.x.dtype, use_resource=True)
        loss = tf.reduce_mean(tf.square(slope * x + intercept - y))
        optimizer = v1.train.GradientDescentOptimizer(tf.constant(plan.learning_rate, plan.x.dtype))
        variables = [slope, intercept] if plan.train_intercept else [slope]
        move = optimizer.minimize(loss, var_list=variables)
        with tf.control_dependencies([move]):
            moved = [slope.read_value(), intercept.read_value()]
        session.run(v1.global_variables_initializer())
        run = session.make_callable(moved, [x, y])
        return _step_by_step(plan, lambda x, y, slope, intercept: run(x, y))


def _by_loop(plan: line_fits.Plan) -> Points:
    """A thousand steps in each compiled call, so that Python and TensorFlow seldom meet."""
    point = np.array([plan.slope, plan.intercept], plan.x.dtype)
    rate = tf.constant(plan.learning_rate, plan.x.dtype)
    paths = [point[None]]
    for first in range(0, plan.steps, _STEPS_PER_CALL):
        count = min(_STEPS_PER_CALL, plan.steps - first)
        batches = _padded(plan, first, count)
        path = _compiled_loop(*batches, point, rate, tf.constant(count), plan.train_intercept)
        paths.append(path.numpy()[:count])
        point = paths[-1][-1]
    return np.concatenate(paths)


# There are no variables in it, so that one function at the top of the module serves every fit; it
# is traced again only for another number of samples, another dtype or a fixed intercept.
@tf.function(jit_compile=True)
def _compiled_loop(
    x: tf.Tensor,
    y: tf.Tensor,
    share: tf.Tensor,
    point: tf.Tensor,
    rate: tf.Tensor,
    count: tf.Tensor,
    train_intercept: bool,
) -> tf.Tensor:
    """The points after `count` steps, `(1000, 2)`; batches are rows of `x` and `y` `(rows, B)`."""
    slope, intercept = point[0], point[1]
    path = tf.TensorArray(point.dtype, size=_STEPS_PER_CALL, element_shape=(2,))
    step = 0
    while step < count:  # for another limit of tf.range XLA would compile anew
        row = step % x.shape[0]
        with tf.GradientTape() as tape:
            tape.watch([slope, intercept])
            squares = tf.square(slope * x[row] + intercept - y[row])  # (B,)
            loss = tf.reduce_sum(share[row] * squares)  # each share is 1 / B, or 0 for padding
        d_slope, d_intercept = tape.gradient(loss, [slope, intercept])
        slope -= rate * d_slope
        if train_intercept:
            intercept -= rate * d_intercept
        path = path.write(step, tf.stack([slope, intercept]))
        step += 1
    return path.stack()


def _padded(
    plan: line_fits.Plan, first: int, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Batches as rows of one length: `x`, `y` and each sample's share of the mean, `(rows, B)`.

    All samples are one row that serves every step; of smaller batches each step has its own, and
    the smaller last batch of a pass is filled up with samples whose share is 0.
    """
    num_rows = 1 if plan.full_batch else _STEPS_PER_CALL
    x, y, share = np.zeros((3, num_rows, plan.batch_size), plan.x.dtype)
    for row in range(min(count, num_rows)):
        x_batch, y_batch = plan.batch(first + row)
        size = len(x_batch)
        x[row, :size], y[row, :size], share[row, :size] = x_batch, y_batch, 1 / size
    return x, y, share


_WALKS: dict[str, Callable[[line_fits.Plan], Points]] = {
    "eager": _by_tape,
    "graph": _by_function,
    "loop": _by_loop,
    "numpy": _by_hand,
    "session": _by_session,
    "xla": functools.partial(_by_function, jit_compile=True),
}
