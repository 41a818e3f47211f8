"""Random layers in training mode: whether they are random, and by how much."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from kerasfoundations.diagnose.findings import Candidate, Check, Finding, misfit
from kerasfoundations.diagnose.forwards import changed_attributes
from kerasfoundations.diagnose.outputs import without_randomness
from kerasfoundations.diagnose.reference import Arrays, Reference
from kerasfoundations.diagnose.session import Session

_ASKED, _FEW_ASKED = 60, 15  # how often the same loss is asked for; of a large model
_TRIED = 12  # how often the reference is asked where a factor shows best
_LARGE = 8.0  # how far apart outputs are where a factor shows
_SIGMAS = 5.5  # how far apart the means may be
_UNSURE = 2.0  # from where on more is asked, in the same errors
_RATES = (0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9)


def check_dropout(session: Session) -> tuple[list[Check], Finding | None]:
    """Check whether random layers are random in training mode, and by how much."""
    if not session.reference.stochastic:
        return [], None
    checks, finding = _check_at(session, _weights(session))
    if finding is None and not session.forbidden:
        more, finding = _check_at(session, _telling(session))
        checks = [max(*checks, *more, key=lambda check: check.difference)]
    return checks, finding


def _check_at(session: Session, weights: Arrays) -> tuple[list[Check], Finding | None]:
    """Compare the losses at some weights, asked for many times."""
    asked = _FEW_ASKED if session.large else _ASKED
    seen, right = _seen(session, weights, asked), _losses(session, weights, asked)
    unsure = max(_apart(seen, right), _spreads_apart(seen, right))
    if unsure > _UNSURE and not session.large and seen.std():
        seen = np.concatenate([seen, _seen(session, weights, 3 * asked)])
        right = np.concatenate([right, _losses(session, weights, 3 * asked)])
    still = np.ptp(seen) <= 1e-3 * (float(right.std()) + 1e-12)
    check = Check("outputs", "mean loss with dropout, in standard errors", 0.0, _SIGMAS)
    check.difference = _apart(seen, right)
    if check.passed and not still:
        return _check_spread(session, weights, check, seen, right)
    check.difference = max(check.difference, 1.1 * _SIGMAS)
    found = _off(session, weights, seen, right) if still else _other_rates(session, weights, seen)
    return [check], Finding("outputs", check, found)


def _check_spread(
    session: Session, weights: Arrays, check: Check, seen: np.ndarray, right: np.ndarray
) -> tuple[list[Check], Finding | None]:
    """Check whether the losses vary as if one mask served the whole batch."""
    wide = Check("outputs", "spread of the losses with dropout, in standard errors", 0.0, _SIGMAS)
    wide.difference = _spreads_apart(seen, right)
    layers = [one for one in session.reference.stochastic if hasattr(one, "noise_shape")]
    if wide.passed or not layers or seen.std() < right.std():
        return [check], None
    with contextlib.ExitStack() as stack:
        for layer in layers:
            shape = (1, *layer.input.shape[1:])
            stack.enter_context(changed_attributes(layer, noise_shape=shape))
        made = _losses(session, weights, len(seen))
    if max(_spreads_apart(seen, made), _apart(seen, made)) > _SIGMAS / 2:
        return [check], None
    return [check, wide], Finding("outputs", wide, [Candidate("dropout_mask_shared", 0.02)])


def _spreads_apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far apart the logarithms of two deviations are, in standard errors."""
    errors = []
    for values in (one, other):
        far = ((values - values.mean()) / (values.std() + 1e-12)) ** 2
        errors.append((max(float((far**2).mean()) - 1, 1.0) / (4 * len(values))) ** 0.5)
    ratio = np.log((one.std() + 1e-12) / (other.std() + 1e-12))
    return abs(float(ratio)) / float(np.hypot(*errors))


def _weights(session: Session, seed: int = 5) -> Arrays:
    """Return weights near the start that are all in use."""
    random = np.random.default_rng(seed)
    weights = [w + 0.0 for w in session.start]
    for place in session.reference.trainable:
        spread = float(weights[place].std()) or 0.3
        noise = random.normal(size=weights[place].shape) * 0.3 * spread
        weights[place] = (weights[place] + noise).astype(weights[place].dtype)
    return list(session.start) if session.forbidden else session.reference.allowed(weights)


def _telling(session: Session) -> Arrays:
    """Return weights where it shows best if dropout does not scale what it keeps.

    Outputs are large there, and of several sets of weights the one is taken at which the
    reference's losses with and without the factor 1 / (1 - rate) are furthest apart.
    """
    plain = [_weights(session, seed) for seed in ((5,) if session.large else (5, 6, 7))]
    chosen = [
        _with_larger_outputs(session, w) for w in [*plain, _in_one_direction(session, plain[0])]
    ]
    layers = [layer for layer in session.reference.stochastic if hasattr(layer, "rate")]
    if session.large or not layers:
        return chosen[0]

    def apart(weights: Arrays) -> float:
        right = _losses(session, weights, _TRIED)
        with _unscaled(layers):
            return _apart(right, _losses(session, weights, _TRIED))

    return max(chosen, key=apart)


