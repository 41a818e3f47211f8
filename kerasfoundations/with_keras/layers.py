"""Layers and their activations: Keras's own, and the residual block made of them.

A Keras layer infers the shape of its inputs when it is first called, a naive one is given it:
`Dense(units)` and `NaiveDense(input_size, output_size)`, `Conv2D(filters, kernel_size)` and
`NaiveConv2D(input_channels, filters, kernel_size)`, `SimpleRNN(units)` and
`NaiveSimpleRNN(input_size, units)`, `LayerNormalization()` and
`NaiveLayerNormalization(input_size)`.
"""

from __future__ import annotations

from typing import Any

import keras
from keras.activations import (
    elu,
    exponential,
    gelu,
    leaky_relu,
    linear,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    softsign,
    tanh,
)
from keras.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    Layer,
    LayerNormalization,
    MaxPooling2D,
    Reshape,
    SimpleRNN,
)

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed, layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = [
    "Activation",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling2D",
    "Layer",
    "LayerNormalization",
    "MaxPooling2D",
    "Reshape",
    "ResidualBlock",
    "SimpleRNN",
    "elu",
    "exponential",
    "gelu",
    "leaky_relu",
    "linear",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]


@keras.saving.register_keras_serializable("kerasfoundations")
class ResidualBlock(Layer):
    """`relu(F(x) + shortcut(x))` as a `keras.layers.Layer` of `Conv2D` and `BatchNormalization`.

    `F` is a 3×3 convolution, batch normalization, relu, another 3×3 convolution and batch
    normalization. The shortcut passes `x` on unchanged; if the block changes the size or the number
    of channels, it is a 1×1 convolution with batch normalization.

    Args:
        **options: Those of every Keras layer, such as `dtype`.

    Example:
        >>> block = ResidualBlock(64, strides=2)
        >>> block(keras.ops.zeros((8, 14, 14, 32))).shape
        TensorShape([8, 7, 7, 64])

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition, CVPR 2016.
    """

    def __init__(
        self,
        filters: int,
        strides: int = 1,
        *,
        momentum: float = 0.99,
        l1: float = 0.0,
        l2: float = 0.0,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.filters = checks.positive_integer("filters", filters)
        self.strides = checks.positive_integer("strides", strides)
        self.momentum = checks.fraction("momentum", momentum)
        self.l1, self.l2 = l1, l2
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.convolution_1 = self._convolution(0, 3, self.strides)
        self.normalization_1 = self._normalization()
        self.convolution_2 = self._convolution(1, 3, 1)
        self.normalization_2 = self._normalization()
        self.shortcut: list[Layer] = []

    def _convolution(self, index: int, kernel_size: int, strides: int) -> Conv2D:
        return Conv2D(
            self.filters,
            kernel_size,
            strides,
            padding="same",
            use_bias=False,
            kernel_initializer=initializers.get("glorot_uniform", layer_seeds(self.seed, 3)[index]),
            kernel_regularizer=regularizer(self.l1, self.l2),
            dtype=self.dtype_policy,
        )

    def _normalization(self) -> BatchNormalization:
        return BatchNormalization(momentum=self.momentum, dtype=self.dtype_policy)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights in the order of their use, those of the shortcut last."""
        outputs = self.compute_output_shape(input_shape)
        self.convolution_1.build(input_shape)
        self.normalization_1.build(outputs)
        self.convolution_2.build(outputs)
        self.normalization_2.build(outputs)
        if self.strides != 1 or input_shape[-1] != self.filters:
            self.shortcut = [self._convolution(2, 1, self.strides), self._normalization()]
            self.shortcut[0].build(input_shape)
            self.shortcut[1].build(outputs)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the outputs for inputs of that shape."""
        return self.convolution_1.compute_output_shape(input_shape)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Compute the outputs `(B, height / strides, width / strides, filters)`."""
        x = relu(self.normalization_1(self.convolution_1(inputs), training=training))
        x = self.normalization_2(self.convolution_2(x), training=training)
        if not self.shortcut:
            return relu(x + inputs)
        convolution, normalization = self.shortcut
        return relu(x + normalization(convolution(inputs), training=training))

    def get_config(self) -> dict[str, Any]:
        """Add the block's arguments to those of `keras.layers.Layer.get_config`."""
        names = ("filters", "strides", "momentum", "l1", "l2", "seed")
        return super().get_config() | {name: getattr(self, name) for name in names}


complete_docstrings(__name__)
