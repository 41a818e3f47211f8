"""Images that stay on disk: the same rows as in memory, from every kind of file."""

import gzip
import resource
import tempfile

import numpy as np
import pytest
from support.files_of_digits import ARRAYS, IMAGES, LABELS, csv_text, idx_bytes, names, write_idx

from kerasfoundations.data import (
    DataError,
    MnistData,
    flatten_and_scale,
    hold_out,
    load_mnist,
    load_threes_and_sevens,
    read_idx,
    scale_images,
    streams,
    write_label_folders,
)
from kerasfoundations.data.streams import RowsOnDisk, StreamedImages
from kerasfoundations.system import free_memory

ROWS = [slice(None), slice(3, 9), slice(0, 20, 7), slice(4, 4), np.array([19, 0, 1, 2, 7])]
ROWS += [LABELS == 3, np.array([], int)]


@pytest.fixture
def no_memory(monkeypatch):
    monkeypatch.setattr(streams, "free_memory", lambda: 0)


def as_(dtype, shape=(20, 28, 28)):
    return ARRAYS | {"x_train": IMAGES.reshape(shape).astype(dtype)}


def npz(path, arrays=ARRAYS, save=np.savez):
    save(path / "digits.npz", **arrays)
    return path / "digits.npz"


def written(path, text):
    path.write_bytes(text)
    return path


PLACES = {
    "npz": npz,
    "npz of vectors": lambda p: npz(p, as_("uint8", (20, 784))),
    "npz, compressed": lambda p: npz(p, save=np.savez_compressed),
    "npz of floats": lambda p: npz(p, as_(">f4", (20, 28, 28, 1))),
    "idx": lambda p: write_idx(p, names()),
    "idx, gzipped": lambda p: write_idx(p, names(), pack=gzip.compress, ending=".gz"),
    "idx of 32 bits": lambda p: write_idx(p, names(), kinds={"x_train": ">i4"}),
    "EMNIST": lambda p: write_idx(p, names("emnist-digits-train", "emnist-digits-test")),
    "csv": lambda p: written(p / "digits.csv", csv_text(labels=LABELS % 2).encode()),
    "csv, gzipped": lambda p: written(
        p / "digits.csv.gz", gzip.compress(csv_text(labels=LABELS % 2).encode())
    ),
    "pictures": lambda p: (
        write_label_folders(MnistData(**ARRAYS, source="file", origin=""), p / "digits"),
        p / "digits",
    )[1],
}


@pytest.mark.parametrize("kind", PLACES)
def test_images_on_disk_are_those_in_memory(kind, tmp_path, no_memory):
    place = PLACES[kind](tmp_path)
    loaded, left = load_mnist(path=place), load_mnist(path=place, stream=True)
    assert (left.origin, left.note, left.source) == (loaded.origin, loaded.note, loaded.source)
    for part in ("train", "test"):
        images = getattr(left, f"x_{part}")
        assert isinstance(images, RowsOnDisk)
        np.testing.assert_array_equal(images, getattr(loaded, f"x_{part}"))
        np.testing.assert_array_equal(getattr(left, f"y_{part}"), getattr(loaded, f"y_{part}"))


def test_what_fits_or_was_not_asked_for_is_an_array(tmp_path, monkeypatch):
    place = npz(tmp_path)
    assert isinstance(load_mnist(path=place, stream=True).x_train, np.ndarray)
    # 20 images of 784 pixels of 5 bytes are half of it, and one byte less is too little
    monkeypatch.setattr(streams, "free_memory", lambda: 2 * 20 * 784 * 5)
    assert isinstance(load_mnist(path=place, stream=True).x_train, np.ndarray)
    monkeypatch.setattr(streams, "free_memory", lambda: 2 * 20 * 784 * 5 - 1)
    assert isinstance(load_mnist(path=place, stream=True).x_train, RowsOnDisk)
    assert isinstance(load_mnist(path=place).x_train, np.ndarray)


def test_a_wrong_number_far_behind_is_named_by_its_sample(tmp_path, no_memory):
    images = np.zeros((5_000, 28, 28), "int16")
    images[4_500, 3, 3] = 300
    path = written(tmp_path / "images", idx_bytes(images, ">i2"))
    for stream in (True, False):
        with pytest.raises(DataError, match="the grey level 300 in sample 4,500, expected"):
            read_idx(path, stream)


def test_rows_can_be_taken_in_any_order_and_of_parts(tmp_path, no_memory):
    left = load_mnist(path=npz(tmp_path), stream=True).x_train
    turned = left.transpose()
    assert (left.shape, left.ndim, left.dtype, len(left)) == ((20, 28, 28), 3, "uint8", 20)
    for rows in ROWS:
        np.testing.assert_array_equal(left[rows], IMAGES[rows])
        np.testing.assert_array_equal(left.part(rows)[:], IMAGES[rows])
        np.testing.assert_array_equal(turned[rows], IMAGES[rows].transpose(0, 2, 1))
        np.testing.assert_array_equal(
            turned.part(slice(2, None)).part(rows[rows < 18] if rows is ROWS[4] else slice(5)),
            IMAGES.transpose(0, 2, 1)[2:][rows[rows < 18] if rows is ROWS[4] else slice(5)],
        )


