"""A PyTorch module with its optimizer and loss, as a loop whose weights are in Keras's layout."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from kerasfoundations.diagnose.loops import Arrays, one_step
from kerasfoundations.diagnose.torch_layers import CONVOLUTIONS, kind, layers_of, slots_of

_OF_CLASSES = ("crossentropy", "nll")
_OF_NUMBERS = ("mse", "l1", "bce", "huber", "binary", "poisson", "hinge", "kldiv")


class TorchLoop:
    """A `torch.nn.Module` that its optimizer trains, in PyTorch's usual step.

    The step is `zero_grad`, forward, loss, `backward`, `optimizer.step()`. Batches and weights are
    the reference's, in Keras's layout: images `(n, height, width, channels)` reach a convolution as
    `(n, channels, height, width)`, and weights are translated:

    - `Linear`, `Conv1d` to `Conv3d`, `ConvTranspose1d` to `ConvTranspose3d`: kernels with the
      outputs last; a depthwise convolution as `DepthwiseConv2D`; a `Linear` layer after a
      convolution with its inputs in the order in which Keras flattens an image.
    - `BatchNorm1d` to `BatchNorm3d`: gamma, beta, moving mean and variance; `LayerNorm`,
      `GroupNorm`, `RMSNorm`, `Embedding`.
    - `LSTM`, `GRU` (Keras's with `reset_after`) and `RNN`, with their gates in Keras's order. The
      two biases of an LSTM or RNN count as their sum.
    - Parameters of your own modules as they are.

    Args:
        module: The module, in the mode (`train()`, `eval()`) in which it trains.
        optimizer: A `torch.optim.Optimizer` of its parameters.
        loss: `loss(outputs, y)`, such as `torch.nn.CrossEntropyLoss()`.
        train_step: Your own step `(x, y) -> loss` on tensors, if there is more to it than the
            usual one; `optimizer` and `loss` may be left out then.
        order: Names of the layers with weights, as in `module.named_modules()`, in the order of the
            reference's layers; `None` if they are defined in that order.

    Raises:
        ModuleNotFoundError: if PyTorch is not installed.
        ValueError: for something that is not a module, for an optimizer of other parameters, and
            for layers whose weights Keras's layers have no counterpart of.

    Example:
        >>> import torch
        >>> module = torch.nn.Linear(3, 2)
        >>> optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
        >>> loop = TorchLoop(module, optimizer, torch.nn.CrossEntropyLoss())
        >>> [w.shape for w in loop.get_weights()]
        [(3, 2), (2,)]
        >>> loop.set_weights([np.zeros((3, 2), "float32"), np.zeros(2, "float32")])
        >>> print(f"{loop.train_step(np.ones((4, 3), 'float32'), np.array([0, 1, 1, 0])):.3f}")
        0.693
    """

    framework = "PyTorch"

    def __init__(
        self,
        module: Any,
        optimizer: Any = None,
        loss: Callable[[Any, Any], Any] | None = None,
        *,
        train_step: Callable[[Any, Any], Any] | None = None,
        order: Sequence[str] | None = None,
    ) -> None:
        _check(module, optimizer, loss, train_step)
        self.module = module
        self.optimizer = optimizer
        self.loss = loss
        self.layers = layers_of(module, order)
        self.slots = slots_of(self.layers)
        self.tensors = dict(module.named_parameters()) | dict(module.named_buffers())
        self.step = None
        if train_step is None:
            self.gradients = self._gradients
        else:
            self.step = one_step(train_step, "TorchLoop(module, train_step=train_step)")

    def get_weights(self) -> Arrays:
        """Return copies of the weights, in Keras's order and layout."""
        return [
            np.array(slot.read(*(_array(self.tensors[name]) for name in slot.names)))
            for slot in self.slots
        ]

    def set_weights(self, arrays: Sequence[np.ndarray]) -> None:
        """Set the weights from arrays in Keras's order and layout."""
        import torch

        with torch.no_grad():
            for slot, array in zip(self.slots, arrays, strict=True):
                for name, value in zip(slot.names, slot.write(np.asarray(array)), strict=True):
                    self.tensors[name].copy_(torch.tensor(np.ascontiguousarray(value)))

    def train_step(self, x: np.ndarray, y: np.ndarray) -> Any:
        """Take one step, and return the batch's loss before it."""
        inputs, targets = self.inputs(x), self.targets(x, y)
        if self.step is not None:
            return _number(self.step(inputs, targets))
        loss = self._backward(inputs, targets)
        if not loss.ndim:  # otherwise it was not reduced, and is reported
            self.optimizer.step()
        return _number(loss)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Return the outputs in inference mode; images with their channels last."""
        import torch

        with torch.no_grad(), _inference(self.module):
            outputs = _array(self.module(self.inputs(x)))
        as_images = self._turns(x) and outputs.ndim == x.ndim
        return np.array(np.moveaxis(outputs, 1, -1) if as_images else outputs)

    def inputs(self, x: np.ndarray) -> Any:
        """Return the tensor that the module gets: channels first, indices as integers."""
        import torch

        tensor = torch.tensor(np.asarray(x))
        if self._turns(x):
            tensor = tensor.movedim(-1, 1).contiguous()
        indices = any(kind(layer) == "Embedding" for _, layer in self.layers)
        return self._placed(tensor, torch.int64 if indices else self._float)

    def targets(self, x: np.ndarray, y: np.ndarray) -> Any:
        """Return the tensor that the loss gets: classes as `int64 (n,)`, numbers as the outputs."""
        import torch

        tensor = torch.tensor(np.asarray(y))
        name = getattr(self.loss, "__name__", type(self.loss).__name__).lower().replace("_", "")
        numbers = any(part in name for part in _OF_NUMBERS)
        if tensor.is_floating_point() or numbers:
            turned = self._turns(x) and tensor.ndim == np.ndim(x)
            tensor = tensor.movedim(-1, 1).contiguous() if turned else tensor
            return self._placed(tensor, self._float)
        if any(part in name for part in _OF_CLASSES) and tensor.ndim > 1 and tensor.shape[-1] == 1:
            tensor = tensor[..., 0]
        return self._placed(tensor, torch.int64)

    def _gradients(self, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
        """Return the gradients of the trainable weights, in Keras's order and layout."""
        self._backward(self.inputs(x), self.targets(x, y))
        found: list[np.ndarray | None] = []
        for slot in self.slots:
            tensors = [self.tensors[name] for name in slot.names]
            if tensors[0].requires_grad:
                known = all(t.grad is not None for t in tensors if t.requires_grad)
                values = [_array(0 * t if t.grad is None else t.grad) for t in tensors]
                found.append(np.array(slot.gradient(*values)) if known else None)
        return found

    def _backward(self, inputs: Any, targets: Any) -> Any:
        """Compute the gradients, and return the loss."""
        assert self.loss is not None
        self.optimizer.zero_grad()
        loss = self.loss(self.module(inputs), targets)
        if not loss.ndim:
            loss.backward()
        return loss

    def _turns(self, x: np.ndarray) -> bool:
        """Whether these inputs are images whose channels have to come first."""
        first = next((layer for _, layer in self.layers if kind(layer) in CONVOLUTIONS), None)
        if first is None or np.ndim(x) != len(first.kernel_size) + 2:
            return False
        return np.shape(x)[-1] == first.in_channels or np.shape(x)[1] != first.in_channels

    @property
    def _float(self) -> Any:
        floats = (t.dtype for t in self.tensors.values() if t.is_floating_point())
        return next(floats, None)

    def _placed(self, tensor: Any, dtype: Any) -> Any:
        """Return a tensor in this dtype, on the module's device."""
        device = next((t.device for t in self.tensors.values()), None)
        return tensor.to(device=device, dtype=dtype)


def _array(tensor: Any) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def _number(loss: Any) -> Any:
    """Return a loss as an array; what is no tensor is left to the report."""
    return _array(loss) if hasattr(loss, "detach") else loss


@contextlib.contextmanager
def _inference(module: Any) -> Iterator[None]:
    """Put a module in inference mode inside the block, and each of its layers back afterwards."""
    modes = [(layer, layer.training) for layer in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for layer, training in modes:
            layer.training = training


def _check(module: Any, optimizer: Any, loss: Any, train_step: Any) -> None:
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "received a TorchLoop, expected PyTorch to be installed: "
            "pip install 'kerasfoundations[bench]', or torch alone."
        ) from error
    usual = "TorchLoop(module, optimizer, loss)"
    if not isinstance(module, torch.nn.Module):
        raise ValueError(
            f"received a {type(module).__name__} as module, expected a torch.nn.Module: {usual}."
        )
    if train_step is not None:
        return
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise ValueError(
            f"received a {type(optimizer).__name__} as optimizer, expected a torch.optim.Optimizer "
            f"of the module's parameters: {usual}, or TorchLoop(module, train_step=train_step)."
        )
    if not callable(loss):
        raise ValueError(
            f"received {loss!r} as loss, expected a function (outputs, y) -> loss, such as "
            f"torch.nn.CrossEntropyLoss(): {usual}."
        )
    own = {id(parameter) for parameter in module.parameters()}
    held = [p for group in optimizer.param_groups for p in group["params"]]
    if not any(id(parameter) in own for parameter in held):
        raise ValueError(
            "received an optimizer that holds none of the module's parameters, expected one made "
            "for this module: torch.optim.SGD(module.parameters(), lr=0.1)."
        )
