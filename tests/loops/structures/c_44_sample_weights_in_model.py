"""An overridden train_step with sample weights, divided by the number of samples by hand."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(244)
rng = np.random.default_rng(244)
x = rng.normal(size=(44, 4)).astype("float32")
y = rng.integers(0, 2, (44, 1)).astype("float32")
s = rng.choice([0.5, 1.0, 3.0], 44).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16], s[i : i + 16]) for i in range(0, 44, 16)]


def build(kind):
    i = keras.Input((4,))
    h = keras.layers.Dense(5, activation="relu")(i)
    model = kind(i, keras.layers.Dense(1, activation="sigmoid")(keras.layers.Concatenate()([i, h])))
    model.compile(keras.optimizers.Adam(0.02), keras.losses.BinaryFocalCrossentropy())
    return model


class Weighted(keras.Model):
    def train_step(self, data):
        x, y, weight = data
        with tf.GradientTape() as tape:
            p = tf.clip_by_value(self(x, training=True)[:, 0], 1e-7, 1 - 1e-7)
            t = y[:, 0]
            right = tf.where(t == 1, p, 1 - p)
            focal = -((1 - right) ** 2) * tf.math.log(right)
            loss = tf.reduce_sum(weight * focal) / tf.cast(tf.shape(x)[0], tf.float32)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Weighted), build(keras.Model)
EXPECTED = "equal"
