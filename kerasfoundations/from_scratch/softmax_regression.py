"""Which of many classes? A weighted sum of the features for each, turned into probabilities."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks
from kerasfoundations.from_scratch.mlp import build_mlp
from kerasfoundations.from_scratch.models import NaiveSequential

__all__ = ["build_softmax_regression", "weight_images"]


def build_softmax_regression(
    num_features: int = 784,
    num_classes: int = 10,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> NaiveSequential:
    """`p = softmax(x·W + b)`: the network without a hidden layer.

    Train it with `loss="categorical_crossentropy"` on one-hot labels, or with
    `loss="sparse_categorical_crossentropy"` on integers. The same seed gives the same weights as in
    the Keras twin on TensorFlow.

    Args:
        num_features: Inputs per sample.
        num_classes: Outputs per sample.
        l1: Penalty `l1·sum(|W|)`, added to the loss.
        l2: Penalty `l2·sum(W²)`, added to the loss.
        seed: Integer, 0 or more, that fixes `W`; `b` starts at zero.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps `(B, num_features)` to probabilities `(B, num_classes)`.

    Raises:
        ValueError: for a width below 1 or a negative penalty.

    Example:
        >>> [weight.shape for weight in build_softmax_regression().get_weights()]
        [(784, 10), (10,)]

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3.
    """
    return build_mlp((), num_features, num_classes, l1=l1, l2=l2, seed=seed, dtype=dtype)


def weight_images(model: NaiveSequential, image_shape: tuple[int, int] = (28, 28)) -> np.ndarray:
    """Return each class's weights as an image: where ink speaks for the class, and where against.

    Args:
        model: A linear classifier of images: one dense layer.
        image_shape: Height and width of the images it was trained on.

    Returns:
        Array `(num_classes, height, width)` of the model's dtype.

    Raises:
        ValueError: when the model has more than one layer, or its inputs are not images of that
            shape.

    Example:
        >>> weight_images(build_softmax_regression()).shape
        (10, 28, 28)
    """
    checks.own_model(model, NaiveSequential)
    return checks.images_of_columns(model.get_weights(), image_shape)
