"""The settings of Keras's own objects, checked where a training run takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import keras

from kerasfoundations import checks

# What Keras calls a setting that its class takes under another name.
_KEPT_AS = {
    **{name: f"_{name}" for name in ("fn", "from_logits", "m_mul", "t_mul")},
    "thresholds": "init_thresholds",
}
_OF_WEIGHTS = (
    keras.initializers.Initializer,
    keras.regularizers.Regularizer,
    keras.constraints.Constraint,
)


def checked(thing: Any) -> Any:
    """Return a Keras object whose settings are those that the class from scratch would take.

    Args:
        thing: A layer, loss, metric, callback, schedule, …; what is not Keras's own is let through.

    Raises:
        ValueError: for a setting out of range, in the words of the class from scratch.

    Example:
        >>> checked(keras.losses.Huber(delta=-1.0))
        Traceback (most recent call last):
        ValueError: delta must be a finite number above 0, received -1.0.
    """
    kept = vars(thing) if hasattr(thing, "__dict__") else {}
    kept = {**kept, **(kept.get("_fn_kwargs") or {})}
    names = [kind.__name__ for kind in type(thing).__mro__ if _is_kerass(kind)]
    checks.settings(names, lambda name: kept.get(_KEPT_AS.get(name, name), kept.get(name)))
    return thing


def checked_each(things: Iterable[Any]) -> list[Any]:
    """Return a list of objects, each checked."""
    return [checked(thing) for thing in things]


def checked_model(model: keras.Model) -> keras.Model:
    """Return a model whose layers are checked, each with what it makes of its weights."""
    for layer in model._flatten_layers(include_self=False):
        checked(layer)
        checked_each(part for part in vars(layer).values() if isinstance(part, _OF_WEIGHTS))
    return model


def _is_kerass(kind: type) -> bool:
    return kind.__module__.split(".")[0] == "keras"
