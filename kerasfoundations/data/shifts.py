"""More images from a few: each, shifted by a few pixels, is still the same digit."""

from __future__ import annotations

from typing import Any

import numpy as np

from kerasfoundations import checks


def shift_images(images: np.ndarray, down: Any, right: Any) -> np.ndarray:
    """`y[i, j] = x[i - down, j - right]`, 0 where that is outside of the image.

    Args:
        images: Array `(n, height, width)` or `(n, height, width, channels)`.
        down: How many pixels each image moves down, up if below 0: an integer, or integers `(n,)`.
        right: Likewise to the right, to the left if below 0.

    Returns:
        A new array of the shape and dtype of `images`.

    Raises:
        ValueError: when the images are not a stack, or a distance is not an integer.

    Example:
        >>> shift_images(np.array([[[1, 2], [3, 4]]]), down=1, right=0)
        array([[[0, 0],
                [1, 2]]])
        >>> shift_images(np.array([[[1, 2], [3, 4]]] * 2), down=0, right=[-1, 1])
        array([[[2, 0],
                [4, 0]],
        <BLANKLINE>
               [[0, 1],
                [0, 3]]])
    """
    images = checks.images_to_shift(images)
    n, height, width = images.shape[:3]
    rows = np.arange(height) - checks.pixels("down", down, n)[:, None]  # (n, height)
    columns = np.arange(width) - checks.pixels("right", right, n)[:, None]  # (n, width)
    rows, columns = rows[:, :, None], columns[:, None, :]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)  # (n, h, w)
    shifted = images[np.arange(n)[:, None, None], rows % height, columns % width]
    shifted[~inside] = 0
    return shifted


def shifted_copies(
    images: np.ndarray, labels: np.ndarray, distance: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return the images, then all of them shifted down, up, right and left.

    Args:
        images: Array `(n, height, width)` or `(n, height, width, channels)`.
        labels: Array `(n, ...)`: a shift does not change what an image shows.
        distance: How many pixels.

    Returns:
        Images `(5n, ...)` and labels `(5n, ...)`, of the dtypes of those given.

    Raises:
        ValueError: for shapes that do not fit, or a distance below 1.

    Example:
        >>> digits, labels = np.zeros((2, 28, 28), "uint8"), np.array([3, 7])
        >>> more, same = shifted_copies(digits, labels)
        >>> more.shape, same.tolist()
        ((10, 28, 28), [3, 7, 3, 7, 3, 7, 3, 7, 3, 7])

    Source: Simard, Steinkraus and Platt, Best practices for convolutional neural networks applied
    to visual document analysis, ICDAR 2003.
    """
    images = checks.images_to_shift(images)
    labels = checks.any_array("labels", labels)
    checks.same_length(images, labels)
    d = checks.positive_integer("distance", distance)
    ways = ((0, 0), (d, 0), (-d, 0), (0, d), (0, -d))
    copies = [shift_images(images, *way) for way in ways]
    return np.concatenate(copies), np.concatenate([labels] * len(ways))


def random_shifts(
    images: np.ndarray, distance: int = 2, *, seed: int = 0, epoch: int = 0
) -> np.ndarray:
    """`y[k] = shift(x[k], d[k], r[k])`, each `d[k]` and `r[k]` drawn from `-distance … distance`.

    Every epoch has its own shifts, drawn only from `(seed, epoch)`: both wings see the same bytes,
    and a network hardly ever sees the same image twice.

    Args:
        images: Array `(n, height, width)` or `(n, height, width, channels)`.
        distance: How many pixels at most, down or up and right or left.
        seed: Integer, 0 or more.
        epoch: Number of the epoch, from 0.

    Returns:
        A new array of the shape and dtype of `images`.

    Raises:
        ValueError: when the images are not a stack, or a number is out of range.

    Example:
        An epoch at a time, with an optimizer that continues:

        >>> from kerasfoundations.from_scratch import optimizers, training
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> digits, labels = np.zeros((100, 28, 28), "uint8"), np.arange(100) % 10
        >>> model, optimizer = build_mlp((16,)), optimizers.RMSprop()
        >>> for epoch in range(2):
        ...     x = random_shifts(digits, seed=0, epoch=epoch).reshape(100, 784) / 255
        ...     settings = {"initial_epoch": epoch, "epochs": epoch + 1, "verbose": 0}
        ...     history = training.fit(model, x, labels, optimizer=optimizer, **settings)
    """
    images = checks.images_to_shift(images)
    distance = checks.positive_integer("distance", distance)
    epoch, seed = checks.integer_of_0_or_more("epoch", epoch), checks.seed(seed)
    # The 1 keeps these numbers apart from those that `epoch_order` draws.
    draws = np.random.default_rng([seed, epoch, 1])
    down, right = draws.integers(-distance, distance, (2, len(images)), endpoint=True)
    return shift_images(images, down, right)
