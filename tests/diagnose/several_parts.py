"""Models with several inputs and several outputs, and loops beside them.

`CASES` names what each does: how it is made, the stage, the cause, and words of the message;
`EQUAL` lists right loops.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop, VariablesLoop

L = keras.layers
RANDOM = np.random.default_rng(41)
ROWS = RANDOM.normal(size=(40, 5)).astype("float32")
CODES = RANDOM.integers(0, 7, size=40)
LABELS = np.argmax(ROWS[:, :3] + 0.3 * CODES[:, None], axis=1)
SIZES = (ROWS[:, :2] * 2 - CODES[:, None] / 7).astype("float32")
WEIGHTS = {"label": 1.0, "size": 0.2}


def inputs_of(form, rows, codes):
    return {"rows": rows, "codes": codes} if form == "dict" else form([rows, codes])


def build(form, outputs=2):
    """A model of numbers and of a code, which returns a label, or a label and two sizes."""
    keras.utils.set_random_seed(3)
    rows, codes = keras.Input((5,), name="rows"), keras.Input((), dtype="int32", name="codes")
    hidden = L.Concatenate()([rows, L.Embedding(7, 3)(codes)])
    hidden = L.Dense(6, "tanh")(hidden)
    ends = [L.Dense(3, "softmax", name="label")(hidden), L.Dense(2, name="size")(hidden)]
    given = {"rows": rows, "codes": codes} if form == "dict" else [rows, codes]
    ends = ends if outputs == 2 else ends[0]
    named = {"label": ends[0], "size": ends[1]} if form == "dict" and outputs == 2 else ends
    return keras.Model(given, named)


def loss_of(y, p, label=1.0, size=0.2):
    """The two losses, each times its weight."""
    (y1, y2), (p1, p2) = ([a["label"], a["size"]] if isinstance(a, dict) else a for a in (y, p))
    first = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y1, p1))
    return label * first + size * tf.reduce_mean((tf.cast(y2, "float32") - p2) ** 2)


def two_outputs(form=list, make=KerasLoop, rate=0.1, **weights):
    """A loop with these weights of the losses, beside the reference with `WEIGHTS`."""
    model, reference = build(form), build(form)
    named = {"label": "sparse_categorical_crossentropy", "size": "mse"}
    how = (named, WEIGHTS) if form == "dict" else ([*named.values()], [*WEIGHTS.values()])
    reference.compile(keras.optimizers.SGD(0.1), loss=how[0], loss_weights=how[1])
    optimizer = keras.optimizers.SGD(rate)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True), **weights)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    y = {"label": LABELS, "size": SIZES} if form == "dict" else [LABELS, SIZES]
    loop = make(model, train_step) if make is KerasLoop else make(model.variables, train_step)
    return loop, reference, cut(inputs_of(form, ROWS, CODES), y)


def one_output(form, change=lambda loss: loss, gradient=1.0):
    """A loop on several inputs, beside its reference with one output."""
    model, reference = build(form, 1), build(form, 1)
    reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    optimizer = keras.optimizers.Adam(0.01)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = change(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        if gradient != 1:
            gradients = [gradient * tf.convert_to_tensor(g) for g in gradients]
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return KerasLoop(model, train_step), reference, cut(inputs_of(form, ROWS, CODES), LABELS)


def cut(x, y):
    """Batches of 15, 15 and 10."""

    def part(parts, piece):
        if isinstance(parts, dict):
            return {name: array[piece] for name, array in parts.items()}
        if isinstance(parts, list | tuple):
            return type(parts)(array[piece] for array in parts)
        return parts[piece]

    pieces = [slice(at, at + 15) for at in (0, 15, 30)]
    return [(part(x, piece), part(y, piece)) for piece in pieces]


FORGOTTEN = ("loss", "loss_weights_forgotten", "1 for label, 0.2 for size")
CASES = {
    "loss_weights_forgotten": (lambda: two_outputs(size=1.0), *FORGOTTEN),
    "loss_weights_forgotten_in_dicts": (lambda: two_outputs("dict", size=1.0), *FORGOTTEN),
    "one_loss_forgotten": (
        lambda: two_outputs(size=0.0),
        *("loss", "output_loss_forgotten", "that of size is missing"),
    ),
    "the_other_loss_forgotten": (
        lambda: two_outputs("dict", label=0.0),
        *("loss", "output_loss_forgotten", "that of label is missing"),
    ),
    "another_rate": (lambda: two_outputs(rate=0.3), "update", "learning_rate", "0.3 instead of"),
    "summed": (
        lambda: one_output(list, tf.reduce_sum),
        *("reduction", "loss_summed", "reduce_mean"),
    ),
    "negated": (
        lambda: one_output("dict", tf.reduce_mean, -1.0),
        *("gradients", "gradient_negated", "Subtract the gradient"),
    ),
}
EQUAL = {
    "two outputs": two_outputs,
    "two outputs in dicts": lambda: two_outputs("dict"),
    "two outputs of variables": lambda: two_outputs(make=VariablesLoop),
    "inputs in a tuple": lambda: one_output(tuple, tf.reduce_mean),
    "inputs in a dict": lambda: one_output("dict", tf.reduce_mean),
}
