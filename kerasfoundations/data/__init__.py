"""The bytes that both wings see: MNIST and its batches. NumPy only.

Nothing here imports TensorFlow or Keras, so both wings get the same arrays in the same order.
"""

from kerasfoundations.data.batches import BatchGenerator, epoch_order
from kerasfoundations.data.digit_images import prepare_digit, read_digit_image
from kerasfoundations.data.digit_rows import split_digits
from kerasfoundations.data.files import DataError, DataFileMissingError, read_idx, read_npz
from kerasfoundations.data.kinds import DataTensor, data_tensors
from kerasfoundations.data.label_folders import (
    read_label_folders,
    sorted_by_path,
    write_label_folders,
)
from kerasfoundations.data.loader import DataLoader
from kerasfoundations.data.mnist import (
    OFFLINE_DIGITS,
    OfflineDigitsWarning,
    find_mnist,
    load_mnist,
    load_threes_and_sevens,
)
from kerasfoundations.data.mnist_data import MnistData
from kerasfoundations.data.preparation import flatten_and_scale, one_hot, scale_images, standardize
from kerasfoundations.data.small import (
    load_blood_pressure,
    make_bowl,
    make_crumpled_sheets,
    make_roller_coaster,
)

__all__ = [
    "OFFLINE_DIGITS",
    "BatchGenerator",
    "DataError",
    "DataFileMissingError",
    "DataLoader",
    "DataTensor",
    "MnistData",
    "OfflineDigitsWarning",
    "data_tensors",
    "epoch_order",
    "find_mnist",
    "flatten_and_scale",
    "load_blood_pressure",
    "load_mnist",
    "load_threes_and_sevens",
    "make_bowl",
    "make_crumpled_sheets",
    "make_roller_coaster",
    "one_hot",
    "prepare_digit",
    "read_digit_image",
    "read_idx",
    "read_label_folders",
    "read_npz",
    "scale_images",
    "sorted_by_path",
    "split_digits",
    "standardize",
    "write_label_folders",
]
