"""A compiled step that reads its learning rate from a Python schedule while it is traced."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(125)
rng = np.random.default_rng(125)
x = rng.normal(size=(60, 4)).astype("float32")
y = (x @ rng.normal(size=(4, 2)) + 1).astype("float32")
batches = [(x[i : i + 20], y[i : i + 20]) for i in range(0, len(x), 20)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.2, 1, 0.7)), "mse"
)


def make_loop(arrays):
    class Run:
        step_number = 0
        params = [tf.Variable(a) for a in arrays]

        def get_weights(self):
            return [p.numpy() for p in self.params]

        def set_weights(self, arrays):
            for p, a in zip(self.params, arrays):
                p.assign(a)

        def current_lr(self):
            return 0.2 * 0.7**self.step_number

        @tf.function(reduce_retracing=True)
        def compiled(self, x, y):
            with tf.GradientTape() as tape:
                a, b, c, d = self.params
                loss = tf.reduce_mean((tf.tanh(x @ a + b) @ c + d - y) ** 2)
            for p, g in zip(self.params, tape.gradient(loss, self.params)):
                p.assign_sub(self.current_lr() * g)
            return loss

        def train_step(self, x, y):
            loss = self.compiled(tf.constant(x), tf.constant(y))
            self.step_number += 1
            return float(loss)

    return Run()


loop = make_loop(reference.get_weights())
EXPECTED = (
    "The learning rate is a Python number read while tf.function traces: the schedule never decays."
)
STAGE = ("state", "update")
CAUSE = "schedule_frozen"
