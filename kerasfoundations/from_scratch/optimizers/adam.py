"""A mean of gradients divided by the root of a mean of their squares: Adam and its variants."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer, Rate


class Means(Optimizer):
    """What Adam and its variants take: how slowly the two means forget."""

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = checks.optimizer_setting("beta_1", beta_1)
        self.beta_2 = checks.optimizer_setting("beta_2", beta_2)
        self.epsilon = checks.optimizer_setting("epsilon", epsilon)


class Adam(Means):
    """`m += (1 - β₁)·(g - m); v += (1 - β₂)·(g² - v); w -= α·m / (sqrt(v) + ε)`.

    A running mean of the gradients is divided by the root of a running mean of their squares. Both
    start at 0 and are too small at first: at step `t` (from 1), `α = η·sqrt(1 - β₂ᵗ) / (1 - β₁ᵗ)`
    corrects for that. `ε` is outside the root, and is not corrected: Keras follows the paper's
    shorter form, PyTorch the longer one. With `amsgrad` the largest `v` so far is used.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        beta_1: `β₁` in [0, 1): how much of the mean is kept.
        beta_2: `β₂` in [0, 1): how much of the mean of squares is kept.
        epsilon: `ε`, above 0.
        amsgrad: Whether `v` must not shrink.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0, 1.0])
        >>> Adam(learning_rate=0.1).apply([tf.constant([2.0, -0.02])], [w])
        >>> w.numpy().round(4)  # the first step is η for every weight
        array([0.9, 1.1], dtype=float32)

    Source: Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015, section 2;
    amsgrad: Reddi, Kale and Kumar, On the convergence of Adam and beyond, ICLR 2018.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, **options)
        self.amsgrad = checks.flag("amsgrad", amsgrad)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a step of 0 and means of 0."""
        names = ["mean", "mean_square", *(["largest"] if self.amsgrad else [])]
        slots = {name: tf.zeros_like(variable) for name in names}
        return {"step": tf.zeros((), variable.dtype)} | slots

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        m, v = slots["mean"], slots["mean_square"]
        m.assign_add((gradient - m) * (1 - self.beta_1))
        v.assign_add((tf.square(gradient) - v) * (1 - self.beta_2))
        spread = v
        if self.amsgrad:
            spread = slots["largest"]
            spread.assign(tf.maximum(spread, v))
        alpha = self._corrected_rate(slots["step"])
        variable.assign_sub(m * alpha / (tf.sqrt(spread) + self.epsilon))

    def _corrected_rate(self, step: tf.Variable) -> tf.Tensor:
        """`α`; the variable's own steps are counted, so that a new variable starts at 1."""
        t = step.assign_add(1.0)
        # tf.cast converts a Python float to float64 by way of float32; so does Keras, only here.
        beta_1, beta_2 = tf.cast(self.beta_1, t.dtype), tf.cast(self.beta_2, t.dtype)
        return self._rate(step) * tf.sqrt(1 - tf.pow(beta_2, t)) / (1 - tf.pow(beta_1, t))


class AdamW(Adam):
    """`w -= η·λ·w`, then Adam's step: weight decay apart from the gradient.

    An L2 penalty in the loss would pass through Adam's division, and so hardly decay the weights
    whose gradients are large. Here all decay alike. As in Keras every variable decays, biases too,
    unless `exclude_from_weight_decay` names it.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        weight_decay: `λ`, 0 or more.
        beta_1: `β₁` in [0, 1): how much of the mean is kept.
        beta_2: `β₂` in [0, 1): how much of the mean of squares is kept.
        epsilon: `ε`, above 0.
        amsgrad: Whether the mean of squares must not shrink.
        **options: `clipnorm` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> AdamW(learning_rate=0.1, weight_decay=0.5).apply([tf.constant([2.0])], [w])
        >>> w.numpy().round(4)  # 1 - 0.1 · 0.5, then a step of 0.1
        array([0.85], dtype=float32)

    Source: Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019.
    """

    def __init__(
        self,
        learning_rate: Rate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        options["weight_decay"] = checks.number_of_0_or_more("weight_decay", weight_decay)
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, **options)


