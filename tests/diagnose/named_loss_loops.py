"""Loops with losses that have settings of their own, and references of one's own kind of model.

`CASES` names what each does: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf
from loss_loops import ONE_HOT, L, X, with_loss

from kerasfoundations.diagnose import VariablesLoop

TWO = (X[:, :1] > 0.5).astype("float32")
QUANTILES = tf.constant([0.1, 0.5, 0.9])


def focal(weight, factor, balanced=True, logits=False):
    """A binary focal loss of `weight(y)` and `factor(p)`; alpha is 0.25, gamma 2."""
    compiled = keras.losses.BinaryFocalCrossentropy(balanced, from_logits=logits)

    def loss(y, p, *_):
        p = tf.clip_by_value(tf.sigmoid(p) if logits else p, 1e-7, 1 - 1e-7)
        right = y * p + (1 - y) * (1 - p)
        return tf.reduce_mean(weight(y) * factor(right) * -tf.math.log(right))

    return with_loss(loss, compiled, TWO, L.Dense(1, None if logits else "sigmoid"))


def of_classes(alpha, factor):
    """A focal loss of three classes; alpha is 0.25, gamma 2."""

    def loss(y, p, *_):
        return tf.reduce_mean(tf.reduce_sum(alpha * factor(p) * y * -tf.math.log(p), axis=-1))

    return with_loss(
        loss, keras.losses.CategoricalFocalCrossentropy(), ONE_HOT, L.Dense(3, "softmax")
    )


def balanced(y):
    """The weights of Keras's `apply_class_balancing`."""
    return 0.25 * y + 0.75 * (1 - y)


def squared_rest(p):
    """The right factor."""
    return (1 - p) ** 2


def cosine(axis):
    """A cosine similarity of vectors that are divided by the norm along an axis."""

    def loss(y, p, *_):
        a, b = tf.nn.l2_normalize(y, axis), tf.nn.l2_normalize(p, axis)
        return -tf.reduce_mean(tf.reduce_sum(a * b, axis=-1))

    return with_loss(loss, keras.losses.CosineSimilarity(), X[:, :3], L.Dense(3))


def pinball(y, p):
    """Losses of three quantiles of one number, by constants in float32."""
    e = y - p
    return tf.reduce_mean(tf.maximum(QUANTILES * e, (QUANTILES - 1) * e), axis=-1)


def quantiles(share):
    """`share` of the mean over the quantiles."""

    def loss(y, p, *_):
        return share * tf.reduce_mean(pinball(y, p))

    return with_loss(loss, pinball, X[:, :1] ** 2, L.Dense(3))


def contrastive(y, d):
    """Pairs of label 1 are pulled together, the others pushed apart."""
    return tf.reduce_mean(y * d**2 + (1 - y) * tf.maximum(1.0 - d, 0.0) ** 2, axis=-1)


def pairs(labels):
    """That loss of the changed labels."""

    def loss(y, d, *_):
        return tf.reduce_mean(contrastive(labels(y), d))

    return with_loss(loss, contrastive, TWO, L.Dense(1, "softplus"))


class Divergence(keras.layers.Layer):
    """Adds the mean divergence from the standard normal distribution to the loss."""

    def call(self, inputs):
        mean, spread = inputs
        parts = 1 + spread - mean**2 - keras.ops.exp(spread)
        self.add_loss(keras.ops.mean(-0.5 * keras.ops.sum(parts, axis=-1)))
        return mean


