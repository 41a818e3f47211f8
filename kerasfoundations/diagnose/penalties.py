"""The stage `regularization`: what a loop adds to the loss of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.findings import Candidate, Check, Finding, computable, misfit
from kerasfoundations.diagnose.reference import Arrays
from kerasfoundations.diagnose.session import Answer, Session

Penalty = Callable[[Arrays], float]


@dataclass(frozen=True)
class Wrong:
    """A wrong penalty.

    Attributes:
        cause: Identifier of the cause.
        penalty: The penalty of a model's weights.
        detail: Details, for the message.
        weight: How common it is.
        stage: Where it belongs, if it is no penalty.
    """

    cause: str
    penalty: Penalty
    detail: str = ""
    weight: float = 1.0
    stage: str = ""


def check_penalty(
    session: Session, weights: list[Arrays], seen: list[float]
) -> tuple[list[Check], Finding | None]:
    """Check the loop's penalty: what its losses have in common at each set of weights.

    Args:
        session: The session.
        weights: Sets of weights.
        seen: At each of them, the loop's loss minus the reference's loss of the data.
    """
    values = np.array(seen)
    right = np.array([session.penalty(w) for w in weights])
    sizes = np.array([session.right_loss(w, *session.first)[0] for w in weights])
    sizes = np.maximum(np.abs(sizes), 1e-12)
    slack = 5 * session.tolerance.values * sizes + session.tolerance.penalty * right
    left = np.abs(values - right)
    place = int(np.argmax(left / slack))
    difference, allowed = left[place] / sizes[place], slack[place] / sizes[place]
    check = Check("regularization", "penalty in the loss", float(difference), float(allowed))
    if check.passed:
        return [check], None
    limit = 2 * float(np.linalg.norm(slack))
    found = []
    for wrong in computable(_wrong(session, weights, values, limit)):
        predicted = np.array([wrong.penalty(w) for w in weights])
        share = misfit(values, predicted, right, limit)
        found.append(Candidate(wrong.cause, share, wrong.detail, wrong.weight, wrong.stage))
    return [check], Finding("regularization", check, found)


def of_batches(
    asked: Sequence[Any], apart: np.ndarray, slack: np.ndarray
) -> tuple[Candidate | None, np.ndarray]:
    """Return what a loop gets wrong about penalties, if it depends on the batch, and how much.

    Args:
        asked: The probes.
        apart: For each, the loop's loss minus the reference's.
        slack: For each, a distance that counts as rounding.

    Returns:
        The cause, and how it moves the losses.
    """
    found, change = _of_activities(asked, apart, slack)
    return (found, change) if found is not None else _of_sizes(asked, apart, slack)


def _of_sizes(
    asked: Sequence[Any], apart: np.ndarray, slack: np.ndarray
) -> tuple[Candidate | None, np.ndarray]:
    """Return whether the penalty on weights is divided, or multiplied, by the batch's size."""
    sizes = np.array([len(one.batch[0]) for one in asked], float)
    penalty = np.array([one.penalty - sum(one.activities.values()) for one in asked])
    right = np.zeros(len(asked))
    if not penalty.any() or len(set(sizes)) == 1 or (np.abs(apart) <= slack).all():
        return None, right
    for cause, shares, detail in (
        ("penalty_divided", 1 / sizes, "by the number of samples in the batch"),
        ("penalty_divided", 0.5 / sizes, "by twice the number of samples in the batch, λ / (2m)"),
        ("penalty_multiplied", sizes, "by the number of samples in the batch"),
    ):
        change = penalty * shares - penalty
        if (np.abs(apart - change) <= slack).all():
            return Candidate(cause, 0.0, detail), change
    return None, right


