"""A schedule evaluated with the count after its increment (a hand-made inject_hyperparams)."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table()


class Warmup(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 * keras.ops.minimum(1.0, (keras.ops.cast(step, "float32") + 1.0) / 10.0)

    def get_config(self):
        return {}


reference = build(
    (4,), L.Dense(6, "tanh"), L.Dense(1), opt=keras.optimizers.SGD(Warmup()), loss="mse"
)


def warmup(count):
    return 0.1 * jnp.minimum(1.0, (count + 1.0) / 10.0)


def forward(params, x):
    for layer in params[:-1]:
        x = jnp.tanh(x @ layer["w"] + layer["b"])
    return x @ params[-1]["w"] + params[-1]["b"]


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    state = {**state, "count": state["count"] + 1}
    state["rate"] = warmup(state["count"])
    params = jax.tree.map(lambda p, g: p - state["rate"] * g, params, g)
    return params, state, loss


params = [{"w": np.zeros((4, 6)), "b": np.zeros(6)}, {"w": np.zeros((6, 1)), "b": np.zeros(1)}]
loop = JaxLoop(
    params, step, {"count": jnp.zeros((), jnp.int32), "rate": jnp.zeros(())}, predict=forward
)
EXPECTED = "the schedule is evaluated after the counter was increased, so every step uses the learning rate of the next one"
STAGE = ("update",)
CAUSE = "schedule_offset"
