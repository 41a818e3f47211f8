"""A model is a chain of layers."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import losses
from kerasfoundations.from_scratch.layers import LAYERS, NaiveConv2D, NaiveDense, NaiveLayer
from kerasfoundations.loop import model_export, model_files, model_summary

__all__ = ["NaiveSequential", "load_model", "save_model"]

SUFFIX = model_files.SUFFIX


class NaiveSequential:
    """`f_n(… f_2(f_1(x)))`: each layer is applied to the outputs of the previous layer.

    `runs.to_keras(model)` gives its twin in Keras, `runs.from_keras` the way back: this module
    cannot, as it never imports Keras.

    Args:
        layers: The layers, first to last; the outputs of each must fit the next.
        input_shape: The shape of one sample, such as `(28, 28, 1)`; `None` takes the first layer's.

    Attributes:
        layers: The list of layers.
        input_shape: The shape of the inputs, `None` first for the batch, as in Keras.
        output_shape: The shape of the outputs, likewise.
        loss: The loss that `training.fit` trained with, a function or an object; `None` before.

    Raises:
        ValueError: when there is no layer, a layer occurs twice, two neighbours do not fit, or the
            first layer takes inputs of any shape and no `input_shape` is given.

    Example:
        >>> from kerasfoundations.from_scratch.layers import NaiveDense
        >>> model = NaiveSequential([NaiveDense(784, 512, "relu"), NaiveDense(512, 10, "softmax")])
        >>> model(tf.zeros((128, 784))).shape
        TensorShape([128, 10])

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """

    def __init__(
        self, layers: Sequence[NaiveLayer], input_shape: Sequence[int | None] | None = None
    ) -> None:
        self.layers: list[NaiveLayer] = checks.layers(layers, NaiveLayer)
        self.loss: Any = None
        shape = checks.first_shape(self.layers[0], input_shape)
        self.input_shape: tuple[Any, ...] = (None, *shape)
        for index, layer in enumerate(self.layers):
            with checks.fitting_layer(self.layers[:index], NaiveLayer.output_shape):
                shape = layer.output_shape(shape)
        self.output_shape: tuple[Any, ...] = (None, *shape)

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute the outputs for a batch of inputs.

        Args:
            inputs: Tensor `(B, ...)`.
            training: Whether the model is learning: batch normalization and dropout then behave
                differently.
        """
        x = tf.cast(inputs, self.dtype)
        for layer in self.layers:
            x = layer(x, training)
        return x

    def logits(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute what the activation of the last layer is applied to."""
        x = tf.cast(inputs, self.dtype)
        for layer in self.layers[:-1]:
            x = layer(x, training)
        return self.layers[-1].affine(x)

    @property
    def weights(self) -> list[tf.Variable]:
        """The variables of all layers, first to last."""
        return [weight for layer in self.layers for weight in layer.weights]

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The weights that learn: all but moving statistics, and those of frozen layers."""
        learning = [layer for layer in self.layers if layer.trainable]
        return [weight for layer in learning for weight in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The weights that do not learn: moving statistics, and all weights of frozen layers."""
        return [weight for layer in self.layers for weight in layer.non_trainable_weights]

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of all layers that have a regularizer, first to last."""
        return [penalty for layer in self.layers for penalty in layer.losses]

    @property
    def activation(self) -> Any:
        """The activation of the last layer, `None` without one."""
        return self.layers[-1].activation

    @property
    def ends_bare(self) -> bool:
        """Whether the last layer is a dense layer or a convolution without activation."""
        return self.activation is None and isinstance(self.layers[-1], NaiveDense | NaiveConv2D)

    @property
    def dtype(self) -> str:
        """The dtype of the weights, `"float32"` or `"float64"`."""
        return self.weights[0].dtype.name if self.weights else "float32"

    @property
    def compute_dtype(self) -> str:
        """The dtype of the outputs: that of the weights or, in mixed precision, 16 bits."""
        known = [layer.compute_dtype for layer in self.layers if layer.compute_dtype]
        return known[-1] if known else self.dtype

    @property
    def scales_loss(self) -> bool:
        """Whether small gradients round to 0, so that `fit` scales the loss: with float16."""
        return any(layer.compute_dtype == "float16" for layer in self.layers)

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of the weights, in the order of `weights`."""
        return [weight.numpy().copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Set all weights, or none, from arrays of the same number, order and shapes.

        Raises:
            ValueError: when the arrays do not fit; the weights then do not change.
        """
        arrays = [checks.array("weights", array) for array in weights]
        checks.weights(arrays, [tuple(weight.shape) for weight in self.weights])
        for weight, array in zip(self.weights, arrays, strict=True):
            weight.assign(tf.cast(array, weight.dtype))

    def summary(
        self, line_length: int | None = None, *, print_fn: Callable[[str], Any] | None = None
    ) -> None:
        """Print the layers, the shapes of their outputs, and the numbers of their weights.

        Args:
            line_length: Characters in a line; `None` for as many as fit, 88 at most.
            print_fn: Called once with the whole text, in place of printing it.

        Raises:
            ValueError: for a line of fewer than 20 characters, or no function.

        Example:
            >>> from kerasfoundations.from_scratch.layers import NaiveDense
            >>> NaiveSequential([NaiveDense(2, 3), NaiveDense(3, 1)]).summary(50)
            Model: "sequential"
            ┏━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━━━┓
            ┃ Layer (type)        ┃ Output Shape   ┃ Param # ┃
            ┡━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━━━┩
            │ dense (NaiveDense)  │ (None, 3)      │       9 │
            ├─────────────────────┼────────────────┼─────────┤
            │ dense_1             │ (None, 1)      │       4 │
            │ (NaiveDense)        │                │         │
            └─────────────────────┴────────────────┴─────────┘
             Total params: 13 (52.00 B)
             Trainable params: 13 (52.00 B)
             Non-trainable params: 0 (0.00 B)
        """
        length = line_length if line_length is None else checks.line_length(line_length)
        model_summary.show(self, length, checks.function_or_none("print_fn", print_fn))

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Write the model to an npz file, as `save_model` does; `load_model` reads it.

        Args:
            filepath: The file; its name must end in `.npz`.

        Raises:
            ValueError: as `save_model` raises it.
        """
        save_model(self, filepath)

    def export(self, filepath: str | os.PathLike[str]) -> None:
        """Write a folder that TensorFlow serves without this package: a SavedModel.

        Endpoints and signatures are those of Keras's `Model.export`; the number of samples is open.

        Args:
            filepath: The folder to make; it must not exist yet.

        Raises:
            ValueError: when something is there already.

        Example:
            >>> import tempfile
            >>> from kerasfoundations.from_scratch.mlp import build_mlp
            >>> folder = os.path.join(tempfile.mkdtemp(), "served")
            >>> build_mlp(seed=0).export(folder)
            >>> served = tf.saved_model.load(folder)
            >>> served.serve(tf.zeros((5, 784))).shape
            TensorShape([5, 10])
        """
        model_export.write(self, filepath)


def samples_for(
    model: NaiveSequential, x: Any, y: Any, loss: losses.Loss
) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs `(n, ...)` and targets as arrays that fit the model and the loss."""
    bare = model.ends_bare and loss in losses.LOSSES.values()
    shapes = model.input_shape[1:], model.output_shape[-1]
    return checks.samples_for(x, y, loss, *shapes, model.activation, model.dtype, bare)


def save_model(model: NaiveSequential, path: str | os.PathLike[str]) -> None:
    """Write a model to an npz file: its weights, and its layers and a digest as text.

    The write is atomic: to a temporary file, then a rename. Saved twice, a model gives the same
    bytes.

    Args:
        model: A model with the package's activations and regularizers (functions of your own cannot
            be stored).
        path: The file; its name must end in `.npz`.

    Raises:
        ValueError: for another suffix, or an activation or regularizer of your own.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> path = os.path.join(tempfile.mkdtemp(), "model.npz")
        >>> save_model(build_mlp(seed=0), path)
        >>> [array.shape for array in load_model(path).get_weights()]
        [(784, 512), (512,), (512, 10), (10,)]
    """
    checks.own_model(model, NaiveSequential)
    loss = checks.loss_name(model.loss) if model.loss in losses.LOSSES.values() else None
    config: dict[str, Any] = {"dtype": model.dtype, "loss": loss}
    config["input_shape"] = model.input_shape[1:]
    config["layers"] = model_files.layer_configs(model.layers, LAYERS)
    model_files.write(path, config, model.get_weights())


def load_model(path: str | os.PathLike[str]) -> NaiveSequential:
    """Read a model that `save_model` wrote.

    Args:
        path: The file. It is not trusted: nothing in it is unpickled, nothing is allocated that it
            claims but does not hold, and its digest is checked (older files have none).

    Returns:
        The model, with the same weights to the bit, and the loss it was trained with if that is one
        of `losses`.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when the file is not a model of this kind, or is damaged.

    Example:
        >>> import tempfile
        >>> from kerasfoundations.from_scratch.layers import NaiveDense
        >>> path = os.path.join(tempfile.mkdtemp(), "model.npz")
        >>> model = NaiveSequential([NaiveDense(2, 1)])
        >>> save_model(model, path)
        >>> bool(tf.reduce_all(load_model(path)(tf.eye(2)) == model(tf.eye(2))))
        True
    """
    with model_files.reading(path) as (config, arrays):
        model = NaiveSequential(model_files.layers(config, LAYERS), config.get("input_shape"))
        model.set_weights(arrays)
        model.loss = losses.get(config["loss"]) if config["loss"] else None
    return model
