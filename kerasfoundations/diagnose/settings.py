"""Optimizers of Keras that have no rule here: their settings, their slots, and one for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import Row, keras_moves, weight_rows


@dataclass(frozen=True)
class Made:
    """Moves that another setting, or another optimizer, would make.

    Attributes:
        cause: Identifier of the cause.
        rows: The moves.
        detail: How it differs, for the message.
        weight: How common it is.
        any_rate: Whether any learning rate is allowed.
    """

    cause: str
    rows: list[Row]
    detail: str
    weight: float = 1.0
    any_rate: bool = False


_USUAL: dict[str, Sequence[Any]] = {
    "beta_1": (0.0, 0.5, 0.9, 0.95, 0.99),
    "beta_2": (0.9, 0.99, 0.999),
    "rho": (0.9, 0.95, 0.99),
    "momentum": (0.0, 0.9, 0.95, 0.99),
    "epsilon": (1e-10, 1e-8, 1e-7, 1e-6, 1e-3),
    "weight_decay": (None, 0.004, 0.01, 0.1),
    "initial_accumulator_value": (0.0, 0.1, 1.0),
    "l1_regularization_strength": (0.0, 0.01),
    "l2_regularization_strength": (0.0, 0.01),
    "learning_rate_power": (-0.5, 0.0),
    "clip_threshold": (1.0, 2.0),
    "beta_2_decay": (-0.8, -0.5),
    "relative_step": (True, False),
    "nesterov": (True, False),
    "amsgrad": (True, False),
}


def other_settings(session: Session, rows: list[Row]) -> Iterator[Made]:
    """Yield the reference's optimizer with one setting changed, and with its slots lost.

    Args:
        session: The session.
        rows: The gradients.
    """
    config = session.reference.config()
    forgetful = keras_moves(session, fresh=True)(rows)
    yield Made("slots_reset", forgetful, "each step is an optimizer's first")
    for name, values in _USUAL.items():
        if name not in config:
            continue
        for value in values:
            if _same(config[name], value):
                continue
            try:
                made = keras_moves(session, **{name: value})(rows)
            except (ValueError, TypeError):  # it does not go with the other settings
                continue
            detail = f"{name} is {_short(value)}, in the reference {_short(config[name])}"
            yield Made("optimizer_setting", made, detail)


def other_kinds(session: Session, rows: list[Row]) -> Iterator[Made]:
    """Yield what other optimizers of Keras, with their defaults, make of the gradients."""
    for name in ("Nadam", "Adamax", "Lion", "Adadelta"):
        kind = getattr(keras.optimizers, name)
        if type(session.reference.optimizer) is not kind:
            made = _on_rows(session, kind, rows)
            yield Made("another_optimizer", made, name, 0.7, any_rate=True)


def _on_rows(session: Session, kind: Callable[[float], Any], rows: list[Row]) -> list[Row]:
    """Return the moves of an optimizer with the rate 1 on a single row of weights."""
    found = []
    befores = weight_rows(session)
    variable = keras.Variable(np.zeros(len(rows[0])), dtype="float64")
    for number, (before, row) in enumerate(zip(befores, rows, strict=True)):
        if not number or (session.anew and number in session.cuts):
            optimizer = kind(1.0)
            optimizer.build([variable])
        variable.assign(before)
        optimizer.apply([tf.convert_to_tensor(row)], [variable])
        found.append(np.array(variable) - before)
    return found


def _same(own: Any, value: Any) -> bool:
    if own is None or value is None or isinstance(own, bool):
        return own is value
    return bool(np.isclose(float(own), float(value), rtol=1e-6, atol=0.0))


def _short(value: Any) -> str:
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
