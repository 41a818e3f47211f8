"""Configurations of layers from scratch: the arguments that recreate one, as JSON can hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks

# Not sets, whose order is another one in each process: files and checkpoints keep this one.
CONSTRAINED = ("kernel_constraint", "bias_constraint")
PENALIZED = ("kernel_regularizer", "activity_regularizer")


def config_of(
    layer: Any,
    activations: Mapping[str, Any],
    constraints: Mapping[str, type],
    regularizers: Sequence[type],
) -> dict[str, Any]:
    """Return the arguments that recreate a layer.

    Args:
        layer: The layer; its `arguments` are attributes.
        activations: The functions that can be stored, by name.
        constraints: The classes of constraints that can be stored, by name.
        regularizers: The classes of regularizers that can be stored.

    Raises:
        ValueError: for a function or an object of the user's own.
    """
    config = {name: getattr(layer, name) for name in layer.arguments}
    config = {n: v for n, v in config.items() if not (v is True and n in layer.if_false)}
    if "activation" in config:
        config["activation"] = _name_of(config["activation"], activations)
    if config.get("activity_regularizer") is None:  # the default, which is not stored
        config.pop("activity_regularizer", None)
    for name in [n for n in PENALIZED if n in config]:
        config[name] = _factors_of(config[name], config["dtype"], regularizers)
    for name in CONSTRAINED:
        constraint = _constraint_config(config.pop(name, None), constraints)
        config |= {name: constraint} if constraint else {}
    if config.get("data_format") == "channels_last":  # the default, and all there once was
        del config["data_format"]
    config |= {} if layer.name is None else {"name": layer.name}
    return config | ({} if layer.trainable else {"trainable": False})


def layer_of(
    kind: type,
    config: Mapping[str, Any],
    constraints: Mapping[str, type],
    regularizer: Callable[..., Any],
) -> Any:
    """Recreate a layer from its configuration.

    Args:
        kind: The class of the layer.
        config: What `config_of` returned.
        constraints: The classes of constraints by name.
        regularizer: Makes a regularizer of the factors `l1` and `l2`.

    Raises:
        ValueError: for an unknown constraint.
    """
    given = dict(config)
    trainable, own_name = given.pop("trainable", True), given.pop("name", None)
    for name in [n for n in CONSTRAINED if n in given]:
        given[name] = _constraint(given[name], constraints)
    for name in [n for n in PENALIZED if n in given]:
        given[name] = regularizer(**given[name] or {})
    layer = kind(**given)
    layer.trainable, layer.name = trainable, own_name
    return layer


def _name_of(activation: Any, known: Mapping[str, Any]) -> str | None:
    """Return the name under which an activation is stored: of several the last one."""
    names = {function: name for name, function in known.items()}
    if activation is not None and activation not in names:
        raise ValueError(
            f"cannot store the activation {activation!r}: use one of {sorted(known)} or None."
        )
    return names[activation] if activation else None


def _factors_of(given: Any, dtype: str, known: Sequence[type]) -> dict[str, float]:
    """Return the factors of a regularizer, rounded to the dtype of the weights."""
    if given is not None and type(given) not in known:
        names = ", ".join(kind.__name__ for kind in known)
        raise ValueError(f"cannot store the regularizer {given!r}: use {names} or None.")
    factors = {name: getattr(given, name, 0.0) for name in ("l1", "l2")}
    dtype = checks.variable_dtype(dtype)
    return {name: float(tf.cast(factor, dtype)) for name, factor in factors.items()}


def _constraint_config(constraint: Any, known: Mapping[str, type]) -> dict[str, Any] | None:
    """Return name and arguments of a constraint; `None` for none."""
    if constraint is None:
        return None
    if type(constraint) not in known.values():
        raise ValueError(
            f"cannot store the constraint {constraint!r}: use {', '.join(known)} or None."
        )
    return {"name": type(constraint).__name__, **constraint.get_config()}


def _constraint(config: Any, known: Mapping[str, type]) -> Any:
    """Recreate a constraint from its name and arguments; anything else is returned as is."""
    if not isinstance(config, dict):
        return config
    arguments = dict(config)
    name = checks.known_name("constraint", arguments.pop("name", None), known)
    return known[name](**arguments)
