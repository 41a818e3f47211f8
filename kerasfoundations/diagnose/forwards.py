"""Forward passes other than the reference's, with the same weights.

A layer computes something else, or reads its weights in a different order. Each of these changes
predicts other outputs; the one that predicts the loop's is named.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose.reference import Arrays, Outputs, Reference

L = keras.layers
Call = Callable[..., Any]

FEW = 20  # other forward passes of a large model
_MOST = 8  # layers that are changed one by one


@dataclass(frozen=True)
class Forward:
    """Another forward pass: the reference's layers are changed until the next is asked for.

    Attributes:
        cause: Identifier of the cause.
        detail: Details, for the message.
        weights: Returns the weights with which the reference does what the loop does.
        weight: How common it is.
    """

    cause: str
    detail: str
    weights: Callable[[Arrays], Arrays] = list
    weight: float = 1.0


def other_forwards(reference: Reference) -> Iterator[Forward]:
    """Change the reference's layers, one after the other, to what loops do instead."""
    layers = list(reference.model._flatten_layers())
    yield from _without_biases(reference)
    yield from _transposed_kernels(reference)
    yield from _turned_kernels(reference, layers)
    yield from _activations(reference, layers)
    for cause, detail, change in (
        ("another_pooling", "", _swapped_pooling),
        ("padding_counted", "", _counted_padding),
        ("padding_place", "", _even_padding),
        ("flatten_order", "the channels come first", _channels_first),
        ("padding_processed", "", _unmasked),
        ("time_axis", "", _over_samples),
        ("bidirectional_end", "", _last_step),
        ("bidirectional_order", "", _not_turned_back),
        ("layer_norm_unbiased", "", _unbiased),
    ):
        yield from _changed(cause, detail, change, layers)
    for power, words in ((0.0, "not scaled"), (1.0, "divided by the key size, not its root")):
        change = partial(_other_scale, partial(_by_key_size, power))
        yield from _changed("attention_scale", f"they are {words}", change, layers)
    detail = "they are divided by the root of the model's width, not of the key size"
    change = partial(_other_scale, lambda layer: layer._query_dense.kernel.shape[0] ** -0.5)
    yield from _changed("attention_scale", detail, change, layers)
    yield from _gates(reference, layers)
    for after, detail in ((True, "before it: reset_after=False"), (False, "reset_after=True")):
        cells = [one.cell for one in layers if isinstance(one, L.GRU)]
        cells = [cell for cell in cells if cell.reset_after == after]
        yield from _changed("gru_reset_place", detail, _reset_elsewhere, cells)


def outputs_of(
    other: Forward, reference: Reference, weights: Arrays, x: np.ndarray, training: bool = False
) -> Outputs | None:
    """Return the outputs of another forward pass; `None` if a changed layer does not fit."""
    reference.set(other.weights(weights))
    try:
        return reference.outputs(x, training)
    except (ValueError, TypeError, tf.errors.OpError):
        return None


@contextlib.contextmanager
def changed_attributes(layer: Any, **values: Any) -> Iterator[None]:
    """Set attributes of a layer inside the block, past Keras's tracking."""
    own = {name: layer.__dict__[name] for name in values if name in layer.__dict__}
    try:
        for name, value in values.items():
            object.__setattr__(layer, name, value)
        yield
    finally:
        for name in values:
            object.__delattr__(layer, name)
            if name in own:
                object.__setattr__(layer, name, own[name])


def _changed(
    cause: str, detail: str, change: Callable[[Any], dict[str, Any]], layers: Sequence[Any]
) -> Iterator[Forward]:
    """Yield all layers that a change applies to changed together."""
    changes = [(layer, change(layer)) for layer in layers]
    with contextlib.ExitStack() as stack:
        names = []
        for layer, values in changes:
            if values:
                names.append(layer.name)
                stack.enter_context(changed_attributes(layer, **values))
        if names:
            yield Forward(cause, "; ".join(filter(None, (detail, ", ".join(names)))))


# Biases and activations


