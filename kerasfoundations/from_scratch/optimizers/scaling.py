"""Loss scaling: gradients that are too small for float16 are made larger on their way back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.base import Optimizer
from kerasfoundations.from_scratch.optimizers.options import Options


class LossScaleOptimizer(Optimizer):
    """`g = ∇(s·loss) / s`, with a scale `s` as large as float16 allows.

    Below 3e-8 a number is 0 in float16, and many gradients are smaller. Multiplied by `s` on their
    way back they are not; float32 then holds them without the factor. Too large an `s` makes some
    gradient infinite. So `s` is found on the way:

        a gradient is not finite           s = s/2, and the step is left out
        the n-th good step in a row        s = 2·s

    `training.fit` puts this around the optimizer of a model of `"mixed_float16"` by itself. In a
    loop of your own, pass `dynamic_scale` to `one_training_step` as its `loss_scale`.

    Args:
        inner_optimizer: The optimizer whose rule moves the weights, once the gradients are divided
            by `s`. Its own `loss_scale_factor` is set to `None`, as by Keras.
        initial_scale: `s` at first: rather too large, as it halves at once but doubles late.
        dynamic_growth_steps: `n`.

    Attributes:
        dynamic_scale: `s`, a float32 variable.
        step_counter: How many good steps there were since `s` last changed, an int32 variable.

    Raises:
        ValueError: for a number out of range, or an inner optimizer that is not one of
            `optimizers` or is a `LossScaleOptimizer` itself.

    Example:
        >>> from kerasfoundations.from_scratch.optimizers import SGD
        >>> w, optimizer = tf.Variable([1.0]), LossScaleOptimizer(SGD(0.5), initial_scale=1024.0)
        >>> optimizer.apply([tf.constant([1024.0])], [w])  # a gradient of 1, scaled
        >>> optimizer.apply([tf.constant([float("inf")])], [w])  # does not move it
        >>> w.numpy(), float(optimizer.dynamic_scale)
        (array([0.5], dtype=float32), 512.0)

    Source: Micikevicius et al., Mixed precision training, ICLR 2018; the rule for `s` is that of
    `keras.optimizers.LossScaleOptimizer`.
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 32768.0,
        dynamic_growth_steps: int = 2000,
    ) -> None:
        checks.inner_optimizer(inner_optimizer, Optimizer, LossScaleOptimizer)
        self.inner_optimizer = inner_optimizer
        inner_optimizer.options = dataclasses.replace(self.options, loss_scale_factor=None)
        self.initial_scale = checks.positive_number("initial_scale", initial_scale)
        self.dynamic_growth_steps = checks.positive_integer(
            "dynamic_growth_steps", dynamic_growth_steps
        )
        self.dynamic_scale = tf.Variable(self.initial_scale, dtype="float32", trainable=False)
        self.step_counter = tf.Variable(0, dtype="int32", trainable=False)

    def apply(self, gradients: Iterable[tf.Tensor], variables: Iterable[tf.Variable]) -> None:
        """Take one step along scaled gradients, or none; then change the scale if it is time.

        Args:
            gradients: One tensor for each variable, of its shape, multiplied by `dynamic_scale`.
            variables: The variables to move.

        Raises:
            ValueError: when there is not one gradient for each variable, or one is `None`.
        """
        gradients, variables = checks.gradients(gradients, variables)
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        self.build(variables)
        finite = [tf.reduce_all(tf.math.is_finite(gradient)) for gradient in gradients]

        def move() -> None:
            scale = self.dynamic_scale
            unscaled = [gradient / tf.cast(scale, gradient.dtype) for gradient in gradients]
            self.inner_optimizer.apply(unscaled, variables)
            grows = self.step_counter == self.dynamic_growth_steps - 1
            scale.assign(tf.where(grows, scale * 2, scale))
            self.step_counter.assign(tf.where(grows, 0, self.step_counter + 1))

        def skip() -> None:
            self.dynamic_scale.assign(self.dynamic_scale / 2)
            self.step_counter.assign(0)

        tf.cond(tf.reduce_all(finite), move, skip)

    @property
    def options(self) -> Options:  # type: ignore[override]
        """Those of the inner optimizer, as is all that follows."""
        return self.inner_optimizer.options

    @property
    def learning_rate(self) -> float:
        """The step size of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.inner_optimizer.learning_rate = value

    def state(self) -> list[tf.Variable]:
        """Return the scale, the number of good steps, and the state of the inner optimizer."""
        return [self.dynamic_scale, self.step_counter, *self.inner_optimizer.state()]

    def build(self, variables: Iterable[tf.Variable]) -> None:
        """Make the slots of the variables that have none yet."""
        self.inner_optimizer.build(variables)

    def slots(self, variable: tf.Variable) -> dict[str, tf.Variable]:
        """Return the slots of a variable, by name; empty before `build`."""
        return self.inner_optimizer.slots(variable)

    def kept(self, variable: tf.Variable) -> dict[str, tf.Variable]:
        """Return what the options keep of a variable, by name."""
        return self.inner_optimizer.kept(variable)

    def exclude_from_weight_decay(
        self,
        var_list: Sequence[tf.Variable] | None = None,
        var_names: Sequence[str] | None = None,
    ) -> None:
        """Leave variables out of the inner optimizer's weight decay."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: Iterable[tf.Variable]) -> None:
        """With `use_ema`, set the variables to their averages."""
        self.inner_optimizer.finalize_variable_values(var_list)


def loss_scale(optimizer: Any, dtype: str) -> tf.Tensor | None:
    """Return the factor by which the optimizer expects the gradients to be multiplied, if any.

    It may be another one at each step.
    """
    if isinstance(optimizer, LossScaleOptimizer):
        return tf.cast(optimizer.dynamic_scale, dtype)
    scale = optimizer.options.loss_scale_factor if isinstance(optimizer, Optimizer) else None
    return None if scale is None else tf.constant(scale, dtype)


def scaled(optimizer: Optimizer, model: Any, auto_scale_loss: bool = True) -> Optimizer:
    """Return the optimizer for a model: inside of a `LossScaleOptimizer` if it needs one."""
    asked = checks.flag("auto_scale_loss", auto_scale_loss)
    if not asked or isinstance(optimizer, LossScaleOptimizer):
        return optimizer
    return LossScaleOptimizer(optimizer) if getattr(model, "scales_loss", False) else optimizer
