"""From gradients to the moves that the reference's optimizer makes of them.

A `session` here is a `Session`, which itself uses this module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from kerasfoundations.diagnose.more_rules import other_rule_of
from kerasfoundations.diagnose.reference import Reference, ShadowOptimizer
from kerasfoundations.diagnose.rules import Rule, rule_of

Row = np.ndarray
Stepper = Callable[[list[Row]], list[Row]]


def known_rule(reference: Reference) -> Rule | None:
    """Return the rule of the reference's optimizer without its clipping and its decay."""
    optimizer = ShadowOptimizer(reference, rows=(1,)).optimizer
    return rule_of(optimizer, decays=True) or other_rule_of(optimizer)


def stepper(session: Any) -> Stepper:
    """Return a function from rows of gradients to moves by the reference's rule, unclipped."""
    rule = session.rule
    if rule is None:
        return keras_moves(session)
    return lambda rows: session.play(rule.moves, rows)


def decayed(session: Any, rule: Rule | None, everything: bool = False) -> list[Row]:
    """Return what the reference's decay adds to the weights at each move: `-λ·η·w`, or 0.

    Args:
        session: The session.
        rule: The rule of the reference's optimizer.
        everything: Whether weights decay that are excluded, too.
    """
    rows = weight_rows(session)
    decay = session.reference.config().get("weight_decay")
    if rule is None or not decay:
        return [np.zeros_like(row) for row in rows]
    mask = np.ones(session.sample.size) if everything else decaying(session)
    found = []
    since = 0
    for number, row in enumerate(rows):
        since = 0 if session.anew and number in session.cuts else since
        rate = rule.learning_rate
        rate = rate(since) if callable(rate) else rate
        found.append(-decay * rate * mask * row)
        since += 1
    return found


def decaying(session: Any) -> Row:
    """Return 1 for each element that the reference's optimizer decays, 0 for the others."""
    mask = np.zeros(session.sample.size)
    for place, part in zip(session.reference.trainable, session.sample.parts, strict=True):
        mask[part] = float(session.reference.decays(place))
    return mask


def weight_rows(session: Any, moves: Sequence[Any] | None = None) -> list[Row]:
    """Return the trainable weights before each move, without those that randomness reaches."""
    moves = session.moves if moves is None else moves
    return [np.where(session.steady, move.row, 0.0) for move in moves]


_BY_ELEMENT = {
    *("SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "Nadam", "Adamax", "Adadelta", "Ftrl", "Lion"),
}


def by_element(optimizer: Any) -> bool:
    """Return whether each element of a weight is updated by its own gradient alone."""
    kind = type(optimizer)
    return kind.__module__.startswith("keras.") and kind.__name__ in _BY_ELEMENT


def keras_moves(
    session: Any,
    fresh: bool = False,
    parts: Sequence[slice] | None = None,
    befores: Sequence[Row] | None = None,
    **changes: Any,
) -> Stepper:
    """Return a function that makes moves by a Keras optimizer that is none of the four.

    Args:
        session: The session.
        fresh: Whether it forgets everything from step to step.
        parts: The parts of a row that are its variables; by default the reference's own, or the
            whole row where that makes no difference.
        befores: The weights that it sees before each move; by default those that were there.
        **changes: Settings of the optimizer that differ from the reference's.
    """
    befores, sample = befores or weight_rows(session), session.sample
    alone = by_element(session.reference.optimizer)
    whole = sample.complete and not (alone and decaying(session).all()) and parts is None
    parts = parts or [slice(0, sample.size)]
    sizes = None if whole else [part.stop - part.start for part in parts]

    def arrays(row: Row) -> list[Row]:
        return sample.arrays(row) if whole else [row[part] for part in parts]

    def moves(rows: list[Row]) -> list[Row]:
        found = []
        for number, (before, row) in enumerate(zip(befores, rows, strict=False)):
            if fresh or not number or (session.anew and number in session.cuts):
                shadow = _begun(session, number, sizes, changes)
            shadow.moves(arrays(before), arrays(row))
            found.append(np.concatenate([move.ravel() for move in shadow.free]))
        return found

    return moves


def _begun(
    session: Any, number: int, sizes: list[int] | None, changes: dict[str, Any]
) -> ShadowOptimizer:
    """Return an optimizer before its first step; the same one each time, without changes."""
    key = number, tuple(sizes or ())
    if key in session.shadows and not changes:
        session.shadows[key].begin()
        return session.shadows[key]
    session.reference.set(session.moves[number].before if number else session.start)
    made = ShadowOptimizer(session.reference, rows=sizes, clips=False, **changes)
    if not changes:
        made.mark()
        session.shadows[key] = made
    return made
