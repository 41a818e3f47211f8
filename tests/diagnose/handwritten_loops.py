"""Backpropagation and optimizers written by hand, each with one slip, and right ones beside them.

`CASES` names the slip of each: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
from forgotten_features import BATCHES, Loop, dense

RATE = 0.1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class Network:
    """20-10-4 with a sigmoid, in NumPy: forward, backward, update."""

    def __init__(self):
        self.weights = [np.array(w) for w in dense("sgd").get_weights()]

    def get_weights(self):
        return [w.copy() for w in self.weights]

    def set_weights(self, arrays):
        self.weights = [np.array(array) for array in arrays]

    def train_step(self, x, y):
        w1, b1, w2, b2 = self.weights
        a = self.hidden(x @ w1 + b1)
        p = self.outputs(a @ w2 + b2)
        target = np.eye(4, dtype="float32")[y]
        error = self.output_error(p, target) / len(x)
        steps = [None, None, a.T @ error, error.sum(axis=0)]
        if self.updates_first:
            w2 = w2 - RATE * steps[2]
        back = (error @ w2.T) * self.derivative(a)
        steps[:2] = x.T @ back, back.sum(axis=0)
        self.weights = [w - RATE * g for w, g in zip(self.weights, steps, strict=True)]
        return self.loss(p, target)

    updates_first = False

    def hidden(self, z):
        return sigmoid(z)

    def derivative(self, a):
        return a * (1 - a)

    def outputs(self, z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def output_error(self, p, y):
        return p - y

    def loss(self, p, y):
        return -np.log((p * y).sum(axis=1)).mean()


class Squares(Network):
    """The same with sigmoid outputs and the mean squared error."""

    def outputs(self, z):
        return sigmoid(z)

    def output_error(self, p, y):
        return 2 / 4 * (p - y) * p * (1 - p)

    def loss(self, p, y):
        return ((p - y) ** 2).mean()


def written(network, **methods):
    """A network with some methods replaced, beside its reference."""
    loop = type("Written", (network,), methods)()
    keras.utils.set_random_seed(4)
    squares = issubclass(network, Squares)
    last = keras.layers.Dense(4, "sigmoid" if squares else "softmax")
    layers = [keras.Input((20,)), keras.layers.Dense(10, "sigmoid"), last]
    model = keras.Sequential(layers)
    model.compile(
        keras.optimizers.SGD(RATE), "mse" if squares else "sparse_categorical_crossentropy"
    )
    batches = [(x, np.eye(4, dtype="float32")[y]) for x, y in BATCHES] if squares else BATCHES
    if squares:
        step = loop.train_step
        loop.train_step = lambda x, y: step(x, y.argmax(axis=1))
    return loop, model, batches


def adam(t_of=lambda t: t, powers=True, overwrites=False, epsilon=1e-7):
    """Adam with Keras's ε beside the uncorrected root, and slips."""

    def rule(slot, g, w, t):
        slot["m"] = 0.9 * slot.get("m", 0.0) + 0.1 * g
        slot["v"] = 0.999 * slot.get("v", 0.0) + 0.001 * g**2
        n = float(t_of(t) if powers else 1)
        mean, square = 1 - 0.9**n, 1 - 0.999**n
        if overwrites:
            slot["m"], slot["v"] = slot["m"] / mean, slot["v"] / square
            return -1e-3 * slot["m"] / (slot["v"] ** 0.5 + epsilon)
        return -1e-3 * slot["m"] / mean * np.sqrt(square) / (slot["v"] ** 0.5 + epsilon)

    return rule


def adams(**slips):
    return Loop(adam(**slips)), dense("adam"), BATCHES


class CountsVariables(Loop):
    """Its count of steps runs on with each variable."""

    def __init__(self):
        super().__init__(self.counted)
        self.count = 0

    def counted(self, slot, g, w, t):
        self.count += 1
        return adam()(slot, g, w, self.count)


def velocity(inside):
    """Momentum under a schedule, with the rate inside or outside of the velocity."""
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.7)

    def rule(slot, g, w, t):
        rate = 0.1 * 0.7 ** (t - 1)
        slot["m"] = 0.9 * slot.get("m", 0.0) + (rate * g if inside else g)
        return -slot["m"] if inside else -rate * slot["m"]

    return Loop(rule), dense(keras.optimizers.SGD(schedule, momentum=0.9)), BATCHES


def decaying(take_off, optimizer=None, couple=0.0, spare=None):
    """Keras's Adam with `take_off(w, rate)` off the weights, or `couple·w` in the gradient."""

    def rule(slot, g, w, t):
        return adam()(slot, g + couple * w, w, t) - take_off(w, 1e-3)

    optimizer = optimizer or keras.optimizers.AdamW(1e-3, weight_decay=0.05)
    optimizer.exclude_from_weight_decay(var_names=[spare] if spare else None)
    return Loop(rule), dense(optimizer), BATCHES


def off(w, rate):
    return 0.05 * rate * w


def off_kernels(w, rate):
    return off(w, rate) if len(w.shape) > 1 else 0.0 * w


def unreduced():
    """The tape sees the losses of the samples; the step returns their mean."""

    class Unreduced(Loop):
        def reduce(self, losses, y):
            return losses

        def train_step(self, x, y):
            return np.mean(super().train_step(x, y))

    return Unreduced(lambda slot, g, w, t: -RATE * g), dense(keras.optimizers.SGD(RATE)), BATCHES


