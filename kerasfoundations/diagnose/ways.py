"""From outputs to the losses of samples: the right way, and common wrong ways.

Rows are the losses of the samples: functions of probabilities or outputs `p (n, k)`, logits
`z (n, k)` and targets `y (n, k)`, one-hot for classes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

Array = np.ndarray
Rows = Callable[[Array, Array, Array], Array]
Change = Callable[[Array], Array]


@dataclass(frozen=True)
class Way:
    """A way to do one thing: the right one has no cause.

    Attributes:
        cause: Identifier of the cause.
        function: What it computes.
        detail: Details, for the message.
        weight: How common it is.
        stage: Where it belongs, if not where it is looked for.
    """

    cause: str
    function: Callable[..., Any]
    detail: str = ""
    weight: float = 1.0
    stage: str = ""


# Rows: a loss for each sample


def softmax_rows(p: Array, z: Array, y: Array) -> Array:
    """Return the cross-entropy after softmax, from the logits."""
    return -(y * log_softmax(z)).sum(axis=-1)


def sigmoid_rows(p: Array, z: Array, y: Array) -> Array:
    """Return the binary cross-entropy after sigmoid, from the logits, averaged over outputs."""
    return (np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))).mean(axis=-1)


def squared_rows(p: Array, z: Array, y: Array) -> Array:
    """Return the squared error, averaged over the outputs."""
    return ((p - y) ** 2).mean(axis=-1)


def absolute_rows(p: Array, z: Array, y: Array) -> Array:
    """Return the absolute error, averaged over the outputs."""
    return np.abs(p - y).mean(axis=-1)


_SHARES = {"sigmoid": 2}  # classes of the labels that are smoothed, if not one for each output

RIGHT: dict[str, Rows] = {
    "softmax": softmax_rows,
    "sigmoid": sigmoid_rows,
    "squared": squared_rows,
    "absolute": absolute_rows,
}


def smoothed_rows(rows: Rows, amount: float, p: Array, z: Array, y: Array, share: int = 0) -> Array:
    """Return losses of smoothed labels: `(1 - s)·y + s / k`, with sigmoids `(1 - s)·y + s / 2`."""
    share = share or (2 if rows is sigmoid_rows else y.shape[-1])
    return rows(p, z, y * (1 - amount) + amount / share)


def scaled_rows(right: Rows, scale: float) -> Iterator[Way]:
    """Yield the losses times the reference's loss scale."""
    if scale != 1:
        yield Way("loss_scale_reported", partial(_times, scale, right), f"{scale:g} times")


def wrong_rows(kind: str, right: Rows, num_outputs: int, smoothing: float = 0.0) -> Iterator[Way]:
    """Yield wrong losses of samples.

    Args:
        kind: The kind of the right loss.
        right: The right losses.
        num_outputs: Outputs of the model.
        smoothing: By how much the reference smooths labels.
    """
    yield from multiples(kind, right, num_outputs)
    if kind in ("softmax", "sigmoid"):
        yield from _other_smoothings(RIGHT[kind], smoothing)
    wrong = {"softmax": _wrong_softmax, "sigmoid": _wrong_sigmoid}.get(kind)
    for way in wrong() if wrong else ():  # the labels are smoothed all the same
        smoothed = partial(smoothed_rows, way.function, smoothing, share=_SHARES.get(kind, 0))
        yield replace(way, function=smoothed) if smoothing else way
    if kind == "softmax":
        yield from _other_labels()
    else:
        detail = "their fraction is cut off"
        yield Way("targets_rounded", partial(_changed_targets, np.trunc, right), detail)
        detail = "to the nearest integer"
        yield Way("targets_rounded", partial(_changed_targets, np.round, right), detail, 0.8)
        if kind != "sigmoid":
            detail = "0 and 1 are swapped"
            yield Way("labels_swapped", partial(_changed_targets, _swapped, right), detail)
    if kind == "other":
        # Less likely than what follows: hinge losses of 0 and 1 are the same either way.
        yield Way("arguments_swapped", lambda p, z, y: right(y, z, p), weight=0.3)
        yield from _other_arguments()
    yield from _other_losses(kind)


