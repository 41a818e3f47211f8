"""A pure step in TensorFlow in JAX's style: a nested dict of tensors goes in and comes out."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(225)
rng = np.random.default_rng(225)
x = rng.normal(size=(60, 4)).astype("float32")
y = (x @ rng.normal(size=(4, 2)) + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(2)]
)
reference.compile(
    keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.2, 6), momentum=0.9), "mse"
)


def schedule(step):
    part = tf.minimum(tf.cast(step, tf.float32), 6.0) / 6.0
    return 0.2 * 0.5 * (1 + tf.cos(np.pi * part))


def loss_fn(params, x, y):
    for layer in params[:-1]:
        x = tf.tanh(x @ layer["w"] + layer["b"])
    return tf.reduce_mean((x @ params[-1]["w"] + params[-1]["b"] - y) ** 2)


@tf.function(reduce_retracing=True)
def step_fn(state, x, y):
    params = state["params"]
    with tf.GradientTape() as tape:
        tape.watch(params)
        loss = loss_fn(params, x, y)
    grads = tape.gradient(loss, params)
    lr = schedule(state["step"])
    trace = tf.nest.map_structure(lambda t, g: 0.9 * t - lr * g, state["trace"], grads)
    params = tf.nest.map_structure(tf.add, params, trace)
    return {"params": params, "trace": trace, "step": state["step"] + 1}, loss


class Runner:
    def __init__(self, ws):
        self.state = {"step": tf.constant(0), "params": None, "trace": None}
        self.set_weights(ws)
        self.state["trace"] = tf.nest.map_structure(tf.zeros_like, self.state["params"])

    def set_weights(self, ws):
        pairs = zip(ws[::2], ws[1::2])
        self.state["params"] = [{"w": tf.constant(w), "b": tf.constant(b)} for w, b in pairs]

    def get_weights(self):
        return [layer[k].numpy() for layer in self.state["params"] for k in ("w", "b")]

    def train_step(self, x, y):
        self.state, loss = step_fn(self.state, tf.constant(x), tf.constant(y))
        return loss.numpy()


loop = Runner(reference.get_weights())
EXPECTED = "equal"
