"""The backward pass of a recurrent layer, by hand in NumPy: back through time."""

from __future__ import annotations

import numpy as np

from kerasfoundations import checks


def simple_rnn_backward(
    x: np.ndarray, W: np.ndarray, U: np.ndarray, b: np.ndarray, upstream: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`s[t] = (δ[t] + s[t+1] · Uᵀ) · (1 - h[t]²)`, from the last step to the first: by hand.

    Forward, `h[t] = tanh(x[t] · W + h[t-1] · U + b)`. Backward, with `δ = ∂loss/∂h`: the slope
    `s[t]` of what tanh is applied to comes from the step's own output and from the next step. Each
    step adds its share to the weights that all steps have in common: `∂W = Σ x[t]ᵀ · s[t]`,
    `∂U = Σ h[t-1]ᵀ · s[t]`, `∂b = Σ s[t]`; and `∂x[t] = s[t] · Wᵀ`.

    Args:
        x: Inputs `(B, T, d)`.
        W: `(d, units)`.
        U: `(units, units)`.
        b: `(units,)`.
        upstream: `δ`, `(B, T, units)`; 0 in all steps but the last if only that one is used.

    Returns:
        `∂loss/∂x`, `∂loss/∂W`, `∂loss/∂U` and `∂loss/∂b`, each of its array's shape.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        With `U = 0.5` and hardly any input, half of a slope arrives one step earlier:

        >>> x, W, U, b = np.zeros((1, 3, 1)), np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1)
        >>> upstream = np.array([[[0.0], [0.0], [1.0]]])
        >>> simple_rnn_backward(x, W, U, b, upstream)[0][0, :, 0]
        array([0.25, 0.5 , 1.  ])

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 10.2.2.
    """
    x, W, U, b, upstream = checks.recurrent_slopes(x, W, U, b, upstream)
    h = [np.zeros((len(x), len(b)))]  # h[t + 1] is the state after step t
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ W + h[t] @ U + b))  # (B, units)
    dx, dW, dU, db = (np.zeros(array.shape) for array in (x, W, U, b))
    slope = np.zeros_like(h[0])  # (B, units), of the next step
    for t in reversed(range(x.shape[1])):
        slope = (upstream[:, t] + slope @ U.T) * (1 - h[t + 1] ** 2)
        dx[:, t] = slope @ W.T
        dW, dU, db = dW + x[:, t].T @ slope, dU + h[t].T @ slope, db + slope.sum(axis=0)
    return dx, dW, dU, db
