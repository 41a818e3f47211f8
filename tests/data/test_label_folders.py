"""Digits as pictures in folders: what is written is read, in sorted order; the rest is refused."""

import re

import numpy as np
import pytest
from PIL import Image

from kerasfoundations import cli
from kerasfoundations.cli.parser import commands
from kerasfoundations.data import (
    DataError,
    DataFileMissingError,
    MnistData,
    load_mnist,
    load_threes_and_sevens,
    sorted_by_path,
    write_label_folders,
)


@pytest.fixture
def digits():
    """Twenty-four random pictures, of all labels."""
    images = np.random.default_rng(0).integers(0, 256, (24, 28, 28), dtype="uint8")
    images[:, 0, 0] = range(24)  # its place
    labels = (np.arange(24) * 7 % 10).astype("uint8")
    return MnistData(images, labels, images[::-1][:12], labels[::-1][:12], "file", "by hand")


@pytest.fixture
def folder(digits, tmp_path):
    assert write_label_folders(digits, tmp_path / "digits") == 36
    return tmp_path / "digits"


def assert_same(found, expected):
    for name in ("x_train", "y_train", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_what_was_written_is_read_in_sorted_order(digits, folder):
    found = load_mnist(path=folder)
    assert_same(found, sorted_by_path(digits))
    assert (found.source, found.origin) == ("file", str(folder))


def test_the_order_is_that_of_names_as_text(digits):
    found = sorted_by_path(digits)
    names = [f"{y}/{x[0, 0]}.png" for x, y in zip(found.x_train, found.y_train, strict=True)]
    assert names == sorted(names)
    assert names[:3] == ["0/0.png", "0/10.png", "0/20.png"]


def test_a_folder_of_threes_and_sevens_is_read_as_the_threes_and_sevens_of_all(digits, tmp_path):
    assert write_label_folders(digits, tmp_path / "pair", labels=(3, 7)) == 7
    expected = load_threes_and_sevens(sorted_by_path(digits))
    assert_same(load_threes_and_sevens(load_mnist(path=tmp_path / "pair")), expected)
    assert expected.y_train.tolist() == sorted(expected.y_train.tolist(), reverse=True)


def test_names_with_a_dot_in_front_and_a_folder_test_are_fine(digits, folder):
    (folder / "valid").rename(folder / "test")
    (folder / "train" / ".DS_Store").write_text("")
    (folder / "train" / "3" / "._1.png").write_text("")
    assert_same(load_mnist(path=folder), sorted_by_path(digits))


def no_test(folder):
    (folder / "valid").rename(folder / "other")


def no_pictures(folder):
    for path in (folder / "valid").rglob("*.png"):
        path.unlink()


def of_no_label(folder):
    (folder / "train" / "11").mkdir()


def a_file_beside(folder):
    (folder / "train" / "labels.csv").write_text("3,7")


def not_a_picture(folder):
    (folder / "train" / "3" / "1.png").write_bytes(b"no picture")


def cut_short(folder):
    path = next((folder / "train" / "3").iterdir())
    path.write_bytes(path.read_bytes()[:200])


def too_wide(folder):
    Image.new("L", (29, 28)).save(folder / "train" / "3" / "1.png")


def too_many_bytes(folder):
    (folder / "train" / "3" / "1.png").write_bytes(bytes(1 << 21))


def a_folder_inside(folder):
    (folder / "train" / "3" / "more").mkdir()


def test_the_command_that_an_error_names_exists(folder):
    no_test(folder)
    with pytest.raises(DataFileMissingError) as raised:
        load_mnist(path=folder)
    [command] = re.findall(r"kerasfoundations ([\w-]+)", str(raised.value))
    assert command in commands()


@pytest.mark.parametrize(
    ("damage", "error", "said"),
    [
        (no_test, DataFileMissingError, "found no folder valid or test"),
        (no_pictures, DataFileMissingError, "valid: found no pictures"),
        (of_no_label, DataError, "11: found this, expected only folders named 0 to 9"),
        (a_file_beside, DataError, "labels.csv: found this, expected only folders named 0 to 9"),
        (not_a_picture, DataError, r"1.png: cannot be read .* expected a PNG or JPEG"),
        (cut_short, DataError, "cannot be read .* expected a PNG or JPEG"),
        (too_wide, DataError, "1.png: found 29 × 28 pixels, expected 28 × 28"),
        (
            too_many_bytes,
            DataError,
            "1.png: found a folder or a large file, expected a picture of 28 × 28 pixels",
        ),
        (
            a_folder_inside,
            DataError,
            "more: found a folder or a large file, expected a picture of 28 × 28 pixels",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_other_folders_are_refused(folder, damage, error, said):
    damage(folder)
    with pytest.raises(error, match=said) as raised:
        load_mnist(path=folder)
    assert "\n" not in str(raised.value)


def test_what_is_there_is_never_written_to(digits, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError, match="already exists, expected a new folder"):
        write_label_folders(digits, tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_an_interrupted_writer_leaves_nothing(digits, tmp_path, monkeypatch):
    saved = []

    def save(self, path, **how):
        saved.append(path)
        if len(saved) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", save)
    with pytest.raises(KeyboardInterrupt):
        write_label_folders(digits, tmp_path / "digits")
    assert list(tmp_path.iterdir()) == []


def test_a_command_writes_a_folder_that_train_takes(digits, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arrays = {name: getattr(digits, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez("my.npz", **arrays)
    assert cli.main(["folders", "pair", "--data", "my.npz", "--digits", "37"]) == 0
    assert capsys.readouterr().out == "wrote 7 pictures to pair: train on them with --data\n"
    assert_same(
        load_threes_and_sevens(load_mnist(path="pair")),
        load_threes_and_sevens(sorted_by_path(digits)),
    )