class Adamax(Means):
    """`m += (1 - β₁)·(g - m); u = max(β₂·u, |g|); w -= η·m / ((1 - β₁ᵗ)·(u + ε))`.

    Adam with the largest recent gradient in place of the root of a mean of squares: `u` needs no
    correction at the start.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        beta_1: `β₁` in [0, 1): how much of the mean is kept.
        beta_2: `β₂` in [0, 1): how slowly the largest gradient is forgotten.
        epsilon: `ε`, above 0.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0, 1.0])
        >>> Adamax(learning_rate=0.1).apply([tf.constant([2.0, -0.02])], [w])
        >>> w.numpy().round(4)  # the first step is η for every weight
        array([0.9, 1.1], dtype=float32)

    Source: Kingma and Ba, Adam: a method for stochastic optimization, ICLR 2015, section 7.1.
    """

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a step, a mean and a largest gradient of 0."""
        slots = {name: tf.zeros_like(variable) for name in ("mean", "largest")}
        return {"step": tf.zeros((), variable.dtype)} | slots

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        m, u, t = slots["mean"], slots["largest"], slots["step"].assign_add(1.0)
        m.assign_add((gradient - m) * (1 - self.beta_1))
        u.assign(tf.maximum(self.beta_2 * u, tf.abs(gradient)))
        correction = 1 - tf.pow(tf.cast(self.beta_1, t.dtype), t)
        variable.assign_sub(self._rate(variable) * m / (correction * (u + self.epsilon)))


class Nadam(Means):
    """`w -= η·(μ'·m / (1 - p·μ') + (1 - μ)·g / (1 - p)) / (sqrt(v / (1 - β₂ᵗ)) + ε)`.

    Adam with Nesterov's look-ahead: `m` counts with the next step's momentum `μ'`, the gradient
    with this step's. `m` and `v` are Adam's means, `μ = β₁·(1 - 0.96ᵗ / 2)` grows towards `β₁`,
    `μ'` is that of step `t + 1`, and `p` the product of all `μ` so far.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`.
        beta_1: `β₁` in [0, 1): how much of the mean is kept.
        beta_2: `β₂` in [0, 1): how much of the mean of squares is kept.
        epsilon: `ε`, above 0.
        **options: `weight_decay` and more, see `Options`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> w = tf.Variable([1.0])
        >>> Nadam(learning_rate=0.1).apply([tf.constant([2.0])], [w])
        >>> w.numpy().round(4)
        array([0.8937], dtype=float32)

    Source: Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016.
    """

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return a step and means of 0, and a product of 1."""
        slots = {name: tf.zeros_like(variable) for name in ("mean", "mean_square")}
        step, product = tf.zeros((), variable.dtype), tf.ones((), variable.dtype)
        return {"step": step, "product": product} | slots

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Move one variable by one gradient."""
        m, v, t = slots["mean"], slots["mean_square"], slots["step"].assign_add(1.0)
        # Keras casts here, by way of float32, but not in the product.
        beta_1, beta_2 = tf.cast(self.beta_1, t.dtype), tf.cast(self.beta_2, t.dtype)
        mu, next_mu = (beta_1 * _growth(tf.cast(0.96, t.dtype), step) for step in (t, t + 1))
        p = slots["product"].assign(
            slots["product"] * self.beta_1 * _growth(tf.constant(0.96, t.dtype), t)
        )
        m.assign_add((gradient - m) * (1 - beta_1))
        v.assign_add((tf.square(gradient) - v) * (1 - beta_2))
        ahead = next_mu * m / (1 - p * next_mu) + (1 - mu) * gradient / (1 - p)
        root = tf.sqrt(v / (1 - tf.pow(beta_2, t)))
        variable.assign_sub(self._rate(variable) * ahead / (root + self.epsilon))


def _growth(decay: Any, t: tf.Tensor) -> tf.Tensor:
    """Return `1 - 0.96ᵗ / 2`."""
    return 1 - 0.5 * tf.pow(decay, t)
