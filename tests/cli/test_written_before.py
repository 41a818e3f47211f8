"""What an earlier version wrote can still be opened: runs and checkpoints."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import support
from support.arrays import largest_difference
from support.thorough import sampled
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH

from kerasfoundations import runs
from kerasfoundations.loop import checkpoint_files

FOLDER = Path(support.__file__).parent / "written_before"
WINGS = {"keras": KERAS, "scratch": SCRATCH}


SAVED_SINCE = needs_keras("3.13", "layers did not know quantization_config, which Keras 3.15 saved")
BY_KERAS = pytest.param("keras", marks=SAVED_SINCE)


@pytest.mark.parametrize("opened_in", ["keras", "scratch"])
@pytest.mark.parametrize("trained_in", [BY_KERAS, "scratch"])
def test_a_run_opens_in_both_wings(trained_in, opened_in, offline_digits):
    run = FOLDER / f"{trained_in}-run"
    model = runs.load_model(run, wing=opened_in)
    found = WINGS[opened_in].training.evaluate(model, *offline_digits[1])
    told = json.loads((run / "metrics.json").read_text())
    assert found["accuracy"] == pytest.approx(told["test_accuracy"], abs=1e-6)
    assert found["loss"] == pytest.approx(told["test_loss"], rel=1e-5)


@pytest.mark.parametrize("wing", [BY_KERAS, "scratch"], indirect=True)
@pytest.mark.parametrize("optimizer", sampled(["rmsprop", "adam"]))
def test_a_checkpoint_is_resumed_to_where_an_unbroken_training_ends(
    wing, optimizer, tmp_path, monkeypatch
):
    folder = tmp_path / "checkpoint"
    shutil.copytree(FOLDER / f"{wing.name}-{optimizer}-checkpoint", folder)
    written = checkpoint_files.read_manifest(folder)
    monkeypatch.setattr(checkpoint_files, "current_versions", lambda: written["versions"])
    x = np.random.default_rng(0).normal(size=(50, 2))
    y = (x[:, 0] > 0).astype("int64")

    def trained(**saving):
        model = wing.mlp.build_mlp((4,), num_features=2, num_classes=2, seed=0, dtype="float64")
        how = {"epochs": 3, "batch_size": 10, "optimizer": optimizer, "verbose": 0}
        history = wing.training.fit(model, x, y, **how, **saving)
        return history, model.get_weights()

    assert (written["epoch"], written["step"]) == (1, 3)
    unbroken, weights = trained()
    saving = wing.checkpoints.Checkpoints(folder, every=1)
    resumed, resumed_weights = trained(checkpoints=saving, resume=True)
    assert largest_difference(resumed.loss, unbroken.loss) < 1e-12
    assert resumed.accuracy == unbroken.accuracy
    assert largest_difference(resumed_weights, weights) < 1e-12
