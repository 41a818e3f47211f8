"""What may surround an update rule: the same for every optimizer, and off unless asked for.

A step is, in this order: divide the gradients by the loss scale; add up those of several batches;
clip; let the weights decay; apply the rule; average the weights; make them meet their constraint.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf


@dataclass(frozen=True)
class Options:
    """The arguments that every optimizer takes in addition to those of its rule.

    Attributes:
        weight_decay: `λ`: each step also takes `w -= η·λ·w`; `None` for no decay.
        clipnorm: Largest norm of each variable's gradient: `g · min(1, c / |g|)`.
        clipvalue: Largest entry of a gradient, up or down.
        global_clipnorm: Largest norm of the gradient of all variables together.
        use_ema: Whether a moving average of the weights is kept, `a = ρ·a + (1 - ρ)·w`; `fit` ends
            with the averages as weights.
        ema_momentum: `ρ` in [0, 1].
        ema_overwrite_frequency: The number of steps after which the weights are set to
            their averages, again and again.
        loss_scale_factor: The loss was multiplied by this, so the gradients are divided by it.
        gradient_accumulation_steps: Move the weights only after that many batches, by the mean
            of their gradients; 2 or more.
        excluded: What does not decay: variables by reference, and patterns of names.

    Example:
        >>> from kerasfoundations.from_scratch.optimizers import SGD
        >>> w = tf.Variable([1.0, 1.0])
        >>> SGD(1.0, clipnorm=0.5).apply([tf.constant([3.0, 4.0])], [w])
        >>> w.numpy()  # a gradient of length 5, cut to 0.5
        array([0.7, 0.6], dtype=float32)
    """

    weight_decay: float | None = None
    clipnorm: float | None = None
    clipvalue: float | None = None
    global_clipnorm: float | None = None
    use_ema: bool = False
    ema_momentum: float = 0.99
    ema_overwrite_frequency: int | None = None
    loss_scale_factor: float | None = None
    gradient_accumulation_steps: int | None = None
    excluded: tuple[frozenset[Any], tuple[str, ...]] = (frozenset(), ())

    @property
    def counts_steps(self) -> bool:
        """Whether something happens only once in several steps, or at the first."""
        return bool(self.use_ema or self.gradient_accumulation_steps)

    def start(self, variable: tf.Variable) -> dict[str, tf.Tensor]:
        """Return what is kept of a variable in addition to the slots of its rule."""
        kept = {"accumulated": self.gradient_accumulation_steps, "average": self.use_ema}
        return {name: tf.zeros_like(variable) for name in kept if kept[name]}

    def without_decay(self, variables: Sequence[Any], names: Sequence[str]) -> Options:
        """Return the options with these variables and names left out of weight decay."""
        excluded = frozenset(variable.ref() for variable in variables), tuple(names)
        return dataclasses.replace(self, excluded=excluded)

    def decays(self, variable: tf.Variable) -> bool:
        """Return whether a variable decays."""
        variables, names = self.excluded
        left_out = variable.ref() in variables or any(
            re.search(name, variable.name) for name in names
        )
        return self.weight_decay is not None and not left_out


def step(
    optimizer: Any,
    gradients: list[tf.Tensor],
    variables: list[tf.Variable],
    num_steps: tf.Variable,
) -> None:
    """Take one step: what is asked for before the rule, the rule, what is asked for after it."""
    options = optimizer.options
    if options.loss_scale_factor:
        gradients = [gradient / options.loss_scale_factor for gradient in gradients]
    if options.gradient_accumulation_steps:
        _accumulate(optimizer, gradients, variables, num_steps)
    else:
        _move(optimizer, gradients, variables)
    if options.use_ema:
        _average(optimizer, variables, num_steps // (options.gradient_accumulation_steps or 1))
    for variable in variables:
        constrain(variable)


def constrain(variable: tf.Variable) -> None:
    """Make a variable meet its constraint, if it has one."""
    if variable.constraint is not None:
        variable.assign(variable.constraint(variable))


def clipped(options: Options, gradients: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """Return the gradients, cut to the length or the size that is asked for."""
    if options.clipnorm:
        return [g * options.clipnorm / tf.maximum(tf.norm(g), options.clipnorm) for g in gradients]
    if options.global_clipnorm:
        norm, longest = tf.linalg.global_norm(gradients), options.global_clipnorm
        scale = longest / tf.maximum(norm, longest) + (norm - norm)  # NaN where the norm overflows
        return [g * tf.cast(scale, g.dtype) for g in gradients]
    if options.clipvalue:
        return [tf.clip_by_value(g, -options.clipvalue, options.clipvalue) for g in gradients]
    return list(gradients)


def _move(optimizer: Any, gradients: list[tf.Tensor], variables: list[tf.Variable]) -> None:
    """Clip, decay, and apply the rule."""
    gradients = clipped(optimizer.options, gradients)
    for gradient, variable in zip(gradients, variables, strict=True):
        optimizer.move(gradient, variable, optimizer.slots(variable))


def _accumulate(
    optimizer: Any,
    gradients: list[tf.Tensor],
    variables: list[tf.Variable],
    num_steps: tf.Variable,
) -> None:
    """Add the gradients up; after several batches move the weights by their mean."""
    size = optimizer.options.gradient_accumulation_steps
    sums = [optimizer.kept(variable)["accumulated"] for variable in variables]

    def add() -> None:
        for gradient, total in zip(gradients, sums, strict=True):
            total.assign_add(gradient)

    def update() -> None:
        pairs = zip(gradients, sums, strict=True)
        _move(optimizer, [(gradient + total) / size for gradient, total in pairs], variables)
        for total in sums:
            total.assign(tf.zeros_like(total))

    tf.cond((num_steps + 1) % size == 0, update, add)


def _average(optimizer: Any, variables: list[tf.Variable], num_updates: tf.Tensor) -> None:
    """Take the averages, at first the weights themselves; overwrite the weights if it is time."""
    options = optimizer.options
    averages = [optimizer.kept(variable)["average"] for variable in variables]
    for average, variable in zip(averages, variables, strict=True):
        momentum = tf.cast(num_updates != 0, variable.dtype) * options.ema_momentum
        average.assign(momentum * average + (1 - momentum) * variable)
    if options.ema_overwrite_frequency:
        due = (num_updates + 1) % options.ema_overwrite_frequency == 0
        for average, variable in zip(averages, variables, strict=True):
            variable.assign(tf.where(due, average, variable))
