"""Two heads with loss_weights, the total written out in the step."""

import keras
import numpy as np
import tensorflow as tf

EXPECTED = "equal"

keras.utils.set_random_seed(124)
rng = np.random.default_rng(124)
x = rng.normal(size=(27, 6)).astype("float32")
price = (x[:, :1] * 3 - 1).astype("float32")
kind = rng.integers(0, 3, size=27).astype("int32")
batches = [(x[i : i + 8], (price[i : i + 8], kind[i : i + 8])) for i in range(0, 27, 8)]


class MultiTask(keras.Model):
    def train_step(self, data):
        x, (price, kind) = data
        with tf.GradientTape() as tape:
            price_pred, kind_pred = self(x, training=True)
            mae = tf.reduce_mean(tf.abs(price - price_pred))
            xent = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(kind, kind_pred))
            loss = 0.3 * mae + 2.0 * xent
        self.optimizer.apply_gradients(
            zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        )
        self._loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self._loss_tracker.result()}


def build(cls):
    inputs = keras.Input((6,))
    h = keras.layers.Dense(8, activation="relu")(inputs)
    price = keras.layers.Dense(1, name="price")(h)
    model = cls(inputs, [price, keras.layers.Dense(3, activation="softmax", name="kind")(h)])
    model.compile(
        keras.optimizers.Adagrad(0.05),
        ["mae", "sparse_categorical_crossentropy"],
        loss_weights=[0.3, 2.0],
    )
    return model


loop, reference = build(MultiTask), build(keras.Model)
