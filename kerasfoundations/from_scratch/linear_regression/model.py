"""The line as a network of one dense layer."""

from __future__ import annotations

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer


def build_linear_regression(
    num_features: int = 1,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> NaiveSequential:
    """`x·W + b`: a dense layer with one output and no activation.

    Train it with `loss="mean_squared_error"`. The same seed gives the same weights as in the Keras
    twin on TensorFlow.

    Args:
        num_features: Inputs per sample.
        l1: Penalty `l1·sum(|W|)`, added to the loss.
        l2: Penalty `l2·sum(W²)`, added to the loss.
        seed: Integer, 0 or more, that fixes `W`; `b` starts at zero.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps `(B, num_features)` to `(B, 1)`.

    Raises:
        ValueError: for a width below 1 or a negative penalty.

    Example:
        >>> model = build_linear_regression()
        >>> import numpy as np
        >>> model.set_weights([np.array([[2.0]]), np.array([1.0])])
        >>> model(np.array([[3.0]])).numpy()
        array([[7.]], dtype=float32)
    """
    layer = NaiveDense(
        checks.positive_integer("num_features", num_features),
        1,
        kernel_regularizer=regularizer(l1, l2),
        seed=layer_seeds(seed, 1)[0],
        dtype=dtype,
    )
    return NaiveSequential([layer])
