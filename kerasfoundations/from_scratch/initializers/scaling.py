"""Initial weights as wide as the sizes of a layer ask for: Glorot, He, LeCun."""

from __future__ import annotations

import math

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed
from kerasfoundations.from_scratch.initializers.distributions import (
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
)

# Of a normal distribution cut off at two standard deviations: the standard deviation that is left.
STDDEV_WITHIN_2 = 0.87962566103423978


class VarianceScaling:
    """`w` of mean 0 and variance `scale / n`, where `n` is the number of inputs or outputs.

    For a dense layer `fan_in` and `fan_out` are the two lengths of `W`; for a convolution they are
    channels and filters, each times the pixels of a filter.

    Args:
        scale: A factor, above 0.
        mode: What `n` is: `"fan_in"`, `"fan_out"`, or `"fan_avg"` for the mean of both.
        distribution: `"truncated_normal"`, drawn again beyond two standard deviations, which
            `"normal"` is too; `"untruncated_normal"`; or `"uniform"`, from `-limit` to
            `limit = sqrt(3·scale / n)`.
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Raises:
        ValueError: for a factor out of range, an unknown name, or a shape of one axis.

    Example:
        >>> w = VarianceScaling(scale=2.0, mode="fan_out", seed=0)((100, 500))
        >>> round(float(tf.math.reduce_variance(w)), 4)  # 2 / 500
        0.004
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
    ) -> None:
        self.scale = checks.positive_number("scale", scale)
        self.mode = checks.known_name("mode", mode, ("fan_avg", "fan_in", "fan_out"))
        known = ("normal", "truncated_normal", "uniform", "untruncated_normal")
        self.distribution = checks.known_name("distribution", distribution, known)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given dtype and shape, `(..., inputs, outputs)`."""
        checks.kernel_shape(shape)
        *pixels, inputs, outputs = shape
        fan_in, fan_out = math.prod(pixels) * inputs, math.prod(pixels) * outputs
        fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        variance = self.scale / max(1.0, fans[self.mode])
        if self.distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return RandomUniform(-limit, limit, self.seed)(shape, dtype)
        if self.distribution == "untruncated_normal":
            return RandomNormal(0.0, math.sqrt(variance), self.seed)(shape, dtype)
        return TruncatedNormal(0.0, math.sqrt(variance) / STDDEV_WITHIN_2, self.seed)(shape, dtype)


class GlorotUniform(VarianceScaling):
    """`w ~ U[-limit, limit)` with `limit = sqrt(6 / (fan_in + fan_out))`.

    The variances of outputs and gradients then stay about the same from layer to layer. `fan_in`
    and `fan_out` are those of `VarianceScaling`.

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
        super().__init__(1.0, "fan_avg", "uniform", seed)


class GlorotNormal(VarianceScaling):
    """`w ~ N(0, 2 / (fan_in + fan_out))`, without tails: the same variance, another shape.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = GlorotNormal(seed=0)((784, 512))
        >>> round(float(tf.math.reduce_variance(w) * (784 + 512)), 1)
        2.0

    Source: Glorot and Bengio, as `GlorotUniform`.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed)


class HeUniform(VarianceScaling):
    """`w ~ U[-limit, limit)` with `limit = sqrt(6 / fan_in)`.

    relu sets half of the outputs to zero; weights of twice the variance make up for it, so that
    signals keep their size through any number of relu layers. `fan_in` is that of
    `VarianceScaling`.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = HeUniform(seed=0)((784, 512))
        >>> bool(tf.reduce_all(tf.abs(w) <= math.sqrt(6 / 784)))
        True

    Source: He, Zhang, Ren and Sun, Delving deep into rectifiers, ICCV 2015, equation 10.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed)


class HeNormal(VarianceScaling):
    """`w ~ N(0, 2 / fan_in)`, without tails: for layers with relu.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = HeNormal(seed=0)((784, 512))
        >>> round(float(tf.math.reduce_variance(w) * 784), 1)
        2.0

    Source: He, Zhang, Ren and Sun, as `HeUniform`.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal", seed)


class LecunUniform(VarianceScaling):
    """`w ~ U[-limit, limit)` with `limit = sqrt(3 / fan_in)`.

    Outputs then have the variance of the inputs, before the activation.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = LecunUniform(seed=0)((784, 512))
        >>> bool(tf.reduce_all(tf.abs(w) <= math.sqrt(3 / 784)))
        True

    Source: LeCun, Bottou, Orr and Müller, Efficient backprop, 1998, section 4.6.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed)


class LecunNormal(VarianceScaling):
    """`w ~ N(0, 1 / fan_in)`, without tails: for layers with selu.

    Args:
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Example:
        >>> w = LecunNormal(seed=0)((784, 512))
        >>> round(float(tf.math.reduce_variance(w) * 784), 1)
        1.0

    Source: LeCun, Bottou, Orr and Müller, as `LecunUniform`.
    """

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal", seed)
