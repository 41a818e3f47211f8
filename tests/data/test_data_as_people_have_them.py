"""The files that people have: every layout gives the same digits, and its bad neighbours a line."""

import gzip
import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.files_of_digits import (
    ARRAYS,
    BAD_CSV,
    HEADER,
    IMAGES,
    LABELS,
    RNG,
    csv_text,
    idx_bytes,
    names,
    write_idx,
)

from kerasfoundations.cli.digits import load_digits
from kerasfoundations.data import (
    DataError,
    DataFileMissingError,
    known_sets,
    load_mnist,
    read_csv,
    read_idx,
)


def assert_same(data, arrays=ARRAYS):
    for name, array in arrays.items():
        found = getattr(data, name)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize("images", ["(n, 28, 28)", "(n, 28, 28, 1)", "(n, 784)"])
@pytest.mark.parametrize(
    ("images_as", "labels_as"),
    [("u1", "i8"), (">u2", ">i4"), ("<i4", "u2"), (">f8", ">i2"), ("f4", "i1")],
)
@pytest.mark.parametrize(
    "called",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("trainX", "trainY", "testX", "testY"),
    ],
)
def test_an_npz_of_any_names_shapes_and_numbers(tmp_path, images, images_as, labels_as, called):
    shape = {"(n, 28, 28)": (28, 28), "(n, 28, 28, 1)": (28, 28, 1), "(n, 784)": (784,)}[images]
    stored = [
        array.reshape(-1, *shape).astype(images_as) if array.ndim > 1 else array.astype(labels_as)
        for array in ARRAYS.values()
    ]
    np.savez(tmp_path / "my.npz", **dict(zip(called, stored, strict=True)))
    data = load_mnist(path=tmp_path / "my.npz")
    assert (data.source, data.note) == ("file", None)
    assert_same(data)


def test_an_array_in_fortran_order(tmp_path):
    np.savez(tmp_path / "my.npz", **{n: np.asfortranarray(a, ">i4") for n, a in ARRAYS.items()})
    assert_same(load_mnist(path=tmp_path / "my.npz"))


@pytest.mark.parametrize("kind", [">u1", ">i2", ">i4", ">f4", ">f8"])
@pytest.mark.parametrize("shape", [(28, 28), (784,), (28, 28, 1)])
def test_idx_files_of_wider_types_and_flat_images(tmp_path, kind, shape):
    arrays = {n: a.reshape(-1, *shape) if a.ndim > 1 else a for n, a in ARRAYS.items()}
    kinds = dict.fromkeys(("x_train", "x_test"), kind) | {"y_train": ">i4", "y_test": ">i1"}
    assert_same(load_mnist(path=write_idx(tmp_path, names(), arrays, kinds)))


@pytest.mark.parametrize("below", [".", "raw", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw"])
def test_the_folders_that_torchvision_makes(tmp_path, below):
    write_idx(tmp_path / below, names())
    write_idx(tmp_path / below, names(), pack=gzip.compress, ending=".gz")  # it keeps both
    assert_same(load_mnist(path=tmp_path))


@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress)])
def test_of_one_idx_file_the_folder_is_asked_for(tmp_path, mark, ending, pack):
    called = {n: name.replace("-idx", f"{mark}idx") for n, name in names().items()}
    write_idx(tmp_path, called, pack=pack, ending=ending)
    one = tmp_path / f"{called['x_train']}{ending}"
    with pytest.raises(DataError, match=re.escape(f"{one}: found one IDX file, expected the")) as e:
        load_mnist(path=one)
    assert str(e.value).endswith(f": name its folder, {tmp_path}.")
    with pytest.raises(DataFileMissingError, match="no such file"):
        load_mnist(path=tmp_path / "emnist-letters-train-images-idx3-ubyte")


def test_files_with_a_dot_beside_folders_with_a_hyphen(tmp_path):
    called = {n: name.replace("-idx", ".idx") for n, name in names().items()}
    write_idx(tmp_path, called)
    for name in names().values():  # as a known copy of MNIST has them
        (tmp_path / name).mkdir()
    assert_same(load_mnist(path=tmp_path))


