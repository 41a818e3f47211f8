"""Checks of shapes: which are valid, which fit each other, and where windows lie in images."""

from __future__ import annotations

import math
import numbers
from typing import Any, NamedTuple

import numpy as np

from kerasfoundations.checks.arrays import compatible, has_numbers, members, shape_of
from kerasfoundations.checks.scalars import (
    integer_of_0_or_more,
    known_name,
    positive_integer,
)


def lengths(value: Any, unknown: bool = False) -> tuple[int, ...]:
    """Return `value` as a shape; with `unknown`, negative lengths are allowed."""
    found = members(value)
    if found is None:
        raise ValueError(f"shape must be a sequence of lengths such as (2, 3), received {value!r}.")
    for length in found:
        whole = isinstance(length, numbers.Integral) and not isinstance(length, bool)
        if not (whole and unknown):
            integer_of_0_or_more("shape", length)
    return tuple(int(length) for length in found)


def indices(value: Any) -> tuple[int, ...]:
    """Return `value` as a tuple of whole numbers, one per axis."""
    found = members(value)
    if found is None or any(
        isinstance(n, bool) or not isinstance(n, numbers.Integral) for n in found
    ):
        raise ValueError(
            f"index must be a sequence of whole numbers, one for each axis, received {value!r}."
        )
    return tuple(int(number) for number in found)


def index_in_shape(index: tuple[int, ...], shape: tuple[int, ...]) -> None:
    """Check that an index has one number per axis, each within its axis."""
    if len(index) != len(shape):
        raise IndexError(f"expected {len(shape)} numbers for the shape {shape}, received {index}.")
    for number, length in zip(index, shape, strict=True):
        if not -length <= number < length:
            raise IndexError(
                f"index {number} is out of range for an axis of length {length}, received {index} "
                f"for the shape {shape}."
            )


def slices(value: tuple[Any, ...], shape: tuple[int, ...]) -> None:
    """Check that `value` holds slices, no more than there are axes."""
    for part in value:
        if not isinstance(part, slice):
            raise ValueError(f"expected slices such as slice(0, 2), received {part!r}.")
        ends = (part.start, part.stop, part.step)
        if part.step == 0 or not all(n is None or hasattr(n, "__index__") for n in ends):
            raise ValueError(
                f"a slice takes whole numbers, and a step that is not 0, received {part!r}."
            )
    if len(value) > len(shape):
        raise IndexError(
            f"received {len(value)} slices for the {len(shape)} axes of shape {shape}."
        )


