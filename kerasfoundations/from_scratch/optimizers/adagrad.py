"""Steps divided by the size of all gradients so far: Adagrad and Adadelta."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class Adagrad(Optimizer):
    """`a += g²; w -= η·g / sqrt(a + ε)`.

    The sum of all squares so far never shrinks, so each weight's steps become smaller and smaller,
    soonest where its gradients are large. `a` starts at 0.1 in Keras and TensorFlow, at 0 in
    PyTorch, which also has `ε` outside the root.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        initial_accumulator_value: The initial `a`, 0 or more.
        epsilon: `ε`, above 0.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> Adagrad(learning_rate=0.1).apply([tf.constant([2.0])], [w])
        >>> w.numpy().round(4)  # 1 - 0.1 · 2 / sqrt(0.1 + 2²)
        array([0.9012], dtype=float32)

    Source: Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic
    optimization, JMLR 2011.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.initial_accumulator_value = checks.optimizer_setting(
            "initial_accumulator_value", initial_accumulator_value
        )
        self.epsilon = checks.optimizer_setting("epsilon", epsilon)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return the initial sum of squares, which tf.cast rounds to float32 as Keras does."""
        value = tf.cast(self.initial_accumulator_value, variable.dtype)
        return {"sum_of_squares": tf.zeros_like(variable) + value}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        a = slots["sum_of_squares"]
        a.assign_add(tf.square(gradient))
        variable.assign_sub(self._rate(variable) * gradient / tf.sqrt(a + self.epsilon))


class Adadelta(Optimizer):
    """`a = ρ·a + (1 - ρ)·g²; s = sqrt(d + ε) / sqrt(a + ε)·g; d = ρ·d + (1 - ρ)·s²; w -= η·s`.

    The numerator is the size of recent steps, the denominator that of recent gradients, so a step
    has the unit of a weight, and `η` no unit. Adagrad's sum never shrinks; here the past is
    forgotten.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`; 1 in the paper.
        rho: `ρ` in [0, 1]: how much of both means is kept.
        epsilon: `ε`, above 0; it starts the first step.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> Adadelta(learning_rate=1.0).apply([tf.constant([2.0])], [w])
        >>> (1 - w.numpy()).round(6)  # sqrt(1e-7 / (0.05 · 2²)) · 2
        array([0.001414], dtype=float32)

    Source: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = checks.optimizer_setting("rho", rho)
        self.epsilon = checks.optimizer_setting("epsilon", epsilon)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return means of squares of 0, of the gradients and of the steps."""
        return {name: tf.zeros_like(variable) for name in ("mean_square", "mean_square_step")}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        a, d = slots["mean_square"], slots["mean_square_step"]
        a.assign(self.rho * a + (1 - self.rho) * tf.square(gradient))
        step = tf.sqrt(d + self.epsilon) * gradient / tf.sqrt(a + self.epsilon)
        d.assign(self.rho * d + (1 - self.rho) * tf.square(step))
        variable.assign_sub(self._rate(variable) * step)
