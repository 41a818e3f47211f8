"""Fixtures: the two wings, the devices, the data.

The rooms `backends` and `demo` have fixtures of their own beside these; nothing heavy is loaded
here before a test asks for it.
"""

import gc
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores: more threads would only wait
    for threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

from kerasfoundations import cli
from kerasfoundations.data import flatten_and_scale, load_mnist
from kerasfoundations.system.versions import versions

settings.register_profile("no clock", deadline=None)  # a busy machine must not fail a test
settings.load_profile("no clock")

ON_TENSORFLOW = os.environ["KERAS_BACKEND"] == "tensorflow"


def pytest_report_header():
    """Name the versions, of which `make test-versions` tests several."""
    return ", ".join(f"{name} {version}" for name, version in versions().items())


def pytest_collection_modifyitems(items):
    """Mark the tests that need full MNIST: `make test` skips them."""
    for item in items:
        if "full_mnist" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.full_mnist)


def pytest_collection_finish():
    """Freeze what is loaded: otherwise every garbage collection goes through all of Keras."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)


def pytest_generate_tests(metafunc):
    """Run a test that takes a device on each device that TensorFlow sees."""
    if "device" in metafunc.fixturenames:
        import tensorflow as tf

        names = [device.name for device in tf.config.list_logical_devices()]
        metafunc.parametrize("device", names, indirect=True)


@pytest.fixture(autouse=True, scope="session")
def datasets_that_do_not_tune_themselves():
    """tf.data tunes a pipeline in a thread that sleeps up to a minute at a time.

    Dropping an iterator now and then has to wait until that thread wakes up.
    """

    if not ON_TENSORFLOW:
        yield
        return
    import tensorflow as tf

    def iterate(dataset):
        options = tf.data.Options()
        options.autotune.enabled = False
        return with_tuning(dataset.with_options(options))

    with_tuning = tf.data.Dataset.__iter__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tf.data.Dataset, "__iter__", iterate)
        yield


@pytest.fixture
def keras_wing():
    from support.wings import KERAS

    return KERAS


@pytest.fixture
def scratch_wing():
    from support.wings import SCRATCH

    return SCRATCH


@pytest.fixture(params=["keras", "scratch"])
def wing(request):
    """Each wing in turn, so that one test body serves both."""
    from support.wings import KERAS, SCRATCH

    return {"keras": KERAS, "scratch": SCRATCH}[request.param]


@pytest.fixture
def device(request):
    """Every device TensorFlow sees, in turn; the test runs on it."""
    import tensorflow as tf

    with tf.device(request.param):
        yield request.param


@pytest.fixture(params=["float32", "float64"])
def dtype(request):
    return request.param


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def offline_data():
    return load_mnist("sample")


@pytest.fixture(scope="session")
def offline_digits(offline_data):
    """Inputs and labels of the offline digits, first for training, then for testing."""
    data = offline_data
    return (
        (flatten_and_scale(data.x_train), data.y_train),
        (flatten_and_scale(data.x_test), data.y_test),
    )


@pytest.fixture(scope="session")
def full_mnist():
    """Full MNIST, for the acceptance tests."""
    if not os.environ.get("KERASFOUNDATIONS_MNIST"):
        pytest.fail(
            "this test needs full MNIST: set KERASFOUNDATIONS_MNIST to an mnist.npz, or run make "
            "test, which leaves it out"
        )
    return load_mnist("mnist")


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A machine with nothing on it: no environment variable, no cache, no server to ask."""
    import pooch

    from kerasfoundations.data import mnist

    monkeypatch.delenv("KERASFOUNDATIONS_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:9/mnist.npz")  # the discard port: refused
    return tmp_path


@pytest.fixture
def run_here(alone, tmp_path, monkeypatch, capfd):
    """Runs the command in this process, where TensorFlow is already loaded: seconds faster."""
    monkeypatch.chdir(tmp_path)

    def run_command(words):
        capfd.readouterr()
        code = cli.main(words.split())
        said = capfd.readouterr()
        return SimpleNamespace(returncode=code, stdout=said.out, stderr=said.err)

    return run_command