class Smoothed(Loop):
    """What it returns is a running mean of the losses."""

    share = None

    def __init__(self):
        super().__init__(lambda slot, g, w, t: -RATE * g)
        self.shown, self.count = None, 0

    def train_step(self, x, y):
        loss = float(super().train_step(x, y))
        self.count += 1
        share = self.share or 1 / self.count
        self.shown = loss if self.shown is None else (1 - share) * self.shown + share * loss
        return self.shown


def smoothed(share):
    loop = Smoothed()
    loop.share = share
    return loop, dense(keras.optimizers.SGD(RATE)), BATCHES


CASES = {
    "moved_weights": (
        lambda: written(Network, updates_first=True),
        *("gradients", "backward_through_moved_weights", "all layers first"),
    ),
    "hidden_derivative": (
        lambda: written(Network, derivative=lambda self, a: 1.0),
        *("gradients", "activation_derivative_forgotten", "hidden layers"),
    ),
    "hidden_derivative_at_output": (
        lambda: written(Network, derivative=lambda self, a: sigmoid(a) * (1 - sigmoid(a))),
        *("gradients", "activation_derivative_place", "as if that were its input"),
    ),
    "derivative_at_output_of_every_layer": (
        lambda: written(
            Squares,
            derivative=lambda self, a: sigmoid(a) * (1 - sigmoid(a)),
            output_error=lambda self, p, y: 2 / 4 * (p - y) * sigmoid(p) * (1 - sigmoid(p)),
        ),
        *("gradients", "activation_derivative_place", "in every layer"),
    ),
    "derivative_at_output_of_the_last_layer": (
        lambda: written(
            Squares,
            output_error=lambda self, p, y: 2 / 4 * (p - y) * sigmoid(p) * (1 - sigmoid(p)),
        ),
        *("gradients", "activation_derivative_place", "in the last layer"),
    ),
    "derivative_forgotten_everywhere": (
        lambda: written(
            Squares,
            derivative=lambda self, a: 1.0,
            output_error=lambda self, p, y: 2 / 4 * (p - y),
        ),
        *("gradients", "activation_derivative_forgotten", "in every layer"),
    ),
    "output_derivative": (
        lambda: written(Squares, output_error=lambda self, p, y: 2 / 4 * (p - y)),
        *("gradients", "activation_derivative_forgotten", "of the outputs"),
    ),
    "output_derivative_and_factor": (
        lambda: written(Squares, output_error=lambda self, p, y: p - y),
        *("gradients", "activation_derivative_forgotten", "of the outputs"),
    ),
    "another_gradient": (
        lambda: written(Network, output_error=lambda self, p, y: (p - y) * p * (1 - p)),
        *("gradients", "gradient_of_another_loss", "p·(1 - p)"),
    ),
    "without_the_power": (
        lambda: adams(powers=False),
        *("state", "adam_count_frozen", "1 - β"),
    ),
    "count_from_2": (
        lambda: adams(t_of=lambda t: t + 1),
        *("update", "adam_count", "starts at 2"),
    ),
    "count_from_0": (lambda: adams(t_of=lambda t: t - 1), "update", "adam_count", "t is 0"),
    "count_of_variables": (
        lambda: (CountsVariables(), dense("adam"), BATCHES),
        *("update", "adam_count", "with each variable"),
    ),
    "moments_overwritten": (
        lambda: adams(overwrites=True),
        *("update", "adam_moments_overwritten", "copies"),
    ),
    "rate_outside_velocity": (
        lambda: velocity(inside=False),
        *("state", "velocity_rate", "holds gradients"),
    ),
    "decay_without_rate": (
        lambda: decaying(lambda w, rate: 0.05 * w),
        *("update", "decay_without_rate", "rate left out"),
    ),
    "decay_missing": (
        lambda: decaying(lambda w, rate: 0.0 * w),
        *("update", "decay_missing", "0.05"),
    ),
    "decay_coupled": (
        lambda: decaying(lambda w, rate: 0.0 * w, couple=0.05),
        *("update", "decay_coupled", "added"),
    ),
    "decay_of_kernels_alone": (
        lambda: decaying(off_kernels),
        *("update", "decay_exclusions", "each kernel"),
    ),
    "decay_of_excluded_biases": (
        lambda: decaying(off, spare="bias"),
        *("update", "decay_exclusions", "every weight"),
    ),
    "decay_twice_as_strong": (
        lambda: decaying(lambda w, rate: 2 * off(w, rate)),
        *("update", "decay_value", "acts as 0.1"),
    ),
    "unreduced_loss": (unreduced, "gradients", "gradient_summed", "not reduced"),
    "running_mean": (
        lambda: smoothed(None),
        *("data", "last_batch_overweighted", "mean of the batches' losses so far"),
    ),
    "smoothed_loss": (lambda: smoothed(0.1), "loss", "running_loss", "0.9 times"),
}

EQUAL = {
    "network": lambda: written(Network),
    "squares": lambda: written(Squares),
    "adam": lambda: adams(),
    "rate_inside_velocity": lambda: velocity(inside=True),
    "decay": lambda: decaying(off),
    "decay_of_kernels": lambda: decaying(off_kernels, spare="bias"),
}
