"""Gradient accumulation in a train_step override, after the Stack Overflow answer."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "The accumulated gradients are applied as a sum, not divided by the number of accumulation steps."
STAGE = ("state", "update")

keras.utils.set_random_seed(43)
rng = np.random.default_rng(43)
x = rng.normal(size=(38, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(38, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 38, 7)]
N_GRADIENTS = 2


class GradientAccumulation(keras.Sequential):
    def prepare(self):
        self.n_acum_step = tf.Variable(0, trainable=False)
        self.gradient_accumulation = [
            tf.Variable(tf.zeros(v.shape), trainable=False) for v in self.trainable_variables
        ]

    def train_step(self, data):
        self.n_acum_step.assign_add(1)
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        gradients = tape.gradient(loss, self.trainable_variables)
        for a, g in zip(self.gradient_accumulation, gradients):
            a.assign_add(g)
        tf.cond(tf.equal(self.n_acum_step, N_GRADIENTS), self.apply_accu_gradients, lambda: None)
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}

    def apply_accu_gradients(self):
        self.optimizer.apply_gradients(zip(self.gradient_accumulation, self.trainable_variables))
        self.n_acum_step.assign(0)
        for a in self.gradient_accumulation:
            a.assign(tf.zeros_like(a))


def build(cls, **options):
    model = cls(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, activation="relu"),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.2, **options), "sparse_categorical_crossentropy")
    return model


loop = build(GradientAccumulation)
loop.prepare()
loop.optimizer.build(loop.trainable_variables)
reference = build(keras.Sequential, gradient_accumulation_steps=N_GRADIENTS)
CAUSE = "accumulation_summed"
