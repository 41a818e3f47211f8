"""The stage `outputs`: what the model returns, in inference and in training mode."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from kerasfoundations.diagnose.defaults import other_layers
from kerasfoundations.diagnose.findings import (
    Candidate,
    Check,
    Finding,
    attempt,
    computable,
    misfit,
)
from kerasfoundations.diagnose.forwards import FEW, carried, other_forwards, outputs_of
from kerasfoundations.diagnose.inputs import INPUTS, likely_factor, scaled
from kerasfoundations.diagnose.reference import Arrays, Outputs, Reference
from kerasfoundations.diagnose.rounding import rounded
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.ways import OTHER_AXES, sigmoid, softmax


def check_predictions(session: Session) -> tuple[list[Check], Finding | None]:
    """Compare `predict` with the reference's outputs in inference mode, at two sets of weights."""
    if not session.loop.can("predict"):
        return [], None
    worst = Check("outputs", "predictions, inference", 0.0, session.tolerance.values)
    for weights in (session.near(), session.start):
        x = session.first[0]
        weights = _shown(session, weights)
        session.set(weights)
        seen = session.loop.predict(x)
        changed = _changed(session, weights)
        again = session.loop.predict(x)
        session.set(weights)
        session.reference.set(weights)
        right = session.reference.outputs(x)
        seen, again = _aligned(seen, right.values), _aligned(again, right.values)
        difference = _difference(session, seen, right.values, right.logits)
        check = replace(worst, difference=difference)
        worst = max(worst, check, key=lambda one: one.difference)
        candidates = []
        if not check.passed:
            seen, again = (_like(a, right.values, right.logits) for a in (seen, again))
            found = attempt(partial(_explained, session, weights, seen, again, right))
            candidates = found or []
        elif changed:
            candidates = [Candidate("predict_changes_weights", 0.0)]
        if candidates or not check.passed:
            where = "" if check.passed else _where(seen, right.values)
            return [check], Finding("outputs", check, candidates, where)
    return [worst], None


def _where(seen: np.ndarray, right: np.ndarray) -> str:
    """Return the output that differs most, and both numbers."""
    if seen.shape != right.shape:
        return f"The loop's have the shape {seen.shape}, the reference's {right.shape}."
    apart = np.abs(np.where(np.isfinite(seen), seen, np.inf) - right)
    at = np.unravel_index(int(np.argmax(apart)), right.shape)
    return (
        f"It is largest in sample {int(at[0])}, output {tuple(int(i) for i in at[1:])}: the loop "
        f"returns {float(seen[at]):.6g}, the reference {float(right[at]):.6g}."
    )


@contextlib.contextmanager
def without_randomness(reference: Reference) -> Iterator[None]:
    """Turn dropout off inside the block."""
    layers = [layer for layer in reference.stochastic if hasattr(layer, "rate")]
    rates = [layer.rate for layer in layers]
    try:
        for layer in layers:
            layer.rate = 0.0
        yield
    finally:
        for layer, rate in zip(layers, rates, strict=True):
            layer.rate = rate


def _explained(
    session: Session, weights: Arrays, seen: np.ndarray, again: np.ndarray, outputs: Outputs
) -> list[Candidate]:
    """Return what may make predictions differ."""
    x, right = session.first[0], outputs.values
    reference = session.reference
    found = []
    if not np.isfinite(seen).all():
        return [Candidate("not_finite", 0.0, "predict returns NaN or infinity")]
    if seen.shape != right.shape:
        detail = f"predict returns {seen.shape}, the reference {right.shape}"
        return [Candidate("other_shape", 0.0, detail)]

    def add(cause: str, predicted: np.ndarray, detail: str = "", weight: float = 1.0) -> None:
        slack = session.tolerance.values * float(np.linalg.norm(seen)) * 2
        found.append(Candidate(cause, misfit(seen, predicted, right, slack), detail, weight))

    if np.abs(seen - again).max() > 10 * session.tolerance.values * np.abs(seen).max():
        cause = "dropout_mode" if reference.stochastic else "random_outputs"
        found.append(Candidate(cause, 0.0, "two calls of predict on the same inputs differ"))
        found += _carried(session, weights, right)
    if reference.normalizations:
        with without_randomness(reference):
            reference.set(weights)
            batch = reference.outputs(x, training=True).values
        add("batch_norm_mode", batch, "predict normalizes with the batch's own statistics")
    for cause, detail in other_layers(reference):  # each is so until the next is asked for
        reference.set(weights)
        add(cause, reference.outputs(x).values, detail)
    for cause, detail, change in INPUTS if not reference.takes_integers else ():
        reference.set(weights)
        add(cause, reference.outputs(change(x).astype(reference.input_dtype)).values, detail)
    for cause, detail, values in _rearranged(seen, outputs):
        add(cause, values, detail)
    found += rounded(session, weights, x, seen, right)
    if not any(candidate.explains for candidate in found):
        most = FEW if session.large else None
        for other in computable(itertools.islice(other_forwards(reference), most)):
            made = outputs_of(other, reference, weights, x)
            if made is not None and made.values.shape == seen.shape:
                add(other.cause, made.values, other.detail, other.weight)
    plain = not (reference.takes_integers or session.large)
    if plain and not any(candidate.explains for candidate in found):

        def at(factor: float) -> np.ndarray:
            reference.set(weights)
            return reference.outputs((factor * x).astype(reference.input_dtype)).values

        factor = likely_factor(lambda factor: misfit(seen, at(factor), right))
        add("pixels_not_scaled", at(factor), scaled(factor), 0.5)
    return found


