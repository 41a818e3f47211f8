"""Layer classes by name, for model files."""

from __future__ import annotations

from kerasfoundations.from_scratch.layers.base import NaiveLayer
from kerasfoundations.from_scratch.layers.convolution import NaiveConv2D
from kerasfoundations.from_scratch.layers.dense import NaiveActivation, NaiveDense, NaiveFlatten
from kerasfoundations.from_scratch.layers.dropout import NaiveDropout
from kerasfoundations.from_scratch.layers.normalization import NaiveBatchNormalization
from kerasfoundations.from_scratch.layers.pooling import (
    NaiveGlobalAveragePooling2D,
    NaiveMaxPooling2D,
)
from kerasfoundations.from_scratch.layers.residual import NaiveResidualBlock

LAYERS: dict[str, type[NaiveLayer]] = {
    layer.__name__: layer
    for layer in (
        NaiveActivation,
        NaiveBatchNormalization,
        NaiveConv2D,
        NaiveDense,
        NaiveDropout,
        NaiveFlatten,
        NaiveGlobalAveragePooling2D,
        NaiveMaxPooling2D,
        NaiveResidualBlock,
    )
}
