"""The comparison: stage after stage, until one differs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from kerasfoundations.checks import positive_number
from kerasfoundations.diagnose import data, losses, moving, outputs, penalties, probes, updates
from kerasfoundations.diagnose.causes import words
from kerasfoundations.diagnose.dropouts import check_dropout
from kerasfoundations.diagnose.epochs import Epoch, check_epochs, run_epochs
from kerasfoundations.diagnose.findings import Candidate, Check, Finding, ranked
from kerasfoundations.diagnose.loops import LoopFailure, Watched
from kerasfoundations.diagnose.moves import Tolerance
from kerasfoundations.diagnose.packing import Packing, flat
from kerasfoundations.diagnose.places import whereabouts
from kerasfoundations.diagnose.reference import Reference
from kerasfoundations.diagnose.remedies import mend_in
from kerasfoundations.diagnose.report import Cause, Diagnosis
from kerasfoundations.diagnose.session import Answer, Batch, Session
from kerasfoundations.diagnose.storage import stored

MOST_BATCHES = 12
_LIKELY = 0.3  # a candidate that leaves more than this unexplained is not called the cause
_SAFE = 0.5  # with less, the text says "perhaps"
_SURE = 0.25  # nor is one with less confidence
_SHOWN = 4  # causes in a report


def compare_training(
    loop: Any, reference: Any, batches: Iterable[Any], *, tolerance: float | None = None
) -> Diagnosis:
    """Find the first stage at which a training loop differs from Keras's `fit`, and name the cause.

    From equal weights and on equal batches, the step is taken apart: outputs, the loss of each
    sample, its reduction over the batch, penalties, gradients, update, the state carried from step
    to step, and the data used. The comparison ends at the first stage that differs. The reference
    is left unchanged. The loop's weights are restored, but its optimizer has taken a few dozen
    steps: create a new loop for training. A comparison takes one or a few seconds; with ten million
    weights, a minute.

    Args:
        loop: Any object with `get_weights()`, `set_weights(arrays)` and
            `train_step(x, y) -> loss`, or a compiled Keras model that overrides `train_step`.
            Optional methods are compared as well: `predict(x)`, outputs in inference mode;
            `gradients(x, y)`, a list; `train_epoch(batches)` and `fit(x, y, batch_size)`, the loss
            reported for an epoch in the given order. It must not have trained yet.
        reference: A compiled Keras model.
        batches: Pairs `(x, y)` of arrays, samples first, or triples `(x, y, sample_weight)`; for a
            model with several inputs or outputs, `x` or `y` is a list or dict of arrays, and the
            loop gets the same. Of more than twelve, the first eleven and the last are used. Include
            the smaller last batch, if there is one. A `train_step(x, y, sample_weight)` gets the
            weights; they are withheld from one that takes no third argument, as `fit` would have
            used them. Several outputs share one array of weights, or have a list or dict of one
            each, as in `fit`.
        tolerance: The largest relative difference that counts as rounding; `None` chooses it by
            the reference's dtype.

    Returns:
        A `Diagnosis`.

    Raises:
        ValueError: for a loop without these methods, a reference that is not compiled, or invalid
            batches.

    Example:
        >>> import keras, tensorflow as tf
        >>> from kerasfoundations.diagnose import VariablesLoop
        >>> x, y = np.random.default_rng(0).normal(size=(2, 30, 3)).astype("float32")
        >>> batches = [(x[at : at + 12], y[at : at + 12, :1]) for at in (0, 12, 24)]
        >>> reference = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        >>> reference.compile(keras.optimizers.SGD(0.1), "mse")
        >>> W, b = tf.Variable(tf.zeros((3, 1))), tf.Variable(tf.zeros(1))
        >>> def train_step(x, y):
        ...     with tf.GradientTape() as tape:
        ...         loss = tf.reduce_sum((tf.matmul(x, W) + b - y) ** 2)
        ...     for w, g in zip([W, b], tape.gradient(loss, [W, b])):
        ...         w.assign_sub(0.1 * g)
        ...     return loss
        >>> found = compare_training(VariablesLoop([W, b], train_step), reference, batches)
        >>> found.equal, found.stage, found.cause
        (False, 'reduction', 'loss_summed')
        >>> print(found.causes[0].mend)
        Use reduce_mean instead of reduce_sum over the batch.
    """
    if tolerance is not None:
        tolerance = positive_number("tolerance", tolerance)
    taken = Reference(reference)
    pairs = _batches(batches, taken)
    _check_reference(taken, pairs[0])
    chosen = Tolerance.of(taken.dtype, tolerance)
    with taken.kept():
        session = None
        try:
            watched = Watched(loop, taken.shapes, taken.trainable, taken.weights())
            watched.inputs, watched.targets = taken.inputs, taken.targets
            watched.weighings = taken.weighings
            own = stored(watched.weights(taken.weights()))
            _check_apart(watched, taken)
            session = Session(taken, watched, pairs, chosen)
            try:
                return _compared(session)
            finally:
                _put_back(watched, own)
        except LoopFailure as failure:
            return _failed(failure, session)


def _compared(session: Session) -> Diagnosis:
    """Check one stage after another."""
    session.trying(lambda: session.loop.check_that_set_sets(session.near()))
    predictions = session.trying(lambda: outputs.check_predictions(session))
    session.run()
    session.check_reference()
    session.lasting()
    outputs.note_precision(session)
    epochs, failure = _epochs(session)
    checks: list[Check] = []
    for ask in (
        lambda: predictions,
        lambda: session.trying(lambda: _dropout(session)),
        lambda: data.check_reported(session),
        lambda: session.trying(lambda: _losses_and_penalties(session)),
        lambda: updates.check_gradients(session),
        lambda: updates.check_moves(session),
        lambda: moving.check_moving(session),
        lambda: data.check_batches(session),
        lambda: check_epochs(session, epochs),
    ):
        more, finding = ask()
        checks += more
        if finding is not None:
            return _different(session, checks, finding)
    if failure is not None:
        raise failure
    return _equal(session, checks)


def _dropout(session: Session) -> Answer:
    """Check random layers; a loss that no dropout explains may be wrong by itself."""
    checks, finding = check_dropout(session)
    if finding is None or any(candidate.misfit < _LIKELY for candidate in finding.candidates):
        return checks, finding
    more, other = _losses_and_penalties(session)
    return (checks, finding) if other is None else (more, other)


def _losses_and_penalties(session: Session) -> Answer:
    """Check the stages `loss`, `reduction` and `regularization`."""
    near, far = session.near(), session.near(1.6, seed=1)
    asked = probes.probes(session, near)
    checks, finding = losses.check_losses(session, near, asked)
    if finding is not None:
        if not any(c.explains and c.weight >= 0.1 for c in finding.candidates):
            finding.candidates += data.explain(session, apart=finding.check.what != losses.SINGLE)
        finding.candidates += losses.rounded(session, finding.check, near, asked)
        return checks, finding
    more, finding = losses.check_clipping(session)
    checks += more
    if finding is None:
        more, finding = penalties.check_activities(asked)
        checks += more
    if finding is not None:
        return checks, finding
    mixed = probes.probe(session, far, "mixed", session.first)
    seen = [
        float(np.median([one.seen - one.right - one.penalty for one in asked])),
        mixed.seen - mixed.right - mixed.penalty,
    ]
    sets = [near, far]
    seen = [left + session.penalty(weights) for left, weights in zip(seen, sets, strict=True)]
    more, finding = penalties.check_penalty(session, sets, seen)
    if finding is not None:
        moves = [move for move in session.moves if move.run == "same"]
        if updates.moves_are_right(session, moves):
            finding.candidates = [
                Candidate("penalty_not_reported", c.misfit, c.detail)
                if c.cause == "penalty_missing"
                else c
                for c in finding.candidates
            ]
    return checks + more, finding


def _epochs(session: Session) -> tuple[list[Epoch], LoopFailure | None]:
    """Run the loop's own epochs, while its slots are known; return a failure to raise later."""
    epochs: list[Epoch] = []
    try:
        epochs += run_epochs(session)
    except LoopFailure as failure:
        return epochs, failure
    return epochs, None


