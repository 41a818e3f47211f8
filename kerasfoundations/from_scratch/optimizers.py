"""How gradients move the weights.

An optimizer is called with `apply(gradients, variables)`. What it remembers from step to step (its
slots: a velocity, a mean of squares) belongs to the variable, one slot for each.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tensorflow as tf

from kerasfoundations import checks

__all__ = ["SGD", "RMSprop", "get"]


class Optimizer:
    """What all optimizers share: the learning rate, the slots, and the walk over the variables.

    A subclass names its slots in `slot_names` and writes its rule in `update(gradient, variable,
    **slots)`.
    """

    slot_names: tuple[str, ...] = ()

    def __init__(self, learning_rate: float) -> None:
        rate = checks.positive_number("learning_rate", learning_rate)
        self._learning_rate = tf.Variable(rate, dtype="float64", trainable=False)
        self._slots: dict[Any, dict[str, tf.Variable]] = {}

    @property
    def learning_rate(self) -> float:
        """The step size. It may be changed between steps: nothing is compiled anew."""
        return float(self._learning_rate)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self._learning_rate.assign(checks.positive_number("learning_rate", value))

    def build(self, variables: Iterable[tf.Variable]) -> None:
        """Makes the slots, all zeros, of the variables that have none yet."""
        for variable in variables:
            if variable.ref() not in self._slots:
                self._slots[variable.ref()] = {
                    name: tf.Variable(tf.zeros_like(variable), trainable=False, name=name)
                    for name in self.slot_names
                }

    def apply(self, gradients: Iterable[tf.Tensor], variables: Iterable[tf.Variable]) -> None:
        """One step: moves each variable by its gradient, in place.

        Args:
            gradients: One tensor for each variable, of its shape.
            variables: The variables to move.

        Raises:
            ValueError: when there is not one gradient for each variable, or one is `None`.
        """
        gradients, variables = list(gradients), list(variables)
        checks.gradients(gradients, variables)
        self.build(variables)
        for gradient, variable in zip(gradients, variables, strict=True):
            self.update(gradient, variable, **self._slots[variable.ref()])

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """The rule: moves one variable by one gradient."""
        raise TypeError(f"{type(self).__name__} has no update rule: write its update method.")

    def _rate(self, variable: tf.Variable) -> tf.Tensor:
        return tf.cast(self._learning_rate, variable.dtype)


class SGD(Optimizer):
    """`w -= η·g`; with momentum `m = μ·m - η·g; w += m`, and nesterov's last `w += μ·m - η·g`.

    With nesterov the step is taken from where the momentum leads: `w += μ·m - η·g` stands in place
    of `w += m`.

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
        self.momentum = checks.number_in("momentum", momentum, 0, 1)
        self.nesterov = bool(nesterov)
        self.slot_names = ("momentum",) if self.momentum else ()

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Moves one variable by one gradient."""
        step = gradient * self._rate(variable)
        if not self.momentum:
            variable.assign_sub(step)
            return
        m = slots["momentum"]
        # tf.cast takes a Python float to float64 by way of float32; so does Keras, and only here.
        momentum = tf.cast(self.momentum, variable.dtype)
        m.assign(m * momentum - step)
        variable.assign_add(m * momentum - step if self.nesterov else m)


class RMSprop(Optimizer):
    """`v = ρ·v + (1 - ρ)·g²; w -= η·g / sqrt(v + ε)`.

    Each weight's step is divided by the size that its gradients lately had. `ε` stands inside the
    root, as in Keras; PyTorch has it outside. With `centered`, `v` minus the square of the running
    mean of `g` takes the place of `v`; with `momentum`, `m = μ·m + η·g / sqrt(v + ε); w -= m`.

    Args:
        learning_rate: `η`, above 0.
        rho: `ρ` in [0, 1]: how much of the mean of squares is kept.
        momentum: `μ` in [0, 1].
        epsilon: `ε`, above 0.
        centered: Whether the mean of the gradients is taken off.

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
        self.rho = checks.number_in("rho", rho, 0, 1)
        self.momentum = checks.number_in("momentum", momentum, 0, 1)
        self.epsilon = checks.positive_number("epsilon", epsilon)
        self.centered = bool(centered)
        self.slot_names = (
            "mean_square",
            *(["mean"] if self.centered else []),
            *(["momentum"] if self.momentum else []),
        )

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Moves one variable by one gradient."""
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


def get(optimizer: Any, learning_rate: float | None = None) -> Optimizer:
    """The optimizer of that name, freshly made; an object is given back as it is.

    Args:
        optimizer: `"sgd"`, `"rmsprop"`, or an object with `build` and `apply`.
        learning_rate: Overrides the name's default; an object has its own.

    Raises:
        ValueError: for an unknown name, or a learning rate together with an object.

    Example:
        >>> get("rmsprop").learning_rate
        0.001
    """
    if hasattr(optimizer, "apply") and hasattr(optimizer, "build"):
        if learning_rate is not None:
            raise ValueError(
                f"received learning_rate={learning_rate} together with an optimizer object, which "
                "has its own: set the object's learning_rate, or pass a name."
            )
        return optimizer
    known = {"rmsprop": RMSprop, "sgd": SGD}
    make = known[checks.known_name("optimizer", optimizer, known)]
    return make() if learning_rate is None else make(learning_rate)
