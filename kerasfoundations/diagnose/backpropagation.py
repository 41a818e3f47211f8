"""Gradients as hand-written backpropagation gets them wrong.

A chain of layers is run forward, and the error passed backward through it by hand, once for each
common slip: an activation's derivative is left out or taken at the wrong place, the error is that
of another loss, or it passes through weights that the step has already moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.feeds import Fed
from kerasfoundations.diagnose.moves import Move
from kerasfoundations.diagnose.probes import as_targets
from kerasfoundations.diagnose.session import Session

Derivative = Callable[[Any, Any, Any, Any], Any]
Error = Callable[["Forward"], Any]

_ELEMENTWISE = (keras.activations.sigmoid, keras.activations.tanh)
_WHERE = ("in the last layer", "in every layer")


@dataclass
class Forward:
    """What a batch leaves behind on its way through the layers.

    Attributes:
        inputs: What each layer was given.
        sums: Of each dense layer `z = a·W + b`; `None` of the others.
        outputs: What the last layer returned, `p`.
        targets: The targets, in the outputs' shape.
        error: `dL/dz` of the last layer.
        error_of_outputs: `dL/dp` of the last layer.
    """

    inputs: list[Any]
    sums: list[Any]
    outputs: Any
    targets: Any
    error: Any
    error_of_outputs: Any

    @property
    def size(self) -> int:
        """The number of samples."""
        return int(self.outputs.shape[0])


def backpropagated(session: Session, moves: list[Move], moved: bool = True) -> Iterator[Fed]:
    """Yield the gradients of slips in backpropagation.

    Args:
        session: The session.
        moves: The moves whose gradients are computed.
        moved: Whether the weights after each move are known.
    """
    layers = _chain(session)
    if not layers:
        return
    forwards = [_forward(session, layers, move) for move in moves]
    befores = [move.before for move in moves]

    def rows(
        error: Error, derivative: Derivative, through: Sequence[Sequence[np.ndarray]]
    ) -> list[np.ndarray]:
        return [
            _backward(session, layers, move, forward, error(forward), derivative, weights)
            for move, forward, weights in zip(moves, forwards, through, strict=True)
        ]

    dense = sum(isinstance(layer, keras.layers.Dense) for layer in layers)
    if dense > 1 and moved:
        afters = [move.after for move in moves]
        yield Fed("backward_through_moved_weights", rows(_right, _derivative, afters), weight=1.5)
    for cause, detail, derivative in _derivatives(layers[:-1]):
        yield Fed(cause, rows(_right, derivative, befores), detail or "of the hidden layers")
    for cause, detail, error in _errors(session, layers[-1]):
        yield Fed(cause, rows(error, _derivative, befores), detail)
    if layers[-1].activation in _ELEMENTWISE:
        for cause, detail, derivative in _derivatives(layers):
            error = _of_last(layers[-1], derivative)
            last, every = (", ".join(filter(None, (detail, words))) for words in _WHERE)
            yield Fed(cause, rows(error, _derivative, befores), last)
            yield Fed(cause, rows(error, derivative, befores), every)


def _derivatives(layers: Sequence[Any]) -> Iterator[tuple[str, str, Derivative]]:
    """Yield wrong derivatives of the layers' activations."""
    activations = [one.activation for one in layers if isinstance(one, keras.layers.Dense)]
    if all(one is keras.activations.linear for one in activations):
        return
    yield "activation_derivative_forgotten", "", lambda act, z, a, error: error
    place = "activation_derivative_place"
    yield place, "it is taken at the activation's output, as if that were its input", _at_output
    for detail, slip in _slips(activations).items():
        yield place, detail, slip


def _chain(session: Session) -> list[Any]:
    """Return the layers, if they are a plain chain that ends in a dense one."""
    model = session.reference.model
    if not isinstance(model, keras.Sequential) or session.reference.stochastic:
        return []
    layers = list(model.layers)
    nested = any(isinstance(layer, keras.Model) for layer in layers)
    if nested or not isinstance(layers[-1], keras.layers.Dense) or session.first[2:]:
        return []
    return layers if session.reference.kind() != "other" else []


def _forward(session: Session, layers: Sequence[Any], move: Move) -> Forward:
    """Run a batch through the layers, and take the loss's derivatives at its end."""
    x, y = session.batches[move.batch][:2]
    session.reference.set(move.before)
    model, a = session.reference.model, tf.cast(x, layers[-1].compute_dtype)
    inputs, sums = [], []
    for layer in layers:
        inputs.append(a)
        if isinstance(layer, keras.layers.Dense):
            bias = layer.bias.value if layer.use_bias else 0.0
            sums.append(tf.linalg.matmul(a, layer.kernel.value) + bias)
            a = layer.activation(sums[-1])
        else:
            sums.append(None)
            a = layer(a, training=True) if _takes_training(layer) else layer(a)
    z, p = sums[-1], tf.identity(a)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([z, p])
        loss = model.compute_loss(x=x, y=tf.convert_to_tensor(y), y_pred=layers[-1].activation(z))
        of_outputs = model.compute_loss(x=x, y=tf.convert_to_tensor(y), y_pred=p)
    targets = as_targets(y, tuple(p.shape))
    return Forward(
        inputs,
        sums,
        p,
        tf.cast(targets, p.dtype),
        tape.gradient(loss, z),
        tape.gradient(of_outputs, p),
    )