def _equal(session: Session, checks: list[Check]) -> Diagnosis:
    worst = max(checks, key=lambda check: check.difference / (check.allowed or 1.0))
    message = (
        f"No stage differs: the loop took {len(session.moves)} steps, on the first batch several "
        "times and then on the others, and each did what fit does from the same weights on the "
        "same batch. The largest difference seen, compared with what rounding allows, was in "
        f"{worst.what}: {worst.difference:.1e} relative, {worst.allowed:.1e} allowed."
    )
    return Diagnosis(True, None, None, message, **_details(session, checks, equal=True))


def _different(session: Session, checks: list[Check], finding: Finding) -> Diagnosis:
    """Return the report on the first stage that differs."""
    framework = getattr(session.loop.loop, "framework", "")
    order = []
    for candidate, confidence in ranked(finding.candidates):
        if confidence >= 0.01:
            order.append(_cause(candidate, confidence, finding.stage, framework))
            if len(order) == 1:  # of two faults, both
                also = [Candidate(name, candidate.misfit) for name in candidate.also]
                order += [_cause(one, confidence, finding.stage, framework) for one in also]
    best = next(iter(ranked(finding.candidates)), None)
    known = best is not None and best[0].misfit <= _LIKELY and best[1] >= _SURE
    stage = order[0].stage if known else finding.stage
    cause = order[0].name if known else "unknown"
    check = finding.check
    size = (
        "not finite"
        if not np.isfinite(check.difference)
        else f"relative difference {check.difference:.2g}"
    )
    seen = "" if stage == check.stage else f" (seen in the {check.stage})"
    message = f"The first stage that differs is {stage}{seen}: {check.what}, {size}"
    message += f" (rounding allows {check.allowed:.1g}). "
    if known:
        first = order[0]
        likely = "Most likely" if first.confidence >= _SAFE else "Perhaps"
        message += f"{likely} ({first.confidence:.0%} sure): {first}. To fix it: {first.mend}"
        for name in best[0].also if best else ():
            message += f" To fix the other: {words(name).mend}"
    else:
        where = whereabouts(session, finding)
        message += " ".join(
            filter(None, (f"{words('unknown').what.capitalize()}.", where, words("unknown").mend))
        )
    return Diagnosis(False, stage, cause, message, order[:_SHOWN], **_details(session, checks))


