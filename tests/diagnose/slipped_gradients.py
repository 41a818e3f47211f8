"""Gradients of layers written by hand, each with one slip, and right ones beside them.

`CASES` names the slip of each: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf
from forgotten_features import BATCHES, Loop, dense, sgd

from kerasfoundations.diagnose import KerasLoop, VariablesLoop

RATE = 0.1


class Written:
    """5-7-6-2 in NumPy; `slope(z, a)` is the derivative of the hidden activation."""

    def __init__(self, activation, slope, bias=1.0):
        self.activation, self.slope, self.bias = activation, slope, bias
        self.weights = written_reference(activation).get_weights()

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, arrays):
        self.weights = [np.array(a) for a in arrays]

    def train_step(self, x, y):
        act = np.tanh if self.activation == "tanh" else lambda z: 1 / (1 + np.exp(-z))
        w1, b1, w2, b2, w3, b3 = self.weights
        z1 = x @ w1 + b1
        z2 = act(z1) @ w2 + b2
        p = act(z2) @ w3 + b3
        d3 = 2 * (p - y) / y.size
        d2 = d3 @ w3.T * self.slope(z2, act(z2))
        d1 = d2 @ w2.T * self.slope(z1, act(z1))
        bias = len(x) if self.bias == "summed" else 1.0
        axis = None if self.bias == "of all units" else 0
        steps = [x.T @ d1, bias * d1.sum(axis), act(z1).T @ d2, bias * d2.sum(axis)]
        steps += [act(z2).T @ d3, bias * d3.sum(axis)]
        self.weights = [w - RATE * g for w, g in zip(self.weights, steps, strict=True)]
        return ((p - y) ** 2).mean()


def written_reference(activation):
    keras.utils.set_random_seed(5)
    layers = [keras.layers.Dense(n, activation) for n in (7, 6)]
    model = keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(2)])
    model.compile(keras.optimizers.SGD(RATE), "mse")
    return model


def written(activation, slope, **slips):
    random = np.random.default_rng(5)
    x, y = random.normal(size=(40, 5)), random.normal(size=(40, 2))
    x, y = x.astype("float32"), y.astype("float32")
    batches = [(x[at : at + 16], y[at : at + 16]) for at in (0, 16, 32)]
    return Written(activation, slope, **slips), written_reference(activation), batches


class Pieces(Loop):
    """The batch in pieces of 8, whose mean losses are added up for the gradient."""

    def __init__(self, share):
        super().__init__(sgd)
        self.share = share

    def train_step(self, x, y):
        self.reduce = lambda losses, y: tf.reduce_mean(losses) * self.factor
        self.factor = -(-len(y) // 8) if self.share == "added" else 1.0
        return super().train_step(x, y) / self.factor


def layered(layers, step_of, x, loss="mse", outputs=1):
    """The layers twice: a loop with a step of its own, and the reference."""

    def build():
        keras.utils.set_random_seed(7)
        model = keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype.name), *layers()])
        model.compile(keras.optimizers.SGD(RATE), loss)
        return model

    model = build()
    y = np.random.default_rng(8).normal(size=(len(x), outputs)).astype("float32")
    batches = [(x[at : at + 14], y[at : at + 14]) for at in range(0, len(x), 14)]
    variables = [weight.value for weight in model.weights]
    return VariablesLoop(variables, step_of(variables)), build(), batches


def descending(loss_of):
    """Gradient descent on `loss_of(variables, x, y)`."""

    def step_of(variables):
        def train_step(x, y):
            with tf.GradientTape() as tape:
                loss = loss_of(variables, x, y)
            for w, g in zip(variables, tape.gradient(loss, variables), strict=True):
                if g is not None:
                    w.assign_sub(RATE * tf.convert_to_tensor(g))
            return loss

        return train_step

    return step_of


def recurrent(error):
    x = np.random.default_rng(1).normal(size=(36, 5, 3)).astype("float32")

    def loss_of(variables, x, y):
        w, u, b, v, c = variables
        h = tf.zeros((len(x), 4))
        for t in range(5):
            kept = h if error == "right" else tf.stop_gradient(h)
            way = (h - kept) @ tf.stop_gradient(u) if error == "bare" else 0.0  # 0 in any case
            h = tf.tanh(x[:, t] @ w + kept @ u + b) + way
        return tf.reduce_mean((h @ v + c - y) ** 2)

    def layers():
        return [keras.layers.SimpleRNN(4), keras.layers.Dense(1)]

    return layered(layers, descending(loss_of), x)


def normalized(stop):
    x = np.random.default_rng(1).normal(size=(36, 3)).astype("float32")

    def loss_of(variables, x, y):
        w, b, gamma, beta, mean, variance, v, c = variables
        z = x @ w + b
        m, s = tf.nn.moments(z, [0])
        mean.assign(0.99 * mean + 0.01 * m)
        variance.assign(0.99 * variance + 0.01 * s)
        m, s = (tf.stop_gradient(a) if stop else a for a in (m, s))
        z = gamma * (z - m) / tf.sqrt(s + 1e-3) + beta
        return tf.reduce_mean((tf.nn.relu(z) @ v + c - y) ** 2)

    def layers():
        middle = [keras.layers.BatchNormalization(), keras.layers.ReLU()]
        return [keras.layers.Dense(4), *middle, keras.layers.Dense(1)]

    return layered(layers, descending(loss_of), x)


def embedded(update):
    """Words are averaged; `update(table, x, slopes)` changes the rows of the table in place."""
    x = np.random.default_rng(1).integers(0, 6, size=(36, 4))

    def step_of(variables):
        def train_step(x, y):
            table, w, b = (np.array(a) for a in variables)
            h = table[x].mean(axis=1)
            error = h @ w + b - y
            slope = 2 * error / error.size
            rows = np.repeat((slope @ w.T)[:, None] / 4, 4, axis=1)
            update(table, x, RATE * rows)
            new = (table, w - RATE * h.T @ slope, b - RATE * slope.sum(0))
            for variable, array in zip(variables, new, strict=True):
                variable.assign(array)
            return (error**2).mean()

        return train_step

    def layers():
        middle = keras.layers.GlobalAveragePooling1D()
        return [keras.layers.Embedding(6, 3), middle, keras.layers.Dense(1)]

    return layered(layers, step_of, x)


def subtract_all(table, x, rows):
    np.subtract.at(table, x, rows)


def subtract_last(table, x, rows):
    table[x] -= rows


def subtract_words(table, x, rows):
    np.subtract.at(table, x, rows * (x > 0)[..., None])


def words(change, optimizer="adam"):
    """Words, some of them several times in a batch; `change` is made to the tape's gradients."""
    x = np.random.default_rng(1).integers(0, 6, size=(36, 4))
    y = np.random.default_rng(2).normal(size=(36, 1)).astype("float32")

    def build():
        keras.utils.set_random_seed(7)
        middle = [keras.layers.Embedding(6, 3), keras.layers.GlobalAveragePooling1D()]
        model = keras.Sequential([keras.Input((4,), dtype="int64"), *middle, keras.layers.Dense(1)])
        model.compile(optimizer, "mse")
        return model

    model = build()

    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        variables = model.trainable_variables
        gradients = [change(g) for g in tape.gradient(loss, [v.value for v in variables])]
        model.optimizer.apply(gradients, variables)
        return loss

    batches = [(x[at : at + 14], y[at : at + 14]) for at in (0, 14, 28)]
    return KerasLoop(model, train_step), build(), batches