@pytest.mark.parametrize("source", ["memory", "disk"])
def test_streamed_images_are_the_floats_of_an_array(source, tmp_path, no_memory, dtype):
    images = IMAGES if source == "memory" else load_mnist(path=npz(tmp_path), stream=True).x_train
    for channels, prepare in ((False, flatten_and_scale), (True, scale_images)):
        x, expected = StreamedImages(images, channels, dtype), prepare(IMAGES).astype(dtype)
        assert (x.shape, x.ndim, x.dtype, len(x)) == (expected.shape, expected.ndim, dtype, 20)
        for rows in ROWS:
            assert x[rows].dtype == dtype
            np.testing.assert_array_equal(x[rows], expected[rows])
            if len(expected[rows]):
                np.testing.assert_array_equal(np.asarray(x.part(rows)), expected[rows])
    (first, *_), (last, *_) = hold_out((x, LABELS, None), 0.25)
    assert isinstance(first, StreamedImages)
    np.testing.assert_array_equal(np.concatenate([first, last]), expected)


def test_threes_and_sevens_stay_on_disk(tmp_path, no_memory):
    labels = {"y_train": LABELS % 4 + 2, "y_test": np.resize([3, 7], 10)}
    labels["y_train"][-1] = 7
    pair = load_threes_and_sevens(load_mnist(path=npz(tmp_path, ARRAYS | labels), stream=True))
    assert isinstance(pair.x_train, RowsOnDisk)
    kept = np.isin(labels["y_train"], [3, 7])
    np.testing.assert_array_equal(pair.x_train, IMAGES[kept])


def test_images_that_are_not_uint8_cannot_be_streamed():
    with pytest.raises(ValueError, match="takes uint8 grey levels 0 to 255, received float64"):
        StreamedImages(IMAGES / 255)


def damaged(content):
    """The same bytes but one, in the middle of the images to train on."""
    place = content.index(IMAGES.tobytes()[:784]) + 400
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def test_a_damaged_file_is_found_before_anything_trains(tmp_path, no_memory):
    place = npz(tmp_path)
    place.write_bytes(damaged(place.read_bytes()))
    with pytest.raises(DataError, match="Bad CRC-32"):
        load_mnist(path=place, stream=True)
    folder = write_idx(tmp_path / "idx", names())
    path = folder / names()["x_train"]
    for content in (path.read_bytes()[:-1], path.read_bytes() + b"\0"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="cut short or"):
            load_mnist(path=folder, stream=True)
    bad = csv_text().replace("\n3,", "\n13,", 1)
    with pytest.raises(DataError, match="line 5: found the label '13'"):
        load_mnist(path=written(tmp_path / "bad.csv", bad.encode()), stream=True)


def test_a_file_that_is_cut_short_while_it_is_read_is_an_error(tmp_path, no_memory):
    place = npz(tmp_path)
    images = load_mnist(path=place, stream=True).x_train
    with open(place, "r+b") as file:
        file.truncate(5000)
    with pytest.raises(DataError, match=r"digits\.npz: ended at byte 5,000 while it was read"):
        images[:]


def test_a_full_disk_is_an_error_that_names_the_folder(tmp_path, no_memory, monkeypatch):
    place = npz(tmp_path, save=np.savez_compressed)
    monkeypatch.setattr(streams.shutil, "disk_usage", lambda folder: resource_of(free=100))
    with pytest.raises(DataError, match=r"0\.0 GB that are free in .*set TMPDIR to a folder"):
        load_mnist(path=place, stream=True)


def resource_of(free):
    return type("Usage", (), {"free": free})


def test_temporary_files_disappear(tmp_path, no_memory, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spool"))
    (tmp_path / "spool").mkdir()
    left = load_mnist(path=npz(tmp_path, save=np.savez_compressed), stream=True)
    assert not list((tmp_path / "spool").iterdir())
    np.testing.assert_array_equal(left.x_train, IMAGES)


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


STATUS = "VmSize:\t 3000 kB\nVmData:\t 2000 kB\n"
FREE = {"meminfo": "MemTotal: 9000 kB\nMemAvailable: 5000 kB\n", "self/status": STATUS}
STAT = "anon 5\ninactive_file 1000\nactive_file 24\n"


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("", {}, 5_120_000),
        (
            "0::/box/inner\n",
            {"box/memory.max": "2000000", "box/inner/memory.max": "max"},
            1_001_024,
        ),
        ("4:cpu,memory:/box\n1:name:/\n", {"memory/box/memory.limit_in_bytes": "900000"}, 401_024),
        ("0::/gone\n", {}, 5_120_000),
        ("0::/box\n", {"box/memory.max": "10"}, 0),
    ],
)
def test_free_memory_is_the_least_of_machine_and_container(
    groups, files, expected, tmp_path, monkeypatch
):
    monkeypatch.setattr(free_memory, "PROC", tmp_path / "proc")
    monkeypatch.setattr(free_memory, "CGROUP", tmp_path / "cgroup")
    write(tmp_path / "proc", FREE | {"self/cgroup": groups})
    used = "1000000" if "max" in str(files) else "500000"
    for name in files:
        place = (tmp_path / "cgroup" / name).parent
        usage = {"memory.current": used, "memory.usage_in_bytes": used, "memory.stat": STAT}
        write(place, usage)
    write(tmp_path / "cgroup", files)
    assert free_memory.free_memory() == expected


@pytest.mark.parametrize(("name", "used"), [("RLIMIT_AS", 3000), ("RLIMIT_DATA", 2000)])
def test_free_memory_knows_the_limits_of_the_process(name, used, tmp_path, monkeypatch):
    monkeypatch.setattr(free_memory, "PROC", tmp_path)
    monkeypatch.setattr(free_memory, "CGROUP", tmp_path)
    write(tmp_path, FREE)
    limits = {getattr(resource, name): 4_000_000}
    endless = resource.RLIM_INFINITY
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (limits.get(kind, endless), endless))
    assert free_memory.free_memory() == 4_000_000 - used * 1024
