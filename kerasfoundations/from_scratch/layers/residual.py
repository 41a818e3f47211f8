"""The residual block: what two convolutions add to their inputs."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.seeds import drawn_seed, layer_seeds
from kerasfoundations.from_scratch.layers.activations import relu
from kerasfoundations.from_scratch.layers.base import NaiveLayer, Shape
from kerasfoundations.from_scratch.layers.convolution import NaiveConv2D
from kerasfoundations.from_scratch.layers.normalization import NaiveBatchNormalization
from kerasfoundations.from_scratch.regularizers import regularizer


class NaiveResidualBlock(NaiveLayer):
    """`relu(F(x) + shortcut(x))`: what two convolutions add to their inputs.

    `F` is a 3×3 convolution, batch normalization, relu, another 3×3 convolution and batch
    normalization. The shortcut passes `x` on unchanged; if the block changes the size or the number
    of channels, it is a 1×1 convolution with batch normalization.

    Args:
        input_channels: Channels of the inputs.
        filters: Channels of the outputs.
        strides: That of the first convolution; 2 halves height and width.
        momentum: That of the batch normalizations.
        l1: Penalty `l1·sum(|W|)` of each kernel.
        l2: Penalty `l2·sum(W²)` of each kernel.
        seed: Integer for the kernels; `None` draws one.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Raises:
        ValueError: for a number out of range, or inputs of other shapes.

    Example:
        >>> block = NaiveResidualBlock(32, 64, strides=2)
        >>> block(tf.zeros((8, 14, 14, 32))).shape
        TensorShape([8, 7, 7, 64])

    Source: He, Zhang, Ren and Sun, Deep residual learning for image recognition, CVPR 2016.
    """

    arguments = ("input_channels", "filters", "strides", "momentum", "l1", "l2", "seed", "dtype")

    def __init__(
        self,
        input_channels: int,
        filters: int,
        strides: int = 1,
        *,
        momentum: float = 0.99,
        l1: float = 0.0,
        l2: float = 0.0,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_channels = checks.positive_integer("input_channels", input_channels)
        self.filters = checks.positive_integer("filters", filters)
        self.strides = checks.positive_integer("strides", strides)
        self.takes = (None, None, input_channels)
        self.momentum, self.l1, self.l2, self.dtype = momentum, l1, l2, dtype
        self.seed = drawn_seed() if seed is None else checks.seed(seed)
        self.convolution_1 = self._convolution(0, input_channels, 3, strides)
        self.normalization_1 = self._normalization()
        self.convolution_2 = self._convolution(1, filters, 3, 1)
        self.normalization_2 = self._normalization()
        self.shortcut: list[NaiveLayer] = []
        if strides != 1 or input_channels != filters:
            convolution = self._convolution(2, input_channels, 1, strides)
            self.shortcut = [convolution, self._normalization()]

    def _convolution(self, index: int, channels: int, kernel_size: int, strides: int) -> NaiveLayer:
        return NaiveConv2D(
            channels,
            self.filters,
            kernel_size,
            strides,
            padding="same",
            use_bias=False,
            kernel_regularizer=regularizer(self.l1, self.l2),
            seed=layer_seeds(self.seed, 3)[index],
            dtype=self.dtype,
        )

    def _normalization(self) -> NaiveLayer:
        return NaiveBatchNormalization(self.filters, self.momentum, dtype=self.dtype)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, height / strides, width / strides, filters)`."""
        [inputs] = self.cast(inputs)
        x = relu(self.normalization_1(self.convolution_1(inputs), training))
        x = self.normalization_2(self.convolution_2(x), training)
        if not self.shortcut:
            return relu(x + inputs)
        convolution, normalization = self.shortcut
        return relu(x + normalization(convolution(inputs), training))

    @property
    def layers(self) -> list[NaiveLayer]:
        """The layers of the block, those of the shortcut last."""
        body = [self.convolution_1, self.normalization_1, self.convolution_2, self.normalization_2]
        return body + self.shortcut

    @property
    def weights(self) -> list[tf.Variable]:
        """The weights of its layers, layer by layer."""
        return [weight for layer in self.layers for weight in layer.weights]

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(height / strides, width / strides, filters)`, rounded up."""
        return self.convolution_1.output_shape(input_shape)
