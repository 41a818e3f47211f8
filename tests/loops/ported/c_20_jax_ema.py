"""EMA of the parameters in the state, written back every third step as use_ema does."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(120)
x = rng.normal(size=(50, 3)).astype("float32")
y = rng.normal(size=(50, 1)).astype("float32")
batches = batched(9, x, y)

keras.utils.set_random_seed(120)
reference = keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(1)]
)
reference.compile(
    keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.7, ema_overwrite_frequency=3), "mse"
)


def predict(params, x):
    return jnp.tanh(x @ params["1"]["w"] + params["1"]["b"]) @ params["2"]["w"] + params["2"]["b"]


@jax.jit
def step(params, state, x, y):
    ema, count = state
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((predict(p, x) - y) ** 2))(params)
    params = jax.tree.map(lambda p, g: p - 0.1 * g, params, grads)
    decay = jnp.where(count == 0, 0.0, 0.7)
    ema = jax.tree.map(lambda e, p: decay * e + (1 - decay) * p, ema, params)
    count = count + 1
    params = jax.tree.map(lambda e, p: jnp.where(count % 3 == 0, e, p), ema, params)
    return params, (ema, count), loss


key = jax.random.PRNGKey(20)
params = {
    "1": {"w": jax.random.normal(key, (3, 5)) * 0.5, "b": jnp.zeros(5)},
    "2": {"w": jax.random.normal(jax.random.fold_in(key, 1), (5, 1)) * 0.5, "b": jnp.zeros(1)},
}
loop = JaxLoop(params, step, (params, jnp.array(0)), predict=predict)
EXPECTED = "equal"
