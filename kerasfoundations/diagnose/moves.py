"""The steps that are compared, which elements of them, and what counts as rounding."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kerasfoundations.diagnose.reference import Arrays

_SAMPLED = 20_000  # elements compared, divided evenly among the weights
_FEWER, _MANY = 10_000, 100_000  # elements of a model of more than that many
PIECE = 100_000  # numbers of a large weight that are changed at a time
_EPSILON = {"bfloat16": 2**-8, "float16": 2**-11, "float32": 2**-24, "float64": 2**-53}


@dataclass(frozen=True)
class Tolerance:
    """Relative differences that count as rounding.

    Attributes:
        values: Of outputs and losses.
        penalty: Of penalties; Keras rounds their factors to float32.
        updates: Of gradients and moves; Keras rounds some hyperparameters to float32.
        epsilon: Half the distance from 1 to the next number.
    """

    values: float
    penalty: float
    updates: float
    epsilon: float

    @classmethod
    def of(cls, dtype: str, tolerance: float | None) -> Tolerance:
        """Return the given tolerance, or one that suits the dtype."""
        values = {"float64": 1e-9, "float32": 2e-5}.get(dtype, 3e-2)
        updates = {"float64": 1e-4, "float32": 2e-3}.get(dtype, 1e-1)
        if tolerance is not None:
            values = updates = tolerance
        return cls(values, max(values, 1e-6), updates, _EPSILON.get(dtype, 2**-24))


class Squared(np.ndarray):
    """A row of gradients that knows what optimizers take for their squares.

    Attributes:
        squares: The squares `(m,)`; of an embedding, the sums of its slices' squares. What is
            computed from the row has none.
    """

    squares: np.ndarray | None = None

    @classmethod
    def of(cls, row: np.ndarray, squares: np.ndarray) -> Squared:
        """Return a row with these squares."""
        made = row.view(cls)
        made.squares = squares
        return made


@dataclass
class Move:
    """One step of the loop, and the reference's step from the same weights.

    Attributes:
        batch: Number of the batch.
        size: Samples in it.
        run: `"same"` (the first batch again), `"all"` (one batch after the other) or `"far"` (from
            weights where gradients are large).
        before, after: The loop's weights.
        row: The trainable weights before the step, one row `(m,)` of sampled elements.
        loss: What the loop returned.
        right_loss, loss_slack: The reference's loss at `before`, and how far rounding moves it.
        delta: What the step added to them, one row `(m,)`.
        gradient, penalty_gradient: The reference's gradient at `before`, and its penalties' part.
        right: What the reference's optimizer adds, given that gradient and those of the previous
            moves.
        free: The same before the reference's constraints are applied.
        slack: Per variable, how far rounding may carry `delta` from `right`.
        norms: Per variable, the norm of the whole gradient.
        right_moving: The right moving statistics after the step.
    """

    batch: int
    size: int
    run: str
    before: Sequence[np.ndarray]
    after: Sequence[np.ndarray]
    row: np.ndarray
    loss: float
    right_loss: float
    loss_slack: float
    delta: np.ndarray
    gradient: np.ndarray
    penalty_gradient: np.ndarray
    right: np.ndarray
    free: np.ndarray
    slack: np.ndarray
    norms: np.ndarray
    right_moving: Arrays

    def furthest(self, sample: Sample, updates: float) -> tuple[int, float, float, float]:
        """Return the variable that is furthest off, for what rounding allows.

        Args:
            sample: The elements that are compared.
            updates: The relative difference that counts as rounding.

        Returns:
            Its place among the trainable ones, how far it is off, how far it may be, and its size.
        """
        whole = float(np.linalg.norm(self.right))
        norms, left = sample.norms(self.right), sample.norms(self.delta - self.right)
        allowed = updates * (norms + 1e-3 * whole) + self.slack + 1e-30
        place = int(np.argmax(left / allowed))
        size = max(float(norms[place]), 1e-3 * whole, 1e-30)
        return place, float(left[place]), float(allowed[place]), size

    def leave_out(self, places: np.ndarray) -> None:
        """Set these elements of all rows to 0."""
        for row in (self.delta, self.gradient, self.penalty_gradient, self.right, self.free):
            row[places] = 0.0


class Sample:
    """The same elements of each trainable weight, in one row.

    Args:
        shapes: Shapes of all weights.
        trainable: Which of them are trainable.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], trainable: Sequence[int]) -> None:
        random = np.random.default_rng(0)
        self.shapes = [shapes[index] for index in trainable]
        counts = [int(np.prod(shape)) for shape in self.shapes]
        sampled = _FEWER if sum(counts) > _MANY else _SAMPLED
        most = max(200, sampled // max(len(counts), 1))
        self.places = [
            np.sort(random.choice(count, most, replace=False)) if count > most else np.arange(count)
            for count in counts
        ]
        ends = np.cumsum([0, *(len(places) for places in self.places)])
        self.parts = [slice(a, b) for a, b in itertools.pairwise(ends)]
        self.size = int(ends[-1])
        self.complete = self.size == sum(counts)

    def arrays(self, row: np.ndarray) -> Arrays:
        """Return a row as the arrays it was made of; only of a complete sample."""
        pairs = zip(self.parts, self.shapes, strict=True)
        return [row[part].reshape(shape) for part, shape in pairs]

    def row(self, arrays: Sequence[np.ndarray]) -> np.ndarray:
        """Return the sampled elements of all arrays, float64 `(m,)`."""
        pairs = zip(arrays, self.places, strict=True)
        return np.concatenate([np.asarray(a).ravel()[p].astype("float64") for a, p in pairs])

    def norms(self, row: np.ndarray) -> np.ndarray:
        """Return the norm of each variable's part of a row."""
        return np.array([np.linalg.norm(row[part]) for part in self.parts])


def shifted(
    weight: np.ndarray, scale: float, trainable: bool, random: np.random.Generator
) -> np.ndarray:
    """Return a weight array moved a little; a variance stays positive."""
    if not np.issubdtype(weight.dtype, np.floating) or not weight.size:
        return weight
    if not trainable and weight.min() >= 0 and weight.max() > 0:
        return (weight * random.uniform(0.7, 1.4, weight.shape)).astype(weight.dtype)
    spread = float(weight.std()) or 0.5 * float(np.abs(weight).mean()) or 0.3
    moved = np.empty(weight.shape, weight.dtype)
    old, new = weight.reshape(-1), moved.reshape(-1)
    for at in range(0, old.size, PIECE):
        piece = slice(at, at + PIECE)
        noise = random.normal(size=old[piece].shape)
        new[piece] = scale * (old[piece] + 0.4 * spread * noise)
    return moved
