"""A TrainState dataclass whose new optimizer state is computed but not stored in replace()."""

import dataclasses
from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table()
reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(0.05, momentum=0.8), loss="mse"
)


@partial(jax.tree_util.register_dataclass, data_fields=["params", "trace", "step"], meta_fields=[])
@dataclasses.dataclass
class TrainState:
    params: dict
    trace: dict
    step: int


def loss_fn(params, x, y):
    h = jnp.tanh(x @ params["l1"]["w"] + params["l1"]["b"])
    return jnp.mean((h @ params["l2"]["w"] + params["l2"]["b"] - y) ** 2)


@jax.jit
def train(ts, x, y):
    loss, g = jax.value_and_grad(loss_fn)(ts.params, x, y)
    trace = jax.tree.map(lambda t, g: 0.8 * t + g, ts.trace, g)
    params = jax.tree.map(lambda p, t: p - 0.05 * t, ts.params, trace)
    return dataclasses.replace(ts, params=params, step=ts.step + 1), loss


def step(params, state, x, y):
    trace, count = state
    ts, loss = train(TrainState(params, trace, count), x, y)
    return ts.params, (ts.trace, ts.step), loss


params = {
    "l1": {"w": np.zeros((4, 6)), "b": np.zeros(6)},
    "l2": {"w": np.zeros((6, 1)), "b": np.zeros(1)},
}
loop = JaxLoop(params, step, (jax.tree.map(jnp.zeros_like, params), 0))
EXPECTED = "the new momentum trace is not stored in the train state, so the momentum never builds up and the loop is plain SGD"
STAGE = ("state",)
CAUSE = "momentum_missing"
