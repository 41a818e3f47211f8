"""Checks of what surrounds an update rule: clipping, weight decay, averages, schedules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from kerasfoundations.checks.arrays import members
from kerasfoundations.checks.scalars import (
    flag,
    fraction,
    function,
    integer_of_0_or_more,
    known_name,
    no_class,
    number_of_0_or_more,
    positive_integer,
    positive_number,
    two_or_more,
)

OPTIMIZER_OPTIONS: dict[str, Callable[[str, Any], Any]] = {
    "weight_decay": number_of_0_or_more,
    "clipnorm": positive_number,
    "clipvalue": positive_number,
    "global_clipnorm": positive_number,
    "use_ema": flag,
    "ema_momentum": fraction,
    "ema_overwrite_frequency": positive_integer,
    "loss_scale_factor": positive_number,
    "gradient_accumulation_steps": two_or_more,
}


def optimizer_options(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of an optimizer, each in its range; `None` stands for the default."""
    for name in given:
        known_name("argument", name, OPTIMIZER_OPTIONS)
    chosen = {name: value for name, value in given.items() if value is not None}
    found = {name: OPTIMIZER_OPTIONS[name](name, value) for name, value in chosen.items()}
    clips = [name for name in ("clipnorm", "clipvalue", "global_clipnorm") if name in found]
    if len(clips) > 1:
        raise ValueError(
            f"received {' and '.join(clips)}, expected one of clipnorm, clipvalue and "
            "global_clipnorm: leave the others out."
        )
    return found


def none_of_shares(optimizer: Any) -> None:
    """Check that Keras does nothing to the gradients of shares before it adds them."""
    names = ("clipnorm", "clipvalue", "global_clipnorm")
    asked = [name for name in names if getattr(optimizer, name, None)]
    if asked:
        raise ValueError(
            f"received an optimizer with {asked[0]}, which Keras applies to the gradients of each "
            "device before it adds them: leave it out, or train with from_scratch.distributed, "
            "which adds them first."
        )
    if hasattr(optimizer, "inner_optimizer"):
        raise ValueError(
            "received float16 or a LossScaleOptimizer, but Keras looks for infinite gradients on "
            'the first device alone: build the model with dtype="float32" or "mixed_bfloat16", or '
            "train with from_scratch.distributed, which looks at the sum of all."
        )


def needs_eager_replicas(optimizer: Any) -> bool:
    """Return whether the optimizer branches between two updates, as no graph of replicas can."""
    return bool(optimizer.gradient_accumulation_steps or optimizer.ema_overwrite_frequency)


def inner_optimizer(optimizer: Any, kind: type, wrapper: type) -> None:
    """Check that loss scaling is put around an optimizer of the wing, and only once."""
    if not isinstance(optimizer, kind) or isinstance(optimizer, wrapper):
        received = repr(optimizer) if isinstance(optimizer, str) else type(optimizer).__name__
        raise ValueError(
            f"inner_optimizer must be an optimizer object without loss scaling, received "
            f"{received}: pass the one that is to be scaled, such as SGD()."
        )


def no_schedule(schedule: Any) -> None:
    """Check that a learning rate is a number, so that another one can be set."""
    if schedule is not None:
        raise ValueError(
            f"the learning rate follows {type(schedule).__name__}, so it cannot be set: make the "
            "optimizer with a number."
        )


def not_yet_built(slots: Any) -> None:
    """Check that an optimizer has not taken a step."""
    if slots:
        raise ValueError(
            "the optimizer has been built, expected a new one: call exclude_from_weight_decay "
            "before the first step."
        )


def boundaries(received: Any, values: Any) -> tuple[list[int], list[float]]:
    """Return both as lists: increasing numbers of steps, and one learning rate more."""
    found, rates = members(received), members(values)
    if not found or rates is None or len(rates) != len(found) + 1:
        raise ValueError(
            f"expected boundaries and one value more, received {received!r} and {values!r}."
        )
    steps = [integer_of_0_or_more("boundaries", boundary) for boundary in found]
    if any(later <= earlier for earlier, later in itertools.pairwise(steps)):
        raise ValueError(f"boundaries must increase, received {steps}: sort them.")
    return steps, [positive_number("values", value) for value in rates]


def share_inside(name: str, value: Any) -> float:
    """Return `value` as a float, which must be above 0 and below 1."""
    share = positive_number(name, value)
    if share >= 1:
        raise ValueError(f"{name} must be above 0 and below 1, received {value!r}.")
    return share


def number_of_1_or_more(name: str, value: Any) -> float:
    """Return `value` as a float, which must be 1 or more."""
    number = positive_number(name, value)
    if number < 1:
        raise ValueError(f"{name} must be a number of 1 or more, received {value!r}.")
    return number


def axes(name: str, value: Any) -> int | list[int]:
    """Return one axis or several, each a whole number."""
    if isinstance(value, tuple | list):
        return [integer_of_0_or_more(name, axis) for axis in value]
    return integer_of_0_or_more(name, value)


def constraint(name: str, value: Any) -> Any:
    """Return `value`, which must be `None` or a function from a weight to a weight."""
    if value is not None:
        no_class(name, value)
        function(name, value)
    return value
