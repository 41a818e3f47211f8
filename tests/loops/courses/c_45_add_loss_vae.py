"""A model with add_loss in call (a KL-like penalty) and a train_step through compute_loss."""

import keras
import tensorflow as tf
from loops.course_data import regression


class Coder(keras.Model):
    def __init__(self):
        super().__init__()
        self.mean = keras.layers.Dense(3)
        self.out = keras.layers.Dense(5)

    def call(self, x):
        z = self.mean(x)
        self.add_loss(0.05 * keras.ops.mean(keras.ops.sum(z**2, axis=-1)))
        return self.out(keras.ops.tanh(z))


class Trained(Coder):
    def train_step(self, data):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = tf.reduce_mean(tf.square(y - y_pred)) + tf.add_n(self.losses)
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(grads, self.trainable_variables)
        return {"loss": loss}


keras.utils.set_random_seed(145)
batches = [(x, x) for x, _ in regression(145, d=5)]
loop, reference = Trained(), Coder()
for model in (loop, reference):
    model(batches[0][0])
    model.compile(keras.optimizers.Lamb(0.01), "mse")

EXPECTED = "equal"
