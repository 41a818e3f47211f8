"""Every optimizer of Keras as the reference's: the same in a loop, and with another setting."""

import keras
import tensorflow as tf
from forgotten_features import BATCHES, Loop, dense

from kerasfoundations.diagnose import KerasLoop

# Name: a rate, a setting of a wrong loop, and words of the message about it.
SETTINGS = {
    "SGD": (0.1, {"momentum": 0.5}, "momentum"),
    "RMSprop": (0.01, {"rho": 0.99}, "rho"),
    "Adagrad": (0.01, {"initial_accumulator_value": 1.0}, "starts"),
    "Adam": (0.01, {"beta_1": 0.5}, "beta_1"),
    "AdamW": (0.01, {"beta_2": 0.9}, "beta_2"),
    "Nadam": (0.01, {"beta_1": 0.5}, "beta_1 is 0.5, in the reference 0.9"),
    "Adamax": (0.01, {"beta_2": 0.9}, "beta_2 is 0.9, in the reference 0.999"),
    "Adadelta": (1.0, {"rho": 0.9}, "rho is 0.9, in the reference 0.95"),
    "Ftrl": (0.1, {"l1_regularization_strength": 0.01}, "l1_regularization_strength is 0.01"),
    "Lion": (0.001, {"beta_1": 0.5}, "beta_1 is 0.5"),
    "Lamb": (0.01, {"beta_1": 0.5}, "beta_1 is 0.5"),
    "Adafactor": (0.01, {"relative_step": False}, "relative_step is False"),
    "Muon": (0.01, {"momentum": 0.9}, "momentum is 0.9"),
    "ScheduleFreeAdamW": (0.01, {"beta_1": 0.5}, "beta_1 is 0.5"),
}
NAMES = [name for name in SETTINGS if hasattr(keras.optimizers, name)]


def stepping(name, **settings):
    """A loop with an optimizer of Keras, beside the reference with its defaults."""
    kind, rate = getattr(keras.optimizers, name), SETTINGS[name][0]
    optimizer = kind(rate, **settings)
    return loop_with(lambda: optimizer), dense(kind(rate)), BATCHES


def loop_with(optimizer_of_step):
    """A loop that asks for its optimizer at each step."""
    model = dense("sgd")

    def train_step(x, y):
        optimizer = optimizer_of_step()
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return KerasLoop(model, train_step)


def forgetful(name):
    """A loop that makes its optimizer at each step."""
    kind, rate = getattr(keras.optimizers, name), SETTINGS[name][0]
    return loop_with(lambda: kind(rate)), dense(kind(rate)), BATCHES


def strange():
    """A step that no cause explains: the first weight moves by its own sine as well."""

    def rule(slot, g, w, t):
        return -0.1 * g + (0.05 * tf.sin(40.0 * w) if w.shape == (20, 10) else 0.0)

    return Loop(rule), dense(keras.optimizers.SGD(0.1)), BATCHES


def two_faults():
    """The gradient of the sum, and a momentum that the reference does not have."""

    class Summed(Loop):
        def reduce(self, losses, y):
            return tf.reduce_sum(losses)

        def train_step(self, x, y):
            return super().train_step(x, y) / len(x)

    def rule(slot, g, w, t):
        slot["m"] = 0.9 * slot.get("m", 0.0) - 0.01 * g
        return slot["m"]

    return Summed(rule), dense(keras.optimizers.SGD(0.01)), BATCHES
