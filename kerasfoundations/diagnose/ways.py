"""From outputs to a batch's loss: the right way, and common wrong ways.

Rows are the losses of the samples: functions of probabilities or outputs `p (n, k)`, logits
`z (n, k)` and targets `y (n, k)`, one-hot for classes. A reduction turns them into one number.
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


RIGHT: dict[str, Rows] = {
    "softmax": softmax_rows,
    "sigmoid": sigmoid_rows,
    "squared": squared_rows,
    "absolute": absolute_rows,
}


def smoothed_rows(rows: Rows, amount: float, p: Array, z: Array, y: Array) -> Array:
    """Return losses of smoothed labels: `(1 - s)·y + s / k`, with sigmoids `(1 - s)·y + s / 2`."""
    share = 2 if rows is sigmoid_rows else y.shape[-1]
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
    yield from _multiples(kind, right, num_outputs)
    if kind in ("softmax", "sigmoid"):
        yield from _other_smoothings(RIGHT[kind], smoothing)
    if kind == "softmax":
        yield from _wrong_softmax()
        yield from _other_labels()
    elif kind == "sigmoid":
        yield from _wrong_sigmoid()
    yield from _other_losses(kind)


def _multiples(kind: str, right: Rows, num_outputs: int) -> Iterator[Way]:
    """Yield the right losses times a number."""
    k = num_outputs
    factors = [("loss_halved", 0.5, ""), ("loss_doubled", 2.0, ""), ("loss_negated", -1.0, "")]
    if k > 1 and kind == "softmax":
        factors.append(("loss_averaged_over_outputs", 1 / k, f"there are {k} of them"))
    elif k > 1:
        factors.append(("loss_summed_over_outputs", float(k), f"there are {k} of them"))
    if kind in ("softmax", "sigmoid"):
        factors.append(("loss_in_bits", 1 / math.log(2), "log base 2"))
        factors.append(("loss_in_bits", 1 / math.log(10), "log base 10"))
    for cause, factor, detail in factors:
        yield Way(cause, partial(_times, factor, right), detail)


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


def _wrong_softmax() -> Iterator[Way]:
    """Yield other ways to apply softmax and logarithm."""
    yield Way("softmax_twice", lambda p, z, y: softmax_rows(p, softmax(z), y))
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
    yield Way("logits_as_probabilities", lambda p, z, y: binary(_clip(1e-7, z), y).mean(axis=-1))
    for epsilon in _EPSILONS:
        yield Way("probabilities_clipped", partial(_binary_clipped, epsilon), f"at {epsilon:g}")
        detail = f"by adding {epsilon:g}"
        yield Way("probabilities_clipped", partial(_binary_added, epsilon), detail)
    swapped = "0 and 1 are swapped"
    yield Way("labels_swapped", lambda p, z, y: sigmoid_rows(p, z, 1 - y), swapped)


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


# Reductions: one number from many


@dataclass(frozen=True)
class Counted:
    """How much each loss counts.

    Attributes:
        sample: Sample weights `(n,)` or `(n, t)`; `None` if all count the same.
        mask: Which losses count at all, `(n, t)`; `None` if all do.
    """

    sample: Array | None = None
    mask: Array | None = None

    def of(self, part: slice) -> Counted:
        """Return the weights of some of the samples."""
        return Counted(*(None if a is None else a[part] for a in (self.sample, self.mask)))

    def weights(self, losses: Array, valid: bool = True) -> Array:
        """Return Keras's weights of these losses; a mask counts as 1 on average if `valid`."""
        found = np.ones(losses.shape)
        for array in (self.sample, self.mask):
            if array is not None:
                found = found * _like(np.asarray(array, "float64"), losses)
        if valid and self.mask is not None:
            found = found / (np.asarray(self.mask, "float64").mean() or 1.0)
        return found


def _like(array: Array, losses: Array) -> Array:
    """Return an array with as many axes as the losses, to be multiplied with them."""
    array = array.reshape(array.shape[: losses.ndim])
    return array.reshape(*array.shape, *(1,) * (losses.ndim - array.ndim))


def right_reduction(sums: bool) -> Way:
    """Return the mean, or the sum if the reference sums."""
    return Way("", total if sums else mean)


