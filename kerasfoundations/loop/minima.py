"""What both wings' `minimize` and `descend` share: a result, and when to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kerasfoundations import checks

METHODS = ("cg", "lbfgs")
MEMORY = 10  # past steps that L-BFGS remembers, as many as in SciPy


@dataclass(frozen=True)
class Minimum:
    """Where a minimization ended, and how it got there.

    Attributes:
        losses: The loss over all samples, penalties included: at the start, then after each step.
        gradient_norm: The largest absolute value in the gradient at the end.
        evaluations: How often loss and gradient were computed; the line search takes one or more
            for each step.
        converged: Whether `gradient_norm` is at most the tolerance that was asked for.

    Example:
        >>> found = Minimum([5.0, 0.5, 0.25], gradient_norm=1e-9, evaluations=4, converged=True)
        >>> found.loss, found.steps
        (0.25, 2)
    """

    losses: list[float]
    gradient_norm: float
    evaluations: int
    converged: bool

    @property
    def loss(self) -> float:
        """The loss at the end."""
        return self.losses[-1]

    @property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.losses) - 1


def stop_rule(tolerance: float, target: float | None) -> Callable[[float, np.ndarray], bool]:
    """Make the function that says whether a descent ends at a point.

    Args:
        tolerance: The largest absolute slope that counts as none; 0 for no such rule.
        target: A value that is low enough; `None` for no such rule.

    Returns:
        A function of the value and of the slopes `(d,)`.

    Raises:
        ValueError: when the tolerance is below 0, or the target is no finite number.

    Example:
        >>> ends = stop_rule(tolerance=0.1, target=None)
        >>> ends(5.0, np.array([0.05, -0.1])), ends(5.0, np.array([0.05, -0.2]))
        (True, False)
    """
    tolerance = checks.number_of_0_or_more("tolerance", tolerance)
    target = -np.inf if target is None else checks.finite_number("target", target)

    def ends(value: float, slopes: np.ndarray) -> bool:
        flat = tolerance > 0 and float(np.abs(slopes).max()) <= tolerance
        return value <= target or flat

    return ends
