"""The residual network with 18 layers, for small images."""

from __future__ import annotations

from collections.abc import Sequence

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import (
    NaiveActivation,
    NaiveBatchNormalization,
    NaiveConv2D,
    NaiveDense,
    NaiveGlobalAveragePooling2D,
    NaiveLayer,
    NaiveMaxPooling2D,
    NaiveResidualBlock,
)
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer

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
) -> NaiveSequential:
    """`x ← relu(F(x) + x)`, eight times, between a 7×7 convolution and a dense layer.

    A pooling follows the convolution; the residual blocks come in four pairs; the mean over the
    pixels of each channel goes into the dense layer. The second to fourth pair halve the image and
    double the channels: 64, 128, 256 and 512, as in the paper's network, here for one grey channel.
    The same seed gives the same weights as in the Keras twin on TensorFlow.

    Args:
        num_classes: Outputs per image.
        image_shape: Height, width and channels of an image.
        filters: Channels of the first pair.
        momentum: How much of the batch normalizations' moving statistics is kept at each step.
            After 200 steps 0.99 still keeps 13 % of what they started with, and 0.999 keeps 82 %:
            the trained network is tested with statistics that are not its own.
        l1: Penalty `l1·sum(|W|)` of each kernel, added to the loss.
        l2: Penalty `l2·sum(W²)` of each kernel, added to the loss.
        seed: Integer, 0 or more, that fixes all weights.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps images `(B, height, width, channels)`, as `data.scale_images` returns
        them, to probabilities `(B, num_classes)`.

    Raises:
        ValueError: for a number out of range.

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
    layers: list[NaiveLayer] = [
        NaiveConv2D(
            image_shape[-1],
            filters,
            7,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_regularizer=regularizer(l1, l2),
            seed=seeds[0],
            dtype=dtype,
        ),
        NaiveBatchNormalization(filters, momentum, dtype=dtype),
        NaiveActivation("relu"),
        NaiveMaxPooling2D(3, strides=2, padding="same"),
    ]
    channels = filters
    for index in range(2 * len(stages)):
        layers.append(
            NaiveResidualBlock(
                channels,
                stages[index // 2],
                strides=2 if index in (2, 4, 6) else 1,
                momentum=momentum,
                l1=l1,
                l2=l2,
                seed=seeds[index + 1],
                dtype=dtype,
            )
        )
        channels = stages[index // 2]
    layers += [
        NaiveGlobalAveragePooling2D(),
        NaiveDense(
            channels,
            num_classes,
            "softmax",
            kernel_regularizer=regularizer(l1, l2),
            seed=seeds[-1],
            dtype=dtype,
        ),
    ]
    return NaiveSequential(layers, image_shape)
