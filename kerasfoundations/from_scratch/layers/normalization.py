"""Batch normalization."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch.layers.base import NaiveLayer


class NaiveBatchNormalization(NaiveLayer):
    """`gamma · (x - mean) / sqrt(variance + epsilon) + beta`, channel by channel.

    In training, mean and variance are those of the batch: over the samples and, for images, also
    their pixels. They are kept as moving averages, `moving = momentum·moving +
    (1 - momentum)·batch`, which are used outside training, where the outputs for a sample must not
    depend on its neighbours. They start at 0 and 1.

    Args:
        input_size: Number of channels, or of features.
        momentum: How much of a moving average is kept at each step, in [0, 1]. After `n` steps
            `momentum**n` of its initial value remains.
        epsilon: Added to the variance, to avoid division by zero.
        dtype: `"float32"` or `"float64"`.

    Attributes:
        gamma: Variable `(input_size,)`, starts at 1.
        beta: Variable `(input_size,)`, starts at 0.
        moving_mean: Variable `(input_size,)`, not trained.
        moving_variance: Variable `(input_size,)`, not trained. Of the batch's plain variance, as in
            Keras; other libraries keep `n / (n - 1)` times that.

    Raises:
        ValueError: for a number out of range, or inputs of another shape.

    Example:
        >>> layer = NaiveBatchNormalization(1, momentum=0.9, epsilon=1e-7)
        >>> layer(tf.constant([[1.0], [3.0]]), training=True).numpy().round(3)
        array([[-1.],
               [ 1.]], dtype=float32)
        >>> layer.moving_mean.numpy().round(3), layer.moving_variance.numpy().round(3)
        (array([0.2], dtype=float32), array([1.], dtype=float32))

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing
    internal covariate shift, ICML 2015.
    """

    arguments = ("input_size", "momentum", "epsilon", "dtype")

    def __init__(
        self,
        input_size: int,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        *,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.takes = (self.input_size,)
        self.momentum = checks.fraction("momentum", momentum)
        self.epsilon = checks.positive_number("epsilon", epsilon)
        self.dtype = checks.float_dtype(dtype)
        zeros, ones = tf.zeros((input_size,), dtype), tf.ones((input_size,), dtype)
        self.gamma = tf.Variable(ones, name="gamma")
        self.beta = tf.Variable(zeros, name="beta")
        self.moving_mean = tf.Variable(zeros, trainable=False, name="moving_mean")
        self.moving_variance = tf.Variable(ones, trainable=False, name="moving_variance")

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """`[gamma, beta]`."""
        return [self.gamma, self.beta]

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """`[moving_mean, moving_variance]`."""
        return [self.moving_mean, self.moving_variance]

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs of the shape of the inputs, `(B, ..., channels)`."""
        inputs = tf.cast(inputs, self.gamma.dtype)
        self.check_inputs(inputs.shape)
        if training:
            mean, variance = self._moments(inputs)  # (channels,) each
            self._remember(mean, variance)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        # Merged into one factor and one summand, so that there are only two passes over the images.
        factor = tf.math.rsqrt(variance + self.epsilon) * self.gamma  # (channels,)
        return inputs * factor + (self.beta - mean * factor)

    def _moments(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return mean and variance over all axes but the last.

        The variance is smallest at the mean, so its slope there is 0: the tape need not compute it.
        """
        axes = list(range(inputs.shape.rank - 1))
        mean = tf.reduce_mean(inputs, axes)
        return mean, tf.reduce_mean(
            tf.math.squared_difference(inputs, tf.stop_gradient(mean)), axes
        )

    def _remember(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + new * (1 - self.momentum))

    def check_inputs(self, shape: Sequence[int | None]) -> None:
        """Check that inputs `(B, ..., input_size)` fit the layer."""
        pixels = (None,) * (len(shape) - 2)
        checks.layer_inputs(type(self).__name__, tuple(shape), (*pixels, self.input_size))