def test_two_sets_below_one_folder_are_not_chosen_between(tmp_path):
    for below in ("MNIST/raw", "KMNIST/raw"):
        write_idx(tmp_path / below, names())
    with pytest.raises(DataError, match="found digits in KMNIST/raw and MNIST/raw, expected one"):
        load_mnist(path=tmp_path)


@pytest.mark.parametrize("below", [".", "QMNIST/raw"])
def test_the_eight_columns_of_qmnist(tmp_path, below):
    called = names("qmnist-train", "qmnist-test", "idx2-int")
    columns = RNG.integers(0, 9_000, (20, 7))
    arrays = dict(ARRAYS, y_train=np.column_stack([LABELS, columns]))
    arrays["y_test"] = np.column_stack([LABELS[::2], columns[::2]])
    kinds = {"y_train": ">i4", "y_test": ">i4"}
    write_idx(tmp_path / below, called, arrays, kinds, gzip.compress, ".gz")
    assert_same(load_mnist(path=tmp_path))


@pytest.mark.parametrize("split", ["digits", "mnist"])
@pytest.mark.parametrize("below", [".", "EMNIST/raw", "gzip"])
def test_the_digits_of_emnist_are_turned_and_it_is_said(tmp_path, split, below):
    called = names(f"emnist-{split}-train", f"emnist-{split}-test")
    turned = {n: a.transpose(0, 2, 1) if a.ndim > 1 else a for n, a in ARRAYS.items()}
    write_idx(tmp_path / below, called, turned)
    data = load_mnist(path=tmp_path)
    assert_same(data)
    assert "transposed" in data.note


@pytest.mark.parametrize("below", [".", "gzip"])
def test_of_two_sets_in_one_folder_it_is_noted_which_was_read(tmp_path, below):
    other = {name: array[::-1] for name, array in ARRAYS.items()}
    turned = {n: a.transpose(0, 2, 1) if a.ndim > 1 else a for n, a in ARRAYS.items()}
    write_idx(tmp_path / below, names("emnist-mnist-train", "emnist-mnist-test"), other)
    write_idx(tmp_path / below, names("emnist-digits-train", "emnist-digits-test"), turned)
    digits, mnist = (f"emnist-{name}-train-images-idx3-ubyte" for name in ("digits", "mnist"))
    data = load_mnist(path=tmp_path)
    assert_same(data)
    assert f"{tmp_path / below} holds {digits} and {mnist}: the first, with" in data.note
    assert "transposed" in data.note
    write_idx(tmp_path / below, names())
    data = load_mnist(path=tmp_path)
    assert_same(data)
    assert f"holds train-images-idx3-ubyte and {digits} and {mnist}: the first" in data.note
    assert "transposed" not in data.note


def test_the_commands_say_so_of_full_mnist_as_well(tmp_path, monkeypatch, capsys):
    write_idx(tmp_path, names())
    write_idx(tmp_path, names("emnist-mnist-train", "emnist-mnist-test"))
    shapes = {"x_train": (20, 28, 28), "x_test": (10, 28, 28)}
    monkeypatch.setattr(known_sets, "FULL_SHAPES", shapes)
    monkeypatch.setattr(known_sets, "ARRAYS_SHA256", known_sets.digest(ARRAYS))
    assert load_digits(str(tmp_path)).source == "mnist"
    assert capsys.readouterr().err.startswith(f"NOTE: {tmp_path} holds train-images-idx3-ubyte and")


def test_the_letters_of_emnist_are_refused(tmp_path):
    arrays = dict(ARRAYS, y_train=LABELS + 17)
    with pytest.raises(
        DataError, match=r"label 17 in sample 0, expected whole numbers from 0 to 9"
    ):
        load_mnist(path=write_idx(tmp_path, names(), arrays))


def test_known_sets_are_named_by_their_published_files(tmp_path, monkeypatch):
    write_idx(tmp_path, names(), pack=gzip.compress, ending=".gz")
    assert known_sets.name_of(tmp_path.iterdir()) is None
    digests = {at.name: known_sets.md5(at) for at in tmp_path.iterdir()}
    monkeypatch.setitem(known_sets.FILES, "Small-MNIST", digests)
    data = load_mnist(path=tmp_path)
    assert (data.source, data.origin) == ("file", f"Small-MNIST in {tmp_path}")
    one = tmp_path / "t10k-labels-idx1-ubyte.gz"
    one.write_bytes(gzip.compress(gzip.decompress(one.read_bytes()), 1, mtime=1))
    assert load_mnist(path=tmp_path).origin == str(tmp_path)


