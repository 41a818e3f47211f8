"""A model with two inputs, no longer one chain: of two digits, is the first the larger one?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data import BatchGenerator
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch import losses, optimizers
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential

__all__ = ["NaiveTwoInputs", "build_comparator", "fit"]

Pair = Sequence[np.ndarray | tf.Tensor]


class NaiveTwoInputs:
    """`head([branch(x1), branch(x2)])`: one branch reads both inputs, a head sees both results.

    The branch is one chain of layers, used twice. So each of its weights has a slope from each
    input, and the tape adds the two. (`models.save_model` stores chains only: to store this model,
    give its weights to the Keras twin.)

    Args:
        branch: A chain that maps `(B, d)` to rows `(B, k)`.
        head: A chain that maps both rows, joined, `(B, 2k)`, to a probability `(B, 1)`: its last
            layer has one unit and a sigmoid.

    Raises:
        ValueError: when the two do not fit each other.

    Example:
        >>> branch = NaiveSequential([NaiveDense(1, 1, "relu")])
        >>> model = NaiveTwoInputs(branch, NaiveSequential([NaiveDense(2, 1, "sigmoid")]))
        >>> model.set_weights([[[1.0]], [0.0], [[1.0], [-1.0]], [0.0]])  # sigmoid(x1 - x2)
        >>> model(([[3.0], [1.0]], [[1.0], [3.0]])).numpy().round(2)
        array([[0.88],
               [0.12]], dtype=float32)

    Source: Bromley, Guyon, LeCun, Säckinger and Shah, Signature verification using a "siamese" time
    delay neural network, NIPS 1993.
    """

    def __init__(self, branch: NaiveSequential, head: NaiveSequential) -> None:
        checks.shared_branch(branch, NaiveSequential)
        checks.head_of(branch, head, NaiveSequential)
        self.branch, self.head = branch, head
        self.input_shape = [branch.input_shape] * 2  # a list of shapes, as Keras has

    def __call__(self, inputs: Pair, training: bool = False) -> tf.Tensor:
        """Compute the outputs for a batch.

        Args:
            inputs: Two arrays `(B, d)`; row `i` of both is one sample.
            training: Whether the model is learning, as for `NaiveSequential`.
        """
        return self.head(self.joined(inputs, training), training)

    def logits(self, inputs: Pair, training: bool = False) -> tf.Tensor:
        """Compute what the sigmoid at the end is applied to."""
        return self.head.logits(self.joined(inputs, training), training)

    def joined(self, inputs: Pair, training: bool = False) -> tf.Tensor:
        """Compute what the head sees."""
        first, second = inputs  # (B, d) each
        rows = [self.branch(first, training), self.branch(second, training)]  # (B, k) each
        return tf.concat(rows, axis=1)  # (B, 2k)

    @property
    def weights(self) -> list[tf.Variable]:
        """The variables of the branch, each once, then those of the head."""
        return self.branch.weights + self.head.weights

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The weights that learn."""
        return self.branch.trainable_weights + self.head.trainable_weights

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of all layers that have a regularizer."""
        return self.branch.losses + self.head.losses

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of the weights, in the order of `weights`."""
        return self.branch.get_weights() + self.head.get_weights()

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Set all weights, or none, from arrays of the same number, order and shapes.

        Raises:
            ValueError: when the arrays do not fit; the weights then do not change.
        """
        arrays = [checks.array("weights", array) for array in weights]
        checks.weights(arrays, [tuple(weight.shape) for weight in self.weights])
        num_branch = len(self.branch.weights)
        self.branch.set_weights(arrays[:num_branch])
        self.head.set_weights(arrays[num_branch:])


def build_comparator(
    hidden_units: int = 64, num_features: int = 784, *, seed: int = 0, dtype: str = "float32"
) -> NaiveTwoInputs:
    """`p = sigmoid([h(x1), h(x2)]·W + b)`, `h(x) = relu(x·V + c)`: is the first one larger?

    Trained on pairs of digits, it learns their order from nothing but comparisons: the logit is
    `h(x1)·W1 + h(x2)·W2 + b`, where `W1` and `W2` are the halves of `W`, and `h(x)·W1` grows with
    the digit. The same seed gives the same weights as in the Keras twin on TensorFlow.

    Args:
        hidden_units: The width `k` of the branch.
        num_features: Numbers per input.
        seed: Integer, 0 or more, that fixes `V` and `W`; `b` and `c` start at zero.
        dtype: `"float32"` or `"float64"`.

    Returns:
        A model that maps two arrays `(B, num_features)` to probabilities `(B, 1)`.

    Raises:
        ValueError: for a width below 1, or an unknown dtype.

    Example:
        >>> model = build_comparator()
        >>> [weight.shape for weight in model.get_weights()]
        [(784, 64), (64,), (128, 1), (1,)]

    Source: Burges and others, Learning to rank using gradient descent, ICML 2005; there `W2 = -W1`.
    """
    hidden_units = checks.positive_integer("hidden_units", hidden_units)
    num_features = checks.positive_integer("num_features", num_features)
    dtype = checks.float_dtype(dtype)
    seeds = layer_seeds(seed, 2)
    branch = NaiveDense(num_features, hidden_units, "relu", seed=seeds[0], dtype=dtype)
    head = NaiveDense(2 * hidden_units, 1, "sigmoid", seed=seeds[1], dtype=dtype)
    return NaiveTwoInputs(NaiveSequential([branch]), NaiveSequential([head]))


def fit(
    model: NaiveTwoInputs,
    x: Pair,
    y: np.ndarray,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | optimizers.Optimizer = "adam",
    learning_rate: optimizers.Rate | None = None,
) -> list[float]:
    """`w -= η·∂L/∂w`, or another rule, for each batch, with `L = mean(crossentropy(y, model(x)))`.

    The batches come in the order of the samples: draw pairs at random, or shuffle them before.

    Args:
        model: The model; its weights are changed.
        x: Two arrays `(n, d)`; row `i` of both is one sample.
        y: Targets `(n,)` or `(n, 1)`: 1 for yes, 0 for no.
        epochs: Number of passes over all samples.
        batch_size: Samples per step; the last batch of an epoch may be smaller.
        optimizer: Name of an optimizer, such as `"sgd"`, or an object. A name starts anew at each
            call; an object continues.
        learning_rate: Overrides the named optimizer's default.

    Returns:
        For each epoch the mean loss of its samples, each from before its batch's step.

    Raises:
        ValueError: for shapes, names or numbers that do not fit; the message says what to pass.

    Example:
        >>> first, second = np.random.default_rng(0).uniform(size=(2, 500, 1))  # 500 pairs
        >>> model = build_comparator(hidden_units=8, num_features=1)
        >>> history = fit(model, (first, second), first > second, epochs=20, learning_rate=0.03)
        >>> float(model(([[0.7]], [[0.4]]))[0, 0]) > 0.9  # 0.7 > 0.4
        True
    """
    checks.two_inputs(model, NaiveTwoInputs)
    x, y = checks.two_inputs_for(x, y, model.input_shape, 1, model.branch.dtype)
    epochs = checks.positive_integer("epochs", epochs)
    optimizer = optimizers.get(optimizer, learning_rate)
    batches = BatchGenerator(np.arange(len(y)), y, batch_size)
    history = []
    for _ in range(epochs):
        total = 0.0
        for rows, targets in batches:  # (B,), (B, 1)
            with tf.GradientTape() as tape:
                logits = model.logits([part[rows] for part in x], training=True)  # (B, 1)
                loss = losses.binary_crossentropy(targets, logits, from_logits=True)  # (B,)
                loss = tf.add_n([tf.reduce_mean(loss), *model.losses])
            gradients = tape.gradient(loss, model.trainable_weights)
            optimizer.apply(gradients, model.trainable_weights)
            total += float(loss) * len(rows)
        history.append(total / len(y))
    return history
