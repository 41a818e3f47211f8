"""Loops beside references that use more of `compile`: clipping, smoothing, averages, scaling.

`CASES` names the fault of each: how it is made, the stage, the cause, and words of the message;
`EQUAL` lists right loops.
"""

import keras
import numpy as np
import tensorflow as tf
from forgotten_features import BATCHES, Loop, dense, sgd

from kerasfoundations.diagnose import KerasLoop


class Clipped(Loop):
    """Gradient descent whose gradients pass through `clip(gradients)` first."""

    def __init__(self, clip):
        super().__init__(sgd)
        self.clip = clip

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2 = self.weights
            logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
            loss = tf.reduce_mean(losses)
        for w, g in zip(self.weights, self.clip(tape.gradient(loss, self.weights)), strict=True):
            w.assign_sub(0.1 * g)
        return loss


def each(limit):
    return lambda gradients: [tf.clip_by_norm(g, limit) for g in gradients]


def together(limit):
    return lambda gradients: tf.clip_by_global_norm(gradients, limit)[0]


def values(limit):
    return lambda gradients: [tf.clip_by_value(g, -limit, limit) for g in gradients]


def clipped(clip, **reference):
    return Clipped(clip), dense(keras.optimizers.SGD(0.1, **reference)), BATCHES


def smoothed(amount, own=0.1):
    """The reference smooths by `own`, the loop by `amount`."""
    reference = dense(keras.optimizers.SGD(0.1))
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=own)
    reference.compile(keras.optimizers.SGD(0.1), loss)
    loop = Loop(sgd)
    loop.reduce = lambda losses, y: tf.reduce_mean(losses)
    batches = [(x, np.eye(4, dtype="float32")[y]) for x, y in BATCHES]

    def train_step(x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2 = loop.weights
            logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
            smooth = (1 - amount) * y + amount / 4
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(smooth, logits))
        for w, g in zip(loop.weights, tape.gradient(loss, loop.weights), strict=True):
            w.assign_sub(0.1 * g)
        return loss

    loop.train_step = train_step
    return loop, reference, batches


def binary(amount, own=0.2):
    """A sigmoid's labels, smoothed toward one half."""

    def build():
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((20,)), keras.layers.Dense(1, "sigmoid")])
        loss = keras.losses.BinaryCrossentropy(label_smoothing=own)
        model.compile(keras.optimizers.SGD(0.1), loss)
        return model

    model, optimizer = build(), keras.optimizers.SGD(0.1)

    def train_step(x, y):
        loss_of = keras.losses.BinaryCrossentropy(label_smoothing=amount)
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    batches = [(x, (y % 2).astype("float32")[:, None]) for x, y in BATCHES]
    return KerasLoop(model, train_step), build(), batches


class Averaging(Loop):
    """Keeps averages of its weights; `fit` ends with them, or every second step does."""

    def __init__(self, ends=True, every=0, momentum=0.9, start=None):
        super().__init__(sgd)
        self.ends, self.every, self.momentum = ends, every, momentum
        self.averages = start and [start(w.numpy()) for w in self.weights]

    def train_step(self, x, y):
        loss = super().train_step(x, y)
        arrays = self.get_weights()
        old = self.averages or arrays
        m = self.momentum
        self.averages = [m * a + (1 - m) * w for a, w in zip(old, arrays, strict=True)]
        if self.every and self.t % self.every == 0:
            self.set_weights(self.averages)
        return loss


class AveragingFit(Averaging):
    """The same with `fit`."""

    def fit(self, x, y, batch_size):
        losses = [
            float(self.train_step(x[at : at + batch_size], y[at : at + batch_size]))
            for at in range(0, len(x), batch_size)
        ]
        if self.ends:
            self.set_weights(self.averages)
        sizes = [len(x[at : at + batch_size]) for at in range(0, len(x), batch_size)]
        return float(np.average(losses, weights=sizes))


def averaged(loop, every=None):
    settings = {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": every}
    return loop, dense(keras.optimizers.SGD(0.1, **settings)), BATCHES


def scaling(scale_loss=True, unscale=True, reported=False, wrapped=True, dtype="float32"):
    """A loss scaled by 1024 before the tape's gradient, which is scaled back."""

    def build(optimizer):
        keras.utils.set_random_seed(4)
        layers = [keras.Input((20,)), keras.layers.Dense(10, "relu", dtype=dtype)]
        layers.append(keras.layers.Dense(4, "softmax", dtype="float32"))
        model = keras.Sequential(layers)
        model.compile(optimizer, "sparse_categorical_crossentropy")
        return model

    if wrapped:
        own = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=1024.0)
    else:
        own = keras.optimizers.SGD(0.1, loss_scale_factor=1024.0)
    model = build("sgd")

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
            total = 1024 * loss if scale_loss else loss
        gradients = tape.gradient(total, [w.value for w in model.trainable_weights])
        for w, g in zip(model.trainable_weights, gradients, strict=True):
            w.assign_sub(0.1 * (g / 1024 if unscale else g))
        return total if reported else loss

    return KerasLoop(model, train_step), build(own), BATCHES


def frozen_base(batch=False, trains=(), moves=False):
    """A frozen dense layer and its batch normalization, then a layer that learns."""

    def build():
        keras.utils.set_random_seed(4)
        layers = [keras.Input((20,)), keras.layers.Dense(10, name="base", trainable=False)]
        layers.append(keras.layers.BatchNormalization(name="norm", trainable=False))
        layers += [keras.layers.Activation("relu"), keras.layers.Dense(4, "softmax")]
        model = keras.Sequential(layers)
        model.get_layer("norm").moving_variance.assign(np.linspace(0.5, 2, 10))
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        return model

    model = build()
    head = model.layers[-1].trainable_weights
    learning = [*head, *(w for name in trains for w in model.get_layer(name).weights[:2])]
    norm = model.get_layer("norm")

    def train_step(x, y):
        norm.trainable = batch
        with tf.GradientTape() as tape:
            tape.watch([w.value for w in learning])
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, [w.value for w in learning])
        for w, g in zip(learning, gradients, strict=True):
            w.assign_sub(0.1 * g)
        if moves:
            norm.moving_mean.assign(0.9 * norm.moving_mean + 0.01)
        norm.trainable = False
        return loss

    return KerasLoop(model, train_step), build(), BATCHES


