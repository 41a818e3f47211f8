"""Loops and references made at random, each compared by `compare_training`.

Right loops must not be blamed, a known fault must be found in its stage, and whatever is broken
ends in a report or in a ValueError or TypeError that the package itself raises, never in a
traceback of its own.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf

import kerasfoundations
from kerasfoundations.diagnose import compare_training
from kerasfoundations.with_keras.evaluation import precision
from stress import worker
from stress.broken_loops import BROKEN, HARMLESS
from stress.random_loops import FAULTS, Change, Task, draw, loop_of
from stress.report import Report

PACKAGE = str(Path(kerasfoundations.__file__).parent)
FORMS = ("model", "model", "variables", "object", "overridden")


def run(seed: int, count: int) -> Report:
    """Compare `count` loops with their references."""
    return worker.run("loops", seed, count, seconds_per_case=300)


def case(seed: int, folder: Path) -> worker.Outcome:
    """One loop: right, with a known fault, or broken."""
    rng = np.random.default_rng(seed)
    task = draw(rng)
    kind = ("right", "right", "fault", "fault", "broken")[seed % 5]
    with _quiet(), precision(task.dtype):
        try:
            return {"right": _right, "fault": _fault, "broken": _broken}[kind](task, rng)
        finally:
            keras.backend.clear_session()
            gc.collect()


def _right(task: Task, rng: np.random.Generator) -> worker.Outcome:
    form = FORMS[rng.integers(0, len(FORMS))]
    given = _as_iterable(task.batches, rng)
    try:
        found = compare_training(loop_of(task, Change(), form), task.reference(), given)
    except Exception as error:
        return _raised("a right loop", task.words, error)
    if found.stage is None:  # where both give NaN, it says so, and blames nobody
        return worker.Outcome("a right loop", "no stage differs")
    said = f"{form}: {task.words}: {found.message[:300]}"
    return worker.Outcome("a right loop", "is blamed", True, said)


def _fault(task: Task, rng: np.random.Generator) -> worker.Outcome:
    names = [name for name, fault in FAULTS.items() if fault.fits(task)]
    name = names[rng.integers(0, len(names))]
    fault = FAULTS[name]
    change = fault.change(task)
    try:
        found = compare_training(loop_of(task, change), task.reference(), task.batches)
    except Exception as error:
        return _raised(name, task.words, error)
    if found.stage in fault.stages:
        return worker.Outcome(name, "found in its stage")
    if not found.equal and found.stage is None:
        return worker.Outcome(name, "both give NaN")
    if found.equal and _changes_nothing(task, change):
        return worker.Outcome(name, "changes nothing here")
    said = f"{task.words}: {found.message[:300]}"
    wrong = "not found" if found.equal else f"found in {found.stage}"
    return worker.Outcome(name, wrong, True, said)


def _changes_nothing(task: Task, change: Change) -> bool:
    """Return whether a fault changes neither losses nor weights of a short training."""
    ends = []
    for one in (Change(), change):
        keras.utils.set_random_seed(0)
        loop = loop_of(task, one)
        losses = [float(loop.train_step(*batch)) for batch in 2 * task.batches]
        ends.append([np.array(losses), *loop.get_weights()])
    return all(
        np.linalg.norm(a - b) <= 1e-3 * (np.linalg.norm(a) + 1e-9)
        for a, b in zip(*ends, strict=True)
    )


def _as_iterable(batches: list[tuple[np.ndarray, ...]], rng: np.random.Generator) -> Any:
    """Return the batches as a list, a generator, tensors or a dataset."""
    kind = rng.integers(0, 4)
    if kind == 0:
        return iter(batches)
    if kind == 1:
        return [tuple(tf.constant(a) for a in batch) for batch in batches]
    if kind == 2:

        def parts() -> Iterator[tuple[np.ndarray, ...]]:
            yield from batches

        specs = tuple(tf.TensorSpec((None, *a.shape[1:]), a.dtype) for a in batches[0])
        return tf.data.Dataset.from_generator(parts, output_signature=specs)
    return batches


# What is broken


def _broken(task: Task, rng: np.random.Generator) -> worker.Outcome:
    names = list(BROKEN)
    name = names[rng.integers(0, len(names))]
    try:
        loop, reference, batches = BROKEN[name](task, rng)
    except ValueError as error:  # an adapter refuses it
        if _by_us(error):
            return worker.Outcome(f"broken: {name}", "refused in its own words")
        raise
    try:
        found = compare_training(loop, reference, batches)
    except Exception as error:
        return _raised(f"broken: {name}", task.words, error)
    numbers = name == "labels out of range" and task.kind != "classes"  # they have no range
    if not found.equal or name in HARMLESS or numbers:
        return worker.Outcome(f"broken: {name}", "reported")
    return worker.Outcome(f"broken: {name}", "called equal", True, task.words)


def _raised(what: str, words: str, error: Exception) -> worker.Outcome:
    if what.startswith("broken") and isinstance(error, ValueError | TypeError) and _by_us(error):
        return worker.Outcome(what, "refused in its own words")
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(PACKAGE)]
    at = f"{Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    said = f"{words}: {type(error).__name__} at {at}: {' '.join(str(error).split())[:300]}"
    return worker.Outcome(what, f"raises {type(error).__name__}", True, said, key=f"{what} {at}")


def _by_us(error: BaseException) -> bool:
    """Return whether the innermost frame is the package's own, at a `raise`."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return frame.filename.startswith(PACKAGE) and "raise" in (frame.line or "")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
