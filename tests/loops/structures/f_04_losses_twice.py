"""An overridden train_step that calls compute_loss and then adds self.losses, as in the Keras 2 guides."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(104)
rng = np.random.default_rng(104)
x = rng.normal(size=(40, 4)).astype("float32")
y = (rng.random((40, 1)) > 0.5).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


def build(kind):
    reg = keras.regularizers.L1L2(0.01, 0.02)
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, activation="tanh", kernel_regularizer=reg),
            keras.layers.Dense(
                1, activation="sigmoid", bias_regularizer="l2", kernel_regularizer="l1"
            ),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


class Mine(keras.Sequential):
    def train_step(self, data):
        x, y, sw = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=sw, training=True)
            loss += tf.add_n(self.losses)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        return {"loss": loss}


loop, reference = build(Mine), build(keras.Sequential)
EXPECTED = "The regularization losses count twice: compute_loss has added them already."
STAGE = ("regularization",)
CAUSE = "penalty_doubled"
