"""Transfer: `layer.trainable = False`, and a new `Dense` at the end of a `Sequential`."""

from __future__ import annotations

import keras

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.system.docstrings import complete_docstrings
from kerasfoundations.with_keras import initializers
from kerasfoundations.with_keras.layers import Dense

__all__ = ["with_new_head"]


def with_new_head(model: keras.Sequential, num_classes: int, *, seed: int = 0) -> keras.Sequential:
    """Stack the layers of a trained model but the last, frozen, and a new `Dense`.

    Example:
        >>> from kerasfoundations.with_keras.mlp import build_mlp
        >>> model = with_new_head(build_mlp(hidden_units=(32, 16)), num_classes=3)
        >>> [tuple(weight.shape) for weight in model.trainable_weights]
        [(16, 3), (3,)]
        >>> len(model.weights)
        6

    Source: Yosinski, Clune, Bengio and Lipson, How transferable are features in deep neural
    networks?, NIPS 2014.
    """
    checks.own_model(model, keras.Model)
    num_classes = checks.positive_integer("num_classes", num_classes)
    body, last = checks.body_and_head(model, keras.Sequential, Dense)
    for layer in body:
        layer.trainable = False
    initializer = initializers.get("glorot_uniform", layer_seeds(seed, 1)[0])
    head = Dense(num_classes, "softmax", kernel_initializer=initializer, dtype=last.dtype_policy)
    inputs = keras.Input(model.input_shape[1:], dtype=model.inputs[0].dtype)
    return keras.Sequential([inputs, *body, head])


complete_docstrings(__name__)
