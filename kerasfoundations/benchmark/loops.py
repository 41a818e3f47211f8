"""This package's own contestants: the loop from scratch, and Keras's `fit`."""

from __future__ import annotations

from typing import Any

from kerasfoundations import runs
from kerasfoundations.benchmark.worker import Turns, Work
from kerasfoundations.loop.history import Callback

FOREVER = 1_000_000  # epochs: the referee ends training


def train_scratch(work: Work, turns: Turns) -> None:
    """Train with `training.fit` from scratch, in the execution named by the argument."""
    training = runs.wing_module("scratch", "training")
    model = runs.build_model("scratch", "mlp", hidden_units=(work.width,))
    model.set_weights(work.start_weights())

    class Wait(Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            turns.begin()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            turns.stop()
            turns.report(training.evaluate(model, work.x_test, work.y_test)["accuracy"])

    training.fit(
        model,
        *(work.x, work.y),
        epochs=FOREVER,
        batch_size=work.batch_size,
        execution=work.argument,
        verbose=0,
        callbacks=[Wait()],
    )


def train_keras(work: Work, turns: Turns) -> None:
    """Train with `compile` and `fit` on arrays, as Keras users do, or with two more settings."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((work.x.shape[1],)),
            keras.layers.Dense(work.width, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.set_weights(work.start_weights())
    tuned = {"jit_compile": True, "steps_per_execution": 16} if work.argument == "tuned" else {}
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"], **tuned)

    class Wait(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            turns.begin()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            turns.stop()
            predicted = [
                keras.ops.convert_to_numpy(model(work.x_test[at : at + 1000])).argmax(axis=1)
                for at in range(0, len(work.x_test), 1000)
            ]
            right = sum(
                int((labels == work.y_test[at * 1000 : at * 1000 + 1000]).sum())
                for at, labels in enumerate(predicted)
            )
            turns.report(right / len(work.y_test))

    arguments = {"batch_size": work.batch_size, "epochs": FOREVER, "verbose": 0}
    model.fit(work.x, work.y, callbacks=[Wait()], **arguments)
