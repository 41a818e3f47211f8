"""The stages `loss` and `reduction`: from outputs to one number.

What a loop returns for a batch is taken as rows of losses, reduced to one number, plus a penalty.
Each way to get one of them wrong predicts other numbers; the one that predicts the loop's is named.
Batches of one repeated sample show the rows; mixed and smaller ones show the reduction; whatever is
the same for all batches at equal weights is the penalty, left to the next stage.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import penalties, ways
from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.outputs import BITS, ROUNDING, SCALES, without_randomness
from kerasfoundations.diagnose.reference import Arrays, Outputs
from kerasfoundations.diagnose.session import Batch, Session
from kerasfoundations.diagnose.ways import Counted, Rows, Way

SINGLE = "losses of single samples"
SAMPLES = 3  # samples that are asked one by one
CLIPPED = 40.0  # how far apart logits are when looking for clipping


@dataclass
class Probe:
    """A batch whose loss is compared.

    Attributes:
        kind: `"one"` sample repeated, `"mixed"`, or `"smaller"`.
        batch: Inputs and targets.
        seen: The loop's loss.
        right: The reference's loss without its penalties.
        slack: How far rounding may carry `seen`.
        outputs: The reference's outputs in training mode.
        penalty: The reference's penalties.
        activities: What each layer adds to the penalties by its outputs, which depend on the batch.
    """

    kind: str
    batch: Batch
    seen: float
    right: float
    slack: float
    outputs: Outputs
    penalty: float
    activities: dict[str, float]

    @property
    def counted(self) -> Counted:
        """How much each of the batch's losses counts."""
        return Counted(next(iter(self.batch[2:]), None), self.outputs.mask)


def probes(session: Session, weights: Arrays) -> list[Probe]:
    """Return the losses of single samples, of the first batch, and of a smaller one."""
    places = _telling(session.first[1], session.reference.kind())
    asked = [("one", tuple(_repeated(a, place) for a in session.first)) for place in places]
    asked.append(("mixed", session.first))
    asked += [("smaller", session.smaller)] if session.smaller else []
    found = [probe(session, weights, kind, batch) for kind, batch in asked]
    share = max(one.slack / (abs(one.right) + 1e-12) for one in found)  # one shake may do nothing
    for one in found:
        one.slack = max(one.slack, min(share, 1e-3) * abs(one.right))
    return found


def probe(session: Session, weights: Arrays, kind: str, batch: Batch) -> Probe:
    """Return the loss of one batch, the loop's and the reference's."""
    seen = session.loss(weights, *batch)
    right, slack = session.right_loss(weights, *batch)
    session.reference.set(weights)
    outputs = session.reference.outputs(batch[0], training=True)
    activities = session.reference.activity_penalties()
    penalty = session.reference.penalty() + sum(activities.values())
    tolerance = session.tolerance
    slack = 20 * slack + tolerance.values * abs(right - penalty) + tolerance.penalty * penalty
    return Probe(kind, batch, seen, right - penalty, slack + 1e-12, outputs, penalty, activities)


def check_losses(
    session: Session, weights: Arrays, asked: list[Probe]
) -> tuple[list[Check], Finding | None]:
    """Check the loop's losses at one set of weights: rows and reduction, ignoring a constant."""
    seen = np.array([p.seen for p in asked])
    right = np.array([p.right for p in asked])
    slack = np.array([p.slack for p in asked])
    if not np.isfinite(seen).all():
        return [], _not_finite(session, asked, weights)
    one = np.array([p.kind == "one" for p in asked])
    apart = seen - right - np.array([p.penalty for p in asked])
    apart = apart - penalties.of_activities(asked, apart, slack)[1]
    if (np.abs(apart) <= slack).all():
        constant = 0.0
    else:  # what all have in common is left to the penalty
        constant = float(np.median(apart[one] if one.sum() > 2 else apart))
    left = np.abs(apart - constant)
    size = np.maximum(np.abs(right), float(np.abs(right).max()) * 0.1 + 1e-12)
    checks = []
    for stage, what, chosen in (
        ("loss", SINGLE, one),
        ("reduction", "losses of batches", ~one),
    ):
        check = Check(stage, what, *_worst(left[chosen], slack[chosen], size[chosen]))
        checks.append(check)
        if not check.passed:  # what is shown ignores nothing
            raw = float((np.abs(apart[chosen]) / size[chosen]).max())
            check.difference = max(raw, 2 * check.allowed)
            break
    failed = [check for check in checks if not check.passed]
    if not failed:
        return checks, None
    candidates = explain(session, weights, asked)
    best = min(candidates, key=lambda c: c.misfit, default=None)
    stage = failed[0].stage
    if best is not None and best.explains and best.stage:
        stage = best.stage
    return checks, Finding(stage, failed[0], candidates, _where(session, asked, left / slack))


