"""Steps divided by the recent size of the gradients."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class RMSprop(Optimizer):
    """`v = ρ·v + (1 - ρ)·g²; w -= η·g / sqrt(v + ε)`.

    Each weight's step is divided by the recent size of its gradients. `ε` is inside the root,
    as in Keras; PyTorch has it outside. With `centered`, `v` minus the square of the running mean
    of `g` replaces `v`; with `momentum`, `m = μ·m + η·g / sqrt(v + ε); w -= m`.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        rho: `ρ` in [0, 1]: how much of the mean of squares is kept.
        momentum: `μ` in [0, 1].
        epsilon: `ε`, above 0.
        centered: Whether the mean of the gradients is subtracted.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> RMSprop(learning_rate=0.1).apply([tf.constant([2.0])], [w])
        >>> w.numpy().round(4)  # 1 - 0.1 · 2 / sqrt(0.1 · 2²)
        array([0.6838], dtype=float32)

    Source: Hinton, Neural Networks for Machine Learning, lecture 6e (2012).
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = checks.optimizer_setting("rho", rho)
        self.momentum = checks.optimizer_setting("momentum", momentum)
        self.epsilon = checks.optimizer_setting("epsilon", epsilon)
        self.centered = checks.flag("centered", centered)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a mean of squares of 0, and the slots of `momentum` and `centered`."""
        kept = {"mean_square": True, "momentum": self.momentum, "mean": self.centered}
        return {name: tf.zeros_like(variable) for name in kept if kept[name]}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        v = slots["mean_square"]
        v.assign(self.rho * v + (1 - self.rho) * tf.square(gradient))
        spread = v
        if self.centered:
            mean = slots["mean"]
            mean.assign(self.rho * mean + (1 - self.rho) * gradient)
            spread = v - tf.square(mean)
        step = self._rate(variable) * gradient / tf.sqrt(spread + self.epsilon)
        if self.momentum:
            m = slots["momentum"]
            m.assign(self.momentum * m + step)
            step = m
        variable.assign_sub(step)