def _backward(
    session: Session,
    layers: Sequence[Any],
    move: Move,
    forward: Forward,
    error: Any,
    derivative: Derivative,
    through: Sequence[np.ndarray],
) -> np.ndarray:
    """Pass the last layer's error backward, and return the gradients as a row with penalties.

    Args:
        session: The session.
        layers: The layers.
        move: The step.
        forward: What the way forward left behind.
        error: `dL/dz` of the last layer.
        derivative: From an activation, `z`, `a` and `dL/da` to `dL/dz`.
        through: The weights that errors pass through.
    """
    session.reference.set(move.before)
    places = {id(weight): place for place, weight in enumerate(session.reference.model.weights)}
    found: dict[int, Any] = {}
    for number in reversed(range(len(layers))):
        layer, a = layers[number], forward.inputs[number]
        if isinstance(layer, keras.layers.Dense):
            if layer is not layers[-1]:
                z = forward.sums[number]
                error = derivative(layer.activation, z, layer.activation(z), error)
            flat, errors = (tf.reshape(one, (-1, one.shape[-1])) for one in (a, error))
            found[id(layer.kernel)] = tf.linalg.matmul(flat, errors, transpose_a=True)
            if layer.use_bias:
                found[id(layer.bias)] = tf.reduce_sum(errors, axis=0)
            kernel = tf.cast(through[places[id(layer.kernel)]], error.dtype)
            error = tf.linalg.matmul(error, kernel, transpose_b=True)
        else:
            own = [weight.value for weight in layer.trainable_weights]
            with tf.GradientTape() as tape:
                tape.watch(a)
                made = layer(a, training=True) if _takes_training(layer) else layer(a)
            gradients = tape.gradient(
                made, [a, *own], output_gradients=error, unconnected_gradients="zero"
            )
            error = gradients[0]
            found |= {id(w): g for w, g in zip(layer.trainable_weights, gradients[1:], strict=True)}
    weights = session.reference.model.trainable_weights
    arrays = [np.array(tf.convert_to_tensor(found[id(weight)])) for weight in weights]
    row = session.sample.row(arrays)
    return row + move.penalty_gradient


def _errors(session: Session, last: Any) -> Iterator[tuple[str, str, Error]]:
    """Yield wrong errors of the last layer's sums, `dL/dz`."""
    kind = session.reference.kind()
    if last.activation is keras.activations.linear:
        return
    forgotten, other = "activation_derivative_forgotten", "gradient_of_another_loss"
    detail = "of the outputs: dL/dp is used as dL/dz"
    yield forgotten, detail, lambda forward: forward.error_of_outputs
    classes = kind in ("softmax", "sigmoid")
    for factor in (1.0, 2.0):
        for mean in (False, True):
            if classes:
                detail = "the error is multiplied by p·(1 - p), as of the squared error"
                yield other, detail, _squared(factor, mean, last, elementwise=True)
                detail = "it is that of the squared error of the probabilities"
                yield other, detail, _squared(factor, mean, last, elementwise=False)
            else:
                detail = "of the outputs: p - y is used as dL/dz, as of a cross-entropy"
                yield forgotten, detail, _difference(factor, mean)


def _of_last(last: Any, derivative: Derivative) -> Error:
    """Return the last layer's error by some derivative of its activation."""

    def error(forward: Forward) -> Any:
        return derivative(last.activation, forward.sums[-1], forward.outputs, _of_outputs(forward))

    return error


def _of_outputs(forward: Forward) -> Any:
    return forward.error_of_outputs


def _squared(factor: float, mean: bool, last: Any, elementwise: bool) -> Error:
    """Return the error of a squared error: `c·(p - y)` times the activation's derivative."""

    def error(forward: Forward) -> Any:
        left = _difference(factor, mean)(forward)
        if elementwise:
            return left * forward.outputs * (1 - forward.outputs)
        z = forward.sums[-1]
        return _derivative(last.activation, z, None, left)

    return error


def _difference(factor: float, mean: bool) -> Error:
    """Return the error `c·(p - y) / n`, divided by the number of outputs if it is their mean."""

    def error(forward: Forward) -> Any:
        count = forward.size * (int(forward.outputs.shape[-1]) if mean else 1)
        return factor * (forward.outputs - forward.targets) / count

    return error


def _right(forward: Forward) -> Any:
    return forward.error


def _derivative(activation: Any, z: Any, a: Any, error: Any) -> Any:
    """Return `dL/dz` from `dL/da`."""
    with tf.GradientTape() as tape:
        tape.watch(z)
        made = activation(z)
    return tape.gradient(made, z, output_gradients=error)


def _at_output(activation: Any, z: Any, a: Any, error: Any) -> Any:
    return _derivative(activation, a, None, error)


def _slips(activations: Sequence[Any]) -> dict[str, Derivative]:
    """Return the slips in formulas of derivatives, for the activations that have one."""
    found: dict[str, Derivative] = {}
    if keras.activations.tanh in activations:
        found["tanh' is taken as 1 - z², not 1 - a²"] = _formula(lambda z, a: 1 - z * z)
        found["tanh' is taken as 1 - a, not 1 - a²"] = _formula(lambda z, a: 1 - a)
    if keras.activations.sigmoid in activations:
        found["sigmoid' is taken as z·(1 - z), not a·(1 - a)"] = _formula(lambda z, a: z * (1 - z))
    return found


def _formula(slope: Callable[[Any, Any], Any]) -> Derivative:
    """Return a derivative by formula, of activations other than ReLU and none."""

    def derivative(activation: Any, z: Any, a: Any, error: Any) -> Any:
        if activation in (keras.activations.tanh, keras.activations.sigmoid):
            return error * slope(z, a)
        return _derivative(activation, z, a, error)

    return derivative


def _takes_training(layer: Any) -> bool:
    return bool(getattr(layer, "_call_has_training_arg", False))