def multiples(kind: str, right: Rows, num_outputs: int) -> Iterator[Way]:
    """Yield the right losses times a number."""
    k = num_outputs
    factors = [("loss_halved", 0.5, ""), ("loss_doubled", 2.0, ""), ("loss_negated", -1.0, "")]
    if k > 1 and kind in ("softmax", "other"):
        factors.append(("loss_averaged_over_outputs", 1 / k, f"there are {k} of them"))
    if k > 1 and kind != "softmax":
        factors.append(("loss_summed_over_outputs", float(k), f"there are {k} of them"))
    if kind in ("softmax", "sigmoid"):
        factors.append(("loss_in_bits", 1 / math.log(2), "log base 2"))
        factors.append(("loss_in_bits", 1 / math.log(10), "log base 10"))
    for cause, factor, detail in factors:
        twin = k == 2 and not detail and factor == (0.5 if kind == "softmax" else 2.0)
        yield Way(cause, partial(_times, factor, right), detail, 0.3 if twin else 1.0)


def _other_smoothings(rows: Rows, own: float) -> Iterator[Way]:
    """Yield labels that are smoothed by another amount, or not at all."""
    if own:
        yield Way("label_smoothing_missing", rows, f"the reference smooths by {own:g}", 1.5)
    for amount in (0.01, 0.05, 0.1, 0.2, 0.3):
        if amount != own:
            detail = f"by {amount:g}" + (f", the reference by {own:g}" if own else "")
            yield Way("label_smoothing", partial(smoothed_rows, rows, amount), detail)
    if own and rows is softmax_rows:
        detail = f"what is taken off, {own:g}, is spread over the wrong classes only"
        yield Way("label_smoothing", partial(_spread, own), detail, 0.8)
    shares: dict[str, Change] = {
        "added to every label as it is": lambda y: own + 0 * y,
        "added to no label": lambda y: 0 * y,
        "halved and added to every label, as of a sigmoid's": lambda y: own / 2 + 0 * y,
        "divided by k - 1 and added to every label": lambda y: own / (y.shape[-1] - 1) + 0 * y,
    }
    for words, share in shares.items() if own and rows is softmax_rows else ():
        function = partial(_off_and_on, rows, own, share)
        yield Way("label_smoothing_share", function, f"the {own:g} taken off is {words}")
    if own and rows is sigmoid_rows:
        for added, words in ((own, "added to every label as it is"), (0.0, "added to no label")):
            function = partial(_off_and_on, rows, own, partial(_everywhere, added))
            yield Way("label_smoothing_share", function, f"the {own:g} taken off is {words}")


def _wrong_softmax() -> Iterator[Way]:
    """Yield other ways to apply softmax and logarithm."""
    yield Way("softmax_twice", lambda p, z, y: softmax_rows(p, softmax(z), y))
    for detail, softmax_over in OTHER_AXES.items():
        yield Way("softmax_axis", partial(_log_of, softmax_over), detail, stage="outputs")
    detail = "the loss is -p, not -log p"
    yield Way("log_missing", lambda p, z, y: -(y * softmax(z)).sum(axis=-1), detail)
    yield Way("axes_mixed", lambda p, z, y: softmax_rows(p, _mixed(z), y))
    for highest in _HIGHEST:
        yield Way("arguments_swapped", partial(_softmax_swapped, highest), weight=2.0)
    as_probabilities: dict[str, Change] = {
        "clipped, then normalized": lambda z: normalized(_clip(1e-7, z)),
        "normalized, then clipped": lambda z: _clip(1e-7, normalized(z)),
        "clipped": partial(_clip, 1e-7),
        "clipped from below": lambda z: np.maximum(z, 1e-7),
        "with 1e-7 added": lambda z: z + 1e-7,
        "as they are": lambda z: z,
    }
    for detail, change in as_probabilities.items():
        yield Way("logits_as_probabilities", partial(_log_of, change), f"they are {detail}")
    for epsilon in _EPSILONS:
        clipped: dict[str, Change] = {
            f"at {epsilon:g}": partial(_clip, epsilon),
            f"at {epsilon:g}, and normalized": partial(_clip_and_normalize, epsilon),
            f"by adding {epsilon:g}": partial(np.add, epsilon),
        }
        for detail, change in clipped.items():
            yield Way("probabilities_clipped", partial(_log_of_softmax, change), detail)


