"""Loops that forget what `compile` and `fit` take, or have another library's defaults.

`CASES` names the fault of each, and `EQUAL` lists right loops that look unusual.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

RANDOM = np.random.default_rng(11)
X = (RANDOM.random((90, 20)) * (RANDOM.random((90, 20)) > 0.5)).astype("float32")
Y = np.argmax(X @ RANDOM.normal(size=(20, 4)), axis=1)
BATCHES = [(X[at : at + 24], Y[at : at + 24]) for at in range(0, 90, 24)]


def dense(optimizer, **layer):
    """A compiled network 20-10-4."""
    keras.utils.set_random_seed(4)
    hidden = keras.layers.Dense(10, "relu", name="hidden", **layer)
    model = keras.Sequential([keras.Input((20,)), hidden, keras.layers.Dense(4, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model


class Loop:
    """The same network with a tape; `rule(slot, gradient, weight, t)` returns the move."""

    def __init__(self, rule, begins_anew=False):
        self.rule, self.begins_anew = rule, begins_anew
        self.weights = [tf.Variable(w) for w in dense("sgd").get_weights()]
        self.begin()

    def begin(self):
        self.slots, self.t = [{} for _ in self.weights], 0

    def get_weights(self):
        return [w.numpy() for w in self.weights]

    def set_weights(self, arrays):
        for weight, array in zip(self.weights, arrays, strict=True):
            weight.assign(array)
        if self.begins_anew:
            self.begin()

    def reduce(self, losses, y):
        return tf.reduce_mean(losses)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2 = self.weights
            logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
            loss = self.reduce(losses, y)
        self.t += 1
        gradients = tape.gradient(loss, self.weights)
        for slot, g, w in zip(self.slots, gradients, self.weights, strict=True):
            w.assign_add(self.rule(slot, g, w, self.t))
        return loss


class WeightedLoop(Loop):
    """The step that takes sample weights."""

    def train_step(self, x, y, sample_weight):
        self.reduce = lambda losses, y: tf.reduce_mean(losses * sample_weight)
        return super().train_step(x, y)


def sgd(slot, g, w, t):
    return -0.1 * g


def rmsprop(rho=0.9, inside=1e-7, outside=0.0, rate=1e-3):
    def rule(slot, g, w, t):
        slot["v"] = rho * slot.get("v", 0.0) + (1 - rho) * g**2
        return -rate * g / (tf.sqrt(slot["v"] + inside) + outside)

    return rule


def adam(epsilon=1e-8, decay=0.0, rate=1e-3):
    """PyTorch's, with decay taken off the weights."""

    def rule(slot, g, w, t):
        slot["m"] = 0.9 * slot.get("m", 0.0) + 0.1 * g
        slot["v"] = 0.999 * slot.get("v", 0.0) + 0.001 * g**2
        mean, square = slot["m"] / (1 - 0.9**t), slot["v"] / (1 - 0.999**t)
        return -rate * mean / (tf.sqrt(square) + epsilon) - rate * decay * w

    return rule


def keras_adam(slot, g, w, t):
    slot["m"] = 0.9 * slot.get("m", 0.0) + 0.1 * g
    slot["v"] = 0.999 * slot.get("v", 0.0) + 0.001 * g**2
    rate = 1e-3 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return -rate * slot["m"] / (tf.sqrt(slot["v"]) + 1e-7)


def weighted(loop, weights=None):
    weights = np.where(Y == 2, 3.0, 0.5) if weights is None else weights
    weights = weights.astype("float32")
    batches = [(*b, weights[at : at + 24]) for at, b in zip(range(0, 90, 24), BATCHES, strict=True)]
    return loop, dense(keras.optimizers.SGD(0.1)), batches


class Paired(Loop):
    """Weights `(n, 1)` times losses `(n,)`."""

    def train_step(self, x, y, sample_weight):
        self.reduce = lambda losses, y: tf.reduce_mean(losses * sample_weight[:, None])
        return super().train_step(x, y)


def momentum(slot, g, w, t):
    slot["m"] = 0.9 * slot.get("m", 0.0) - 0.05 * g
    return slot["m"]


def adagrad(slot, g, w, t):
    slot["v"] = slot.get("v", 0.1) + g**2
    return -0.05 * g / tf.sqrt(slot["v"] + 1e-7)


