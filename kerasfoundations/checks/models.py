"""Checks of models and their parts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from kerasfoundations.checks.arrays import members
from kerasfoundations.checks.losses import loss_name
from kerasfoundations.checks.samples import inputs, same_length, targets
from kerasfoundations.checks.scalars import function, known_name, no_class, positive_integer
from kerasfoundations.checks.shapes import sample_shape


def layer_sizes(num_features: Any, hidden_units: Any, num_classes: Any) -> list[int]:
    """Return the widths of a network from its inputs to its outputs, each 1 or more."""
    widths = members(hidden_units)
    if widths is None:
        raise ValueError(
            f"hidden_units must be a sequence of widths such as (512,), received {hidden_units!r}."
        )
    return [
        positive_integer("num_features", num_features),
        *(positive_integer("hidden_units", units) for units in widths),
        positive_integer("num_classes", num_classes),
    ]


def filters(value: Any) -> list[int]:
    """Return `value` as a list of one or more numbers of filters."""
    found = members(value)
    if not found:
        raise ValueError(
            f"filters must be a sequence of one number or more, received {value!r}: a single "
            "convolution is (32,)."
        )
    return [positive_integer("filters", number) for number in found]


def image_shape(value: Any, num_poolings: int = 0, smallest: int = 1) -> tuple[int, int, int]:
    """Return `value` as height, width and channels, large enough for a network.

    Args:
        value: What should be a sequence of three lengths.
        num_poolings: How often the images are halved.
        smallest: The least height and width.
    """
    found = members(value)
    if found is None or len(found) != 3:
        raise ValueError(
            f"image_shape must be (height, width, channels), received {value!r}: grey images have "
            "1 channel."
        )
    height, width, channels = (positive_integer("image_shape", length) for length in found)
    if min(height, width) < 2**num_poolings:
        raise ValueError(
            f"images of {height} × {width} pixels cannot be halved {num_poolings} times: use fewer "
            "poolings, or larger images."
        )
    if min(height, width) < smallest:
        raise ValueError(
            f"images of {height} × {width} pixels are too small for this network, expected "
            f"{smallest} × {smallest} or more: use larger images, or build_cnn."
        )
    return height, width, channels


def layers(value: Any, kind: type) -> list[Any]:
    """Return `value` as a list of different layers, at least one."""
    found = members(value)
    if found == []:
        raise ValueError("NaiveSequential takes one layer or more, received none.")
    strange = [layer for layer in found or () if not isinstance(layer, kind)]
    if found is None or strange:
        raise ValueError(
            f"NaiveSequential takes a list of layers of from_scratch.layers, received "
            f"{(strange or [value])[0]!r}: make each by its class, such as NaiveDense(784, 10)."
        )
    if len({id(layer) for layer in found}) < len(found):
        raise ValueError(
            "NaiveSequential takes each layer once, received the same object twice: make a layer "
            "of its own for each place."
        )
    return found


def layer_names(value: list[Any]) -> list[str]:
    """Return the names of a model's layers, which must differ."""
    if strange := [name for name in value if not isinstance(name, str)]:
        raise ValueError(f"the name of a layer must be a text, received {strange[0]!r}: write one.")
    if doubled := sorted({name for name in value if value.count(name) > 1}):
        raise ValueError(
            f"each layer of a model must have a name of its own, received {doubled} twice: set "
            "layer.name of one of them to another, or to None."
        )
    return value


def body_and_head(model: Any, chain: type, dense: type) -> tuple[list[Any], Any]:
    """Return all layers of a chain but the last, and the last, which must be dense."""
    found = model.layers
    if not isinstance(model, chain) or len(found) < 2 or not isinstance(found[-1], dense):
        raise ValueError(
            "with_new_head takes a Sequential of two layers or more, the last one dense, received "
            f"{[type(layer).__name__.removeprefix('Naive') for layer in found]}: build one with "
            "build_cnn, for example."
        )
    return found[:-1], found[-1]


def output_activation(value: Any) -> str | None:
    """Return `value`, which must be `None` or the name of an activation."""
    return (
        value if value is None else known_name("activation", value, ("relu", "sigmoid", "softmax"))
    )


def regularizer(name: str, value: Any) -> Any:
    """Return `value`, which must be a function of a tensor, or `None`."""
    if value is not None:
        no_class(name, value)
        function(name, value)
    return value