def batch_number(x: Any, number: Any, batch_size: int) -> None:
    """Check that `x` has samples along its first axis, and a batch of that number."""
    has_numbers("x", x)
    shape = shape_of(x)
    if len(shape) == 0:
        raise ValueError(
            "x must hold samples along a first axis, received shape (): pass x[None] for a single "
            "one."
        )
    if shape[0] == 0:
        raise ValueError("received 0 samples: pass at least one.")
    if isinstance(number, bool) or not isinstance(number, numbers.Integral):
        raise ValueError(f"number must be a whole number of 0 or more, received {number!r}.")
    num_batches = -(-shape[0] // batch_size)
    if not 0 <= int(number) < num_batches:
        raise IndexError(f"expected a batch from 0 to {num_batches - 1}, received {number}.")


def fitting_shapes(expected: str, fits: bool, x: Any, y: Any) -> None:
    """Check that two arrays fit an operation; the error names both shapes."""
    if not fits:
        raise ValueError(
            f"expected {expected}, received shapes {tuple(x.shape)} and {tuple(y.shape)}: "
            "reshape or transpose one of them."
        )


def broadcastable(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    """Check that two shapes can be broadcast; the error names both."""
    try:
        np.broadcast_shapes(first, second)
    except ValueError:
        raise not_broadcastable(first, second) from None


def broadcastable_to(shape: tuple[int, ...], target: tuple[int, ...]) -> None:
    """Check that an array of one shape can be broadcast to another; the error names both."""
    num_new = len(target) - len(shape)
    pairs = zip(shape, target[max(num_new, 0) :], strict=False)
    if num_new < 0 or any(length not in (1, wanted) for length, wanted in pairs):
        raise ValueError(
            f"an array of shape {shape} cannot be broadcast to {target}: from the right, each "
            "length must be equal or 1; reshape the array."
        )


def new_shape(shape: tuple[int, ...], new: Any) -> tuple[int, ...]:
    """Return the lengths of a reshaped array, with a -1 among them worked out."""
    new, size = lengths(new, unknown=True), math.prod(shape)
    known = math.prod(length for length in new if length != -1)
    if new.count(-1) == 1 and known > 0 and size % known == 0:
        return tuple(size // known if length == -1 else length for length in new)
    if min(new, default=0) < 0 or known != size:
        raise ValueError(
            f"an array of shape {shape} has {size} elements and cannot be reshaped to {new}: the "
            "lengths must multiply to that number, and at most one of them may be -1."
        )
    return new


def not_broadcastable(first: Any, second: Any) -> ValueError:
    """Return the error for two shapes that cannot be broadcast."""
    return ValueError(
        f"shapes {tuple(first)} and {tuple(second)} cannot be broadcast: from the right, two "
        "lengths must be equal or one of them 1; reshape one of the arrays."
    )


def same_shape_of(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    """Check that targets and predictions have the same shape: nothing is broadcast silently."""
    if not compatible(first, second):
        raise ValueError(
            f"y_true and y_pred must have the same shape, received {first} and {second}: "
            "reshape one of them (they would be broadcast silently)."
        )


def scalar(value: Any) -> None:
    """Check that the value of a function is one number."""
    if tuple(value.shape) != ():
        raise ValueError(
            f"the function must give one number, received shape {tuple(value.shape)}: sum or "
            "average its values."
        )


def outputs(shape: tuple[Any, ...]) -> None:
    """Check that a model's outputs are `(B, outputs)`."""
    if len(shape) < 2:
        raise ValueError(
            f"the model must give outputs (B, outputs), received shape {shape}: for a single "
            "output give (B, 1)."
        )


def sample_shape(value: Any) -> tuple[int | None, ...]:
    """Return `value` as the shape of one sample, with `None` for any length."""
    if not isinstance(value, tuple | list):
        raise ValueError(
            f"input_shape must be the shape of one sample such as (784,), received {value!r}."
        )
    return tuple(n if n is None else positive_integer("input_shape", n) for n in value)


def kernel_shape(shape: Any) -> None:
    """Check that a kernel has inputs and outputs along its last two axes."""
    if len(shape) < 2:
        raise ValueError(
            f"a kernel's shape has two lengths or more, (..., inputs, outputs), received {shape}."
        )


def target_shape(value: Any) -> tuple[int, ...]:
    """Return `value` as the shape of one reshaped sample; one of its lengths may be -1."""
    found = members(value)
    if found is None or any(np.ndim(n) for n in found) or found.count(-1) > 1:
        raise ValueError(
            f"target_shape must be a sequence of lengths such as (28, 28, 1), at most one of them "
            f"-1, received {value!r}."
        )
    return tuple(n if n == -1 else positive_integer("target_shape", n) for n in found)


def normalized_axes(axis: Any, input_size: Any) -> tuple[list[int], list[int]]:
    """Return axes in ascending order, and their lengths; the batch is none of them."""
    axes, sizes = members(axis) or [axis], members(input_size) or [input_size]
    whole = all(isinstance(n, numbers.Integral) and not isinstance(n, bool) for n in axes)
    one_side = whole and (all(n > 0 for n in axes) or all(n < 0 for n in axes))
    if not one_side or len({*axes}) < len(axes):
        raise ValueError(
            "axis must be a whole number other than 0 (the batch), or several, all above 0 or all "
            f"below, received {axis!r}."
        )
    if len(sizes) != len(axes):
        raise ValueError(
            f"input_size must hold a length for each axis of {axis!r}, received {input_size!r}."
        )
    pairs = sorted(
        (int(n), positive_integer("input_size", s)) for n, s in zip(axes, sizes, strict=True)
    )
    return [n for n, _ in pairs], [s for _, s in pairs]


def normalized_inputs(
    layer: str, received: tuple[Any, ...], axes: list[int], sizes: list[int]
) -> None:
    """Check that inputs `(B, ...)` have axes of these lengths."""
    rank = max(len(received), *(n + 1 if n > 0 else 1 - n for n in axes))
    expected: list[int | None] = [None] * rank
    for axis, size in zip(axes, sizes, strict=True):
        expected[axis] = size
    layer_inputs(layer, received, tuple(expected[1:]))


def layer_inputs(layer: str, received: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    """Check that inputs `(B, ...)` have the shape that a layer takes; `None` is any length."""
    if not received or not compatible(received[1:], expected):
        raise ValueError(
            f"{layer} takes inputs of shape {_batch_shape((None, *expected))}, received "
            f"{_batch_shape(received)}: reshape the inputs, or build the layer for them."
        )


def steps(layer: str, number: Any) -> None:
    """Check that the number of steps of a sequence is known, and not 0."""
    if not number:
        raise ValueError(
            f"{layer} takes sequences of one step or more, their number known before it is "
            f"compiled, received {number}: give the model its input_shape, such as (28, 28)."
        )


def _batch_shape(shape: tuple[Any, ...]) -> str:
    lengths = [str(length) if length is not None else "any" for length in shape]
    if shape and shape[0] is None:
        lengths[0] = "B"
    return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"


def image_size(shape: Any) -> tuple[int, int]:
    """Return height and width of images `(B, height, width, channels)`."""
    if len(shape) != 4 or shape[1] is None or shape[2] is None:
        raise ValueError(
            f"expected images (B, height, width, channels) of a known size, received shape "
            f"{tuple(shape)}: give grey images (B, height, width) a channel by images[..., None]."
        )
    return shape[1], shape[2]


class Windows(NamedTuple):
    """The windows along one axis of an image.

    Attributes:
        number: How many there are.
        padding: How many pixels are added before and after the image.
        reach: From the first window's first pixel to just past the last window's first.
    """

    number: int
    padding: tuple[int, int]
    reach: int


def windows(length: int, extent: int, strides: int, padding: str) -> Windows:
    """Return how windows of `extent` pixels lie on `length` pixels, `strides` apart.

    With `"same"` padding there is one for every `strides` pixels; if an odd number of pixels is
    missing, the extra one goes after the image.

    Example:
        >>> windows(5, extent=3, strides=1, padding="valid").number
        3
        >>> windows(28, extent=7, strides=2, padding="same")
        Windows(number=14, padding=(2, 3), reach=27)
    """
    known_name("padding", padding, ("same", "valid"))
    if padding == "same":
        number = -(-length // strides)
        missing = max((number - 1) * strides + extent - length, 0)
    else:
        number, missing = (length - extent) // strides + 1, 0
        if number < 1:
            raise ValueError(
                f"windows of {extent} pixels do not fit into images of {length}: use "
                "padding='same', smaller windows, or larger images."
            )
    return Windows(number, (missing // 2, missing - missing // 2), (number - 1) * strides + 1)