def _of_activities(
    asked: Sequence[Any], apart: np.ndarray, slack: np.ndarray
) -> tuple[Candidate | None, np.ndarray]:
    """Return what a loop gets wrong about penalties on outputs, and how that moves its losses."""
    right = np.zeros(len(asked))
    if not any(one.activities for one in asked):
        return None, right
    names = sorted({name for one in asked for name in one.activities})
    parts = {n: np.array([one.activities.get(n, 0.0) for one in asked]) for n in names}
    whole = np.sum(list(parts.values()), axis=0)
    sizes = np.array([len(one.batch[0]) for one in asked])
    words = f"of the layer {names[0]}" if len(names) == 1 else f"of the layers {', '.join(names)}"
    moved = [("", "", right), ("missing", words, -whole), ("doubled", words, whole)]
    moved += [("divided", words, whole / sizes - whole), ("halved", words, -whole / 2)]
    moved += [("summed", words, whole * sizes - whole)]
    moved += [("missing", f"of the layer {n}", -parts[n]) for n in names if len(names) > 1]
    for name, detail, change in moved:
        left = apart - change
        if (np.abs(left - np.median(left)) <= slack).all() and (
            name or (np.abs(left) <= slack).all()
        ):
            return (Candidate(f"activity_penalty_{name}", 0.0, detail) if name else None), change
    varied, differing = whole - whole.mean(), apart - apart.mean()
    more = float(varied @ differing) / (float(varied @ varied) or 1.0)
    left = apart - more * whole
    if len(asked) > 3 and (np.abs(left - np.median(left)) <= slack).all():
        detail = f"{words}: it is {1 + more:.4g} times the reference's"
        return Candidate("activity_penalty_value", 0.0, detail), more * whole
    return None, right


def check_activities(asked: Sequence[Any]) -> Answer:
    """Check the penalties that depend on the batch: on the outputs of layers, or by its size."""
    if not any(one.penalty for one in asked):
        return [], None
    apart = np.array([one.seen - one.right - one.penalty for one in asked])
    found, change = of_batches(asked, apart, np.array([one.slack for one in asked]))
    sizes = np.array([abs(one.right) + 1e-12 for one in asked])
    allowed = max(one.slack for one in asked) / float(sizes.min())
    difference = float(np.abs(change / sizes).max())
    outputs = any(one.activities for one in asked)
    what = "penalty on outputs" if outputs else "penalty, batch by batch"
    check = Check("regularization", what, difference, allowed)
    if found is None:
        return [check] if outputs else [], None
    check.difference = max(difference, 2 * allowed)
    rest = float(np.median(apart - change))
    kernels = asked[0].penalty - sum(asked[0].activities.values())
    if outputs and kernels > 0 and abs(rest + kernels) <= max(one.slack for one in asked):
        found = replace(found, also=("penalty_missing",))
    return [check], Finding("regularization", check, [found])


def _wrong(
    session: Session, weights: list[Arrays], seen: np.ndarray, limit: float
) -> Iterator[Wrong]:
    """Yield ways to get the penalty wrong; `limit` is a distance that counts as rounding."""
    variables = session.reference.model.weights
    own = {i: v.regularizer for i, v in enumerate(variables) if v.regularizer is not None}
    if own:
        yield from _multiples(session, weights, seen, limit)
        yield from _parts(session, own)
        yield from _on_biases(session, own)
        yield from _swapped(own)
    yield from _added(session, weights, seen, bool(own))
    right = np.array([session.penalty(w) for w in weights])
    constant = float((seen - right).mean())
    shifted = partial(_plus_constant, session.penalty, constant)
    detail = f"{constant:.4g} is added, whatever the weights are"
    yield Wrong("loss_shifted", shifted, detail, 0.9, "loss")


def _multiples(
    session: Session, weights: list[Arrays], seen: np.ndarray, limit: float
) -> Iterator[Wrong]:
    """Yield the right penalty times a number; any number, unless one with a name does as well."""
    size = len(session.first[0])
    right = session.penalty
    named = (
        ("missing", 0.0, "of all weights", 1.0),
        ("doubled", 2.0, "", 1.0),
        ("halved", 0.5, "", 1.0),
        ("divided", 1 / size, f"by {size}", 0.3),
        ("divided", 0.5 / size, f"by {2 * size}, λ / (2m)", 0.3),
        ("multiplied", float(size), f"{size} times", 0.9),
    )
    for name, factor, detail, common in named:
        yield Wrong(f"penalty_{name}", partial(_times, factor, right), detail, common)
    factor = _best_factor(right, weights, seen)
    penalty = float(np.linalg.norm([right(w) for w in weights]))
    if all(abs(factor - one[1]) * penalty > limit for one in named):
        detail = f"it is {factor:.4g} times the reference's"
        yield Wrong("penalty_value", partial(_times, factor, right), detail, 0.05)


