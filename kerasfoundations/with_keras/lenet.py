"""LeNet-5, the convolutional network of 1998, as a `keras.Sequential`."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.layers import (
    AveragePooling2D,
    Conv2D,
    Dense,
    Flatten,
    MaxPooling2D,
)
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = ["build_lenet5"]


def build_lenet5(
    image_shape: Sequence[int] = (28, 28, 1),
    num_classes: int = 10,
    *,
    activation: str = "tanh",
    pooling: str = "average",
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Stack two `Conv2D`, each with its pooling, and three `Dense` in a `Sequential`.

    Tanh and means as in the paper; the twin from scratch lists what differs from it. On TensorFlow
    the same seed gives the same weights as there.

    Example:
        >>> model = build_lenet5()
        >>> [weight.shape for weight in model.get_weights()[::2]]
        [(5, 5, 1, 6), (5, 5, 6, 16), (400, 120), (120, 84), (84, 10)]

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
    recognition, 1998, figure 2.
    """
    image_shape = checks.image_shape(image_shape, smallest=12)
    num_classes = checks.positive_integer("num_classes", num_classes)
    activation = checks.known_name("activation", activation, ("relu", "sigmoid", "tanh"))
    pooling = checks.known_name("pooling", pooling, ("average", "max"))
    dtype, seeds = checks.dtype_policy(dtype), layer_seeds(seed, 5)
    pool = {"average": AveragePooling2D, "max": MaxPooling2D}[pooling]
    model = keras.Sequential([keras.Input(image_shape, dtype=checks.variable_dtype(dtype))])
    for filters, padding, layer_seed in ((6, "same", seeds[0]), (16, "valid", seeds[1])):
        model.add(
            Conv2D(
                filters,
                5,
                padding=padding,
                activation=activation,
                kernel_initializer=initializers.get("glorot_uniform", layer_seed),
                kernel_regularizer=regularizer(l1, l2),
                dtype=dtype,
            )
        )
        model.add(pool(2, dtype=dtype))
    model.add(Flatten(dtype=dtype))
    for units, function, layer_seed in (
        (120, activation, seeds[2]),
        (84, activation, seeds[3]),
        (num_classes, "softmax", seeds[4]),
    ):
        model.add(
            Dense(
                units,
                function,
                kernel_initializer=initializers.get("glorot_uniform", layer_seed),
                kernel_regularizer=regularizer(l1, l2),
                dtype=dtype,
            )
        )
    return model


complete_docstrings(__name__)
