"""train_step of the Keras guide with its own loss tracker."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import cut, regression

keras.utils.set_random_seed(102)


class CustomModel(keras.Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.loss_fn = keras.losses.MeanSquaredError()

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self(x, training=True))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.loss_tracker.update_state(loss, sample_weight=tf.shape(x)[0])
        return {"loss": self.loss_tracker.result()}

    @property
    def metrics(self):
        return [self.loss_tracker]


def make(kind):
    inputs = keras.Input((5,))
    model = kind(inputs, layers.Dense(1)(layers.Dense(8, activation="elu")(inputs)))
    model.compile(keras.optimizers.RMSprop(0.005), "mse")
    return model


reference, loop = make(keras.Model), make(CustomModel)
batches = cut(*regression(102), 12)
EXPECTED = "equal"
