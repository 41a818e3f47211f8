"""The range of TensorFlow and Keras: what is installed, tested and refused by name."""

import configparser
import importlib
import json
import re
import zipfile
from importlib import metadata
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from support.versions import KERAS_VERSION
from support.wings import KERAS, SCRATCH

import kerasfoundations
from kerasfoundations.runs import from_keras, to_keras
from kerasfoundations.system import versions

ROOT = Path(kerasfoundations.__file__).parent.parent


@pytest.fixture
def installed(monkeypatch):
    """Pretends that other versions are installed."""
    usual = metadata.version

    def pretend(**other):
        monkeypatch.setattr(metadata, "version", lambda name: other.get(name) or usual(name))

    return pretend


def required():
    """What setup.cfg requires: the bounds by package."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config["options"]["install_requires"].split("\n")
    return dict(line.split(maxsplit=1) for line in lines if line)


@pytest.mark.parametrize("name", ["tensorflow", "keras"])
def test_the_oldest_version_is_the_one_that_is_required(name):
    assert re.match(r">=([\d.]+),", required()[name])[1] == versions.OLDEST[name]


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"tensorflow": "2.17.1"}, "received TensorFlow 2.17.1, expected 2.18 or newer"),
        ({"keras": "3.7.0"}, "received Keras 3.7.0, expected 3.8 or newer"),
    ],
)
def test_the_command_names_a_version_that_is_too_old(run_here, installed, other, said):
    installed(**other)
    done = run_here("train keras --data sample --epochs 1 --quiet")
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {said}: upgrade it (pip install '")
    assert len(done.stderr.splitlines()) == 1
    assert run_here("info").returncode == 0


WINGS = {"from_scratch": tf, "with_keras": keras}


@pytest.mark.parametrize("wing", WINGS)
def test_a_notebook_that_imports_a_wing_is_told_the_same(wing, installed, monkeypatch):
    package = importlib.import_module(f"kerasfoundations.{wing}")
    installed(tensorflow="2.17.1", keras="3.7.0")
    with pytest.raises(ImportError, match=r"received .* expected .* or newer: upgrade it \(pip"):
        importlib.reload(package)
    installed()
    importlib.reload(package)
    monkeypatch.setattr(WINGS[wing], "__version__", "2.17.1")  # which is too old for either
    with pytest.raises(ImportError, match=r"received \w+ 2\.17\.1, .*: restart the kernel\.$"):
        importlib.reload(package)


def test_a_notebook_whose_tensorflow_has_no_metadata_is_left_to_its_import(monkeypatch):
    def version(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(metadata, "packages_distributions", dict)
    versions.check_before_import("tensorflow")


def test_a_version_that_is_newer_than_the_tested_ones_is_not_refused(installed):
    installed(tensorflow="2.30.0-dev20301231", keras="4.0.0.dev2030123103")
    versions.check_versions()
    versions.require_keras("3.14", "this", "do that")


def test_the_version_of_another_package_with_the_same_module_is_found(monkeypatch):
    """Such as tf-nightly and tensorflow-cpu, which both are the module tensorflow."""
    usual = metadata.version

    def version(name):
        if name == "tensorflow":
            raise metadata.PackageNotFoundError(name)
        return "2.22.0.dev1" if name == "tf-nightly" else usual(name)

    there = {"tensorflow": ["tf-nightly"]}
    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(metadata, "packages_distributions", lambda: there)
    assert versions.versions()["tensorflow"] == "2.22.0.dev1"
    del there["tensorflow"]
    with pytest.raises(ModuleNotFoundError, match="tensorflow"):
        versions.versions()


def test_several_devices_need_a_keras_that_measures_them_right(installed, monkeypatch):
    installed(keras="3.9.2")
    strategy = KERAS.distributed.make_strategy("mirrored")
    monkeypatch.setattr(tf.distribute.Strategy, "num_replicas_in_sync", 2)
    words = r"received Keras 3\.9\.2, expected 3\.10 or newer for training on several devices"
    with pytest.raises(ValueError, match=words):
        KERAS.distributed.fit(KERAS.mlp.build_mlp, np.ones((4, 784)), [0] * 4, strategy=strategy)


def test_a_penalty_of_outputs_has_a_twin_only_where_keras_divides_it(installed):
    installed(keras="3.13.2")
    penalty = SCRATCH.regularizers.L2(0.1)
    layer = SCRATCH.layers.NaiveDense(3, 2, activity_regularizer=penalty)
    theirs = keras.layers.Dense(2, activity_regularizer=keras.regularizers.L2(0.1))
    words = r"layer 1, .*received Keras 3\.13\.2, expected 3\.14 or newer for an activity_regular"
    with pytest.raises(ValueError, match=words):
        to_keras(SCRATCH.models.NaiveSequential([layer]))
    with pytest.raises(ValueError, match=words):
        from_keras(keras.Sequential([keras.Input((3,)), theirs]))


def test_a_file_that_only_a_newer_keras_can_read_says_so(tmp_path):
    """One with an argument that this Keras does not know, as the next version may add."""
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, name="only")]).save(path)
    with zipfile.ZipFile(path) as stored:
        members = {name: stored.read(name) for name in stored.namelist()}
    config = json.loads(members["config.json"])
    config["config"]["layers"][1]["config"]["precision"] = "double"
    members["config.json"] = json.dumps(config).encode()
    newer = f"Keras 99.1.0 saved it with arguments that Keras {KERAS_VERSION} does not know"
    for saved_by, said in (("99.1.0", newer), (KERAS_VERSION, "could not be deserialized")):
        saved = json.loads(members["metadata.json"]) | {"keras_version": saved_by}
        members["metadata.json"] = json.dumps(saved).encode()
        with zipfile.ZipFile(path, "w") as written:
            for name, content in members.items():
                written.writestr(name, content)
        with pytest.raises(ValueError, match="cannot be read as a Keras model") as caught:
            KERAS.models.load_model(path)
        assert said in str(caught.value)
