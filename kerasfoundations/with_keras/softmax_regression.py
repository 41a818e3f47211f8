"""Which of many classes? A `keras.Sequential` of one `Dense` layer with softmax."""

from __future__ import annotations

import keras
import numpy as np

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras.mlp import build_mlp

__all__ = ["build_softmax_regression", "weight_images"]


def build_softmax_regression(
    num_features: int = 784,
    num_classes: int = 10,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Build `p = softmax(x·W + b)`: `build_mlp` without hidden layers, one `Dense`.

    Train it with `loss="categorical_crossentropy"` on one-hot labels, or with
    `loss="sparse_categorical_crossentropy"` on integers. On TensorFlow the same seed gives the same
    weights as in the twin from scratch.

    Example:
        >>> [weight.shape for weight in build_softmax_regression().get_weights()]
        [(784, 10), (10,)]

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 6.2.2.3.
    """
    return build_mlp((), num_features, num_classes, l1=l1, l2=l2, seed=seed, dtype=dtype)


def weight_images(model: keras.Sequential, image_shape: tuple[int, int] = (28, 28)) -> np.ndarray:
    """Show the weights of each class as an image: the kernel of `model.get_weights()`.

    Example:
        >>> weight_images(build_softmax_regression()).shape
        (10, 28, 28)
    """
    checks.own_model(model, keras.Model)
    return checks.images_of_columns(model.get_weights(), image_shape)


complete_docstrings(__name__)
