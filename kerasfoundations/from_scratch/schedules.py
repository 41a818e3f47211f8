"""Learning rates that change from step to step.

A schedule is called with the number of steps so far and returns a learning rate. It takes the place
of a number: `SGD(ExponentialDecay(0.1, 1000, 0.96))`. The number of steps is a variable, so nothing
is traced again when the rate changes. The rate is a float64; Keras's is a float32, unless it is
given NumPy's floats: `ExponentialDecay(np.float64(0.1), 1000, 0.96)`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "OneCycle",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
]


class Schedule:
    """Base class of schedules: a subclass defines its formula in `rate(t)`."""

    def __call__(self, step: Any) -> tf.Tensor:
        """Return the learning rate after that many steps, a float64 scalar."""
        return tf.cast(self.rate(tf.cast(step, tf.float64)), tf.float64)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`, from 0."""
        raise TypeError(f"{type(self).__name__} has no formula: write its rate method.")

    def __repr__(self) -> str:
        """Return the schedule as it was made."""
        own = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({own})"


class _Decay(Schedule):
    """What exponential and inverse time decay take."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
    ) -> None:
        self.initial_learning_rate = checks.positive_number(
            "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps = checks.positive_integer("decay_steps", decay_steps)
        self.decay_rate = checks.positive_number("decay_rate", decay_rate)
        self.staircase = checks.flag("staircase", staircase)

    def periods(self, t: tf.Tensor) -> tf.Tensor:
        """Return `t / s`, rounded down if that was asked for."""
        return tf.floor(t / self.decay_steps) if self.staircase else t / self.decay_steps


class ExponentialDecay(_Decay):
    """`η·r^(t / s)`.

    Args:
        initial_learning_rate: `η`, above 0.
        decay_steps: `s`, steps after which the rate has been multiplied by `r`.
        decay_rate: `r`, above 0.
        staircase: Whether `t / s` is rounded down: a step every `s` steps.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> float(ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)(200))
        0.025
    """

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        rate = tf.constant(self.decay_rate, tf.float64)
        return self.initial_learning_rate * tf.pow(rate, self.periods(t))


class InverseTimeDecay(_Decay):
    """`η / (1 + r·t / s)`.

    Args:
        initial_learning_rate: `η`, above 0.
        decay_steps: `s`.
        decay_rate: `r`, above 0.
        staircase: Whether `t / s` is rounded down.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> float(InverseTimeDecay(0.1, decay_steps=100, decay_rate=1.0)(300))
        0.025
    """

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        return self.initial_learning_rate / (1 + self.decay_rate * self.periods(t))


class PiecewiseConstantDecay(Schedule):
    """`values[i]` up to and including step `boundaries[i]`, then `values[i + 1]`.

    Args:
        boundaries: Numbers of steps, increasing.
        values: Learning rates, one more than boundaries.

    Raises:
        ValueError: for boundaries that do not increase, or a different number of values.

    Example:
        >>> schedule = PiecewiseConstantDecay([100, 200], [0.1, 0.05, 0.01])
        >>> [float(schedule(t)) for t in (0, 100, 101, 201)]
        [0.1, 0.1, 0.05, 0.01]
    """

    def __init__(self, boundaries: Sequence[int], values: Sequence[float]) -> None:
        self.boundaries, self.values = checks.boundaries(boundaries, values)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        passed = tf.cast(self.boundaries, tf.float64) < t  # (number of boundaries,)
        return tf.gather(tf.constant(self.values, tf.float64), tf.math.count_nonzero(passed))


class PolynomialDecay(Schedule):
    """`(η - e)·(1 - t / s)ᵖ + e`, and `e` from step `s` on.

    With `cycle` the rate starts again from above: `s` is the first multiple of `decay_steps` that
    is not below `t`.

    Args:
        initial_learning_rate: `η`, above 0.
        decay_steps: `s`.
        end_learning_rate: `e`, 0 or more.
        power: `p`, above 0; 1 is a straight line.
        cycle: Whether the rate starts again beyond `decay_steps`.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> schedule = PolynomialDecay(0.1, decay_steps=100, end_learning_rate=0.0)
        >>> [round(float(schedule(t)), 3) for t in (0, 50, 100, 500)]
        [0.1, 0.05, 0.0, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
    ) -> None:
        self.initial_learning_rate = checks.positive_number(
            "initial_learning_rate", initial_learning_rate
        )
        self.decay_steps = checks.positive_integer("decay_steps", decay_steps)
        self.end_learning_rate = checks.number_of_0_or_more("end_learning_rate", end_learning_rate)
        self.power = checks.positive_number("power", power)
        self.cycle = checks.flag("cycle", cycle)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        last = tf.constant(self.decay_steps, tf.float64)
        if self.cycle:
            last *= tf.maximum(tf.math.ceil(t / self.decay_steps), 1)
        left = 1 - tf.minimum(t, last) / last
        distance = self.initial_learning_rate - self.end_learning_rate
        return distance * tf.pow(left, self.power) + self.end_learning_rate