def _cause(candidate: Candidate, confidence: float, stage: str, framework: str) -> Cause:
    name, detail = candidate.cause, candidate.detail
    what, mend = words(name)
    mend += mend_in(framework, name)
    return Cause(name, confidence, candidate.stage or stage, what, detail, mend)


def _failed(failure: LoopFailure, session: Session | None) -> Diagnosis:
    """Return the report on a loop that cannot be compared."""
    what, mend = words(failure.cause)
    mend += mend_in(getattr(session.loop.loop, "framework", ""), failure.cause) if session else ""
    stages = {"loss_not_reduced": "reduction", "untracked_variable": "gradients"}
    stages |= {"not_finite": "loss", "adam_count": "update"}
    stage = stages.get(failure.cause)
    cause = Cause(failure.cause, 0.95, stage, what, failure.text.rstrip("."), mend)
    message = f"{what[:1].upper()}{what[1:]}: {failure.text.rstrip('.')}. To fix it: {mend}"
    details = _details(session, []) if session else {}
    return Diagnosis(False, stage, failure.cause, message, [cause], **details)


def _details(session: Session, checks: list[Check], equal: bool = False) -> dict[str, Any]:
    """Return what the picture and the tables show."""
    moves = [move for move in session.moves if move.run != "far"]
    names = [session.reference.names[index] for index in session.reference.trainable]
    ratios = []
    for move in moves:
        right, seen = (session.sample.norms(row) for row in (move.right, move.delta))
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios.append(np.where(right > 0, seen / right, np.nan))
    return {
        "checks": checks,
        "notes": session.notes,
        "names": names,
        "losses": np.array([move.loss for move in moves]),
        "reference_losses": session.reference_losses(equal),
        "ratios": np.array(ratios).reshape(len(moves), len(names)),
    }


def _batches(batches: Iterable[Any], reference: Reference) -> list[Batch]:
    """Return the batches to compare on, as pairs of arrays."""
    if isinstance(batches, tuple) and len(batches) in (2, 3) and hasattr(batches[0], "shape"):
        batches = [batches]  # one batch
    try:
        taken = list(itertools.islice(iter(batches), MOST_BATCHES * 100))
    except TypeError:
        raise ValueError(
            f"received a {type(batches).__name__} as batches, expected pairs (x, y) of arrays: "
            "pass a list of them, or a tf.data.Dataset of batches."
        ) from None
    pairs = []
    for number, batch in enumerate(taken):
        if not isinstance(batch, Sequence) or len(batch) not in (2, 3):
            raise ValueError(
                f"received something other than a pair (x, y) as batch {number}: pass a list of "
                "pairs of arrays, or of triples (x, y, sample_weight)."
            )
        try:
            x, y = _parts(reference, batch, number)
            weights = _weights(reference, batch, number)
        except ValueError as error:
            raise ValueError(
                f"received parts of batch {number} that are not arrays ({error}), expected rows of "
                "equal lengths: pad them, and give the padding a mask or a weight of 0."
            ) from error
        if not x.ndim or not y.ndim or not len(x) or len(x) != len(y):
            raise ValueError(
                f"received arrays of shapes {x.shape} and {y.shape} as batch {number}, expected "
                "the same number of samples in both, at least one."
            )
        if x.dtype.kind not in "fiub" or not np.isfinite(x.astype("float64")).all():
            raise ValueError(
                f"received inputs with NaN, infinity or non-numeric values as batch {number}: "
                "check the data first."
            )
        if any(w.shape[:1] != y.shape[:1] or w.dtype.kind not in "fiub" for w in weights):
            raise ValueError(
                f"received sample weights of shape {weights[0].shape} and {weights[0].dtype} as "
                f"part of batch {number}, expected one number for each of its {len(y)} samples."
            )
        if reference.heads and not reference.weighings and weights and weights[0].size != len(y):
            raise ValueError(
                f"received sample weights of shape {weights[0].shape} as part of batch {number}, "
                f"for several outputs, expected one number for each of its {len(y)} samples, which "
                "counts in every output's loss: for more, give a list or dict of one array for "
                "each output, as fit takes it."
            )
        pairs.append((x, y, *weights))
    if len({len(pair) for pair in pairs}) > 1:
        raise ValueError(
            "received batches with and without sample weights, expected the same parts in each: "
            "weigh every sample, with 1 if need be."
        )
    if not pairs:
        raise ValueError("received no batch, expected one or more pairs (x, y) of arrays.")
    if len(pairs) > MOST_BATCHES:  # the last one shows what happens to a smaller batch
        pairs = [*pairs[: MOST_BATCHES - 1], pairs[-1]]
    return pairs