def _rearranged(seen: np.ndarray, outputs: Outputs) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield what may become of the right outputs: a cause, its details, and the result."""
    right, logits = outputs.values, outputs.logits
    if right.shape[-1] > 1:
        yield "softmax_twice", "softmax of a softmax", softmax(right)
    else:
        yield "softmax_twice", "sigmoid of a sigmoid", sigmoid(right)
    if right.ndim == 2 and len(right) > 2:
        order = np.argsort(right[:, 0])
        ordered = _in_order_of(seen, right, order)
        if np.allclose(seen, ordered, 1e-3, 1e-4 * float(np.abs(right).max())):
            yield "shuffled_apart", "the rows are the same", ordered
    if logits is not None and right.shape[-1] > 1:
        for detail, softmax_over in OTHER_AXES.items():
            yield "softmax_axis", detail, softmax_over(np.asarray(logits, "float64"))


def _carried(session: Session, weights: Arrays, right: np.ndarray) -> Iterator[Candidate]:
    """Yield recurrent layers that begin where the call before ended, until that changes nothing."""
    x, calls = session.first[0], 20
    session.set(weights)
    session.reference.set(weights)
    with carried(session.reference) as any_layers:
        for _ in range(calls if any_layers else 0):
            seen = _aligned(session.loop.predict(x), right)
            values = session.reference.outputs(x).values
    if any_layers and seen.shape == right.shape:
        detail = "predict begins with the state that the call before left"
        slack = 10 * session.tolerance.values * float(np.linalg.norm(seen))
        yield Candidate("state_carried", misfit(seen, values, right, slack), detail, 20.0)


def _difference(
    session: Session, seen: np.ndarray, right: np.ndarray, logits: np.ndarray | None
) -> float:
    """Return the largest difference relative to the outputs; logits may replace probabilities."""
    if seen.shape != right.shape:
        return float("inf")
    size = max(float(np.abs(right).max()), 1e-12)
    found = float(np.abs(seen - right).max()) / size
    if found <= session.tolerance.values or logits is None:
        return found
    squash = softmax if right.shape[-1] > 1 else sigmoid
    pairs = [(squash(seen), right)] if not np.array_equal(logits, right) else []
    pairs += [(seen, squash(right))] if np.array_equal(logits, right) else []
    others = [float(np.abs(a - b).max()) for a, b in pairs]
    if min(others, default=1.0) <= session.tolerance.values:
        note = (
            "predict returns logits where the reference returns probabilities, or the other way "
            "round; that is not a fault as long as the loss expects them."
        )
        session.notes += [note] if note not in session.notes else []
        return min(others)
    return found


def _like(seen: np.ndarray, right: np.ndarray, logits: np.ndarray | None) -> np.ndarray:
    """Return probabilities of logits, where the reference's outputs are probabilities."""
    if logits is None or np.array_equal(logits, right) or seen.shape != right.shape:
        return seen
    if seen.min(initial=0) >= 0 and seen.max(initial=1) <= 1:
        return seen  # probabilities already
    squashed = (softmax if right.shape[-1] > 1 else sigmoid)(seen)
    nearer = np.linalg.norm(squashed - right) < np.linalg.norm(seen - right)
    return squashed if nearer else seen


def _shown(session: Session, weights: Sequence[np.ndarray]) -> Arrays:
    """Return the weights, with any moving statistics that the loop does not show unchanged."""
    if not session.loop.partial:
        return list(weights)
    moving = set(session.reference.moving)
    return [session.hidden[i] if i in moving else w for i, w in enumerate(weights)]


def _changed(session: Session, weights: Arrays) -> bool:
    """Return whether a call of `predict` changed the weights."""
    pairs = zip(session.loop.weights(session.hidden), weights, strict=True)
    return any(not np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in pairs)


def note_precision(session: Session) -> None:
    """Note that the loop computes with more digits than the reference: that is no fault."""
    learned = [session.moves[-1].after[index] for index in session.reference.trainable]
    if any(_is_wider(session, weight) for weight in learned):
        session.notes.append(
            "The loop computes in float64, the reference in float32. That is no fault, but the two "
            "round differently, and an optimizer like RMSprop amplifies it where gradients are "
            "tiny: cast data and weights to np.float32 arrays for the same rounding."
        )


def _is_wider(session: Session, seen: np.ndarray) -> bool:
    """Return whether numbers have digits that the reference's dtype does not have."""
    if "float64" in {str(w.dtype) for w in session.start} or seen.dtype != np.float64:
        return False
    return bool((seen != seen.astype("float32")).mean() > 0.5)


def _aligned(seen: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return predictions in the right shape: `(n,)` and `(n, 1)` are the same."""
    if seen.size == right.size and sorted(seen.shape) != sorted(right.shape):
        shapes = [tuple(n for n in array.shape if n > 1) for array in (seen, right)]
        return seen.reshape(right.shape) if shapes[0] == shapes[1] else seen
    return seen


def _in_order_of(seen: np.ndarray, right: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return the reference's rows in the loop's order, by the first column."""
    places = np.empty_like(order)
    places[np.argsort(seen[:, 0])] = order
    return right[places]
