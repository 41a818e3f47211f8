"""Layouts of other frameworks: Keras's arrays and back, element by element."""

import numpy as np
import pytest

from kerasfoundations.diagnose import layouts

# A slot, the shapes of its arrays, and of Keras's.
SLOTS = {
    "same": (layouts.same("b"), [(3,)], (3,)),
    "dense": (layouts.kernel("w"), [(2, 3)], (3, 2)),
    "convolution": (layouts.kernel("w"), [(4, 2, 3, 5)], (3, 5, 2, 4)),
    "line": (layouts.kernel("w"), [(4, 2, 3)], (3, 2, 4)),
    "depthwise": (layouts.depthwise_kernel("w", 2), [(6, 1, 4, 5)], (4, 5, 2, 3)),
    "flattened": (layouts.flattened_kernel("w", 2), [(3, 8)], (8, 3)),
    "gates": (layouts.gates("w", (1, 2, 0)), [(6, 4)], (4, 6)),
    "stacked": (layouts.stacked_biases("a", "b", (1, 2, 0)), [(6,), (6,)], (2, 6)),
}


@pytest.mark.parametrize("name", SLOTS)
def test_what_is_written_is_read_again(name):
    slot, shapes, expected = SLOTS[name]
    random = np.random.default_rng(0)
    arrays = [random.normal(size=shape) for shape in shapes]
    read = slot.read(*arrays)
    assert read.shape == expected
    for back, array in zip(slot.write(read), arrays, strict=True):
        np.testing.assert_array_equal(back, array)
    assert len(slot.names) == len(arrays)
    np.testing.assert_array_equal(slot.gradient(*arrays), read)


def test_a_flattened_kernel_reads_the_same_image():
    random = np.random.default_rng(0)
    image, kernel = random.normal(size=(3, 4, 2)), random.normal(size=(5, 24))
    first = image.transpose(2, 0, 1).ravel()  # channels, height, width
    right = layouts.flattened_kernel("w", 2).read(kernel)
    np.testing.assert_allclose(image.ravel() @ right, kernel @ first)


def test_gates_are_moved_whole():
    array = np.repeat([10.0, 20.0, 30.0], 2)[:, None] + np.arange(6)[:, None] / 10
    read = layouts.gates("w", (1, 2, 0)).read(array)
    np.testing.assert_allclose(read, [[20.2, 20.3, 30.4, 30.5, 10.0, 10.1]])


def test_a_depthwise_kernel_keeps_the_outputs_of_a_channel_together():
    array = np.arange(6.0).reshape(6, 1, 1, 1)  # channel 0: outputs 0 to 2
    read = layouts.depthwise_kernel("w", 2).read(array)
    np.testing.assert_array_equal(read, [[[[0, 1, 2], [3, 4, 5]]]])
