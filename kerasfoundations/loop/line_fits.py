"""What both wings share to fit a line: the checks, the batches, the divergence."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator, epoch_order
from kerasfoundations.loop import divergence

_NOISY_GROWTH = 10.0  # factor by which a loss may grow if single batches make it jump
_AT_ONCE = 1_000_000  # residuals held in memory at once


@dataclass(frozen=True, eq=False)
class LineFit:
    """A line, and how it was found.

    Attributes:
        slope: How much `y` grows with each unit of `x`.
        intercept: `y` where `x` is 0.
        loss: Mean squared error over all samples, in squared units of `y`.
        path: float64 array `(steps + 1, 3)`: slope, intercept and loss at each point of the path,
            the start first.

    Example:
        >>> fit = LineFit(2.0, 1.0, 0.0, np.array([[0.0, 0.0, 5.0], [2.0, 1.0, 0.0]]))
        >>> fit.path[:, 2]  # the losses on the way
        array([5., 0.])
    """

    slope: float
    intercept: float
    loss: float
    path: np.ndarray


class DivergenceError(divergence.DivergenceError):
    """The learning rate is too high: the loss grows, or is no longer finite.

    Args:
        message: What was seen, and which learning rate to try.
        path: The points of the path so far, `(n, 3)`.

    Attributes:
        path: The points of the path whose loss is finite, `(n, 3)`, as in `LineFit`.

    Example:
        >>> error = DivergenceError("lower the learning rate", np.array([[0.0, 139.0, 673.5]]))
        >>> error.path.shape
        (1, 3)
    """

    def __init__(self, message: str, path: np.ndarray) -> None:
        super().__init__(message)
        self.path = path

    def __reduce__(self) -> Any:
        """Let the error pass from one process to another."""
        return type(self), (str(self), self.path)


@dataclass(frozen=True)
class Plan:
    """The arguments of a fit, checked.

    Attributes:
        x: Inputs `(n,)`, of the fit's dtype.
        y: Targets `(n,)`.
        slope: Initial slope.
        intercept: Initial intercept.
        learning_rate: `η`.
        steps: Number of updates.
        train_intercept: Whether the intercept is trained as well.
        batch_size: Samples per step.
        batches: The samples in batches; a new order for each pass through them.
        tolerance: The largest absolute slope of the loss over all samples that counts as 0.
    """

    x: np.ndarray
    y: np.ndarray
    slope: float
    intercept: float
    learning_rate: float
    steps: int
    train_intercept: bool
    batch_size: int
    batches: BatchGenerator
    tolerance: float = 0.0

    @property
    def full_batch(self) -> bool:
        """Whether every step sees all samples."""
        return self.batch_size >= len(self.x)

    def batch(self, step: int) -> tuple[np.ndarray, ...]:
        """Return the samples of a step, counted from 0."""
        if self.full_batch:
            return self.x, self.y
        epoch, index = divmod(step, len(self.batches))
        return self.batches.batch(_order(len(self.x), epoch, self.batches.seed), index)

    def arrived(self, points: Any) -> int | None:
        """Return the place of the first of these points `(m, 2)` where the loss is flat, if any."""
        if not self.tolerance:
            return None
        points = np.asarray(points, dtype="float64")
        x, y = self.x.astype("float64"), self.y.astype("float64")
        place = np.flatnonzero(_steepness(points, x, y, self.train_intercept) <= self.tolerance)
        return int(place[0]) if len(place) else None


@functools.lru_cache(maxsize=1)
def _order(num_samples: int, epoch: int, seed: int) -> np.ndarray:
    return epoch_order(num_samples, epoch, shuffle=True, seed=seed)


def plan(
    x: Any,
    y: Any,
    *,
    slope: float,
    intercept: float,
    learning_rate: float,
    steps: int,
    train_intercept: bool,
    batch_size: int | None,
    seed: int,
    dtype: str,
    tolerance: float = 0.0,
) -> Plan:
    """Check the arguments of `fit_line`.

    Raises:
        ValueError: for invalid samples or numbers.
    """
    dtype = checks.float_dtype(dtype)
    x, y = (_held(name, values, dtype) for name, values in zip("xy", samples(x, y), strict=True))
    rate = checks.positive_number("learning_rate", learning_rate)
    if not 0 < np.dtype(dtype).type(rate) < np.inf:
        raise ValueError(f"learning_rate must be held by {dtype}, received {rate}: use float64.")
    size = len(x) if batch_size is None else checks.positive_integer("batch_size", batch_size)
    size = min(size, len(x))
    return Plan(
        x,
        y,
        slope=checks.finite_number("slope", slope),
        intercept=checks.finite_number("intercept", intercept),
        learning_rate=rate,
        steps=checks.positive_integer("steps", steps),
        train_intercept=checks.flag("train_intercept", train_intercept),
        batch_size=size,
        batches=BatchGenerator(x, y, size, shuffle=True, seed=checks.seed(seed)),
        tolerance=checks.number_of_0_or_more("tolerance", tolerance),
    )


def _held(name: str, values: np.ndarray, dtype: str) -> np.ndarray:
    """Return the values in the fit's dtype, which has to hold them and their squares."""
    with np.errstate(over="ignore"):
        held = values.astype(dtype)
        squares = np.sum(held**2)
    if not np.isfinite(squares):
        raise ValueError(
            f"{name} is too large for {dtype}, received numbers up to {np.abs(values).max():g}: "
            "their squares overflow; scale them (data.standardize), or use float64."
        )
    return held


