"""What fitting a line takes and gives, in both wings: the checks, the batches, the divergence."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator, epoch_order

_NOISY_GROWTH = 1000.0  # by which a loss may grow where single batches make it jump


@dataclass(frozen=True)
class LineFit:
    """A line, and how it was found.

    Attributes:
        slope: How much `y` grows with each unit of `x`.
        intercept: `y` where `x` is 0.
        loss: Mean squared error over all samples, in squared units of `y`.
        path: float64 array `(steps + 1, 3)`: slope, intercept and loss at each point of the way,
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


class DivergenceError(ValueError):
    """The learning rate is too high: the loss grows, or is no number any more.

    Attributes:
        path: The points of the way whose loss is finite, `(n, 3)`, as in `LineFit`.

    Example:
        >>> error = DivergenceError("lower the learning rate", np.array([[0.0, 139.0, 673.5]]))
        >>> error.path.shape
        (1, 3)
    """

    def __init__(self, message: str, path: np.ndarray) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True)
class Plan:
    """What a fit is made of, checked.

    Attributes:
        x: Inputs `(n,)`, of the fit's dtype.
        y: Targets `(n,)`.
        slope: Where the slope starts.
        intercept: Where the intercept starts.
        learning_rate: `η`.
        steps: Number of updates.
        train_intercept: Whether the intercept moves too.
        batch_size: Samples per step.
        batches: The samples in batches; a new order for each pass through them.
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

    @property
    def full_batch(self) -> bool:
        """Whether every step sees all samples."""
        return self.batch_size >= len(self.x)

    def batch(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """The samples of a step, counted from 0."""
        if self.full_batch:
            return self.x, self.y
        epoch, index = divmod(step, len(self.batches))
        return self.batches.batch(_order(len(self.x), epoch, self.batches.seed), index)


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
) -> Plan:
    """Checks what `fit_line` was given.

    Raises:
        ValueError: for samples or numbers that do not fit.
    """
    x, y = samples(x, y)
    x, y = x.astype(checks.float_dtype(dtype)), y.astype(dtype)
    size = len(x) if batch_size is None else checks.positive_integer("batch_size", batch_size)
    size = min(size, len(x))
    return Plan(
        x,
        y,
        slope=checks.finite_number("slope", slope),
        intercept=checks.finite_number("intercept", intercept),
        learning_rate=checks.positive_number("learning_rate", learning_rate),
        steps=checks.positive_integer("steps", steps),
        train_intercept=bool(train_intercept),
        batch_size=size,
        batches=BatchGenerator(x, y, size, shuffle=True, seed=checks.seed(seed)),
    )


def samples(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The samples as float64 arrays `(n,)` of finite numbers.

    Raises:
        ValueError: for other shapes, other lengths, or numbers that are not finite.
    """
    arrays = []
    for name, values in (("x", x), ("y", y)):
        array = np.asarray(values)
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
    """There are two different `x`: through samples above one point any slope is as good.

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
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, len(points), 10_000):
            slope, intercept = points[start : start + 10_000].T[:, :, None]  # (m, 1) each
            found.append(np.mean((slope * x + intercept - y) ** 2, axis=1))
    return np.concatenate(found)


def finish(plan: Plan, points: Any) -> LineFit:
    """The fit that went through these points `(steps + 1, 2)`.

    Raises:
        DivergenceError: when the loss grew.
    """
    points = np.asarray(points, dtype="float64")
    x, y = plan.x.astype("float64"), plan.y.astype("float64")
    loss = losses(points, x, y)
    path = np.column_stack([points, loss])  # (steps + 1, 3)
    grew = _first_growth(plan, loss, float(np.mean(y**2)))
    if grew is not None:
        raise DivergenceError(_explained(plan, loss, grew), path[np.isfinite(loss)])
    return LineFit(float(path[-1, 0]), float(path[-1, 1]), float(loss[-1]), path)


def curvature(x: np.ndarray, train_intercept: bool = True) -> float:
    """The largest curvature of the mean squared error: gradient descent needs `η < 2 / curvature`.

    It is the largest eigenvalue of `2·[[mean(x²), mean(x)], [mean(x), 1]]`, or `2·mean(x²)` when
    only the slope moves.
    """
    square, mean = float(np.mean(x.astype("float64") ** 2)), float(np.mean(x, dtype="float64"))
    if not train_intercept:
        return 2 * square
    return float(np.linalg.eigvalsh(2 * np.array([[square, mean], [mean, 1]]))[-1])


def _first_growth(plan: Plan, loss: np.ndarray, scale: float) -> int | None:
    """The step after which the loss had grown, `None` when it never did.

    On all samples gradient descent either lowers the loss at every step or, past `2 / curvature`,
    raises it for ever: any growth above rounding tells. Single batches make the loss jump; there it
    has to grow a thousandfold.
    """
    tolerance = float(np.sqrt(np.finfo(plan.x.dtype).eps))
    smallest = np.minimum.accumulate(np.nan_to_num(loss, nan=np.inf, posinf=np.inf))
    with np.errstate(over="ignore", invalid="ignore"):
        if plan.full_batch:
            limit = smallest * (1 + tolerance) + tolerance**2 * 100 * (loss[0] + scale)
        else:
            limit = np.full_like(loss, _NOISY_GROWTH * (loss[0] + scale))
        grew = np.flatnonzero(~(loss <= limit))
    return int(grew[0]) if len(grew) else None


def _explained(plan: Plan, loss: np.ndarray, step: int) -> str:
    said = (
        f"diverged: with learning_rate={plan.learning_rate:g} the loss grew from "
        f"{loss[:step].min(initial=loss[0]):.4g} to {loss[step]:.4g} at step {step} of "
        f"{plan.steps}, because each step overshoots the minimum: lower the learning rate"
    )
    if not plan.full_batch:
        return f"{said}, to {plan.learning_rate / 10:g} first."
    steepest = curvature(plan.x, plan.train_intercept)
    return (
        f"{said} below {2 / steepest:.3g} (2 / the largest curvature of the loss, "
        f"{steepest:.4g}), to {1 / steepest:.3g} first."
    )
