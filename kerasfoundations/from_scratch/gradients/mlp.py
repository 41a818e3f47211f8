"""Backpropagation of a network of dense layers, by hand in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasfoundations import checks


def mlp_backward(
    weights: Sequence[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    activation: str = "relu",
) -> tuple[float, list[np.ndarray]]:
    """Backpropagate through a dense network with softmax and cross-entropy, by hand.

    Forward, layer by layer: `z = a·W + b`, `a = activation(z)`. Backward, from the last layer to
    the first, with `δ = ∂loss/∂z`: `∂loss/∂W = aᵀ·δ`, `∂loss/∂b = Σ δ` over the batch, and for the
    previous layer `δ = (δ·Wᵀ) · activation'(z)`. At the end softmax and cross-entropy together give
    `δ = (p - y) / B`.

    Args:
        weights: `[W1, b1, W2, b2, …]`, as `get_weights()` returns them; `W` is `(inputs, outputs)`.
        x: Inputs `(B, d)`.
        y: Integer labels `(B,)`, or one-hot labels `(B, k)`.
        activation: That of the hidden layers, `"relu"` or `"sigmoid"`.

    Returns:
        The mean loss of the batch, and the gradients `[∂W1, ∂b1, ∂W2, ∂b2, …]`, each of its
        weight's shape.

    Raises:
        ValueError: for an unknown activation, or weights that do not pair up.

    Example:
        >>> W, b = np.zeros((2, 2)), np.zeros(2)
        >>> loss, gradients = mlp_backward([W, b], np.array([[1.0, 2.0]]), [1])
        >>> round(loss, 4), gradients[1]
        (0.6931, array([ 0.5, -0.5]))

    Source: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors,
        Nature 1986.
    """
    checks.known_name("activation", activation, ("relu", "sigmoid"))
    kernels, biases, x = checks.dense_network(weights, x)
    y = checks.as_one_hot(y, len(x), kernels[-1].shape[1])  # (B, k)
    inputs = [x]  # of each layer: (B, d), (B, units), …
    for w, b in zip(kernels[:-1], biases[:-1], strict=True):
        z = inputs[-1] @ w + b  # (B, units)
        inputs.append(np.maximum(z, 0) if activation == "relu" else _sigmoid(z))
    log_p = _log_softmax(inputs[-1] @ kernels[-1] + biases[-1])  # (B, k)
    loss = float(-(y * log_p).sum(axis=1).mean())
    delta = ((np.exp(log_p) - y) / len(x)).astype(x.dtype)  # (B, k)
    gradients: list[np.ndarray] = []
    for a, w in zip(reversed(inputs), reversed(kernels), strict=True):
        gradients = [a.T @ delta, delta.sum(axis=0), *gradients]  # (d, units), (units,)
        slope = a > 0 if activation == "relu" else a * (1 - a)  # of the previous layer
        delta = (delta @ w.T) * slope  # (B, d)
    return loss, gradients


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """`1 / (1 + exp(-z))`, written with tanh, which never overflows."""
    return (1 + np.tanh(z / 2)) / 2


def _log_softmax(z: np.ndarray) -> np.ndarray:
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
