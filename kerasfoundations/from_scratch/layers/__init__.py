"""Layers and their activations.

A layer is called with the outputs of the previous layer, and with `training`: batch normalization
and dropout do one thing while the model learns and another when it is used. All other layers do the
same in both. Images are tensors `(B, height, width, channels)`; convolution and pooling also take
`(B, channels, height, width)`.

base             what every layer has
activations      relu, sigmoid, softmax
dense            `activation(x · W + b)`, and layers without weights
convolution      small filters at every place of an image
channels         last or first
pooling          the largest pixel of each window, the mean of an image
normalization    batch normalization
dropout          zeros drawn at random
residual         what two convolutions add to their inputs
names            the layers by name, for files
"""

from kerasfoundations.from_scratch.layers.activations import relu, sigmoid, softmax
from kerasfoundations.from_scratch.layers.base import NaiveLayer
from kerasfoundations.from_scratch.layers.convolution import NaiveConv2D, convolve
from kerasfoundations.from_scratch.layers.dense import NaiveActivation, NaiveDense, NaiveFlatten
from kerasfoundations.from_scratch.layers.dropout import NaiveDropout
from kerasfoundations.from_scratch.layers.normalization import NaiveBatchNormalization
from kerasfoundations.from_scratch.layers.pooling import (
    NaiveGlobalAveragePooling2D,
    NaiveMaxPooling2D,
    max_pool,
)
from kerasfoundations.from_scratch.layers.residual import NaiveResidualBlock

__all__ = [
    "NaiveActivation",
    "NaiveBatchNormalization",
    "NaiveConv2D",
    "NaiveDense",
    "NaiveDropout",
    "NaiveFlatten",
    "NaiveGlobalAveragePooling2D",
    "NaiveLayer",
    "NaiveMaxPooling2D",
    "NaiveResidualBlock",
    "convolve",
    "max_pool",
    "relu",
    "sigmoid",
    "softmax",
]
