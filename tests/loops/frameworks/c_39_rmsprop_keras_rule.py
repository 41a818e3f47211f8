"""RMSprop by Keras's rule, centered and with momentum, in one tree.map over tuples of state."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.RMSprop(0.01, rho=0.9, momentum=0.5, centered=True),
    loss="mse",
)


def forward(params, x):
    h = jnp.tanh(x @ params["a"]["w"] + params["a"]["b"])
    return h @ params["z"]["w"] + params["z"]["b"]


def leaf_update(p, g, s):
    v, avg, mom = s
    v = 0.9 * v + 0.1 * g**2
    avg = 0.9 * avg + 0.1 * g
    mom = 0.5 * mom + 0.01 * g * jax.lax.rsqrt(v - avg**2 + 1e-7)
    return p - mom, (v, avg, mom)


@jax.jit
def step(params, state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    leaves, tree = jax.tree.flatten(params)
    new = [leaf_update(p, g, s) for p, g, s in zip(leaves, tree.flatten_up_to(grads), state)]
    return tree.unflatten([p for p, _ in new]), [s for _, s in new], loss


params = {
    "a": {"b": np.zeros(6), "w": np.zeros((4, 6))},
    "z": {"b": np.zeros(1), "w": np.zeros((6, 1))},
}
loop = JaxLoop(
    params,
    step,
    [tuple(jnp.zeros(p.shape) for _ in range(3)) for p in jax.tree.leaves(params)],
    predict=forward,
)
EXPECTED = "equal"
