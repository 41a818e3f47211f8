"""Follow the regularized leader: weights computed anew from all gradients so far."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class Ftrl(Optimizer):
    """`z += g - (n'ᵖ - nᵖ)/η·w; w = (clip(z, -λ₁, λ₁) - z) / (n'ᵖ/η + 2·λ₂)`, with `n' = n + g²`.

    The weight is not moved but computed anew, as the minimum of all linearized losses so far plus
    penalties: with `λ₁` many weights are exactly 0. `p` is `-learning_rate_power`, one half; with
    `β` the effective `λ₂` grows by `β / 2η`; with shrinkage `2·λₛ·w` is added to `g` in `z`.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        learning_rate_power: `-p`, 0 or less.
        initial_accumulator_value: The initial `n`, 0 or more.
        l1_regularization_strength: `λ₁`, 0 or more.
        l2_regularization_strength: `λ₂`, 0 or more.
        l2_shrinkage_regularization_strength: `λₛ`, 0 or more.
        beta: `β`, 0 or more.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([0.0, 0.0])
        >>> rule = Ftrl(learning_rate=0.1, l1_regularization_strength=0.5)
        >>> rule.apply([tf.constant([2.0, 0.3])], [w])
        >>> w.numpy().round(4)  # the small gradient does not reach λ₁
        array([-0.0741,  0.    ], dtype=float32)

    Source: McMahan et al., Ad click prediction: a view from the trenches, KDD 2013.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        check = checks.optimizer_setting
        self.learning_rate_power = check("learning_rate_power", learning_rate_power)
        self.initial_accumulator_value = check(
            "initial_accumulator_value", initial_accumulator_value
        )
        self.l1_regularization_strength = check(
            "l1_regularization_strength", l1_regularization_strength
        )
        self.l2_regularization_strength = check(
            "l2_regularization_strength", l2_regularization_strength
        )
        self.l2_shrinkage_regularization_strength = check(
            "l2_shrinkage_regularization_strength", l2_shrinkage_regularization_strength
        )
        self.beta = check("beta", beta)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return the initial sum of squares, and `z` of 0."""
        value, zeros = self.initial_accumulator_value, tf.zeros_like(variable)
        return {"linear": zeros, "sum_of_squares": zeros + tf.cast(value, variable.dtype)}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Compute one variable anew."""
        z, n, rate = slots["linear"], slots["sum_of_squares"], self._rate(variable)
        new_n, power = n + tf.square(gradient), -self.learning_rate_power
        shrunk = gradient + 2 * self.l2_shrinkage_regularization_strength * variable
        z.assign_add(shrunk - (tf.pow(new_n, power) - tf.pow(n, power)) / rate * variable)
        l2 = self.l2_regularization_strength + self.beta / (2 * rate)
        l1 = self.l1_regularization_strength
        variable.assign((tf.clip_by_value(z, -l1, l1) - z) / (tf.pow(new_n, power) / rate + 2 * l2))
        n.assign(new_n)
