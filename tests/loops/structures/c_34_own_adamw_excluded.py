"""AdamW by hand with parameter groups that leave the biases without decay."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(234)
rng = np.random.default_rng(234)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(44, 4)).astype("float32")
y = (x[:, :2] + 1).astype("float32")
batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, len(x), 16)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, "gelu"), keras.layers.Dense(2)]
)
adamw = keras.optimizers.AdamW(0.02, weight_decay=0.3)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, "mse")
V = [tf.Variable(w) for w in reference.get_weights()]
groups = [
    {"params": [0, 2], "weight_decay": 0.3},
    {"params": [1, 3], "weight_decay": 0.0},
]
slots = [[np.zeros(v.shape), np.zeros(v.shape)] for v in V]
counter = iter(range(1, 10**9))


def train_step(x, y):
    with tf.GradientTape() as tape:
        h = tf.nn.gelu(x @ V[0] + V[1], approximate=False)
        loss = tf.reduce_mean((h @ V[2] + V[3] - y) ** 2)
    grads = tape.gradient(loss, V)
    t = next(counter)
    for group in groups:
        for i in group["params"]:
            w, g = V[i].numpy().astype("float64"), grads[i].numpy()
            w -= 0.02 * group["weight_decay"] * w
            m, v = slots[i]
            m += 0.1 * (g - m)
            v += 0.001 * (g**2 - v)
            V[i].assign(w - 0.02 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7))
    return loss


loop = VariablesLoop(V, train_step)
EXPECTED = "equal"
