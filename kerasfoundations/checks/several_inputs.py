"""Checks of models with two inputs, and of the models that have one."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations.checks.models import own_model
from kerasfoundations.checks.samples import inputs, pair, same_length, targets


def one_input(model: Any, kind: type) -> None:
    """Check that a model takes one array of samples, and belongs to the wing that uses it."""
    shape = getattr(model, "input_shape", None)
    if isinstance(shape, list | dict) and len(shape) > 1:
        raise ValueError(
            f"expected a model with one input, received one with {len(shape)}: with two, train it "
            "by two_inputs.fit, and call it to predict, model([first, second])."
        )
    own_model(model, kind)


def two_inputs(model: Any, kind: type) -> None:
    """Check that a model takes two arrays of samples, in the wing that is to train it."""
    shape = getattr(model, "input_shape", None)
    if not (isinstance(model, kind) and isinstance(shape, list) and len(shape) == 2):
        raise ValueError(
            f"expected a model with a list of two inputs, received a {type(model).__name__} of "
            f"{type(model).__module__.split('.')[0]}: build one with two_inputs.build_comparator, "
            "in the same wing."
        )


def two_inputs_for(
    x: Any, y: Any, input_shapes: list[tuple[Any, ...]], num_outputs: int, dtype: str
) -> tuple[list[np.ndarray], np.ndarray]:
    """Return two arrays of inputs, and targets from 0 to 1, that fit a model with two inputs."""
    both = pair("x", x, "(first, second)", ": pass [first, second], an array of samples each")
    arrays = []
    for place, part, shape in zip(("first", "second"), both, input_shapes, strict=True):
        try:
            arrays.append(inputs(part, shape[1:], dtype))
        except ValueError as error:
            raise ValueError(f"the {place} of the two inputs: {error}") from None
    first, second = map(len, arrays)
    if first != second:
        raise ValueError(
            f"received {first} first inputs but {second} second ones: pass as many of each, as row "
            "i of both is one sample."
        )
    y = targets(y, num_outputs, "binary_crossentropy", dtype)
    same_length(arrays[0], y)
    return arrays, y


def shared_branch(branch: Any, chain: type) -> None:
    """Check that a chain can read two inputs in turn, and gives rows that can be joined."""
    own_model(branch, chain)
    rows = branch.output_shape[1:]
    if len(rows) != 1:
        raise ValueError(
            "the branch must give rows of shape (n, k), received one that gives (n, "
            f"{', '.join(map(str, rows))}): end it with a NaiveFlatten."
        )
    if any(getattr(layer, "activity_regularizer", None) for layer in branch.layers):
        raise ValueError(
            "received a branch with an activity_regularizer, which would count the outputs for the "
            "second input only: leave it out, or penalize kernels with a kernel_regularizer."
        )


def head_of(branch: Any, head: Any, chain: type) -> None:
    """Check that a head takes the rows of a branch, twice, and gives a probability."""
    own_model(head, chain)
    rows, name = branch.output_shape[1], getattr(head.activation, "__name__", head.activation)
    received = [*head.input_shape[1:]], [*head.output_shape[1:]], name
    if received != ([2 * rows], [1], "sigmoid"):
        raise ValueError(
            f"the head must take both rows of {rows}, {2 * rows} numbers, and give one by a "
            f"sigmoid, received a head from {received[0]} to {received[1]} with activation {name}: "
            "end it with a NaiveDense of one unit and 'sigmoid'."
        )
    if branch.weights and branch.dtype != head.dtype:
        raise ValueError(
            f"branch and head must have one dtype, received {branch.dtype} and {head.dtype}: build "
            "the layers of both with the same dtype."
        )