def test_a_set_is_named_by_the_files_that_were_read(tmp_path, monkeypatch):
    write_idx(tmp_path, names(), pack=gzip.compress, ending=".gz")
    digests = {at.name: known_sets.md5(at) for at in tmp_path.iterdir()}
    monkeypatch.setitem(known_sets.FILES, "Small-MNIST", digests)
    write_idx(tmp_path, names())  # unpacked beside them, as torchvision does
    assert load_mnist(path=tmp_path).origin == f"Small-MNIST in {tmp_path}"
    changed = ARRAYS | {"x_test": 255 - ARRAYS["x_test"]}
    write_idx(tmp_path, names(), changed)
    data = load_mnist(path=tmp_path)
    assert_same(data, changed)
    assert data.origin == str(tmp_path)
    write_idx(tmp_path, names())
    for at in tmp_path.glob("*.gz"):  # plain files alone are not known
        at.unlink()
    assert load_mnist(path=tmp_path).origin == str(tmp_path)


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("pixel0,", "1x1,"), HEADER.upper()])
@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress)])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_to_the_byte(tmp_path, header, ending, pack, end):
    path = tmp_path / f"train.csv{ending}"
    path.write_bytes(pack(csv_text(header=header, end=end).encode()))
    images, labels = read_csv(path)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(labels, LABELS)


def test_a_byte_order_mark_and_a_missing_last_newline(tmp_path):
    path = tmp_path / "train.csv"
    path.write_bytes(b"\xef\xbb\xbf" + csv_text().rstrip("\n").encode())
    np.testing.assert_array_equal(read_csv(path)[0], IMAGES)


@pytest.mark.parametrize("lone", [True, False])
def test_a_csv_that_may_be_cut_inside_its_last_number_is_noted(tmp_path, lone):
    labels, said = LABELS % 2, "train.csv: the last line has no line end"
    for part in ("train",) if lone else ("train", "test"):
        (tmp_path / f"{part}.csv").write_text(csv_text(labels=labels))
    whole, cut = load_mnist(path=tmp_path), csv_text(labels=labels)[:-2]
    assert said not in (whole.note or "")
    (tmp_path / "train.csv").write_text(cut)  # the last number lacks a digit
    data = load_mnist(path=tmp_path)
    assert len(data.x_train) == len(whole.x_train)
    assert f"{tmp_path / said}: if the file was cut short, its last number may be" in data.note
    assert ("one in 7 of each class" in data.note) == lone
    (tmp_path / "train.csv").write_bytes(gzip.compress(cut.encode()))  # is complete
    assert said not in (load_mnist(path=tmp_path).note or "")


def test_the_end_of_a_csv_is_not_noted_of_full_mnist(tmp_path, monkeypatch):
    """Its digest shows that nothing is missing."""
    for part in ("train", "test"):
        (tmp_path / f"{part}.csv").write_text(csv_text()[:-1])
    assert "no line end" in load_mnist(path=tmp_path).note
    shapes = dict.fromkeys(("x_train", "x_test"), (20, 28, 28))
    monkeypatch.setattr(known_sets, "FULL_SHAPES", shapes)
    arrays = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS}
    monkeypatch.setattr(known_sets, "ARRAYS_SHA256", known_sets.digest(arrays))
    data = load_mnist(path=tmp_path)
    assert (data.source, data.note) == ("mnist", None)


def test_two_csvs_in_a_folder_and_one_alone(tmp_path):
    (tmp_path / "fashion-mnist_train.csv").write_text(csv_text())
    (tmp_path / "fashion-mnist_test.csv").write_text(csv_text(IMAGES[::2], LABELS[::2]))
    assert_same(load_mnist(path=tmp_path))
    unlabelled = csv_text().replace("label,", "", 1)
    for leave in (True, False):  # Kaggle's test file has no labels
        if leave:
            (tmp_path / "fashion-mnist_test.csv").write_text(unlabelled)
        else:
            (tmp_path / "fashion-mnist_test.csv").unlink()
        (tmp_path / "fashion-mnist_train.csv").write_text(
            csv_text(np.repeat(IMAGES, 7, axis=0), np.repeat(LABELS, 7))
        )
        data = load_mnist(path=tmp_path)
        assert (len(data.x_train), len(data.x_test)) == (120, 20)
        assert np.bincount(data.y_test).tolist() == [2] * 10
        assert "one in 7 of each class" in data.note
        again = load_mnist(path=tmp_path / "fashion-mnist_train.csv")
        np.testing.assert_array_equal(again.x_test, data.x_test)


