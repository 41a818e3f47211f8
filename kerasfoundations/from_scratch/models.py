"""A model is a chain of layers."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import losses
from kerasfoundations.from_scratch.layers import ACTIVATIONS, NaiveDense
from kerasfoundations.from_scratch.regularizers import L1, L1L2, L2, regularizer
from kerasfoundations.storage import replace_file

__all__ = ["NaiveSequential", "load_model", "save_model"]

SUFFIX = ".npz"


class NaiveSequential:
    """`f_n(… f_2(f_1(x)))`: each layer is applied to what the one before gave.

    Args:
        layers: The layers, first to last; the outputs of each fit the inputs of the next.

    Attributes:
        layers: The list of layers.
        loss: Name or function of the loss that `training.fit` trained with, `None` before.

    Raises:
        ValueError: when there is no layer, or two neighbours do not fit.

    Example:
        >>> model = NaiveSequential([NaiveDense(784, 512, "relu"), NaiveDense(512, 10, "softmax")])
        >>> model(tf.zeros((128, 784))).shape
        TensorShape([128, 10])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """

    def __init__(self, layers: Sequence[NaiveDense]) -> None:
        self.layers = list(layers)
        self.loss: Any = None
        if not self.layers:
            raise ValueError("NaiveSequential takes one layer or more, received none.")
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            if before.output_size != after.input_size:
                raise ValueError(
                    f"a layer with {before.output_size} outputs is followed by one that takes "
                    f"{after.input_size} inputs: give both the same size."
                )

    def __call__(self, inputs: tf.Tensor) -> tf.Tensor:
        """The outputs `(B, units of the last layer)` for inputs `(B, d)`."""
        x = inputs
        for layer in self.layers:
            x = layer(x)
        return x

    def logits(self, inputs: tf.Tensor) -> tf.Tensor:
        """What the last layer's activation is applied to, `(B, units of the last layer)`."""
        x = inputs
        for layer in self.layers[:-1]:
            x = layer(x)
        return self.layers[-1].affine(x)

    @property
    def weights(self) -> list[tf.Variable]:
        """The variables of all layers, first to last."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of all layers that have a regularizer, first to last."""
        return [penalty for layer in self.layers for penalty in layer.losses]

    @property
    def dtype(self) -> str:
        """The dtype of the weights, `"float32"` or `"float64"`."""
        return self.weights[0].dtype.name

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights, in the order of `weights`."""
        return [weight.numpy().copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Sets the weights from arrays of the same number, order and shapes, or none of them.

        Raises:
            ValueError: when the arrays do not fit; the weights then stay as they are.
        """
        arrays = [np.asarray(array) for array in weights]
        checks.weights(arrays, [tuple(weight.shape) for weight in self.weights])
        for weight, array in zip(self.weights, arrays, strict=True):
            weight.assign(tf.cast(array, weight.dtype))


def save_model(model: NaiveSequential, path: str | os.PathLike[str]) -> None:
    """Writes a model to an npz file: its weights, and its layers as text.

    The file is written under another name first, so that what was there before stays whole until
    the new one is.

    Args:
        model: A model of the package's activations and regularizers (functions of your own cannot
            be stored).
        path: The file; its name ends in `.npz`.

    Raises:
        ValueError: for another ending, or an activation or regularizer of your own.
    """
    if not os.fspath(path).endswith(SUFFIX):
        raise ValueError(
            f"a from-scratch model is stored as {SUFFIX}, received {os.fspath(path)!r}."
        )
    loss = checks.loss_name(model.loss) if model.loss in losses.LOSSES.values() else None
    layers = [_layer_config(layer) for layer in model.layers]
    config = {"dtype": model.dtype, "loss": loss, "layers": layers}
    arrays: dict[str, Any] = {f"weight_{i}": w for i, w in enumerate(model.get_weights())}
    arrays["config"] = np.array(json.dumps(config))
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    replace_file(path, buffer.getvalue())


def load_model(path: str | os.PathLike[str]) -> NaiveSequential:
    """Reads a model that `save_model` wrote.

    Args:
        path: The file.

    Returns:
        The model, with the same weights to the bit, and the loss it was trained with where that is
        one of `losses`.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when the file is not such a model.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            config = json.loads(str(stored["config"]))
            arrays = [stored[f"weight_{i}"] for i in range(2 * len(config["layers"]))]
        layers = [_layer(dtype=config["dtype"], **layer) for layer in config["layers"]]
        model = NaiveSequential(layers)
        model.set_weights(arrays)
        model.loss = losses.get(config["loss"]) if config["loss"] else None
    except FileNotFoundError:
        raise
    except Exception as error:
        raise ValueError(
            f"{os.fspath(path)}: cannot be read as a from-scratch model ({error}); expected a file "
            "written by from_scratch.models.save_model: name another file, or train again."
        ) from error
    return model


def _layer_config(layer: NaiveDense) -> dict[str, Any]:
    names = {function: name for name, function in ACTIVATIONS.items()}
    if layer.activation is not None and layer.activation not in names:
        raise ValueError(
            f"cannot store the activation {layer.activation!r}: use one of {sorted(ACTIVATIONS)} "
            "or None."
        )
    if type(layer.kernel_regularizer) not in (type(None), L1, L2, L1L2):
        raise ValueError(
            f"cannot store the regularizer {layer.kernel_regularizer!r}: use L1, L2, L1L2 or None."
        )
    return {
        "input_size": layer.input_size,
        "output_size": layer.output_size,
        "activation": names.get(layer.activation) if layer.activation else None,
        "l1": getattr(layer.kernel_regularizer, "l1", 0.0),
        "l2": getattr(layer.kernel_regularizer, "l2", 0.0),
    }


def _layer(l1: float = 0.0, l2: float = 0.0, **config: Any) -> NaiveDense:
    return NaiveDense(**config, kernel_regularizer=regularizer(l1, l2), seed=0)
