"""A training run that diverges, and how it is reported."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np


class DivergenceError(ValueError):
    """A training run whose loss or weights are no longer finite, or whose loss grew.

    The message says when it happened and which learning rate to try first.

    Example:
        >>> issubclass(DivergenceError, ValueError)
        True
    """


class NotFiniteError(ArithmeticError):
    """A value that is NaN or infinite: what it is, and in which epoch and step (from 0).

    Args:
        what: What is not finite, such as `"the loss is nan"`.
        epoch: Number of the epoch.
        step: Number of the step in it; `None` after the last one.
        first: If one call runs several steps, the first of them.

    Example:
        >>> print(NotFiniteError("the loss is nan", epoch=0, step=4, first=2))
        the loss is nan in epoch 1, steps 3 to 5
    """

    def __init__(
        self, what: str, epoch: int, step: int | None = None, first: int | None = None
    ) -> None:
        where = "after its last step" if step is None else f"step {step + 1}"
        if step is not None and first is not None and first < step:
            where = f"steps {first + 1} to {step + 1}"
        super().__init__(f"{what} in epoch {epoch + 1}, {where}")


def check_loss(loss: float, epoch: int, step: int, first: int | None = None) -> None:
    """Raise when a loss is not finite.

    Args:
        loss: The loss of a batch, or the mean over several.
        epoch: Number of the epoch, from 0.
        step: Number of the step, from 0.
        first: If one call runs several steps, the first of them.

    Raises:
        NotFiniteError: with the epoch and the step, both from 1 in the message.

    Example:
        >>> check_loss(0.5, epoch=0, step=3)
        >>> check_loss(float("nan"), epoch=0, step=3)
        Traceback (most recent call last):
        ...
        kerasfoundations.loop.divergence.NotFiniteError: the loss is nan in epoch 1, step 4
    """
    if not math.isfinite(loss):
        raise NotFiniteError(f"the loss is {loss:g}", epoch, step, first)


def check_weights(arrays: Iterable[np.ndarray], epoch: int) -> None:
    """Raise when a weight is not finite after an epoch.

    Args:
        arrays: The weights of the model, in its order.
        epoch: Number of the epoch, from 0.

    Raises:
        NotFiniteError: with the place and the shape of the array.

    Example:
        >>> check_weights([np.ones(2), np.array([1.0, np.inf])], epoch=1)
        Traceback (most recent call last):
        ...
        kerasfoundations.loop.divergence.NotFiniteError: 1 of 2 weights in array 2 of the \
model are not finite in epoch 2, after its last step
    """
    for place, array in enumerate(arrays, start=1):
        lost = np.count_nonzero(~np.isfinite(array))
        if lost:
            of = f"{lost:,} of {np.size(array):,} weights in array {place} of the model"
            raise NotFiniteError(f"{of} are not finite", epoch)


def hint_to_scale(x: np.ndarray) -> str:
    """Return a sentence on columns of large numbers, which make a loss steep; empty without any.

    Args:
        x: Inputs `(n, ...)`, samples first; only columns, `(n, features)`, are looked at.

    Returns:
        The sentence.

    Example:
        >>> hint_to_scale(np.array([[0.5, 1200.0], [0.1, 800.0]]))
        'The inputs reach 1200: bring each column to mean 0 and spread 1 first (data.standardize).'
        >>> hint_to_scale(np.ones((2, 3)))
        ''
    """
    largest = np.abs(x).max(initial=0)
    if x.ndim != 2 or largest < 10:
        return ""
    advice = "bring each column to mean 0 and spread 1 first (data.standardize)."
    return f"The inputs reach {largest:.4g}: {advice}"


@contextlib.contextmanager
def told(learning_rate: Callable[[], Any], kept: Callable[[], str] = str) -> Iterator[None]:
    """Turn a `NotFiniteError` of the block into a `DivergenceError` that says what to do.

    Args:
        learning_rate: Returns the learning rate that was used, or `None` if unknown.
        kept: Returns a sentence about the last good checkpoint, empty if there is none.

    Returns:
        A context manager.

    Raises:
        DivergenceError: when the block raises a `NotFiniteError`.

    Example:
        >>> with told(lambda: 0.5):
        ...     check_loss(float("inf"), epoch=2, step=0)
        Traceback (most recent call last):
        ...
        kerasfoundations.loop.divergence.DivergenceError: diverged: the loss is inf in epoch 3, \
step 1. Lower the learning rate: it was 0.5, try 0.05 first.
    """
    try:
        yield
    except NotFiniteError as error:
        rate = learning_rate()
        advice = f": it was {rate:g}, try {rate / 10:g} first." if rate is not None else "."
        words = [f"diverged: {error}. Lower the learning rate{advice}", kept()]
        raise DivergenceError(" ".join(filter(None, words))) from None
