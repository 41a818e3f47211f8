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


def differences(first, second):
    """The largest difference between the weights of two trained models, and of their histories."""
    (model, history), (other, other_history) = first, second
    weights = zip(model.get_weights(), other.get_weights(), strict=True)
    values = [
        (history.history[name], other_history.history[name])
        for name in history.history | other_history.history
        if name not in ("seconds", "examples_per_second")
    ]

    def largest(pairs):
        return max(float(np.max(np.abs(np.subtract(a, b)), initial=0.0)) for a, b in pairs)

    return largest(weights), largest(values)


def difference(first, second):
    """The larger of both."""
    return max(differences(first, second))


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
        "weighted_metrics": [
            "accuracy",
            metrics.SparseCategoricalAccuracy("weighted", dtype="float64"),
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


def on_one_device(training, build, x, y=None, **settings):
    model = build()
    return model, training.fit(model, x, y, **settings)


class StoppedError(Exception):
    """Ends a training run as if the process were killed."""


class StopAfter(Callback):
    """Ends a training run after the first epoch, when that is saved."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise StoppedError


def resumed(wing, strategy):
    """Compare a run that was stopped and resumed with one that was not; 1 for other bits."""
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


KERAS_TOO = (
    *("a sum", "weighted metrics", "averages", "a loss scale"),
    *("rare validation", "short epochs"),
)


def features(*names):
    """Each feature that two devices take, on them from scratch, and alone with Keras.

    Every eighth, or each that is named, also runs with Keras on two devices, but for what is
    refused there.
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
        if len(feature.data(wing)) == 1:
            del found["batch_size"]
        return found

    taken = {name: f for name, f in FEATURES.items() if f.devices and (not names or name in names)}
    for place, (name, feature) in enumerate(taken.items()):
        build, twin = feature.build, lambda feature=feature: to_keras(feature.build())
        alone = on_one_device(KERAS.training, twin, *feature.data(KERAS), **options(KERAS, feature))
        mode = "epoch" if place % 2 and "epoch" in feature.modes else "graph"
        cases = [(SCRATCH, strategies[0], build, {"execution": mode})]
        if (names or place % 8 == 0 or name in KERAS_TOO) and feature.keras_devices:
            cases.append((KERAS, strategies[1], twin, {}))
        for wing, strategy, made, how in cases:
            with strategy.scope():
                how |= options(wing, feature)
            data = feature.data(wing)
            found = wing.distributed.fit(made, *data, strategy=strategy, **how)
            weights, history = differences(found, alone)
            replicas = strategy.num_replicas_in_sync
            tell(name=name, wing=wing.name, replicas=replicas, weights=weights, history=history)


class StopAt(Callback):
    """Ends a training run in the middle of its second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == (1, 1):
            raise StoppedError


OPTIONS = {  # of an optimizer, and what may be around it
    "averages that overwrite": {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3},
    "accumulation": {"gradient_accumulation_steps": 3, "clipnorm": 0.3},
    "a loss scale": {"loss_scale_factor": 1024.0, "use_ema": True, "ema_momentum": 0.8},
    "a growing loss scale": {"gradient_accumulation_steps": 2, "global_clipnorm": 0.3},
}


def options(*names):
    """What surrounds a rule: two devices against one, in both executions, and resumed.

    Then layers that see a share only, where both wings have to agree on two devices.
    """
    from kerasfoundations.from_scratch import checkpoints, distributed, mlp, optimizers, training

    strategy, (x, y) = distributed.make_strategy("mirrored", num_devices=2), data()
    tied = SETTINGS | {"strategy": strategy, "epochs": 3}

    def build():
        return mlp.build_mlp((5,), 6, 3, seed=1, dtype="float64")

    for name, given in OPTIONS.items():
        if names and name not in names:
            continue

        def rule(name=name, given=given):
            made = optimizers.Adam(0.05, **given)
            if "growing" not in name:
                return made
            return optimizers.LossScaleOptimizer(made, 4.0, dynamic_growth_steps=3)

        one = on_one_device(training, build, x, y, optimizer=rule(), **SETTINGS | {"epochs": 3})
        for mode in ("graph", "epoch"):
            several = distributed.fit(build, x, y, optimizer=rule(), execution=mode, **tied)
            tell(case=f"{name}, {mode}", replicas=2, difference=difference(several, one))
        with tempfile.TemporaryDirectory() as folder:

            def fit(folder=folder, rule=rule, **how):
                saved = checkpoints.Checkpoints(folder, every=1)
                how |= {"checkpoints": saved, "optimizer": rule()}
                return distributed.fit(build, x, y, **tied | how)

            with contextlib.suppress(StoppedError):
                fit(callbacks=[StopAt()])
            found = difference(fit(resume=True), one)
        tell(case=f"{name}, resumed", replicas=2, difference=found)


def shares():
    """Layers that see a share only: both wings on two devices, and what is refused there."""
    from kerasfoundations.runs.conversion import to_keras
    from support import features as known
    from support.wings import KERAS, SCRATCH

    tied = {}
    for wing in (SCRATCH, KERAS):
        tied[wing.name] = wing.distributed.make_strategy("mirrored", num_devices=2)
    settings = SETTINGS | {"epochs": 3, "batch_size": 16}
    x, y = known.X[:64], known.Y[:64]
    for name in ("an activity penalty", "dropout", "batch normalization"):
        build = known.FEATURES[name].build

        def both(build=build, **how):
            how = settings | how
            scratch = SCRATCH.distributed.fit(build, x, y, strategy=tied["scratch"], **how)
            twin = KERAS.distributed.fit(
                lambda: to_keras(build()), x, y, strategy=tied["keras"], **how
            )
            return scratch, twin

        measured = {"validation_data": (known.X[:9], known.Y[:9])}
        several, twin = both(**measured)
        alone = on_one_device(SCRATCH.training, build, x, y, **settings | measured)
        tell(
            case=name,
            replicas=2,
            difference=difference(several, twin),
            alone=differences(several, alone)[0],
        )
        for wing in (SCRATCH, KERAS):
            made = build if wing is SCRATCH else lambda build=build: to_keras(build())
            try:
                wing.distributed.fit(made, x, y, strategy=tied[wing.name], **SETTINGS)
            except ValueError as error:
                tell(case=name, wing=wing.name, error=str(error))

    for given in OPTIONS["averages that overwrite"], {"gradient_accumulation_steps": 3}:
        rules = []
        for wing in (SCRATCH, KERAS):
            with tied[wing.name].scope(), KERAS.evaluation.precision("float64"):
                rules.append(wing.optimizers.SGD(0.1, **given))
        several, twin = (
            wing.distributed.fit(
                lambda wing=wing: (
                    known.classifier() if wing is SCRATCH else to_keras(known.classifier())
                ),
                x,
                y,
                strategy=tied[wing.name],
                **SETTINGS | {"optimizer": rule},
            )
            for wing, rule in zip((SCRATCH, KERAS), rules, strict=True)
        )
        tell(case=str(given), replicas=2, difference=difference(several, twin), alone=0.0)

    def rules():
        sgd = KERAS.optimizers.SGD
        yield from (sgd(0.1, **{name: 1.0}) for name in ("clipnorm", "clipvalue"))
        yield sgd(0.1, global_clipnorm=1.0)
        yield KERAS.optimizers.LossScaleOptimizer(sgd(0.1))

    def attempt(**how):
        try:
            KERAS.distributed.fit(
                lambda: to_keras(known.classifier()), x, y, strategy=tied["keras"], **settings | how
            )
        except ValueError as error:
            tell(refused=str(error))

    with tied["keras"].scope():
        found = list(rules())
    for rule in found:
        attempt(optimizer=rule)
    attempt(loss=KERAS.losses.SparseCategoricalCrossentropy(reduction="mean_with_sample_weight"))


class AfterAnEpoch(Callback):
    """Reports the end of an epoch, and waits for a sign to continue."""

    def on_epoch_end(self, epoch, logs=None):
        tell(epoch=epoch)
        sys.stdin.readline()
        self.told = time.monotonic()


def command(*words):
    """`kerasfoundations train scratch` with these options."""
    tell(code=cli.main(["train", "scratch", *words]))


def scheduled(folder):
    """The command with all its options, on two devices in both wings and on one."""
    import csv
    from pathlib import Path

    import pytest

    from support.shortcuts import save_pictures_undrawn

    words = (
        "--model logistic --data sample --epochs 2 --batch-size 75 --quiet --execution graph "
        "--schedule cosine_decay:warmup_steps=2 --weight-decay 0.01 --class-weight balanced "
        "--label-smoothing 0.1 --metrics auc --early-stopping 5"
    )
    several, found = "--strategy mirrored --num-devices 2", {}
    with pytest.MonkeyPatch.context() as patch:
        save_pictures_undrawn(patch)
        for name, more in {
            "scratch": several,
            "keras": several,
            "one": "",
            "clipped": f"{several} --clipnorm 0.5",
            "one clipped": "--clipnorm 0.5",
        }.items():
            wing, out = "keras" if name == "keras" else "scratch", Path(folder) / name
            code = cli.main([*f"train {wing} {words} {more}".split(), "--out", str(out)])
            with (out / "history.csv").open() as file:
                rows = list(csv.DictReader(file))
            found[name] = [float(row[key]) for row in rows for key in ("loss", "val_loss", "auc")]
            tell(name=name, code=code, values=found[name])
        code = cli.main(f"train keras {words} {several} --clipnorm 0.5 --out {folder}/none".split())
        tell(name="refused", code=code)


def worker(first):
    """One of several workers against this process alone; then training in which one is lost."""
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
    known = (mirrored, small, features, options, shares, scheduled, worker, command)
    {function.__name__: function for function in known}[sys.argv[1]](*sys.argv[2:])
