"""What the tests of `distributed` run in separate processes; each prints lines of JSON.

Devices and workers are set up before TensorFlow computes anything, once for each process: so one
process checks many things.
"""

import contextlib
import importlib
import json
import os
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from kerasfoundations import cli
from kerasfoundations.loop.history import Callback

SETTINGS = {"epochs": 2, "batch_size": 17, "seed": 4, "verbose": 0}
CASES = {  # 52 samples: 3 whole batches and one of a single sample, so that one share is empty
    "rmsprop": {},
    "adam, even shares": {"optimizer": "adam", "batch_size": 26},
    "l1 and l2": {"model": {"l1": 1e-3, "l2": 1e-2}},
    "weights of classes": {"class_weight": {0: 0.5, 2: 4.0}, "batch_size": 26},
    "another loss": {"optimizer": "adagrad", "loss": "mse", "model": {"output_activation": None}},
}


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(52, 6)), rng.integers(0, 3, 52)


def tell(**found):
    print(json.dumps(found), flush=True)


def difference(first, second):
    """The largest difference between the weights and the histories of two trained models."""
    (model, history), (other, other_history) = first, second
    pairs = list(zip(model.get_weights(), other.get_weights(), strict=True))
    for name in history.history | other_history.history:
        if name not in ("seconds", "examples_per_second"):
            pairs.append((history.history[name], other_history.history[name]))
    return max(float(np.max(np.abs(np.subtract(a, b)), initial=0.0)) for a, b in pairs)


def weighted(metrics):
    """Settings with weights of samples, 0 among them, and metrics of all kinds."""
    (x, y), weights = data(), np.random.default_rng(1).uniform(0, 3, 52)
    weights[::5] = 0
    return {
        "sample_weight": weights,
        "metrics": [
            "accuracy",
            "sparse_categorical_crossentropy",
            metrics.SparseCategoricalAccuracy("own", dtype="float64"),
        ],
        "validation_data": [(x[:5], y[:5], weights[:5]), (x[5:9], y[5:9], weights[5:9])],
    }


class Streamed:
    """An array that claims to be on disk."""

    streamed = True

    def __init__(self, array):
        self.array, self.shape, self.dtype, self.ndim = array, array.shape, array.dtype, array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, rows):
        return self.array[rows]

    def astype(self, dtype):
        return self


def on_one_device(training, build, x, y, **settings):
    model = build()
    return model, training.fit(model, x, y, **settings)


class StoppedError(Exception):
    """Ends a training as if the process were killed."""


