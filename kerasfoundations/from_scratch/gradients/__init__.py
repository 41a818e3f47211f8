"""Gradients three ways: by differences, by hand on a graph you can see, by TensorFlow's tape.

differences    central differences, a witness that needs no library
graph          a graph of numbers that you can see, run forward and backward
mlp            backpropagation of a network of dense layers, by hand
layers         the same for convolution, pooling, normalization and embedding
recurrent      a recurrent layer, back through time
tape           TensorFlow's `GradientTape`
descent        downhill along the gradient, with any optimizer
search         downhill without gradients, one coefficient at a time
surfaces       a saddle, and a surface with several minima
"""

from kerasfoundations.from_scratch.gradients.descent import descend
from kerasfoundations.from_scratch.gradients.differences import numerical_gradient
from kerasfoundations.from_scratch.gradients.graph import Value
from kerasfoundations.from_scratch.gradients.layers import (
    average_pooling2d_backward,
    batch_normalization_backward,
    conv2d_backward,
    embedding_backward,
    layer_normalization_backward,
    max_pooling2d_backward,
)
from kerasfoundations.from_scratch.gradients.mlp import mlp_backward
from kerasfoundations.from_scratch.gradients.recurrent import simple_rnn_backward
from kerasfoundations.from_scratch.gradients.search import coordinate_search
from kerasfoundations.from_scratch.gradients.surfaces import saddle, styblinski_tang
from kerasfoundations.from_scratch.gradients.tape import (
    tape_gradient,
    tape_gradients,
    tape_gradients_of_each,
    tape_second_derivative,
)

__all__ = [
    "Value",
    "average_pooling2d_backward",
    "batch_normalization_backward",
    "conv2d_backward",
    "coordinate_search",
    "descend",
    "embedding_backward",
    "layer_normalization_backward",
    "max_pooling2d_backward",
    "mlp_backward",
    "numerical_gradient",
    "saddle",
    "simple_rnn_backward",
    "styblinski_tang",
    "tape_gradient",
    "tape_gradients",
    "tape_gradients_of_each",
    "tape_second_derivative",
]
