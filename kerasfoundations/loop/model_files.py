"""Model files of `from_scratch`: npz archives of weights, with the layers and a digest as text.

weight_0.npy …    the weights, in the model's order
config.npy        JSON: dtype, loss, input_shape, layers, digest

Nothing in a file is unpickled, and no memory is allocated for what it claims but does not hold.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kerasfoundations import checks
from kerasfoundations.system import safe_archives
from kerasfoundations.system.atomic_files import replace_file

SUFFIX = ".npz"
_CONFIG_KEYS = {"dtype", "loss", "input_shape", "layers", "digest"}


def write(
    path: str | os.PathLike[str], config: dict[str, Any], weights: Sequence[np.ndarray]
) -> None:
    """Write a model's file atomically.

    Args:
        path: The file; its name ends in `.npz`.
        config: `dtype`, `loss`, `input_shape` and `layers`, as JSON can hold them.
        weights: The weights, in the model's order.

    Raises:
        ValueError: for another ending.
    """
    checks.path(path)
    if not os.fspath(path).endswith(SUFFIX):
        raise ValueError(
            f"a from-scratch model is stored as {SUFFIX}, received {os.fspath(path)!r}."
        )
    arrays: dict[str, Any] = {f"weight_{i}": w for i, w in enumerate(weights)}
    config = config | {"digest": _digest(config, weights)}
    arrays["config"] = np.array(json.dumps(config))
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    replace_file(path, buffer.getvalue())


def write_arrays(path: str | os.PathLike[str], arrays: Sequence[np.ndarray]) -> None:
    """Write arrays alone to an npz file, in their order, atomically.

    Args:
        path: The file.
        arrays: Arrays of any shape.
    """
    buffer = io.BytesIO()
    np.savez(buffer, *arrays)
    replace_file(path, buffer.getvalue())


def layer_configs(layers: Sequence[Any], known: Mapping[str, type]) -> list[dict[str, Any]]:
    """Return the name and the arguments of each layer, as JSON can hold them.

    Args:
        layers: The layers of a model.
        known: The classes that can be stored, by name.

    Raises:
        ValueError: for a layer of any other class.
    """
    for layer in layers:
        if type(layer) not in known.values():
            raise ValueError(
                f"cannot store a layer of the class {type(layer).__name__}: use those of "
                "from_scratch.layers, or keep model.get_weights()."
            )
    return [{"layer": type(layer).__name__, **layer.get_config()} for layer in layers]


def layers(config: dict[str, Any], known: Mapping[str, Any]) -> list[Any]:
    """Rebuild the layers of a file; their weights are not yet those of the file.

    Args:
        config: What the file says: `dtype` and `layers`.
        known: The classes by name.
    """
    made = []
    for layer in config["layers"]:
        if "layer" not in layer:  # written when all layers were dense
            factors = {name: layer.pop(name, 0.0) for name in ("l1", "l2")}
            layer |= {"layer": "NaiveDense", "kernel_regularizer": factors}
            layer["dtype"] = config["dtype"]
        made.append(known[layer.pop("layer")].from_config(layer))
    return made


@contextlib.contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
    """Yield the contents of a model file; any error in the block is reported as a damaged file.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when the file is not a model of this kind, or is damaged.
    """
    checks.path(path)
    try:
        with safe_archives.open_archive(path, only_stored=True) as stored:
            safe_archives.check_contents(stored)
            config = json.loads(str(safe_archives.read_array(stored, "config")))
            num_weights = len(stored.infolist()) - 1
            arrays = [safe_archives.read_array(stored, f"weight_{i}") for i in range(num_weights)]
        _check_stored(config, arrays)
        yield config, arrays
    except FileNotFoundError:
        raise
    except Exception as error:
        raise safe_archives.not_a_model(path, "from-scratch", "from_scratch", error) from error


def _digest(config: dict[str, Any], weights: Sequence[np.ndarray]) -> str:
    """Return the SHA-256 of everything that a file holds of a model."""
    digest = hashlib.sha256(json.dumps(config, sort_keys=True).encode())
    for array in weights:
        digest.update(f"{array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _check_stored(config: dict[str, Any], arrays: Sequence[np.ndarray]) -> None:
    """Check that the parts of a file fit together, before layers of the claimed size are made."""
    if strange := sorted(set(config) - _CONFIG_KEYS):
        raise ValueError(f"found the unknown entries {strange} beside its layers")
    written = config.pop("digest", None)
    if written is not None and written != _digest(config, arrays):
        raise ValueError("its layers or weights are not those that were saved: the digest differs")
    if strange := sorted({array.dtype.name for array in arrays} - {config["dtype"]}):
        raise ValueError(f"found weights of dtype {strange[0]}, expected {config['dtype']}")
    there = Counter(array.shape for array in arrays)
    for layer in config["layers"]:
        needed = Counter(_kernel_shapes(layer))
        if needed - there:
            raise ValueError(
                f"found no weights of the shapes {sorted(needed - there)} that its "
                f"{layer.get('layer', 'NaiveDense')} needs"
            )
        there -= needed


def _kernel_shapes(layer: dict[str, Any]) -> list[tuple[int, ...]]:
    """Return the shapes of the large weights of a layer in a file."""
    kind = layer.get("layer", "NaiveDense")
    if kind == "NaiveDense":
        return [(layer["input_size"], layer["output_size"])]
    if kind == "NaiveBatchNormalization":
        return [(layer["input_size"],)]
    if kind == "NaiveLayerNormalization":
        return [tuple(layer["input_size"])] * (layer["scale"] + layer["center"])
    if kind == "NaiveEmbedding":
        return [(layer["input_dim"], layer["output_dim"])]
    if kind == "NaiveConv2D":
        return [(*layer["kernel_size"], layer["input_channels"], layer["filters"])]
    if kind == "NaiveResidualBlock":
        filters = layer["filters"]
        return [(3, 3, layer["input_channels"], filters), (3, 3, filters, filters)]
    return []
