"""Weight averaging in a trainer class, with the average written back every second step."""

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(127)
rng = np.random.default_rng(127)
from kerasfoundations.diagnose import VariablesLoop

x = rng.normal(size=(60, 4)).astype("float32")
y = (x[:, :1] > 0).astype("float32")
batches = [(x[i : i + 12], y[i : i + 12]) for i in range(0, len(x), 12)]
reference = keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(5, "relu"), keras.layers.Dense(1, "sigmoid")]
)
reference.compile(
    keras.optimizers.SGD(0.5, use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=2),
    "binary_crossentropy",
)


class Averager:
    def __init__(self, variables, decay):
        self.variables, self.decay, self.shadow = variables, decay, None

    def update(self):
        if self.shadow is None:
            self.shadow = [v.numpy() for v in self.variables]
        self.shadow = [
            self.decay * s + (1 - self.decay) * v.numpy()
            for s, v in zip(self.shadow, self.variables)
        ]

    def write_back(self):
        for v, s in zip(self.variables, self.shadow):
            v.assign(s)


V = [tf.Variable(w) for w in reference.get_weights()]
average = Averager(V, 0.9)
steps = [0]


def train_step(x, y):
    with tf.GradientTape() as tape:
        z = tf.nn.relu(x @ V[0] + V[1]) @ V[2] + V[3]
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, z))
    grads = tape.gradient(loss, V)
    average.update()
    for v, g in zip(V, grads):
        v.assign_sub(0.5 * g)
    steps[0] += 1
    if steps[0] % 2 == 0:
        average.write_back()
    return loss


loop = VariablesLoop(V, train_step)
EXPECTED = "The moving average is updated before the weights are, so that it lags one step behind."
STAGE = ("state",)
CAUSE = "ema_start"