def _where(session: Session, asked: list[Probe], excess: np.ndarray) -> str:
    """Return the batch whose loss differs most, and both losses."""
    place = int(np.argmax(excess))
    one = asked[place]
    names = {"mixed": "the first batch", "smaller": "the smaller batch"}
    words_of = names.get(one.kind, f"a batch of one sample repeated (label {_label(one.batch[1])})")
    return (
        f"It is largest on {words_of}: the loop's loss is {one.seen:.6g}, the reference's "
        f"{one.right + one.penalty:.6g}."
    )


def _label(y: np.ndarray) -> str:
    first = np.asarray(y)[0]
    return np.array2string(first, precision=4, threshold=6)


def check_clipping(session: Session) -> tuple[list[Check], Finding | None]:
    """Check cross-entropies of confidently wrong answers, where clipped probabilities show."""
    kind = session.reference.kind()
    if kind not in ("softmax", "sigmoid"):
        return [], None
    weights = session.sure(CLIPPED)
    x, y = session.first[:2]
    session.reference.set(weights)
    outputs = session.reference.outputs(x, training=True)
    if outputs.logits is None or outputs.logits.ndim != 2 or session.forbidden:
        return [], None
    penalty = session.penalty(weights) + sum(session.reference.activity_penalties().values())
    rows = _rows(session)
    alone = rows(outputs.values, outputs.logits, _targets(session, y))
    smooth = getattr(keras.losses.get(session.reference.model.loss), "_fn_kwargs", {})
    if smooth.get("label_smoothing"):
        return [], None
    if (
        session.first[2:]
        or getattr(keras.losses.get(session.reference.model.loss), "reduction", "") == "sum"
    ):
        return [], None
    if abs(float(alone.mean()) + penalty - session.reference.total(x, y)) > 1e-2:
        session.notes.append(
            "The reference itself clips probabilities: its loss is computed in a different dtype "
            "from its outputs (compile it with the same keras.config.floatx())."
        )
        return [], None
    order = np.argsort(alone)
    asked = [
        probe(session, weights, "one", (_repeated(x, place), _repeated(y, place)))
        for place in (*order[-2:], order[0])
    ]
    seen = np.array([p.seen for p in asked])
    right = np.array([p.right for p in asked])
    slack = np.array([p.slack for p in asked]) + 1e-3 * right.max()
    apart = np.abs(seen - right - (seen - right)[-1])  # the last one is confidently right
    difference, allowed = _worst(apart, slack, np.abs(right) + 1e-12)
    check = Check("loss", "losses of confidently wrong answers", difference, allowed)
    if check.passed:
        return [check], None
    if not np.isfinite(seen).all():
        session.notes.append(
            "For a confidently wrong answer the loop's loss is not finite, but the reference's is "
            f"{right.max():.4g}: compute the loss from the logits, where no log of 0 can occur."
        )
        return [], None
    candidates = explain(session, weights, asked, only=("probabilities_clipped",))
    clipped = [candidate for candidate in candidates if candidate.explains]
    if clipped and not session.losses_are_right():
        return [check], Finding("loss", check, candidates)
    if clipped:
        session.notes.append(
            f"The loop clips probabilities ({clipped[0].detail}). None of these batches comes near "
            "that; for confidently wrong answers fit, which uses the logits, does not clip."
        )
        return [], None
    session.notes.append(
        f"For confidently wrong answers the loop's loss is {apart.max():.3g} away from the "
        f"reference's {right.max():.4g}: rounding, where probabilities come close to 0 or 1."
    )
    return [], None


