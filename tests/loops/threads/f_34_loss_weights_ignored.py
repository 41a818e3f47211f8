"""Two heads (a class and a number) in one train_step, whose two losses are simply added."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = (
    "The loss_weights of compile are ignored: the two outputs' losses are added with weight 1."
)
STAGE = ("loss", "reduction")

keras.utils.set_random_seed(35)
rng = np.random.default_rng(35)
x = rng.normal(size=(28, 5)).astype("float32")
label = (x[:, 0] > x[:, 1]).astype("int32")
value = (x[:, 2:3] * 2 + 1).astype("float32")
batches = [(x[i : i + 8], (label[i : i + 8], value[i : i + 8])) for i in range(0, 28, 8)]


class TwoHeads(keras.Model):
    def train_step(self, data):
        x, (label, value) = data
        with tf.GradientTape() as tape:
            probs, pred = self(x, training=True)
            cls_loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(label, probs))
            reg_loss = tf.reduce_mean(keras.losses.mean_squared_error(value, pred))
            total = cls_loss + reg_loss
        grads = tape.gradient(total, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        self._loss_tracker.update_state(total, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((5,))
    h = keras.layers.Dense(8, activation="relu")(inputs)
    probs = keras.layers.Dense(2, activation="softmax", name="label")(h)
    model = cls(inputs, [probs, keras.layers.Dense(1, name="value")(h)])
    model.compile(
        keras.optimizers.SGD(0.05),
        ["sparse_categorical_crossentropy", "mse"],
        loss_weights=[1.0, 0.25],
    )
    return model


loop, reference = build(TwoHeads), build(keras.Model)
CAUSE = "loss_weights_forgotten"
