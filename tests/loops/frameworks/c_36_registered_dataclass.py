"""A frozen train state dataclass, registered as a pytree, with a schedule that reads its counter."""

import dataclasses
from functools import partial

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, schedules, table

batches = table()
reference = build(
    (4,),
    L.Dense(6, "tanh"),
    L.Dense(1),
    opt=keras.optimizers.SGD(schedules.InverseTimeDecay(0.1, 1, 0.5), momentum=0.9),
    loss="mse",
)


@partial(
    jax.tree_util.register_dataclass,
    data_fields=["step", "params", "velocity"],
    meta_fields=["rate"],
)
@dataclasses.dataclass(frozen=True)
class TrainState:
    step: jax.Array
    params: dict
    velocity: dict
    rate: float = 0.1

    def apply_gradients(self, grads):
        rate = self.rate / (1 + 0.5 * self.step)
        velocity = jax.tree.map(lambda v, g: 0.9 * v - rate * g, self.velocity, grads)
        params = jax.tree.map(jnp.add, self.params, velocity)
        return dataclasses.replace(self, step=self.step + 1, params=params, velocity=velocity)


def forward(params, x):
    return jnp.tanh(x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


@jax.jit
def train(state, x, y):
    loss, grads = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(state.params)
    return state.apply_gradients(grads), loss


class Loop:
    names = ["w1", "b1", "w2", "b2"]

    def __init__(self):
        params = {
            "w1": jnp.zeros((4, 6)),
            "b1": jnp.zeros(6),
            "w2": jnp.zeros((6, 1)),
            "b2": jnp.zeros(1),
        }
        self.state = TrainState(
            jnp.zeros((), jnp.int32), params, jax.tree.map(jnp.zeros_like, params)
        )

    def get_weights(self):
        return [np.array(self.state.params[n]) for n in self.names]

    def set_weights(self, arrays):
        self.state = dataclasses.replace(
            self.state, params=dict(zip(self.names, map(jnp.asarray, arrays)))
        )

    def train_step(self, x, y):
        self.state, loss = train(self.state, x, y)
        return float(loss)

    def predict(self, x):
        return np.array(forward(self.state.params, x))


loop = Loop()
EXPECTED = "equal"
