"""What the tests share: the two wings side by side, the data, the devices."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"
if "PYTEST_XDIST_WORKER" in os.environ:  # workers share the cores: more threads would only wait
    for threads in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(threads, "1")

import importlib
from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf
from shortcuts import parse_the_digits_once

from kerasfoundations import cli
from kerasfoundations.data import flatten_and_scale, load_mnist

MODULES = (
    *("callbacks", "checkpoints", "cnn", "distributed", "execution", "geometry", "gradients"),
    *("initializers", "layers", "learner", "linear_regression", "logistic_regression", "losses"),
    *(
        "metrics",
        "mlp",
        "models",
        "ops",
        "optimizers",
        "pixel_similarity",
        "regularizers",
        "resnet",
    ),
    *("resnet", "softmax_regression", "tensors", "training"),
)


def load_wing(name, package):
    modules = {m: importlib.import_module(f"kerasfoundations.{package}.{m}") for m in MODULES}
    return SimpleNamespace(name=name, package=package, **modules)


KERAS = load_wing("keras", "with_keras")
SCRATCH = load_wing("scratch", "from_scratch")
# For what takes long: it runs where full MNIST is, with the acceptance tests.
THOROUGH = pytest.mark.skipif(
    not os.environ.get("KERASFOUNDATIONS_MNIST"),
    reason="KERASFOUNDATIONS_MNIST is not set: these run with the acceptance tests",
)


def sampled(cases, every=2):
    """The cases as parameters: each `every`-th runs always, the others where full MNIST is."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=THOROUGH)
        if place % every
        else case
        for place, case in enumerate(cases)
    ]


DEVICES = [device.name for device in tf.config.list_logical_devices()]


@pytest.fixture(autouse=True, scope="session")
def datasets_that_do_not_tune_themselves():
    """tf.data tunes a pipeline in a thread that sleeps up to a minute at a time.

    Whoever lets go of an iterator now and then has to wait until it wakes up.
    """

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
    return KERAS


@pytest.fixture
def scratch_wing():
    return SCRATCH


@pytest.fixture(params=[KERAS, SCRATCH], ids=lambda wing: wing.name)
def wing(request):
    """Each wing in turn: one test body for both."""
    return request.param


@pytest.fixture(params=DEVICES)
def device(request):
    """Every device TensorFlow sees, in turn; the test runs on it."""
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
    with pytest.MonkeyPatch.context() as patch:
        parse_the_digits_once(patch)
        return load_mnist("sample")


@pytest.fixture(scope="session")
def offline_digits(offline_data):
    """Inputs and labels of the offline digits: training, then test."""
    data = offline_data
    return (
        (flatten_and_scale(data.x_train), data.y_train),
        (flatten_and_scale(data.x_test), data.y_test),
    )


@pytest.fixture(scope="session")
def full_mnist():
    """Full MNIST, only where the variable says that it is here: the acceptance tests run there."""
    if not os.environ.get("KERASFOUNDATIONS_MNIST"):
        pytest.skip("KERASFOUNDATIONS_MNIST is not set: the acceptance tests need full MNIST")
    return load_mnist("mnist")


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """A machine of its own: no variable, no cache of Keras's or ours, no server to ask."""
    import pooch

    from kerasfoundations.data import mnist

    monkeypatch.delenv("KERASFOUNDATIONS_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras-home"))
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(mnist, "URL", "http://127.0.0.1:9/mnist.npz")  # the discard port: refused
    return tmp_path


@pytest.fixture
def run_here(alone, tmp_path, monkeypatch, capfd):
    """The command in this process, which has TensorFlow loaded already: several seconds faster."""
    monkeypatch.chdir(tmp_path)
    parse_the_digits_once(monkeypatch)

    def run_command(words):
        capfd.readouterr()
        code = cli.main(words.split())
        said = capfd.readouterr()
        return SimpleNamespace(returncode=code, stdout=said.out, stderr=said.err)

    return run_command


def assert_stages_equal(build, x, y, **settings):
    """The steps of both wings, taken apart in float64: a failure shows the whole report.

    `build(wing)` makes a model; of the twins the one from scratch gets the weights of the other.
    """
    from kerasfoundations.diagnose.twins import compare_twins

    models = [build(wing) for wing in (KERAS, SCRATCH)]
    models[1].set_weights(models[0].get_weights())
    found = compare_twins(*models, x, y, **settings)
    assert found.equal, f"\n{found}"


def largest_difference(first, second):
    """The largest absolute difference between two arrays or two lists of arrays."""
    if isinstance(first, list | tuple):
        assert len(first) == len(second)
        return max(largest_difference(a, b) for a, b in zip(first, second, strict=True))
    first, second = np.asarray(first), np.asarray(second)
    assert first.shape == second.shape
    return float(np.max(np.abs(first - second), initial=0.0))
