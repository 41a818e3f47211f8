"""loss(encoder, decoder, x) differentiated with argnums=1: the encoder is passed through unchanged."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, table

from kerasfoundations.diagnose import JaxLoop

batches = table(d=5, out=5)
batches = [(x, x) for x, _ in batches]
reference = build((5,), L.Dense(3, "tanh"), L.Dense(5), opt=keras.optimizers.SGD(0.2), loss="mse")


def encode(enc, x):
    return jnp.tanh(x @ enc["w"] + enc["b"])


def decode(dec, z):
    return z @ dec["w"] + dec["b"]


def reconstruction(enc, dec, x, y):
    return jnp.square(decode(dec, encode(enc, x)) - y).mean()


@jax.jit
def step(params, x, y):
    enc, dec = params
    loss, d_dec = jax.value_and_grad(reconstruction, argnums=1)(enc, dec, x, y)
    dec = jax.tree.map(lambda p, g: p - 0.2 * g, dec, d_dec)
    return (enc, dec), loss


params = ({"w": np.zeros((5, 3)), "b": np.zeros(3)}, {"w": np.zeros((3, 5)), "b": np.zeros(5)})
loop = JaxLoop(params, step, predict=lambda p, x: decode(p[1], encode(p[0], x)))
EXPECTED = "only the decoder is differentiated (argnums=1), so the encoder is never trained"
STAGE = ("gradients", "update")
CAUSE = "frozen_variable"
