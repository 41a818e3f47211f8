"""Small data sets and limits: the points, how many labels a file may hold, what cannot change."""

import dataclasses

import numpy as np
import pytest

from kerasfoundations.data import DataError, MnistData, data_tensors, make_crumpled_sheets, read_idx
from kerasfoundations.loop.line_fits import LineFit


def test_the_sheets_are_two_spirals_once_around_opposite_each_other():
    points, labels = make_crumpled_sheets(101, noise=0.0)
    assert labels.tolist() == [*[0, 1] * 50, 0]
    radius = np.hypot(*points.T)
    np.testing.assert_allclose(radius, np.linspace(0.15, 1, 101), rtol=1e-6)
    turned = np.where(labels[:, None] == 1, -points, points)  # now all on one spiral
    angles = np.unwrap(np.arctan2(turned[:, 1], turned[:, 0]))
    np.testing.assert_allclose(angles, 2 * np.pi * radius, rtol=1e-5)


def test_a_file_holds_up_to_ten_million_labels(tmp_path):
    path = tmp_path / "labels.idx"
    for count in (10_000_000, 10_000_001):
        path.write_bytes(bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + bytes(count))
        if count == 10_000_000:
            assert len(read_idx(path)) == count
        else:
            with pytest.raises(DataError, match="with n from 1 to 10,000,000"):
                read_idx(path)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (LineFit(2.0, 1.0, 0.0, np.zeros((1, 3))), "slope"),
        (data_tensors()[0], "shape"),
        (MnistData(*[np.zeros(1)] * 4, "mnist", "here"), "x_train"),
    ],
)
def test_what_was_found_cannot_be_set_to_something_else(made, name):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, name, 0)
