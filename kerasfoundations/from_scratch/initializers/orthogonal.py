"""A matrix that keeps lengths."""

from __future__ import annotations

import math

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed
from kerasfoundations.from_scratch.initializers.distributions import RandomNormal


class Orthogonal:
    """`W = gain·Q` with `Qᵀ·Q = I`, from the factors `Q·R` of a matrix of normal numbers.

    Such a matrix keeps the length of every signal, however many layers it passes. Where there are
    fewer inputs than outputs, the rows are orthogonal: `Q·Qᵀ = I`. The columns get the signs of the
    diagonal of `R`, so that each orthogonal matrix is equally likely.

    Args:
        gain: A factor.
        seed: Integer, 0 or more; `None` draws one. A second call gives the same numbers again.

    Raises:
        ValueError: for a factor that is not a finite number, or a shape of one axis.

    Example:
        >>> w = Orthogonal(seed=0)((64, 32))
        >>> bool(tf.reduce_max(tf.abs(tf.transpose(w) @ w - tf.eye(32))) < 1e-5)
        True

    Source: Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks, ICLR 2014.
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        self.gain = checks.finite_number("gain", gain)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)

    def __call__(self, shape: tuple[int, ...], dtype: str = "float32") -> tf.Tensor:
        """Draw a tensor of the given dtype and shape, `(..., inputs, outputs)`."""
        checks.kernel_shape(shape)
        rows, columns = math.prod(shape[:-1]), shape[-1]
        long, short = max(rows, columns), min(rows, columns)
        q, r = tf.linalg.qr(RandomNormal(0.0, 1.0, self.seed)((long, short), dtype))
        q *= tf.sign(tf.linalg.diag_part(r))  # (long, short)
        q = q if rows >= columns else tf.transpose(q)
        return self.gain * tf.reshape(q, shape)
