"""What an epoch of a loop passes to `train_step`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.loops import Watched
from kerasfoundations.diagnose.session import Batch


def told_by_steps(batches: list[Batch], given: list[Batch]) -> Iterator[Candidate]:
    """Yield explanations from what the epoch passed to `train_step`."""
    if not given:
        return
    sizes, right = [len(batch[0]) for batch in given], [len(batch[0]) for batch in batches]
    same = [
        next((i for i, (x, *_) in enumerate(batches) if np.array_equal(x, g)), -1)
        for g, *_ in given
    ]
    right_order = list(range(len(batches)))
    if -1 not in same:
        if same == right_order[:-1]:
            yield Candidate("last_batch_dropped", 0.0, "train_step is not called with it")
        elif sorted(same) == right_order != same:
            order = [place + 1 for place in same]
            detail = f"train_step gets the batches in the order {order}"
            yield Candidate("shuffled_after_batching", 0.0, detail)
    elif sizes[0] != right[0]:
        detail = f"train_step gets batches of {sizes[0]} instead of {right[0]}"
        yield Candidate("batch_size_ignored", 0.0, detail)
    elif sorted(sizes) == sorted(right):
        if _same_rows([batches, given], (0, 1)):
            detail = "train_step gets the same samples in a different order"
            yield Candidate("shuffled", 0.0, detail)
        elif _same_rows([batches, given], (0,)):
            detail = "train_step gets inputs with the labels of others"
            yield Candidate("shuffled_apart", 0.0, detail)


def _same_rows(epochs: list[list[Batch]], parts: tuple[int, ...]) -> bool:
    """Return whether two epochs hold the same inputs (0), or inputs with their labels (0, 1)."""
    found = []
    for batches in epochs:
        flat = [
            [np.asarray(b[i], "float64").reshape(len(b[i]), -1) for i in parts] for b in batches
        ]
        whole = np.concatenate([np.concatenate(arrays, axis=1) for arrays in flat])
        found.append(whole[np.lexsort(whole.T)])
    return bool(np.allclose(found[0], found[1]))


@contextlib.contextmanager
def spied(watched: Watched) -> Iterator[list[Batch]]:
    """Record what `train_step` is called with, if the loop lets it be replaced."""
    loop, packings = watched.loop, (watched.inputs, watched.targets)
    given: list[Batch] = []
    real = loop.train_step
    own = "train_step" in vars(loop) if hasattr(loop, "__dict__") else None

    def noting(*arguments: Any, **options: Any) -> Any:
        # Inside a tf.function there are no values, and nothing is recorded.
        with contextlib.suppress(NotImplementedError, TypeError, ValueError):
            pairs = zip(packings, arguments[:2], strict=True)
            x, y = (np.array(part) if how is None else how.pack(part) for how, part in pairs)
            given.append((x, y))
        return real(*arguments, **options)

    if own is not None:
        loop.train_step = noting
    try:
        yield given
    finally:
        if own:
            loop.train_step = real
        elif own is not None:
            del loop.train_step
