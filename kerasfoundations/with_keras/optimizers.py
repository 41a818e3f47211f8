"""How gradients move the weights: `keras.optimizers`.

Keras keeps a learning rate in a variable of `keras.config.floatx()`: in float32, 0.001 is
0.0010000000475. `training.fit` makes a named optimizer in the model's dtype; an object of your own
has the dtype it was made in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import keras
from keras.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Ftrl,
    Lion,
    LossScaleOptimizer,
    Nadam,
    Optimizer,
    RMSprop,
)
from keras.optimizers.schedules import LearningRateSchedule

from kerasfoundations import checks
from kerasfoundations.loop.keras_settings import checked
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "LossScaleOptimizer",
    "Nadam",
    "RMSprop",
    "get",
]

Rate: TypeAlias = float | LearningRateSchedule

OPTIMIZERS: dict[str, type[Optimizer]] = {
    rule.__name__.lower(): rule
    for rule in (SGD, Adagrad, RMSprop, Adam, AdamW, Adamax, Nadam, Adadelta, Lion, Ftrl)
}


def get(optimizer: str | Optimizer, learning_rate: Rate | None = None) -> Optimizer:
    """Make an optimizer by the name of its class; return a Keras optimizer as it is.

    Args:
        optimizer: `"sgd"`, `"rmsprop"`, `"adam"`, … (in lower case), or a Keras optimizer.

    Raises:
        ValueError: for an unknown name, a learning rate together with an object, or an object whose
            numbers are out of range (Keras itself accepts most of them).

    Example:
        >>> round(float(get("rmsprop").learning_rate), 6)
        0.001
    """
    checks.no_class("optimizer", optimizer)
    if isinstance(optimizer, Optimizer):
        checks.no_second_rate(learning_rate)
        _check_settings(optimizer)
        return optimizer
    make = OPTIMIZERS[checks.known_name("optimizer", optimizer, OPTIMIZERS)]
    if learning_rate is None:
        return make()
    if isinstance(learning_rate, LearningRateSchedule):
        return make(learning_rate)
    return make(checks.positive_number("learning_rate", learning_rate))


def scaled(optimizer: Optimizer, model: keras.Model, auto_scale_loss: bool = True) -> Optimizer:
    """Return the optimizer for a model: with float16, inside of a `LossScaleOptimizer`.

    `compile` does the same for a model of the policy `"mixed_float16"`. The policy of a
    `Sequential` is the global one, whatever its layers have.
    """
    wanted = checks.flag("auto_scale_loss", auto_scale_loss) and scales_loss(model)
    if not wanted or isinstance(optimizer, LossScaleOptimizer):
        return optimizer
    return LossScaleOptimizer(optimizer)


def scales_loss(model: keras.Model) -> bool:
    """Return whether a layer computes in float16, where small gradients round to 0."""
    return any(layer.compute_dtype == "float16" for layer in model.layers)


def check_variables(optimizer: Optimizer, variables: Sequence[keras.Variable]) -> None:
    """Check that a built Keras optimizer gets the variables it was built for.

    Raises:
        ValueError: when it was built for others.
    """
    if optimizer.built:
        try:
            optimizer._check_variables_are_known(variables)
        except ValueError as error:
            raise ValueError(
                f"received an optimizer object ({optimizer.name}) that was used on another model "
                "before, expected one that is new or was used on this model: make a new one, or "
                "pass its name."
            ) from error


def _check_settings(optimizer: Optimizer) -> None:
    """Check the same ranges as the twins from scratch."""
    if isinstance(optimizer, LossScaleOptimizer):
        checks.positive_number("initial_scale", optimizer.initial_scale)
        checks.positive_integer("dynamic_growth_steps", optimizer.dynamic_growth_steps)
        checks.inner_optimizer(optimizer.inner_optimizer, Optimizer, LossScaleOptimizer)
        return _check_settings(optimizer.inner_optimizer)
    settings = optimizer.get_config()
    if isinstance(settings.get("learning_rate"), float):
        checks.positive_number("learning_rate", settings["learning_rate"])
    else:
        checked(optimizer._learning_rate)
    flags = dict.fromkeys(("nesterov", "centered", "amsgrad"), checks.flag)
    for name, check in (checks.OPTIMIZER_SETTINGS | checks.OPTIMIZER_OPTIONS | flags).items():
        if settings.get(name) is not None:
            check(name, settings[name])


complete_docstrings(__name__)
