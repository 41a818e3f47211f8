"""JAX network as a list of (W, b), vmap over samples, Adam with a step count in the state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"

keras.utils.set_random_seed(145)
rng = np.random.default_rng(145)
x = rng.normal(size=(26, 3)).astype("float32")
y = (np.sin(x @ rng.normal(size=(3, 1))) + 0.1 * rng.normal(size=(26, 1))).astype("float32")
batches = [(x[i : i + 7], y[i : i + 7]) for i in range(0, 26, 7)]
sizes = [3, 6, 4, 1]
params = [
    (rng.normal(size=(m, n)).astype("float32"), np.zeros(n, "float32"))
    for m, n in zip(sizes[:-1], sizes[1:])
]


def forward(params, sample):
    for W, b in params[:-1]:
        sample = jnp.tanh(sample @ W + b)
    W, b = params[-1]
    return sample @ W + b


def loss_of(params, x, y):
    return jnp.mean((jax.vmap(forward, (None, 0))(params, x) - y) ** 2)


def step(params, state, x, y):
    t, m, v = state
    loss, g = jax.value_and_grad(loss_of)(params, x, y)
    t = t + 1
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, g)
    rate = 0.01 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v)
    return params, (t, m, v), loss


zeros = jax.tree.map(np.zeros_like, params)
loop = JaxLoop(params, step, (0, zeros, zeros), predict=jax.vmap(forward, (None, 0)))
reference = keras.Sequential(
    [
        keras.Input((3,)),
        keras.layers.Dense(6, activation="tanh"),
        keras.layers.Dense(4, activation="tanh"),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.Adam(0.01), "mse")