def _other_labels() -> Iterator[Way]:
    """Yield the label before or after the right one; labels that fall out wrap, vanish or stay."""
    for shift, name in ((1, "after"), (-1, "before")):
        detail = f"the label {name} the right one is used"
        for move in (np.roll, partial(_pushed, stays=False), partial(_pushed, stays=True)):
            yield Way("labels_off_by_one", partial(_with_labels, move, shift), detail)


def _wrong_sigmoid() -> Iterator[Way]:
    """Yield other ways to apply sigmoid and logarithm."""
    yield Way("softmax_twice", lambda p, z, y: sigmoid_rows(p, sigmoid(z), y), "sigmoid twice")
    for highest in _HIGHEST:
        as_they_are = partial(_binary_as_they_are, highest)
        yield Way("logits_as_probabilities", as_they_are)
    for epsilon in _EPSILONS:
        yield Way("probabilities_clipped", partial(_binary_clipped, epsilon), f"at {epsilon:g}")
        detail = f"by adding {epsilon:g}"
        yield Way("probabilities_clipped", partial(_binary_added, epsilon), detail)
    for highest in _HIGHEST:
        yield Way("arguments_swapped", partial(_binary_swapped, highest), weight=2.0)
    swapped = "0 and 1 are swapped"
    yield Way("labels_swapped", lambda p, z, y: sigmoid_rows(p, z, 1 - y), swapped)


def _other_arguments() -> Iterator[Way]:
    """Yield losses that take their arguments in another form than Keras's."""
    for power, name in ((1, "hinge"), (2, "squared hinge")):
        hinge = partial(_hinge, power)
        yield Way("hinge_labels", hinge, f"the {name} loss of the labels as they are")
    yield Way("poisson_log", lambda p, z, y: (np.exp(p) - y * p).mean(axis=-1))


def _hinge(power: int, p: Array, z: Array, y: Array) -> Array:
    return (np.maximum(0, 1 - y * p) ** power).mean(axis=-1)


def _other_losses(kind: str) -> Iterator[Way]:
    """Yield entirely different losses."""
    regression: dict[str, Rows] = {
        "mean squared error": squared_rows,
        "sum of squared errors": lambda p, z, y: ((p - y) ** 2).sum(axis=-1),
        "mean absolute error": absolute_rows,
        "root mean squared error": lambda p, z, y: squared_rows(p, z, y) ** 0.5,
        "Huber loss": lambda p, z, y: _huber(p - y).mean(axis=-1),
        "log-cosh": lambda p, z, y: np.log(np.cosh(p - y)).mean(axis=-1),
    }
    classes: dict[str, Rows] = {
        "mean squared error of the logits": lambda p, z, y: ((z - y) ** 2).mean(axis=-1),
        "hinge loss": lambda p, z, y: np.maximum(0, 1 - (2 * y - 1) * p).mean(axis=-1),
        "one minus the right probability": lambda p, z, y: 1 - (y * p).sum(axis=-1),
        "the cross-entropy of label 1 alone": lambda p, z, y: -(y * np.log(p)).mean(axis=-1),
    }
    softmaxes: dict[str, Rows] = {
        "binary cross-entropy of each output": lambda p, z, y: binary(softmax(z), y).mean(axis=-1),
        "sigmoid and binary cross-entropy of each output": sigmoid_rows,
        "sum of sigmoid cross-entropies": lambda p, z, y: sigmoid_rows(p, z, y) * z.shape[-1],
    }
    own = {"squared": squared_rows, "absolute": absolute_rows}.get(kind)
    others = regression | (classes if kind in ("softmax", "sigmoid") else {})
    others |= softmaxes if kind == "softmax" else {}
    for detail, rows in others.items():
        if rows is not own and not (kind == "squared" and detail.startswith("sum of squared")):
            yield Way("another_loss", rows, detail)


# Arrays


_HIGHEST = (1 - 1e-7, float(np.float32(1 - 1e-7)))  # in float32 1.2e-7 is left to 1
_EPSILONS = (0.1, 0.05, 0.02, 0.01, *(10.0**-power for power in range(3, 16)))


def softmax(z: Array) -> Array:
    """Return `exp(z) / Σ exp(z)`, row by row."""
    return np.exp(log_softmax(z))


def log_softmax(z: Array) -> Array:
    """Return the logarithm of `softmax`, without a log of 0."""
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def sigmoid(z: Array) -> Array:
    """Return `1 / (1 + exp(-z))`."""
    return np.exp(-np.logaddexp(0, -z))


