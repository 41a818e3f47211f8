"""Layer classes by name, for model files."""

from __future__ import annotations

from kerasfoundations.from_scratch.layers.base import NaiveLayer
from kerasfoundations.from_scratch.layers.convolution import NaiveConv2D
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
)
from kerasfoundations.from_scratch.layers.recurrent import NaiveSimpleRNN
from kerasfoundations.from_scratch.layers.residual import NaiveResidualBlock

LAYERS: dict[str, type[NaiveLayer]] = {
    layer.__name__: layer
    for layer in (
        NaiveActivation,
        NaiveAveragePooling2D,
        NaiveBatchNormalization,
        NaiveConv2D,
        NaiveDense,
        NaiveDropout,
        NaiveEmbedding,
        NaiveFlatten,
        NaiveGlobalAveragePooling2D,
        NaiveLayerNormalization,
        NaiveMaxPooling2D,
        NaiveReshape,
        NaiveResidualBlock,
        NaiveSimpleRNN,
    )
}
