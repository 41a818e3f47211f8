"""Loops, references and batches that are plainly broken: a report or a refusal is expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop, VariablesLoop
from stress.random_loops import Change, Task, loop_of

Broken = Callable[[Task, np.random.Generator], tuple[Any, Any, Any]]


def _step_that(returns: Callable[[Any], Any]) -> Broken:
    """Return a loop whose step returns something made of the loss."""
    return lambda task, rng: (
        loop_of(task, Change(shown=returns)),
        task.reference(),
        task.batches,
    )


def _batches_that(change: Callable[[list[Any]], Any]) -> Broken:
    """Return a right loop with other batches."""
    return lambda task, rng: (
        loop_of(task, Change()),
        task.reference(),
        change([list(batch) for batch in task.batches]),
    )


def _first(place: int, change: Callable[[Any], Any]) -> Callable[[list[Any]], Any]:
    """Change one part of the first batch."""

    def changed(batches: list[Any]) -> list[Any]:
        batches[0][place] = change(batches[0][place])
        return [tuple(batch) for batch in batches]

    return changed


def _nan(x: np.ndarray) -> np.ndarray:
    x = x.astype("float32")
    x.reshape(-1)[0] = np.nan
    return x


def _raise(*_: Any) -> Any:
    raise RuntimeError("of the loop itself")


def _random(gradients: list[Any]) -> list[Any]:
    dense = [tf.convert_to_tensor(g) for g in gradients]
    return [tf.random.normal(g.shape, dtype=g.dtype) for g in dense]


def _weights_of(task: Task, change: Callable[[list[np.ndarray]], Any]) -> Any:
    """Return a loop that gives other weights than it has."""
    loop = loop_of(task, Change(), "object")
    own = loop.get_weights
    loop.get_weights = lambda: change(own())
    return loop


def _gradients_of(task: Task, gradients: Callable[..., Any]) -> Any:
    """Return a right loop with another `gradients(x, y)`."""
    loop = loop_of(task, Change(), "object")
    loop.gradients = gradients
    return loop


def _predicting(task: Task, predict: Callable[..., Any]) -> Any:
    """Return a right loop with another `predict(x)`."""
    loop = loop_of(task, Change(), "object")
    loop.predict = predict
    return loop


def _with(loop: Callable[[Task], Any]) -> Broken:
    return lambda task, rng: (loop(task), task.reference(), task.batches)


def _against(reference: Callable[[Task], Any]) -> Broken:
    return lambda task, rng: (loop_of(task, Change()), reference(task), task.batches)


def _other_reference(task: Task) -> Any:
    model = keras.Sequential([keras.Input(task.batches[0][0].shape[1:]), keras.layers.Flatten()])
    model.add(keras.layers.Dense(2))
    model.compile("sgd", "mse")
    return model


def _compiled(task: Task, **settings: Any) -> Any:
    model = task.model()
    model.compile(task.make_optimizer(), task.make_loss(), **settings)
    return model


def _shared(task: Task, rng: np.random.Generator) -> tuple[Any, Any, Any]:
    reference = task.reference()
    return KerasLoop(reference, lambda x, y: 0.0), reference, task.batches


BROKEN: dict[str, Broken] = {
    # batches
    "no batches": _batches_that(lambda batches: []),
    "None as batches": _batches_that(lambda batches: None),
    "a number as batches": _batches_that(lambda batches: 3),
    "an array as batches": _batches_that(lambda batches: np.ones((4, 2))),
    "one batch, not in a list": _batches_that(lambda batches: tuple(batches[0])),
    "batches of one part": _batches_that(lambda batches: [(batch[0],) for batch in batches]),
    "batches of four parts": _batches_that(lambda b: [(*p[:2], p[1], p[1]) for p in b]),
    "dicts as batches": _batches_that(lambda b: [{"x": p[0], "y": p[1]} for p in b]),
    "arrays of no samples": _batches_that(lambda b: [(p[0][:0], p[1][:0]) for p in b]),
    "an empty batch among others": _batches_that(lambda b: [*b, (b[0][0][:0], b[0][1][:0])]),
    "a batch of one sample first": _batches_that(lambda b: [tuple(a[:1] for a in p) for p in b]),
    "fewer targets than inputs": _batches_that(_first(1, lambda y: y[:-1])),
    "inputs of strings": _batches_that(_first(0, lambda x: np.full(x.shape, "a"))),
    "inputs of objects": _batches_that(_first(0, lambda x: np.full(x.shape, None, object))),
    "complex inputs": _batches_that(_first(0, lambda x: x + 1j)),
    "inputs with NaN": _batches_that(_first(0, _nan)),
    "targets with NaN": _batches_that(_first(1, _nan)),
    "targets of strings": _batches_that(_first(1, lambda y: np.full(y.shape, "a"))),
    "targets of objects": _batches_that(_first(1, lambda y: np.full(y.shape, None, object))),
    "labels out of range": _batches_that(_first(1, lambda y: y + 50)),
    "negative labels": _batches_that(_first(1, lambda y: y.astype("int64") - 9)),
    "None as targets": _batches_that(_first(1, lambda y: None)),
    "a number as inputs": _batches_that(_first(0, lambda x: 1.0)),
    "ragged lists as inputs": _batches_that(_first(0, lambda x: [[1.0], [2.0, 3.0]])),
    "a ragged tensor": _batches_that(_first(0, lambda x: tf.ragged.constant([[1.0], [2.0, 3.0]]))),
    "a sparse tensor": _batches_that(_first(0, lambda x: tf.sparse.eye(len(x), 5))),
    "inputs in a dict": _batches_that(_first(0, lambda x: {"a": x, "b": x})),
    "inputs of another width": _batches_that(_first(0, lambda x: np.concatenate([x, x], -1))),
    "inputs with another axis": _batches_that(_first(0, lambda x: x[..., None])),
    "lists in place of arrays": _batches_that(
        lambda b: [(p[0].tolist(), p[1].tolist()) for p in b]
    ),
    "weights of the wrong length": _batches_that(lambda b: [(*p[:2], np.ones(1)) for p in b]),
    "weights with NaN": _batches_that(lambda b: [(*p[:2], np.nan * np.ones(len(p[0]))) for p in b]),
    "weights of 0": _batches_that(lambda b: [(*p[:2], np.zeros(len(p[0]))) for p in b]),
    "weights in one batch": _batches_that(lambda b: [(*b[0][:2], np.ones(len(b[0][0]))), b[0][:2]]),
    # the step
    "a step that returns None": _step_that(lambda loss: None),
    "a step that returns a string": _step_that(lambda loss: "0.5"),
    "a step that returns NaN": _step_that(lambda loss: float("nan")),
    "a step that returns a list": _step_that(lambda loss: []),
    "a step that returns a dict": _step_that(lambda loss: {}),
    "a step that returns rows": _step_that(lambda loss: tf.ones(3) * tf.cast(loss, "float32")),
    "a step that returns a constant": _step_that(lambda loss: 1.0),
    "a step that raises": _step_that(_raise),
    "a step of one argument": _with(lambda task: KerasLoop(task.model(), lambda x: 0.0)),
    "a step that does nothing": _with(lambda task: KerasLoop(task.model(), lambda x, y: 0.0)),
    "a step that is no function": _with(lambda task: KerasLoop(task.model(), 3)),
    "a step that raises now and then": lambda task, rng: (
        loop_of(task, Change(shown=lambda loss: loss if rng.random() < 0.8 else _raise())),
        task.reference(),
        task.batches,
    ),
    "a random loss": lambda task, rng: (
        loop_of(task, Change(shown=lambda loss: rng.normal())),
        task.reference(),
        task.batches,
    ),
    "random gradients": lambda task, rng: (
        loop_of(
            task,
            Change(
                gradients=lambda gs: [
                    tf.random.normal(g.shape, dtype=g.dtype) for g in map(tf.convert_to_tensor, gs)
                ]
            ),
        ),
        task.reference(),
        task.batches,
    ),
    # weights
    "no weights": _with(lambda task: _weights_of(task, lambda weights: [])),
    "weights in reverse": _with(lambda task: _weights_of(task, lambda weights: weights[::-1])),
    "None as weights": _with(lambda task: _weights_of(task, lambda weights: None)),
    "a number as weights": _with(lambda task: _weights_of(task, lambda weights: 3)),
    "strings as weights": _with(lambda task: _weights_of(task, lambda w: ["a" for _ in w])),
    "weights one too few": _with(lambda task: _weights_of(task, lambda weights: weights[:-1])),
    "weights that never change": _with(
        lambda task: _weights_of(task, lambda w: [np.zeros_like(one) for one in w])
    ),
    "weights with NaN in them": _with(
        lambda task: _weights_of(task, lambda w: [one * np.nan for one in w])
    ),
    "get_weights that raises": _with(lambda task: _weights_of(task, _raise)),
    # the optional methods
    "gradients of None": _with(lambda task: _gradients_of(task, lambda x, y: None)),
    "gradients of other shapes": _with(
        lambda task: _gradients_of(task, lambda x, y: [np.ones(7)] * len(task.model().weights))
    ),
    "no gradients": _with(lambda task: _gradients_of(task, lambda x, y: [])),
    "gradients that raise": _with(lambda task: _gradients_of(task, _raise)),
    "gradients of NaN": _with(
        lambda task: _gradients_of(
            task, lambda x, y: [np.full(w.shape, np.nan) for w in task.model().trainable_weights]
        )
    ),
    "predictions of None": _with(lambda task: _predicting(task, lambda x: None)),
    "predictions of a string": _with(lambda task: _predicting(task, lambda x: "a")),
    "predictions of another shape": _with(lambda task: _predicting(task, lambda x: np.ones(3))),
    "no predictions": _with(lambda task: _predicting(task, lambda x: [])),
    "predictions of NaN": _with(lambda task: _predicting(task, lambda x: x * np.nan)),
    "predictions that raise": _with(lambda task: _predicting(task, _raise)),
    # things that are no loop, and no reference
    "None as loop": _with(lambda task: None),
    "a model as loop": _with(lambda task: task.model()),
    "no variables": _with(lambda task: VariablesLoop([], lambda x, y: 0.0)),
    "None as reference": _against(lambda task: None),
    "a string as reference": _against(lambda task: "model"),
    "a reference that is not compiled": _against(lambda task: task.model()),
    "a reference without a loss": lambda task, rng: (
        loop_of(task, Change()),
        _without_loss(task),
        task.batches,
    ),
    "another reference": _against(_other_reference),
    "a reference with loss weights": _against(lambda task: _compiled(task, loss_weights=[0.5])),
    "a reference with metrics": _against(lambda task: _compiled(task, metrics=["mse"])),
    "a reference with weighted metrics": _against(
        lambda task: _compiled(task, weighted_metrics=["mse"])
    ),
    "a reference that runs compiled": _against(lambda task: _compiled(task, jit_compile=False)),
    "shared weights": _shared,
}
# What a loop can also be compared with, or on: it need not differ.
HARMLESS = {
    *("one batch, not in a list", "a batch of one sample first", "lists in place of arrays"),
    *("a reference with metrics", "a reference with weighted metrics", "weights of 0"),
    *(
        "inputs with another axis",
        "a reference that runs compiled",
        "negative labels",
        "a reference with loss weights",
    ),
}


def _without_loss(task: Task) -> Any:
    model = task.model()
    model.compile(task.make_optimizer())
    return model
