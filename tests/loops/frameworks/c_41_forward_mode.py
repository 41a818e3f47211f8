"""Gradients in forward mode (jacfwd) and a transposed, PyTorch-like tree of weights."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(n=24, size=7)
reference = build(
    (4,),
    L.Dense(3, "sigmoid"),
    L.Dense(1),
    opt=keras.optimizers.SGD(0.3),
    loss="mean_absolute_error",
)


def forward(params, x):
    h = jax.nn.sigmoid(x @ params["fc1"]["weight"].T + params["fc1"]["bias"])
    return h @ params["fc2"]["weight"].T + params["fc2"]["bias"]


@jax.jit
def step(params, x, y):
    loss_fn = lambda p: jnp.mean(jnp.abs(forward(p, x) - y))
    slopes = jax.jacfwd(loss_fn)(params)
    return jax.tree.map(lambda p, g: p - 0.3 * g, params, slopes), loss_fn(params)


params = {
    "fc1": {"weight": np.zeros((3, 4)), "bias": np.zeros(3)},
    "fc2": {"weight": np.zeros((1, 3)), "bias": np.zeros(1)},
}
loop = JaxLoop(params, step, predict=forward, transposed=True)
EXPECTED = "equal"
