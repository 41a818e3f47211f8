"""This package's own contestants: the loop from scratch, and Keras's `fit`."""

from __future__ import annotations

from typing import Any

from kerasfoundations import runs
from kerasfoundations.benchmark.worker import Turns, Work
from kerasfoundations.loop.history import Callback

FOREVER = 1_000_000  # epochs: the referee ends training


def _arguments(work: Work) -> dict[str, Any]:
    """Return the arguments of the builder."""
    if work.network.name != "mlp":
        return {}
    units = [layer[2] for layer in work.network.layers(work.width) if layer[0] == "dense"]
    return {"hidden_units": tuple(units[:-1])}


def train_scratch(work: Work, turns: Turns) -> None:
    """Train with `training.fit` from scratch, in the execution named by the argument."""
    network, training = work.network, runs.wing_module("scratch", "training")
    model = runs.build_model("scratch", network.name, **_arguments(work))
    model.set_weights(work.start_weights())
    turns.predict = lambda x: training.predict(model, x, batch_size=len(x))

    class Wait(Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            turns.begin()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            turns.stop()
            turns.report(work.score(lambda x: training.predict(model, x)))

    training.fit(
        model,
        *(work.x, work.y),
        epochs=FOREVER,
        batch_size=work.batch_size,
        optimizer=network.optimizer,
        learning_rate=network.rate,
        loss=network.loss,
        execution=work.argument,
        verbose=0,
        callbacks=[Wait()],
    )


def train_keras(work: Work, turns: Turns) -> None:
    """Train with `compile` and `fit` on arrays, as Keras users do, or with two more settings."""
    import keras

    network = work.network
    model = runs.build_model("keras", network.name, **_arguments(work))
    model.set_weights(work.start_weights())
    tuned = {"jit_compile": True, "steps_per_execution": 16} if work.argument == "tuned" else {}
    optimizer = keras.optimizers.get(network.optimizer)
    optimizer.learning_rate = network.rate
    metrics = [] if network.name == "linear" else ["accuracy"]
    model.compile(optimizer, network.loss, metrics=metrics, **tuned)
    turns.predict = lambda x: model.predict(x, batch_size=len(x), verbose=0)

    class Wait(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            turns.begin()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            turns.stop()
            turns.report(work.score(lambda x: keras.ops.convert_to_numpy(model(x))))

    arguments = {"batch_size": work.batch_size, "epochs": FOREVER, "verbose": 0}
    model.fit(work.x, work.y, callbacks=[Wait()], **arguments)
