"""Dropout."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed
from kerasfoundations.from_scratch.layers.base import NaiveLayer
from kerasfoundations.from_scratch.losses import as_floats


class NaiveDropout(NaiveLayer):
    """`x·mask / (1 - rate)` in training, each entry of the mask 0 with probability `rate`, else 1.

    Dividing by `1 - rate` keeps the mean of the inputs; outside training the layer does nothing.

    Args:
        rate: The probability, in [0, 1).
        seed: Integer that fixes the masks, a new one for each call; the Keras layer then draws the
            same ones. `None` draws a seed. XLA draws other masks than TensorFlow without it.

    Attributes:
        state: Variable `(2,)`: the seed, and how many masks have been drawn. As in Keras it is not
            among the weights.

    Raises:
        ValueError: for a rate out of range.

    Example:
        >>> layer = NaiveDropout(0.5, seed=1)
        >>> layer(tf.ones((1, 8)), training=True).numpy()
        array([[2., 0., 2., 0., 0., 0., 0., 2.]], dtype=float32)
        >>> layer(tf.ones((1, 8))).numpy()
        array([[1., 1., 1., 1., 1., 1., 1., 1.]], dtype=float32)

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to
    prevent neural networks from overfitting, JMLR 2014.
    """

    arguments = ("rate", "seed")

    def __init__(self, rate: float, *, seed: int | None = None) -> None:
        self.rate = checks.number_below_1("rate", rate)
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.state = tf.Variable([self.seed, 0], dtype=tf.int64, trainable=False)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs of the shape of the inputs."""
        inputs = as_floats(inputs)
        if not training or self.rate == 0:
            return inputs
        seed = tf.math.floormod(self.state, tf.int32.max - 1)  # as Keras reduces it
        self.state.assign_add([0, 1])
        uniform = tf.random.stateless_uniform(tf.shape(inputs), seed, dtype=inputs.dtype)
        kept = inputs * (1 / (1 - self.rate))
        return tf.where(uniform >= self.rate, kept, tf.zeros_like(inputs))

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """An empty list: the state is not a weight."""
        return []
