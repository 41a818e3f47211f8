"""The IDX and npz readers: good files byte for byte, bad ones with a helpful error."""

import gzip
import io
import os
import struct
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kerasfoundations.data import DataError, DataFileMissingError, load_mnist, read_idx, read_npz

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (5, 28, 28), dtype="uint8")
LABELS = np.array([3, 1, 4, 1, 5], dtype="uint8")
ARRAYS = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:2], "y_test": LABELS[:2]}


def idx_bytes(array):
    magic = {3: 2051, 1: 2049}[array.ndim]
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def npz_bytes(save=np.savez, **changes):
    buffer = io.BytesIO()
    save(buffer, **{**ARRAYS, **changes})
    return buffer.getvalue()


def zip_of_texts():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ARRAYS:
            archive.writestr(f"{name}.npy", "hello")
    return buffer.getvalue()


def npz_of(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def with_header(array, shape):
    """An npz whose x_train claims another shape than it has bytes for."""
    member = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        member, {"descr": "|u1", "fortran_order": False, "shape": shape}
    )
    member.write(array.tobytes())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x_train.npy", member.getvalue())
        for name in ("y_train", "x_test", "y_test"):
            other = io.BytesIO()
            np.save(other, ARRAYS[name])
            archive.writestr(f"{name}.npy", other.getvalue())
    return buffer.getvalue()


def zeros_npz(num_images):
    """An archive of that many blank images, which deflate shrinks to a thousandth."""
    return npz_bytes(np.savez_compressed, x_train=np.zeros((num_images, 28, 28), "uint8"))


def twice_in_npz():
    with zipfile.ZipFile(io.BytesIO(GOOD_NPZ)) as archive:
        content = archive.read("y_test.npy")
    stream = io.BytesIO(GOOD_NPZ)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile says so, and does it
        archive.writestr("y_test.npy", content)
    return stream.getvalue()


def with_sizes(compressed, size):
    """An npz whose directory gives its first member the wrong sizes."""
    start = GOOD_NPZ.index(b"PK\1\2") + 20
    return GOOD_NPZ[:start] + struct.pack("<II", compressed, size) + GOOD_NPZ[start + 8 :]


def with_long_directory():
    """An npz whose directory claims to be two megabytes long."""
    end = GOOD_NPZ.rindex(b"PK\5\6")
    return GOOD_NPZ[: end + 12] + struct.pack("<I", 2 << 20) + GOOD_NPZ[end + 16 :]


def flipped(content, position):
    changed = bytearray(content)
    changed[position] ^= 0xFF
    return bytes(changed)


def flipped_in_member(content):
    """One byte of the stored images changed: the archive's checksum no longer fits."""
    return flipped(content, content.index(IMAGES.tobytes()[:64]) + 10)


GOOD_IDX = idx_bytes(IMAGES)
GOOD_GZ = gzip.compress(GOOD_IDX)
GOOD_NPZ = npz_bytes()

