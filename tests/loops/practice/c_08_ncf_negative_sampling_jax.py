"""Neural collaborative filtering on clicks and sampled negatives, in JAX with logits."""

import jax
import jax.numpy as jnp
import keras
from loops.practice_data import clicks, cut

from kerasfoundations.diagnose import JaxLoop

x, y = clicks(108)
batches = cut(12, x, y)
keras.utils.set_random_seed(108)
inp = keras.Input((2,), dtype="int32")
u, v = keras.layers.Embedding(5, 4)(inp[:, 0]), keras.layers.Embedding(6, 4)(inp[:, 1])
h = keras.layers.Dense(6, "relu", bias_initializer="random_normal")(
    keras.layers.Concatenate()([u, v])
)
reference = keras.Model(inp, keras.layers.Dense(1)(h))
reference.compile(
    keras.optimizers.SGD(0.5, momentum=0.8), keras.losses.BinaryCrossentropy(from_logits=True)
)
params = [
    jnp.zeros((5, 4)),
    jnp.zeros((6, 4)),
    {"w": jnp.zeros((8, 6)), "b": jnp.zeros(6)},
    {"w": jnp.zeros((6, 1)), "b": jnp.zeros(1)},
]


def loss_of(params, x, y):
    U, V, hidden, out = params
    h = jnp.concatenate([U[x[:, 0]], V[x[:, 1]]], axis=1)
    z = jax.nn.relu(h @ hidden["w"] + hidden["b"]) @ out["w"] + out["b"]
    return -jnp.mean(y * jax.nn.log_sigmoid(z) + (1 - y) * jax.nn.log_sigmoid(-z))


@jax.jit
def step(params, velocity, x, y):
    loss, grads = jax.value_and_grad(loss_of)(params, x, y)
    velocity = jax.tree.map(lambda v, g: 0.8 * v + g, velocity, grads)
    return jax.tree.map(lambda w, v: w - 0.5 * v, params, velocity), velocity, loss


loop = JaxLoop(params, step, jax.tree.map(jnp.zeros_like, params))

EXPECTED = "equal"
