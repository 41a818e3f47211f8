"""Where MNIST is looked for, in which order, and what is said if it is not found."""

import hashlib
import http.server
import threading
import warnings
from unittest.mock import ANY

import numpy as np
import pytest

from kerasfoundations.data import (
    DataError,
    DataFileMissingError,
    OfflineDigitsWarning,
    find_mnist,
    known_sets,
    load_mnist,
    mnist,
)

IMAGES = np.arange(3 * 784, dtype="uint8").reshape(3, 28, 28)


def write_npz(path, first_label):
    """Write a small MNIST; its first label shows which file was loaded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    labels = np.array([first_label, 1, 2], "uint8")
    np.savez(path, x_train=IMAGES, y_train=labels, x_test=IMAGES, y_test=labels)
    return path


@pytest.fixture
def small_is_full(monkeypatch):
    """Let the three digits of `write_npz` pass for all of MNIST, whatever their labels are."""
    shapes = {"x_train": (3, 28, 28), "x_test": (3, 28, 28)}
    monkeypatch.setattr(known_sets, "FULL_SHAPES", shapes)
    monkeypatch.setattr(known_sets, "ARRAYS_SHA256", ANY)


class Server:
    """A server on loopback that answers as a test wants, and counts the requests."""

    def __init__(self, answer):
        self.num_requests = 0
        self.done = threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server.num_requests += 1
                answer(self, server.done)

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/mnist.npz"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.done.set()
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def serve(monkeypatch):
    servers = []

    def start(answer):
        servers.append(Server(answer))
        monkeypatch.setattr(mnist, "URL", servers[-1].url)
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def sends(content):
    def answer(handler, done):
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def test_the_places_are_tried_in_order(alone, monkeypatch, serve, small_is_full):
    path = write_npz(alone / "named.npz", 3)
    variable = write_npz(alone / "variable.npz", 4)
    write_npz(alone / "keras-home" / "datasets" / "mnist.npz", 5)
    content = write_npz(alone / "served.npz", 6).read_bytes()
    monkeypatch.setattr(mnist, "FILE_SHA256", hashlib.sha256(content).hexdigest())
    server = serve(sends(content))
    monkeypatch.setenv("KERASFOUNDATIONS_MNIST", str(variable))

    assert load_mnist(path=path).y_train[0] == 3
    assert find_mnist(path) == f"{path} (named)"
    assert load_mnist().y_train[0] == 4
    assert find_mnist() == f"{variable} (from KERASFOUNDATIONS_MNIST)"
    monkeypatch.delenv("KERASFOUNDATIONS_MNIST")
    assert load_mnist().y_train[0] == 5
    assert "(cached)" in find_mnist()
    (alone / "keras-home" / "datasets" / "mnist.npz").unlink()
    assert server.num_requests == 0
    assert "not on this machine" in find_mnist()
    assert load_mnist().y_train[0] == 6
    assert load_mnist().y_train[0] == 6
    assert server.num_requests == 1  # the download is kept
    assert "(cached)" in find_mnist()
    assert load_mnist("sample").x_train.shape == (4000, 28, 28)


@pytest.mark.parametrize("named_by", ["path", "variable"])
def test_a_wrong_path_is_an_error_and_never_skipped(alone, monkeypatch, named_by):
    place = alone / "absent.npz"
    write_npz(alone / "keras-home" / "datasets" / "mnist.npz", 5)
    if named_by == "variable":
        monkeypatch.setenv("KERASFOUNDATIONS_MNIST", str(place))
    with pytest.raises(DataFileMissingError, match="no such file") as caught:
        load_mnist(path=place if named_by == "path" else None)
    assert str(place) in str(caught.value)
    assert ("KERASFOUNDATIONS_MNIST" in str(caught.value)) == (named_by == "variable")


def test_an_empty_variable_is_ignored(alone, monkeypatch, small_is_full):
    monkeypatch.setenv("KERASFOUNDATIONS_MNIST", "")
    write_npz(alone / "keras-home" / "datasets" / "mnist.npz", 5)
    assert load_mnist().y_train[0] == 5


def test_without_any_mnist_the_offline_digits_are_announced_once(alone):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(2):
            data = load_mnist()
    assert [warning.category for warning in caught] == [OfflineDigitsWarning]
    said = str(caught[0].message)
    assert "\n" not in said
    for words in (
        "5,000 offline digits",
        "Keras has not cached it",
        "the download failed",
        "refused",
    ):
        assert words in said
    assert "set KERASFOUNDATIONS_MNIST to an mnist.npz" in said  # the remedy
    assert data.source == "mnist-sample"
    assert data.note is not None
    assert data.note in said
    assert caught[0].filename == __file__  # it points at the caller's line


def test_full_mnist_can_be_insisted_on(alone):
    with pytest.raises(DataFileMissingError, match=r"not found.*set KERASFOUNDATIONS_MNIST"):
        load_mnist("mnist")


def test_incomplete_mnist_does_not_pass_for_mnist(alone):
    path = write_npz(alone / "some.npz", 3)
    assert load_mnist(path=path).source == "file"
    with pytest.raises(DataError, match=r"found 3 \+ 3 digits, expected all 60,000 \+ 10,000"):
        load_mnist("mnist", path=path)
    write_npz(alone / "keras-home" / "datasets" / "mnist.npz", 5)
    with pytest.warns(OfflineDigitsWarning, match=r"found 3 \+ 3 digits"):
        assert len(load_mnist().x_train) == 4000


@pytest.mark.parametrize("place", ["~nobody-of-that-name/mnist.npz", "n" * 300, "a\0b"])
def test_odd_paths_are_data_errors(alone, monkeypatch, place):
    with pytest.raises(DataError) as caught:
        load_mnist(path=place)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", ["mnits", "", "some/file.npz", None])
def test_an_unknown_source_says_what_is_known(source):
    with pytest.raises(ValueError, match=r"'auto', 'mnist', 'sample', received .*path="):
        load_mnist(source)


def test_the_sample_takes_no_path(tmp_path):
    with pytest.raises(ValueError, match="drop one of the two"):
        load_mnist("sample", path=tmp_path)


def breaks_off(handler, done):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"half a file")


def stalls(handler, done):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    handler.wfile.write(b"half a file")
    handler.wfile.flush()
    done.wait(20)


def says_no(handler, done):
    handler.send_error(404)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (breaks_off, "IncompleteRead|broken"),
        (stalls, "timed out"),
        (says_no, "404"),
        (sends(b"another file"), "hash"),
    ],
)
def test_a_download_that_fails_leaves_nothing_behind(alone, monkeypatch, serve, answer, reason):
    monkeypatch.setattr(mnist, "STALL_SECONDS", 0.3)
    serve(answer)
    with pytest.warns(OfflineDigitsWarning, match=rf"the download failed \(.*({reason})"):
        data = load_mnist()
    assert data.source == "mnist-sample"
    assert [file for file in alone.rglob("*") if file.is_file()] == []


def test_a_damaged_file_in_keras_cache_is_skipped_and_left_alone(alone):
    cached = alone / "keras-home" / "datasets" / "mnist.npz"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"half a download")
    with pytest.warns(OfflineDigitsWarning, match="cannot be read"):
        load_mnist()
    assert cached.read_bytes() == b"half a download"


def test_the_offline_digits_are_split_by_class_and_never_change(offline_data):
    data = offline_data
    assert data.x_train.shape == (4000, 28, 28)
    assert data.x_test.shape == (1000, 28, 28)
    assert {array.dtype.name for array in (data.x_train, data.y_train, data.x_test)} == {"uint8"}
    np.testing.assert_array_equal(np.bincount(data.y_train), [400] * 10)
    np.testing.assert_array_equal(np.bincount(data.y_test), [100] * 10)
    train, test = ({image.tobytes() for image in x} for x in (data.x_train, data.x_test))
    assert not train & test
    assert len(np.unique(data.y_train[:100])) == 10  # shuffled: the file is sorted by class
    digest = hashlib.sha256(b"".join((data.x_train, data.y_train, data.x_test, data.y_test)))
    assert digest.hexdigest() == SAMPLE_SHA256
    again = load_mnist("sample")
    np.testing.assert_array_equal(again.x_test, data.x_test)


SAMPLE_SHA256 = "15563027540c8a4eafeebf3a3606036e3cd242c6108f7ee5ce6c153a5c8ab411"


def test_full_mnist_is_recognized_by_its_digest(full_mnist, tmp_path):
    data = full_mnist
    assert data.source == "mnist"
    assert data.x_train.shape == (60000, 28, 28)
    assert data.y_test.shape == (10000,)
    assert int((data.y_train == 3).sum()) == 6131  # the published counts
    assert int((data.y_train == 7).sum()) == 6265
    damaged = data.x_train.copy()
    damaged[59999, 27, 27] ^= 1  # one bit
    arrays = {"x_train": damaged, **{n: getattr(data, n) for n in ("y_train", "x_test", "y_test")}}
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(DataError, match=r"99% of them unchanged.*are damaged"):
        load_mnist(path=tmp_path / "mnist.npz")
    labels = data.y_test.copy()
    labels[0] = (labels[0] + 1) % 10
    arrays |= {"x_train": data.x_train, "y_test": labels}
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(DataError, match=r"100% of them unchanged.*are damaged"):
        load_mnist(path=tmp_path / "mnist.npz")


def test_another_set_of_the_size_of_mnist_is_data(full_mnist, tmp_path):
    names = ("x_train", "y_train", "x_test", "y_test")
    arrays = {name: getattr(full_mnist, name) for name in names}
    arrays |= {name: 255 - arrays[name] for name in ("x_train", "x_test")}
    np.savez(tmp_path / "negatives.npz", **arrays)
    data = load_mnist(path=tmp_path / "negatives.npz")
    assert (data.source, data.note) == ("file", None)
    np.testing.assert_array_equal(data.x_test, arrays["x_test"])


def test_the_sample_is_part_of_full_mnist(full_mnist, offline_data):
    training = {image.tobytes() for image in full_mnist.x_train}
    for images in (offline_data.x_train, offline_data.x_test):
        assert all(image.tobytes() in training for image in images)