def penalized(add):
    def build():
        return dense(keras.optimizers.SGD(0.1), activity_regularizer=keras.regularizers.L2(0.01))

    model, optimizer = build(), keras.optimizers.SGD(0.1)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses) + add(model.losses, len(x))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return KerasLoop(model, train_step), build(), BATCHES


def sequences(reduce):
    """An embedding with a mask; the loop's `reduce(losses, mask)`."""
    x = np.random.default_rng(2).integers(1, 9, size=(40, 5))
    x[:, 3:] = 0
    y = np.random.default_rng(3).integers(0, 3, size=(40, 5))

    def build():
        keras.utils.set_random_seed(6)
        layers = [keras.layers.Embedding(9, 4, mask_zero=True)]
        layers += [keras.layers.SimpleRNN(4, return_sequences=True)]
        layers += [keras.layers.Dense(3, "softmax")]
        model = keras.Sequential([keras.Input((5,), dtype="int64"), *layers])
        model.compile(keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")
        return model

    model, optimizer = build(), keras.optimizers.SGD(0.05)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = reduce(losses, tf.cast(x != 0, "float32"))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return KerasLoop(model, train_step), build(), [(x[:16], y[:16]), (x[16:32], y[16:32])]


def masked_mean(losses, mask):
    return tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)


def accumulating(steps, rule=sgd):
    return Loop(rule), dense(keras.optimizers.SGD(0.1, gradient_accumulation_steps=steps)), BATCHES


def held(constraint, own=None):
    """A constraint of the first kernel, which the loop replaces by `own`, or forgets."""

    def rule(slot, g, w, t):
        moved = w - 0.1 * g
        return (own(moved) if own and w.shape[0] == 20 else moved) - w

    return Loop(rule), dense(keras.optimizers.SGD(0.1), kernel_constraint=constraint), BATCHES


def scheduled(rate, schedule=None):
    """The reference's rate falls with each step; the loop's is `rate(t)`, `t` from 0."""
    schedule = schedule or keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.8)
    loop = Loop(lambda slot, g, w, t: -rate(t - 1) * g)
    return loop, dense(keras.optimizers.SGD(schedule)), BATCHES