def hooked():
    """Its gradients are clipped as soon as they are taken, as a hook of PyTorch does."""
    loop = Loop(sgd)

    def gradients(x, y):
        kept, loop.weights = loop.weights, [tf.Variable(w) for w in loop.weights]
        found = []
        loop.rule = lambda slot, g, w, t: found.append(tf.clip_by_value(g, -0.02, 0.02)) or 0.0 * g
        loop.train_step(x, y)
        loop.rule, loop.weights = clipping, kept
        return found

    def clipping(slot, g, w, t):
        return sgd(slot, tf.clip_by_value(g, -0.02, 0.02), w, t)

    loop.rule, loop.gradients = clipping, gradients
    return loop, dense(keras.optimizers.SGD(0.1, clipvalue=0.02)), BATCHES


def in_bfloat16():
    """A memory of gradients far from here must not look like one that is lost."""

    def build():
        keras.utils.set_random_seed(7)
        hidden = keras.layers.Dense(10, "relu", dtype="mixed_bfloat16")
        layers = [keras.Input((20,)), hidden, keras.layers.Dense(4, "softmax", dtype="float32")]
        model = keras.Sequential(layers)
        rule = keras.optimizers.Adafactor(0.02, relative_step=False)
        model.compile(rule, "sparse_categorical_crossentropy")
        return model

    model = build()

    def train_step(x, y):
        loss = model.train_on_batch(x, y)
        model.reset_metrics()
        return loss

    return KerasLoop(model, train_step), build(), BATCHES


