"""Per-example gradients by vmap (as for differential privacy), averaged."""

import keras
import numpy as np


def batched(size, *arrays):
    return [tuple(a[i : i + size] for a in arrays) for i in range(0, len(arrays[0]), size)]


import jax
import jax.numpy as jnp

from kerasfoundations.diagnose import JaxLoop

rng = np.random.default_rng(119)
x = rng.normal(size=(31, 4)).astype("float32")
y = rng.normal(size=(31, 1)).astype("float32")
batches = batched(9, x, y)

keras.utils.set_random_seed(119)
reference = keras.Sequential(
    [
        keras.Input((4,)),
        keras.layers.Dense(6, activation="relu", kernel_regularizer=keras.regularizers.L2(0.01)),
        keras.layers.Dense(1),
    ]
)
reference.compile(keras.optimizers.SGD(0.1), "log_cosh")


def predict(params, x):
    return (
        jax.nn.relu(x @ params["fc1"]["w"] + params["fc1"]["b"]) @ params["fc2"]["w"]
        + params["fc2"]["b"]
    )


def example_loss(params, xi, yi):
    e = predict(params, xi) - yi
    data = jnp.mean(e + jax.nn.softplus(-2.0 * e) - jnp.log(2.0))
    return data + 0.01 * jnp.sum(params["fc1"]["w"] ** 2)


@jax.jit
def step(params, x, y):
    losses, grads = jax.vmap(jax.value_and_grad(example_loss), in_axes=(None, 0, 0))(params, x, y)
    return jax.tree.map(lambda p, g: p - 0.1 * g.mean(0), params, grads), losses.mean()


key = jax.random.PRNGKey(19)
params = {
    "fc1": {"w": jax.random.normal(key, (4, 6)) * 0.5, "b": jnp.zeros(6)},
    "fc2": {"w": jax.random.normal(jax.random.fold_in(key, 1), (6, 1)) * 0.5, "b": jnp.zeros(1)},
}
loop = JaxLoop(params, step, predict=predict)
EXPECTED = "equal"
