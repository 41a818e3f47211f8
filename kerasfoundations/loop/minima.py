"""What both wings' `minimize` share: its result."""

from __future__ import annotations

from dataclasses import dataclass

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