# Name: how it is made, the stage, the cause, and words of the message.
CASES = {
    "weights": (lambda: weighted(Loop(sgd)), "reduction", "sample_weights_ignored", "third"),
    "weights_in_a_column": (
        lambda: weighted(Paired(sgd)),
        *("reduction", "sample_weights_broadcast", "each loss gets the mean weight"),
    ),
    "accumulation": (lambda: accumulating(2), "update", "accumulation_missing", "over 2 steps"),
    "constraint": (
        lambda: held(keras.constraints.MaxNorm(0.5)),
        *("update", "constraint_missing", "MaxNorm of"),
    ),
    "activity": (
        lambda: penalized(lambda losses, n: 0.0),
        *("regularization", "activity_penalty_missing", "layer hidden"),
    ),
    "mask": (
        lambda: sequences(lambda losses, mask: tf.reduce_mean(losses)),
        *("reduction", "mask_ignored", "padding"),
    ),
    "pytorch_rmsprop": (
        lambda: (Loop(rmsprop(0.99, 0.0, 1e-8)), dense("rmsprop"), BATCHES),
        *("update", "pytorch_rmsprop", "rho 0.99 instead of 0.9 and epsilon 1e-8"),
    ),
    "pytorch_adam": (
        lambda: (Loop(adam()), dense("adam"), BATCHES),
        *("update", "pytorch_adam", "epsilon 1e-8 instead of 1e-7"),
    ),
    "decoupled_decay": (
        lambda: (Loop(adam(1e-7, 0.1)), dense("adam"), BATCHES),
        *("update", "weight_decay", "0.1 times the learning rate"),
    ),
    "accumulation_over_3": (
        lambda: accumulating(3),
        *("update", "accumulation_missing", "over 3 steps"),
    ),
    "accumulation_with_momentum": (
        lambda: (
            Loop(momentum),
            dense(keras.optimizers.SGD(0.05, momentum=0.9, gradient_accumulation_steps=4)),
            BATCHES,
        ),
        *("update", "accumulation_missing", "over 4 steps"),
    ),
    "weights_of_padding": (
        lambda: weighted(Loop(sgd), 1.0 * (np.arange(90) % 3 > 0)),
        *("reduction", "sample_weights_ignored", "third"),
    ),
    "weights_of_each_class": (
        lambda: weighted(Loop(sgd), np.array([1.0, 2.0, 4.0, 0.3])[Y]),
        *("reduction", "sample_weights_ignored", "third"),
    ),
    "constraint_unit_norm": (
        lambda: held(keras.constraints.UnitNorm()),
        *("update", "constraint_missing", "UnitNorm of"),
    ),
    "constraint_non_negative": (
        lambda: held(keras.constraints.NonNeg()),
        *("update", "constraint_missing", "NonNeg of"),
    ),
    "activity_doubled": (
        lambda: penalized(lambda losses, n: 2 * sum(losses)),
        *("regularization", "activity_penalty_doubled", "layer hidden"),
    ),
    "activity_divided": (
        lambda: penalized(lambda losses, n: sum(losses) / n),
        *("regularization", "activity_penalty_divided", "layer hidden"),
    ),
    "activity_multiplied": (
        lambda: penalized(lambda losses, n: sum(losses) * n),
        *("regularization", "activity_penalty_summed", "layer hidden"),
    ),
    "schedule_offset": (
        lambda: scheduled(lambda t: 0.1 * 0.8 ** (t + 1)),
        *("update", "schedule_offset", "one step early"),
    ),
    "schedule_too_fast": (
        lambda: scheduled(lambda t: 0.1 * 0.8 ** (4 * t)),
        *("state", "schedule_pace", "4 times as fast"),
    ),
    "schedule_of_epochs": (
        lambda: scheduled(lambda t: 0.1 * 0.8 ** (t // 4)),
        *("state", "schedule_pace", "every 4 updates"),
    ),
    "staircase_forgotten": (
        lambda: scheduled(
            lambda t: 0.1 * 0.5 ** (t / 3),
            keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5, staircase=True),
        ),
        *("state", "schedule_setting", "its staircase is False, in the reference True"),
    ),
    "warm_up_forgotten": (
        lambda: scheduled(
            lambda t: 0.05 * (1 + np.cos(np.pi * min(t / 20, 1.0))),
            keras.optimizers.schedules.CosineDecay(0.02, 20, warmup_target=0.1, warmup_steps=3),
        ),
        *("update", "schedule_setting", "its warmup_steps is 0, in the reference 3"),
    ),
    "schedule_compounds": (
        lambda: scheduled(lambda t: 0.1 * 0.8 ** (t * (t + 1) / 2)),
        *("state", "schedule_compounds", "Compute each rate from the first"),
    ),
    "constraint_along_rows": (
        lambda: held(keras.constraints.MaxNorm(0.5), lambda w: tf.clip_by_norm(w, 0.5, axes=[1])),
        *("update", "constraint_axis", "axis 1 of"),
    ),
    "schedule_frozen": (
        lambda: scheduled(lambda t: 0.1),
        *("state", "schedule_frozen", "stays 0.1"),
    ),
    "mask_in_denominator": (
        lambda: sequences(lambda losses, mask: tf.reduce_mean(losses * mask)),
        *("reduction", "mask_in_denominator", "sum(mask)"),
    ),
}

EQUAL = {
    "begins_anew_rmsprop": lambda: (Loop(rmsprop(), True), dense("rmsprop"), BATCHES),
    "begins_anew_adam": lambda: (Loop(keras_adam, True), dense("adam"), BATCHES),
    "begins_anew_momentum": lambda: (
        Loop(momentum, True),
        dense(keras.optimizers.SGD(0.05, momentum=0.9)),
        BATCHES,
    ),
    "begins_anew_adagrad": lambda: (
        Loop(adagrad, True),
        dense(keras.optimizers.Adagrad(0.05)),
        BATCHES,
    ),
    "weights": lambda: weighted(WeightedLoop(sgd)),
    "activity": lambda: penalized(lambda losses, n: sum(losses)),
    "mask": lambda: sequences(masked_mean),
    "schedule": lambda: scheduled(lambda t: 0.1 * 0.8**t),
}
