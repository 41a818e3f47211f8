"""One body for all that `fit` does: 50 steps of it from scratch are those that Keras takes.

Float64, copied weights, the same batches, a smaller last one; in every mode of execution that can
run it, resumed from the middle of an epoch, and on two devices. Keras's half runs once for each
feature. The largest difference seen is below 1e-12.
"""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import features
from support.arrays import largest_difference
from support.features import FEATURES, SETTINGS
from support.thorough import EXHAUSTIVE, THOROUGH
from support.versions import needs_keras
from support.wings import KERAS, SCRATCH
from test_fit_page import TITLES, anchor

from kerasfoundations.from_scratch.execution import num_traces
from kerasfoundations.loop.history import Callback
from kerasfoundations.runs.conversion import to_keras

RESUMED = [name for name in FEATURES if FEATURES[name].resumes]
OFTEN = {"plain": "epoch", "class weights": "graph", "accumulation": "epoch", "MaxNorm": "xla"}
TRACES = {"eager": 0, "graph": 1, "xla": 1, "epoch": 1}  # of the step or of the loop over them
TIMES = {"seconds", "examples_per_second"}


def marks_of(name, mode):
    """What decides how often a case runs; eager and XLA take the step of the graph."""
    if OFTEN.get(name) == mode:
        return ()
    return THOROUGH if mode in ("graph", "epoch") else (THOROUGH, EXHAUSTIVE)


def trained(wing, name, **how):
    """The weights and the history of a feature's training."""
    feature = FEATURES[name]
    model = feature.build()
    model = to_keras(model) if wing is KERAS else model
    with KERAS.evaluation.precision("float64"):
        options = SETTINGS | {"learning_rate": 0.05} | feature.options(wing)
    if not isinstance(options.get("optimizer", ""), str):
        del options["learning_rate"]
    data = feature.data(wing)
    if len(data) == 1:
        del options["batch_size"]
    how["callbacks"] = [*options.get("callbacks", ()), *how.get("callbacks", ())]
    history = wing.training.fit(model, *data, **options | how)
    return model.get_weights(), history.history


@functools.lru_cache
def expected(name):
    return trained(KERAS, name)


def assert_as_keras(found, name):
    """Equal weights, equal histories: the feature's bound is for these alone."""
    (weights, history), (others, other) = found, expected(name)
    assert largest_difference(weights, others) <= 1e-10
    assert history.keys() == other.keys()
    for value in history.keys() - TIMES:
        assert largest_difference(history[value], other[value]) <= FEATURES[name].bound, value


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        pytest.param(name, mode, marks=marks_of(name, mode))
        for name, feature in FEATURES.items()
        for mode in feature.modes
    ],
)
def test_fifty_steps_are_those_of_keras(name, mode, monkeypatch):
    """Nothing is traced again: not for a rate, an epoch, or the smaller last batch."""
    made = []

    def remembered(make, *arguments):
        made.append(make(*arguments))
        return made[-1]

    for maker in ("make_training_step", "CompiledEpoch"):
        make = getattr(SCRATCH.training, maker)
        monkeypatch.setattr(SCRATCH.training, maker, functools.partial(remembered, make))
    found = trained(SCRATCH, name, execution=mode)
    assert_as_keras(found, name)
    assert [num_traces(getattr(run, "program", run)) for run in made] == [TRACES[mode]]
    assert largest_difference(found[0], FEATURES[name].build().get_weights()) > 1e-3


class StoppedError(Exception):
    """Ends a training run as if the process were killed."""


class StopAt(Callback):
    """Ends a training run in the middle of its fifth epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == (4, 2):
            raise StoppedError


@THOROUGH
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=EXHAUSTIVE if place % 4 else ())
        for place, name in enumerate(RESUMED)
    ],
)
def test_from_the_middle_of_an_epoch_they_continue(name, wing, tmp_path):
    def how(every=None):
        saving = wing.checkpoints.Checkpoints
        return {"checkpoints": saving(tmp_path, every=every) if every else saving(tmp_path)}

    with pytest.raises(StoppedError):
        trained(wing, name, **how(every=2), callbacks=[StopAt()])
    assert_as_keras(trained(wing, name, **how(), resume=True), name)


@THOROUGH
@needs_keras("3.10", "metrics were wrong on several devices")
@pytest.mark.parametrize(
    "names",
    [("a dataset", "a sum", "averages", "accumulation"), pytest.param((), marks=EXHAUSTIVE)],
    ids=["some", "all"],
)
def test_two_devices_find_what_keras_finds(names):
    """In a process of its own, whose devices are set up before anything is computed."""
    worker = Path(features.__file__).parent / "distributed_worker.py"
    paths = {"TF_CONFIG": "{}", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, str(worker), "features", *names],
        env=os.environ | paths,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    every = names or tuple(name for name in FEATURES if FEATURES[name].devices)
    assert tuple(line["name"] for line in found if line["wing"] == "scratch") == every
    assert {line["replicas"] for line in found} == {2}
    for line in found:
        assert line["weights"] <= 1e-10, line
        assert line["history"] <= FEATURES[line["name"]].bound, line


def test_every_section_of_the_page_is_a_feature():
    """Several inputs or outputs have no `fit` from scratch on this page; float64 is not mixed.

    On several devices is every feature.
    """
    known = {feature.section for feature in FEATURES.values()} - {""}
    assert known == {*map(anchor, TITLES)} - {
        *("two-inputs", "two-outputs", "mixed-precision", "on-several-devices")
    }