def saturating():
    """The log of a sigmoid as it is, which a large step from sure answers rounds to 0 or 1."""
    x = np.random.default_rng(1).normal(size=(36, 3)).astype("float32")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(20.0), "binary_crossentropy")
    w, b = (tf.Variable(weight) for weight in model.get_weights())

    def train_step(x, y):
        p = 1 / (1 + np.exp(-(x @ w.numpy() + b.numpy())))
        w.assign_sub(20 * x.T @ (p - y) / len(x))
        b.assign_sub(20 * (p - y).mean(axis=0))
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    y = (x[:, :1] + x[:, 1:2] ** 2 > 0.5).astype("float32")
    batches = [(x[at : at + 14], y[at : at + 14]) for at in (0, 14, 28)]
    return VariablesLoop([w, b], train_step), model, batches


def lasso(slope):
    x = np.random.default_rng(1).normal(size=(36, 3)).astype("float32")

    def step_of(variables):
        def train_step(x, y):
            w, b = (np.array(a) for a in variables)
            error = x @ w + b - y
            back = 2 * error / error.size
            variables[0].assign_sub(RATE * (x.T @ back + 0.05 * slope(w)))
            variables[1].assign_sub(RATE * back.sum(0))
            return (error**2).mean() + 0.05 * np.abs(w).sum()

        return train_step

    def layers():
        return [keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L1(0.05))]

    return layered(layers, step_of, x)


CASES = {
    "tanh_of_the_input": (
        lambda: written("tanh", lambda z, a: 1 - z**2),
        *("gradients", "activation_derivative_place", "1 - z²"),
    ),
    "tanh_without_square": (
        lambda: written("tanh", lambda z, a: 1 - a),
        *("gradients", "activation_derivative_place", "1 - a,"),
    ),
    "sigmoid_of_the_input": (
        lambda: written("sigmoid", lambda z, a: z * (1 - z)),
        *("gradients", "activation_derivative_place", "z·(1 - z)"),
    ),
    "biases_summed": (
        lambda: written("tanh", lambda z, a: 1 - a**2, bias="summed"),
        *("gradients", "gradient_summed", "each bias"),
    ),
    "biases_of_all_units": (
        lambda: written("tanh", lambda z, a: 1 - a**2, bias="of all units"),
        *("gradients", "bias_gradient_axis", "every bias is summed"),
    ),
    "pieces_added": (
        lambda: (Pieces("added"), dense(keras.optimizers.SGD(0.1)), BATCHES),
        *("gradients", "pieces_summed", "3 pieces of 8"),
    ),
    "history_stopped": (
        lambda: recurrent("stopped"),
        *("gradients", "gradient_through_time", "ends at each step"),
    ),
    "history_past_the_activation": (
        lambda: recurrent("bare"),
        *("gradients", "activation_derivative_forgotten", "to the one before"),
    ),
    "statistics_stopped": (
        lambda: normalized(stop=True),
        *("gradients", "batch_norm_backward", "constants"),
    ),
    "last_place_of_a_word": (
        lambda: embedded(subtract_last),
        *("gradients", "embedding_rows_lost", "add.at"),
    ),
    "padding_left_out": (
        lambda: embedded(subtract_words),
        *("gradients", "padding_not_trained", "index 0"),
    ),
    "words_added_before_they_are_squared": (
        lambda: words(tf.convert_to_tensor),
        *("update", "embedding_squares", "squares each of them"),
    ),
    "l1_without_sign": (
        lambda: lasso(lambda w: w),
        *("gradients", "penalty_slope_l1", "sign(w)"),
    ),
}

EQUAL = {
    "tanh": lambda: written("tanh", lambda z, a: 1 - a**2),
    "sigmoid": lambda: written("sigmoid", lambda z, a: a * (1 - a)),
    "pieces_averaged": lambda: (Pieces("averaged"), dense(keras.optimizers.SGD(0.1)), BATCHES),
    "history": lambda: recurrent("right"),
    "statistics": lambda: normalized(stop=False),
    "every_place_of_a_word": lambda: embedded(subtract_all),
    "l1": lambda: lasso(np.sign),
    "words": lambda: words(lambda g: g),
    "words_added_for_sgd": lambda: words(tf.convert_to_tensor, "sgd"),
    "hooked": hooked,
    "in_bfloat16": in_bfloat16,
    "saturating": saturating,
}
