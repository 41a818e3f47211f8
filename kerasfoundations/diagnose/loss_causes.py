"""Which outputs, rows and reduction make the losses that a loop returns.

First every single way to get one of them wrong, then pairs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import reductions, ways
from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.findings import Candidate, attempt, computable, misfit
from kerasfoundations.diagnose.forwards import FEW, other_forwards, outputs_of
from kerasfoundations.diagnose.inputs import INPUTS, likely_factor, scaled
from kerasfoundations.diagnose.named_losses import slips_of
from kerasfoundations.diagnose.outputs import without_randomness
from kerasfoundations.diagnose.packing import in_order
from kerasfoundations.diagnose.probes import Probe, as_targets
from kerasfoundations.diagnose.reference import Arrays, Head, Outputs
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.ways import Rows, Way

# Reductions that are many, or slow, and that prove nothing together with another fault.
_ALONE = ("part_of_batch", "shuffled_apart", "broadcast", "mean_of_means")


def explain(
    session: Session, weights: Arrays, asked: list[Probe], only: tuple[str, ...] = ()
) -> list[Candidate]:
    """Return ways to get outputs, rows or reduction wrong, and how well each explains the losses.

    First every single way, then pairs: of two faults the first is named.
    """
    seen = np.array([p.seen for p in asked])
    right = np.array([p.right for p in asked])
    slack = 2 * float(np.linalg.norm([p.slack for p in asked]))
    levels = _levels(session, weights, asked)
    found: list[Candidate] = []
    every = np.array([move.loss for move in session.moves] + seen.tolist())
    if np.ptp(every) <= slack < np.ptp(right):
        found.append(Candidate("constant_loss", 0.0, f"it is always {seen[0]:.4g}", stage="loss"))

    def judged(way: Way) -> Candidate:
        return _judged(asked, (way, levels[1][0], levels[2][0]), seen, right, slack)

    for faults in (1, 2):
        for chosen in itertools.product(*levels):
            wrong = [way.cause for way in chosen if way.cause]
            if faults == 2 and chosen[2].cause in _ALONE:
                continue
            if len(wrong) == faults and (not only or set(wrong) <= set(only)):
                found.append(_judged(asked, chosen, seen, right, slack))
        if any(candidate.explains for candidate in found):
            break
        if faults == 1 and not only:
            found += map(judged, computable(_other_feeds(session, weights, asked, judged)))
            if any(candidate.explains for candidate in found):
                break
    return found


def _levels(session: Session, weights: Arrays, asked: list[Probe]) -> list[list[Way]]:
    """Return outputs, rows and reductions, of each the right way first."""
    sums, heads = session.reference.sums, session.reference.heads
    kind, outputs = session.reference.kind(), session.reference.width
    right_rows = rows_of(session)
    wrong_rows = list(ways.wrong_rows(kind, right_rows, outputs, session.reference.smoothing()))
    logits = asked[0].outputs.logits
    if logits is not None and np.array_equal(asked[0].outputs.values, logits):  # of the loss
        wrong_rows = [replace(way, stage="") for way in wrong_rows]
    return [
        list(computable(_ways_to_feed(session, weights, asked))),
        [
            Way("", right_rows),
            *(_wrong_heads(session, heads) if heads else wrong_rows),
            *ways.scaled_rows(right_rows, session.reference.scale),
            *_smooth_l1(session, right_rows),
            *(slips_of(session.reference.loss) if not heads else ()),
        ],
        [
            reductions.right_reduction(sums),
            *reductions.wrong_reductions(sums, len(session.first[0]), asked[-1].counted),
            *computable(_of_classes(session)),
        ],
    ]


def _smooth_l1(session: Session, right: Rows) -> Iterator[Way]:
    """Yield PyTorch's SmoothL1Loss in place of a Huber loss."""
    single = session.reference.loss if not session.reference.heads else None
    delta = getattr(keras.losses.get(single), "_fn_kwargs", {}).get("delta") if single else None
    if delta and delta != 1:
        detail = f"the Huber loss divided by its delta, {delta:g}, as PyTorch's SmoothL1Loss is"
        yield Way("another_loss", lambda p, z, y: right(p, z, y) / delta, detail, 2.0)


def _other_feeds(
    session: Session, weights: Arrays, asked: list[Probe], judged: Callable[[Way], Candidate]
) -> Iterator[Way]:
    """Yield the outputs of inputs that are scaled otherwise, and of other forward passes."""
    reference = session.reference

    def by(factor: float) -> Way:
        made = _fed(session, weights, asked, lambda x: factor * x)
        return Way("pixels_not_scaled", made.__getitem__, scaled(factor), 0.5)

    if not (reference.takes_integers or session.large):
        yield by(likely_factor(lambda factor: judged(by(factor)).misfit))
    if session.loop.can("predict"):  # which was right
        return
    for other in itertools.islice(other_forwards(reference), FEW if session.large else None):
        made = [outputs_of(other, reference, weights, one.batch[0], True) for one in asked]
        fits = [
            outputs is not None and outputs.values.shape == one.outputs.values.shape
            for outputs, one in zip(made, asked, strict=True)
        ]
        if all(fits):
            yield Way(other.cause, made.__getitem__, other.detail, other.weight)


