"""The stage `outputs`: what the model returns, in inference and in training mode."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from kerasfoundations.diagnose.defaults import other_layers
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.reference import Arrays, Reference
from kerasfoundations.diagnose.session import Session
from kerasfoundations.diagnose.ways import sigmoid, softmax

_ASKED = 6  # how often a loop with random layers is asked for the same loss


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
            candidates = _explained(session, weights, seen, again, right.values)
        elif changed:
            candidates = [Candidate("predict_changes_weights", 0.0)]
        elif _is_wider(session, seen):
            candidates = [Candidate("float64_in_between", 0.0, "predict returns float64")]
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


def check_dropout(session: Session) -> tuple[list[Check], Finding | None]:
    """Check whether random layers are random in training mode, and by how much."""
    if not session.reference.stochastic:
        return [], None
    batch = session.first
    random = np.random.default_rng(5)
    weights = [w + 0.0 for w in session.start]
    for place in session.reference.trainable:
        spread = float(weights[place].std()) or 0.3
        noise = random.normal(size=weights[place].shape) * 0.3 * spread
        weights[place] = (weights[place] + noise).astype(weights[place].dtype)
    weights = session.start if session.forbidden else session.reference.allowed(weights)
    seen, right = np.zeros(_ASKED), np.zeros(_ASKED)
    for index in range(_ASKED):
        session.set(weights)
        seen[index] = session.loop.step(*batch)
        session.reference.set(weights)
        right[index] = session.reference.total(*batch)
    spread = float(right.std()) + 1e-12
    apart = abs(float(seen.mean() - right.mean())) / spread
    check = Check("outputs", "loss with dropout, in standard deviations", apart, 8.0)
    if np.ptp(seen) > 1e-3 * spread and check.passed:
        return [check], None
    with without_randomness(session.reference):
        session.reference.set(weights)
        plain = session.reference.total(*batch)
    session.reference.set(weights)
    inference = session.reference.total(*batch, training=False)
    check.difference, check.allowed = max(apart, 9.0), 8.0
    fits = [misfit(seen, np.full(_ASKED, value), right) for value in (plain, inference)]
    off = "it is off in training mode"
    candidates = [Candidate("dropout_mode", min(fits), off)]
    if np.ptp(seen) <= 1e-3 * spread and not candidates[0].explains:
        candidates.append(Candidate("dropout_mode", 0.1, f"{off}, and something else differs"))
    elif np.ptp(seen) > 1e-3 * spread:
        candidates.append(Candidate("dropout_rate", 0.04))
    return [check], Finding("outputs", check, candidates)


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


# The inputs as they would be with pixels scaled differently.
SCALES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "255 times as large as the reference's": lambda x: x * 255.0,
    "1/255 of the reference's": lambda x: x / 255.0,
    "in [-1, 1] where the reference's are in [0, 1]": lambda x: 2.0 * x - 1.0,
}


def _explained(
    session: Session, weights: Arrays, seen: np.ndarray, again: np.ndarray, right: np.ndarray
) -> list[Candidate]:
    """Return what may make predictions differ."""
    x = session.first[0]
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
    if reference.normalizations:
        with without_randomness(reference):
            reference.set(weights)
            batch = reference.outputs(x, training=True).values
        add("batch_norm_mode", batch, "predict normalizes with the batch's own statistics")
    for cause, detail in other_layers(reference):  # each is so until the next is asked for
        reference.set(weights)
        add(cause, reference.outputs(x).values, detail)
    for detail, scale in SCALES.items() if not reference.takes_integers else ():
        reference.set(weights)
        values = reference.outputs(scale(x).astype(reference.input_dtype)).values
        add("pixels_not_scaled", values, f"the inputs are {detail}")
    if right.shape[-1] > 1:
        add("softmax_twice", softmax(right), "softmax of a softmax")
    else:
        add("softmax_twice", sigmoid(right), "sigmoid of a sigmoid")
    order = np.argsort(right[:, 0])
    if right.ndim == 2 and len(right) > 2:
        add("shuffled_apart", _in_order_of(seen, right, order), "the rows are the same", 0.9)
    found += rounded(session, weights, x, seen, right)
    return found


def rounded(
    session: Session, weights: Arrays, x: np.ndarray, seen: np.ndarray, right: np.ndarray
) -> list[Candidate]:
    """Return smaller dtypes whose rounding explains the difference, in size and in pattern."""
    whole = float(np.linalg.norm(right)) or 1.0
    size = float(np.linalg.norm(seen - right)) / whole
    found = []
    for dtype, (low, high) in ROUNDING.items():
        if BITS[dtype] >= BITS.get(session.reference.dtype, 23):
            continue
        if low <= size <= high:
            alike = _alike(session, weights, x, seen, right, dtype)
            if dtype == "bfloat16" and alike < 0.5:
                continue  # the size alone could mean anything
            found.append(Candidate(f"{dtype}_in_between", 0.25 - 0.24 * alike, weight=0.8))
    return found


# The relative differences that rounding to a dtype leaves in a model's outputs.
ROUNDING = {"float32": (1e-10, 3e-6), "float16": (1e-5, 1.2e-2), "bfloat16": (3e-4, 5e-2)}
BITS = {"bfloat16": 7, "float16": 10, "float32": 23, "float64": 52}


def _alike(
    session: Session,
    weights: Arrays,
    x: np.ndarray,
    seen: np.ndarray,
    right: np.ndarray,
    dtype: str,
) -> float:
    """Return how much inputs and weights rounded to a dtype explain the difference, 0 to 1."""
    import ml_dtypes

    kind = ml_dtypes.bfloat16 if dtype == "bfloat16" else np.dtype(dtype)

    def down(array: np.ndarray) -> np.ndarray:
        return array.astype(kind).astype(array.dtype)

    # An output that is a number of the small dtype was rounded last.
    if np.array_equal(down(np.asarray(seen)), seen) and not np.array_equal(down(right), right):
        return 1.0
    best = 0.0
    for rounded_x, rounded_weights in ((True, True), (True, False), (False, True)):
        session.reference.set([down(w) for w in weights] if rounded_weights else weights)
        other = np.asarray(x, session.reference.input_dtype)
        values = session.reference.outputs(down(other) if rounded_x else other).values
        a, b = (values - right).ravel(), (seen - right).ravel()
        norms = float(np.linalg.norm(a) * np.linalg.norm(b))
        best = max(best, float(a @ b) / norms if norms else 0.0)
    return best


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


def _shown(session: Session, weights: Arrays) -> Arrays:
    """Return the weights, with any moving statistics that the loop does not show unchanged."""
    if not session.loop.partial:
        return weights
    moving = set(session.reference.moving)
    return [session.hidden[i] if i in moving else w for i, w in enumerate(weights)]


def _changed(session: Session, weights: Arrays) -> bool:
    """Return whether a call of `predict` changed the weights."""
    pairs = zip(session.loop.weights(session.hidden), weights, strict=True)
    return any(not np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in pairs)


def check_precision(session: Session) -> tuple[list[Check], Finding | None]:
    """Check that the weights have no more digits than the reference's dtype."""
    last = session.moves[-1].after
    learned = [last[index] for index in session.reference.trainable]
    if not any(_is_wider(session, weight) for weight in learned):
        return [], None
    check = Check("outputs", "digits of the weights", 1.0, 0.0)
    detail = "the weights after a step have digits that float32 does not have"
    return [check], Finding("outputs", check, [Candidate("float64_in_between", 0.0, detail)])


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
