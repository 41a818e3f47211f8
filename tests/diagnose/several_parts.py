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
COUNTS = RANDOM.uniform(0.2, 2.0, size=(2, 40)).astype("float32")


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


def weighed_outputs(form=list, change=lambda first, second: (first, second), one_for_all=False):
    """A loop that weighs samples, after a change of the weights of the label and of the sizes."""
    model = build(form)
    _, reference, batches = two_outputs(form)
    optimizer = keras.optimizers.SGD(0.1)

    def train_step(x, y, sample_weight):
        (y1, y2), counts = (
            list(a.values()) if isinstance(a, dict) else a for a in (y, sample_weight)
        )
        first, second = change(*([counts, counts] if one_for_all else counts))
        with tf.GradientTape() as tape:
            p1, p2 = ends_of(model(x, training=True))
            labels = keras.losses.sparse_categorical_crossentropy(y1, p1)
            sizes = tf.reduce_mean((y2 - p2) ** 2, axis=-1)
            loss = tf.reduce_mean(first * labels) + 0.2 * tf.reduce_mean(second * sizes)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    counts = {"label": COUNTS[0], "size": COUNTS[1]} if form == "dict" else list(COUNTS)
    pieces = cut(COUNTS[0] if one_for_all else counts, LABELS)
    weighed = [(*batch, piece[0]) for batch, piece in zip(batches, pieces, strict=True)]
    return KerasLoop(model, train_step), reference, weighed


def ends_of(outputs):
    """The outputs in a list."""
    return list(outputs.values()) if isinstance(outputs, dict) else outputs


def ones(count):
    """Weights that change nothing."""
    return np.ones_like(count)


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
    "sample_weights_forgotten": (
        lambda: weighed_outputs(change=lambda a, b: (ones(a), ones(b))),
        *("reduction", "sample_weights_ignored", "those of every output"),
    ),
    "sample_weights_of_one_forgotten": (
        lambda: weighed_outputs("dict", change=lambda a, b: (a, ones(b))),
        *("reduction", "sample_weights_ignored", "those of size"),
    ),
    "one_array_for_one_output": (
        lambda: weighed_outputs(change=lambda a, b: (a, ones(b)), one_for_all=True),
        *("reduction", "sample_weights_ignored", "those of size"),
    ),
    "sample_weights_of_another": (
        lambda: weighed_outputs(change=lambda a, b: (a, a)),
        *("reduction", "sample_weights_value", "those of label are applied to every output"),
    ),
    "sample_weights_exchanged": (
        lambda: weighed_outputs("dict", change=lambda a, b: (b, a)),
        *("reduction", "sample_weights_value", "those of label and size are exchanged"),
    ),
    "sample_weights_normalized": (
        lambda: weighed_outputs(change=lambda a, b: (a / a.mean(), b / b.mean())),
        *("reduction", "sample_weights_normalized", "divided"),
    ),
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
    "weights of each output": weighed_outputs,
    "weights of each output in a dict": lambda: weighed_outputs("dict"),
    "weights of both outputs": lambda: weighed_outputs(one_for_all=True),
    "inputs in a tuple": lambda: one_output(tuple, tf.reduce_mean),
    "inputs in a dict": lambda: one_output("dict", tf.reduce_mean),
}