def samples(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the samples as float64 arrays `(n,)` of finite numbers.

    Raises:
        ValueError: for other shapes, unequal lengths, or numbers that are not finite.
    """
    arrays = []
    for name, values in (("x", x), ("y", y)):
        array = checks.any_array(name, values)
        if array.ndim != 1 or array.dtype.kind not in "iuf":
            raise ValueError(
                f"{name} must be numbers of shape (n,), received {array.dtype} of shape "
                f"{array.shape}: pass one number per sample."
            )
        arrays.append(array.astype("float64"))
        if not np.isfinite(arrays[-1]).all():
            place = int(np.flatnonzero(~np.isfinite(arrays[-1]))[0])
            raise ValueError(
                f"{name} must be finite, received {name}[{place}] = {array[place]}: leave such "
                "samples out."
            )
    checks.same_length(*arrays)
    return arrays[0], arrays[1]


def distinct(x: np.ndarray) -> None:
    """Check that at least two `x` differ: otherwise every slope fits equally well.

    Raises:
        ValueError: when all `x` are equal.
    """
    if np.all(x == x[0]):
        raise ValueError(
            f"a line takes two different x, received {len(x)} times {x[0]:g}: pass more samples."
        )


def losses(points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`mean((slope·x + intercept - y)²)` for each point `(m, 2)`, float64 `(m,)`."""
    found = []
    num_points = max(1, _AT_ONCE // len(x))
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(points), num_points):
            slope, intercept = points[start : start + num_points].T[:, :, None]  # (m, 1) each
            found.append(np.mean((slope * x + intercept - y) ** 2, axis=1))
    return np.concatenate(found)


def _steepness(
    points: np.ndarray, x: np.ndarray, y: np.ndarray, train_intercept: bool
) -> np.ndarray:
    """Return the largest absolute slope of the loss that is trained, at each point, `(m,)`."""
    slope, intercept = points.T  # (m,) each
    with np.errstate(over="ignore", invalid="ignore"):
        by_slope = 2 * (slope * np.mean(x**2) + intercept * x.mean() - np.mean(x * y))
        by_intercept = 2 * (slope * x.mean() + intercept - y.mean())
    slopes = [by_slope, by_intercept] if train_intercept else [by_slope]
    return np.abs(slopes).max(axis=0)


def loss_grid(
    slopes: np.ndarray, intercepts: np.ndarray, x: np.ndarray, y: np.ndarray
) -> np.ndarray:
    """`mean((slope·x + intercept - y)²)` for each pair of a slope and an intercept.

    Args:
        slopes: Slopes `(m,)`.
        intercepts: Intercepts `(n,)`.
        x: Inputs of the samples.
        y: Their targets, of the same length.

    Returns:
        float64 array `(n, m)`: a row for each intercept, as a plot takes it.

    Example:
        >>> x = np.array([-1.0, 1.0])
        >>> loss_grid(np.array([0.0, 2.0]), np.array([0.0, 1.0, 2.0]), x, 2 * x + 1)
        array([[5., 1.],
               [4., 0.],
               [5., 1.]])
    """
    points = np.stack(np.meshgrid(slopes, intercepts), axis=-1)  # (n, m, 2)
    return losses(points.reshape(-1, 2), x, y).reshape(points.shape[:2])


def finite(slope: Any, intercept: Any) -> tuple[float, float]:
    """Return a slope and an intercept as floats.

    Raises:
        ValueError: when they are not finite.
    """
    if not (np.isfinite(slope) and np.isfinite(intercept)):
        raise ValueError(
            f"the line is beyond what a float64 holds, received samples that give slope {slope} "
            f"and intercept {intercept}: scale x or y."
        )
    return float(slope), float(intercept)


def finish(plan: Plan, points: Any) -> LineFit:
    """Return the fit that went through these points `(steps + 1, 2)`, up to where it is flat.

    Raises:
        DivergenceError: when the loss grew.
        ValueError: when the initial loss is not finite.
    """
    points = np.asarray(points, dtype="float64")
    place = plan.arrived(points)
    points = points if place is None else points[: place + 1]
    x, y = plan.x.astype("float64"), plan.y.astype("float64")
    path = np.column_stack([points, losses(points, x, y)])  # (steps + 1, 3)
    features = np.stack([x, np.ones_like(x)], axis=1) if plan.train_intercept else x[:, None]
    if plan.full_batch:
        tolerance = float(np.sqrt(np.finfo(plan.x.dtype).eps))
        refuse_growth(path, plan.learning_rate, features, tolerance, float(np.mean(y**2)))
    else:
        _refuse_noisy_growth(path, plan, _smallest_loss(plan))
    slope, intercept, loss = map(float, path[-1])
    return LineFit(slope, intercept, loss, path)


def curvature(features: np.ndarray) -> float:
    """Return a mean squared error's largest curvature: descent needs `η < 2 / curvature`.

    Args:
        features: What the parameters are multiplied by, `(n, d)`: for a line `x` and 1, or `x`
            alone when the intercept is fixed.

    Returns:
        The largest eigenvalue of `2·FᵀF/n`.
    """
    return float(np.linalg.eigvalsh(2 * features.T @ features / len(features))[-1])


def refuse_growth(
    path: np.ndarray,
    learning_rate: float,
    features: np.ndarray,
    tolerance: float = 1.5e-8,
    scale: float = 0.0,
) -> np.ndarray:
    """Return the path of gradient descent on all samples, unless its loss grew.

    Such a descent lowers a mean squared error at every step or, past `2 / curvature`, raises it
    forever: any growth beyond rounding is divergence.

    Args:
        path: Points and losses `(steps + 1, d + 1)`.
        learning_rate: `η`.
        features: What the parameters are multiplied by, `(n, d)`.
        tolerance: Growth that may be rounding, relative to the smallest loss so far.
        scale: The loss of predicting 0; its rounding is not growth either.

    Raises:
        DivergenceError: when the loss grew.
        ValueError: when the initial loss is not finite.
    """
    loss = path[:, -1]
    _refuse_infinite_start(loss)
    smallest = np.minimum.accumulate(np.nan_to_num(loss, nan=np.inf, posinf=np.inf))
    limit = smallest * (1 + tolerance) + 100 * tolerance**2 * (loss[0] + scale)
    grew = np.flatnonzero(~(loss <= limit))
    if len(grew):
        steepest = curvature(features)
        said = (
            f"below {2 / steepest:.6g} (2 / the largest curvature of the loss, {steepest:.4g}), to "
            f"{1 / steepest:.3g} first."
        )
        raise _divergence(path, learning_rate, int(grew[0]), said)
    return path


def _refuse_noisy_growth(path: np.ndarray, plan: Plan, smallest: float) -> None:
    """Judge by the mean over the last pass through the samples: single batches make the loss jump.

    It may not exceed ten times the loss at the start, or ten times the smallest possible loss if
    that is larger.
    """
    loss = path[:, -1]
    _refuse_infinite_start(loss)
    last_pass = loss[-min(len(plan.batches), len(loss) - 1) :]
    limit = _NOISY_GROWTH * max(loss[0], smallest) + 1e-12 * float(np.mean(plan.y**2))
    if not np.mean(last_pass) <= limit:
        step = int(np.flatnonzero(~(loss <= limit))[0])
        raise _divergence(path, plan.learning_rate, step, f"to {plan.learning_rate / 10:g} first.")


def _smallest_loss(plan: Plan) -> float:
    """Return the mean squared error of the best line, or of the best one with that intercept."""
    x, y = plan.x.astype("float64"), plan.y.astype("float64")
    if plan.train_intercept:
        x, y = x - x.mean(), y - y.mean()
    else:
        y = y - plan.intercept
    slope = np.sum(x * y) / max(np.sum(x**2), np.finfo("float64").tiny)
    return float(np.mean((y - slope * x) ** 2))


def refuse_infinite(path: np.ndarray) -> np.ndarray:
    """Return the path, unless it is no longer finite.

    Raises:
        DivergenceError: when it is not.
    """
    lost = np.flatnonzero(~np.isfinite(path).all(axis=1))
    if len(lost):
        raise DivergenceError(
            f"diverged: the line is not finite after step {lost[0]} of {len(path) - 1}, because "
            "each step overshoots the minimum: lower the learning rate, by a factor of 10 first.",
            path[: lost[0]],
        )
    return path


def _refuse_infinite_start(loss: np.ndarray) -> None:
    if not np.isfinite(loss[0]):
        raise ValueError(
            f"the loss at the start is {loss[0]}, expected a finite number: start nearer to 0, or "
            "scale x and y."
        )


def _divergence(path: np.ndarray, learning_rate: float, step: int, said: str) -> DivergenceError:
    loss = path[:, -1]
    smallest = loss[:step].min()
    return DivergenceError(
        f"diverged: with learning_rate={learning_rate:g} the loss grew from {smallest:.6g} to "
        f"{loss[step]:.6g} at step {step} of {len(path) - 1}, because each step overshoots the "
        f"minimum: lower the learning rate {said}",
        path[np.isfinite(path).all(axis=1)],
    )
