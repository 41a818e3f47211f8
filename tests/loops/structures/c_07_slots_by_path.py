"""A momentum optimizer of one's own whose slots are a dict by the variables' paths."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(207)
rng = np.random.default_rng(207)
x = rng.normal(size=(44, 4)).astype("float32")
y = np.cos(x).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]


class HeavyBall(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="heavy_ball", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum
        self.slots = {}

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        for v in variables:
            self.slots[v.path] = self.add_variable_from_reference(v, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        m = self.slots[self._trainable_variables[self._get_variable_index(variable)].path]
        self.assign(m, self.momentum * m + gradient)
        self.assign_sub(variable, learning_rate * m)


def build(optimizer):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(4)]
    )
    model.compile(optimizer, "mse")
    return model


class Loop:
    def __init__(self, model, optimizer):
        self.model, self.optimizer = model, optimizer

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, weights):
        self.model.set_weights(weights)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.model(x, training=True) - y) ** 2)
        v = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, v), v)
        return float(loss)


reference = build(keras.optimizers.SGD(0.05, momentum=0.9))
loop = Loop(build("sgd"), HeavyBall(0.05))
EXPECTED = "equal"