def _over_the_batch(z: Array) -> Array:
    return np.moveaxis(softmax(np.moveaxis(z, 0, -1)), -1, 0)


def _over_the_steps(z: Array) -> Array:
    return np.moveaxis(softmax(np.moveaxis(z, 1, -1)), -1, 1)


def _over_everything(z: Array) -> Array:
    return softmax(z.ravel()).reshape(z.shape)


# Softmax over other axes than the classes.
OTHER_AXES: dict[str, Change] = {
    "it runs over the samples of the batch (axis 0)": _over_the_batch,
    "it runs over axis 1": _over_the_steps,
    "it runs over the whole array": _over_everything,
}


def normalized(p: Array) -> Array:
    """Return rows divided by their sums."""
    return p / p.sum(axis=-1, keepdims=True)


def binary(p: Array, y: Array) -> Array:
    """Return the binary cross-entropy of probabilities, element by element."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _swapped(y: Array) -> Array:
    return 1 - y


def _times(factor: float, rows: Rows, p: Array, z: Array, y: Array) -> Array:
    return factor * rows(p, z, y)


def _changed_targets(change: Change, rows: Rows, p: Array, z: Array, y: Array) -> Array:
    return rows(p, z, change(y))


def _mixed(z: Array) -> Array:
    """Return logits `(n, t, k)` read as if they were `(n, k, t)`."""
    return z.reshape(len(z), z.shape[-1], -1).swapaxes(1, 2).reshape(z.shape)


def _clip(epsilon: float, p: Array) -> Array:
    return np.clip(p, epsilon, 1 - epsilon)


def _binary_swapped(highest: float, p: Array, z: Array, y: Array) -> Array:
    return binary(np.clip(y, 1e-7, highest), sigmoid(z)).mean(axis=-1)


def _softmax_swapped(highest: float, p: Array, z: Array, y: Array) -> Array:
    return -(softmax(z) * np.log(np.clip(y, 1e-7, highest))).sum(axis=-1)


def _binary_as_they_are(highest: float, p: Array, z: Array, y: Array) -> Array:
    return binary(np.clip(z, 1e-7, highest), y).mean(axis=-1)


def _clip_and_normalize(epsilon: float, p: Array) -> Array:
    return normalized(_clip(epsilon, p))


def _log_of(change: Change, p: Array, z: Array, y: Array) -> Array:
    return -(y * np.log(change(z))).sum(axis=-1)


def _log_of_softmax(change: Change, p: Array, z: Array, y: Array) -> Array:
    return -(y * np.log(change(softmax(z)))).sum(axis=-1)


def _binary_clipped(epsilon: float, p: Array, z: Array, y: Array) -> Array:
    return binary(_clip(epsilon, sigmoid(z)), y).mean(axis=-1)


def _binary_added(epsilon: float, p: Array, z: Array, y: Array) -> Array:
    q = sigmoid(z)
    return -(y * np.log(q + epsilon) + (1 - y) * np.log(1 - q + epsilon)).mean(axis=-1)


def _spread(amount: float, p: Array, z: Array, y: Array) -> Array:
    return softmax_rows(p, z, y * (1 - amount) + (1 - y) * amount / (y.shape[-1] - 1))


def _everywhere(added: float, y: Array) -> Array:
    return np.full_like(y, added)


def _off_and_on(rows: Rows, off: float, on: Change, p: Array, z: Array, y: Array) -> Array:
    return rows(p, z, y * (1 - off) + on(y))


def _with_labels(move: Callable[..., Any], shift: int, p: Array, z: Array, y: Array) -> Array:
    return softmax_rows(p, z, move(y, shift, axis=-1))


def _pushed(y: Array, shift: int, axis: int, stays: bool) -> Array:
    """Return one-hot rows shifted by one; what falls out is lost, or stays at the end."""
    moved = np.roll(y, shift, axis=axis)
    lost, end = (0, -1) if shift == 1 else (-1, 0)
    fallen = moved[..., lost].copy()
    moved[..., lost] = 0
    if stays:
        moved[..., end] += fallen
    return moved


def _huber(e: Array) -> Array:
    return np.where(np.abs(e) <= 1, 0.5 * e**2, np.abs(e) - 0.5)