@pytest.mark.parametrize(("ending", "pack"), [("CSV", bytes), ("Csv.GZ", gzip.compress)])
def test_csvs_in_a_folder_are_found_in_capital_letters(tmp_path, ending, pack):
    (tmp_path / f"Train.{ending}").write_bytes(pack(csv_text().encode()))
    (tmp_path / f"TEST.{ending}").write_bytes(pack(csv_text(IMAGES[::2], LABELS[::2]).encode()))
    assert_same(load_mnist(path=tmp_path))


def test_three_csvs_are_not_chosen_between(tmp_path):
    for name in ("a_train.csv", "b_train.csv", "test.csv"):
        (tmp_path / name).write_text(csv_text())
    with pytest.raises(DataError, match=r"found a_train.csv, b_train.csv, test.csv, expected one"):
        load_mnist(path=tmp_path)


@pytest.mark.parametrize("case", BAD_CSV)
@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress)])
def test_a_bad_csv_is_refused_with_its_line(tmp_path, case, ending, pack):
    text, words = BAD_CSV[case]
    path = tmp_path / f"train.csv{ending}"
    path.write_bytes(pack(text.encode()))
    with pytest.raises(DataError) as caught:
        load_mnist(path=path)
    message = str(caught.value)
    assert str(path) in message
    assert words in message
    assert "\n" not in message
    assert ": " in message.split("expected", 1)[1]  # what to do


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (idx_bytes(IMAGES.astype("int64") + 45, ">i2"), "found the grey level 2"),
        (idx_bytes(IMAGES / 255, ">f4"), r"store \(255 \* images\)"),
        (idx_bytes(np.where(IMAGES > 5, np.nan, 0.0), ">f8"), "found the grey level nan"),
        (idx_bytes(LABELS.astype(float), ">f4"), "labels of dtype >f4, expected integers"),
        (idx_bytes(IMAGES.reshape(20, 784)[:, 1:]), r"images of shape \(20, 783\)"),
        (idx_bytes(np.eye(10)[LABELS]), r"labels of shape \(20, 10\).*of one-hot labels store"),
        (idx_bytes(IMAGES, ">i4")[:-1], "found only 62,719 bytes"),
    ],
)
def test_a_bad_idx_file_of_wider_numbers(tmp_path, content, words):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(DataError, match=words):
        read_idx(tmp_path / "file")


@pytest.mark.parametrize("rows", [2_000, 120_000])
def test_a_csv_made_to_fill_the_memory_is_refused(tmp_path, rows):
    content = io.BytesIO()
    with gzip.GzipFile(fileobj=content, mode="wb") as stream:
        stream.write(f"{HEADER}\n".encode())
        stream.write((",".join(["0"] * 785) + "\n").encode() * rows)
    (tmp_path / "train.csv.gz").write_bytes(content.getvalue())
    if rows == 2_000:
        assert len(read_csv(tmp_path / "train.csv.gz")[1]) == rows
    else:
        with pytest.raises(DataError, match="made to fill the memory"):
            read_csv(tmp_path / "train.csv.gz")


SMALL = csv_text(IMAGES[:2], LABELS[:2]).encode()


@settings(max_examples=200, deadline=None)
@given(position=st.integers(0, len(SMALL) - 1), value=st.integers(0, 255))
def test_a_mutated_csv_is_right_or_refused(tmp_path_factory, position, value):
    content = bytearray(SMALL)
    content[position] = value
    path = tmp_path_factory.mktemp("csv") / "train.csv"
    path.write_bytes(content)
    try:
        images, labels = read_csv(path)
    except DataError:
        return
    lines = bytes(content).decode("utf-8-sig").rstrip("\n").split("\n")[1:]
    rows = [[int(number) for number in line.split(",")] for line in lines]
    np.testing.assert_array_equal(np.column_stack([labels, images.reshape(-1, 784)]), rows)
