"""The multi-layer perceptron: dense layers with relu, a softmax at the end."""

from __future__ import annotations

from collections.abc import Sequence

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential
from kerasfoundations.from_scratch.regularizers import regularizer

__all__ = ["build_mlp"]


def build_mlp(
    hidden_units: Sequence[int] = (512,),
    num_features: int = 784,
    num_classes: int = 10,
    *,
    output_activation: str | None = "softmax",
    kernel_initializer: str = "glorot_uniform",
    l1: float = 0.0,
    l2: float = 0.0,
    seed: int = 0,
    dtype: str = "float32",
) -> NaiveSequential:
    """`softmax(relu(… relu(x·W1 + b1) …)·Wn + bn)`; by default the first network: 784-512-10.

    The same seed gives the same weights as in the Keras twin on TensorFlow.

    Args:
        hidden_units: Width of each hidden layer; `()` gives softmax regression.
        num_features: Inputs per sample.
        num_classes: Outputs per sample.
        output_activation: That of the last layer: `"softmax"`, or `None` to predict quantities, or
            logits for `mnist_loss`.
        kernel_initializer: `"glorot_uniform"`, `"he_uniform"` for many layers, `"book_uniform"`
            for U[0, 0.1), or `"standard_normal"` for N(0, 1). Biases start at zero.
        l1: Penalty `l1·sum(|W|)` of each layer, added to the loss.
        l2: Penalty `l2·sum(W²)` of each layer, added to the loss.
        seed: Integer, 0 or more, that fixes all weights.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Returns:
        A model that maps `(B, num_features)` to `(B, num_classes)`; with softmax, to probabilities.

    Raises:
        ValueError: for a width below 1, a negative penalty, or an unknown name.

    Example:
        >>> model = build_mlp(seed=0)
        >>> [weight.shape for weight in model.get_weights()]
        [(784, 512), (512,), (512, 10), (10,)]

    Source: Chollet, Deep Learning with Python, 2nd edition, chapter 2.
    """
    sizes = checks.layer_sizes(num_features, hidden_units, num_classes)
    activations = ["relu"] * (len(sizes) - 2) + [checks.output_activation(output_activation)]
    return NaiveSequential(
        [
            NaiveDense(
                input_size,
                output_size,
                activation,
                kernel_initializer=kernel_initializer,
                kernel_regularizer=regularizer(l1, l2),
                seed=layer_seed,
                dtype=dtype,
            )
            for input_size, output_size, activation, layer_seed in zip(
                sizes, sizes[1:], activations, layer_seeds(seed, len(activations)), strict=False
            )
        ]
    )