def _of_classes(session: Session) -> Iterator[Way]:
    """Yield labels left out, and weights looked up by the prediction."""
    if session.reference.kind() not in ("softmax", "sigmoid"):
        return
    y, weights = np.asarray(session.first[1]), None
    shapes = {batch[1].shape[1:] for batch in session.batches}
    if len(session.first) > 2 and len(shapes) == 1:
        y = np.concatenate([np.asarray(batch[1]) for batch in session.batches])
        weights = np.concatenate([batch[2] for batch in session.batches])
    shape = session.reference.output_shape or (None, session.reference.width)
    if len(y.shape) == len(shape) and y.shape[-1] == shape[-1]:
        if shape[-1] > 1 and (y.sum(axis=-1) != 1).any():  # each output has a label of its own
            return
        y = y.argmax(axis=-1) if shape[-1] > 1 else y[..., 0]
    elif len(y.shape) == len(shape) and y.shape[-1] == 1:
        y = y[..., 0]
    yield from reductions.of_classes(y, weights, max(2, shape[-1]))


def _judged(
    asked: list[Probe], chosen: Sequence[Way], seen: np.ndarray, right: np.ndarray, slack: float
) -> Candidate:
    """Return how well a choice of ways predicts the losses; the first wrong one is named."""
    places = [place for place, way in enumerate(chosen) if way.cause]
    first = chosen[places[0]]
    predicted = attempt(lambda: _predicted(asked, *chosen))
    if predicted is None:
        return Candidate(first.cause, float("inf"))
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
    bare = not any(one.penalty for one in asked)
    if bare and abs(float((seen - predicted).mean())) > slack:
        weight *= 0.3  # a penalty that the reference does not have would come on top
    stage = first.stage or _STAGES[places[0]]
    return Candidate(first.cause, share, detail, weight, stage, also)


_STAGES = ("outputs", "loss", "reduction")


def rows_of(session: Session) -> Rows:
    """Return the reference's own loss of each sample."""
    if session.reference.heads:
        return _rows_of_heads(session, [head.weight for head in session.reference.heads])
    rows = ways.RIGHT.get(session.reference.kind())
    amount = session.reference.smoothing()
    if rows is not None and amount:
        return partial(ways.smoothed_rows, rows, amount)
    return rows or _keras_rows(session)


