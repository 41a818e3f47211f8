"""The same steps of gradient descent with every engine.

Each function walks a plan and returns its points: (slope, intercept) before the first step and
after each one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations.from_scratch.linear_regression.formulas import mse_gradient
from kerasfoundations.loop import line_fits

Points = Sequence[tuple[Any, Any]] | np.ndarray


Step = Callable[..., tuple[Any, Any]]


_STEPS_PER_CALL = 1000


def _by_hand(plan: line_fits.Plan) -> Points:
    """Take the steps with NumPy, the gradient written down."""

    def step(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
        slopes = mse_gradient(x, y, slope, intercept)
        return _moved(plan, slope, intercept, *slopes)

    return _step_by_step(plan, step)


def _by_tape(plan: line_fits.Plan, compiled: Callable[[Step], Step] = lambda step: step) -> Points:
    """Take the steps with the tape, operation by operation or compiled."""

    def step(x: Any, y: Any, slope: Any, intercept: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch([slope, intercept])
            predictions = slope * x + intercept  # (B,)
            loss = tf.reduce_mean(tf.square(predictions - y))  # (B,) -> ()
        return _moved(plan, slope, intercept, *tape.gradient(loss, [slope, intercept]))

    run = compiled(step)
    return _step_by_step(plan, lambda *values: run(*map(tf.constant, values)))


def _by_function(plan: line_fits.Plan, jit_compile: bool = False) -> Points:
    """Take the steps with the tape, compiled by `tf.function` for batches of any length."""
    number, vector = tf.TensorSpec((), plan.x.dtype), tf.TensorSpec((None,), plan.x.dtype)
    signature = (vector, vector, number, number)
    return _by_tape(
        plan, lambda step: tf.function(step, input_signature=signature, jit_compile=jit_compile)
    )


def _step_by_step(plan: line_fits.Plan, step: Step) -> Points:
    """Call each step from Python; stop early where the loss is flat, or a value non-finite."""
    slope, intercept = plan.x.dtype.type(plan.slope), plan.x.dtype.type(plan.intercept)
    points = [(slope, intercept)]
    for index in range(plan.steps):
        slope, intercept = map(np.asarray, step(*plan.batch(index), slope, intercept))
        points.append((slope, intercept))
        flat = plan.arrived(points[-1:]) is not None
        if flat or not (np.isfinite(slope) and np.isfinite(intercept)):
            break
    return points


def _moved(plan: line_fits.Plan, slope: Any, intercept: Any, d_slope: Any, d_intercept: Any) -> Any:
    """`w -= η·g`."""
    rate = plan.x.dtype.type(plan.learning_rate)
    slope = slope - rate * d_slope
    return slope, intercept - rate * d_intercept if plan.train_intercept else intercept


def _by_session(plan: line_fits.Plan) -> Points:
    """Build a static graph, then run it in a session, as in TensorFlow 1."""
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
    """Take a thousand steps per compiled call, so that Python seldom calls TensorFlow."""
    point = np.array([plan.slope, plan.intercept], plan.x.dtype)
    rate = tf.constant(plan.learning_rate, plan.x.dtype)
    paths = [point[None]]
    for first in range(0, plan.steps, _STEPS_PER_CALL):
        count = min(_STEPS_PER_CALL, plan.steps - first)
        batches = _padded(plan, first, count)
        path = compiled_loop(*batches, point, rate, tf.constant(count), plan.train_intercept)
        paths.append(path.numpy()[:count])
        point = paths[-1][-1]
        if plan.arrived(paths[-1]) is not None:
            break
    return np.concatenate(paths)


# It has no variables, so that one function at module level serves every fit; it is traced again
# only for a different number of samples, another dtype or a fixed intercept.
@tf.function(jit_compile=True)
def compiled_loop(
    x: tf.Tensor,
    y: tf.Tensor,
    share: tf.Tensor,
    point: tf.Tensor,
    rate: tf.Tensor,
    count: tf.Tensor,
    train_intercept: bool,
) -> tf.Tensor:
    """Return points of `count` steps, `(1000, 2)`; batches are rows of `x` and `y` `(rows, B)`."""
    slope, intercept = point[0], point[1]
    path = tf.TensorArray(point.dtype, size=_STEPS_PER_CALL, element_shape=(2,))
    step = 0
    while step < count:  # XLA would compile again for a different limit of tf.range
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
    """Return batches as rows of equal length: `x`, `y` and shares of the mean, `(rows, B)`.

    All samples are one row that serves every step; smaller batches have one row per step, and the
    smaller last batch of a pass is padded with samples whose share is 0.
    """
    num_rows = 1 if plan.full_batch else _STEPS_PER_CALL
    x, y, share = np.zeros((3, num_rows, plan.batch_size), plan.x.dtype)
    for row in range(min(count, num_rows)):
        x_batch, y_batch = plan.batch(first + row)
        size = len(x_batch)
        x[row, :size], y[row, :size], share[row, :size] = x_batch, y_batch, 1 / size
    return x, y, share


WALKS: dict[str, Callable[[line_fits.Plan], Points]] = {
    "eager": _by_tape,
    "graph": _by_function,
    "loop": _by_loop,
    "numpy": _by_hand,
    "session": _by_session,
    "xla": functools.partial(_by_function, jit_compile=True),
}
