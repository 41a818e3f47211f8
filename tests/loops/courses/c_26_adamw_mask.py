"""AdamW in JAX with a mask: only kernels decay."""

import jax
import jax.numpy as jnp
import keras
from loops.course_data import classes, mlp

from kerasfoundations.diagnose import JaxLoop


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    logits = jnp.tanh(x @ w1 + b1) @ w2 + b2
    picked = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None].astype(int), axis=1)
    return -jnp.mean(picked)


@jax.jit
def step(params, state, x, y):
    t, m, v = state
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    t += 1
    m = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, m, g)
    v = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * b * b, v, g)
    rate = 0.01 * jnp.sqrt(1 - 0.99**t) / (1 - 0.9**t)
    params = jax.tree.map(lambda p: p * (1 - 0.01 * 0.3) if p.ndim > 1 else p, params)
    params = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-7), params, m, v)
    return params, (t, m, v), loss


params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 3)), jnp.zeros(3))]
zeros = jax.tree.map(jnp.zeros_like, params)
loop = JaxLoop(params, step, (0, zeros, zeros))
reference = mlp([4, 6, 3])
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.3, beta_2=0.99)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
batches = classes(126, onehot=False)

EXPECTED = "equal"
