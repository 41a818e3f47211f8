"""How gradients move the weights.

An optimizer is called with `apply(gradients, variables)`. What it keeps from step to step (its
slots: a velocity, a mean of squares) belongs to the variable, one slot for each.

The learning rate is a float64, whatever the variables are. A Keras optimizer keeps its own in
`keras.config.floatx()`: on float64 variables it takes the same steps if it was made under
`keras.config.set_floatx("float64")`.

sgd         gradient descent, momentum
adagrad     Adagrad, Adadelta
rmsprop     RMSprop
adam        Adam, AdamW, Adamax, Nadam
lion        Lion
ftrl        Ftrl
scaling     LossScaleOptimizer, for gradients in float16
base        the loop over the variables
options     what may surround a rule: clipping, weight decay, accumulation, averaging
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kerasfoundations import checks
from kerasfoundations.from_scratch.optimizers.adagrad import Adadelta, Adagrad
from kerasfoundations.from_scratch.optimizers.adam import Adam, Adamax, AdamW, Nadam
from kerasfoundations.from_scratch.optimizers.base import Optimizer as Optimizer
from kerasfoundations.from_scratch.optimizers.base import Rate as Rate
from kerasfoundations.from_scratch.optimizers.ftrl import Ftrl
from kerasfoundations.from_scratch.optimizers.lion import Lion
from kerasfoundations.from_scratch.optimizers.options import clipped as clipped
from kerasfoundations.from_scratch.optimizers.options import constrain as constrain
from kerasfoundations.from_scratch.optimizers.rmsprop import RMSprop
from kerasfoundations.from_scratch.optimizers.scaling import LossScaleOptimizer
from kerasfoundations.from_scratch.optimizers.scaling import loss_scale as loss_scale
from kerasfoundations.from_scratch.optimizers.scaling import scaled as scaled
from kerasfoundations.from_scratch.optimizers.sgd import SGD

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


def get(optimizer: Any, learning_rate: Rate | None = None) -> Optimizer:
    """Return a new optimizer of that name; an object is returned as is.

    Args:
        optimizer: `"sgd"`, `"rmsprop"`, `"adam"`, … (the class's name in lower case), or an object
            with `build` and `apply`.
        learning_rate: Overrides the name's default, a number or one of `schedules`; an object has
            its own.

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
    rule.__name__.lower(): rule
    for rule in (SGD, Adagrad, RMSprop, Adam, AdamW, Adamax, Nadam, Adadelta, Lion, Ftrl)
}
