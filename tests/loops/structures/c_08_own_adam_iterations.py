"""A subclass of keras.optimizers.Optimizer after Keras's own Adam, compiled into a model."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(208)
rng = np.random.default_rng(208)
x = rng.normal(size=(44, 5)).astype("float32")
y = np.sin(x[:, :1] * 2).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class MyAdam(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="my_adam"):
        super().__init__(learning_rate=learning_rate, name=name)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.m = [self.add_variable_from_reference(v, "m") for v in variables]
        self.v = [self.add_variable_from_reference(v, "v") for v in variables]

    def update_step(self, grad, var, lr):
        i = self._get_variable_index(var)
        m, v = self.m[i], self.v[i]
        t = tf.cast(self.iterations + 1, var.dtype)
        m.assign(self.beta_1 * m + (1 - self.beta_1) * grad)
        v.assign(self.beta_2 * v + (1 - self.beta_2) * grad**2)
        lr_t = lr * tf.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        var.assign_sub(lr_t * m / (tf.sqrt(v) + self.epsilon))


class Net(keras.Sequential):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self(x, training=True)))
        grads = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(grads, self.trainable_variables))
        return {"loss": loss}


def build(kind, optimizer):
    model = kind(
        [keras.Input((5,)), keras.layers.Dense(7, activation="relu"), keras.layers.Dense(1)]
    )
    model.compile(optimizer, "mse")
    return model


loop, reference = build(Net, MyAdam(0.01)), build(keras.Sequential, keras.optimizers.Adam(0.01))
EXPECTED = "equal"
