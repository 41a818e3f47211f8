"""Layers and their activations.

A layer is called with the outputs of the previous layer, and with `training`: batch normalization
and dropout do one thing while the model learns and another when it is used. All other layers do the
same in both. Images are tensors `(B, height, width, channels)`; convolution and pooling also take
`(B, channels, height, width)`.

base             what every layer has
penalties        what a layer adds to the loss
activations      relu, and those that bound their outputs: sigmoid, softmax, tanh
rectifiers       smooth or leaky relatives of relu
dense            `activation(x · W + b)`, and layers without weights
convolution      small filters at every place of an image
channels         last or first
pooling          the largest pixel of each window, or its mean; the mean of an image
normalization    batch by batch, or sample by sample
embedding        a row of a matrix for each word
recurrent        one step after the other
dropout          zeros drawn at random
residual         what two convolutions add to their inputs
"""

from kerasfoundations.from_scratch.layers.activations import (
    exponential,
    linear,
    relu,
    sigmoid,
    softmax,
    softsign,
    tanh,
)
from kerasfoundations.from_scratch.layers.base import NaiveLayer
from kerasfoundations.from_scratch.layers.convolution import NaiveConv2D, convolve
from kerasfoundations.from_scratch.layers.dense import (
    NaiveActivation,
    NaiveDense,
    NaiveFlatten,
    NaiveReshape,
)
from kerasfoundations.from_scratch.layers.dropout import NaiveDropout
from kerasfoundations.from_scratch.layers.embedding import NaiveEmbedding
from kerasfoundations.from_scratch.layers.normalization import (
    NaiveBatchNormalization,
    NaiveLayerNormalization,
)
from kerasfoundations.from_scratch.layers.pooling import (
    NaiveAveragePooling2D,
    NaiveGlobalAveragePooling2D,
    NaiveMaxPooling2D,
    average_pool,
    max_pool,
)
from kerasfoundations.from_scratch.layers.rectifiers import (
    elu,
    gelu,
    leaky_relu,
    selu,
    silu,
    softplus,
)
from kerasfoundations.from_scratch.layers.recurrent import NaiveSimpleRNN
from kerasfoundations.from_scratch.layers.residual import NaiveResidualBlock

__all__ = [
    "NaiveActivation",
    "NaiveAveragePooling2D",
    "NaiveBatchNormalization",
    "NaiveConv2D",
    "NaiveDense",
    "NaiveDropout",
    "NaiveEmbedding",
    "NaiveFlatten",
    "NaiveGlobalAveragePooling2D",
    "NaiveLayer",
    "NaiveLayerNormalization",
    "NaiveMaxPooling2D",
    "NaiveReshape",
    "NaiveResidualBlock",
    "NaiveSimpleRNN",
    "average_pool",
    "convolve",
    "elu",
    "exponential",
    "gelu",
    "leaky_relu",
    "linear",
    "max_pool",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
]

# The layers that a model file may name.
LAYERS: dict[str, type[NaiveLayer]] = {
    name: globals()[name] for name in __all__ if name.startswith("Naive") and name != "NaiveLayer"
}
