"""Gradient descent, with and without momentum."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class SGD(Optimizer):
    """`w -= η·g`; with momentum `m = μ·m - η·g; w += m`, or Nesterov's `w += μ·m - η·g`.

    Momentum keeps part of the last move; Nesterov's also takes the step from where it leads.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        momentum: `μ` in [0, 1]: how much of the last move is kept.
        nesterov: Whether the step looks ahead along the momentum.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0, 2.0])
        >>> SGD(learning_rate=0.5).apply([tf.constant([1.0, -1.0])], [w])
        >>> w.numpy()
        array([0.5, 2.5], dtype=float32)

    Source: Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in
    deep learning, ICML 2013; the form of the rule is that of `keras.optimizers.SGD`.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.momentum = checks.optimizer_setting("momentum", momentum)
        self.nesterov = checks.flag("nesterov", nesterov)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a velocity of 0, if there is momentum."""
        return {"momentum": tf.zeros_like(variable)} if self.momentum else {}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        step = gradient * self._rate(variable)
        if not self.momentum:
            variable.assign_sub(step)
            return
        m = slots["momentum"]
        # tf.cast converts a Python float to float64 by way of float32; so does Keras, only here.
        momentum = tf.cast(self.momentum, variable.dtype)
        m.assign(m * momentum - step)
        variable.assign_add(m * momentum - step if self.nesterov else m)
