"""The L2 penalty is computed from self.params inside the loss instead of from its argument: no gradient flows."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from loops.framework_data import L, build, sparse_ce, table

batches = table(kind="cls", out=3)
l2 = keras.regularizers.L2(0.05)
reference = build(
    (4,),
    L.Dense(6, "tanh", kernel_regularizer=l2),
    L.Dense(3, kernel_regularizer=l2),
    opt=keras.optimizers.SGD(0.1),
    loss=sparse_ce(),
)


class Model:
    def __init__(self, *sizes):
        self.params = [(np.zeros((a, b)), np.zeros(b)) for a, b in zip(sizes, sizes[1:])]

    def penalty(self):
        return 0.05 * sum(jnp.sum(w**2) for w, _ in self.params)

    def logits(self, params, x):
        for w, b in params[:-1]:
            x = jnp.tanh(x @ w + b)
        w, b = params[-1]
        return x @ w + b

    def loss(self, params, x, y):
        logp = jax.nn.log_softmax(self.logits(params, x))
        return -jnp.mean(jnp.sum(logp * jax.nn.one_hot(y, 3), -1)) + self.penalty()

    def train_step(self, x, y):
        loss, grads = jax.value_and_grad(self.loss)(self.params, x, y)
        self.params = jax.tree.map(lambda p, g: p - 0.1 * g, self.params, grads)
        return float(loss)

    def get_weights(self):
        return [np.array(a) for layer in self.params for a in layer]

    def set_weights(self, arrays):
        arrays = iter([jnp.asarray(a) for a in arrays])
        self.params = list(zip(arrays, arrays))

    def predict(self, x):
        return np.array(self.logits(self.params, x))


loop = Model(4, 6, 3)
EXPECTED = "the penalty reads self.params instead of the differentiated argument, so it is in the loss but contributes no gradient"
STAGE = ("regularization", "gradients")
CAUSE = "penalty_outside_tape"