BAD_IDX = {
    "empty": (b"", "empty"),
    "wrong magic": (struct.pack(">IIII", 2563, 5, 28, 28) + IMAGES.tobytes(), "magic number"),
    "too many axes": (struct.pack(">IIIII", 2053, 5, 28, 28, 1) + IMAGES.tobytes(), "magic number"),
    "text": (b"<html>not found</html>", "magic number"),
    "three bytes": (GOOD_IDX[:3], "magic number"),
    "header cut short": (GOOD_IDX[:10], "header ends after 10 bytes, expected 16"),
    "values cut short": (GOOD_IDX[:-1], "only 3,919 bytes"),
    "nothing after the header": (GOOD_IDX[:16], "header promises"),
    "one value too many": (GOOD_IDX + b"\0", "found more bytes"),
    "images of another size": (struct.pack(">IIII", 2051, 5, 27, 28) + b"\0" * 3780, "(5, 27, 28)"),
    "no images": (struct.pack(">IIII", 2051, 0, 28, 28), "(0, 28, 28)"),
    "a header that lies": (struct.pack(">IIII", 2051, 2**32 - 1, 28, 28) + b"\0", "4294967295"),
    "gzip cut short": (GOOD_GZ[:-20], "cannot be read"),
    "gzip with a flipped byte": (flipped(GOOD_GZ, len(GOOD_GZ) // 2), "cannot be read"),
    "gzip with a wrong checksum": (flipped(GOOD_GZ, -6), "cannot be read"),
    "gzip of too little": (gzip.compress(GOOD_IDX[:-7]), "only 3,913"),
    "gzip of too much": (gzip.compress(GOOD_IDX + b"\0" * 5000), "found more bytes"),
    "gzip of nothing": (gzip.compress(b""), "magic number"),
    "gzip with a header that lies": (
        gzip.compress(struct.pack(">IIII", 2051, 10**6, 28, 28)),
        "header promises",
    ),
    "gzip bomb": (
        gzip.compress(struct.pack(">IIII", 2051, 70_000, 28, 28) + bytes(70_000 * 784), 1),
        "header promises",
    ),
}
BAD_NPZ = {
    "empty": (b"", "empty"),
    "text": (b"<html>not found</html>", "cannot be read"),
    "cut short": (GOOD_NPZ[: len(GOOD_NPZ) // 2], "cannot be read"),
    "flipped byte": (flipped_in_member(GOOD_NPZ), "cannot be read"),
    "compressed and cut": (npz_bytes(np.savez_compressed)[:-400], "cannot be read"),
    "an array is missing": (
        npz_of(x_train=IMAGES),
        "expected ['x_train', 'y_train', 'x_test', 'y_test']",
    ),
    "pickled objects": (npz_bytes(x_train=np.array([{}, {}], dtype=object)), "pickled"),
    "pickled labels": (npz_bytes(y_test=np.array([1, "a"], dtype=object)), "pickled"),
    "scaled images": (npz_bytes(x_train=IMAGES / 255), "store (255 * images).round()"),
    "negative images": (npz_bytes(x_train=-IMAGES.astype("int16")), "found the grey level -"),
    "float labels": (npz_bytes(y_train=LABELS.astype("float64")), "float64, expected integers"),
    "negative labels": (
        npz_bytes(y_train=-LABELS.astype("int8")),
        "the label -3 in sample 0",
    ),
    "colour images": (npz_bytes(x_train=np.stack([IMAGES] * 3, -1)), "(5, 28, 28, 3)"),
    "images of 783 pixels": (npz_bytes(x_train=IMAGES.reshape(5, 784)[:, 1:]), "(5, 783)"),
    "two of one kind": (npz_bytes(train_images=IMAGES), "train_images and x_train"),
    "labels one-hot": (npz_bytes(y_train=np.eye(5, dtype="uint8")), "(5, 5)"),
    "no images": (npz_bytes(x_test=IMAGES[:0]), "(0, 28, 28)"),
    "a header that lies": (with_header(IMAGES, (10**6, 28, 28)), "header promises"),
    "a header that lies a little": (with_header(IMAGES, (6, 28, 28)), "only 3,920"),
    "a header that hides some": (with_header(IMAGES, (4, 28, 28)), "found more bytes"),
    "a member that is no array": (zip_of_texts(), "cannot be read"),
    "a gzip": (GOOD_GZ, "cannot be read"),
    "a bomb": (zeros_npz(70_000), "was made to fill the memory"),
    "an array that is there twice": (twice_in_npz(), "y_test.npy is in it twice"),
    "another name in the member's own header": (
        GOOD_NPZ.replace(b"x_train.npy", b"\xff" * 11, 1),
        "cannot be read (File name in directory",
    ),
    "a name without end in the member's own header": (
        GOOD_NPZ[:26] + struct.pack("<H", 0xFFFF) + GOOD_NPZ[28:] + bytes(70_000),
        "cannot be read (",
    ),
    "more bytes than the file has": (with_sizes(50_000, 50_000), "claim more bytes than the file"),
    "more bytes than can be stored": (with_sizes(4_048, 9_000), "claims 9,000 bytes in 4,048"),
    "a long list of members": (with_long_directory(), "claims 2,097,152 bytes"),
}


def assert_refused(read, path, content, words):
    path.write_bytes(content)
    before = {file: file.stat().st_mtime_ns for file in path.parent.rglob("*")}
    with pytest.raises(DataError) as caught:
        read(path)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 800
    assert str(path) in message
    assert words in message
    assert "expected" in message
    assert ": " in message.split("expected", 1)[1]  # what to do
    assert path.read_bytes() == content
    assert {file: file.stat().st_mtime_ns for file in path.parent.rglob("*")} == before


@pytest.mark.parametrize("case", BAD_IDX)
def test_a_bad_idx_file_is_refused_in_one_line(tmp_path, case):
    assert_refused(read_idx, tmp_path / "train-images-idx3-ubyte", *BAD_IDX[case])


@pytest.mark.parametrize("case", BAD_NPZ)
def test_a_bad_npz_file_is_refused_in_one_line(tmp_path, case):
    assert_refused(read_npz, tmp_path / "mnist.npz", *BAD_NPZ[case])


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
@pytest.mark.parametrize("array", [IMAGES, LABELS], ids=["images", "labels"])
def test_idx_files_are_read_to_the_byte(tmp_path, array, pack):
    path = tmp_path / "some-name"
    path.write_bytes(pack(idx_bytes(array)))
    found = read_idx(path)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == np.uint8
    found[0] = 0  # the array is the reader's own, and writable


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_files_are_read_to_the_byte(tmp_path, save):
    path = tmp_path / "mnist.npz"
    path.write_bytes(npz_bytes(save, x_train=np.asfortranarray(IMAGES)))
    found = read_npz(path)
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].flags.c_contiguous
        assert found[name].flags.writeable


@pytest.mark.parametrize("read", [read_idx, read_npz])
def test_a_missing_file_and_a_folder_are_errors(tmp_path, read):
    with pytest.raises(DataFileMissingError, match="no such file"):
        read(tmp_path / "absent")
    with pytest.raises(FileNotFoundError):  # what Python itself would raise
        read(tmp_path / "absent")
    with pytest.raises(DataError, match="found a folder"):
        read(tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        read(tmp_path / "zero\0byte")


@pytest.mark.parametrize("read", [read_idx, read_npz])
def test_an_unreadable_file_says_what_to_do(tmp_path, read, monkeypatch):
    path = tmp_path / "mnist.npz"
    path.write_bytes(GOOD_NPZ)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root can read everything: let the system refuse instead

        def refuse(*arguments, **options):
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr("builtins.open", refuse)
        monkeypatch.setattr("io.open", refuse)
    with pytest.raises(DataError, match=r"permission denied.*change its permissions"):
        read(path)


def folder_of(tmp_path, ending="", mark="-", pack=bytes, **changes):
    arrays = {**ARRAYS, **changes}
    for name, stem in {"train": "train", "test": "t10k"}.items():
        for axes, what, array in (
            (3, "images", arrays[f"x_{name}"]),
            (1, "labels", arrays[f"y_{name}"]),
        ):
            path = tmp_path / f"{stem}-{what}{mark}idx{axes}-ubyte{ending}"
            path.write_bytes(pack(idx_bytes(array)))
    return tmp_path


@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize(("ending", "pack"), [("", bytes), (".gz", gzip.compress)])
def test_a_folder_of_four_idx_files_is_loaded(tmp_path, ending, mark, pack):
    data = load_mnist(path=folder_of(tmp_path, ending, mark, pack))
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(getattr(data, name), array)
    assert data.source == "file"
    assert data.note is None


def test_a_folder_without_one_of_the_files_names_it(tmp_path):
    (folder_of(tmp_path) / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataFileMissingError, match=r"t10k-labels-idx1-ubyte.*four IDX files"):
        load_mnist(path=tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"y_train": np.array([0, 1, 2, 3, 10], "uint8")},
            "label 10 in sample 4, expected",
        ),
        ({"y_test": np.array([255, 1], "uint8")}, "label 255 in sample 0, expected"),
        ({"y_train": LABELS[:4]}, "5 train images and 4 train labels"),
        ({"x_test": IMAGES[:3]}, "3 test images and 2 test labels"),
    ],
)
def test_labels_out_of_range_and_lengths_that_differ_are_refused(tmp_path, changes, words):
    path = tmp_path / "mnist.npz"
    assert_refused(lambda p: load_mnist(path=p), path, npz_bytes(**changes), words)
    path.unlink()
    with pytest.raises(DataError, match=words):
        load_mnist(path=folder_of(tmp_path, **changes))


# Larger than what zipfile reads at once, so that a header is parsed before its checksum is known.
MANY = RNG.integers(0, 256, (12, 28, 28), dtype="uint8")
LARGE_NPZ = npz_bytes(x_train=MANY, y_train=MANY[:, 0, 0] % 10)


@settings(max_examples=300, deadline=None)
@given(position=st.integers(0, 400) | st.integers(0, len(LARGE_NPZ) - 1), value=st.integers(0, 255))
def test_a_mutated_larger_npz_is_refused_or_right(tmp_path_factory, position, value):
    content = bytearray(LARGE_NPZ)
    content[position] = value
    path = tmp_path_factory.mktemp("mutated") / "mnist.npz"
    path.write_bytes(content)
    try:
        found = read_npz(path)
    except DataError as refused:
        found = {}
        event(" ".join(str(refused).split()[1:4]))
    if found:
        np.testing.assert_array_equal(found["x_train"], MANY)


@settings(max_examples=300, deadline=None)
@given(position=st.integers(0, len(GOOD_NPZ) - 1), value=st.integers(0, 255))
def test_a_mutated_npz_loads_the_right_data_or_is_refused(tmp_path_factory, position, value):
    content = bytearray(GOOD_NPZ)
    content[position] = value
    path = tmp_path_factory.mktemp("mutated") / "mnist.npz"
    path.write_bytes(content)
    try:
        found = read_npz(path)
    except DataError as refused:
        found = {}
        event(" ".join(str(refused).split()[1:4]))
    if found:
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(found[name], array)


@settings(max_examples=300, deadline=None)
@given(cut=st.integers(0, len(GOOD_GZ) - 1))
def test_a_gzip_that_is_cut_anywhere_is_refused(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("cut") / "train-images-idx3-ubyte.gz"
    path.write_bytes(GOOD_GZ[:cut])
    with pytest.raises(DataError):
        read_idx(path)
