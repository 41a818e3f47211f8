"""Gradients as layers written by hand get them wrong: what they do not pass on, or not add up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.feeds import Fed
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.session import Session

Row = np.ndarray
_RECURRENT = (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU)


def layer_slips(session: Session, moves: list[Move]) -> Iterator[Fed]:
    """Yield the gradients of layers that stop them, or lose some of them.

    Args:
        session: The session.
        moves: The moves whose gradients are computed.
    """
    layers = list(session.reference.model._flatten_layers())
    recurrent = [layer.cell for layer in layers if isinstance(layer, _RECURRENT)]
    normal = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    if recurrent:
        stopped = _with(session, moves, recurrent, "call", _without_history)
        yield Fed("gradient_through_time", stopped, "it ends at each step", 1.5)
    simple = [layer.cell for layer in layers if isinstance(layer, keras.layers.SimpleRNN)]
    if simple:
        bare = _with(session, moves, simple, "call", _past_activation)
        detail = "on the way from a time step to the one before"
        yield Fed("activation_derivative_forgotten", bare, detail)
    if normal:
        detail = "the batch's mean and variance count as constants"
        yield Fed(
            "batch_norm_backward", _with(session, moves, normal, "_moments", _stopped), detail
        )
        detail = "the batch's variance counts as a constant"
        still = _with(session, moves, normal, "_moments", _half_stopped)
        yield Fed("batch_norm_backward", still, detail, 0.8)
    embeddings = [layer for layer in layers if isinstance(layer, keras.layers.Embedding)]
    if embeddings and not session.first[2:]:
        yield from _of_embeddings(session, moves, embeddings)


def _without_history(call: Callable[..., Any]) -> Callable[..., Any]:
    def stopping(inputs: Any, states: Any, *more: Any, **named: Any) -> Any:
        return call(inputs, tf.nest.map_structure(tf.stop_gradient, states), *more, **named)

    return stopping


def _past_activation(call: Any) -> Callable[..., Any]:
    """Return a cell's method `call`, whose error reaches the earlier state past the activation."""
    kernel = call.__self__.recurrent_kernel

    def passing(inputs: Any, states: Any, *more: Any, **named: Any) -> Any:
        [earlier] = tf.nest.flatten(states)  # (B, units)
        stopped = tf.nest.map_structure(tf.stop_gradient, states)
        outputs, ends = call(inputs, stopped, *more, **named)
        way = tf.linalg.matmul(earlier, tf.stop_gradient(kernel.value))
        outputs += way - tf.stop_gradient(way)  # 0, with a gradient
        return outputs, tf.nest.pack_sequence_as(ends, [outputs])

    return passing


def _stopped(moments: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: tuple(tf.stop_gradient(one) for one in moments(*given))


def _half_stopped(moments: Callable[..., Any]) -> Callable[..., Any]:
    def stopping(*given: Any) -> Any:
        mean, variance = moments(*given)
        return mean, tf.stop_gradient(variance)

    return stopping


def _with(
    session: Session,
    moves: list[Move],
    layers: list[Any],
    name: str,
    change: Callable[[Any], Any],
) -> list[Row]:
    """Return the gradients of all moves with a method of some layers changed."""
    with contextlib.ExitStack() as stack:
        for layer in layers:
            stack.enter_context(_changed(layer, name, change(getattr(layer, name))))
        return [_gradient(session, move) for move in moves]


@contextlib.contextmanager
def _changed(layer: Any, name: str, method: Any) -> Iterator[None]:
    object.__setattr__(layer, name, method)
    try:
        yield
    finally:
        object.__delattr__(layer, name)


def _gradient(session: Session, move: Move) -> Row:
    session.reference.set(move.before)
    row = session.sample.row(session.reference.gradients(*session.batches[move.batch])[1])
    return np.where(session.steady, row, 0.0)


def _of_embeddings(session: Session, moves: list[Move], layers: list[Any]) -> Iterator[Fed]:
    """Yield gradients that keep one of a word's places in the batch, or leave padding out."""
    trainable = {id(weight) for weight in session.reference.model.trainable_weights}
    layers = [layer for layer in layers if id(layer.embeddings) in trainable]
    every = [move.gradient.copy() for move in moves]
    lost, detail = "embedding_rows_lost", "the last place of a word counts, not their sum"
    for layer in layers:
        part, made = _of_last_places(session, moves, layer)
        last = [move.gradient.copy() for move in moves]
        for row, all_rows, own in zip(last, every, made, strict=True):
            row[part] = all_rows[part] = own
        yield Fed(lost, last, detail, 1.5)
        padded = [move.gradient.copy() for move in moves]
        places = session.sample.places[session.sample.parts.index(part)]
        for row in padded:
            row[part][places < layer.embeddings.shape[1]] = 0.0
        yield Fed("padding_not_trained", padded, "", 1.5)
    if len(layers) > 1:
        yield Fed(lost, every, f"{detail}, in every table", 1.5)


def _of_last_places(session: Session, moves: list[Move], layer: Any) -> tuple[slice, list[Row]]:
    """Return the part of a row that is an embedding's, and its gradient by the last places."""
    weights = session.reference.model.trainable_weights
    [number] = [n for n, weight in enumerate(weights) if weight is layer.embeddings]
    part, places = session.sample.parts[number], session.sample.places[number]
    found = []
    for move in moves:
        indices, slopes = _slopes(session, move, layer)
        table = np.zeros(tuple(layer.embeddings.shape))
        table[indices] = slopes  # of several places, the last counts
        found.append(table.ravel()[places] + move.penalty_gradient[part])
    return part, found


def _slopes(session: Session, move: Move, layer: Any) -> tuple[Row, Row]:
    """Return the rows that an embedding looks up in a batch, and its outputs' gradients."""
    seen: list[Any] = []
    call = layer.call
    x, y = session.batches[move.batch][:2]
    session.reference.set(move.before)
    with tf.GradientTape() as tape:

        def watched(inputs: Any) -> Any:
            seen[:] = [inputs, call(inputs)]
            tape.watch(seen[1])
            return seen[1]

        with _changed(layer, "call", watched):
            model = session.reference.model
            loss = model.compute_loss(
                x=x, y=tf.convert_to_tensor(y), y_pred=model(x, training=True)
            )
    slopes = tape.gradient(loss, seen[1], unconnected_gradients="zero")
    width = int(slopes.shape[-1])
    indices = np.array(seen[0]).astype("int64").ravel()
    return indices, np.array(tf.convert_to_tensor(slopes)).reshape(-1, width)
