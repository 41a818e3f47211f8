"""Steps that make a slip with right gradients, each beside the reference, and right ones.

`CASES` names the slip of each: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf
from compiled_features import Clipped, clipped, together
from forgotten_features import BATCHES, Loop, accumulating, dense, keras_adam, sgd

from kerasfoundations.diagnose import KerasLoop

RATE = 0.1


# Optimizers


def nadam(schedule=True):
    """Nadam by hand, with Keras's schedule of the momentum, or with β₁ at each step."""

    def mu(t):
        return 0.9 * (1 - 0.5 * 0.96**t if schedule else 1.0)

    def rule(slot, g, w, t):
        slot["m"] = 0.9 * slot.get("m", 0.0) + 0.1 * g
        slot["v"] = 0.999 * slot.get("v", 0.0) + 0.001 * g**2
        slot["all"] = slot.get("all", 1.0) * mu(t)
        ahead = mu(t + 1) * slot["m"] / (1 - slot["all"] * mu(t + 1))
        mean = ahead + (1 - mu(t)) * g / (1 - slot["all"])
        return -0.01 * mean / (tf.sqrt(slot["v"] / (1 - 0.999**t)) + 1e-7)

    return Loop(rule), dense(keras.optimizers.Nadam(0.01)), BATCHES


def adadelta(rho=0.95):
    def rule(slot, g, w, t):
        slot["v"] = rho * slot.get("v", 0.0) + (1 - rho) * g**2
        moved = slot.get("moved", 0.0)
        step = g * tf.sqrt(moved + 1e-7) / tf.sqrt(slot["v"] + 1e-7)
        slot["moved"] = rho * moved + (1 - rho) * step**2
        return -step

    return Loop(rule), dense(keras.optimizers.Adadelta(1.0)), BATCHES


def lion(first=False, betas=(0.9, 0.6)):
    """Lion by hand: its mean moves after the sign is taken, or `first`."""

    def rule(slot, g, w, t):
        old = slot.get("m", tf.zeros_like(g))
        slot["m"] = betas[1] * old + (1 - betas[1]) * g
        return -0.01 * tf.sign(betas[0] * (slot["m"] if first else old) + (1 - betas[0]) * g)

    return Loop(rule), dense(keras.optimizers.Lion(0.01, 0.9, 0.6)), BATCHES


def lamb(trusts=True):
    """Lamb by hand; without trust it is Adam."""

    def rule(slot, g, w, t):
        slot["m"] = 0.9 * slot.get("m", 0.0) + 0.1 * g
        slot["v"] = 0.999 * slot.get("v", 0.0) + 0.001 * g**2
        step = slot["m"] / (1 - 0.9**t) / (tf.sqrt(slot["v"] / (1 - 0.999**t)) + 1e-7)
        size = tf.norm(w)
        ratio = tf.where(size > 0, size / (tf.norm(step) + 1e-30), 1.0)
        return -0.01 * step * (ratio if trusts else 1.0)

    return Loop(rule), dense(keras.optimizers.Lamb(0.01)), BATCHES


class CountsInPython(Loop):
    """Adam in a `tf.function`, whose count is a number of Python: it is traced once."""

    def __init__(self):
        super().__init__(keras_adam)
        self.count, self.means = 0, [[tf.Variable(0 * w) for w in self.weights] for _ in "mv"]
        shapes = [tf.TensorSpec((None, 20)), tf.TensorSpec((None,), "int64")]
        self.traced = tf.function(self.step, input_signature=shapes)

    def train_step(self, x, y):
        return self.traced(x, y)

    def step(self, x, y):
        with tf.GradientTape() as tape:
            w1, b1, w2, b2 = self.weights
            logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
            loss = tf.reduce_mean(losses)
        self.count += 1
        rate = 1e-3 * (1 - 0.999**self.count) ** 0.5 / (1 - 0.9**self.count)
        for w, g, m, v in zip(
            self.weights, tape.gradient(loss, self.weights), *self.means, strict=True
        ):
            m.assign(0.9 * m + 0.1 * g)
            v.assign(0.999 * v + 0.001 * g**2)
            w.assign_sub(rate * m / (tf.sqrt(v) + 1e-7))
        return loss