def _parts(reference: Reference, batch: Sequence[Any], number: int) -> tuple[np.ndarray, ...]:
    """Return inputs and targets as one array each; several are packed."""
    several = len(getattr(reference.model, "inputs", None) or [0]) > 1, bool(reference.heads)
    found = []
    for part, name, packed in zip(batch[:2], ("inputs", "targets"), several, strict=True):
        many = isinstance(part, dict) or (
            isinstance(part, list | tuple) and len(part) > 1 and hasattr(part[0], "shape")
        )
        if many != packed:
            kind = f"a {type(part).__name__} of {len(part)}" if many else f"{type(part).__name__}"
            fits = f"an array for each of the reference's {name}" if packed else "one array"
            raise ValueError(
                f"received {'several' if many else 'single'} {name} as batch {number} ({kind}), "
                f"expected {fits}: give the model what its fit takes."
            )
        if packed and getattr(reference, name) is None:
            setattr(reference, name, Packing.of(part))
        packing = getattr(reference, name)
        found.append(np.asarray(part) if packing is None else packing.pack(part))
    return tuple(found)


def _weights(reference: Reference, batch: Sequence[Any], number: int) -> list[np.ndarray]:
    """Return the sample weights in a list, empty without any; one for each output are packed."""
    given = batch[2] if len(batch) > 2 else None
    if given is None:
        return []
    parts = flat(given) if isinstance(given, dict | list | tuple) else []
    several = isinstance(given, dict) or any(np.ndim(part) or part is None for part in parts)
    if not reference.heads or not several:
        if isinstance(given, dict):
            raise ValueError(
                f"received a dict of sample weights as part of batch {number} for one output, "
                "expected an array: give the model what its fit takes."
            )
        return [np.asarray(given)]
    if len(parts) != len(reference.heads) or any(part is None for part in parts):
        raise ValueError(
            f"received sample weights for {sum(part is not None for part in parts)} of "
            f"{len(reference.heads)} outputs as part of batch {number}, expected an array for each "
            "output, or one array for all: give an output without weights an array of ones."
        )
    if reference.weighings is None:
        reference.weighings = Packing.of(given)
    return [reference.weighings.pack(given)]


def _check_reference(reference: Reference, batch: Batch) -> None:
    """Check that the reference itself accepts the batches."""
    with reference.kept():
        try:
            reference.total(*batch)
        except Exception as error:
            shapes = f"{batch[0].shape} and {batch[1].shape}"
            raise ValueError(
                f"received batches of shapes {shapes}, on which the reference itself raises "
                f"{type(error).__name__}: {str(error)[:500]}: pass batches that fit it."
            ) from error


def _check_apart(watched: Watched, reference: Reference) -> None:
    """Check that the loop and the reference have weights of their own."""
    before = reference.weights()
    own = watched.weights(before)
    moved = [w + np.asarray(0.5, w.dtype) if w.dtype.kind == "f" else w for w in own]
    try:
        watched.set(reference.allowed(moved))
    except LoopFailure:  # it takes only weights of its own, and is asked at no others
        return
    after = reference.weights()
    watched.set(own)
    if any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True)):
        raise ValueError(
            "received a loop that shares its weights with the reference: build a second model of "
            "the same shape for the reference."
        )


def _put_back(watched: Watched, own: Sequence[np.ndarray]) -> None:
    """Restore the loop's own weights, if it had any and still allows that."""
    if watched.empty:
        return
    try:
        watched.set(own)
    except LoopFailure:
        return