def explain(
    session: Session, weights: Arrays, asked: list[Probe], only: tuple[str, ...] = ()
) -> list[Candidate]:
    """Return ways to get outputs, rows or reduction wrong, and how well each explains the losses.

    First every single way, then pairs: of two faults the first is named.
    """
    seen = np.array([p.seen for p in asked])
    right = np.array([p.right for p in asked])
    slack = 2 * float(np.linalg.norm([p.slack for p in asked]))
    sums = getattr(keras.losses.get(session.reference.model.loss), "reduction", "") == "sum"
    kind, outputs = session.reference.kind(), session.reference.model.output_shape[-1]
    right_rows = _rows(session)
    levels = (
        list(_ways_to_feed(session, weights, asked)),
        [
            Way("", right_rows),
            *ways.wrong_rows(kind, right_rows, outputs, session.reference.smoothing()),
            *ways.scaled_rows(right_rows, session.reference.scale),
        ],
        [
            ways.right_reduction(sums),
            *ways.wrong_reductions(sums, len(session.first[0]), asked[-1].counted),
        ],
    )
    found: list[Candidate] = []
    every = np.array([move.loss for move in session.moves] + seen.tolist())
    if np.ptp(every) <= slack < np.ptp(right):
        found.append(Candidate("constant_loss", 0.0, f"it is always {seen[0]:.4g}", stage="loss"))
    for faults in (1, 2):
        for chosen in itertools.product(*levels):
            wrong = [way.cause for way in chosen if way.cause]
            if faults == 2 and chosen[2].cause in ("part_of_batch", "shuffled_apart", "broadcast"):
                continue  # many, or slow, and with another fault they prove nothing
            if len(wrong) == faults and (not only or set(wrong) <= set(only)):
                found.append(_judged(asked, chosen, seen, right, slack))
        if any(candidate.explains for candidate in found):
            break
    return found


def _judged(
    asked: list[Probe], chosen: Sequence[Way], seen: np.ndarray, right: np.ndarray, slack: float
) -> Candidate:
    """Return how well a choice of ways predicts the losses; the first wrong one is named."""
    places = [place for place, way in enumerate(chosen) if way.cause]
    first = chosen[places[0]]
    predicted = _predicted(asked, *chosen)
    with np.errstate(invalid="ignore"):  # what all have in common may be a penalty
        apart = (seen - seen.mean(), predicted - predicted.mean(), right - right.mean())
    share = 50 * misfit(*apart, slack)  # the right way is off by no more than rounding
    detail, weight = first.detail, first.weight
    also: tuple[str, ...] = ()
    if len(places) == 2:
        second = chosen[places[1]]
        after = f"and after it, {words(second.cause).what}"
        after += f" ({second.detail})" if second.detail else ""
        detail = "; ".join(filter(None, (detail, after)))
        weight *= 0.02
        also = (second.cause,)
    stage = first.stage or _STAGES[places[0]]
    return Candidate(first.cause, share, detail, weight, stage, also)


_STAGES = ("outputs", "loss", "reduction")


def rounded(session: Session, check: Check) -> list[Candidate]:
    """Return smaller dtypes whose rounding explains the difference between single samples."""
    if check.what != SINGLE:
        return []
    stage = "loss" if session.loop.can("predict") else "outputs"
    return [
        Candidate(f"{dtype}_in_between", 0.28, weight=0.5, stage=stage)
        for dtype, (low, high) in ROUNDING.items()
        if dtype != "bfloat16"  # which covers too much to be recognized by its size
        if low <= check.difference <= high and BITS[dtype] < BITS.get(session.reference.dtype, 23)
    ]


def _rows(session: Session) -> Rows:
    """Return the reference's own loss of each sample."""
    rows = ways.RIGHT.get(session.reference.kind())
    amount = session.reference.smoothing()
    if rows is not None and amount:
        return partial(ways.smoothed_rows, rows, amount)
    return rows or _keras_rows(session)


