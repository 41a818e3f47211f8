"""What a checkpoint from scratch holds besides the weights, and how it describes its training."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf


def random_states(layers: Iterable[Any], kind: type) -> Iterator[tf.Variable]:
    """Yield the states of random layers, also inside blocks; as in Keras they are not weights.

    Args:
        layers: The layers of a model.
        kind: The base class of layers.
    """
    for layer in layers:
        state = getattr(layer, "state", None)
        if isinstance(state, tf.Variable):
            yield state
        yield from random_states(layer.attributes(kind), kind)


def optimizer_variables(
    optimizer: Any, weights: Iterable[tf.Variable], unused: tuple[str, ...] = ()
) -> Iterator[tf.Variable]:
    """Yield the state of an optimizer, then each weight's slots, in order.

    Args:
        optimizer: The optimizer.
        weights: The weights that it moves.
        unused: The names of slots of which a file has one for each weight, but the optimizer none.

    Raises:
        ValueError: for an optimizer that is not one of `optimizers`.
    """
    if not hasattr(optimizer, "slots"):
        raise ValueError(
            f"checkpoints take an optimizer derived from optimizers.Optimizer, received "
            f"{optimizer!r}: the state of any other is unknown."
        )
    yield from optimizer.state()
    for weight in weights:
        slots = {n: tf.Variable(tf.zeros_like(weight)) for n in unused} | optimizer.slots(weight)
        for kept in (slots, optimizer.kept(weight)):
            yield from (kept[name] for name in sorted(kept))


def unused_slots(prefix: Path, num_own: int) -> tuple[str, ...]:
    """Return the names of slots in a file that are no longer used.

    RMSprop without momentum used to have a velocity of zeros next to each mean of squares.

    Args:
        prefix: How the names of the files begin.
        num_own: The number of variables that the optimizer has now.
    """
    names = [name for name, _ in tf.train.list_variables(str(prefix))]
    written = sum(name.startswith("optimizer/") for name in names)
    return ("momentum",) if written > num_own else ()


def layer_text(layer: Any) -> str:
    """Return class, arguments and shapes of a layer."""
    try:
        config = layer.get_config()
    except (AttributeError, ValueError):  # a layer or a function of the user's own
        config = {}
    shapes = [tuple(weight.shape) for weight in layer.weights]
    return f"{type(layer).__name__} {config} of weights {shapes}"


def optimizer_settings(optimizer: Any) -> dict[str, Any]:
    """Return name, learning rate or schedule, and settings of an optimizer."""
    inner = getattr(optimizer, "inner_optimizer", None)
    if inner is not None:
        scales = optimizer.initial_scale, optimizer.dynamic_growth_steps
        return {**optimizer_settings(inner), "loss_scale": list(scales)}
    own = {name: value for name, value in vars(optimizer).items() if not name.startswith("_")}
    options, schedule = own.pop("options", None), own.pop("schedule", None)
    if schedule is None:
        own["learning_rate"] = getattr(optimizer, "learning_rate", None)
    else:
        own["schedule"] = repr(schedule)
    return {"name": type(optimizer).__name__, **own, **(_changed(options) if options else {})}


def _changed(options: Any) -> dict[str, Any]:
    """Return those options of an optimizer that differ from the defaults, by name."""
    found = {field.name: getattr(options, field.name) for field in dataclasses.fields(options)}
    variables, names = options.excluded
    found["excluded"] = [len(variables), *names] if variables or names else None
    defaults = type(options)()
    return {n: v for n, v in found.items() if v is not None and v != getattr(defaults, n)}
