"""Batch normalization, and layer normalization."""

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
    depend on its neighbours, and in a frozen layer. They start at 0 and 1.

    Args:
        input_size: Number of channels, or of features.
        momentum: How much of a moving average is kept at each step, in [0, 1]. After `n` steps
            `momentum**n` of its initial value remains.
        epsilon: Added to the variance, to avoid division by zero.
        center: Whether `beta` is added.
        scale: Whether `gamma` is multiplied by.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Attributes:
        gamma: Variable `(input_size,)`, starts at 1; `None` without `scale`.
        beta: Variable `(input_size,)`, starts at 0; `None` without `center`.
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

    arguments = ("input_size", "momentum", "epsilon", "center", "scale", "dtype")
    if_false = ("center", "scale")

    def __init__(
        self,
        input_size: int,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        *,
        dtype: str = "float32",
    ) -> None:
        self.input_size = checks.positive_integer("input_size", input_size)
        self.takes = (self.input_size,)
        self.momentum = checks.fraction("momentum", momentum)
        self.epsilon = checks.positive_number("epsilon", epsilon)
        self.center, self.scale = checks.flag("center", center), checks.flag("scale", scale)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        zeros, ones = tf.zeros((input_size,), dtype), tf.ones((input_size,), dtype)
        self.gamma = tf.Variable(ones, name="gamma") if scale else None
        self.beta = tf.Variable(zeros, name="beta") if center else None
        self.moving_mean = tf.Variable(zeros, trainable=False, name="moving_mean")
        self.moving_variance = tf.Variable(ones, trainable=False, name="moving_variance")

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs of the shape of the inputs, `(B, ..., channels)`."""
        [inputs] = self.cast(inputs)
        inputs = tf.cast(inputs, self.moving_mean.dtype)  # mixed: back to float32, as Keras
        self.check_inputs(inputs.shape)
        if training and self.trainable:
            outputs, mean, variance = self._by_batch(inputs)  # (B, ..., channels), (channels,)
            self._remember(mean, variance)
        else:
            outputs = self._normalized(inputs, self.moving_mean, self.moving_variance)
        return tf.cast(outputs, self.compute_dtype)

    def _normalized(self, inputs: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor) -> tf.Tensor:
        """Apply the formula, merged into one factor and one summand: two passes over the images."""
        factor = tf.math.rsqrt(variance + self.epsilon)  # (channels,)
        factor = factor if self.gamma is None else factor * self.gamma
        summand = -mean * factor if self.beta is None else self.beta - mean * factor
        return inputs * factor + summand  # (B, ..., channels)

    def _by_batch(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return the outputs by the batch's mean and variance, and these two `(channels,)`.

        TensorFlow's own normalization of images does the same in a quarter of the time. It has no
        float64, and no epsilon below 1.001e-5.
        """
        images = inputs.shape.rank == 4 and inputs.dtype == tf.float32
        if not images or self.epsilon < 1.001e-5:
            mean, variance = self._moments(inputs)
            return self._normalized(inputs, mean, variance), mean, variance
        gamma = tf.ones(self.input_size) if self.gamma is None else self.gamma
        beta = tf.zeros(self.input_size) if self.beta is None else self.beta
        outputs, mean, unbiased = tf.compat.v1.nn.fused_batch_norm(
            inputs, gamma, beta, epsilon=self.epsilon
        )
        n = tf.cast(tf.size(inputs) // self.input_size, inputs.dtype)
        return outputs, mean, unbiased * (n - 1) / n

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


class NaiveLayerNormalization(NaiveLayer):
    """`gamma · (x - mean) / sqrt(variance + epsilon) + beta`, sample by sample.

    Mean and variance are those of one sample, over its last axis or the axes given: the outputs for
    a sample do not depend on its neighbours, and training and use are the same.

    Args:
        input_size: Number of features, that is the length of the axis; of several axes their
            lengths.
        axis: The axis of the inputs `(B, ...)` that is normalized, or several: all counted from the
            end, -1 the last, or all from the start, 1 the first after the batch.
        epsilon: Added to the variance, to avoid division by zero.
        center: Whether `beta` is added.
        scale: Whether `gamma` is multiplied by.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Attributes:
        gamma: Variable of the lengths of the axes, starts at 1; `None` without `scale`.
        beta: Variable of the same shape, starts at 0; `None` without `center`.

    Raises:
        ValueError: for a number out of range, axes that the inputs lack, or inputs of other
            lengths.

    Example:
        >>> layer = NaiveLayerNormalization(2, epsilon=1e-7)
        >>> layer(tf.constant([[1.0, 3.0], [10.0, 30.0]])).numpy().round(3)
        array([[-1.,  1.],
               [-1.,  1.]], dtype=float32)

    Source: Ba, Kiros and Hinton, Layer normalization, 2016.
    """

    arguments = ("input_size", "axis", "epsilon", "center", "scale", "dtype")

    def __init__(
        self,
        input_size: int | Sequence[int],
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        *,
        dtype: str = "float32",
    ) -> None:
        self.axis, self.input_size = checks.normalized_axes(axis, input_size)
        self.takes = tuple(self.input_size) if self.axis == [-1] else None
        self.epsilon = checks.positive_number("epsilon", epsilon)
        self.center, self.scale = checks.flag("center", center), checks.flag("scale", scale)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        zeros, ones = tf.zeros(self.input_size, dtype), tf.ones(self.input_size, dtype)
        self.gamma = tf.Variable(ones, name="gamma") if scale else None
        self.beta = tf.Variable(zeros, name="beta") if center else None

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs of the shape of the inputs, `(B, ...)`."""
        inputs = tf.cast(inputs, checks.variable_dtype(self.dtype))
        self.check_inputs(inputs.shape)
        mean = tf.reduce_mean(inputs, self.axis, keepdims=True)  # (B, ...), 1 along the axes
        distances = tf.math.squared_difference(inputs, tf.stop_gradient(mean))  # as in _moments
        variance = tf.reduce_mean(distances, self.axis, keepdims=True)
        factor = tf.math.rsqrt(variance + self.epsilon)
        factor = factor if self.gamma is None else factor * self._along_axes(self.gamma, inputs)
        summand = -mean * factor
        summand = summand if self.beta is None else summand + self._along_axes(self.beta, inputs)
        return tf.cast(inputs * factor + summand, self.compute_dtype)

    def _along_axes(self, weight: tf.Variable, inputs: tf.Tensor) -> tf.Tensor:
        """Return gamma or beta with an axis of length 1 for each that is not normalized."""
        shape = [1] * inputs.shape.rank
        for axis, length in zip(self.axis, self.input_size, strict=True):
            shape[axis] = length
        return tf.reshape(weight, shape)

    def check_inputs(self, shape: Sequence[int | None]) -> None:
        """Check that inputs `(B, ...)` have the axes, of these lengths."""
        checks.normalized_inputs(type(self).__name__, tuple(shape), self.axis, self.input_size)
