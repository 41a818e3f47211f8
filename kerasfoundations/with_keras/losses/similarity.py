"""A loss of directions, of `keras.losses`."""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["cosine_similarity"]


@keras.saving.register_keras_serializable("kerasfoundations")
def cosine_similarity(y_true: Any, y_pred: Any) -> Any:
    """Compute the negative cosine of the angle per sample: `keras.losses.cosine_similarity`.

    Example:
        >>> loss = cosine_similarity([[0.0, 1.0], [1.0, 1.0]], [[2.0, 0.0], [3.0, 3.0]])
        >>> keras.ops.convert_to_numpy(loss).round(4)
        array([-0., -1.], dtype=float32)
    """
    checks.loss_arguments(y_true, y_pred)
    return keras.losses.cosine_similarity(y_true, y_pred)


complete_docstrings(__name__)
