"""The backward pass of layers, by hand in NumPy: convolution, pooling, normalization, embedding."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations import checks


def conv2d_backward(
    x: np.ndarray,
    kernel: np.ndarray,
    upstream: np.ndarray,
    strides: int | tuple[int, int] = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray]:
    """`∂W[p, q] = Σ x[s·i + p, s·j + q]ᵀ · δ[i, j]`, with `δ = ∂loss/∂y`: by hand.

    The sum goes over the places `(i, j)` and the batch. Forward, `y[i, j] = Σ x[s·i + p, s·j + q] ·
    W[p, q]` over the pixels `(p, q)` of the kernel: each term is that of a dense layer. Likewise
    `∂x[s·i + p, s·j + q] += δ[i, j] · W[p, q]ᵀ`: a pixel gets a share from every window that it
    lies in.

    Args:
        x: Images `(B, height, width, channels)`.
        kernel: `(rows, columns, channels, filters)`.
        upstream: `δ`, `(B, height', width', filters)`, of the shape of the outputs.
        strides: As for the convolution.
        padding: As for the convolution, `"valid"` or `"same"`.

    Returns:
        `∂loss/∂x` and `∂loss/∂W`, each of its array's shape.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x, kernel = np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1))
        >>> dx, dw = conv2d_backward(x, kernel, upstream=np.ones((1, 2, 2, 1)))
        >>> dx[0, :, :, 0]  # the pixel in the middle lies in all four windows
        array([[1., 2., 1.],
               [2., 4., 2.],
               [1., 2., 1.]])
        >>> dw[:, :, 0, 0]
        array([[4., 4.],
               [4., 4.]])

    Source: Goodfellow, Bengio and Courville, Deep Learning, section 9.5.
    """
    x, kernel, upstream = checks.real_arrays(x=x, kernel=kernel, upstream=upstream)
    checks.images_and_kernel(x, kernel)
    padded, places, inside = _places(x, kernel.shape[:2], strides, padding, fill=0)
    rows, columns, _, filters = kernel.shape
    _check_upstream(x, upstream, padded[places[0, 0]], filters)
    dx, dkernel = np.zeros_like(padded), np.zeros(kernel.shape)
    for p, q in np.ndindex(rows, columns):
        seen = padded[places[p, q]]  # (B, height', width', channels)
        dkernel[p, q] = np.einsum("bijc,bijf->cf", seen, upstream)
        dx[places[p, q]] += upstream @ kernel[p, q].T
    return dx[inside], dkernel


def max_pooling2d_backward(
    x: np.ndarray,
    upstream: np.ndarray,
    pool_size: int | tuple[int, int] = 2,
    strides: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Backpropagate through max pooling, by hand: each window's largest pixel gets the gradient.

    If several are the largest, the first of them does, row by row, as in TensorFlow.

    Args:
        x: Images `(B, height, width, channels)`.
        upstream: `∂loss/∂y`, `(B, height', width', channels)`, of the shape of the outputs.
        pool_size: As for the pooling.
        strides: As for the pooling; `None` for `pool_size`.
        padding: As for the pooling, `"valid"` or `"same"`.

    Returns:
        `∂loss/∂x`, of the shape of `x`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.array([[1.0, 3.0], [2.0, 3.0]])[None, :, :, None]
        >>> max_pooling2d_backward(x, np.full((1, 1, 1, 1), 5.0))[0, :, :, 0]
        array([[0., 5.],
               [0., 0.]])
    """
    x, upstream = checks.real_arrays(x=x, upstream=upstream)
    size = checks.two("pool_size", pool_size)
    strides = size if strides is None else strides
    padded, places, inside = _places(x, size, strides, padding, fill=-np.inf)
    _check_upstream(x, upstream, padded[places[0, 0]], x.shape[-1])
    pixels = [padded[place] for place in places.values()]  # each (B, height', width', channels)
    largest = np.argmax(pixels, axis=0)  # the first one's number, (B, height', width', channels)
    dx = np.zeros_like(padded)
    for number, place in enumerate(places.values()):
        dx[place] += upstream * (largest == number)
    return dx[inside]


