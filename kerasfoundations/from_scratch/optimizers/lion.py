"""Steps of one size, in the direction of a sign."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class Lion(Optimizer):
    """`w -= η·sign(β₁·m + (1 - β₁)·g); m = β₂·m + (1 - β₂)·g`.

    Only the sign of a mean of gradients counts, so every weight moves by `η`. It keeps one slot
    where Adam keeps two, and needs a learning rate three to ten times smaller.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        beta_1: `β₁` above 0, below 1: the share of the past in the step.
        beta_2: `β₂` in [0, 1): how much of the mean is kept.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0, 1.0])
        >>> Lion(learning_rate=0.1).apply([tf.constant([2.0, -0.02])], [w])
        >>> w.numpy().round(4)
        array([0.9, 1.1], dtype=float32)

    Source: Chen et al., Symbolic discovery of optimization algorithms, NeurIPS 2023.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        checks.positive_number("beta_1", beta_1)
        self.beta_1 = checks.optimizer_setting("beta_1", beta_1)
        self.beta_2 = checks.optimizer_setting("beta_2", beta_2)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a mean of 0."""
        return {"mean": tf.zeros_like(variable)}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        m = slots["mean"]
        # Keras casts both here: a Python float becomes float64 by way of float32.
        beta_1, beta_2 = tf.cast(self.beta_1, m.dtype), tf.cast(self.beta_2, m.dtype)
        variable.assign_sub(self._rate(variable) * tf.sign(m * beta_1 + gradient * (1 - beta_1)))
        m.assign(m * beta_2 + gradient * (1 - beta_2))
