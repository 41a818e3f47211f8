"""A callback that saves the model."""

from __future__ import annotations

import os
from pathlib import Path

from kerasfoundations import checks
from kerasfoundations.from_scratch.callbacks.base import Monitor, copies
from kerasfoundations.from_scratch.models import save_model
from kerasfoundations.loop import model_files
from kerasfoundations.loop.history import Logs


class ModelCheckpoint(Monitor):
    """A callback that saves the model after each epoch, or with `save_best_only` the best one.

    The best one is there even if the training is killed, or goes on to overfit. A file is replaced
    atomically: it holds the old model or the new one. `models.load_model` reads it. It works in
    `training.fit` and in a `Learner`, and decides as `keras.callbacks.ModelCheckpoint` does.

    To resume training use `checkpoints`, which also keep the optimizer. They do not keep the best
    value: when you resume, pass it as `initial_value_threshold`, or the first epoch counts as the
    best. Called again in one process, it is kept.

    Args:
        filepath: The file, which ends in `.npz`. Names in braces are replaced by the number of the
            epoch, from 1, and by values in the logs: `"{epoch:02d}-{val_loss:.4f}.npz"`. Folders
            are created if needed.
        monitor: The name of a value in the epoch's logs, as in `EarlyStopping`.
        verbose: Whether to print what is saved.
        save_best_only: Whether to save an epoch only when it is better than all before it. Without
            the value in the logs it warns and saves.
        save_weights_only: Whether to save arrays alone, without the layers; the name then ends in
            `.weights.npz`. `model.set_weights` takes them: `[*np.load(path).values()]`.
        mode: `"min"` or `"max"`: which is better; `"auto"` knows for losses and accuracies.
        save_freq: `"epoch"`. To save every few batches use `Checkpoints(folder, every=...)`.
        initial_value_threshold: A value that the first saved epoch has to better; `None` for none.

    Attributes:
        best: The best value so far.

    Raises:
        ValueError: for another ending, an unknown mode, or a metric that `"auto"` does not know;
            during training, for a name in braces that is not in the logs.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> from kerasfoundations.from_scratch.models import load_model
        >>> from kerasfoundations.from_scratch.training import fit
        >>> x = np.random.default_rng(0).normal(size=(200, 2))
        >>> model = build_mlp(hidden_units=(8,), num_features=2, num_classes=2, seed=0)
        >>> path = os.path.join(tempfile.mkdtemp(), "best.npz")
        >>> best = ModelCheckpoint(path, "loss", save_best_only=True)
        >>> history = fit(model, x, (x[:, 0] > 0).astype(int), verbose=0, callbacks=[best])
        >>> best.best == min(history.loss)
        True
        >>> load_model(path).output_shape
        (None, 2)
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        self.verbose = checks.flag("verbose", verbose)
        self.save_best_only = checks.flag("save_best_only", save_best_only)
        self.save_weights_only = checks.flag("save_weights_only", save_weights_only)
        suffix = (".weights" if self.save_weights_only else "") + model_files.SUFFIX
        self.filepath = checks.file_ending_in(suffix, "filepath", filepath)
        checks.after_epochs(save_freq)
        if initial_value_threshold is not None:
            self.best = checks.finite_number("initial_value_threshold", initial_value_threshold)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Save the model, unless only better ones are to be saved and it is not."""
        path = checks.filled_in("filepath", self.filepath, {**(logs or {}), "epoch": epoch + 1})
        if not self._is_due(epoch, path, logs):
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        if self.save_weights_only:
            model_files.write_arrays(path, copies(self.learner.network.weights))
        else:
            save_model(self.learner.network, path)
        self._say(epoch, f"finished saving model to {path}")

    def _is_due(self, epoch: int, path: str, logs: Logs | None) -> bool:
        """Return whether to save; if it is the best epoch so far, remember its value."""
        if not self.save_best_only:
            self._say(epoch, f"saving model to {path}")
            return True
        value = self.monitored(logs)
        if value is None:
            return True
        before = f"from {self.best if self.best is None else format(self.best, '.5f')}"
        if not self.is_better(value, self.best):
            self._say(epoch, f"{self.monitor} did not improve {before}")
            return False
        self.best = value
        improved = f"{self.monitor} improved {before} to {value:.5f}"
        self._say(epoch, f"{improved}, saving model to {path}")
        return True

    def _say(self, epoch: int, what: str) -> None:
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: {what}")
