"""Multi-head self-attention in einsum with a residual, against keras.layers.MultiHeadAttention."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, sequences, shake

batches = sequences(t=4, d=4)
inputs = keras.Input((4, 4))
att = L.MultiHeadAttention(num_heads=2, key_dim=3)(inputs, inputs)
pooled = L.GlobalAveragePooling1D()(L.add([inputs, att]))
reference = shake(keras.Model(inputs, L.Dense(1)(pooled)))
reference.compile(keras.optimizers.SGD(0.1), "mse")


def forward(p, x):
    wq, bq, wk, bk, wv, bv, wo, bo, w, b = p
    q, k, v = (
        jnp.einsum("ntd,dhe->nhte", x, m) + c[None, :, None]
        for m, c in ((wq, bq), (wk, bk), (wv, bv))
    )
    a = jax.nn.softmax(jnp.einsum("nhte,nhse->nhts", q, k) / jnp.sqrt(3.0), axis=-1)
    o = jnp.einsum("nhts,nhse,hed->ntd", a, v, wo) + bo
    return (x + o).mean(1) @ w + b


@jax.jit
def update(p, x, y):
    loss, g = jax.value_and_grad(lambda p: jnp.mean((forward(p, x) - y) ** 2))(p)
    return [a - 0.1 * b for a, b in zip(p, g)], loss


class Attention:
    def __init__(self):
        self.p = [jnp.zeros(w.shape) for w in reference.weights]

    def get_weights(self):
        return [np.array(a) for a in self.p]

    def set_weights(self, arrays):
        self.p = [jnp.asarray(a) for a in arrays]

    def train_step(self, x, y):
        self.p, loss = update(self.p, x, y)
        return float(loss)

    def predict(self, x):
        return np.array(forward(self.p, x))


loop = Attention()
EXPECTED = "equal"
