"""Which of two classes? A weighted sum of the features, squeezed into a probability."""

from __future__ import annotations

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer

__all__ = ["build_logistic_regression"]


def build_logistic_regression(
    num_features: int,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> NaiveSequential:
    """`p = sigmoid(x·W + b)`: the probability of class 1.

    Train it with `loss="binary_crossentropy"` and targets `(n, 1)` of 0 and 1. `fit` and `evaluate`
    compute that loss from the logits `x·W + b`, so that it stays exact for logits of any size. The
    same seed gives the same weights as in the Keras twin on TensorFlow.

    Args:
        num_features: Inputs per sample.
        l1: Penalty `l1·sum(|W|)`, added to the loss.
        l2: Penalty `l2·sum(W²)`, added to the loss.
        seed: Integer, 0 or more, that fixes `W`; `b` starts at zero.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps `(B, num_features)` to probabilities `(B, 1)`.

    Raises:
        ValueError: for a width below 1 or a negative penalty.

    Example:
        >>> import numpy as np
        >>> model = build_logistic_regression(num_features=2)
        >>> model.set_weights([np.array([[1.0], [-1.0]]), np.array([0.0])])
        >>> model(np.array([[3.0, 3.0], [1000.0, 0.0]])).numpy()
        array([[0.5],
               [1. ]], dtype=float32)

    Source: Cox, The regression analysis of binary sequences, 1958; Goodfellow, Bengio and
    Courville, Deep Learning, section 5.7.1.
    """
    layer = NaiveDense(
        checks.positive_integer("num_features", num_features),
        1,
        "sigmoid",
        kernel_regularizer=regularizer(l1, l2),
        seed=layer_seeds(seed, 1)[0],
        dtype=dtype,
    )
    return NaiveSequential([layer])