def encoder(reduce):
    """The mean half of a variational autoencoder; `reduce` brings units and samples together."""
    keras.utils.set_random_seed(3)
    inputs = keras.Input((5,))
    mean, spread = (keras.layers.Dense(3, name=name)(inputs) for name in ("mean", "spread"))
    outputs = keras.layers.Dense(5)(Divergence()([mean, spread]))
    reference = keras.Model(inputs, outputs)
    reference.compile(keras.optimizers.SGD(0.1), "mse")
    variables = [tf.Variable(w) for w in reference.get_weights()]

    def train_step(x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2, w3, b3 = variables
            m, s = x @ w1 + b1, x @ w2 + b2
            loss = tf.reduce_mean((m @ w3 + b3 - y) ** 2)
            loss += -0.5 * reduce(1 + s - m**2 - tf.exp(s))
        for variable, g in zip(variables, tape.gradient(loss, variables), strict=True):
            variable.assign_sub(0.1 * g)
        return loss

    return VariablesLoop(variables, train_step), reference, cut(X, X)


def cut(*arrays):
    """Batches of 15, the last smaller."""
    return [tuple(a[at : at + 15] for a in arrays) for at in (0, 15, 30)]


class Factors(keras.Model):
    """Users and items, each with a table; a model of its own, not one of layers in a row."""

    def __init__(self):
        super().__init__()
        self.users = keras.layers.Embedding(4, 3)
        self.items = keras.layers.Embedding(5, 3)

    def call(self, x):
        return keras.ops.sum(self.users(x[:, 0]) * self.items(x[:, 1]), axis=-1, keepdims=True)


def factors(subtract, scale=1.0):
    """Matrix factorization in NumPy; `subtract(table, rows, steps)` moves a table's rows."""
    random = np.random.default_rng(8)
    x = np.stack([random.integers(0, 4, 40), random.integers(0, 5, 40)], axis=1)
    y = random.normal(size=(40, 1)).astype("float32")
    reference = Factors()
    reference.compile(keras.optimizers.SGD(0.2), "mse")
    reference(x[:1])
    reference.set_weights([random.normal(size=w.shape) for w in reference.get_weights()])
    variables = [tf.Variable(w) for w in reference.get_weights()]

    def train_step(x, y):
        users, items = (v.numpy() for v in variables)
        u, i = users[x[:, 0]], items[x[:, 1]]
        error = (u * i).sum(axis=1, keepdims=True) - y
        subtract(users, x[:, 0], 0.2 * 2 * error * i / len(x))
        subtract(items, x[:, 1], 0.2 * 2 * error * u / len(x))
        for variable, table in zip(variables, (users, items), strict=True):
            variable.assign(table)
        return scale * np.mean(error**2)

    return VariablesLoop(variables, train_step), reference, cut(x, y)


def by_index(table, rows, steps):
    """Of several steps of one row only the last counts."""
    table[rows] -= steps


def summed(parts):
    """The right sum over units and mean over samples."""
    return tf.reduce_mean(tf.reduce_sum(parts, axis=-1))


CASES = {
    "focal_alpha_for_both": (
        lambda: focal(lambda y: 0.25, squared_rest),
        *("loss", "focal_alpha", "both classes"),
    ),
    "focal_alpha_forgotten": (
        lambda: focal(lambda y: 1.0, squared_rest, logits=True),
        *("loss", "focal_alpha", "no class"),
    ),
    "focal_alpha_added": (
        lambda: focal(balanced, squared_rest, balanced=False),
        *("loss", "focal_alpha", "class 1 is weighted by alpha"),
    ),
    "focal_factor_of_p": (
        lambda: focal(balanced, lambda p: p**2),
        *("loss", "focal_factor", "not (1 - p)**2"),
    ),
    "focal_gamma": (
        lambda: of_classes(0.25, lambda p: (1 - p) ** 3),
        *("loss", "focal_factor", "gamma is 3"),
    ),
    "focal_classes_unweighted": (
        lambda: of_classes(1.0, squared_rest),
        *("loss", "focal_alpha", "no class"),
    ),
    "cosine_of_the_batch": (
        lambda: cosine(None),
        *("loss", "normalization_axis", "the whole batch"),
    ),
    "quantiles_summed": (
        lambda: quantiles(3.0),
        *("loss", "loss_summed_over_outputs", "there are 3"),
    ),
    "pairs_swapped": (lambda: pairs(lambda y: 1 - y), "loss", "labels_swapped", "swapped"),
    "divergence_of_the_mean": (
        lambda: encoder(tf.reduce_mean),
        *("regularization", "activity_penalty_value", "0.3333 times"),
    ),
    "rows_lost_in_two_tables": (
        lambda: factors(by_index),
        *("gradients", "embedding_rows_lost", "in every table"),
    ),
    "half_the_loss_of_a_model_of_its_own": (
        lambda: factors(np.subtract.at, 0.5),
        *("loss", "loss_halved", "half"),
    ),
}

EQUAL = {
    "focal": lambda: focal(balanced, squared_rest),
    "focal_of_logits": lambda: focal(lambda y: 1.0, squared_rest, balanced=False, logits=True),
    "focal_of_classes": lambda: of_classes(0.25, squared_rest),
    "cosine_of_vectors": lambda: cosine(-1),
    "quantiles": lambda: quantiles(1.0),
    "pairs": lambda: pairs(lambda y: y),
    "divergence": lambda: encoder(summed),
    "factors": lambda: factors(np.subtract.at),
}