class CosineDecay(Schedule):
    """`η·((1 - α)·(1 + cos(π·t / s)) / 2 + α)`, and `η·α` from step `s` on.

    With a warm-up the rate first rises from `η` to `warmup_target` in a straight line of
    `warmup_steps`, then falls from there.

    Args:
        initial_learning_rate: `η`, above 0; with a warm-up 0 or more.
        decay_steps: `s`.
        alpha: `α`, the share of the rate that is left at the end, 0 or more.
        warmup_target: The rate at the end of the warm-up; `None` for no warm-up.
        warmup_steps: Number of its steps.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> schedule = CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=10)
        >>> [round(float(schedule(t)), 3) for t in (0, 5, 10, 60, 110)]
        [0.0, 0.05, 0.1, 0.05, 0.0]

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        *,
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        start = checks.positive_number if warmup_target is None else checks.number_of_0_or_more
        self.initial_learning_rate = start("initial_learning_rate", initial_learning_rate)
        self.decay_steps = checks.positive_integer("decay_steps", decay_steps)
        self.alpha = checks.number_of_0_or_more("alpha", alpha)
        self.warmup_target = warmup_target
        if warmup_target is not None:
            self.warmup_target = checks.positive_number("warmup_target", warmup_target)
        self.warmup_steps = checks.integer_of_0_or_more("warmup_steps", warmup_steps)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        if self.warmup_target is None:
            return self._fallen(self.initial_learning_rate, t)
        rise = self.warmup_target - self.initial_learning_rate
        risen = self.initial_learning_rate + rise * t / max(self.warmup_steps, 1)
        fallen = self._fallen(self.warmup_target, t - self.warmup_steps)
        return tf.where(t < self.warmup_steps, risen, fallen)

    def _fallen(self, top: float, t: tf.Tensor) -> tf.Tensor:
        half = _half_cosine(tf.minimum(t, self.decay_steps) / self.decay_steps)
        return top * ((1 - self.alpha) * half + self.alpha)


class CosineDecayRestarts(Schedule):
    """`η·((1 - α)·mⁱ·(1 + cos(π·p)) / 2 + α)`, `p` from 0 to 1 in each period `i`.

    The first period has `first_decay_steps`, each next one `t_mul` times as many, and starts from
    `m_mul` times the rate.

    Args:
        initial_learning_rate: `η`, above 0.
        first_decay_steps: Length of the first period.
        t_mul: By how much each period is longer than the last, 1 or more.
        m_mul: `m`, above 0: each period starts from this multiple of the last one's start.
        alpha: `α`, the share of the rate that is left at the end, 0 or more.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> schedule = CosineDecayRestarts(0.1, 100)
        >>> [round(float(schedule(t)), 3) for t in (0, 50, 100, 200, 300)]
        [0.1, 0.05, 0.1, 0.05, 0.1]

    Source: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, ICLR 2017.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
    ) -> None:
        self.initial_learning_rate = checks.positive_number(
            "initial_learning_rate", initial_learning_rate
        )
        self.first_decay_steps = checks.positive_integer("first_decay_steps", first_decay_steps)
        self.t_mul = checks.number_of_1_or_more("t_mul", t_mul)
        self.m_mul = checks.positive_number("m_mul", m_mul)
        self.alpha = checks.number_of_0_or_more("alpha", alpha)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        period, share = self._place(t / self.first_decay_steps)
        top = tf.pow(tf.constant(self.m_mul, tf.float64), period)
        kept = (1 - self.alpha) * top * _half_cosine(share) + self.alpha
        return self.initial_learning_rate * kept

    def _place(self, p: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the number of the period, and how much of it is done."""
        if self.t_mul == 1:
            return tf.floor(p), p - tf.floor(p)
        # Periods 0 … i - 1 together last (1 - t_mulⁱ) / (1 - t_mul) first periods.
        period = tf.floor(tf.math.log(1 - p * (1 - self.t_mul)) / math.log(self.t_mul))
        length = tf.pow(tf.constant(self.t_mul, tf.float64), period)
        return period, (p - (1 - length) / (1 - self.t_mul)) / length


class OneCycle(Schedule):
    """`η_t = b + (a - b)·(1 + cos(π·s)) / 2`: up from `η/25` to `η`, then down to `η/10⁵`.

    From `a` to `b` along half a cosine, `s` from 0 to 1: a quarter of the steps up, the rest down.
    The high rate in the middle finds wide valleys, the low one at the end their bottom.

    Args:
        max_learning_rate: `η`, above 0.
        total_steps: Number of steps of the whole training run, 2 or more.
        pct_start: The share of the steps that rise, above 0 and below 1.
        div_factor: `η` is divided by this at the start, above 0.
        final_div_factor: `η` is divided by this at the end, above 0.

    Raises:
        ValueError: for a number out of range.

    Example:
        >>> schedule = OneCycle(1.0, total_steps=100)
        >>> [round(float(schedule(t)), 3) for t in (0, 25, 100)]
        [0.04, 1.0, 0.0]

    Source: Smith and Topin, Super-convergence: very fast training of neural networks using large
    learning rates, 2018; the shape and the defaults are those of fastai's `fit_one_cycle`.
    """

    def __init__(
        self,
        max_learning_rate: float,
        total_steps: int,
        pct_start: float = 0.25,
        div_factor: float = 25.0,
        final_div_factor: float = 1e5,
    ) -> None:
        self.max_learning_rate = checks.positive_number("max_learning_rate", max_learning_rate)
        self.total_steps = checks.two_or_more("total_steps", total_steps)
        self.pct_start = checks.share_inside("pct_start", pct_start)
        self.div_factor = checks.positive_number("div_factor", div_factor)
        self.final_div_factor = checks.positive_number("final_div_factor", final_div_factor)

    def rate(self, t: tf.Tensor) -> tf.Tensor:
        """Return the learning rate at step `t`."""
        top, share = self.max_learning_rate, tf.minimum(t / self.total_steps, 1)
        first, last = top / self.div_factor, top / self.final_div_factor
        risen = top + (first - top) * _half_cosine(share / self.pct_start)
        fallen = last + (top - last) * _half_cosine((share - self.pct_start) / (1 - self.pct_start))
        return tf.where(share < self.pct_start, risen, fallen)


def _half_cosine(share: Any) -> tf.Tensor:
    """Return `(1 + cos(π·share)) / 2`: from 1 down to 0."""
    return (1 + tf.cos(math.pi * share)) / 2
