"""Checks of what a minimization takes: vectors of one length, a way down, a finite start."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import finite, members, real_array
from kerasfoundations.checks.scalars import positive_number

DECREASE = 1e-4  # share of the decrease that the slope promises which a step has to bring


def vectors(**named: Any) -> list[np.ndarray]:
    """Return the arguments as float arrays of one shape `(d,)`."""
    found = []
    for name, value in named.items():
        array = real_array(name, value)
        array = array if array.dtype.kind == "f" else array.astype("float64")
        finite(name, array)
        found.append(array)
    shapes = {name: array.shape for name, array in zip(named, found, strict=True)}
    if len({*shapes.values()}) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        received = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(
            f"expected vectors of one shape (d,), received {received}: flatten them first."
        )
    return found


def descent_memory(gradient: Any, steps: Sequence[Any], changes: Sequence[Any]) -> np.ndarray:
    """Return the gradient as an array; each step must have a change of its gradient, of its way."""
    s, y = members(steps), members(changes)
    if s is None or y is None or len(s) != len(y):
        raise ValueError(
            f"expected a list of steps and as many changes, received {steps!r} and {changes!r}."
        )
    [found] = vectors(gradient=gradient)
    for place, (step, change) in enumerate(zip(s, y, strict=True)):
        _, step, change = vectors(gradient=found, step=step, change=change)
        if not step @ change > 0:
            raise ValueError(
                f"along each step the slope must grow, received step {place} with step·change = "
                f"{step @ change:g}: leave this pair out."
            )
    return found


def downhill(direction: np.ndarray, gradient: np.ndarray) -> None:
    """Check that a direction leads down."""
    slope = float(direction @ gradient)
    if not slope < 0:
        raise ValueError(
            f"the direction must lead down, received a slope of {slope:g} along it: try -gradient."
        )


def share_of_slope(value: Any) -> float:
    """Return `value` as a float, which must lie between the decrease that is asked for and 1."""
    share = positive_number("curvature", value)
    if not DECREASE < share < 1:
        raise ValueError(
            f"curvature must lie above {DECREASE:g} and below 1, received {value!r}: 0.9 is "
            "generous, 0.1 strict."
        )
    return share


def finite_start(loss: float) -> float:
    """Return the loss at the start, which must be finite."""
    if not math.isfinite(loss):
        raise ValueError(
            f"the loss at the start is {loss:g}, expected a finite number: build the model anew, "
            "or scale x and y."
        )
    return loss