def average_pooling2d_backward(
    x: np.ndarray,
    upstream: np.ndarray,
    pool_size: int | tuple[int, int],
    strides: int | tuple[int, int] | None = None,
    padding: str = "valid",
) -> np.ndarray:
    """Backpropagate through average pooling, by hand: each pixel gets an equal share.

    Forward, `y[i, j] = Σ x[s·i + p, s·j + q] / n` over the `n` pixels of a window that lie in the
    image. Backward, each of these pixels gets `δ[i, j] / n`, with `δ = ∂loss/∂y`, and adds up the
    shares of all windows that it lies in.

    Args:
        x: Images `(B, height, width, channels)`.
        upstream: `δ`, `(B, height', width', channels)`, of the shape of the outputs.
        pool_size: As for the pooling.
        strides: As for the pooling; `None` for `pool_size`.
        padding: As for the pooling, `"valid"` or `"same"`.

    Returns:
        `∂loss/∂x`, of the shape of `x`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.ones((1, 2, 2, 1))
        >>> average_pooling2d_backward(x, np.full((1, 1, 1, 1), 8.0), 2)[0, :, :, 0]
        array([[2., 2.],
               [2., 2.]])
    """
    x, upstream = checks.real_arrays(x=x, upstream=upstream)
    size = checks.two("pool_size", pool_size)
    strides = size if strides is None else strides
    image, places, inside = _places(np.ones(x.shape), size, strides, padding, fill=0)  # 1 or 0
    _check_upstream(x, upstream, image[places[0, 0]], x.shape[-1])
    share = upstream / sum(image[place] for place in places.values())  # δ / n
    dx = np.zeros_like(image)
    for place in places.values():
        dx[place] += share
    return dx[inside]


