"""Mixed precision in a custom train_step of Keras 3: LossScaleOptimizer without scale_loss."""

import keras
import tensorflow as tf
from loops.practice_data import cut, tabular

x, y = tabular(43)
batches = cut(10, x, y)


class Regressor(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(x=x, y=y, y_pred=y_pred)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": loss}


def build(kind):
    keras.utils.set_random_seed(54)
    model = kind(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, "tanh", dtype="mixed_float16"),
            keras.layers.Dense(1, dtype="float32"),
        ]
    )
    model.compile(
        keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=256.0), "mse"
    )
    return model


loop, reference = build(Regressor), build(keras.Sequential)
EXPECTED = "The loss is not scaled (optimizer.scale_loss), but the optimizer divides the gradients by the scale, so that the updates are 256 times too small."
STAGE = ("gradients", "update")
CAUSE = "loss_scale_missing"
