"""What a training run prints while it runs and keeps afterwards."""

import csv
import io
import math
import re

import numpy as np
import pytest
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

from kerasfoundations.loop import progress
from kerasfoundations.loop.compile_time import CompileTime
from kerasfoundations.loop.divergence import NotFiniteError, check_loss
from kerasfoundations.loop.history import History, RunningMean, timing


def test_running_mean_weighs_batches_by_their_size():
    mean = RunningMean()
    mean.add(128, loss=1.0, accuracy=0.5)
    logs = mean.add(32, loss=6.0, accuracy=1.0)
    assert logs == mean.logs == pytest.approx({"loss": 2.0, "accuracy": 0.6})


def test_timing_gives_a_rate():
    assert timing(2.0, 100) == {"seconds": 2.0, "examples_per_second": 50.0}
    assert timing(0.0, 100) == {"seconds": 0.0, "examples_per_second": math.inf}


@pytest.mark.parametrize(
    ("first", "words"), [(None, "step 5"), (4, "step 5"), (3, "steps 4 to 5"), (0, "steps 1 to 5")]
)
def test_a_non_finite_loss_is_located_by_its_call(first, words):
    with pytest.raises(NotFiniteError, match=f"the loss is inf in epoch 2, {words}$"):
        check_loss(math.inf, epoch=1, step=4, first=first)


def test_history_as_csv_reads_back():
    history = History()
    for epoch in range(2):
        logs = {"loss": 0.1 + epoch, "accuracy": 0.9, "other": 3.0} | timing(2.0, 100)
        history.on_epoch_end(epoch, logs)
    rows = list(csv.DictReader(io.StringIO(history.to_csv())))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["loss"]) for row in rows] == history.loss == [0.1, 1.1]
    assert [row["val_loss"] for row in rows] == ["", ""]
    assert [float(row["other"]) for row in rows] == history.history["other"] == [3.0, 3.0]
    assert len(History()) == 0
    assert History().to_csv().count("\n") == 1


def test_what_is_not_measured_in_every_epoch_keeps_its_place():
    history = History()
    for epoch in range(3):
        history.on_epoch_end(epoch, {"loss": 1.0 - epoch} | ({"val_loss": 0.5} if epoch else {}))
    assert history.history == {"loss": [1.0, 0.0, -1.0], "val_loss": [0.5, 0.5]}
    assert [row.split(",")[3] for row in history.to_csv().splitlines()[1:]] == ["", "0.5", "0.5"]
    frame = history.to_frame()
    assert frame.index.tolist() == history.epoch == [0, 1, 2]
    np.testing.assert_array_equal(frame["val_loss"], [np.nan, 0.5, 0.5])
    [line] = history.figure().axes[0].lines[1:]
    np.testing.assert_array_equal(line.get_ydata(), [np.nan, 0.5, 0.5])
    history.rows[0] |= {"mae": 2.0, "seconds": 1.0}
    assert [ax.get_ylabel() for ax in history.figure().axes] == ["loss", "mae"]
    again = History()
    again.restore(history.epoch, history.columns())
    assert again == history


def train(callbacks_of, epochs=2, num_batches=3):
    with callbacks_of(epochs, num_batches) as watchers:
        for epoch in range(epochs):
            for watcher in watchers:
                watcher.on_epoch_begin(epoch)
                for batch in range(num_batches):
                    logs = {"loss": 1.0 / (batch + 1), "accuracy": 0.5}
                    watcher.on_train_batch_end(batch, logs)
                watcher.on_epoch_end(
                    epoch,
                    {"loss": 0.25, "accuracy": 0.75, "val_loss": 0.5, "val_accuracy": 0.625}
                    | timing(2.0, 1000),
                )


def test_a_pipe_gets_a_plain_line_per_epoch(capsys):
    train(lambda epochs, num_batches: progress.training_progress(epochs, num_batches, verbose=1))
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"epoch {epoch}/2  loss 0.2500  accuracy 0.7500  val_loss 0.5000  val_accuracy 0.6250  "
        "2.00 s (500 examples/s)"
        for epoch in (1, 2)
    ]


def test_a_line_is_in_the_pipe_when_its_epoch_ends(monkeypatch):
    pipe = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(pipe, encoding="utf-8"))
    progress.PlainProgress(epochs=2).on_epoch_end(0, {"loss": 0.25})
    assert pipe.getvalue() == b"epoch 1/2  loss 0.2500\n"