def batch_normalization_backward(
    x: np.ndarray, gamma: np.ndarray, upstream: np.ndarray, epsilon: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Backpropagate through batch normalization in training, by hand.

    Forward, over all axes but the last: `n = (x - mean)/σ` with `σ = sqrt(variance + ε)`, and `y =
    γ·n + β`. Backward, with `δ = ∂loss/∂y`: `∂β = Σ δ`, `∂γ = Σ δ·n`, and `∂x = γ/σ · (δ - mean(δ)
    - n·mean(δ·n))`: mean and variance also depend on every `x`, which removes what would only shift
    or stretch the batch.

    Args:
        x: Inputs `(B, ..., channels)`.
        gamma: `γ`, `(channels,)`.
        upstream: `δ`, of the shape of `x`.
        epsilon: `ε`.

    Returns:
        `∂loss/∂x`, `∂loss/∂γ` and `∂loss/∂β`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.array([[1.0], [3.0]])
        >>> dx, dgamma, dbeta = batch_normalization_backward(x, np.ones(1), np.ones((2, 1)))
        >>> dx.ravel(), dgamma, dbeta  # to raise both outputs alike, moving the inputs is no use
        (array([0., 0.]), array([0.]), array([2.]))

    Source: Ioffe and Szegedy, Batch normalization: accelerating deep network training by reducing
    internal covariate shift, ICML 2015.
    """
    x, gamma, upstream, epsilon = checks.normalization_slopes(x, gamma, upstream, epsilon)
    axes = tuple(range(x.ndim - 1))
    sigma = np.sqrt(x.var(axis=axes) + epsilon)  # (channels,)
    n = (x - x.mean(axis=axes)) / sigma  # (B, ..., channels)
    common = upstream.mean(axis=axes) + n * (upstream * n).mean(axis=axes)
    dx = gamma / sigma * (upstream - common)
    return dx, (upstream * n).sum(axis=axes), upstream.sum(axis=axes)


def layer_normalization_backward(
    x: np.ndarray, gamma: np.ndarray, upstream: np.ndarray, epsilon: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Backpropagate through layer normalization over the last axis, by hand.

    Forward, row by row: `n = (x - mean)/σ` with `σ = sqrt(variance + ε)`, and `y = γ·n + β`.
    Backward, with `δ = ∂loss/∂y` and `v = γ·δ`: `∂x = (v - mean(v) - n·mean(v·n)) / σ`. It is batch
    normalization along the other axis, where `γ` differs from entry to entry of a mean and so
    stands inside of it. `∂γ = Σ δ·n` and `∂β = Σ δ` over all rows.

    Args:
        x: Inputs `(B, ..., features)`.
        gamma: `γ`, `(features,)`.
        upstream: `δ`, of the shape of `x`.
        epsilon: `ε`.

    Returns:
        `∂loss/∂x`, `∂loss/∂γ` and `∂loss/∂β`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> x = np.array([[1.0, 3.0]])
        >>> dx, dgamma, dbeta = layer_normalization_backward(x, np.ones(2), np.ones((1, 2)))
        >>> dx, dbeta  # to raise both outputs alike, moving the inputs is no use
        (array([[0., 0.]]), array([1., 1.]))

    Source: Ba, Kiros and Hinton, Layer normalization, 2016.
    """
    x, gamma, upstream, epsilon = checks.normalization_slopes(x, gamma, upstream, epsilon)
    rows = tuple(range(x.ndim - 1))
    sigma = np.sqrt(x.var(axis=-1, keepdims=True) + epsilon)  # (B, ..., 1)
    n = (x - x.mean(axis=-1, keepdims=True)) / sigma  # (B, ..., features)
    v = gamma * upstream
    common = v.mean(axis=-1, keepdims=True) + n * (v * n).mean(axis=-1, keepdims=True)
    return (v - common) / sigma, (upstream * n).sum(axis=rows), upstream.sum(axis=rows)


def embedding_backward(x: np.ndarray, upstream: np.ndarray, input_dim: int) -> np.ndarray:
    """Backpropagate through an embedding, by hand: a word's row gets what its places get.

    Forward, `y[b, t] = E[x[b, t]]`. Backward, with `δ = ∂loss/∂y`: `∂E[w] = Σ δ[b, t]` over the
    places where `x[b, t] = w`, and 0 for words that do not occur.

    Args:
        x: Words `(B, ...)`, whole numbers from 0, below `input_dim`.
        upstream: `δ`, `(B, ..., output_dim)`, of the shape of the outputs.
        input_dim: Number of words.

    Returns:
        `∂loss/∂E`, `(input_dim, output_dim)`.

    Raises:
        ValueError: for shapes that do not fit, or words out of range.

    Example:
        >>> embedding_backward(np.array([[2, 0, 2]]), np.array([[[1.0], [2.0], [3.0]]]), 4)
        array([[2.],
               [0.],
               [4.],
               [0.]])
    """
    x, upstream = checks.real_arrays(x=x, upstream=upstream)
    input_dim = checks.positive_integer("input_dim", input_dim)
    checks.word_numbers(x, input_dim)
    fits = upstream.ndim > 0 and upstream.shape[:-1] == x.shape
    checks.fitting_shapes("upstream gradients with one more axis", fits, x, upstream)
    dE = np.zeros((input_dim, upstream.shape[-1]))
    np.add.at(dE, x.astype("int64"), upstream)  # += at each place, also where a word repeats
    return dE


Place = tuple[slice, slice, slice]


def _places(
    x: np.ndarray, size: tuple[int, int], strides: Any, padding: str, fill: float
) -> tuple[np.ndarray, dict[tuple[int, int], Place], Place]:
    """Return the padded images, the places of pixel `(p, q)` of every window, and the inside."""
    height, width = checks.image_size(x.shape)
    down, right = checks.two("strides", strides)
    rows = checks.windows(height, size[0], down, padding)
    columns = checks.windows(width, size[1], right, padding)
    around = ((0, 0), rows.padding, columns.padding, (0, 0))
    padded = np.pad(x.astype("float64"), around, constant_values=fill)
    everything, (top, left) = slice(None), (rows.padding[0], columns.padding[0])
    places = {
        (p, q): (
            everything,
            slice(p, p + rows.reach, down),
            slice(q, q + columns.reach, right),
        )
        for p, q in np.ndindex(*size)
    }
    return padded, places, (everything, slice(top, top + height), slice(left, left + width))


def _check_upstream(x: np.ndarray, upstream: np.ndarray, seen: np.ndarray, channels: int) -> None:
    """Check that the upstream gradients have the shape of the outputs."""
    expected = (*seen.shape[:3], channels)
    fits = upstream.shape == expected
    checks.fitting_shapes(f"upstream gradients of shape {expected}", fits, x, upstream)
