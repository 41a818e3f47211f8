"""TensorBoard's event files: their folder, the names in them, what resuming removes from them.

train/events.out.tfevents.*         curves of the training, histograms of the weights, graphs
validation/events.out.tfevents.*    curves of the validation

Each process that trains writes its own files next to the existing ones.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kerasfoundations import checks
from kerasfoundations.system import command_names
from kerasfoundations.system.atomic_files import replacing, temporary_files, writable_folder

GRAPH = "keras"  # the tag under which Keras writes a model's layers
_PARTS = ("train", "validation")
_FILES = "events.out.tfevents.*"


def prepare_folder(log_dir: Any) -> Path:
    """Create the folder, and check that event files can be written to it.

    Args:
        log_dir: The folder; its content stays.

    Returns:
        Its path.

    Raises:
        ImportError: when the package tensorboard is not installed.
        ValueError: when `log_dir` is a file or cannot be written to.

    Example:
        >>> import tempfile
        >>> prepare_folder(tempfile.mkdtemp()).is_dir()
        True
    """
    checks.path(log_dir, "log_dir")
    check_installed()
    return writable_folder(log_dir, "TensorBoard", "log_dir (--tensorboard)")


def check_installed() -> None:
    """Check that the package tensorboard is installed: TensorFlow needs it to write summaries.

    Raises:
        ImportError: when it is not.
    """
    if importlib.util.find_spec("tensorboard") is None:
        raise ImportError(
            "TensorBoard's files are written with the package tensorboard, which is not installed: "
            f"{command_names.python()} -m pip install tensorboard"
        )


def layer_names(layers: Iterable[Any]) -> list[str]:
    """Return the names of a model's layers in TensorBoard, the same in both wings.

    Keras's own names keep counting with every model that a process makes (`dense_7`); these count
    within one model.

    Example:
        >>> class NaiveDense: pass
        >>> class Conv2D: pass
        >>> layer_names([Conv2D(), NaiveDense(), NaiveDense()])
        ['conv2d', 'dense', 'dense_1']
    """
    classes = [type(layer).__name__.strip("_").removeprefix("Naive") for layer in layers]
    return _numbered(re.sub("(?<=[a-z0-9])(?=[A-Z][a-z])", "_", name).lower() for name in classes)


def weight_tags(layers: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Return the tags of the weights' histograms, in the order of the weights.

    Args:
        layers: For each layer, its name and the names of its weights.

    Example:
        >>> weight_tags([("dense", ["kernel", "bias"]), ("residual_block", ["kernel", "kernel"])])
        ['dense/kernel/histogram', 'dense/bias/histogram',
         'residual_block/kernel/histogram', 'residual_block/kernel_1/histogram']
    """
    return [
        f"{layer}/{weight}/histogram" for layer, weights in layers for weight in _numbered(weights)
    ]


def _numbered(names: Iterable[str]) -> list[str]:
    """Add numbers to repeated names as Keras does: `dense`, `dense_1`, `dense_2`."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append(f"{name}_{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return found


def find(log_dir: str | os.PathLike[str]) -> list[Path]:
    """Return the event files in the folder.

    Example:
        >>> find("no-such-folder")
        []
    """
    return sorted(path for part in _PARTS for path in (Path(log_dir) / part).glob(_FILES))


def is_log_folder(folder: Path) -> bool:
    """Return whether a folder holds nothing but event files, or does not exist.

    Example:
        >>> import tempfile
        >>> is_log_folder(Path(tempfile.mkdtemp()))
        True
    """
    if not folder.exists():
        return True
    found = {path for path in folder.rglob("*") if path.name not in _PARTS or not path.is_dir()}
    return folder.is_dir() and found <= {*find(folder), *_leftovers(folder)}


def remove(folder: Path) -> None:
    """Remove the event files from a folder, and the folder if nothing else is in it."""
    for path in [*find(folder), *_leftovers(folder)]:
        path.unlink(missing_ok=True)
    for part in [*(folder / name for name in _PARTS), folder]:
        if part.is_dir() and not any(part.iterdir()):
            part.rmdir()


def _leftovers(folder: Path) -> list[Path]:
    """Return the temporary files that a killed process left."""
    return [left for path in find(folder) for left in temporary_files(path)]


def forget(files: Iterable[Path], epoch: int, resumed: bool = False) -> None:
    """Remove from the existing files what a resumed training will write again.

    A process that is killed may have written epochs that its last checkpoint does not hold. Without
    this they would appear twice.

    Args:
        files: Event files to which nobody writes any more.
        epoch: The epoch, from 0, with which the training continues.
        resumed: Whether it was resumed from a checkpoint, perhaps from before the first epoch.
            Otherwise nothing is removed if `epoch` is 0.
    """
    if epoch == 0 and not resumed:
        return
    import tensorflow as tf

    for path in files:
        for leftover in temporary_files(path):
            leftover.unlink()
        records = list(_records(path))
        events = [tf.compat.v1.Event.FromString(record) for record in records]
        kept = [
            record for record, event in zip(records, events, strict=True) if _stays(event, epoch)
        ]
        if len(kept) < len(records):
            with replacing(path) as temporary, tf.io.TFRecordWriter(str(temporary)) as writer:
                for record in kept:
                    writer.write(record)


def _stays(event: Any, epoch: int) -> bool:
    """Return whether to keep it: an earlier epoch, or the file's header, but not a graph."""
    is_graph = event.graph_def or any(value.tag == GRAPH for value in event.summary.value)
    return event.HasField("file_version") or (event.step < epoch and not is_graph)


def _records(path: Path) -> Iterator[bytes]:
    """Yield the records of a file, up to an incomplete one."""
    import tensorflow as tf

    try:
        yield from tf.data.TFRecordDataset(str(path)).as_numpy_iterator()
    except tf.errors.DataLossError:  # the last one was being written when the process was killed
        return
