"""What TensorBoard draws, written by `tf.summary`: scalars, histograms, a model's graphs."""

from __future__ import annotations

import json
import os
from typing import Any

import tensorflow as tf

from kerasfoundations.loop import history, tensorboard_files
from kerasfoundations.loop.history import Logs


class TensorBoardWriter(history.Callback):
    """A writer of the values of each epoch; see `from_scratch.callbacks.TensorBoard`.

    Args:
        log_dir: The folder, created if needed.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when the folder cannot be written to.
    """

    def __init__(self, log_dir: str | os.PathLike[str] = "logs") -> None:
        self.log_dir = tensorboard_files.prepare_folder(log_dir)
        self._writers: dict[str, tf.summary.SummaryWriter] = {}

    def watch(self, model: Any, optimizer: Any, step: Any = None, resumed: bool = False) -> None:
        """Set what is trained, before the training begins.

        Args:
            model: The model.
            optimizer: Its optimizer.
            step: The training step, or the `CompiledEpoch` of it; `None` for one that has no graph.
            resumed: Whether the training was resumed from a checkpoint.
        """
        self.model, self.optimizer, self.resumed = model, optimizer, resumed
        self.step = getattr(step, "program", step)
        self.layers = getattr(model, "layers", [model])

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Begin new files, created when there is something to write."""
        self._writers = {}

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Remove what a resumed training will write again."""
        if not self._writers:
            tensorboard_files.forget(tensorboard_files.find(self.log_dir), epoch, self.resumed)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write the values of the epoch, and the graphs after the first one."""
        logs = dict(logs or {})
        measured = {name: logs.pop(name) for name in [*logs] if name.startswith("val_")}
        if hasattr(self.optimizer, "learning_rate"):
            logs["learning_rate"] = self.optimizer.learning_rate
        if not self._writers:
            self._write_graphs()
        with self._writer("train").as_default(step=epoch):
            _write_scalars(logs)
            self._write_histograms()
        if measured:
            with self._writer("validation").as_default(step=epoch):
                _write_scalars({name.removeprefix("val_"): v for name, v in measured.items()})
        for writer in self._writers.values():
            writer.flush()  # a process that is killed has written all epochs that it reported

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        for writer in self._writers.values():
            writer.close()

    def _writer(self, part: str) -> tf.summary.SummaryWriter:
        """Return the writer of the training or the validation, created when first needed."""
        if part not in self._writers:
            self._writers[part] = tf.summary.create_file_writer(str(self.log_dir / part))
        return self._writers[part]

    def _write_histograms(self) -> None:
        names = [[_keras_name(weight) for weight in layer.weights] for layer in self.layers]
        layers = zip(tensorboard_files.layer_names(self.layers), names, strict=True)
        weights = [weight for layer in self.layers for weight in layer.weights]
        for tag, weight in zip(tensorboard_files.weight_tags(layers), weights, strict=True):
            tf.summary.histogram(tag, weight)

    def _write_graphs(self) -> None:
        """Write the layers, and the operations of the training step."""
        plugin = tf.compat.v1.SummaryMetadata.PluginData(
            plugin_name="graph_keras_model", content=b"1"
        )
        kind = tf.compat.v1.SummaryMetadata(plugin_data=plugin)
        with self._writer("train").as_default(step=0):
            tf.summary.write(tensorboard_files.GRAPH, self._as_keras_json(), metadata=kind)
            if hasattr(self.step, "get_concrete_function"):
                tf.summary.graph(self.step.get_concrete_function().graph)

    def _as_keras_json(self) -> str:
        """Return the chain of layers as TensorBoard reads it: a minimum of Keras's JSON."""
        names = ["input_layer", *tensorboard_files.layer_names(self.layers)]
        classes = ["InputLayer", *(type(layer).__name__ for layer in self.layers)]
        layers = [
            {
                "class_name": kind.removeprefix("Naive"),
                "config": {"name": name, "dtype": self.model.dtype},
            }
            for name, kind in zip(names, classes, strict=True)
        ]
        config = {"name": "sequential", "layers": layers}
        return json.dumps({"class_name": "Sequential", "config": config})


def _write_scalars(values: Logs) -> None:
    for name, value in values.items():
        tf.summary.scalar(f"epoch_{name}", value)


def _keras_name(weight: tf.Variable) -> str:
    return weight.name.split(":")[0]
