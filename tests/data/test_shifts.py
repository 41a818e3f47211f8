"""Shifted digits: the pixels by hand, the same bytes for both wings, and what they are good for."""

import numpy as np
import pytest
from support.arrays import largest_difference
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import (
    flatten_and_scale,
    random_shifts,
    shift_images,
    shifted_copies,
)


def shifted_by_hand(image, down, right):
    """One image, pixel by pixel."""
    shifted = np.zeros_like(image)
    height, width = image.shape[:2]
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                shifted[i, j] = image[i - down, j - right]
    return shifted


@pytest.mark.parametrize("shape", [(25, 4, 5), (25, 4, 5, 2)])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_every_pixel_moves_by_the_shift(rng, shape, dtype):
    images = rng.integers(1, 256, shape).astype(dtype)
    down, right = rng.integers(-5, 6, (2, 25))  # some leave the image altogether
    before = images.copy()
    found = shift_images(images, down, right)
    expected = [shifted_by_hand(*each) for each in zip(images, down, right, strict=True)]
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == dtype
    np.testing.assert_array_equal(images, before)
    np.testing.assert_array_equal(shift_images(images, 1, -2)[3], shifted_by_hand(images[3], 1, -2))
    np.testing.assert_array_equal(shift_images(images, 0, 0), images)


def test_copies_are_the_images_and_their_four_neighbours(rng):
    images, labels = rng.integers(0, 256, (3, 6, 7), dtype="uint8"), np.array([[4], [0], [2]])
    more, same = shifted_copies(images, labels, distance=2)
    for place, way in enumerate([(0, 0), (2, 0), (-2, 0), (0, 2), (0, -2)]):
        part = slice(3 * place, 3 * place + 3)
        np.testing.assert_array_equal(more[part], [shifted_by_hand(x, *way) for x in images])
        np.testing.assert_array_equal(same[part], labels)
    assert more.dtype == "uint8"
    assert len(more) == len(same) == 15


def test_random_shifts_depend_on_seed_and_epoch_alone():
    point = np.zeros((400, 9, 9), "uint8")
    point[:, 4, 4] = 7  # where it goes is the shift
    shifted = random_shifts(point, 2, seed=3, epoch=1)
    np.testing.assert_array_equal(shifted, random_shifts(point, 2, seed=3, epoch=1))
    places = np.argwhere(shifted)[:, 1:] - 4  # (400, 2)
    assert (shifted.sum(axis=(1, 2)) == 7).all()
    ways, counts = np.unique(places, axis=0, return_counts=True)
    assert len(ways) == 25  # each of -2 … 2, down and to the right
    assert np.abs(ways).max() == 2
    assert counts.min() > 4  # of 16 expected
    for other in ({"seed": 4, "epoch": 1}, {"seed": 3, "epoch": 0}):
        moved = np.argwhere(random_shifts(point, 2, **other))[:, 1:] - 4
        assert 0.01 < (moved == places).all(axis=1).mean() < 0.1  # as chance has it, 1 in 25


def trained(wing, x, y, epochs, width, seed, shifted):
    """A network that saw these digits, or in each epoch others by up to a pixel or two."""
    model = wing.mlp.build_mlp((width,), seed=seed)
    settings = {"batch_size": 20, "seed": seed, "verbose": 0, "execution": "epoch"}
    settings |= {"optimizer": "adam"}
    if shifted:  # all epochs as one: the same number of steps
        x = np.concatenate(
            [random_shifts(x, shifted, seed=seed, epoch=epoch) for epoch in range(epochs)]
        )
        y, epochs = np.concatenate([y] * epochs), 1
    wing.training.fit(model, flatten_and_scale(x), y, epochs=epochs, **settings)
    return model


def gains(wing, data, per_class, epochs, width, seed, distance):
    """How much more of the test digits is right with shifts: of the digits, of shifted ones."""
    places = [np.flatnonzero(data.y_train == c)[seed * per_class :][:per_class] for c in range(10)]
    x, y = data.x_train[np.concatenate(places)], data.y_train[np.concatenate(places)]
    models = [trained(wing, x, y, epochs, width, seed, shifted) for shifted in (0, distance)]
    tests = [data.x_test, random_shifts(data.x_test, 2, seed=99)]
    plain, augmented = (
        [
            wing.training.evaluate(model, flatten_and_scale(test), data.y_test)["accuracy"]
            for test in tests
        ]
        for model in models
    )
    return np.subtract(augmented, plain)


@THOROUGH
@pytest.mark.parametrize("wing", sampled(["scratch", "keras"]), indirect=True)
def test_shifts_help_a_network_that_saw_few_digits(wing, offline_data):
    """Seen for seeds 0 to 7: 0.10 to 0.15 more of the test digits, shifted."""
    _, shifted = gains(wing, offline_data, 10, epochs=30, width=32, seed=0, distance=2)
    assert shifted > 0.08


@THOROUGH
def test_shifts_help_with_the_digits_as_they_are(wing, offline_data):
    """20 of each class, seeds 0 to 4: 0.02 to 0.06 more, and 0.15 to 0.18 of shifted ones."""
    found = [gains(wing, offline_data, 20, 100, 128, seed, distance=1) for seed in range(5)]
    assert np.mean(found, axis=0)[0] > 0.015
    assert np.min(found, axis=0)[0] > 0
    assert np.min(found, axis=0)[1] > 0.1


def test_both_wings_train_on_the_same_shifts_epoch_by_epoch(offline_data):
    """In float64, with an optimizer that continues from one call to the next."""
    x, y = offline_data.x_train[:60], offline_data.y_train[:60]
    found = []
    for wing in (SCRATCH, KERAS):
        model = wing.mlp.build_mlp((8,), seed=1, dtype="float64")
        optimizer = wing.optimizers.SGD(0.125, momentum=0.5)  # exact in float32 as well
        for epoch in range(3):
            inputs = flatten_and_scale(random_shifts(x, 2, seed=5, epoch=epoch))
            settings = {"initial_epoch": epoch, "epochs": epoch + 1, "batch_size": 16, "verbose": 0}
            wing.training.fit(model, inputs, y, optimizer=optimizer, **settings)
        found.append(model.get_weights())
    assert largest_difference(*found) < 1e-10
