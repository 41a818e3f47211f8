"""Steps whose slots, shapes or turns are wrong, each beside the reference, and right ones.

`CASES` names the slip of each: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop, VariablesLoop

RNG = np.random.default_rng(17)
X = RNG.normal(size=(60, 5)).astype("float32")
Y = np.tanh(X @ RNG.normal(size=(5, 5))).astype("float32")
BATCHES = [(X[at : at + 16], Y[at : at + 16]) for at in range(0, 60, 16)]


def square(optimizer):
    """A compiled network 5-5-5-5, so that variables have equal shapes."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(5, "tanh", name="first"),
            keras.layers.Dense(5, "tanh", name="second"),
            keras.layers.Dense(5, name="third"),
        ]
    )
    model.compile(optimizer, "mse")
    return model


def loss_of(weights, x, y):
    """The mean squared error of that network."""
    w1, b1, w2, b2, w3, b3 = weights
    hidden = tf.tanh(tf.tanh(x @ w1 + b1) @ w2 + b2)
    return tf.reduce_mean((hidden @ w3 + b3 - y) ** 2)


def by_hand(reference, rule):
    """A loop in which `rule(weights, gradients, t)` moves the weights."""
    weights = [tf.Variable(w) for w in reference.get_weights()]
    clock = {"t": 0}

    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(weights, x, y)
        clock["t"] += 1
        rule(weights, tape.gradient(loss, weights), clock["t"])
        return loss

    return VariablesLoop(weights, train_step), reference, BATCHES


# Slots


def momentum(key):
    """Momentum, whose velocities are found by a key of the weight's place and shape."""
    velocities = {}

    def rule(weights, gradients, t):
        for place, (w, g) in enumerate(zip(weights, gradients, strict=True)):
            at = key(place, tuple(w.shape))
            velocities[at] = 0.9 * velocities.get(at, 0.0) - 0.05 * g
            w.assign_add(velocities[at])

    return by_hand(square(keras.optimizers.SGD(0.05, momentum=0.9)), rule)


def adam(key):
    """Adam, whose means are found likewise; `t` counts steps."""
    m, v = {}, {}

    def rule(weights, gradients, t):
        for place, (w, g) in enumerate(zip(weights, gradients, strict=True)):
            at = key(place, tuple(w.shape))
            m[at] = 0.9 * m.get(at, 0.0) + 0.1 * g
            v[at] = 0.999 * v.get(at, 0.0) + 0.001 * g**2
            rate = 0.01 * tf.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            w.assign_sub(rate * m[at] / (tf.sqrt(v[at]) + 1e-7))

    return by_hand(square(keras.optimizers.Adam(0.01)), rule)


def of_each(place, shape):
    """A key for each weight."""
    return place


def of_shape(place, shape):
    """A key for each shape."""
    return shape


# Shapes


def lamb(whole):
    """Lamb, with the norms of each weight, or of the `whole` vector of weights."""
    reference = square(keras.optimizers.Lamb(0.01))
    sizes = [int(np.prod(w.shape)) for w in reference.get_weights()]
    m, v = np.zeros(sum(sizes)), np.zeros(sum(sizes))

    def rule(weights, gradients, t):
        theta, g = (np.concatenate([np.ravel(a) for a in part]) for part in (weights, gradients))
        m[:] = 0.9 * m + 0.1 * g
        v[:] = 0.999 * v + 0.001 * g**2
        step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-7)
        ends = np.cumsum(sizes)
        parts = [slice(0, sum(sizes))] if whole else list(map(slice, ends - sizes, ends))
        for part in parts:
            size, length = np.linalg.norm(theta[part]), np.linalg.norm(step[part])
            theta[part] -= 0.01 * (size / length if size > 0 else 1.0) * step[part]
        for w, part in zip(weights, map(slice, ends - sizes, ends), strict=True):
            w.assign(theta[part].reshape(w.shape))

    return by_hand(reference, rule)


