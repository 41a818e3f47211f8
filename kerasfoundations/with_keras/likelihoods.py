"""Why squares, and why cross-entropy: Keras's losses, with the factor and the constant.

The twin from scratch writes down how likely the targets are. Here the same numbers come from
`keras.losses`, so that the tests of both wings prove which loss belongs to which scatter.
"""

from __future__ import annotations

import math
from typing import Any

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import losses

__all__ = ["bernoulli", "categorical", "gaussian", "laplace"]


def gaussian(y_true: Any, y_pred: Any, deviation: float = 1.0) -> Any:
    """Add `log(σ·√(2π))` per output to `outputs·keras.losses.mean_squared_error / (2σ²)`.

    Example:
        >>> from keras import ops
        >>> ops.convert_to_numpy(gaussian([[0.0], [2.0]], [[0.0], [0.0]])).round(4)
        array([0.9189, 2.9189], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 3.1.1.
    """
    loss = losses.mean_squared_error(y_true, y_pred)
    deviation = checks.positive_number("deviation", deviation)
    constant = math.log(deviation * math.sqrt(2 * math.pi))
    return checks.shape_of(y_pred)[-1] * (loss / (2 * deviation**2) + constant)


def laplace(y_true: Any, y_pred: Any, scale: float = 1.0) -> Any:
    """Add `log(2b)` per output to `outputs·keras.losses.mean_absolute_error / b`.

    Example:
        >>> from keras import ops
        >>> ops.convert_to_numpy(laplace([[0.0], [2.0]], [[0.0], [0.0]])).round(4)
        array([0.6931, 2.6931], dtype=float32)

    Source: Murphy, Probabilistic Machine Learning: An Introduction, section 11.6.1.
    """
    loss = losses.mean_absolute_error(y_true, y_pred)
    scale = checks.positive_number("scale", scale)
    return checks.shape_of(y_pred)[-1] * (loss / scale + math.log(2 * scale))


def bernoulli(y_true: Any, y_pred: Any) -> Any:
    """Compute `outputs·keras.losses.binary_crossentropy`: Keras takes the mean over the outputs.

    Example:
        >>> from keras import ops
        >>> ops.convert_to_numpy(bernoulli([[1.0], [0.0]], [[0.5], [0.25]])).round(4)
        array([0.6931, 0.2877], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.2.
    """
    loss = losses.binary_crossentropy(y_true, y_pred)
    return checks.shape_of(y_pred)[-1] * loss


def categorical(y_true: Any, y_pred: Any) -> Any:
    """Compute `keras.losses.categorical_crossentropy`: no factor, no constant.

    Example:
        >>> from keras import ops
        >>> ops.convert_to_numpy(categorical([[0.0, 1.0]], [[0.5, 0.5]])).round(4)
        array([0.6931], dtype=float32)

    Source: Bishop, Pattern Recognition and Machine Learning, section 4.3.4.
    """
    return losses.categorical_crossentropy(y_true, y_pred)


complete_docstrings(__name__)
