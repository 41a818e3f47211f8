"""Label smoothing by hand with alpha / (K - 1) on every class, the true one included."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(kind="onehot", out=4)
reference = build(
    (4,),
    L.Dense(6, "relu"),
    L.Dense(4),
    opt=keras.optimizers.SGD(0.1),
    loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
)
params = [(np.zeros((4, 6)), np.zeros(6)), (np.zeros((6, 4)), np.zeros(4))]


def smooth(labels, alpha):
    k = labels.shape[-1]
    return labels * (1.0 - alpha) + alpha / (k - 1)


def softmax_cross_entropy(logits, labels):
    return -jnp.sum(labels * jax.nn.log_softmax(logits), axis=-1)


def predict(params, x):
    (w1, b1), (w2, b2) = params
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


@jax.jit
def step(params, x, y):
    objective = lambda p: softmax_cross_entropy(predict(p, x), smooth(y, 0.2)).mean()
    loss, g = jax.value_and_grad(objective)(params)
    return jax.tree.map(lambda p, g: p - 0.1 * g, params, g), loss


loop = JaxLoop(params, step, predict=predict)
EXPECTED = "label smoothing adds alpha / (K - 1) to every class instead of alpha / K, so the smoothed labels sum to more than one"
STAGE = ("loss",)
CAUSE = "label_smoothing_share"
