"""L-BFGS and conjugate gradients: descent that learns from its steps how the loss curves.

Gradient descent goes straight downhill and zigzags through a narrow valley. These two choose a
better direction from the gradients they have met, and a line search chooses how far to go: there is
no learning rate. Both need the gradient over all samples, so they suit small models and data that
fit into memory. On a convex loss they end at its minimum, in float64 to many digits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import losses
from kerasfoundations.from_scratch.evaluation import forward
from kerasfoundations.from_scratch.models import NaiveSequential, samples_for
from kerasfoundations.loop.minima import MEMORY, METHODS, Minimum
from kerasfoundations.loop.traced import Traced

__all__ = ["Minimum", "conjugate_direction", "lbfgs_direction", "line_search", "minimize"]

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]
Place = tuple[np.ndarray, float, np.ndarray]  # a point, the value and the gradient there

_TRIALS = 60  # of a line search; more only happen where rounding hides the decrease


def minimize(
    model: NaiveSequential,
    x: Any,
    y: Any,
    *,
    method: str = "lbfgs",
    loss: str | losses.Loss = "sparse_categorical_crossentropy",
    max_steps: int = 1000,
    tolerance: float = 1e-6,
) -> Minimum:
    """`w += t·p`: choose a direction `p`, search along it for a length `t`, and repeat.

    It ends where no component of the gradient exceeds the tolerance, after `max_steps`, or where
    rounding hides any further decrease. Build the model with `dtype="float64"` for more than three
    or four digits.

    Args:
        model: The model; its weights are changed. Layers run as in `predict`: dropout is off, and
            batch normalization keeps its statistics.
        x: Inputs `(n, ...)`, samples first; each evaluation takes all of them.
        y: Targets, as for `fit`.
        method: `"lbfgs"` or `"cg"`, conjugate gradients.
        loss: Name, function or object of a loss. The model's L2 penalties are added, as in `fit`;
            with an L1 penalty the loss has kinks, at which neither method is sure to arrive.
        max_steps: Number of steps after which to stop.
        tolerance: The largest absolute value in the gradient that counts as 0.

    Returns:
        A `Minimum`: the losses on the way, the last gradient, and whether it is small enough.

    Raises:
        ValueError: for shapes, names or numbers that do not fit, or an initial loss that is not
            finite.

    Example:
        >>> from kerasfoundations.from_scratch.linear_regression import build_linear_regression
        >>> model = build_linear_regression(dtype="float64")
        >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
        >>> minimize(model, x, y, loss="mean_squared_error").converged
        True
        >>> [array.round(4) for array in model.get_weights()]
        [array([[2.]]), array([1.])]

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, chapters 3, 5 and 7.
    """
    checks.own_model(model, NaiveSequential)
    loss = losses.get(loss)
    x, y = samples_for(model, x, y, loss)
    method = checks.known_name("method", method, METHODS)
    max_steps = checks.positive_integer("max_steps", max_steps)
    tolerance = checks.positive_number("tolerance", tolerance)
    model.loss = loss
    function = _AllSamples(model, x, y, loss)
    start = (function.point(), *function(function.point()))
    path = [checks.finite_start(start[1])]
    walk = {"cg": _conjugate_gradients, "lbfgs": _lbfgs}[method]
    point, gradient = walk(function, start, path, max_steps, tolerance)
    function.move_to(point)  # where a line search looked last may be elsewhere
    norm = float(np.abs(gradient).max())
    return Minimum(path, norm, function.evaluations, norm <= tolerance)


def lbfgs_direction(
    gradient: np.ndarray, steps: Sequence[np.ndarray], changes: Sequence[np.ndarray]
) -> np.ndarray:
    """`-H·g`, where `H` maps each recent change of the gradient close to the step that made it.

    A step `s` that changed the gradient by `y` says how the loss curves along `s`: the newest one
    is met exactly, `H·y = s`, as it would be by the inverse of the matrix of second derivatives.
    `H` is never made. Two loops over the steps, the two-loop recursion, multiply by it, with `ρ =
    1 / (s·y)` for each:

        newest to oldest:  a = ρ·(s·q);  q -= a·y        from q = g
        between:           q *= (s·y) / (y·y)            of the newest
        oldest to newest:  q += (a - ρ·(y·q))·s

    Args:
        gradient: `g`, the gradient where the walk stands, `(d,)`.
        steps: `s` for each recent step, oldest first, `(d,)` each.
        changes: `y` for each: the gradient after it minus the gradient before.

    Returns:
        Array `(d,)`; without any steps `-g`, straight downhill.

    Raises:
        ValueError: when the arrays do not fit each other, or a step goes against its change.

    Example:
        >>> steps, changes = [np.array([0.5, 0.0])], [np.array([2.0, 0.0])]  # curvature 4
        >>> lbfgs_direction(np.array([8.0, 4.0]), steps, changes)
        array([-2., -1.])

    Source: Nocedal, Updating quasi-Newton matrices with limited storage, 1980.
    """
    q = checks.descent_memory(gradient, steps, changes).copy()  # (d,)
    pairs = [(s, y, 1 / (s @ y)) for s, y in zip(steps, changes, strict=True)]
    lengths = []
    for s, y, rho in reversed(pairs):
        lengths.append(rho * (s @ q))
        q -= lengths[-1] * y
    if pairs:
        s, y, _ = pairs[-1]
        q *= (s @ y) / (y @ y)
    for (s, y, rho), a in zip(pairs, reversed(lengths), strict=True):
        q += (a - rho * (y @ q)) * s
    return -q


def conjugate_direction(
    gradient: np.ndarray, previous_gradient: np.ndarray, previous_direction: np.ndarray
) -> np.ndarray:
    """`-g + β·p`, `β = max(0, g·(g - g_before) / (g_before·g_before))`, after Polak and Ribière.

    Straight downhill, bent so that the step does not undo the previous one: on a quadratic loss
    with exact line searches, `d` steps reach the minimum in `d` dimensions. Where the result would
    lead uphill, it is `-g`.

    Args:
        gradient: `g`, the gradient where the walk stands, `(d,)`.
        previous_gradient: `g_before`, the gradient before the last step, `(d,)`.
        previous_direction: `p`, the direction of the last step, `(d,)`.

    Returns:
        Array `(d,)`.

    Raises:
        ValueError: when the arrays differ in shape.

    Example:
        >>> g_before, p = np.array([1.0, 0.0]), np.array([-1.0, 0.0])
        >>> conjugate_direction(np.array([0.0, 2.0]), g_before, p)
        array([-4., -2.])

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, section 5.2.
    """
    g, g_before, p = checks.vectors(
        gradient=gradient,
        previous_gradient=previous_gradient,
        previous_direction=previous_direction,
    )
    squares = g_before @ g_before
    beta = max(0.0, g @ (g - g_before) / squares) if squares else 0.0
    direction = -g + beta * p  # (d,)
    return direction if direction @ g < 0 else -g


def line_search(
    function: Function,
    point: np.ndarray,
    direction: np.ndarray,
    length: float = 1.0,
    curvature: float = 0.9,
) -> float | None:
    """`t` with `f(w + t·p) ≤ f(w) + 0.0001·t·f'` and `|slope at w + t·p| ≤ curvature·|f'|`.

    `f' = p·gradient(w)` is the slope along `p` at the start. The first condition asks for a
    sufficient decrease, the second for a point near the bottom along `p`: the strong Wolfe
    conditions. A length that breaks the first, or beyond which the loss rises, is too long; one
    where it still falls steeply is too short. The next one is tried between the two, where the line
    through the last two slopes is 0.

    Args:
        function: From a point `(d,)` to the value there and the gradient `(d,)`.
        point: `w`, `(d,)`.
        direction: `p`, `(d,)`, along which the function falls.
        length: The first `t` to try.
        curvature: Share of the first slope that may remain: 0.9 is generous, 0.1 strict.

    Returns:
        `t`, or `None` where rounding hides any decrease.

    Raises:
        ValueError: when the direction leads uphill, or for numbers out of range.

    Example:
        >>> def square(w):
        ...     return float(w @ w), 2 * w
        >>> line_search(square, np.array([3.0]), np.array([-6.0]), curvature=0.1)
        0.5

    Source: Nocedal and Wright, Numerical Optimization, 2nd edition, chapter 3.
    """
    checks.function("function", function)
    point, direction = checks.vectors(point=point, direction=direction)
    length = checks.positive_number("length", length)
    curvature = checks.share_of_slope(curvature)
    value, gradient = function(point)
    checks.downhill(direction, gradient)
    found = _search(function, (point, value, gradient), direction, length, curvature)
    return None if found is None else found[0]


def _search(
    function: Function, start: Place, direction: np.ndarray, length: float, curvature: float
) -> tuple[float, Place] | None:
    """Return a length, and point, value and gradient there; `None` if there is none."""
    point, value, gradient = start
    first_slope = float(direction @ gradient)
    rounding = 4 * np.finfo(point.dtype).eps * abs(value)
    low, high, last = 0.0, np.inf, (0.0, first_slope)
    for _ in range(_TRIALS):
        reached = (point + length * direction, *function(point + length * direction))
        slope = float(direction @ reached[2])
        lower = reached[1] <= value + checks.DECREASE * length * first_slope + rounding
        if not lower or slope > -curvature * first_slope:  # also where the value is not finite
            high = length
        elif slope < curvature * first_slope:
            low = length
        else:
            return length, reached
        length, last = _between(low, high, (length, slope), last), (length, slope)
    return None


def _between(low: float, high: float, now: tuple[float, float], last: tuple[float, float]) -> float:
    """Return where the line through two slopes is 0, kept inside of the interval."""
    ends = (low + (high - low) / 10, high - (high - low) / 10)
    if high == np.inf:
        ends = (1.5 * low, 10 * low)
    rise = now[1] - last[1]
    zero = now[0] - now[1] * (now[0] - last[0]) / rise if rise else np.nan
    return float(np.clip(zero, *ends)) if np.isfinite(zero) else (ends[0] + ends[1]) / 2


def _lbfgs(
    function: Function, start: Place, path: list[float], max_steps: int, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    """Walk by `lbfgs_direction`, adding each value to the path; return the last point, gradient."""
    point, value, gradient = start
    steps, changes = deque[np.ndarray](maxlen=MEMORY), deque[np.ndarray](maxlen=MEMORY)
    while len(path) <= max_steps and np.abs(gradient).max() > tolerance:
        direction = lbfgs_direction(gradient, steps, changes)  # (d,)
        length = 1.0 if steps else min(1.0, 1 / float(np.abs(gradient).sum()))
        found = _search(function, (point, value, gradient), direction, length, curvature=0.9)
        if found is None:
            break
        before = point, gradient
        _, (point, value, gradient) = found
        steps.append(point - before[0])
        changes.append(gradient - before[1])
        path.append(value)
    return point, gradient


def _conjugate_gradients(
    function: Function, start: Place, path: list[float], max_steps: int, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    """Walk by `conjugate_direction`, and return the same."""
    point, value, gradient = start
    direction, slope, length = -gradient, 0.0, 0.0
    while len(path) <= max_steps and np.abs(gradient).max() > tolerance:
        before, slope = slope, float(direction @ gradient)
        # The first try would lower the loss as much as the last step did.
        length = length * before / slope or min(1.0, 1 / float(np.abs(gradient).sum()))
        found = _search(function, (point, value, gradient), direction, length, curvature=0.1)
        if found is None:
            break
        before_it = gradient
        length, (point, value, gradient) = found
        direction = conjugate_direction(gradient, before_it, direction)  # (d,)
        path.append(value)
    return point, gradient


class _AllSamples:
    """The loss over all samples, as a function of one vector that holds all weights."""

    def __init__(self, model: NaiveSequential, x: np.ndarray, y: np.ndarray, loss: Any) -> None:
        self.weights, self.evaluations = model.trainable_weights, 0
        self.data = tf.constant(x), tf.constant(y)

        def compute(x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
            with tf.GradientTape() as tape:
                _, value = forward(model, x, y, loss)
            return value, tape.gradient(value, model.trainable_weights)

        self.compute = Traced(compute)

    def __call__(self, point: np.ndarray) -> tuple[float, np.ndarray]:
        self.move_to(point)
        self.evaluations += 1
        value, gradients = self.compute(*self.data)
        return float(value), np.concatenate([np.ravel(part) for part in gradients])

    def point(self) -> np.ndarray:
        """Return all weights, one after the other, `(d,)`."""
        return np.concatenate([np.ravel(weight) for weight in self.weights])

    def move_to(self, point: np.ndarray) -> None:
        """Set all weights."""
        ends = np.cumsum([np.size(weight) for weight in self.weights])
        for weight, part in zip(self.weights, np.split(point, ends[:-1]), strict=True):
            weight.assign(part.reshape(weight.shape))
