"""train_step that unpacks the sample weights and then forgets them."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L

keras.utils.set_random_seed(854)
rng = np.random.default_rng(854)
x = rng.normal(size=(36, 5)).astype("float32")
y = (x @ rng.normal(size=(5, 3)) + rng.normal(size=(36, 3))).argmax(1)
sample_weight = rng.uniform(0.2, 2.0, 36).astype("float32")
batches = [(x[i : i + 14], y[i : i + 14], sample_weight[i : i + 14]) for i in range(0, 36, 14)]


class Classifier(keras.Sequential):
    def train_step(self, data):
        x, y, sample_weight = data if len(data) == 3 else (*data, None)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x, y, y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind):
    model = kind(
        [keras.Input((5,)), L.Dense(8, activation="tanh"), L.Dense(3, activation="softmax")]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model


reference, loop = build(keras.Sequential), build(Classifier)

EXPECTED = "The sample weights are ignored: they are unpacked but not passed to the loss."
STAGE = ("reduction", "loss")
CAUSE = "sample_weights_ignored"
