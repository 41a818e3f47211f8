"""Initial weights that are not drawn: zeros, ones, any other number."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks


class Constant:
    """`w = value`.

    Args:
        value: The number. As in Keras, a Python float is rounded to float32, in float64 too.

    Raises:
        ValueError: for anything but a finite number.

    Example:
        >>> Constant(0.5)((2, 3)).numpy()
        array([[0.5, 0.5, 0.5],
               [0.5, 0.5, 0.5]], dtype=float32)
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value = checks.finite_number("value", value)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Return a tensor of the given shape and dtype."""
        return tf.fill(shape, tf.cast(self.value, dtype))


class Zeros(Constant):
    """`w = 0`: how biases start, which need not differ from unit to unit.

    A kernel of zeros gives all units of a hidden layer the same slopes: they never become different
    from each other.

    Example:
        >>> Zeros()((3,)).numpy()
        array([0., 0., 0.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__(0.0)


class Ones(Constant):
    """`w = 1`: how the factors of a normalization start.

    Example:
        >>> Ones()((3,)).numpy()
        array([1., 1., 1.], dtype=float32)
    """

    def __init__(self) -> None:
        super().__init__(1.0)
