"""What the tests of distributed training run in processes of their own; it prints JSON."""

import functools
import importlib
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import numpy as np
import tensorflow as tf

NUM_SAMPLES, NUM_FEATURES = 50, 6
SETTINGS = {"epochs": 3, "batch_size": 16, "seed": 3, "verbose": 0}  # the last batch has 2


def problem(num_samples=NUM_SAMPLES):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(num_samples, NUM_FEATURES))
    return x, (x @ rng.normal(size=(NUM_FEATURES, 3))).argmax(axis=1)


def build(package, l2=0.0):
    mlp = importlib.import_module(f"kerasfoundations.{package}.mlp")
    arguments = {"num_features": NUM_FEATURES, "num_classes": 3, "seed": 1, "l2": l2}
    return mlp.build_mlp((5,), dtype="float64", **arguments)


def apart(first, second):
    """The largest difference between two models' weights, and between two histories' values."""
    weights = max(
        float(np.abs(a - b).max())
        for a, b in zip(first[0].get_weights(), second[0].get_weights(), strict=True)
    )
    values = max(
        float(np.abs(np.subtract(getattr(first[1], name), getattr(second[1], name))).max())
        for name in ("loss", "accuracy")
    )
    return max(weights, values)


def on_one_device(package, x, y, l2=0.0, **settings):
    training = importlib.import_module(f"kerasfoundations.{package}.training")
    model = build(package, l2)
    return model, training.fit(model, x, y, **SETTINGS | settings)


def mirrored(package):
    """A wing on two logical CPUs against one, for several rules and odd sizes."""
    devices = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], devices)
    distributed = importlib.import_module(f"kerasfoundations.{package}.distributed")
    strategy = distributed.make_strategy("mirrored", num_devices=2)
    assert strategy.num_replicas_in_sync == 2
    cases = {"rmsprop": {}, "adam": {"optimizer": "adam"}, "l2": {"l2": 0.1}}
    if package == "from_scratch":
        optimizers = importlib.import_module(f"kerasfoundations.{package}.optimizers")
        cases |= {
            "momentum": {"optimizer": lambda: optimizers.SGD(0.1, momentum=0.9)},
            "odd": {"batch_size": 7},  # shares of 4 and 3
            "one": {"batch_size": 49},  # the last batch has one sample: nothing for the second
            "batches of one": {"batch_size": 1, "epochs": 1},
        }
    x, y = problem()
    found = {}
    for name, case in cases.items():
        l2 = case.pop("l2", 0.0)
        settings = SETTINGS | case
        make = functools.partial(build, package, l2)
        both = distributed.fit(make, x, y, strategy=strategy, **settings)
        if callable(settings.get("optimizer")):
            settings["optimizer"] = settings["optimizer"]()
        found[name] = apart(both, on_one_device(package, x, y, l2, **settings))
    return found


def multiworker(timeout, die):
    """One of several processes; `die` ends it in the middle of the training."""
    from kerasfoundations.from_scratch import distributed
    from kerasfoundations.history import Callback

    class Die(Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == 2:
                os._exit(9)

    try:
        strategy = distributed.make_strategy("multiworker", timeout=timeout)
        x, y = problem()
        both = distributed.fit(
            lambda: build("from_scratch"),
            *(x, y),
            strategy=strategy,
            callbacks=[Die()] if die else [],
            **SETTINGS,
        )
    except OSError as error:
        return {"error": str(error), "kind": type(error).__name__}
    one = on_one_device("from_scratch", x, y)
    return {"apart": apart(both, one), "replicas": strategy.num_replicas_in_sync}


if __name__ == "__main__":
    task, *rest = sys.argv[1:]
    result = (
        mirrored(rest[0]) if task == "mirrored" else multiworker(float(rest[0]), rest[1] == "die")
    )
    print("RESULT", json.dumps(result), flush=True)
    os._exit(0)  # a thread may still be waiting for somebody who never came