def weights(received: list[np.ndarray], expected_shapes: list[tuple[int, ...]]) -> None:
    """Check that arrays fit the weights of a model, in number and in shape."""
    shapes = [np.shape(array) for array in received]
    if shapes != expected_shapes:
        raise ValueError(
            f"set_weights takes arrays of shapes {expected_shapes}, received {shapes}: build the "
            "model with the same layers as the one that the weights came from."
        )


def own_model(model: Any, kind: type) -> None:
    """Check that a model belongs to the wing that is to train or use it."""
    if not isinstance(model, kind):
        raise ValueError(
            f"expected a {kind.__name__}, received a {type(model).__name__} of "
            f"{type(model).__module__.split('.')[0]}: build the model in the same wing as the "
            "training, or change one word in the import."
        )


def not_of_keras(model: Any) -> Any:
    """Return `model`, which must not be one of Keras's: their variables are of another kind."""
    if any(kind.__module__.split(".")[0] == "keras" for kind in type(model).__mro__):
        raise ValueError(
            f"received a {type(model).__name__} of keras, expected a model of from_scratch: build "
            "the model in the same wing as the learner, or change one word in the import."
        )
    return model


def logits_for(loss: Any, activation: Any) -> None:
    """Check that `mnist_loss` gets logits: it applies the sigmoid itself."""
    name = getattr(activation, "__name__", activation)
    if loss_name(loss) == "mnist_loss" and name in ("sigmoid", "softmax"):
        other = "binary" if name == "sigmoid" else "sparse_categorical"
        raise ValueError(
            f"mnist_loss takes logits, received the outputs of a {name}, which would be squeezed "
            f"twice: use loss='{other}_crossentropy', or a last layer without activation "
            "(build_mlp(..., output_activation=None))."
        )


def probabilities_for(loss: Any, bare: bool) -> None:
    """Check that a cross-entropy of the package gets the outputs of softmax or sigmoid."""
    if bare and loss_name(loss).endswith("crossentropy"):
        raise ValueError(
            f"{loss_name(loss)} takes probabilities, received the outputs of a last layer without "
            "activation: give it activation='softmax', or 'sigmoid' for two classes."
        )


def samples_for(
    x: Any,
    y: Any,
    loss: Any,
    feature_shape: tuple[int, ...],
    num_outputs: int,
    activation: Any,
    dtype: str,
    bare: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets as arrays that fit a model and a loss.

    Args:
        x: Inputs.
        y: Targets.
        loss: Name, function or object of the loss.
        feature_shape: The shape of one sample's inputs.
        num_outputs: The model's number of outputs.
        activation: The model's last activation, or `None`.
        dtype: The model's dtype.
        bare: Whether the outputs certainly are not probabilities, and the loss is of the package.
    """
    logits_for(loss, activation)
    probabilities_for(loss, bare)
    x = inputs(x, feature_shape, dtype)
    y = targets(y, num_outputs, loss_name(loss), dtype)
    same_length(x, y)
    return x, y


def first_shape(layer: Any, input_shape: Any) -> tuple[int | None, ...]:
    """Return the shape of one sample, as given or as far as the first layer knows it."""
    if input_shape is not None:
        return sample_shape(input_shape)
    if layer.takes is None:
        raise ValueError(
            f"the first layer, {type(layer).__name__}, takes inputs of any shape: pass "
            "input_shape, such as input_shape=(28, 28, 1)."
        )
    return layer.takes


@contextlib.contextmanager
def fitting_layer(before: list[Any], unchanged: Any) -> Iterator[None]:
    """Turn an error in the block into one that says that the next layer does not fit.

    `unchanged` is the `output_shape` that a layer inherits unless it has its own.
    """
    try:
        yield
    except ValueError as error:
        where = "the previous layer" if before else "input_shape, the shape of one sample"
        own = [type(layer) for layer in before[-1:] if not _is_ours(layer)]
        names = [kind.__name__ for kind in own if kind.output_shape is unchanged]
        hint = "".join(f" If {n} changes the shape, write its output_shape method." for n in names)
        raise ValueError(f"layer {len(before) + 1} does not fit {where}: {error}{hint}") from None


def _is_ours(layer: Any) -> bool:
    return type(layer).__module__.startswith("kerasfoundations.")