def _without_biases(reference: Reference) -> Iterator[Forward]:
    """Yield a bias that is not added, or all of them."""
    places = [i for i in reference.trainable if reference.names[i].split("/")[-1] == "bias"]
    choices = [[place] for place in places[-_MOST:]] + ([places] if len(places) > 1 else [])
    for chosen in choices:
        detail = ", ".join(reference.names[place] for place in chosen)
        yield Forward("bias_missing", detail, partial(_zeroed, chosen))


def _zeroed(places: Sequence[int], weights: Arrays) -> Arrays:
    return [np.zeros_like(w) if i in places else w for i, w in enumerate(weights)]


def _transposed_kernels(reference: Reference) -> Iterator[Forward]:
    """Yield a square kernel that is used transposed, or all of them."""
    square = [i for i in reference.trainable if len({*reference.shapes[i]}) == 1]
    square = [i for i in square if len(reference.shapes[i]) == 2 and reference.shapes[i][0] > 1]
    for chosen in [[place] for place in square[:_MOST]] + ([square] if len(square) > 1 else []):
        detail = ", ".join(reference.names[place] for place in chosen)
        yield Forward("kernel_transposed", detail, partial(_transposed, chosen))


def _transposed(places: Sequence[int], weights: Arrays) -> Arrays:
    return [w.T.copy() if i in places else w for i, w in enumerate(weights)]


_CONVOLUTIONS = (L.Conv1D, L.Conv2D, L.Conv3D, L.DepthwiseConv1D, L.DepthwiseConv2D)


def _turned_kernels(reference: Reference, layers: Sequence[Any]) -> Iterator[Forward]:
    """Yield convolutions whose kernels are flipped, or have height and width exchanged."""
    ids = {id(one.kernel) for one in layers if isinstance(one, _CONVOLUTIONS)}
    places = [i for i, weight in enumerate(reference.model.weights) if id(weight) in ids]
    if not places:
        return
    names = ", ".join(reference.names[place] for place in places)
    yield Forward("kernel_flipped", names, partial(_flipped, places))
    square = [i for i in places if len(shape := reference.shapes[i]) == 4 and shape[0] == shape[1]]
    if square:
        names = ", ".join(reference.names[place] for place in square)
        detail = f"height and width are exchanged in {names}"
        yield Forward("kernel_transposed", detail, partial(_exchanged, square))


def _flipped(places: Sequence[int], weights: Arrays) -> Arrays:
    pairs = enumerate(weights)
    return [np.flip(w, tuple(range(w.ndim - 2))).copy() if i in places else w for i, w in pairs]


def _exchanged(places: Sequence[int], weights: Arrays) -> Arrays:
    return [w.swapaxes(0, 1).copy() if i in places else w for i, w in enumerate(weights)]


_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "linear": keras.activations.linear,
    "relu": keras.activations.relu,
    "sigmoid": keras.activations.sigmoid,
    "tanh": keras.activations.tanh,
    "gelu": keras.activations.gelu,
    "gelu, approximated with tanh": partial(keras.activations.gelu, approximate=True),
    "silu": keras.activations.silu,
    "elu": keras.activations.elu,
    "selu": keras.activations.selu,
    "softplus": keras.activations.softplus,
    "leaky_relu with slope 0.01": partial(keras.activations.leaky_relu, negative_slope=0.01),
    "leaky_relu with slope 0.2": partial(keras.activations.leaky_relu, negative_slope=0.2),
    "hard_sigmoid": keras.activations.hard_sigmoid,
}


def _activations(reference: Reference, layers: Sequence[Any]) -> Iterator[Forward]:
    """Yield a different activation in all layers that have the same, or in one of them."""
    owners = [
        (layer, name, getattr(layer, name))
        for layer in layers
        for name in ("activation", "recurrent_activation")
        if name in layer.__dict__
    ]
    kinds = dict.fromkeys(getattr(own, "__name__", "") for *_, own in owners)
    groups = [[one for one in owners if getattr(one[2], "__name__", "") == k] for k in kinds]
    groups += [[one] for one in owners[:_MOST] if [one] not in groups]
    for group, (word, function) in itertools.product(groups, _ACTIVATIONS.items()):
        own = getattr(group[0][2], "__name__", "")
        if own == word or own == "softmax":
            continue
        with contextlib.ExitStack() as stack:
            for layer, name, _ in group:
                stack.enter_context(changed_attributes(layer, **{name: function}))
            where = ", ".join(layer.name for layer, *_ in group)
            weight = 0.5 if own == "linear" else 1.0
            yield Forward("another_activation", f"{word} instead of {own} in {where}", list, weight)