@pytest.mark.parametrize("width", [46, 80, 140])
def test_a_terminal_gets_a_bar_over_the_batches(monkeypatch, capsys, width):
    """The running epoch has a bar; finished ones leave their lines, however many there are."""
    from rich.console import Console
    from rich.progress import Progress

    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=width, height=8)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    original = Progress.__init__

    def on_screen(self, *columns, **options):
        original(self, *columns, console=console, auto_refresh=False, **options)

    updated = Progress.update

    def update_and_draw(self, *arguments, **options):
        updated(self, *arguments, **options)
        self.refresh()

    monkeypatch.setattr(Progress, "__init__", on_screen)
    monkeypatch.setattr(Progress, "update", update_and_draw)

    def shown_by(epochs, num_batches):
        return progress.training_progress(epochs, num_batches, verbose=1)

    train(shown_by, epochs=20)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())  # without colours
    for epoch in range(1, 21):
        assert f"epoch {epoch}/20  loss 0.2500  accuracy 0.7500" in shown  # its line
        assert re.search(rf"epoch {epoch}/20 [━╺╸]+ 2/3 loss 0.5000  accuracy 0.5000", shown)
    assert "…" not in shown  # nothing is cut
    assert capsys.readouterr().out == ""


@THOROUGH
def test_verbose_0_prints_nothing(wing, capsys):
    import numpy as np

    model = wing.mlp.build_mlp((4,), 3, 2)
    wing.training.fit(model, np.zeros((8, 3)), np.zeros(8, int), epochs=1, verbose=0)
    wing.training.predict(model, np.zeros((8, 3)))
    wing.training.evaluate(model, np.zeros((8, 3)), np.zeros(8, int))
    assert capsys.readouterr() == ("", "")


def test_both_wings_print_the_same_lines(capfd):
    import re

    import numpy as np
    from support.wings import SCRATCH

    said = []
    for wing in (KERAS, SCRATCH):
        model = wing.mlp.build_mlp((4,), 3, 2, dtype="float64")
        x = np.random.default_rng(0).normal(size=(30, 3))
        wing.training.fit(model, x, np.zeros(30, int), epochs=2, batch_size=8, verbose=1)
        times = r"[\d.,]+ s \([\d,]+ examples/s\)(, [\d.]+ s of them compiling)?"
        said.append(re.sub(times, "TIME", capfd.readouterr().out))
    assert said[0] == said[1]
    assert said[0].count("TIME") == 2


def test_compiling_is_what_the_first_and_the_last_call_take_beyond_the_usual():
    found = CompileTime()
    for seconds, num_batches in ((9.0, 4), (2.0, 4), (2.4, 4), (1.5, 1)):
        found.add(seconds, num_batches)
    assert found.seconds is None
    found.finish()
    assert found.seconds == pytest.approx((9.0 - 4 * 0.55) + (1.5 - 0.55))
    found.begin(0)
    found.end_call(1)  # of a later epoch
    found.finish()
    assert found.seconds == pytest.approx(7.75)


def test_compiling_in_an_epoch_of_a_single_call_is_unknown():
    found = CompileTime()
    found.add(9.0, 4)
    found.finish()
    assert found.seconds is None


def test_the_first_line_of_a_process_tells_compiling_apart(capsys):
    shown = progress.PlainProgress(epochs=9)
    shown.compiling = CompileTime()
    for seconds in (2.0, 0.5, 0.5):
        shown.compiling.add(seconds, 1)
    shown.compiling.finish()
    for epoch in (4, 5):
        shown.on_epoch_end(epoch, {"loss": 0.25} | timing(3.0, 300))
    assert capsys.readouterr().out.splitlines() == [
        "epoch 5/9  loss 0.2500  3.00 s (100 examples/s), 1.50 s of them compiling",
        "epoch 6/9  loss 0.2500  3.00 s (100 examples/s)",
    ]


@pytest.mark.parametrize(
    ("wing", "execution"),
    [
        (SCRATCH, "epoch"),
        *(
            pytest.param(wing, execution, marks=THOROUGH)
            for wing in (SCRATCH, KERAS)
            for execution in ("eager", "graph", "xla")
        ),
    ],
)
def test_a_training_knows_what_its_compiling_took(wing, execution):
    x, y = np.random.default_rng(0).random((70, 4)), np.arange(70) % 2
    how = {"batch_size": 8, "execution": execution, "verbose": 0}
    model = wing.mlp.build_mlp((4,), num_features=4, num_classes=2)
    history = wing.training.fit(model, x, y, epochs=2, **how)
    if execution == "eager":
        assert history.compile_seconds is None
    else:
        assert history.seconds[0] / 2 < history.compile_seconds < history.seconds[0]


@THOROUGH
def test_timing_its_compiling_changes_no_bit_of_a_compiled_epoch(monkeypatch):
    x, y = np.random.default_rng(0).random((70, 4)), np.arange(70) % 2
    found = []
    for pending in (True, False):
        monkeypatch.setattr(
            "kerasfoundations.loop.run.CompileTime", lambda p=pending: told_pending(p)
        )
        model = SCRATCH.mlp.build_mlp((4,), num_features=4, num_classes=2)
        how = {"batch_size": 8, "execution": "epoch", "verbose": 0, "epochs": 2}
        history = SCRATCH.training.fit(model, x, y, **how)
        found.append((history.loss, *model.get_weights()))
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)


def told_pending(pending):
    """A `CompileTime` that asks for a first call of one batch, or does not."""
    found = CompileTime()
    found.pending = pending
    return found