def shared_means(slot, g, w, t):
    both = 0.999 * (0.9 * slot.get("b", 0.0) + 0.1 * g) + 0.001 * g**2
    slot["b"] = both
    return -1e-3 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * both / (tf.sqrt(tf.abs(both)) + 1e-7)


def dampened(slot, g, w, t):
    slot["m"] = 0.9 * slot["m"] + 0.1 * g if "m" in slot else g
    return -0.01 * slot["m"]


def twice_as_fast_biases(slot, g, w, t):
    return -(2 * RATE if len(w.shape) == 1 else RATE) * g


def applied_twice():
    """Adam's `apply` is called a second time with the same gradients."""
    model, optimizer = dense("sgd"), keras.optimizers.Adam()

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        gradients = tape.gradient(loss, variables)
        for _ in range(2):
            optimizer.apply(gradients, variables)
        return loss

    return KerasLoop(model, train_step), dense("adam"), BATCHES


class TwoSteps(Loop):
    """The metrics come from a second call of the step, which trains as well."""

    def train_step(self, x, y):
        loss = super().train_step(x, y)
        super().train_step(x, y)
        return loss


class StepsFirst(Loop):
    """The gradients of the previous call are applied, then new ones are taken."""

    gradients = None

    def train_step(self, x, y):
        for w, g in zip(self.weights, self.gradients or [], strict=False):
            w.assign_sub(RATE * g)
        self.rule = lambda slot, g, w, t: self.gradients.append(g) or 0.0 * g
        self.gradients = []
        return super().train_step(x, y)


def strange():
    """Adam of 1,504 weights, of which those of the kernels also move by their sine."""

    def build():
        keras.utils.set_random_seed(4)
        layers = [keras.layers.Dense(60, "relu"), keras.layers.Dense(4, "softmax")]
        made = keras.Sequential([keras.Input((20,)), *layers])
        made.compile("adam", "sparse_categorical_crossentropy")
        return made

    model = build()

    def train_step(x, y):
        before = [weight.numpy() for weight in model.weights]
        loss = model.train_on_batch(x, y)
        for weight, old in zip(model.weights[::2], before[::2], strict=True):
            weight.assign_add(1e-3 * np.sin(40 * old))
        model.reset_metrics()
        return loss

    return KerasLoop(model, train_step), build(), BATCHES


# Clipping, constraints, accumulation


def velocity(clip_velocity):
    """Momentum with gradients, or the velocity, clipped to ±0.02."""

    def rule(slot, g, w, t):
        def cut(a):
            return tf.clip_by_value(a, -0.02, 0.02)

        m = 0.9 * slot.get("m", 0.0) + (g if clip_velocity else cut(g))
        slot["m"] = cut(m) if clip_velocity else m
        return -RATE * slot["m"]

    return Loop(rule), dense(keras.optimizers.SGD(RATE, 0.9, clipvalue=0.02)), BATCHES


def scaled_and_clipped(unscale_first):
    """The loss is scaled by 1024; gradients are clipped before or after it is divided out."""

    def clip(gradients):
        share = 1.0 if unscale_first else 1024.0
        made = together(0.2)([share * g for g in gradients])
        return [g / share for g in made]

    settings = {"global_clipnorm": 0.2, "loss_scale_factor": 1024.0}
    return Clipped(clip), dense(keras.optimizers.SGD(0.1, **settings)), BATCHES


class Held(Loop):
    """No weight of the first kernel is negative: after the step, or `early`."""

    def __init__(self, early):
        super().__init__(sgd)
        self.early = early

    def train_step(self, x, y):
        kernel = self.weights[0]
        if self.early:
            self.rule = lambda slot, g, w, t: (
                sgd(slot, g, w, t) + (tf.nn.relu(w) - w if w is kernel else 0.0)
            )
        loss = super().train_step(x, y)
        if not self.early:
            kernel.assign(tf.nn.relu(kernel))
        return loss


def held(early):
    constraint = keras.constraints.NonNeg()
    return Held(early), dense(keras.optimizers.SGD(0.1), kernel_constraint=constraint), BATCHES


