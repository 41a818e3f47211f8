"""An overridden train_step that unpacks the sample weights and never hands them on."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(144)
rng = np.random.default_rng(144)
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
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Weighted), build(keras.Model)
EXPECTED = "The sample weights are unpacked but not handed to compute_loss."
STAGE = ("reduction", "loss")
CAUSE = "sample_weights_ignored"
