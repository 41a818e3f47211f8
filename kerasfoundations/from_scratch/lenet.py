"""LeNet-5, the network of 1998: two convolutions with their poolings, then three dense layers."""

from __future__ import annotations

from collections.abc import Sequence

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import (
    NaiveAveragePooling2D,
    NaiveConv2D,
    NaiveDense,
    NaiveFlatten,
    NaiveMaxPooling2D,
)
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer

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
) -> NaiveSequential:
    """`softmax(φ(φ(flatten(S(S(x)))·W₃ + b₃)·W₄ + b₄)·W₅ + b₅)`, `S(x) = pool(φ(conv(x)))`.

    `φ` is tanh and the pooling takes means, as in the paper. What differs from it: each filter of
    the second convolution sees all six channels, a pooling has no weights of its own, tanh is not
    stretched, and the outputs are a softmax instead of distances to drawn digits. The paper's
    images of 32×32 pixels are digits of 28×28 with a margin: the first convolution has `padding`
    `"same"` instead. 61,706 weights. The same seed gives the same weights as in the Keras twin on
    TensorFlow.

    Args:
        image_shape: Height, width and channels of an image, 12 pixels or more each way.
        num_classes: Outputs per image.
        activation: `φ`: `"tanh"`, or `"relu"` or `"sigmoid"`.
        pooling: `"average"`, or `"max"`, which is more common today.
        l1: Penalty `l1·sum(|W|)` of each kernel, added to the loss.
        l2: Penalty `l2·sum(W²)` of each kernel, added to the loss.
        seed: Integer, 0 or more, that fixes all weights.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps images `(B, height, width, channels)`, as `data.scale_images` returns
        them, to probabilities `(B, num_classes)`.

    Raises:
        ValueError: for a number out of range, an unknown name, or images that are too small.

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
    pool = {"average": NaiveAveragePooling2D, "max": NaiveMaxPooling2D}[pooling]
    height, width, channels = image_shape
    num_features = (height // 2 - 4) // 2 * ((width // 2 - 4) // 2) * 16  # 5 · 5 · 16 = 400
    convolutions = [
        NaiveConv2D(
            *(channels, filters, 5, 1, padding, activation),
            kernel_regularizer=regularizer(l1, l2),
            seed=layer_seed,
            dtype=dtype,
        )
        for channels, filters, padding, layer_seed in (
            (channels, 6, "same", seeds[0]),  # (B, 28, 28, 6)
            (6, 16, "valid", seeds[1]),  # (B, 10, 10, 16)
        )
    ]
    dense = [
        NaiveDense(
            *(num_inputs, num_outputs, function),
            kernel_regularizer=regularizer(l1, l2),
            seed=layer_seed,
            dtype=dtype,
        )
        for num_inputs, num_outputs, function, layer_seed in (
            (num_features, 120, activation, seeds[2]),
            (120, 84, activation, seeds[3]),
            (84, num_classes, "softmax", seeds[4]),
        )
    ]
    first, second = convolutions
    return NaiveSequential([first, pool(2), second, pool(2), NaiveFlatten(), *dense], image_shape)
