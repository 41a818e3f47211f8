"""Optimizers of Keras that have no rule here: their settings, and their slots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.steppers import Row, by_element, keras_moves, weight_rows


@dataclass(frozen=True)
class Made:
    """Moves that another setting would make.

    Attributes:
        cause: Identifier of the cause.
        rows: The moves.
        detail: How it differs, for the message.
        weight: How common it is.
    """

    cause: str
    rows: list[Row]
    detail: str = ""
    weight: float = 1.0


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


def other_weights(session: Session, rows: list[Row]) -> Iterator[Made]:
    """Yield an optimizer that sees no weights, or weights of other shapes."""
    sample = session.sample
    if "l1_regularization_strength" in session.reference.config():  # Ftrl makes new weights
        before = weight_rows(session)
        made = keras_moves(session, befores=[0.0 * row for row in before])(rows)
        moves = [new - old for new, old in zip(made, before, strict=True)]
        yield Made("ftrl_sigma_zero", moves, weight=2.0)
    if by_element(session.reference.optimizer) or not sample.complete:
        return
    flat = keras_moves(session, parts=[slice(0, sample.size)])(rows)
    yield Made("weights_as_one_vector", flat, weight=3.0)
    yield Made("matrices_as_vectors", keras_moves(session, parts=sample.parts)(rows), weight=3.0)


def _same(own: Any, value: Any) -> bool:
    if own is None or value is None or isinstance(own, bool):
        return own is value
    return bool(np.isclose(float(own), float(value), rtol=1e-6, atol=0.0))


def _short(value: Any) -> str:
    return f"{value:g}".replace("e-0", "e-") if isinstance(value, float) else str(value)
