"""A momentum optimizer of one's own, ported from Keras 2, whose slots are a dict by variable name."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(107)
rng = np.random.default_rng(107)
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
            self.slots[v.name] = self.add_variable_from_reference(v, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        m = self.slots[self._trainable_variables[self._get_variable_index(variable)].name]
        self.assign(m, self.momentum * m - learning_rate * gradient)
        self.assign_add(variable, m)


def build(optimizer):
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(4)]
    )
    model.compile(optimizer, "mse")
    return model


class Loop:
    """The model is trained with its own step, so that the optimizer can be exchanged."""

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
EXPECTED = "The momentum buffers are kept by name, and both layers' variables are called kernel and bias: they share one buffer."
STAGE = ("state", "update")
CAUSE = "slots_shared"