def adafactor(factored):
    """Keras's Adafactor on the matrices, or on their elements in a row."""
    reference = square(keras.optimizers.Adafactor(0.02))
    own = keras.optimizers.Adafactor(0.02)
    twins = [keras.Variable(w if factored else w.ravel()) for w in reference.get_weights()]
    own.build(twins)

    def rule(weights, gradients, t):
        for twin, w in zip(twins, weights, strict=True):
            twin.assign(tf.reshape(w, twin.shape))
        pairs = zip(gradients, twins, strict=True)
        own.apply([tf.reshape(g, twin.shape) for g, twin in pairs], twins)
        for twin, w in zip(twins, weights, strict=True):
            w.assign(tf.reshape(twin.value, w.shape))

    return by_hand(reference, rule)


def ftrl(in_time):
    """Follow the regularized leader; its σ is computed before `n` is overwritten, or after."""
    reference = square(keras.optimizers.Ftrl(0.05, l2_regularization_strength=0.01))
    z = [0.0 for _ in reference.weights]
    n = [0.1 for _ in reference.weights]

    def rule(weights, gradients, t):
        for place, (w, g) in enumerate(zip(weights, gradients, strict=True)):
            old, n[place] = n[place], n[place] + g**2
            before = old if in_time else n[place]
            sigma = (tf.sqrt(n[place]) - tf.sqrt(before)) / 0.05
            z[place] += g - sigma * w
            w.assign(-z[place] / (tf.sqrt(n[place]) / 0.05 + 2 * 0.01))

    return by_hand(reference, rule)


# Turns


def in_turns(parts, tapes, optimizer=lambda: keras.optimizers.SGD(0.1), shown=-1):
    """Parts of the layers, each with an optimizer; with `tapes`, each with a tape at its turn."""
    reference, model = square(optimizer()), square(optimizer())
    variables = [
        [weight for name in names for weight in model.get_layer(name).trainable_variables]
        for names in parts
    ]
    optimizers = [optimizer() for _ in parts]

    def taken(x, y, which):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        return loss, tape.gradient(loss, which)

    def train_step(x, y):
        found = [] if tapes else [taken(x, y, which) for which in variables]
        for place, (own, which) in enumerate(zip(optimizers, variables, strict=True)):
            if tapes:
                found.append(taken(x, y, which))
            own.apply(found[place][1], which)
        return found[shown][0]

    return KerasLoop(model, train_step), reference, BATCHES


HALVES = (["first"], ["second", "third"])
MIDDLE = (["second"], ["first", "third"])
EACH = (["third"], ["second"], ["first"])


def keras_adam():
    """Keras's Adam."""
    return keras.optimizers.Adam(0.02)


CASES = {
    "velocities_by_shape": (lambda: momentum(of_shape), "update", "slots_shared", "share"),
    "means_by_shape": (lambda: adam(of_shape), "update", "slots_shared", "share"),
    "lamb_of_all": (lambda: lamb(True), "update", "weights_as_one_vector", "one vector"),
    "adafactor_in_rows": (lambda: adafactor(False), "update", "matrices_as_vectors", "matrices"),
    "ftrl_sigma": (lambda: ftrl(False), "update", "ftrl_sigma_zero", "linear term"),
    "halves": (
        lambda: in_turns(HALVES, True),
        "gradients",
        "updated_in_turns",
        "first first, then",
    ),
    "halves_first_loss": (
        lambda: in_turns(HALVES, True, shown=0),
        *("gradients", "updated_in_turns", "first first, then"),
    ),
    "middle_adam": (
        lambda: in_turns(MIDDLE, True, keras_adam),
        *("gradients", "updated_in_turns", "first second, then"),
    ),
    "layer_by_layer": (
        lambda: in_turns(EACH, True),
        *("gradients", "updated_in_turns", "one layer after the other, backward"),
    ),
}

EQUAL = {
    "velocities": lambda: momentum(of_each),
    "means": lambda: adam(of_each),
    "lamb_of_each": lambda: lamb(False),
    "adafactor": lambda: adafactor(True),
    "ftrl": lambda: ftrl(True),
    "halves_at_once": lambda: in_turns(HALVES, False),
    "layers_at_once": lambda: in_turns(EACH, False, keras_adam),
}