def gathered(due, reset=True, share=0.5):
    """Gradients gather, and are applied at the steps `t` that are `due(t)`."""

    def rule(slot, g, w, t):
        slot["sum"] = slot.get("sum", 0.0) + share * g
        if not due(t):
            return 0.0 * g
        made, slot["sum"] = slot["sum"], 0.0 if reset else slot["sum"]
        return -0.1 * made

    return accumulating(2, rule)


def sgd_loop(rule, *options, **settings):
    return Loop(rule), dense(keras.optimizers.SGD(*options, **settings)), BATCHES


CASES = {
    "nadam_without_schedule": (
        lambda: nadam(schedule=False),
        *("update", "nadam_schedule_missing", "beta_1 at each step"),
    ),
    "adadelta_of_another_rho": (
        lambda: adadelta(0.9),
        "update",
        "rho_value",
        "rho is 0.9, in the reference 0.95",
    ),
    "lion_with_the_new_mean": (
        lambda: lion(first=True),
        *("state", "lion_mean_first", "before the sign"),
    ),
    "lion_with_swapped_betas": (
        lambda: lion(betas=(0.6, 0.9)),
        *("state", "betas", "swapped"),
    ),
    "lamb_without_trust": (
        lambda: lamb(trusts=False),
        *("update", "trust_ratio_missing", "as under Adam"),
    ),
    "count_frozen_by_tracing": (
        lambda: (CountsInPython(), dense("adam"), BATCHES),
        *("state", "adam_count_frozen", "frozen at tracing"),
    ),
    "means_in_one_array": (
        lambda: (Loop(shared_means), dense("adam"), BATCHES),
        *("update", "adam_moments_shared", "same array"),
    ),
    "dampened_from_the_second_step": (
        lambda: sgd_loop(dampened, 0.01, 0.9),
        *("state", "damped_momentum", "dampening"),
    ),
    "biases_twice_as_fast": (
        lambda: sgd_loop(twice_as_fast_biases, RATE),
        *("update", "rates_by_variable", "times 1 for"),
    ),
    "adam_applied_twice": (applied_twice, "update", "gradients_applied_twice", "twice"),
    "two_steps": (
        lambda: (TwoSteps(keras_adam), dense("adam"), BATCHES),
        *("update", "steps_twice", "two steps on each batch"),
    ),
    "step_before_gradient": (
        lambda: (StepsFirst(sgd), dense(keras.optimizers.SGD(RATE)), BATCHES),
        *("update", "step_before_gradient", "previous call"),
    ),
    "velocity_clipped": (
        lambda: velocity(clip_velocity=True),
        *("state", "clipping_place", "the velocity is clipped"),
    ),
    "clipped_before_unscaling": (
        lambda: scaled_and_clipped(unscale_first=False),
        *("update", "clipping_before_unscaling", "1/1024"),
    ),
    "constraint_before_the_step": (
        lambda: held(early=True),
        *("update", "constraint_early", "before the update"),
    ),
    "applied_at_the_first_step": (
        lambda: gathered(lambda t: t % 2 == 1),
        *("update", "accumulation_offset", "made at step 1, the reference's at 2"),
    ),
    "sums_kept": (
        lambda: gathered(lambda t: t % 2 == 0, reset=False),
        *("state", "accumulator_kept", "not reset"),
    ),
    "sums_applied": (
        lambda: gathered(lambda t: t % 2 == 0, share=1.0),
        *("update", "accumulation_summed", "over 2 steps"),
    ),
}

EQUAL = {
    "nadam": lambda: nadam(),
    "adadelta": lambda: adadelta(),
    "lion": lambda: lion(),
    "lamb": lambda: lamb(),
    "velocity": lambda: velocity(clip_velocity=False),
    "clipped_after_unscaling": lambda: scaled_and_clipped(unscale_first=True),
    "held": lambda: held(early=False),
    "gathered": lambda: gathered(lambda t: t % 2 == 0),
    "clipped": lambda: clipped(together(0.2), global_clipnorm=0.2),
}
