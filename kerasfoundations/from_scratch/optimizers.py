"""How gradients move the weights.

An optimizer is called with `apply(gradients, variables)`. What it keeps from step to step (its
slots: a velocity, a mean of squares) belongs to the variable, one slot for each.

The learning rate is a float64, whatever the variables are. A Keras optimizer keeps its own in
`keras.config.floatx()`: on float64 variables it takes the same steps if it was made under
`keras.config.set_floatx("float64")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks

__all__ = ["SGD", "Adagrad", "Adam", "RMSprop", "get"]


class Optimizer:
    """Base class of optimizers: the learning rate, the slots, and the loop over the variables.

    A subclass defines its initial slots in `start(variable)`, and its rule in
    `update(gradient, variable, **slots)`.
    """

    def __init__(self, learning_rate: float) -> None:
        rate = checks.positive_number("learning_rate", learning_rate)
        self._learning_rate = tf.Variable(rate, dtype="float64", trainable=False)
        self._slots: dict[Any, dict[str, tf.Variable]] = {}

    @property
    def learning_rate(self) -> float:
        """The step size. It may be changed between steps: nothing is recompiled."""
        return float(tf.convert_to_tensor(self._learning_rate))  # a copy on each device or one

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate.assign(checks.positive_number("learning_rate", value))

    def build(self, variables: Iterable[tf.Variable]) -> None:
        """Make the slots of the variables that have none yet."""
        for variable in variables:
            if variable.ref() not in self._slots:
                self._slots[variable.ref()] = {
                    name: tf.Variable(value, trainable=False, name=name)
                    for name, value in self.start(variable).items()
                }

    def slots(self, variable: tf.Variable) -> dict[str, tf.Variable]:
        """Return the slots of a variable, by name; empty before `build`."""
        return self._slots.get(variable.ref(), {})

    def apply(self, gradients: Iterable[tf.Tensor], variables: Iterable[tf.Variable]) -> None:
        """Take one step: move each variable by its gradient, in place.

        Args:
            gradients: One tensor for each variable, of its shape.
            variables: The variables to move.

        Raises:
            ValueError: when there is not one gradient for each variable, or one is `None`.
        """
        gradients, variables = checks.gradients(gradients, variables)
        self.build(variables)
        for gradient, variable in zip(gradients, variables, strict=True):
            gradient = tf.cast(tf.convert_to_tensor(gradient), variable.dtype)
            self.update(gradient, variable, **self.slots(variable))

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return the initial slots of a variable, by name."""
        return {}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Apply the rule: move one variable by one gradient."""
        raise TypeError(f"{type(self).__name__} has no update rule: write its update method.")

    def _rate(self, variable: tf.Variable) -> tf.Tensor:
        return tf.cast(self._learning_rate, variable.dtype)


class SGD(Optimizer):
    """`w -= η·g`; with momentum `m = μ·m - η·g; w += m`, and nesterov's last `w += μ·m - η·g`.

    With nesterov the step is taken from where the momentum leads: `w += μ·m - η·g` replaces
    `w += m`.

    Args:
        learning_rate: `η`, above 0.
        momentum: `μ` in [0, 1]: how much of the last move is kept.
        nesterov: Whether the step looks ahead along the momentum.

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
        self, learning_rate: float = 0.01, momentum: float = 0.0, nesterov: bool = False
    ) -> None:
        super().__init__(learning_rate)
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


class Adagrad(Optimizer):
    """`a += g²; w -= η·g / sqrt(a + ε)`.

    The sum of all squares so far never shrinks, so each weight's steps become smaller and smaller,
    soonest where its gradients are large. `a` starts at 0.1 in Keras and TensorFlow, at 0 in
    PyTorch, which also has `ε` outside the root.

    Args:
        learning_rate: `η`, above 0.
        initial_accumulator_value: The initial `a`, 0 or more.
        epsilon: `ε`, above 0.

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
        learning_rate: float = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
    ) -> None:
        super().__init__(learning_rate)
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


class RMSprop(Optimizer):
    """`v = ρ·v + (1 - ρ)·g²; w -= η·g / sqrt(v + ε)`.

    Each weight's step is divided by the recent size of its gradients. `ε` stands inside the root,
    as in Keras; PyTorch has it outside. With `centered`, `v` minus the square of the running mean
    of `g` replaces `v`; with `momentum`, `m = μ·m + η·g / sqrt(v + ε); w -= m`.

    Args:
        learning_rate: `η`, above 0.
        rho: `ρ` in [0, 1]: how much of the mean of squares is kept.
        momentum: `μ` in [0, 1].
        epsilon: `ε`, above 0.
        centered: Whether the mean of the gradients is subtracted.

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
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
    ) -> None:
        super().__init__(learning_rate)
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


class Adam(Optimizer):
    """`m += (1 - β₁)·(g - m); v += (1 - β₂)·(g² - v); w -= α·m / (sqrt(v) + ε)`.

    A running mean of the gradients is divided by the root of a running mean of their squares. Both
    start at 0 and are too small at first: at step `t` (from 1), `α = η·sqrt(1 - β₂ᵗ) / (1 - β₁ᵗ)`
    corrects for that. `ε` stands outside the root, and is not corrected: Keras follows the paper's
    shorter form, PyTorch the longer one. With `amsgrad` the largest `v` so far is used.

    Args:
        learning_rate: `η`, above 0.
        beta_1: `β₁` in [0, 1): how much of the mean is kept.
        beta_2: `β₂` in [0, 1): how much of the mean of squares is kept.
        epsilon: `ε`, above 0.
        amsgrad: Whether `v` must not shrink.

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
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(learning_rate)
        self.beta_1 = checks.optimizer_setting("beta_1", beta_1)
        self.beta_2 = checks.optimizer_setting("beta_2", beta_2)
        self.epsilon = checks.optimizer_setting("epsilon", epsilon)
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


def get(optimizer: Any, learning_rate: float | None = None) -> Optimizer:
    """Return a new optimizer of that name; an object is returned as is.

    Args:
        optimizer: `"sgd"`, `"adagrad"`, `"rmsprop"`, `"adam"`, or an object with `build` and
            `apply`.
        learning_rate: Overrides the name's default; an object has its own.

    Returns:
        The optimizer.

    Raises:
        ValueError: for an unknown name, or a learning rate together with an object.

    Example:
        >>> get("rmsprop").learning_rate
        0.001
    """
    checks.no_class("optimizer", optimizer)
    if hasattr(optimizer, "apply") and hasattr(optimizer, "build"):
        checks.no_second_rate(learning_rate)
        return optimizer
    make = OPTIMIZERS[checks.known_name("optimizer", optimizer, OPTIMIZERS)]
    return make() if learning_rate is None else make(learning_rate)


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "adagrad": Adagrad,
    "rmsprop": RMSprop,
    "adam": Adam,
}