def _rows_of_heads(
    session: Session, weights: Sequence[float], change: Weighing = lambda counts: counts
) -> Rows:
    """Return the losses of several outputs, with these weights, added up for each sample.

    Args:
        session: The session.
        weights: The weight of each output's loss.
        change: What becomes of the sample weights, an array for each output.
    """
    reference = session.reference
    reference.set(session.start)
    outputs = reference.packing_of_outputs(session.first[0])
    heads, targets = reference.heads or [], reference.targets
    names = [head.name for head in heads]
    assert targets is not None
    width = session.first[1].shape[1]

    def rows(p: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        total = np.zeros(len(p))
        pairs = (targets, y[:, :width]), (outputs, p)
        given = [in_order(how.unpack(array), names) for how, array in pairs]
        counts = change(_sample_weights(session, y[:, width:], names))
        for head, weight, one, other, count in zip(heads, weights, *given, counts, strict=True):
            found = np.array(head.loss(tf.convert_to_tensor(one), tf.convert_to_tensor(other)))
            found = found * reductions.Counted(count).weights(found)
            total += weight * found.reshape(len(p), -1).mean(axis=1)
        return total

    return rows


Weighing = Callable[[list[np.ndarray]], list[np.ndarray]]


def _sample_weights(session: Session, packed: np.ndarray, names: list[str]) -> list[np.ndarray]:
    """Return each output's sample weights, of those that stand behind the targets."""
    weighings = session.reference.weighings
    if weighings is not None:
        return in_order(weighings.unpack(packed), names)
    return [packed[:, 0] if packed.shape[1] else np.ones(len(packed))] * len(names)


def _wrong_sample_weights(session: Session, heads: Sequence[Head]) -> Iterator[Way]:
    """Yield several outputs' sample weights forgotten, taken from another, or normalized."""
    changes: list[tuple[str, str, Weighing, float]] = [
        ("ignored", "those of every output", lambda counts: list(map(np.ones_like, counts)), 1.5),
        ("normalized", "", lambda counts: [c * c.size / (c.sum() or 1.0) for c in counts], 1.0),
        ("value", "each weight is applied twice", lambda counts: [c * c for c in counts], 0.8),
    ]
    for place, head in enumerate(heads):
        without = partial(_replaced, place, np.ones_like)
        changes.append(("ignored", f"those of {head.name}", without, 1.5))
        normed = partial(_replaced, place, lambda count: count * count.size / (count.sum() or 1.0))
        changes.append(("normalized", f"those of {head.name}", normed, 0.8))
        if session.reference.weighings is not None:
            detail = f"those of {head.name} are applied to every output"
            changes.append(("value", detail, partial(_of_one, place), 1.0))
    if session.reference.weighings is not None and len(heads) == 2:
        detail = f"those of {heads[0].name} and {heads[1].name} are exchanged"
        changes.append(("value", detail, lambda counts: counts[::-1], 1.0))
    weights = [head.weight for head in heads]
    for name, detail, change, common in changes:
        rows = _rows_of_heads(session, weights, change)
        yield Way(f"sample_weights_{name}", rows, detail, common, "reduction")


def _replaced(
    place: int, change: Callable[[np.ndarray], np.ndarray], counts: list[np.ndarray]
) -> list[np.ndarray]:
    return [change(count) if place == own else count for own, count in enumerate(counts)]


def _of_one(place: int, counts: list[np.ndarray]) -> list[np.ndarray]:
    return [counts[place]] * len(counts)


def _wrong_heads(session: Session, heads: Sequence[Head]) -> Iterator[Way]:
    """Yield several outputs' losses without their weights, or without one of them."""
    yield from _wrong_sample_weights(session, heads) if session.first[2:] else ()
    weights = [head.weight for head in heads]
    if set(weights) != {1.0}:
        told = ", ".join(f"{head.weight:g} for {head.name}" for head in heads)
        equal = _rows_of_heads(session, [1.0] * len(heads))
        yield Way("loss_weights_forgotten", equal, f"the reference's are {told}", 1.5)
    for place, head in enumerate(heads):
        without = [0.0 if place == other else w for other, w in enumerate(weights)]
        rows = _rows_of_heads(session, without)
        yield Way("output_loss_forgotten", rows, f"that of {head.name} is missing", 1.5)
    yield from ways.multiples("other", rows_of(session), 1)


def _keras_rows(session: Session) -> Rows:
    """Return any other Keras loss, unreduced; one of labels gets labels."""
    loss = keras.losses.get(session.reference.loss)
    function = loss.call if isinstance(loss, keras.losses.Loss) else loss
    given = np.asarray(session.first[1])

    def rows(p: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        if y.shape == p.shape and given.size != session.first[0].shape[0] * p[0].size:
            y = y.argmax(axis=-1).reshape(len(p), *given.shape[1:])  # they had become one-hot rows
        try:
            made = function(tf.constant(y.astype(p.dtype)), tf.constant(p))
        except (TypeError, ValueError, tf.errors.InvalidArgumentError):  # its constants: float32
            made = function(*(tf.constant(a.astype(session.reference.dtype)) for a in (y, p)))
        return np.array(made, "float64").reshape(len(p), -1).mean(axis=1)

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

    if reference.normalizations:
        with without_randomness(reference):
            found = _fed(session, weights, asked, np.asarray, training=False)
        detail = "the training step normalizes with the moving statistics"
        yield Way("batch_norm_mode", found.__getitem__, detail)
    for cause, detail, change in INPUTS if not reference.takes_integers else ():
        if change(session.first[0]) is session.first[0]:  # it concerns other inputs
            continue
        found = _fed(session, weights, asked, change)
        yield Way(cause, found.__getitem__, detail)


def _fed(
    session: Session,
    weights: Arrays,
    asked: list[Probe],
    change: Callable[[np.ndarray], np.ndarray],
    training: bool = True,
) -> list[Outputs]:
    """Return the outputs for each probe if its inputs are changed."""
    reference, made = session.reference, []
    for one in asked:
        reference.set(weights)
        x = change(one.batch[0])
        made.append(reference.outputs(x.astype(reference.input_dtype), training))
    return made


def _predicted(asked: list[Probe], feed: Way, rows: Way, reduce: Way) -> np.ndarray:
    """Return the losses that such a loop would return, without penalties."""
    found = []
    for index, one in enumerate(asked):
        outputs = feed.function(index)
        p = np.asarray(outputs.values, "float64")
        z = p if outputs.logits is None else np.asarray(outputs.logits, "float64")
        y = one.targets if outputs.packed else as_targets(one.batch[1], p.shape)
        with np.errstate(all="ignore"):
            found.append(reduce.function(rows.function, p, z, y, one.counted))
    return np.array(found)
