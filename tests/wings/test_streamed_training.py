"""Images that stay on disk train what an array of them trains, to the last bit."""

import json

import numpy as np
import pytest
from support.thorough import THOROUGH, sampled
from support.wings import KERAS, SCRATCH

from kerasfoundations import cli
from kerasfoundations.data import flatten_and_scale, scale_images, streams
from kerasfoundations.data.streams import RowsOnDisk, StreamedImages
from kerasfoundations.from_scratch import execution
from kerasfoundations.loop.history import Callback

EXECUTIONS = ("eager", "graph", "xla", "epoch")
RNG = np.random.default_rng(0)
IMAGES, LABELS = RNG.integers(0, 256, (50, 28, 28), dtype="uint8"), RNG.integers(0, 10, 50)
ARRAYS = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES[:20], "y_test": LABELS[:20]}


@pytest.fixture
def on_disk(tmp_path):
    path = tmp_path / "images.bin"
    path.write_bytes(b"header" + IMAGES.tobytes())
    with open(path, "rb") as file:
        yield RowsOnDisk(file, len(IMAGES), start=6)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Two batches of 8 images at a time, where a program gets a chunk."""
    monkeypatch.setattr(execution, "CHUNK", 2 * 8 * 784 * 8)


def trained(wing, x, build=None, labels=LABELS, **settings):
    """The weights, the history and what is measured after a training run."""
    model = build() if build else wing.mlp.build_mlp((6,), dtype=x.dtype.name, seed=3)
    settings = {"epochs": 2, "batch_size": 8, "seed": 5, "verbose": 0} | settings
    history = wing.training.fit(model, x, labels, **settings)
    found = dict(history.history)
    del found["seconds"], found["examples_per_second"]
    return [
        *model.get_weights(),
        found,
        wing.training.evaluate(model, x, labels, batch_size=16),
        wing.training.predict(model, x, batch_size=16),
    ]


def assert_same(first, second):
    for one, other in zip(first, second, strict=True):
        np.testing.assert_equal(one, other)


class WatchesBatches(Callback):
    def __init__(self):
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append((batch, logs["loss"]))


@pytest.mark.parametrize("execution", sampled(EXECUTIONS[::-1]))
def test_streamed_images_train_the_same_bits(wing, execution, on_disk):
    x = flatten_and_scale(IMAGES).astype("float64")
    runs = []
    for images in (StreamedImages(on_disk, dtype="float64"), x):
        watch = WatchesBatches()
        held_out = images[:16], LABELS[:16]
        settings = {"validation_data": held_out, "callbacks": [watch], "execution": execution}
        runs.append([watch.seen, *trained(wing, images, **settings)])
    assert_same(*runs)
    assert len(runs[0][0]) >= 2 * 3


@THOROUGH
@pytest.mark.parametrize(
    "settings",
    [
        {"validation_split": 0.3, "shuffle": False},
        {"class_weight": {1: 3.0, 4: 0.5}, "optimizer": "adam"},
        {"sample_weight": np.linspace(0, 2, 50), "epochs": 1},
        {"batch_size": 50, "metrics": ["accuracy", "sparse_categorical_crossentropy"]},
        {"batch_size": 64},
        {"validation_split": 0.52},  # 24 samples: three whole batches, and no smaller one
    ],
    ids=lambda settings: ", ".join(settings),
)
@pytest.mark.parametrize("execution", ["graph", "epoch"])
def test_what_fit_takes_it_takes_with_streamed_images(wing, settings, execution, on_disk):
    how = settings | {"execution": execution}
    assert_same(
        trained(wing, StreamedImages(on_disk), **how),
        trained(wing, flatten_and_scale(IMAGES), **how),
    )


def test_the_twins_train_the_same_weights_on_a_stream(on_disk):
    found = []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp((6,), dtype="float64", seed=3)
        model.set_weights(
            [np.linspace(-0.1, 0.1, w.size).reshape(w.shape) for w in model.get_weights()]
        )
        x = StreamedImages(on_disk, dtype="float64")
        wing.training.fit(model, x, LABELS, epochs=2, batch_size=8, verbose=0)
        found.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_allclose(*found, rtol=0, atol=1e-10)


@THOROUGH
@pytest.mark.parametrize("execution", ["graph", "epoch"])
def test_a_convolution_takes_streamed_images(wing, execution, on_disk):
    def build():
        return wing.cnn.build_cnn((2,), seed=1)

    how = {"build": build, "execution": execution, "epochs": 1}
    assert_same(
        trained(wing, StreamedImages(on_disk, channels=True), **how),
        trained(wing, scale_images(IMAGES), **how),
    )


def test_a_chunk_is_all_of_the_images_that_a_program_gets(monkeypatch, on_disk):
    """50 images in batches of 8: chunks of two batches, the last one of 2 images."""
    read = []
    rows_of = StreamedImages.__getitem__

    def watched(self, rows):
        read.append(len(rows) if isinstance(rows, np.ndarray) else 0)
        return rows_of(self, rows)

    model = SCRATCH.mlp.build_mlp((6,), seed=3)
    monkeypatch.setattr(execution, "CHUNK", 2 * 8 * 784 * 4)
    monkeypatch.setattr(StreamedImages, "__getitem__", watched)
    how = {"epochs": 2, "batch_size": 8, "verbose": 0, "execution": "epoch"}
    SCRATCH.training.fit(model, StreamedImages(on_disk), LABELS, **how)
    # In the first epoch a batch alone shows what compiling takes; the smaller one is alone as well.
    assert [count for count in read if count] == [8, 16, 16, 8, 2, 16, 16, 16, 2]


def test_a_streamed_training_resumes_one_in_memory(wing, tmp_path, on_disk):
    x = flatten_and_scale(IMAGES)
    whole = trained(wing, x, epochs=3)
    checkpoints = wing.checkpoints.Checkpoints

    class Stop(Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if self.begun == 2 and batch == 3:
                raise KeyboardInterrupt

        def on_epoch_begin(self, epoch, logs=None):
            self.begun = epoch

    saved = checkpoints(tmp_path / "kept", 1)
    with pytest.raises(KeyboardInterrupt):
        trained(wing, x, epochs=3, checkpoints=saved, callbacks=[Stop()])
    how = {"checkpoints": checkpoints(tmp_path / "kept", 1), "resume": True}
    assert_same(trained(wing, StreamedImages(on_disk), epochs=3, **how), whole)


@pytest.mark.parametrize(
    "extra", sampled([["--early-stopping", "2"], [], ["--model", "lenet5"]], every=3), ids=str
)
def test_the_command_trains_on_digits_that_do_not_fit_into_memory(
    wing, extra, tmp_path, monkeypatch, capsys
):
    np.savez(tmp_path / "digits.npz", **ARRAYS)
    words = (
        f"train {wing.name} --epochs 2 --batch-size 16 --target 0 --data {tmp_path / 'digits.npz'}"
    )
    found = []
    for place, free in (("memory", 1 << 40), ("disk", 0)):
        monkeypatch.setattr(streams, "free_memory", lambda free=free: free)
        assert cli.main([*words.split(), *extra, "--out", str(tmp_path / place)]) == 0
        said = capsys.readouterr().err
        assert ("each batch is read and scaled by itself" in said) == (place == "disk"), said
        metrics = json.loads((tmp_path / place / "metrics.json").read_text())
        names = ("train_accuracy", "test_accuracy", "test_loss", "data_origin", "execution")
        found.append([metrics[name] for name in names])
        found[-1].append((tmp_path / place / "confusion.png").read_bytes())
    assert found[0] == found[1]


@THOROUGH
def test_compare_takes_digits_that_do_not_fit_into_memory(tmp_path, monkeypatch, capsys):
    np.savez(tmp_path / "digits.npz", **ARRAYS)
    monkeypatch.setattr(streams, "free_memory", lambda: 0)
    words = f"compare --epochs 1 --target 0 --data {tmp_path / 'digits.npz'} --dtype float64"
    assert cli.main([*words.split(), "--out", str(tmp_path / "both")]) == 0
    assert "each batch is read and scaled by itself" in capsys.readouterr().err
    metrics = json.loads((tmp_path / "both" / "metrics.json").read_text())
    assert metrics["largest_weight_difference"] < 1e-10