class StopAfter(Callback):
    """Ends a training after the first epoch, when that is saved."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise StoppedError


def resumed(wing, strategy):
    """Compare a training that was stopped and resumed with one that was not; 1 for other bits."""
    checkpoints = importlib.import_module(f"{wing.__name__}.checkpoints").Checkpoints
    x, y = data()

    def fit(**how):
        def build():
            return wing.mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64")

        return wing.distributed.fit(build, x, y, strategy=strategy, **SETTINGS, **how)

    with tempfile.TemporaryDirectory() as folder:
        with contextlib.suppress(StoppedError):
            fit(checkpoints=checkpoints(folder), callbacks=[StopAfter()])
        return difference(fit(checkpoints=checkpoints(folder), resume=True), fit())


def mirrored(folder):
    """The command, and both wings on two logical CPUs against one device."""
    words = "train scratch --strategy mirrored --num-devices 2 --data sample --epochs 1 --quiet"
    tell(code=cli.main([*words.split(), "--batch-size", "500", "--target", "0", "--out", folder]))
    from kerasfoundations import from_scratch, with_keras
    from kerasfoundations.from_scratch import distributed, execution, optimizers, training

    for wing in (from_scratch, with_keras):
        for module in ("distributed", "metrics", "mlp", "training"):
            importlib.import_module(f"{wing.__name__}.{module}")
        strategy = wing.distributed.make_strategy("mirrored", num_devices=2)
        for case, chosen in CASES.items():
            if wing is with_keras and case == "another loss":
                continue  # each takes Keras a second or more
            x, y = data()
            settings = SETTINGS | chosen
            arguments = settings.pop("model", {})
            if chosen.get("loss") == "mse":
                y = np.eye(3)[y]
            settings["validation_data"] = (x[:9], y[:9])
            if chosen.get("class_weight"):
                settings |= weighted(wing.metrics)
                del settings["sample_weight"]

            def build(wing=wing, arguments=arguments):
                return wing.mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64", **arguments)

            several = wing.distributed.fit(build, x, y, strategy=strategy, **settings)
            alone = on_one_device(wing.training, build, x, y, **settings)
            measured = [wing.training.evaluate(m, x, y)["loss"] for m, _ in (several, alone)]
            tell(
                case=f"{wing.__name__}, {case}",
                replicas=strategy.num_replicas_in_sync,
                difference=max(difference(several, alone), abs(measured[0] - measured[1])),
            )

        tell(case=f"{wing.__name__}, resumed", replicas=2, difference=resumed(wing, strategy))

    def momentum():
        return optimizers.SGD(0.1, momentum=0.9, nesterov=True)

    def build():
        return from_scratch.mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64")

    strategy, (x, y) = distributed.make_strategy("mirrored", num_devices=2), data()
    several = distributed.fit(build, x, y, strategy=strategy, optimizer=momentum(), **SETTINGS)
    alone = on_one_device(training, build, x, y, optimizer=momentum(), **SETTINGS)
    tell(case="scratch, momentum", replicas=2, difference=difference(several, alone))

    with strategy.scope():
        step = distributed.make_distributed_step(strategy, build(), optimizers.Adam())
        for length in (8, 8, 7, 1):
            step(x[:length], y[:length])
    tell(traces=execution.num_traces(step))
    training.fit(several[0], x, y, epochs=1, verbose=0)  # it continues as an ordinary model
    try:
        distributed.make_strategy("mirrored", num_devices=3)
    except ValueError as error:
        tell(error=str(error))


def small():
    """Both wings on two logical CPUs against one device and each other; then a richer rule.

    Samples and classes have weights, and there are metrics of all kinds; an epoch each.
    """
    from kerasfoundations.from_scratch import (
        callbacks,
        distributed,
        metrics,
        mlp,
        optimizers,
        schedules,
        training,
    )
    from kerasfoundations.with_keras import distributed as keras_distributed
    from kerasfoundations.with_keras import metrics as keras_metrics
    from kerasfoundations.with_keras import mlp as keras_mlp
    from kerasfoundations.with_keras import training as keras_training

    (x, y), settings, weighed = data(), SETTINGS | {"epochs": 1}, []
    for name, several_devices, models, alone, measures in (
        ("scratch", distributed, mlp, training, metrics),
        ("keras", keras_distributed, keras_mlp, keras_training, keras_metrics),
    ):

        def build(models=models):
            return models.build_mlp((5,), 6, 3, seed=1, dtype="float64", l2=1e-2)

        strategy = several_devices.make_strategy("mirrored", num_devices=2)
        more = settings | weighted(measures)
        several = several_devices.fit(build, x, y, strategy=strategy, **more)
        one = on_one_device(alone, build, x, y, **more)
        found = difference(several, one)
        tell(wing=name, replicas=strategy.num_replicas_in_sync, difference=found)
        classes = settings | {"class_weight": {0: 0.5, 2: 4.0}, "validation_split": 0.2}
        weighed += [several, several_devices.fit(build, x, y, strategy=strategy, **classes)]
        found = difference(weighed[-1], on_one_device(alone, build, x, y, **classes))
        tell(wing=name, replicas=2, difference=found)
    found = max(difference(weighed[0], weighed[2]), difference(weighed[1], weighed[3]))
    tell(wing="both", replicas=2, difference=found)

    def rule():
        rate = schedules.ExponentialDecay(0.05, 2, 0.7)
        return optimizers.AdamW(rate, weight_decay=0.3, global_clipnorm=0.2)

    def build():
        return mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64")

    def more():
        """Stops after the second epoch, and returns to the first: nothing falls by 10."""
        stopping = callbacks.EarlyStopping(
            "loss", min_delta=10, patience=1, restore_best_weights=True
        )
        return settings | {"epochs": 4, "optimizer": rule(), "callbacks": [stopping]}

    strategy = distributed.make_strategy("mirrored", num_devices=2)
    several = distributed.fit(build, x, y, strategy=strategy, **more())
    one = on_one_device(training, build, x, y, **more())
    assert len(several[1].loss) == len(one[1].loss) == 2
    found = difference(several, one)
    tell(wing="scratch, a schedule, decay, clipping, stopped early", replicas=2, difference=found)

    more, tied = settings | weighted(metrics) | {"epochs": 2}, {"strategy": strategy}
    one = on_one_device(training, build, x, y, **more)
    for wing, images in (("whole epochs", x), ("whole epochs, streamed", Streamed(x))):
        several = distributed.fit(build, images, y, execution="epoch", **tied, **more)
        tell(wing=wing, replicas=2, difference=difference(several, one))


def features():
    """Each feature that two devices take, on them from scratch, and alone with Keras.

    Every eighth also runs with Keras on two devices, but for clipping, which is refused there.
    """
    from kerasfoundations.runs.conversion import to_keras
    from support.features import FEATURES
    from support.features import SETTINGS as STEPS
    from support.wings import KERAS, SCRATCH

    strategies = [w.distributed.make_strategy("mirrored", num_devices=2) for w in (SCRATCH, KERAS)]

    def options(wing, feature):
        with KERAS.evaluation.precision("float64"):
            found = STEPS | {"learning_rate": 0.05} | feature.options(wing)
        if not isinstance(found.get("optimizer", ""), str):
            del found["learning_rate"]
        return found

    taken = {name: feature for name, feature in FEATURES.items() if feature.devices}
    for place, (name, feature) in enumerate(taken.items()):
        build, twin = feature.build, lambda feature=feature: to_keras(feature.build())
        data = feature.data(KERAS)
        alone = on_one_device(KERAS.training, twin, *data, **options(KERAS, feature))
        cases = [(SCRATCH, strategies[0], build), (KERAS, strategies[1], twin)]
        for wing, strategy, made in cases[: 1 if place % 8 or "clip" in name else 2]:
            with strategy.scope():
                how = options(wing, feature)
            found = wing.distributed.fit(made, *data, strategy=strategy, **how)
            replicas = strategy.num_replicas_in_sync
            tell(name=name, wing=wing.name, replicas=replicas, difference=difference(found, alone))


class AfterAnEpoch(Callback):
    """Reports the end of an epoch, and waits for a sign to continue."""

    def on_epoch_end(self, epoch, logs=None):
        tell(epoch=epoch)
        sys.stdin.readline()
        self.told = time.monotonic()


def command(*words):
    """`kerasfoundations train scratch` with these options."""
    tell(code=cli.main(["train", "scratch", *words]))


def worker(first):
    """One of several workers against this process alone; then a training in which one is lost."""
    from kerasfoundations.from_scratch import distributed, mlp, training

    strategy = distributed.make_strategy("multiworker", timeout=60)
    x, y = data()

    def build():
        return mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64", l2=1e-2)

    settings = SETTINGS | {"validation_data": (x[:9], y[:9])}
    if first == "parity":
        several = distributed.fit(build, x, y, strategy=strategy, **settings)
        alone = on_one_device(training, build, x, y, **settings)
        tell(replicas=strategy.num_replicas_in_sync, difference=difference(several, alone))
        whole = distributed.fit(build, x, y, strategy=strategy, execution="epoch", **settings)
        tell(replicas=strategy.num_replicas_in_sync, difference=difference(whole, alone))
    waiting = AfterAnEpoch()
    try:
        distributed.fit(build, x, y, strategy=strategy, callbacks=[waiting], **settings)
    except OSError as error:
        seconds = time.monotonic() - waiting.told
        tell(error=str(error), kind=type(error).__name__, seconds=seconds)


if __name__ == "__main__":
    known = (mirrored, small, features, worker, command)
    {function.__name__: function for function in known}[sys.argv[1]](*sys.argv[2:])
