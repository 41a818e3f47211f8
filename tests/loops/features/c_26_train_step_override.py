"""A model that overrides train_step, with batch normalization and metrics."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split

from kerasfoundations.diagnose import KerasLoop


class Custom(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x=x, y=y, y_pred=self(x, training=True))
        grads = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(grads, self.trainable_weights))
        return {"loss": loss}


def build(kind):
    model = kind(
        [
            L.Input((5,)),
            L.Dense(8, "relu"),
            L.BatchNormalization(),
            L.Dense(3, "softmax", kernel_regularizer="l2"),
        ]
    )
    model.compile(keras.optimizers.Adamax(0.01), "sparse_categorical_crossentropy")
    return model


keras.utils.set_random_seed(126)
model, reference = build(Custom), build(keras.Sequential)
batches = split(*sparse(126, 40, 5, 3), 12)
loop = KerasLoop(model)
EXPECTED = "equal"
