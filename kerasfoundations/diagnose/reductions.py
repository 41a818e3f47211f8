"""From the losses of samples to a batch's loss: the right way, and common wrong ways.

A reduction turns rows of losses into one number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from kerasfoundations.diagnose.ways import Array, Change, Rows, Way


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
    detail = "the root of the batch's mean loss, as in RMSE"
    yield Way("another_loss", partial(_root, total if sums else mean), detail, stage="loss")
    yield from _piece_by_piece(first)
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


def _piece_by_piece(first: int) -> Iterator[Way]:
    """Yield means over pieces of the batch, averaged as if all were of one size."""
    for size in range(2, first):
        split = partial(_pieces_of, size)
        yield Way("mean_of_means", partial(_mean_of_means, split), f"pieces of {size} samples", 0.5)
    for number in range(2, min(first, 17)):
        split = partial(_pieces, number)
        yield Way("mean_of_means", partial(_mean_of_means, split), f"{number} pieces", 0.5)


def _wrong_weights(counted: Counted, reduce: Callable[..., float]) -> Iterator[Way]:
    """Yield ways to forget sample weights or a mask, or to divide by a different number."""
    if counted.sample is not None:
        yield Way("sample_weights_ignored", partial(_without, "sample", reduce), "", 1.5)
        yield Way("sample_weights_normalized", _over_the_weights)
        yield Way("sample_weights_broadcast", _paired)
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


def of_classes(y: Array, weights: Array | None, num_classes: int) -> Iterator[Way]:
    """Yield sample weights looked up by something other than the label, or a label left out.

    Args:
        y: Labels `(n,)`, or of each step `(n, t)`.
        weights: The sample weights; `None` if there are none.
        num_classes: Classes.
    """
    labels = np.unique(y)
    if not 1 < len(labels) <= num_classes or not set(labels) <= set(range(num_classes)):
        return
    for label in labels.astype(int):
        detail = f"samples of the label {label} do not count (ignore_index={label})"
        yield Way("label_ignored", partial(_without_label, int(label)), detail, stage="loss")
    if weights is None or weights.ndim > 1 or y.ndim > 1:
        return
    table = np.ones(num_classes)
    for label in labels.astype(int):
        own = weights[y == label]
        table[label] = own[0]
        if np.ptp(own):
            return
    yield Way("class_weight_of_prediction", partial(_by_prediction, table))
    if np.ptp(table[labels.astype(int)]):
        yield Way("class_weights_mixed", partial(_by_label, table[::-1]), "they are swapped", 2.0)
        for by in (1, -1) if num_classes > 2 else ():
            detail = f"each class has that of the class {'before' if by > 0 else 'after'} it"
            yield Way("class_weights_mixed", partial(_by_label, np.roll(table, by)), detail)
        if table.all():
            yield Way("class_weights_mixed", partial(_by_label, 1 / table), "each is 1 / weight")


def _without_label(label: int, rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    counts = y[..., label] == 0 if y.shape[-1] > 1 else y[..., 0] != label
    losses = rows(p, z, y)
    weights = counted.weights(losses) * _like(counts.astype("float64"), losses)
    return float((losses * weights).sum() / weights.sum())


def _by_prediction(
    table: Array, rows: Rows, p: Array, z: Array, y: Array, counted: Counted
) -> float:
    found = p.argmax(axis=-1) if p.shape[-1] > 1 else (p[..., 0] > 0.5).astype(int)
    return mean(rows, p, z, y, replace(counted, sample=table[found]))


def _by_label(table: Array, rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    labels = y.argmax(axis=-1) if y.shape[-1] > 1 else y[..., 0].astype(int)
    return mean(rows, p, z, y, replace(counted, sample=table[labels]))


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


def _paired(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    """Return the mean over all pairs of a loss and a weight: `(n,) * (n, 1)` is `(n, n)`."""
    losses = rows(p, z, y)
    return float(losses.mean() * counted.weights(losses).mean())


def _weighted_twice(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    assert counted.sample is not None
    return mean(rows, p, z, y, replace(counted, sample=counted.sample**2))


def _weighted_by_roots(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    assert counted.sample is not None
    return mean(rows, p, z, y, replace(counted, sample=np.abs(counted.sample) ** 0.5))


def _over_all(rows: Rows, p: Array, z: Array, y: Array, counted: Counted) -> float:
    losses = rows(p, z, y)
    return float((losses * counted.weights(losses, valid=False)).mean())


def _root(reduce: Callable[..., float], *arguments: Any) -> float:
    return float(np.sqrt(reduce(*arguments)))


def _pieces_of(size: int, count: int) -> list[slice]:
    return [slice(at, at + size) for at in range(0, count, size)]


def _pieces(number: int, count: int) -> list[slice]:
    ends = [len(part) for part in np.array_split(np.arange(count), number) if len(part)]
    return [slice(b - n, b) for n, b in zip(ends, np.cumsum(ends), strict=True)]


def _mean_of_means(
    split: Callable[[int], list[slice]],
    rows: Rows,
    p: Array,
    z: Array,
    y: Array,
    counted: Counted,
) -> float:
    losses = rows(p, z, y)
    losses = losses * counted.weights(losses)
    return float(np.mean([losses[part].mean() for part in split(len(p))]))


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
