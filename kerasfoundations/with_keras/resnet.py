"""The residual network with 18 layers: a `keras.Sequential` of `ResidualBlock`s."""

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
    GlobalAveragePooling2D,
    MaxPooling2D,
    ResidualBlock,
)
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = ["build_resnet18"]


def build_resnet18(
    num_classes: int = 10,
    image_shape: Sequence[int] = (28, 28, 1),
    *,
    filters: int = 64,
    momentum: float = 0.9,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Stack a `Conv2D`, four pairs of `ResidualBlock`s and a `Dense` in a `keras.Sequential`.

    The second to fourth pair halve the image and double the channels: 64, 128, 256 and 512, as in
    the paper's network, here for one grey channel. On TensorFlow the same seed gives the same
    weights as in the twin from scratch.

    Example:
        >>> model = build_resnet18(num_classes=2)
        >>> f"{sum(weight.size for weight in model.get_weights()):,}"
        '11,180,866'

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition, CVPR 2016, table
    1.
    """
    num_classes = checks.positive_integer("num_classes", num_classes)
    image_shape = checks.image_shape(image_shape)
    filters = checks.positive_integer("filters", filters)
    momentum = checks.fraction("momentum", momentum)
    dtype = checks.dtype_policy(dtype)
    stages = [filters * 2**stage for stage in range(4)]
    seeds = layer_seeds(seed, 2 * len(stages) + 2)
    model = keras.Sequential(
        [
            keras.Input(image_shape, dtype=checks.variable_dtype(dtype)),
            Conv2D(
                filters,
                7,
                strides=2,
                padding="same",
                use_bias=False,
                kernel_initializer=initializers.get("glorot_uniform", seeds[0]),
                kernel_regularizer=regularizer(l1, l2),
                dtype=dtype,
            ),
            BatchNormalization(momentum=momentum, dtype=dtype),
            Activation("relu", dtype=dtype),
            MaxPooling2D(3, strides=2, padding="same", dtype=dtype),
        ]
    )
    for index in range(2 * len(stages)):
        model.add(
            ResidualBlock(
                stages[index // 2],
                strides=2 if index in (2, 4, 6) else 1,
                momentum=momentum,
                l1=l1,
                l2=l2,
                seed=seeds[index + 1],
                dtype=dtype,
            )
        )
    model.add(GlobalAveragePooling2D(dtype=dtype))
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
