"""Which of two classes? A `keras.Sequential` of `Dense(1, "sigmoid")`."""

from __future__ import annotations

import keras

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.layers import Dense
from kerasfoundations.with_keras.regularizers import regularizer

__all__ = ["build_logistic_regression"]


def build_logistic_regression(
    num_features: int,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> keras.Sequential:
    """Build `p = sigmoid(x·W + b)`: a `keras.Sequential` of `Dense(1, "sigmoid")`.

    Train it with `loss="binary_crossentropy"` and targets `(n, 1)` of 0 and 1. Keras computes that
    loss from the logits `x·W + b`, so that it stays exact for logits of any size. On TensorFlow the
    same seed gives the same weights as in the twin from scratch.

    Example:
        >>> import numpy as np
        >>> model = build_logistic_regression(num_features=2)
        >>> model.set_weights([np.array([[1.0], [-1.0]]), np.array([0.0])])
        >>> keras.ops.convert_to_numpy(model(np.array([[3.0, 3.0], [1000.0, 0.0]])))
        array([[0.5],
               [1. ]], dtype=float32)

    Source: Cox, The regression analysis of binary sequences, 1958; Goodfellow, Bengio and
    Courville, Deep Learning, section 5.7.1.
    """
    num_features = checks.positive_integer("num_features", num_features)
    dtype = checks.dtype_policy(dtype)
    layer = Dense(
        1,
        "sigmoid",
        kernel_initializer=initializers.get("glorot_uniform", layer_seeds(seed, 1)[0]),
        kernel_regularizer=regularizer(l1, l2),
        dtype=dtype,
    )
    return keras.Sequential(
        [keras.Input((num_features,), dtype=checks.variable_dtype(dtype)), layer]
    )


complete_docstrings(__name__)
