"""The base class of optimizers: the learning rate, the slots, and the loop over the variables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers import options as surroundings
from kerasfoundations.from_scratch.schedules import Schedule

Rate = float | Schedule


class Optimizer:
    """Base class of optimizers: the learning rate, the slots, and the loop over the variables.

    A subclass defines its initial slots in `start(variable)`, and its rule in
    `update(gradient, variable, **slots)`. What may surround the rule is in `options`.

    Args:
        learning_rate: `η`, above 0, or one of `schedules`, called with the number of steps so far.
        **options: See `Options`.
    """

    def __init__(self, learning_rate: Rate, **options: Any) -> None:
        self.options = surroundings.Options(**checks.optimizer_options(options))
        self.schedule = learning_rate if isinstance(learning_rate, Schedule) else None
        if self.schedule is None:
            rate = checks.positive_number("learning_rate", learning_rate)
        else:  # which may start at 0, with a warm-up
            rate = float(self.schedule(0))
        self._learning_rate = tf.Variable(rate, dtype="float64", trainable=False)
        self._num_steps = tf.Variable(0, dtype="int64", trainable=False)
        self._slots: dict[Any, dict[str, tf.Variable]] = {}
        self._kept: dict[Any, dict[str, tf.Variable]] = {}  # likewise, by the options

    @property
    def learning_rate(self) -> float:
        """The step size. It may be changed between steps: nothing is recompiled."""
        return float(tf.convert_to_tensor(self._current_rate()))  # a copy on each device or one

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        checks.no_schedule(self.schedule)
        self._learning_rate.assign(checks.positive_number("learning_rate", value))

    @property
    def counts_steps(self) -> bool:
        """Whether the number of steps matters, beyond what the rule itself counts."""
        return self.schedule is not None or self.options.counts_steps

    def state(self) -> list[tf.Variable]:
        """Return the learning rate and, where it matters, the number of steps."""
        return [self._learning_rate, *([self._num_steps] if self.counts_steps else [])]

    def build(self, variables: Iterable[tf.Variable]) -> None:
        """Make the slots of the variables that have none yet."""
        for variable in variables:
            if variable.ref() not in self._slots:
                self._slots[variable.ref()] = _made(self.start(variable))
                self._kept[variable.ref()] = _made(self.options.start(variable))

    def slots(self, variable: tf.Variable) -> dict[str, tf.Variable]:
        """Return the slots of a variable, by name; empty before `build`."""
        return self._slots.get(variable.ref(), {})

    def kept(self, variable: tf.Variable) -> dict[str, tf.Variable]:
        """Return what the options keep of a variable, by name."""
        return self._kept.get(variable.ref(), {})

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
        pairs = zip(gradients, variables, strict=True)
        gradients = [tf.cast(tf.convert_to_tensor(g), variable.dtype) for g, variable in pairs]
        surroundings.step(self, gradients, variables, self._num_steps)
        self.count_step()

    def count_step(self) -> None:
        """Count one more step, where the number of steps matters."""
        if self.counts_steps:
            self._num_steps.assign_add(1)

    def move(self, gradient: tf.Tensor, variable: tf.Variable, slots: dict[str, Any]) -> None:
        """Let one variable decay if asked for, then move it by the rule."""
        if self.options.decays(variable):
            decay = tf.cast(self.options.weight_decay, variable.dtype)
            variable.assign_sub(variable * decay * self._rate(variable))
        self.update(gradient, variable, **slots)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return the initial slots of a variable, by name."""
        return {}

    def update(self, gradient: tf.Tensor, variable: tf.Variable, **slots: tf.Variable) -> None:
        """Apply the rule: move one variable by one gradient."""
        raise TypeError(f"{type(self).__name__} has no update rule: write its update method.")

    def exclude_from_weight_decay(
        self,
        var_list: Sequence[tf.Variable] | None = None,
        var_names: Sequence[str] | None = None,
    ) -> None:
        """Leave variables out of weight decay; call it before the first step.

        Args:
            var_list: The variables.
            var_names: Regular expressions, such as `"bias"`: all variables in whose name one is
                found are left out. Layers call theirs `kernel` and `bias`, as Keras does.
        """
        checks.not_yet_built(self._slots)
        self.options = self.options.without_decay(var_list or (), var_names or ())

    def finalize_variable_values(self, var_list: Iterable[tf.Variable]) -> None:
        """With `use_ema`, set the variables to their averages; `fit` does so at its end."""
        if self.options.use_ema:
            for variable in var_list:
                variable.assign(self.kept(variable)["average"])

    def _current_rate(self) -> tf.Tensor:
        return self._learning_rate if self.schedule is None else self.schedule(self._num_steps)

    def _rate(self, variable: tf.Variable) -> tf.Tensor:
        return tf.cast(self._current_rate(), variable.dtype)


def _made(values: dict[str, tf.Tensor]) -> dict[str, tf.Variable]:
    return {name: tf.Variable(v, trainable=False, name=name) for name, v in values.items()}
