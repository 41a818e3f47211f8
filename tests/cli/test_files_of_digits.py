"""`--data FILE`, of each kind that people have: both wings train on it; a bad one is a line."""

import numpy as np
import pytest
from support.files_of_digits import (
    ARRAYS,
    BAD_CSV,
    IMAGES,
    KINDS,
    LABELS,
    idx_bytes,
    names,
    write_idx,
)
from support.shortcuts import save_pictures_undrawn
from support.thorough import sampled

from kerasfoundations import runs

WORDS = "--model softmax --epochs 2 --batch-size 8 --optimizer sgd --execution eager --quiet"


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    save_pictures_undrawn(monkeypatch)


def trained(run_here, tmp_path, wing, place):
    """What a training run on that file leaves: the numbers of its epochs, and its weights."""
    done = run_here(f"train {wing} --data {place} {WORDS} --out run-{wing}")
    assert done.returncode == 0, done.stderr
    weights = runs.load_model(tmp_path / f"run-{wing}").get_weights()
    return weights, runs.load_metrics(tmp_path / f"run-{wing}")


@pytest.mark.parametrize("kind", sampled(KINDS, every=3))
@pytest.mark.parametrize("wing", ["scratch", "keras"])
def test_each_kind_of_file_trains_as_the_plain_one_does(run_here, tmp_path, wing, kind):
    (tmp_path / "plain").mkdir()
    (tmp_path / "given").mkdir()
    expected, _ = trained(run_here, tmp_path, wing, KINDS["npz"](tmp_path / "plain"))
    weights, metrics = trained(run_here, tmp_path, wing, KINDS[kind](tmp_path / "given"))
    assert (metrics["data"], metrics["target"]) == ("file", None)
    if kind != "pictures in folders":  # which are read in sorted order
        for found, wanted in zip(weights, expected, strict=True):
            np.testing.assert_array_equal(found, wanted)


def changed(array, place, number, kind=None):
    array = array.astype(kind or array.dtype)
    array[place] = number
    return array


BAD_ARRAYS = {
    "label 10": ("y_train", changed(LABELS, 3, 10), "the label 10 in sample 3"),
    "pixel 300": ("x_train", changed(IMAGES, (5, 1, 2), 300, "i4"), "level 300 in sample 5"),
    "783 pixels": ("x_train", IMAGES.reshape(20, 784)[:, 1:], "images of shape (20, 783)"),
    "27 columns": ("x_test", IMAGES[:, :, 1:], "images of shape (20, 28, 27)"),
    "one-hot labels": ("y_test", np.eye(10, dtype="u1")[LABELS], "labels of shape (20, 10)"),
}


def in_idx(folder, name, array):
    write_idx(folder, names())
    kind = ">i4" if array.dtype == np.int32 else ">u1"
    (folder / names()[name]).write_bytes(idx_bytes(array, kind))
    return folder, folder / names()[name]


def in_npz(folder, name, array):
    np.savez(folder / "my.npz", **dict(ARRAYS, **{name: array}))
    return folder / "my.npz", folder / "my.npz"


def assert_one_line(done, file, words):
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"error: {file}")
    assert words in line
    assert ": " in line.split("expected", 1)[1]  # what to do


@pytest.mark.parametrize("command", sampled(["train scratch", "compare", "benchmark"], every=3))
@pytest.mark.parametrize("write", [in_idx, in_npz])
@pytest.mark.parametrize("case", BAD_ARRAYS)
def test_bad_arrays_are_one_line_that_names_file_sample_and_remedy(
    run_here, tmp_path, case, write, command
):
    name, array, words = BAD_ARRAYS[case]
    place, file = write(tmp_path, name, array)
    assert_one_line(run_here(f"{command} --data {place} --quiet"), file, words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (IMAGES.tobytes(), "expected an IDX magic number"),
        (idx_bytes(IMAGES)[:9], "the header ends after 9 bytes"),
        (idx_bytes(IMAGES)[:-9], "found only 15,671 bytes after the header"),
        (b"", "found an empty file"),
    ],
    ids=["header missing", "header cut short", "cut short", "empty"],
)
def test_a_bad_idx_file_is_one_line(run_here, tmp_path, content, words):
    write_idx(tmp_path, names())
    (tmp_path / names()["x_train"]).write_bytes(content)
    done = run_here(f"train scratch --data {tmp_path} --quiet")
    assert_one_line(done, tmp_path / names()["x_train"], words)


@pytest.mark.parametrize("case", sampled(BAD_CSV, every=6))
def test_a_bad_csv_is_one_line_that_names_file_line_and_remedy(run_here, tmp_path, case):
    text, words = BAD_CSV[case]
    (tmp_path / "train.csv").write_text(text)
    assert_one_line(run_here("train scratch --data train.csv --quiet"), "train.csv", words)