CASES = {
    "clipped_together_for_each": (
        lambda: clipped(together(0.2), clipnorm=0.2),
        *("update", "clipping_kind", "over all weights is limited to 0.2; in the reference"),
    ),
    "clipped_each_for_together": (
        lambda: clipped(each(0.2), global_clipnorm=0.2),
        *("update", "clipping_kind", "per variable is limited to 0.2"),
    ),
    "clipped_values_for_norms": (
        lambda: clipped(values(0.02), clipnorm=0.02),
        *("update", "clipping_kind", "each number is limited to 0.02"),
    ),
    "clipped_norms_for_values": (
        lambda: clipped(each(0.02), clipvalue=0.02),
        *("update", "clipping_kind", "per variable is limited to 0.02"),
    ),
    "clipped_at_another_limit": (
        lambda: clipped(together(0.1), global_clipnorm=0.2),
        *("update", "clipping_value", "limited to 0.1"),
    ),
    "not_clipped": (
        lambda: clipped(lambda gradients: gradients, global_clipnorm=0.2),
        *("update", "clipping_missing", "not clipped"),
    ),
    "not_smoothed": (
        lambda: smoothed(0.0),
        *("loss", "label_smoothing_missing", "smooths by 0.1"),
    ),
    "smoothed_more": (
        lambda: smoothed(0.2),
        *("loss", "label_smoothing", "by 0.2, the reference by 0.1"),
    ),
    "sigmoid_not_smoothed": (
        lambda: binary(0.0),
        *("loss", "label_smoothing_missing", "smooths by 0.2"),
    ),
    "smoothed_for_nothing": (
        lambda: smoothed(0.1, own=0.0),
        *("loss", "label_smoothing", "by 0.1"),
    ),
    "averages_not_assigned": (
        lambda: averaged(AveragingFit(ends=False)),
        *("data", "ema_not_assigned", "finalize_variable_values"),
    ),
    "averages_never_overwrite": (
        lambda: averaged(Averaging(), every=2),
        *("state", "ema_overwrite_missing", "averages"),
    ),
    "averages_from_zero": (
        lambda: averaged(Averaging(every=2, start=np.zeros_like), every=2),
        *("state", "ema_start", "it starts at 0"),
    ),
    "averages_of_another_momentum": (
        lambda: averaged(Averaging(every=2, momentum=0.99), every=2),
        *("state", "ema_momentum", "its momentum is 0.99, in the reference 0.9"),
    ),
    "averages_of_swapped_factors": (
        lambda: averaged(Averaging(every=2, momentum=0.1), every=2),
        *("state", "ema_momentum", "μ and 1 - μ are swapped"),
    ),
    "averages_overwrite_too_often": (
        lambda: averaged(Averaging(every=2), every=3),
        *("state", "ema_frequency", "every 2 steps, in the reference every 3"),
    ),
    "scaled_and_not_back": (
        lambda: scaling(unscale=False),
        *("gradients", "loss_scale_kept", "1024 times"),
    ),
    "scaled_back_but_not_scaled": (
        lambda: scaling(scale_loss=False),
        *("gradients", "loss_scale_missing", "divided by 1024"),
    ),
    "scaled_loss_returned": (
        lambda: scaling(reported=True),
        *("loss", "loss_scale_reported", "1024 times"),
    ),
    "float16_scaled_back_but_not_scaled": (
        lambda: scaling(scale_loss=False, dtype="mixed_float16"),
        *("gradients", "loss_scale_missing", "divided by 1024"),
    ),
    "scaled_by_a_factor_and_not_back": (
        lambda: scaling(unscale=False, wrapped=False),
        *("gradients", "loss_scale_kept", "1024 times"),
    ),
    "frozen_layer_trained": (
        lambda: frozen_base(trains=("base",)),
        *("update", "frozen_layer_trained", "base/kernel"),
    ),
    "frozen_scale_trained": (
        lambda: frozen_base(trains=("norm",)),
        *("update", "frozen_layer_trained", "norm/gamma"),
    ),
    "frozen_statistics": (
        lambda: frozen_base(moves=True),
        *("state", "frozen_statistics_moved", "norm/moving_mean"),
    ),
    "frozen_normalization_with_the_batch": (
        lambda: frozen_base(batch=True),
        *("outputs", "frozen_batch_norm", "the reference's layer is frozen"),
    ),
}

EQUAL = {
    "clipped_each": lambda: clipped(each(0.2), clipnorm=0.2),
    "clipped_together": lambda: clipped(together(0.2), global_clipnorm=0.2),
    "clipped_values": lambda: clipped(values(0.02), clipvalue=0.02),
    "smoothed": lambda: smoothed(0.1),
    "sigmoid_smoothed": lambda: binary(0.2),
    "averaged": lambda: averaged(AveragingFit()),
    "overwritten": lambda: averaged(Averaging(every=2), every=2),
    "scaled": lambda: scaling(),
    "scaled_by_a_factor": lambda: scaling(wrapped=False),
    "scaled_in_float16": lambda: scaling(dtype="mixed_float16"),
    "frozen": lambda: frozen_base(),
}