def _in_one_direction(session: Session, weights: Arrays) -> Arrays:
    """Return weights with which what a random layer keeps adds up, and does not cancel out."""
    place = session.behind()
    found = list(weights)
    if place is not None:
        signs = np.where(np.arange(found[place].shape[-1]) % 2, -1, 1)
        found[place] = np.abs(found[place]) * signs.astype(found[place].dtype)
    return session.reference.allowed(found)


def _with_larger_outputs(session: Session, weights: Arrays) -> Arrays:
    """Return weights whose last layer is scaled until outputs or logits are `_LARGE` apart."""
    reference = session.reference
    with without_randomness(reference):
        reference.set(weights)
        outputs = reference.outputs(session.first[0], training=True)
    spread = float(np.ptp(outputs.values if outputs.logits is None else outputs.logits))
    last = [layer for layer in reference.model._flatten_layers() if layer.weights][-1]
    own = {id(weight) for weight in last.trainable_weights}
    factor = max(_LARGE / max(spread, 1e-3), 1.0)
    pairs = zip(weights, reference.model.weights, strict=True)
    scaled = [w * np.asarray(factor, w.dtype) if id(v) in own else w for w, v in pairs]
    return reference.allowed(scaled)


def _seen(session: Session, weights: Arrays, count: int) -> np.ndarray:
    """Return the loop's losses with one mask after another."""
    found = np.zeros(count)
    for index in range(count):
        session.set(weights)
        found[index] = session.loop.step(*session.first)
    return found


def _losses(session: Session, weights: Arrays, count: int) -> np.ndarray:
    """Return the reference's losses with one mask after another."""
    found = np.zeros(count)
    for index in range(count):
        session.reference.set(weights)
        found[index] = session.reference.total(*session.first)
    return found


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far apart two means are, or those of the logarithms, in standard errors."""
    if min(one.min(), other.min()) > 0:  # a few large losses do not hide there
        return max(_errors(one, other), _errors(np.log(one), np.log(other)))
    return _errors(one, other)


def _errors(one: np.ndarray, other: np.ndarray) -> float:
    error = float(np.hypot(one.std(), other.std())) / len(one) ** 0.5 + 1e-12
    return abs(float(one.mean() - other.mean())) / error


def _off(session: Session, weights: Arrays, seen: np.ndarray, right: np.ndarray) -> list[Candidate]:
    """Return that dropout is off, and whether nothing else differs."""
    with without_randomness(session.reference):
        session.reference.set(weights)
        plain = session.reference.total(*session.first)
    session.reference.set(weights)
    inference = session.reference.total(*session.first, training=False)
    fits = [misfit(seen, np.full(len(seen), value), right) for value in (plain, inference)]
    off = "it is off in training mode"
    found = [Candidate("dropout_mode", min(fits), off)]
    if not found[0].explains:
        found.append(Candidate("dropout_mode", 0.1, f"{off}, and something else differs"))
    return found


def _other_rates(session: Session, weights: Arrays, seen: np.ndarray) -> list[Candidate]:
    """Return the dropout whose losses have the loop's mean and deviation, if there is one."""
    fits = []
    for detail in _other_dropouts(session.reference):
        made = _losses(session, weights, len(seen))
        spread = abs(float(np.log((made.std() + 1e-12) / (seen.std() + 1e-12))))
        fits.append((_apart(seen, made) + 5 * spread, detail))
    best, detail = min(fits, default=(np.inf, ""))
    if best > _SIGMAS:
        return [Candidate("dropout_rate", 0.3, "", 0.5)]
    return [Candidate("dropout_rate", 0.04, detail)]


def _other_dropouts(reference: Reference) -> Iterator[str]:
    """Change the reference's dropout until the next is asked for; yield how."""
    layers = [layer for layer in reference.stochastic if hasattr(layer, "rate")]
    if not layers:
        return
    own = [float(layer.rate) for layer in layers]
    with _unscaled(layers):
        yield "what is kept is not divided by 1 - rate"
    try:
        for rate in sorted({*_RATES, *(1 - rate for rate in own)} - {*own}):
            for layer in layers:
                layer.rate = rate
            yield f"it acts as a rate of about {rate:g}, the reference's is {own[0]:g}"
    finally:
        for layer, before in zip(layers, own, strict=True):
            layer.rate = before


@contextlib.contextmanager
def _unscaled(layers: Sequence[Any]) -> Iterator[None]:
    """Let dropout keep what it keeps as it is, not divided by 1 - rate, inside the block."""
    with contextlib.ExitStack() as stack:
        for layer in layers:
            stack.enter_context(changed_attributes(layer, call=_without_factor(layer)))
        yield


def _without_factor(layer: Any) -> Any:
    call = layer.call
    return lambda inputs, training=False: (
        call(inputs, training=training) * (1 - layer.rate if training else 1)
    )
