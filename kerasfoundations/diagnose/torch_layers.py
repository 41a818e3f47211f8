"""Which array of a Keras layer each parameter and buffer of a PyTorch module is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kerasfoundations.diagnose import layouts
from kerasfoundations.diagnose.layouts import Slot

CONVOLUTIONS = ("Conv1d", "Conv2d", "Conv3d")
_TRANSPOSED = ("ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d")
_NORMALIZATIONS = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "LayerNorm", "GroupNorm", "RMSNorm")
_RECURRENT = ("RNN", "LSTM", "GRU")
# In PyTorch's order the gates of an LSTM are i, f, g, o, as in Keras; of a GRU r, z, n, where
# Keras has z, r, n.
_GATES = {"RNN": (0,), "LSTM": (0, 1, 2, 3), "GRU": (1, 0, 2)}
KNOWN = ("Linear", "Embedding", *CONVOLUTIONS, *_TRANSPOSED, *_NORMALIZATIONS, *_RECURRENT)


def kind(layer: Any) -> str:
    """Return the name of the layer of `torch.nn` that a layer is, or is derived from; or `""`."""
    import torch

    names = (base.__name__ for base in type(layer).__mro__ if base.__module__.startswith("torch."))
    return next((n for n in names if n in KNOWN and hasattr(torch.nn, n)), "")


def layers_of(module: Any, order: Sequence[str] | None = None) -> list[tuple[str, Any]]:
    """Return the layers that have weights, with their names.

    Args:
        module: A `torch.nn.Module`.
        order: Their names, in the order of the reference; `None` keeps that of their definition.

    Raises:
        ValueError: if `order` does not hold each of their names once.
    """
    found = {
        name: layer
        for name, layer in module.named_modules()
        if kind(layer).startswith("Batch") or list(layer.parameters(recurse=False))
    }
    if order is None:
        return list(found.items())
    if sorted(order) != sorted(found):
        raise ValueError(
            f"received order={list(order)}, expected the name of each layer with weights once, in "
            f"the order of the reference's layers: {list(found)} as they are defined."
        )
    return [(name, found[name]) for name in order]


def slots_of(layers: Sequence[tuple[str, Any]]) -> list[Slot]:
    """Return the slots of all layers, in Keras's order.

    Args:
        layers: Names and layers, as `layers_of` returns them.

    Raises:
        ValueError: for a layer whose weights have no counterpart in Keras's layers.
    """
    found: list[Slot] = []
    channels = 0  # of the last convolution, if its outputs are still images
    for name, layer in layers:
        prefix = f"{name}." if name else ""
        found += _slots(layer, kind(layer), name, prefix, channels)
        if kind(layer) in (*CONVOLUTIONS, *_TRANSPOSED):
            channels = layer.out_channels
        elif kind(layer) in ("Linear", "Embedding", *_RECURRENT):
            channels = 0
    return found


def _slots(layer: Any, known: str, name: str, prefix: str, channels: int) -> Iterator[Slot]:
    """Yield the slots of one layer."""
    _refuse(layer, known, name)
    names = [own for own, _ in layer.named_parameters(recurse=False)]
    if known in _NORMALIZATIONS:  # gamma, beta, moving mean and variance
        moving = ["running_mean", "running_var"] if known.startswith("Batch") else []
        yield from (layouts.same(prefix + own) for own in (*names, *moving))
    elif known in _RECURRENT:
        yield from _recurrent(known, names, prefix)
    elif known == "Embedding" or not known:  # an own module's parameters, as they are
        yield from (layouts.same(prefix + own) for own in names)
    else:
        yield _kernel(layer, known, f"{prefix}weight", channels)
        yield from (layouts.same(prefix + own) for own in names if own == "bias")


def _kernel(layer: Any, known: str, name: str, channels: int) -> Slot:
    if known == "Linear" and channels and layer.in_features % channels == 0:
        return layouts.flattened_kernel(name, channels)
    if known in CONVOLUTIONS and layer.groups == layer.in_channels > 1:
        return layouts.depthwise_kernel(name, layer.in_channels)
    return layouts.kernel(name)


def _recurrent(known: str, names: list[str], prefix: str) -> Iterator[Slot]:
    """Yield kernel, recurrent kernel and bias of each level, forward and then backward."""
    order = _GATES[known]
    for end in dict.fromkeys(own.split("_l", 1)[1] for own in names):
        yield layouts.gates(f"{prefix}weight_ih_l{end}", order)
        yield layouts.gates(f"{prefix}weight_hh_l{end}", order)
        if f"bias_ih_l{end}" in names:
            biases = f"{prefix}bias_ih_l{end}", f"{prefix}bias_hh_l{end}"
            stacked = known == "GRU"
            yield (
                layouts.stacked_biases(*biases, order)
                if stacked
                else layouts.summed_biases(*biases)
            )


def _refuse(layer: Any, known: str, name: str) -> None:
    """Raise a `ValueError` for a layer that Keras's layers have no counterpart of."""
    import torch

    whole = f"the layer {name!r}, a {type(layer).__name__}"
    lists = torch.nn.ParameterList | torch.nn.ParameterDict
    if any(isinstance(p, torch.nn.UninitializedParameter) for p in layer.parameters(False)):
        raise ValueError(
            f"received {whole}, whose weights have no shape yet: call the module on a batch first."
        )
    if not known and type(layer).__module__.startswith("torch.") and not isinstance(layer, lists):
        raise ValueError(
            f"received {whole}, whose weights have no counterpart in one layer of Keras, expected "
            f"layers among {', '.join(KNOWN)}, or parameters of your own: write get_weights and "
            "set_weights for it in an object of your own, with train_step(x, y)."
        )
    if known.startswith("Batch") and layer.running_mean is None:
        raise ValueError(
            f"received {whole} with track_running_stats=False, expected moving statistics, which "
            "Keras's BatchNormalization always has: leave it True."
        )
    if known == "LayerNorm" and len(layer.normalized_shape) > 1:
        raise ValueError(
            f"received {whole} over the axes {tuple(layer.normalized_shape)}, expected one axis, "
            "the last: Keras's LayerNormalization has a different order of several axes."
        )
    if known == "LSTM" and layer.proj_size:
        raise ValueError(
            f"received {whole} with proj_size={layer.proj_size}, which Keras's LSTM does not have: "
            "use a Linear layer after it, and a Dense layer in the reference."
        )
    if known in (*CONVOLUTIONS, *_TRANSPOSED) and layer.padding_mode != "zeros":
        raise ValueError(
            f"received {whole} with padding_mode={layer.padding_mode!r}, which Keras's "
            "convolutions do not have: pad in a layer of its own on both sides."
        )
