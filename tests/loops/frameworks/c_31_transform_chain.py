"""An optax-like chain of (init, update) pairs: clip by global norm, trace, decayed weights, scale by a schedule."""

from collections.abc import Callable
from typing import Any, NamedTuple

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
    opt=keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.1, global_clipnorm=0.5),
    loss="mse",
)


class Transform(NamedTuple):
    init: Callable[[Any], Any]
    update: Callable[..., Any]


def clip_by_global_norm(limit):
    def update(g, state, params):
        norm = jnp.sqrt(sum(jnp.vdot(a, a) for a in jax.tree.leaves(g)))
        return jax.tree.map(lambda a: jnp.where(norm < limit, a, a / norm * limit), g), state

    return Transform(lambda params: (), update)


def trace(decay):
    def update(g, state, params):
        state = jax.tree.map(lambda g, t: g + decay * t, g, state)
        return state, state

    return Transform(lambda params: jax.tree.map(jnp.zeros_like, params), update)


def add_decayed_weights(rate):
    # after Keras: the step acts on weights that were decayed before it, so the gradient's part is unchanged
    return Transform(
        lambda params: (),
        lambda g, s, params: (jax.tree.map(lambda a, p: a + rate * p, g, params), s),
    )


def scale(factor):
    return Transform(
        lambda params: (), lambda g, s, params: (jax.tree.map(lambda a: factor * a, g), s)
    )


def chain(*parts):
    def update(g, states, params):
        new = []
        for part, s in zip(parts, states):
            g, s = part.update(g, s, params)
            new.append(s)
        return g, tuple(new)

    return Transform(lambda params: tuple(p.init(params) for p in parts), update)


tx = chain(clip_by_global_norm(0.5), trace(0.9), add_decayed_weights(0.1), scale(-0.05))


def forward(params, x):
    h = jnp.tanh(x @ params["Dense_0"]["kernel"] + params["Dense_0"]["bias"])
    return h @ params["Dense_1"]["kernel"] + params["Dense_1"]["bias"]


@jax.jit
def step(params, state, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(params)
    updates, state = tx.update(g, state, params)
    return jax.tree.map(jnp.add, params, updates), state, loss


params = {
    "Dense_0": {"kernel": np.zeros((4, 6)), "bias": np.zeros(6)},
    "Dense_1": {"kernel": np.zeros((6, 1)), "bias": np.zeros(1)},
}
loop = JaxLoop(params, step, tx.init(params), predict=forward)
EXPECTED = "equal"