def _keras_rows(session: Session) -> Rows:
    """Return any other Keras loss, unreduced."""
    loss = keras.losses.get(session.reference.model.loss)
    function = loss.call if isinstance(loss, keras.losses.Loss) else loss

    def rows(p: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        found = np.array(function(tf.convert_to_tensor(y.astype(p.dtype)), tf.constant(p)))
        return found.reshape(len(p), -1).mean(axis=1)

    return rows


def _ways_to_feed(session: Session, weights: Arrays, asked: list[Probe]) -> Iterator[Way]:
    """Yield the right outputs for each probe, then those of a model fed or run differently."""
    yield Way("", [one.outputs for one in asked].__getitem__)
    reference = session.reference
    if reference.frozen_normalizations:
        with reference.thawed(), without_randomness(reference):
            thawed = []
            for one in asked:
                reference.set(weights)
                thawed.append(reference.outputs(one.batch[0], training=True))
        detail = "the reference's layer is frozen, and normalizes with the moving statistics"
        yield Way("frozen_batch_norm", thawed.__getitem__, detail)

    def outputs(change: Callable[[np.ndarray], np.ndarray], training: bool) -> list[Outputs]:
        made = []
        for one in asked:
            reference.set(weights)
            x = change(one.batch[0])
            made.append(reference.outputs(x.astype(reference.input_dtype), training))
        return made

    if reference.normalizations:
        with without_randomness(reference):
            found = outputs(np.asarray, False)
        detail = "the training step normalizes with the moving statistics"
        yield Way("batch_norm_mode", found.__getitem__, detail)
    for name, scale in SCALES.items() if not reference.takes_integers else ():
        found = outputs(scale, True)
        yield Way("pixels_not_scaled", found.__getitem__, f"the inputs are {name}")


def _predicted(asked: list[Probe], feed: Way, rows: Way, reduce: Way) -> np.ndarray:
    """Return the losses that such a loop would return, without penalties."""
    found = []
    for index, one in enumerate(asked):
        outputs = feed.function(index)
        p = np.asarray(outputs.values, "float64")
        z = p if outputs.logits is None else np.asarray(outputs.logits, "float64")
        y = as_targets(one.batch[1], p.shape)
        with np.errstate(all="ignore"):
            found.append(reduce.function(rows.function, p, z, y, one.counted))
    return np.array(found)


# Arrays


def _telling(y: np.ndarray, kind: str) -> list[int]:
    """Return samples with different labels, none at the ends of the range if possible."""
    flat = np.asarray(y).reshape(len(y), -1)
    labels = flat.argmax(axis=1) if flat.shape[1] > 1 else flat[:, 0]
    chosen: list[int] = []
    for label in np.unique(labels):
        chosen += np.flatnonzero(labels == label)[:1].tolist()
    inner = [place for place in chosen if labels[place] not in (labels.min(), labels.max())]
    outer = [place for place in chosen if place not in inner]
    rest = [place for place in range(len(flat)) if place not in chosen]
    return ((inner + outer + rest) if kind == "softmax" else (chosen + rest))[:SAMPLES]


def _targets(session: Session, y: np.ndarray) -> np.ndarray:
    session_outputs = session.reference.model.output_shape[-1]
    return as_targets(y, (len(y), session_outputs))


def as_targets(y: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return targets in the outputs' shape: labels become one-hot rows."""
    y = np.asarray(y)
    if y.shape == shape:
        return y.astype("float64")
    if y.size == math.prod(shape):
        return y.reshape(shape).astype("float64")
    labels = y.reshape(shape[:-1] if y.size == math.prod(shape[:-1]) else -1).astype("int64")
    return (labels[..., None] == np.arange(shape[-1])).astype("float64")


def _repeated(array: np.ndarray, place: int) -> np.ndarray:
    return np.repeat(np.asarray(array)[place : place + 1], len(array), axis=0)


def _worst(left: np.ndarray, slack: np.ndarray, size: np.ndarray) -> tuple[float, float]:
    """Return the relative difference furthest above what is allowed, and what is allowed."""
    if not len(left):
        return 0.0, 1.0
    size = np.maximum(size, 1e-12)
    place = int(np.argmax(left / slack))
    return float(left[place] / size[place]), float(slack[place] / size[place])


def _not_finite(session: Session, asked: list[Probe], weights: Arrays) -> Finding:
    check = Check("loss", SINGLE, float("inf"), 0.0)
    found = [Candidate("not_finite", 0.04, "the loss is not finite, but the reference's is")]
    logits = [one.outputs.logits for one in asked if one.outputs.logits is not None]
    if logits and min(float(z.min()) for z in logits) < 0:
        detail = "the log of a negative number is NaN"
        found.append(Candidate("logits_as_probabilities", 0.0, detail))
    return Finding("loss", check, found)
