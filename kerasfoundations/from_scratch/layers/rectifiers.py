"""Activations that leave large inputs as they are: smooth or leaky relatives of relu."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.losses import as_floats

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def leaky_relu(x: tf.Tensor, negative_slope: float = 0.2) -> tf.Tensor:
    """`x` above 0, else `negative_slope·x`: no unit stops learning.

    Slope: 1 above 0, else `negative_slope`. As in Keras, a Python float is rounded to float32, in
    float64 too.

    Args:
        x: Tensor of floats of any shape.
        negative_slope: Slope for negative inputs.

    Returns:
        Tensor of the same shape and dtype.

    Raises:
        ValueError: for a slope that is not a finite number.

    Example:
        >>> leaky_relu(tf.constant([-1.0, 0.0, 2.0])).numpy()
        array([-0.2,  0. ,  2. ], dtype=float32)

    Source: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models,
    ICML 2013.
    """
    x = as_floats(x)
    slope = tf.cast(checks.finite_number("negative_slope", negative_slope), x.dtype)
    return tf.where(x > 0, x, slope * x)


def elu(x: tf.Tensor, alpha: float = 1.0) -> tf.Tensor:
    """`x` above 0, else `α·(exp(x) - 1)`, which bends to `-α`.

    Slope: 1 above 0, else `α·exp(x)`.

    Args:
        x: Tensor of floats of any shape.
        alpha: `α`.

    Returns:
        Tensor of the same shape and dtype.

    Raises:
        ValueError: for an `α` that is not a finite number.

    Example:
        >>> elu(tf.constant([-1000.0, 0.0, 2.0])).numpy()
        array([-1.,  0.,  2.], dtype=float32)

    Source: Clevert, Unterthiner and Hochreiter, Fast and accurate deep network learning by
    exponential linear units, ICLR 2016.
    """
    x, alpha = as_floats(x), checks.finite_number("alpha", alpha)
    return tf.where(x > 0, x, alpha * _exp_minus_1(x))


def selu(x: tf.Tensor) -> tf.Tensor:
    """`λ·x` from 0 on, else `λ·α·(exp(x) - 1)`, with `λ` = 1.0507… and `α` = 1.6733….

    With these two numbers and `LecunNormal` weights, outputs of mean 0 and variance 1 stay so from
    layer to layer. Slope: `λ` from 0 on, else `λ·α·exp(x)`.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype.

    Example:
        >>> selu(tf.constant([-1000.0, 0.0, 2.0])).numpy().round(4)
        array([-1.7581,  0.    ,  2.1014], dtype=float32)

    Source: Klambauer, Unterthiner, Mayr and Hochreiter, Self-normalizing neural networks, 2017.
    """
    x = as_floats(x)
    return SELU_SCALE * tf.where(x >= 0, x, SELU_ALPHA * _exp_minus_1(x))


def gelu(x: tf.Tensor, approximate: bool = False) -> tf.Tensor:
    """`x·Φ(x)`, where `Φ(x) = erfc(-x/√2) / 2` is the share of N(0, 1) below `x`.

    Slope: `Φ(x) + x·φ(x)`, with the density `φ(x) = exp(-x²/2) / √(2π)`. It is TensorFlow's own,
    which rounds `√½` to float32 in float64 too.

    Args:
        x: Tensor of floats of any shape.
        approximate: Whether `Φ(x)` is `(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2`.

    Returns:
        Tensor of the same shape and dtype.

    Raises:
        ValueError: for anything but True or False as `approximate`.

    Example:
        >>> gelu(tf.constant([-1.0, 0.0, 2.0])).numpy().round(4)
        array([-0.1587,  0.    ,  1.9545], dtype=float32)

    Source: Hendrycks and Gimpel, Gaussian error linear units, 2016.
    """
    return tf.nn.gelu(as_floats(x), checks.flag("approximate", approximate))


def silu(x: tf.Tensor) -> tf.Tensor:
    """`x·σ(x)`, with the sigmoid `σ`; also called swish.

    Slope: `σ(x)·(1 + x·(1 - σ(x)))`.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype.

    Example:
        >>> silu(tf.constant([-1.0, 0.0, 2.0])).numpy().round(4)
        array([-0.2689,  0.    ,  1.7616], dtype=float32)

    Source: Ramachandran, Zoph and Le, Searching for activation functions, 2017.
    """
    x = as_floats(x)
    return x * tf.sigmoid(x)


def softplus(x: tf.Tensor) -> tf.Tensor:
    """`log(1 + exp(x))`: relu without its corner.

    Slope: the sigmoid of `x`. TensorFlow's own, because the plain formula overflows for large `x`.

    Args:
        x: Tensor of floats of any shape.

    Returns:
        Tensor of the same shape and dtype, each value 0 or more.

    Example:
        >>> softplus(tf.constant([-1000.0, 0.0, 10.0])).numpy().round(4)
        array([ 0.    ,  0.6931, 10.    ], dtype=float32)

    Source: Glorot, Bordes and Bengio, Deep sparse rectifier neural networks, AISTATS 2011.
    """
    return tf.math.softplus(as_floats(x))


def _exp_minus_1(x: tf.Tensor) -> tf.Tensor:
    """`exp(x) - 1` up to 0, else 0: what is not chosen must not overflow, or its slope is NaN."""
    return tf.math.expm1(tf.minimum(x, 0))