# Pooling and padding

_POOLS = {
    **{L.MaxPooling1D: L.AveragePooling1D, L.AveragePooling1D: L.MaxPooling1D},
    **{L.MaxPooling2D: L.AveragePooling2D, L.AveragePooling2D: L.MaxPooling2D},
    **{L.GlobalMaxPooling1D: L.GlobalAveragePooling1D},
    **{L.GlobalAveragePooling1D: L.GlobalMaxPooling1D},
    **{L.GlobalMaxPooling2D: L.GlobalAveragePooling2D},
    **{L.GlobalAveragePooling2D: L.GlobalMaxPooling2D},
}


def _swapped_pooling(layer: Any) -> dict[str, Any]:
    """Return the mean in place of the maximum, and the other way round."""
    other = _POOLS.get(type(layer))
    return {"call": _plain(other.from_config(layer.get_config()).call)} if other else {}


def _plain(call: Call) -> Call:
    """Return a call that ignores a mask."""
    return lambda inputs, **_: call(inputs)


def _counted_padding(layer: Any) -> dict[str, Any]:
    """Return a mean in which the zeros of the padding count."""
    if not isinstance(layer, L.AveragePooling1D | L.AveragePooling2D):
        return {}
    return _padded(layer, layer.pool_size, even=True)


def _even_padding(layer: Any) -> dict[str, Any]:
    """Return padding "same" that adds as much before as after, as PyTorch's does."""
    if not isinstance(layer, L.Conv1D | L.Conv2D | L.DepthwiseConv2D | L.SeparableConv2D):
        return {}
    if max(np.ravel(layer.strides)) == 1:
        return {}
    return _padded(layer, layer.kernel_size, even=True)