def wrong_reductions(sums: bool, first: int, counted: Counted) -> Iterator[Way]:
    """Yield wrong ways to reduce a batch to one number.

    Args:
        sums: Whether the reference sums.
        first: Samples in the first batch.
        counted: How much the losses of the first batch count.
    """
    yield Way("loss_averaged", mean) if sums else Way("loss_summed", total)
    yield from _wrong_weights(counted, total if sums else mean)
    yield Way("fixed_batch_size", partial(_total_over, first), f"by {first}", 0.9)
    yield Way("broadcast", broadcast, stage="loss")  # n·n losses, before they are reduced
    detail = "the labels are reversed"
    yield Way("shuffled_apart", partial(_mean_with, _reversed), detail, stage="data")
    detail = "each input has the label of its neighbour"
    yield Way("shuffled_apart", partial(_mean_with, _rolled), detail, stage="data")
    for count in range(1, first):
        detail = f"the first {count} samples of {first}"
        yield Way("part_of_batch", partial(_mean_of, slice(count)), detail, 0.8, "data")
    for count in range(1, first // 2):
        detail = f"the last {count} samples of {first}"
        yield Way("part_of_batch", partial(_mean_of, slice(-count, None)), detail, 0.5, "data")
    yield Way(
        "loss_of_one", lambda rows, *arrays: float(_plain(rows, *arrays).max()), "the largest", 0.5
    )
    yield Way(
        "loss_of_one", lambda rows, *arrays: float(np.median(_plain(rows, *arrays))), "median", 0.5
    )


def _wrong_weights(counted: Counted, reduce: Callable[..., float]) -> Iterator[Way]:
    """Yield ways to forget sample weights or a mask, or to divide by another number."""
    if counted.sample is not None:
        yield Way("sample_weights_ignored", partial(_without, "sample", reduce), "", 1.5)
        yield Way("sample_weights_normalized", _over_the_weights)
        detail = "each weight is applied twice"
        yield Way("sample_weights_value", _weighted_twice, detail, 0.8)
        detail = "each weight's root is applied"
        yield Way("sample_weights_value", _weighted_by_roots, detail, 0.3)
    if counted.mask is not None:
        yield Way("mask_ignored", partial(_without, "mask", reduce), "", 1.5)
        detail = "masked steps count as 0, but are counted"
        yield Way("mask_in_denominator", _over_all, detail)
        if counted.sample is not None:
            yield Way("mask_ignored", _plain_mean, "and so are the sample weights", 0.5)


def mean(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    """Return Keras's mean over the batch: `Σ w·l / n`, or over what is not masked."""
    losses = rows(p, z, y)
    return float((losses * counted.weights(losses)).mean())


def total(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    """Return the sum over the batch."""
    losses = rows(p, z, y)
    return float((losses * counted.weights(losses, valid=False)).sum())


def broadcast(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    """Return the mean over all pairs of a prediction and a target."""
    turned = (np.roll(y, shift, axis=0) for shift in range(len(p)))
    return float(np.mean([rows(p, z, other).mean() for other in turned]))


def _plain(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> Array:
    return rows(p, z, y)


def _plain_mean(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    return float(rows(p, z, y).mean())


def _without(name: str, reduce: Callable[..., float], *arguments: Any) -> float:
    *arrays, counted = arguments
    return reduce(*arrays, replace(counted, **{name: None}))


def _over_the_weights(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    losses = rows(p, z, y)
    weights = counted.weights(losses)
    return float((losses * weights).sum() / (weights.sum() or 1.0))


def _weighted_twice(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    assert counted.sample is not None
    return mean(rows, p, z, y, replace(counted, sample=counted.sample**2))


def _weighted_by_roots(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    assert counted.sample is not None
    return mean(rows, p, z, y, replace(counted, sample=np.abs(counted.sample) ** 0.5))


def _over_all(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    losses = rows(p, z, y)
    return float((losses * counted.weights(losses, valid=False)).mean())


def _total_over(count: int, rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    return total(rows, p, z, y, counted) / count


def _mean_with(order: Change, rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    return mean(rows, p, z, order(y), counted)


def _mean_of(part: slice, rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    return mean(rows, p[part], z[part], y[part], counted.of(part))


def _reversed(y: Array) -> Array:
    return y[::-1]


def _rolled(y: Array) -> Array:
    return np.roll(y, 1, axis=0)


# Arrays


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


def normalized(p: Array) -> Array:
    """Return rows divided by their sums."""
    return p / p.sum(axis=-1, keepdims=True)


def binary(p: Array, y: Array) -> Array:
    """Return the binary cross-entropy of probabilities, element by element."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _times(factor: float, rows: Rows, p: Array, z: Array, y: Array) -> Array:
    return factor * rows(p, z, y)


def _clip(epsilon: float, p: Array) -> Array:
    return np.clip(p, epsilon, 1 - epsilon)


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
