"""The convolutional network: `Conv2D` and `MaxPooling2D`, then `Dense`, in a `Sequential`."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
)
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = ["build_cnn"]


def build_cnn(
    filters: Sequence[int] = (32, 64, 128),
    image_shape: Sequence[int] = (28, 28, 1),
    num_classes: int = 10,
    *,
    kernel_size: int | tuple[int, int] = 3,
    batch_normalization: bool = True,
    momentum: float = 0.9,
    dropout: float = 0.0,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Stack a `Conv2D` and `MaxPooling2D` per entry of `filters`, then `Dense`, in a `Sequential`.

    On TensorFlow the same seed gives the same weights and dropout as in the twin from scratch.

    Example:
        >>> model = build_cnn(filters=(32, 64), batch_normalization=False)
        >>> [weight.shape for weight in model.get_weights()]
        [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (3136, 10), (10,)]

    Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document
    recognition, 1998; Chollet, Deep Learning with Python, 2nd edition, chapter 8.
    """
    filters = checks.filters(filters)
    image_shape = checks.image_shape(image_shape, num_poolings=len(filters))
    num_classes = checks.positive_integer("num_classes", num_classes)
    momentum, dtype = checks.fraction("momentum", momentum), checks.dtype_policy(dtype)
    batch_normalization = checks.flag("batch_normalization", batch_normalization)
    seeds = layer_seeds(seed, len(filters) + 2)
    model = keras.Sequential([keras.Input(image_shape, dtype=checks.variable_dtype(dtype))])
    for num_filters, layer_seed in zip(filters, seeds, strict=False):
        model.add(
            Conv2D(
                num_filters,
                checks.two("kernel_size", kernel_size),
                padding="same",
                use_bias=not batch_normalization,
                kernel_initializer=initializers.get("glorot_uniform", layer_seed),
                kernel_regularizer=regularizer(l1, l2),
                dtype=dtype,
            )
        )
        if batch_normalization:
            model.add(BatchNormalization(momentum=momentum, dtype=dtype))
        model.add(Activation("relu", dtype=dtype))
        model.add(MaxPooling2D(2, dtype=dtype))
    model.add(Flatten(dtype=dtype))
    if checks.number_below_1("dropout", dropout) > 0:
        model.add(Dropout(dropout, seed=seeds[-2], dtype=dtype))
    model.add(
        Dense(
            num_classes,
            "softmax",
            kernel_initializer=initializers.get("glorot_uniform", seeds[-1]),
            kernel_regularizer=regularizer(l1, l2),
            dtype=dtype,
        )
    )
    return model


complete_docstrings(__name__)
