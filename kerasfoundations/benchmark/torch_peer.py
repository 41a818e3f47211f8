"""The networks in PyTorch, each built and trained as its users would.

Loss and accuracy of every batch are measured, as `fit` and the loop from scratch do. Two things are
as in Keras, so that all contestants compute the same: where a stride of 2 needs an odd number of
zeros around an image, and the order in which pixels enter the last dense layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasfoundations.benchmark.networks import (
    EPSILON,
    MOMENTUM,
    Network,
    same_padding,
    shapes,
)
from kerasfoundations.benchmark.worker import Turns, Work


def convolution(height: int, channels: int, filters: int, size: int, strides: int) -> list[Any]:
    """Return a convolution without bias, padded as `"same"`, for images of that height."""
    from torch import nn

    before, after = same_padding(height, size, strides)
    if before == after:
        return [nn.Conv2d(channels, filters, size, strides, before, bias=False)]
    around = nn.ZeroPad2d((before, after, before, after))
    return [around, nn.Conv2d(channels, filters, size, strides, bias=False)]


def pooling(height: int, size: int, strides: int) -> list[Any]:
    """Return a pooling; where windows overlap, they are padded as `"same"`."""
    from torch import nn

    around = same_padding(height, size, strides) * 2
    padding = [nn.ConstantPad2d(around, -np.inf)] if size > strides else []
    return [*padding, nn.MaxPool2d(size, strides)]


def norm(channels: int) -> Any:
    """Return a batch normalization."""
    from torch import nn

    return nn.BatchNorm2d(channels, EPSILON, 1 - MOMENTUM)


def block(height: int, channels: int, filters: int, strides: int) -> Any:
    """Return the residual block."""
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(
                *(*convolution(height, channels, filters, 3, strides), norm(filters), nn.ReLU()),
                *(*convolution(-(-height // strides), filters, filters, 3, 1), norm(filters)),
            )
            changes = strides != 1 or channels != filters
            across = [*convolution(height, channels, filters, 1, strides), norm(filters)]
            self.shortcut = nn.Sequential(*(across if changes else ()))

        def forward(self, x: Any) -> Any:
            return torch.relu(self.body(x) + self.shortcut(x))

    return Block()


def modules(height: int, kind: str, *numbers: int) -> list[Any]:
    """Return a layer, for images of that height."""
    from torch import nn

    match kind:
        case "dense":
            return [nn.Linear(numbers[0], numbers[1])]
        case "relu":
            return [nn.ReLU()]
        case "conv":
            return convolution(height, *numbers)
        case "norm":
            return [norm(*numbers)]
        case "pool":
            return pooling(height, *numbers)
        case "block":
            return [block(height, *numbers)]
        case "mean":
            return [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return [nn.Flatten()]


def build(network: Network, width: int, weights: Sequence[np.ndarray]) -> Any:
    """Build a network with these weights, in the order and shapes of both wings' models."""
    import torch

    layers = network.layers(width)
    model = torch.nn.Sequential(*(m for at, layer in shapes(layers) for m in modules(at, *layer)))
    pixels = next((numbers for kind, *numbers in layers if kind == "flatten"), None)
    targets = [tensor for name, tensor in model.state_dict().items() if "num_batches" not in name]
    for target, weight in zip(targets, weights, strict=True):
        if weight.ndim == 4:  # (height, width, channels, filters)
            weight = weight.transpose(3, 2, 0, 1)
        elif weight.ndim == 2:
            if pixels:  # rows are (height, width, channels), in PyTorch the channels come first
                weight = weight.reshape(*pixels, -1).transpose(2, 0, 1, 3).reshape(weight.shape)
            weight = weight.T
        target.copy_(torch.from_numpy(np.ascontiguousarray(weight)))
    return model


def optimizer_of(network: Network, model: Any) -> Any:
    """Return the network's optimizer, with Keras's numbers."""
    from torch import optim

    match network.optimizer:
        case "adam":
            return optim.Adam(model.parameters(), lr=network.rate, eps=1e-7)
        case "sgd":
            return optim.SGD(model.parameters(), lr=network.rate)
    return optim.RMSprop(model.parameters(), lr=network.rate, alpha=0.9, eps=1e-7)


def loss_of(network: Network) -> Any:
    """Return the network's loss, of logits or of a line's values."""
    from torch import nn

    return nn.MSELoss() if network.name == "linear" else nn.CrossEntropyLoss()


def inputs_of(x: np.ndarray, layout: str = "") -> Any:
    """Return images `(B, 28, 28, 1)` as PyTorch has them, in a memory layout; rows as they are."""
    import torch

    tensor = torch.from_numpy(x)
    if tensor.ndim < 4:
        return tensor
    tensor = tensor.permute(0, 3, 1, 2).contiguous()
    return tensor.contiguous(memory_format=torch.channels_last) if layout == "nhwc" else tensor


def train(work: Work, turns: Turns) -> None:
    """Train on resident tensors: operation by operation in one of two layouts, or compiled.

    On a GPU if PyTorch finds one, as the other libraries do of themselves.
    """
    import torch

    network, layout, classifies = work.network, work.argument, work.network.name != "linear"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = build(network, work.width, work.start_weights()).to(device)
    if layout == "nhwc":
        model = model.to(memory_format=torch.channels_last)
    called = torch.compile(model) if layout == "compiled" else model
    optimizer, loss_function = optimizer_of(network, model), loss_of(network)
    x, y = inputs_of(work.x, layout).to(device), torch.from_numpy(work.y).to(device)
    y = y.long() if classifies else y
    generator = torch.Generator().manual_seed(0)

    def predict(inputs: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.inference_mode():
            outputs = called(inputs_of(inputs, layout).to(device))
            found = outputs.softmax(dim=1) if classifies else outputs
        model.train()
        return found.cpu().numpy()

    turns.predict = predict
    while True:
        turns.begin()
        total, right = torch.zeros((), device=device), torch.zeros((), device=device)
        order = torch.randperm(len(x), generator=generator).to(device)
        for rows in order.split(work.batch_size):
            outputs, labels = called(x[rows]), y[rows]
            loss = loss_function(outputs, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
            if classifies:
                right += (outputs.detach().argmax(dim=1) == labels).sum()
        (total / len(x)).item(), (right / len(x)).item()
        turns.stop()
        turns.report(work.score(predict))
