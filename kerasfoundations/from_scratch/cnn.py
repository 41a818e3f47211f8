"""The convolutional network: small filters that slide over the image, then a dense layer."""

from __future__ import annotations

from collections.abc import Sequence

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import (
    NaiveActivation,
    NaiveBatchNormalization,
    NaiveConv2D,
    NaiveDense,
    NaiveDropout,
    NaiveFlatten,
    NaiveLayer,
    NaiveMaxPooling2D,
)
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer

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
) -> NaiveSequential:
    """`softmax(flatten(… pool(relu(norm(conv(x)))) …)·W + b)`, a round per entry of `filters`.

    The same seed gives the same weights and dropout as in the Keras twin on TensorFlow.

    Args:
        filters: Number of filters of each convolution.
        image_shape: Height, width and channels of an image.
        num_classes: Outputs per image.
        kernel_size: Height and width of each filter in pixels, one number or two.
        batch_normalization: Whether batch normalization follows each convolution; if not, it has a
            bias.
        momentum: How much of the batch normalizations' moving statistics is kept at each step.
        dropout: Fraction of the flattened features set to 0 in training.
        l1: Penalty `l1·sum(|W|)` of each kernel, added to the loss.
        l2: Penalty `l2·sum(W²)` of each kernel, added to the loss.
        seed: Integer, 0 or more, that fixes all weights and the dropout.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps images `(B, height, width, channels)`, as `data.scale_images` returns
        them, to probabilities `(B, num_classes)`.

    Raises:
        ValueError: for a number out of range, or images too small for that many poolings.

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
    height, width, channels = image_shape
    layers: list[NaiveLayer] = []
    for num_filters, layer_seed in zip(filters, seeds, strict=False):
        layers.append(
            NaiveConv2D(
                channels,
                num_filters,
                checks.two("kernel_size", kernel_size),
                padding="same",
                use_bias=not batch_normalization,
                kernel_regularizer=regularizer(l1, l2),
                seed=layer_seed,
                dtype=dtype,
            )
        )
        if batch_normalization:
            layers.append(NaiveBatchNormalization(num_filters, momentum, dtype=dtype))
        layers += [NaiveActivation("relu"), NaiveMaxPooling2D(2)]
        height, width, channels = height // 2, width // 2, num_filters
    layers.append(NaiveFlatten())
    if checks.number_below_1("dropout", dropout) > 0:
        layers.append(NaiveDropout(dropout, seed=seeds[-2]))
    layers.append(
        NaiveDense(
            height * width * channels,
            num_classes,
            "softmax",
            kernel_regularizer=regularizer(l1, l2),
            seed=seeds[-1],
            dtype=dtype,
        )
    )
    return NaiveSequential(layers, image_shape)
