"""Weights of other frameworks in Keras's order and layout, and back.

Kernels of PyTorch begin with the outputs, Keras's end with them; images have their channels first
there and last here, and so has what is flattened from them; recurrent layers have their gates in
other orders, and two biases.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Slot:
    """One array of the reference, and the arrays of another framework that it is made of.

    Attributes:
        names: Their names.
        read: From their values to Keras's.
        write: From Keras's value to theirs.
        of_gradients: From their gradients to Keras's; like `read`, if not given.
    """

    names: tuple[str, ...]
    read: Callable[..., Array]
    write: Callable[[Array], tuple[Array, ...]]
    of_gradients: Callable[..., Array] | None = None

    def gradient(self, *gradients: Array) -> Array:
        """Return the gradient of Keras's array."""
        return (self.of_gradients or self.read)(*gradients)


def same(name: str) -> Slot:
    """Return a slot for an array that both have alike: a bias, a scale, an embedding.

    Example:
        >>> same("bias").write(np.array([1.0, 2.0]))
        (array([1., 2.]),)
    """
    return Slot((name,), lambda array: array, lambda array: (array,))


def kernel(name: str) -> Slot:
    """Return a slot for `(out, in)`, `(out, in, width)`, ...: Keras's end with `in, out`.

    Example:
        >>> kernel("weight").read(np.zeros((8, 3, 5, 4))).shape  # out, in, height, width
        (5, 4, 3, 8)
        >>> kernel("weight").write(np.zeros((3, 8)))[0].shape
        (8, 3)
    """

    def read(array: Array) -> Array:
        return array.transpose(*range(2, array.ndim), 1, 0)

    def write(array: Array) -> tuple[Array]:
        return (array.transpose(-1 % array.ndim, -2 % array.ndim, *range(array.ndim - 2)),)

    return Slot((name,), read, write)


def depthwise_kernel(name: str, channels: int) -> Slot:
    """Return a slot for `(channels * m, 1, ...)`; Keras's is `(..., channels, m)`.

    Example:
        >>> depthwise_kernel("weight", 3).read(np.zeros((6, 1, 5, 4))).shape
        (5, 4, 3, 2)
    """

    def read(array: Array) -> Array:
        split = array.reshape(channels, -1, *array.shape[2:])
        return split.transpose(*range(2, split.ndim), 0, 1)

    def write(array: Array) -> tuple[Array]:
        back = array.transpose(array.ndim - 2, array.ndim - 1, *range(array.ndim - 2))
        return (back.reshape(-1, 1, *back.shape[2:]),)

    return Slot((name,), read, write)


def flattened_kernel(name: str, channels: int) -> Slot:
    """Return a slot for the kernel that reads a flattened image.

    PyTorch flattens `(channels, positions)`, Keras `(positions, channels)`: the inputs of a kernel
    `(out, channels * positions)` come in a different order.

    Example:
        >>> array = np.arange(6.0).reshape(1, 6)  # 3 positions of channel 0, then of channel 1
        >>> flattened_kernel("weight", 2).read(array).ravel()
        array([0., 3., 1., 4., 2., 5.])
    """

    def read(array: Array) -> Array:
        split = array.reshape(len(array), channels, -1)  # out, channels, positions
        return split.transpose(2, 1, 0).reshape(-1, len(array))

    def write(array: Array) -> tuple[Array]:
        outputs = array.shape[1]
        split = array.reshape(-1, channels, outputs)  # positions, channels, out
        return (split.transpose(2, 1, 0).reshape(outputs, -1),)

    return Slot((name,), read, write)


def gates(name: str, order: Sequence[int]) -> Slot:
    """Return a slot for a recurrent kernel `(gates * units, in)`.

    Args:
        name: The array's name.
        order: Which of its gates is Keras's first, second, ...

    Example:
        >>> array = np.array([[1.0], [2.0], [3.0]])  # three gates, one unit, one input
        >>> gates("weight", (1, 0, 2)).read(array)
        array([[2., 1., 3.]])
    """
    back = np.argsort(order)

    def read(array: Array) -> Array:
        return _in_order(array, order).T

    def write(array: Array) -> tuple[Array]:
        return (_in_order(array.T, back),)

    return Slot((name,), read, write)


def summed_biases(first: str, second: str) -> Slot:
    """Return a slot for the two biases of an LSTM, which add up to Keras's one.

    Set, the second is 0. Both have the gradient of their sum: each moves as Keras's bias does, so
    that the sum moves twice as far.

    Example:
        >>> slot = summed_biases("b_ih", "b_hh")
        >>> slot.read(np.array([1.0]), np.array([2.0])), slot.write(np.array([3.0]))
        (array([3.]), (array([3.]), array([0.])))
        >>> slot.gradient(np.array([0.5]), np.array([0.5]))
        array([0.5])
    """
    return Slot(
        (first, second),
        lambda a, b: a + b,
        lambda array: (array, np.zeros_like(array)),
        lambda a, b: a,
    )


def stacked_biases(first: str, second: str, order: Sequence[int]) -> Slot:
    """Return a slot for the two biases of a GRU: the rows of Keras's, with `reset_after`.

    Example:
        >>> slot = stacked_biases("b_ih", "b_hh", (1, 0, 2))
        >>> slot.read(np.array([1, 2, 3]), np.array([4, 5, 6]))
        array([[2, 1, 3],
               [5, 4, 6]])
    """
    back = np.argsort(order)

    def read(a: Array, b: Array) -> Array:
        return np.stack([_in_order(a, order), _in_order(b, order)])

    def write(array: Array) -> tuple[Array, Array]:
        return _in_order(array[0], back), _in_order(array[1], back)

    return Slot((first, second), read, write)


def _in_order(array: Array, order: Any) -> Array:
    """Return the blocks of an array, one for each gate, in a different order."""
    blocks = array.reshape(len(order), -1, *array.shape[1:])
    return blocks[np.asarray(order)].reshape(array.shape)
