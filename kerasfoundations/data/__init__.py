"""The bytes that both wings see: MNIST and its batches. NumPy only.

Nothing here imports TensorFlow or Keras, so both wings get the same arrays in the same order.
"""

from kerasfoundations.data.batches import BatchGenerator, epoch_order, hold_out
from kerasfoundations.data.csv_files import read_csv
from kerasfoundations.data.digit_images import prepare_digit, read_digit_image
from kerasfoundations.data.digit_rows import split_digits
from kerasfoundations.data.files import DataError, DataFileMissingError
from kerasfoundations.data.idx_files import read_idx
from kerasfoundations.data.kinds import DataTensor, data_tensors
from kerasfoundations.data.label_folders import (
    read_label_folders,
    sorted_by_path,
    write_label_folders,
)
from kerasfoundations.data.letters import LETTERS, make_letters
from kerasfoundations.data.loader import DataLoader
from kerasfoundations.data.mnist import (
    OFFLINE_DIGITS,
    OfflineDigitsWarning,
    find_mnist,
    load_mnist,
    load_threes_and_sevens,
)
from kerasfoundations.data.mnist_data import MnistData
from kerasfoundations.data.npz_files import read_npz
from kerasfoundations.data.preparation import flatten_and_scale, one_hot, scale_images, standardize
from kerasfoundations.data.shifts import random_shifts, shift_images, shifted_copies
from kerasfoundations.data.small import (
    load_blood_pressure,
    make_bowl,
    make_crumpled_sheets,
    make_roller_coaster,
)
from kerasfoundations.data.tables import (
    BLOOD_FEATURES,
    HOUSE_FEATURES,
    make_blood_tests,
    make_house_prices,
)
from kerasfoundations.data.text import build_vocabulary, one_hot_characters, word_counts

__all__ = [
    "BLOOD_FEATURES",
    "HOUSE_FEATURES",
    "LETTERS",
    "OFFLINE_DIGITS",
    "BatchGenerator",
    "DataError",
    "DataFileMissingError",
    "DataLoader",
    "DataTensor",
    "MnistData",
    "OfflineDigitsWarning",
    "build_vocabulary",
    "data_tensors",
    "epoch_order",
    "find_mnist",
    "flatten_and_scale",
    "hold_out",
    "load_blood_pressure",
    "load_mnist",
    "load_threes_and_sevens",
    "make_blood_tests",
    "make_bowl",
    "make_crumpled_sheets",
    "make_house_prices",
    "make_letters",
    "make_roller_coaster",
    "one_hot",
    "one_hot_characters",
    "prepare_digit",
    "random_shifts",
    "read_csv",
    "read_digit_image",
    "read_idx",
    "read_label_folders",
    "read_npz",
    "scale_images",
    "shift_images",
    "shifted_copies",
    "sorted_by_path",
    "split_digits",
    "standardize",
    "word_counts",
    "write_label_folders",
]
