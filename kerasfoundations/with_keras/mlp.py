"""The multi-layer perceptron: a `keras.Sequential` of `Dense` layers."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.layers import Dense
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = ["build_mlp"]


def build_mlp(
    hidden_units: Sequence[int] = (512,),
    num_features: int = 784,
    num_classes: int = 10,
    *,
    output_activation: str | None = "softmax",
    kernel_initializer: str = "glorot_uniform",
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Stack `Dense` layers in a `keras.Sequential`; by default the first network: 784-512-10.

    On TensorFlow the same seed gives the same weights as in the twin from scratch.

    Example:
        >>> model = build_mlp(seed=0)
        >>> [weight.shape for weight in model.get_weights()]
        [(784, 512), (512,), (512, 10), (10,)]

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    inputs, *sizes = checks.layer_sizes(num_features, hidden_units, num_classes)
    dtype = checks.dtype_policy(dtype)
    activations = ["relu"] * (len(sizes) - 1) + [checks.output_activation(output_activation)]
    model = keras.Sequential([keras.Input((inputs,), dtype=checks.variable_dtype(dtype))])
    for units, activation, layer_seed in zip(
        sizes, activations, layer_seeds(seed, len(sizes)), strict=True
    ):
        model.add(
            Dense(
                units,
                activation,
                kernel_initializer=initializers.get(kernel_initializer, layer_seed),
                kernel_regularizer=regularizer(l1, l2),
                dtype=dtype,
            )
        )
    return model


complete_docstrings(__name__)
