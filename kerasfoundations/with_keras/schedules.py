"""Learning rates that change from step to step: `keras.optimizers.schedules`, and one cycle.

A schedule takes the place of a number: `SGD(ExponentialDecay(0.1, 1000, 0.96))`.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "OneCycle",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]


@keras.saving.register_keras_serializable("kerasfoundations")
class OneCycle(LearningRateSchedule):
    """Rise from `η/25` to `η` along half a cosine in a quarter of the steps, then fall to `η/10⁵`.

    Keras has no such schedule; this is a subclass of `LearningRateSchedule`.

    Example:
        >>> schedule = OneCycle(1.0, total_steps=100)
        >>> [round(float(schedule(t)), 3) for t in (0, 25, 100)]
        [0.04, 1.0, 0.0]
    """

    def __init__(
        self,
        max_learning_rate: float,
        total_steps: int,
        pct_start: float = 0.25,
        div_factor: float = 25.0,
        final_div_factor: float = 1e5,
    ) -> None:
        self.max_learning_rate = checks.positive_number("max_learning_rate", max_learning_rate)
        self.total_steps = checks.two_or_more("total_steps", total_steps)
        self.pct_start = checks.share_inside("pct_start", pct_start)
        self.div_factor = checks.positive_number("div_factor", div_factor)
        self.final_div_factor = checks.positive_number("final_div_factor", final_div_factor)

    def __call__(self, step: Any) -> Any:
        """Return the learning rate after that many steps."""
        ops, top = keras.ops, self.max_learning_rate
        step = ops.cast(step, keras.config.floatx())
        share = ops.minimum(step / self.total_steps, 1)
        first, last = top / self.div_factor, top / self.final_div_factor

        def half_cosine(part: Any) -> Any:
            return (1 + ops.cos(math.pi * part)) / 2

        risen = top + (first - top) * half_cosine(share / self.pct_start)
        fallen = last + (top - last) * half_cosine((share - self.pct_start) / (1 - self.pct_start))
        return ops.where(share < self.pct_start, risen, fallen)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate the schedule."""
        names = "max_learning_rate total_steps pct_start div_factor final_div_factor"
        return {name: getattr(self, name) for name in names.split()}


complete_docstrings(__name__)
