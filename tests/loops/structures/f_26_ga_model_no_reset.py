"""GAModel, the gradient accumulation model from a well-known answer."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(126)
rng = np.random.default_rng(126)
x = rng.normal(size=(60, 4)).astype("float32")
y = np.tanh(x[:, :2]).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, len(x), 12)]


class GAModel(keras.Model):
    def __init__(self, n_gradients, inputs, outputs):
        super().__init__(inputs=inputs, outputs=outputs)
        self.n_gradients = tf.constant(n_gradients, dtype=tf.int32)
        self.n_acum_step = tf.Variable(0, dtype=tf.int32, trainable=False)
        self.gradient_accumulation = [
            tf.Variable(tf.zeros_like(v)) for v in self.trainable_variables
        ]

    def train_step(self, data):
        self.n_acum_step.assign_add(1)
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        for a, g in zip(self.gradient_accumulation, gradients):
            a.assign_add(g / tf.cast(self.n_gradients, tf.float32))
        tf.cond(
            tf.equal(self.n_acum_step, self.n_gradients), self.apply_accu_gradients, lambda: None
        )
        return {"loss": loss}

    def apply_accu_gradients(self):
        for v, g in zip(self.trainable_variables, self.gradient_accumulation):
            v.assign_sub(0.1 * g)
        self.n_acum_step.assign(0)


def build(kind, *args):
    i = keras.Input((4,))
    o = keras.layers.Dense(2)(keras.layers.Dense(5, activation="selu")(i))
    model = kind(*args, i, o)
    return model


loop = build(GAModel, 2)
loop.compile("sgd", "mse")
reference = build(keras.Model)
reference.compile(keras.optimizers.SGD(0.1, gradient_accumulation_steps=2), "mse")
EXPECTED = "The accumulated gradients are not set back to zero after they were applied."
STAGE = ("state",)
CAUSE = "accumulator_kept"
