"""Initial weights.

Each initializer is called with a shape and a dtype, as Keras's are, and the same seed gives the
same numbers as Keras on TensorFlow, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed

__all__ = ["GlorotUniform", "HeUniform", "RandomNormal", "RandomUniform", "get"]

Initializer = Callable[..., tf.Tensor]


class RandomUniform:
    """`w ~ U[minval, maxval)`.

    Args:
        minval: Lower bound, included.
        maxval: Upper bound, excluded.
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = RandomUniform(minval=0.0, maxval=0.1, seed=0)((2, 3))
        >>> w.shape, bool(tf.reduce_all((w >= 0) & (w < 0.1)))
        (TensorShape([2, 3]), True)
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | None = None
    ) -> None:
        self.minval, self.maxval = checks.value_range(minval, maxval)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given shape and dtype."""
        return _uniform(shape, self.minval, self.maxval, dtype, self.seed)


class RandomNormal:
    """`w ~ N(mean, stddev²)`.

    Args:
        mean: Mean.
        stddev: Standard deviation.
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = RandomNormal(mean=0.0, stddev=1.0, seed=0)((784, 1))
        >>> bool(abs(tf.reduce_mean(w)) < 0.1), bool(abs(tf.math.reduce_std(w) - 1) < 0.1)
        (True, True)
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self.mean = checks.finite_number("mean", mean)
        self.stddev = checks.number_of_0_or_more("stddev", stddev)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given shape and dtype."""
        seed = _as_keras_reduces(self.seed)
        return tf.random.stateless_normal(shape, seed, self.mean, self.stddev, dtype)


class GlorotUniform:
    """`w ~ U[-limit, limit)` with `limit = sqrt(6 / (fan_in + fan_out))`.

    The variances of outputs and gradients then stay about the same from layer to layer. For a dense
    layer `fan_in` and `fan_out` are the two lengths of `W`; for a convolution they are channels and
    filters, each times the pixels of a filter.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = GlorotUniform(seed=0)((784, 512))
        >>> bool(tf.reduce_all(tf.abs(w) <= math.sqrt(6 / (784 + 512))))
        True

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
    networks, AISTATS 2010, equation 16.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given dtype and shape, `(..., inputs, outputs)`."""
        checks.kernel_shape(shape)
        *pixels, inputs, outputs = shape
        fan_in, fan_out = math.prod(pixels) * inputs, math.prod(pixels) * outputs
        limit = math.sqrt(6 / (fan_in + fan_out))
        return _uniform(shape, -limit, limit, dtype, self.seed)


class HeUniform:
    """`w ~ U[-limit, limit)` with `limit = sqrt(6 / fan_in)`.

    relu sets half of the outputs to zero; weights of twice the variance make up for it, so that
    signals keep their size through any number of relu layers. `fan_in` is that of `GlorotUniform`.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = HeUniform(seed=0)((784, 512))
        >>> bool(tf.reduce_all(tf.abs(w) <= math.sqrt(6 / 784)))
        True

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015, equation 10.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given dtype and shape, `(..., inputs, outputs)`."""
        checks.kernel_shape(shape)
        limit = math.sqrt(6 / math.prod(shape[:-1]))
        return _uniform(shape, -limit, limit, dtype, self.seed)


def get(name: str | Initializer, seed: int | None = None) -> Initializer:
    """Return the initializer of that name; a function or an object is returned as is.

    Args:
        name: `"glorot_uniform"`; `"he_uniform"`; `"book_uniform"`, the uniform [0, 0.1) of
            Chollet's naive dense layer; or `"standard_normal"`, N(0, 1), as Howard and Gugger start
            their linear model.
        seed: Integer, 0 or more.

    Returns:
        The initializer, to be called with a shape.

    Raises:
        ValueError: for an unknown name; the error lists the known ones.

    Example:
        >>> get("book_uniform", seed=3).maxval
        0.1
    """
    checks.no_class("initializer", name)
    seed = seed if seed is None else checks.seed(seed)
    if callable(name):
        return name
    checks.known_name("initializer", name, checks.INITIALIZERS)
    if name == "standard_normal":
        return RandomNormal(mean=0.0, stddev=1.0, seed=seed)
    if name == "book_uniform":
        return RandomUniform(minval=0.0, maxval=0.1, seed=seed)
    if name == "he_uniform":
        return HeUniform(seed=seed)
    return GlorotUniform(seed=seed)


def _uniform(
    shape: tuple[int, ...], minval: float, maxval: float, dtype: str, seed: int
) -> tf.Tensor:
    # tf.cast rounds a Python float to float32 on its way to float64. So does Keras, and the same
    # seed must give the same weights.
    return tf.random.stateless_uniform(
        shape,
        seed=_as_keras_reduces(seed),
        minval=tf.cast(minval, dtype),
        maxval=tf.cast(maxval, dtype),
        dtype=dtype,
    )


def _as_keras_reduces(seed: int) -> list[int]:
    return [seed % (2**31 - 2), 0]
