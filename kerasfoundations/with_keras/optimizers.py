"""How gradients move the weights: Keras's optimizers.

Keras keeps a learning rate in a variable of `keras.config.floatx()`: in float32, 0.001 is
0.0010000000475. `training.fit` makes a named optimizer in the model's dtype; an object of your own
has the dtype it was made in.
"""

from __future__ import annotations

from keras.optimizers import SGD, Optimizer, RMSprop

from kerasfoundations import checks

__all__ = ["SGD", "RMSprop", "get"]


def get(optimizer: str | Optimizer, learning_rate: float | None = None) -> Optimizer:
    """The optimizer of that name, freshly made; an object is given back as it is.

    Args:
        optimizer: `"sgd"`, `"rmsprop"`, or a Keras optimizer.
        learning_rate: Overrides the name's default; an object has its own.

    Raises:
        ValueError: for an unknown name, or a learning rate together with an object.

    Example:
        >>> round(float(get("rmsprop").learning_rate), 6)
        0.001
    """
    if isinstance(optimizer, Optimizer):
        if learning_rate is not None:
            raise ValueError(
                f"received learning_rate={learning_rate} together with an optimizer object, which "
                "has its own: set the object's learning_rate, or pass a name."
                "name."
            )
        return optimizer
    known = {"rmsprop": RMSprop, "sgd": SGD}
    make = known[checks.known_name("optimizer", optimizer, known)]
    if learning_rate is None:
        return make()
    return make(checks.positive_number("learning_rate", learning_rate))
