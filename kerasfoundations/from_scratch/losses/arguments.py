"""What a loss takes: real numbers, as tensors of one dtype and one shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks

EPSILON = 1e-7  # probabilities are kept this far from 0 and 1, as in Keras


def as_floats(x: Any, name: str = "x") -> tf.Tensor:
    """Return real numbers as floats, integers as float32: their mean would be an integer."""
    if isinstance(x, tf.Tensor) and x.dtype.is_floating:
        return x
    x = checks.tensor(name, x, tf.convert_to_tensor, real=True)
    return x if x.dtype.is_floating else tf.cast(x, tf.float32)


def as_dtype(name: str, x: Any, dtype: str) -> tf.Tensor:
    """Return real numbers as a tensor of that dtype."""
    found = checks.tensor(name, x, lambda x: x if tf.is_tensor(x) else np.asarray(x), real=True)
    return tf.cast(found, dtype)


def clipped(p: tf.Tensor) -> tf.Tensor:
    """Return probabilities kept away from 0 and 1, as Keras keeps them."""
    return tf.clip_by_value(p, EPSILON, 1 - EPSILON)


def same_kind(y_true: Any, y_pred: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Return both as tensors of the predictions' dtype and of one shape."""
    checks.loss_arguments(y_true, y_pred)
    y_pred = as_floats(y_pred, "y_pred")
    y_true = checks.tensor("y_true", y_true, tf.convert_to_tensor)
    return tf.cast(y_true, y_pred.dtype), y_pred
