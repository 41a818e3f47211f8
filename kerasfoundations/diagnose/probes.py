"""Batches whose losses are compared, the loop's and the reference's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kerasfoundations.diagnose.reductions import Counted
from kerasfoundations.diagnose.reference import Arrays, Outputs
from kerasfoundations.diagnose.session import Batch, Session

SAMPLES = 3  # samples that are asked one by one


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
        """How much each of the batch's losses counts, if they are not those of several outputs."""
        weights = None if self.outputs.packed else next(iter(self.batch[2:]), None)
        return Counted(weights, self.outputs.mask)

    @property
    def targets(self) -> np.ndarray:
        """The targets; those of several outputs with the sample weights behind them."""
        if not self.outputs.packed:
            return as_targets(self.batch[1], self.outputs.values.shape)
        parts = [np.asarray(part, "float64").reshape(len(part), -1) for part in self.batch[1:]]
        return np.concatenate(parts, axis=1)


def probes(session: Session, weights: Arrays) -> list[Probe]:
    """Return the losses of single samples, of the first batch, and of a smaller one."""
    places = _telling(session.first[1], session.reference.kind())
    asked = [("one", tuple(repeated(a, place) for a in session.first)) for place in places]
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


def as_targets(y: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return targets in the outputs' shape: labels become one-hot rows, other numbers stay."""
    y = np.asarray(y)
    if y.shape == shape:
        return y.astype("float64")
    if y.size == math.prod(shape):
        return y.reshape(shape).astype("float64")
    if y.dtype.kind == "f" and (y != np.trunc(y)).any():  # one number for several outputs
        return y.astype("float64")
    labels = y.reshape(shape[:-1] if y.size == math.prod(shape[:-1]) else -1).astype("int64")
    return (labels[..., None] == np.arange(shape[-1])).astype("float64")


def repeated(array: np.ndarray, place: int) -> np.ndarray:
    """Return a batch of the same length, of one sample repeated."""
    return np.repeat(np.asarray(array)[place : place + 1], len(array), axis=0)