def _parts(session: Session, own: dict[int, Callable[..., Any]]) -> Iterator[Wrong]:
    """Yield penalties that lack one weight array."""
    for place, regularizer in own.items() if len(own) > 1 else ():
        without = partial(_less, session.penalty, partial(_of_one, regularizer, place))
        yield Wrong("penalty_missing", without, f"of {session.reference.names[place]}", 0.9)


def _on_biases(session: Session, own: dict[int, Callable[..., Any]]) -> Iterator[Wrong]:
    """Yield penalties on weights that have none in the reference, mostly biases."""
    names = session.reference.names
    layers = [name.rsplit("/", 1)[0] for name in names]
    bare = [place for place in session.reference.trainable if place not in own]
    beside = {
        place: next(own[kernel] for kernel in own if layers[kernel] == layers[place])
        for place in bare
        if any(layers[kernel] == layers[place] for kernel in own)
    }
    every = dict.fromkeys(bare, next(iter(own.values())))
    choices = {"on each bias": beside, "on every weight that learns": every}
    if len(beside) > 1:
        choices |= {f"on {names[place]}": {place: beside[place]} for place in beside}
    for detail, chosen in choices.items():
        if chosen:
            yield Wrong("penalty_on_bias", partial(_plus, session.penalty, chosen), detail)


def _swapped(own: dict[int, Callable[..., Any]]) -> Iterator[Wrong]:
    """Yield L1 or the norm instead of L2, or L2 instead of L1, with the same factor."""
    l1 = {place: float(getattr(r, "l1", 0.0)) for place, r in own.items()}
    l2 = {place: float(getattr(r, "l2", 0.0)) for place, r in own.items()}
    if all(l2.values()) and not any(l1.values()):
        yield Wrong("l1_for_l2", partial(_norm, np.abs, l2), weight=0.9)
        yield Wrong("norm_for_l2", partial(_root, l2), weight=0.9)
    if all(l1.values()) and not any(l2.values()):
        yield Wrong("l2_for_l1", partial(_norm, np.square, l1), weight=0.9)


def _added(
    session: Session, weights: list[Arrays], seen: np.ndarray, more: bool
) -> Iterator[Wrong]:
    """Yield a penalty that the reference does not have, with any factor."""
    learned = session.reference.trainable
    kernels = [place for place in learned if len(session.reference.shapes[place]) > 1]
    right = np.array([session.penalty(w) for w in weights])
    for norm, function in (("L2", np.square), ("L1", np.abs)):
        for words, places in (("all kernels", kernels), ("all weights", learned)):
            feature = partial(_norm, function, dict.fromkeys(places, 1.0))
            factor = _best_factor(feature, weights, seen - right)
            if factor <= 0:  # less of a penalty: that is one of the others
                continue
            added = partial(_sum_of, session.penalty, partial(_times, factor, feature))
            detail = f"{norm} on {words}, with the factor {factor:.3g}"
            yield Wrong("penalty_added", added, detail, 0.05 if more else 1.0)


def _best_factor(penalty: Penalty, weights: list[Arrays], seen: np.ndarray) -> float:
    """Return the factor with which a penalty comes closest to what was seen."""
    values = np.array([penalty(w) for w in weights])
    square = float(values @ values)
    return float(values @ seen) / square if square else 0.0


def _times(factor: float, penalty: Penalty, weights: Arrays) -> float:
    return factor * penalty(weights)


def _less(one: Penalty, other: Penalty, weights: Arrays) -> float:
    return one(weights) - other(weights)


def _sum_of(one: Penalty, other: Penalty, weights: Arrays) -> float:
    return one(weights) + other(weights)


def _plus(right: Penalty, chosen: dict[int, Callable[..., Any]], weights: Arrays) -> float:
    return right(weights) + sum(_of_one(r, place, weights) for place, r in chosen.items())


def _plus_constant(right: Penalty, constant: float, weights: Arrays) -> float:
    return right(weights) + constant


def _of_one(regularizer: Callable[..., Any], place: int, weights: Arrays) -> float:
    return float(regularizer(tf.constant(weights[place])))


def _root(factors: dict[int, float], weights: Arrays) -> float:
    return sum(
        factor * float(np.linalg.norm(np.asarray(weights[place], "float64")))
        for place, factor in factors.items()
    )


def _norm(function: Callable[..., Any], factors: dict[int, float], weights: Arrays) -> float:
    return sum(
        factor * float(function(np.asarray(weights[place], "float64")).sum())
        for place, factor in factors.items()
    )
