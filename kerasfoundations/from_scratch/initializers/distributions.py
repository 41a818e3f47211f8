"""Initial weights that are drawn: uniform, normal, and normal without its tails."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed


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
        # tf.cast rounds a Python float to float32 on its way to float64. So does Keras, and the
        # same seed must give the same weights.
        bounds = tf.cast(self.minval, dtype), tf.cast(self.maxval, dtype)
        return tf.random.stateless_uniform(shape, _as_keras_reduces(self.seed), *bounds, dtype)


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


class TruncatedNormal:
    """`w ~ N(mean, stddev²)`, drawn again where it is more than `2·stddev` from the mean.

    What is left has a standard deviation of about `0.88·stddev`.

    Args:
        mean: Mean.
        stddev: Standard deviation before the tails are cut off.
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = TruncatedNormal(stddev=1.0, seed=0)((784, 512))
        >>> bool(tf.reduce_max(tf.abs(w)) <= 2), round(float(tf.math.reduce_std(w)), 2)
        (True, 0.88)
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | None = None) -> None:
        self.mean = checks.finite_number("mean", mean)
        self.stddev = checks.number_of_0_or_more("stddev", stddev)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given shape and dtype."""
        seed = _as_keras_reduces(self.seed)
        return tf.random.stateless_truncated_normal(shape, seed, self.mean, self.stddev, dtype)


def _as_keras_reduces(seed: int) -> list[int]:
    return [seed % (2**31 - 2), 0]
