"""chain(clip_by_global_norm, trace, scale_by_schedule) written by hand."""

import jax
import jax.numpy as jnp
import keras
from loops.migrant_data import keras_model, regression

from kerasfoundations.diagnose import JaxLoop

EXPECTED = "equal"
D = keras.layers.Dense
rate = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.25)
reference = keras_model(
    [(4,), D(6, "tanh"), D(1)], keras.optimizers.SGD(rate, momentum=0.9, global_clipnorm=0.4), "mse"
)
batches = regression(130)
params = [(jnp.zeros((4, 6)), jnp.zeros(6)), (jnp.zeros((6, 1)), jnp.zeros(1))]


def clip_by_global_norm(limit):
    def update(g, state):
        norm = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(g)))
        return jax.tree.map(
            lambda leaf: jnp.where(norm < limit, leaf, leaf / norm * limit), g
        ), state

    return lambda params: (), update


def scale_by_schedule(schedule):
    def update(g, count):
        return jax.tree.map(lambda leaf: schedule(count) * leaf, g), count + 1

    return lambda params: jnp.zeros((), jnp.int32), update


def trace(decay):
    def update(g, velocity):
        velocity = jax.tree.map(lambda v, leaf: decay * v + leaf, velocity, g)
        return velocity, velocity

    return lambda params: jax.tree.map(jnp.zeros_like, params), update


def chain(*parts):
    def update(g, states):
        new = []
        for (_, part), state in zip(parts, states):
            g, state = part(g, state)
            new.append(state)
        return g, tuple(new)

    return lambda params: tuple(init(params) for init, _ in parts), update


# Keras's velocity contains the learning rate, so the schedule comes before the trace
init, tx_update = chain(
    clip_by_global_norm(0.4), scale_by_schedule(lambda t: -0.1 / (1 + 0.25 * t)), trace(0.9)
)


def loss_fn(params, x, y):
    (w1, b1), (w2, b2) = params
    return jnp.mean((jnp.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2)


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(loss_fn)(params, x, y)
    u, state = tx_update(g, state)
    return jax.tree.map(jnp.add, params, u), state, loss


loop = JaxLoop(params, step, init(params))
