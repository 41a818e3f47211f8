"""The stages `loss` and `reduction`: from outputs to one number.

What a loop returns for a batch is taken as rows of losses, reduced to one number, plus a penalty.
Each way to get one of them wrong predicts other numbers; the one that predicts the loop's is named.
Batches of one repeated sample show the rows; mixed and smaller ones show the reduction; whatever is
the same for all batches at equal weights is the penalty, left to the next stage.
"""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np

from kerasfoundations.diagnose import penalties
from kerasfoundations.diagnose.findings import (
    STAGES,
    Candidate,
    Check,
    Finding,
    computable,
    misfit,
)
from kerasfoundations.diagnose.forwards import carried
from kerasfoundations.diagnose.loss_causes import explain, rows_of
from kerasfoundations.diagnose.probes import Probe, as_targets, probe, repeated
from kerasfoundations.diagnose.reference import Arrays
from kerasfoundations.diagnose.rounding import BITS, ROUNDING, rounded_to
from kerasfoundations.diagnose.session import Session

SINGLE = "losses of single samples"
CLIPPED = 40.0  # how far apart logits are when looking for clipping


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
    apart = apart - penalties.of_batches(asked, apart, slack)[1]
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
    if not any(candidate.explains for candidate in candidates):
        candidates += computable(_carried(session, weights))
    best = min(candidates, key=lambda c: c.misfit, default=None)
    stage = failed[0].stage
    if best is not None and best.explains and best.stage:
        stage = best.stage
    return checks, Finding(stage, failed[0], candidates, _where(session, asked, left / slack))


def _carried(session: Session, weights: Arrays) -> Iterator[Candidate]:
    """Yield recurrent layers that begin where the step before ended, until that changes nothing."""
    turned = [tuple(np.roll(part, by, 0) for part in session.first) for by in range(1, 4)]
    calls = [session.first] * 20 + turned  # the last four are compared: one may agree by chance
    seen, made = [], []
    with carried(session.reference) as any_layers:
        if not any_layers or session.reference.stochastic:
            return
        for batch in calls:
            session.set(weights)
            seen.append(session.loop.step(*batch))
            session.reference.set(weights)
            made.append(session.reference.total(*batch))
    right, slack = session.right_loss(weights, *session.first)
    share = misfit(np.array(seen[-4:]), np.array(made[-4:]), np.full(4, right), 40 * slack)
    detail = "train_step begins with the state that the step before left"
    yield Candidate("state_carried", share, detail, 20.0, "state")


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
    rows = rows_of(session)
    alone = rows(outputs.values, outputs.logits, _targets(session, y))
    smooth = getattr(keras.losses.get(session.reference.loss), "_fn_kwargs", {})
    if smooth.get("label_smoothing"):
        return [], None
    if session.first[2:] or session.reference.sums:
        return [], None
    if abs(float(alone.mean()) + penalty - session.reference.total(x, y)) > 1e-2:
        session.notes.append(
            "The reference itself clips probabilities: its loss is computed in a different dtype "
            "from its outputs (compile it with the same keras.config.floatx())."
        )
        return [], None
    order = np.argsort(alone)
    asked = [
        probe(session, weights, "one", (repeated(x, place), repeated(y, place)))
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


def rounded(session: Session, check: Check, weights: Arrays, asked: list[Probe]) -> list[Candidate]:
    """Return smaller dtypes whose rounding explains the difference between single samples."""
    if check.what != SINGLE:
        return []
    stage = "loss" if session.loop.can("predict") else "outputs"
    fits = [
        dtype
        for dtype, (low, high) in ROUNDING.items()
        if low <= check.difference <= high and BITS[dtype] < BITS.get(session.reference.dtype, 23)
    ]
    if "bfloat16" in fits:  # it covers too much to be recognized by its size alone
        near = [dtype for dtype in fits if dtype != "bfloat16"]
        others = {dtype: _times_rounding(session, dtype, weights, asked) for dtype in fits}
        fits = [min(others, key=lambda dtype: others[dtype])] if near else []
    return [Candidate(f"{dtype}_in_between", 0.28, weight=0.5, stage=stage) for dtype in fits]


def _times_rounding(session: Session, dtype: str, weights: Arrays, asked: list[Probe]) -> float:
    """Return how far, by factors of e, a dtype's rounding is from the difference seen."""
    alone = [one for one in asked if one.kind == "one"]
    seen = np.linalg.norm([one.seen - one.right - one.penalty for one in alone])
    session.reference.set([rounded_to(dtype, weight) for weight in weights])
    right = [one.right + one.penalty for one in alone]
    made = [
        session.reference.total(
            rounded_to(dtype, np.asarray(one.batch[0], session.reference.input_dtype))
            if one.batch[0].dtype.kind == "f"
            else one.batch[0],
            *one.batch[1:],
        )
        for one in alone
    ]
    return float(abs(np.log((seen + 1e-30) / (np.linalg.norm(np.subtract(made, right)) + 1e-30))))


def _targets(session: Session, y: np.ndarray) -> np.ndarray:
    session_outputs = session.reference.width
    return as_targets(y, (len(y), session_outputs))


def _worst(left: np.ndarray, slack: np.ndarray, size: np.ndarray) -> tuple[float, float]:
    """Return the relative difference furthest above what is allowed, and what is allowed."""
    if not len(left):
        return 0.0, 1.0
    size = np.maximum(size, 1e-12)
    place = int(np.argmax(left / slack))
    return float(left[place] / size[place]), float(slack[place] / size[place])


def _not_finite(session: Session, asked: list[Probe], weights: Arrays) -> Finding:
    check = Check("loss", SINGLE, float("inf"), 0.0)
    whole = [one for one in asked if np.isfinite(one.seen)]
    if len(whole) > 1:  # some batches have no spread, or nothing that counts
        found = [one for one in explain(session, weights, whole) if one.explains]
        if found:
            stages = {candidate.stage for candidate in found}
            return Finding(min(stages, key=STAGES.index), check, found)
    found = [Candidate("not_finite", 0.04, "the loss is not finite, but the reference's is")]
    logits = [one.outputs.logits for one in asked if one.outputs.logits is not None]
    if logits and min(float(z.min()) for z in logits) < 0:
        detail = "the log of a negative number is NaN"
        found.append(Candidate("logits_as_probabilities", 0.0, detail))
    return Finding("loss", check, found)