def _padded(layer: Any, sizes: Any, even: bool) -> dict[str, Any]:
    """Return a layer that pads with zeros first, half of the window on each side."""
    if layer.padding != "same" or layer.data_format == "channels_first":
        return {}
    own = layer.call
    pads = [[0, 0], *([(int(k) - 1) // 2 + (int(k) + 1) % 2] * 2 for k in np.ravel(sizes)), [0, 0]]

    def call(inputs: Any) -> Any:
        right = own_shape(inputs)
        made = own(tf.pad(inputs, pads))
        return made[tuple(slice(n) for n in right)]

    def own_shape(inputs: Any) -> list[int]:
        steps = np.ravel(layer.strides)
        space = [-(-n // int(s)) for n, s in zip(inputs.shape[1:-1], steps, strict=True)]
        return [len(inputs), *space]

    return {"call": call, "padding": "valid"}


def _channels_first(layer: Any) -> dict[str, Any]:
    """Return a Flatten whose channels come first."""
    if not isinstance(layer, L.Flatten) or layer.data_format == "channels_first":
        return {}
    own = layer.call

    def call(inputs: Any) -> Any:
        rank = len(inputs.shape)
        return own(tf.transpose(inputs, (0, rank - 1, *range(1, rank - 1))) if rank > 2 else inputs)

    return {"call": call}


# Sequences


def _unmasked(layer: Any) -> dict[str, Any]:
    """Return a layer that ignores its mask."""
    own = layer.call
    if isinstance(layer, keras.Model) or "mask" not in inspect.signature(own).parameters:
        return {}
    return {"call": lambda *inputs, **more: own(*inputs, **more | {"mask": None})}


def _over_samples(layer: Any) -> dict[str, Any]:
    """Return a recurrent layer that runs over the samples in place of the time steps."""
    if not isinstance(layer, L.RNN):
        return {}
    own, whole = layer.call, layer.return_sequences

    def call(sequences: Any, **_: Any) -> Any:
        rest = range(2, len(sequences.shape))
        made = own(tf.transpose(sequences, (1, 0, *rest)))
        made = tf.transpose(made, (1, 0, *range(2, len(made.shape))))
        return made if whole else made[:, -1]

    return {"call": call, "return_sequences": True}


def _last_step(layer: Any) -> dict[str, Any]:
    """Return a Bidirectional that takes both directions' outputs at the last time step."""
    if not isinstance(layer, L.Bidirectional) or layer.return_sequences:
        return {}
    if layer.merge_mode != "concat":
        return {}
    ahead, back = layer.forward_layer, layer.backward_layer

    def call(sequences: Any, **_: Any) -> Any:
        with (
            changed_attributes(ahead, return_sequences=True),
            changed_attributes(back, return_sequences=True),
        ):
            return tf.concat([ahead(sequences)[:, -1], back(sequences)[:, 0]], axis=-1)

    return {"call": call}


def _not_turned_back(layer: Any) -> dict[str, Any]:
    """Return a Bidirectional whose backward outputs stay in the order in which they were made."""
    if not isinstance(layer, L.Bidirectional) or not layer.return_sequences:
        return {}
    if layer.merge_mode != "concat":
        return {}
    ahead, back = layer.forward_layer, layer.backward_layer

    def call(sequences: Any, **_: Any) -> Any:
        return tf.concat([ahead(sequences), back(sequences)], axis=-1)

    return {"call": call}


def _unbiased(layer: Any) -> dict[str, Any]:
    """Return a layer normalization whose variance is divided by n - 1."""
    if not isinstance(layer, L.LayerNormalization):
        return {}
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)

    def call(x: Any) -> Any:
        count = math.prod(x.shape[axis] for axis in axes)
        mean, variance = tf.nn.moments(x, axes, keepdims=True)
        return _scaled(
            layer, axes, (x - mean) / tf.sqrt(variance * count / (count - 1) + layer.epsilon)
        )

    return {"call": call}


def epsilon_outside(layer: Any) -> dict[str, Any]:
    """Return a normalization whose epsilon is added to the deviation."""
    if isinstance(layer, L.LayerNormalization):
        axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)

        def call(x: Any, **_: Any) -> Any:
            mean, variance = tf.nn.moments(x, axes, keepdims=True)
            return _scaled(layer, axes, (x - mean) / (tf.sqrt(variance) + layer.epsilon))

        return {"call": call}
    if not isinstance(layer, L.BatchNormalization):
        return {}

    def batch(x: Any, training: bool = False, **_: Any) -> Any:
        rank = len(x.shape)
        axis = layer.axis % rank
        mean, variance = tf.nn.moments(x, [a for a in range(rank) if a != axis], keepdims=True)
        if not training or not layer.trainable:
            shape = [-1 if a == axis else 1 for a in range(rank)]
            mean = tf.reshape(layer.moving_mean.value, shape)
            variance = tf.reshape(layer.moving_variance.value, shape)
        return _scaled(layer, [axis], (x - mean) / (tf.sqrt(variance) + layer.epsilon))

    return {"call": batch}


def _scaled(layer: Any, axes: Sequence[int], normal: Any) -> Any:
    """Return normalized inputs times gamma, plus beta."""
    rank = len(normal.shape)
    own = {axis % rank for axis in axes}
    shape = [normal.shape[a] if a in own else 1 for a in range(rank)]
    gamma, beta = getattr(layer, "gamma", None), getattr(layer, "beta", None)
    normal = normal if gamma is None else normal * tf.reshape(gamma.value, shape)
    return normal if beta is None else normal + tf.reshape(beta.value, shape)


def _by_key_size(power: float, layer: Any) -> float:
    return float(layer.key_dim) ** -power if isinstance(layer, L.MultiHeadAttention) else 1.0


def _other_scale(scale: Callable[[Any], float], layer: Any) -> dict[str, Any]:
    """Return an attention whose scores are multiplied by something else than 1 / sqrt(key size)."""
    if not isinstance(layer, L.MultiHeadAttention):
        return {}
    made = scale(layer)
    own = layer._inverse_sqrt_key_dim
    # Where the fused kernel is used, the scores' factor is an argument of it.
    return {} if abs(made - own) < 1e-9 else {"_inverse_sqrt_key_dim": made}


@contextlib.contextmanager
def carried(reference: Reference) -> Iterator[bool]:
    """Let recurrent layers begin with the state that the call before left; yield if there are."""
    layers = [one for one in reference.model._flatten_layers() if isinstance(one, L.RNN)]
    with contextlib.ExitStack() as stack:
        for layer in layers:
            stack.enter_context(changed_attributes(layer, **_carrying(layer)))
        yield bool(layers)


def _carrying(layer: Any) -> dict[str, Any]:
    own = layer.call
    states: dict[int, Any] = {}

    def call(sequences: Any, **more: Any) -> Any:
        made, *states[len(sequences)] = own(
            sequences, **more | {"initial_state": states.get(len(sequences))}
        )
        return made

    return {"call": call, "return_state": True}


def _gates(reference: Reference, layers: Sequence[Any]) -> Iterator[Forward]:
    """Yield gates of LSTMs and GRUs in a different order, or a GRU's `1 - z` in place of `z`."""
    for kind, order in ((L.LSTMCell, "ifco"), (L.GRUCell, "zrh")):
        ids = {id(w) for one in layers if isinstance(one, kind) for w in one.weights}
        places = [i for i, w in enumerate(reference.model.weights) if id(w) in ids]
        if not places:
            continue
        size = len(order)
        for chosen in itertools.permutations(range(size)):
            read = ", ".join(order[chosen.index(place)] for place in range(size))
            detail = f"{read} instead of {', '.join(order)}"
            if chosen != tuple(range(size)):
                yield Forward("gate_order", detail, partial(_reordered, places, chosen))
        if kind is L.GRUCell:
            turned = partial(_reordered, places, tuple(range(size)), signs=(-1.0, 1.0, 1.0))
            yield Forward("update_gate_turned", "", turned)


def _reset_elsewhere(cell: Any) -> dict[str, Any]:
    """Return a GRU whose reset gate acts before the recurrent product, not after it, or after."""
    after, units = cell.reset_after, cell.units

    def call(inputs: Any, states: Any, training: bool = False) -> tuple[Any, Any]:
        h = states[0] if isinstance(states, list | tuple) else states
        U = tf.convert_to_tensor(cell.recurrent_kernel)
        biases = tf.reshape(cell.bias, (-1, 3 * units)) if cell.use_bias else tf.zeros((1, 1))
        x = inputs @ tf.convert_to_tensor(cell.kernel) + tf.reduce_sum(biases[:1], axis=0)
        more = tf.reduce_sum(biases[1:], axis=0) + tf.zeros(3 * units, x.dtype)
        gates = cell.recurrent_activation(
            x[:, : 2 * units] + h @ U[:, : 2 * units] + more[: 2 * units]
        )
        z, r = gates[:, :units], gates[:, units:]
        last, bias = U[:, 2 * units :], more[2 * units :]
        product = (r * h) @ last + bias if after else r * (h @ last + bias)
        h = z * h + (1 - z) * cell.activation(x[:, 2 * units :] + product)
        return h, [h] if isinstance(states, list | tuple) else h

    return {"call": call}


def _reordered(
    places: Sequence[int],
    chosen: Sequence[int],
    weights: Arrays,
    signs: Sequence[float] = (1.0, 1.0, 1.0, 1.0),
) -> Arrays:
    """Return weights with the gates' blocks, along the last axis, in a different order."""
    found = list(weights)
    for place in places:
        blocks = np.split(weights[place], len(chosen), axis=-1)
        parts = [np.asarray(s, blocks[0].dtype) * b for s, b in zip(signs, blocks, strict=False)]
        found[place] = np.concatenate([parts[i] for i in chosen], axis=-1)
    return found
