"""A model with two inputs: Keras's functional API, where layers are called on tensors."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.loop.keras_settings import checked_model
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers, optimizers
from kerasfoundations.with_keras.evaluation import dtype_of, precision
from kerasfoundations.with_keras.layers import Dense

__all__ = ["build_comparator", "fit"]


def build_comparator(
    hidden_units: int = 64, num_features: int = 784, *, seed: int = 0, dtype: str = "float32"
) -> keras.Model:
    """Call one `Dense` on two `keras.Input`, then `Concatenate` and `Dense(1, "sigmoid")`.

    A layer that is called twice has its weights once. On TensorFlow the same seed gives the same
    weights as in the twin from scratch.

    Example:
        >>> model = build_comparator()
        >>> [weight.shape for weight in model.get_weights()]
        [(784, 64), (64,), (128, 1), (1,)]
        >>> [tensor.name for tensor in model.inputs]  # the keys of a dict that fit takes as well
        ['first', 'second']

    Source: Bromley, Guyon, LeCun, Säckinger and Shah, Signature verification using a "siamese" time
    delay neural network, NIPS 1993.
    """
    hidden_units = checks.positive_integer("hidden_units", hidden_units)
    num_features = checks.positive_integer("num_features", num_features)
    dtype = checks.float_dtype(dtype)
    seeds = layer_seeds(seed, 2)
    kernels = [initializers.get("glorot_uniform", layer_seed) for layer_seed in seeds]
    branch = Dense(hidden_units, "relu", kernel_initializer=kernels[0], dtype=dtype)
    head = Dense(1, "sigmoid", kernel_initializer=kernels[1], dtype=dtype)

    first = keras.Input((num_features,), dtype=dtype, name="first")
    second = keras.Input((num_features,), dtype=dtype, name="second")
    joined = keras.layers.Concatenate(dtype=dtype)([branch(first), branch(second)])
    return keras.Model([first, second], head(joined))


def fit(
    model: keras.Model,
    x: Sequence[np.ndarray],
    y: np.ndarray,
    *,
    epochs: int = 5,
    batch_size: int = 128,
    optimizer: str | keras.optimizers.Optimizer = "adam",
    learning_rate: float | None = None,
) -> list[float]:
    """Train with Keras's `compile` and `fit`, which takes a list of two arrays as it takes one.

    Args:
        model: The model; it is compiled, and its weights are changed.

    Example:
        >>> first, second = np.random.default_rng(0).uniform(size=(2, 500, 1))  # 500 pairs
        >>> model = build_comparator(hidden_units=8, num_features=1)
        >>> history = fit(model, (first, second), first > second, epochs=20, learning_rate=0.03)
        >>> float(model([np.array([[0.7]]), np.array([[0.4]])])[0, 0]) > 0.9  # 0.7 > 0.4
        True
    """
    checks.two_inputs(model, keras.Model)
    checked_model(model)
    dtype = dtype_of(model)
    x, y = checks.two_inputs_for(x, y, model.input_shape, model.output_shape[-1], dtype)
    epochs = checks.positive_integer("epochs", epochs)
    batch_size = checks.positive_integer("batch_size", batch_size)
    with precision(dtype):
        model.compile(optimizers.get(optimizer, learning_rate), "binary_crossentropy")
        found = model.fit(x, y, batch_size, epochs, shuffle=False, verbose=0)
    return found.history["loss"]


complete_docstrings(__name__)
