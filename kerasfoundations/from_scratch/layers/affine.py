"""What layers with a kernel share: a bias, an activation, penalties and constraints."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers import penalties
from kerasfoundations.from_scratch.layers.base import Constraint, NaiveLayer, Regularizer

LIMITS = (
    *("use_bias", "kernel_regularizer", "activity_regularizer"),
    *("kernel_constraint", "bias_constraint", "dtype"),
)


class AffineLayer(NaiveLayer):
    """`activation(affine(x))`, with a kernel `W` and, unless it is left out, a bias `b`."""

    b: Any  # a tf.Variable, or None
    kernel_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    activity_penalty: tf.Tensor | None = None  # that of the latest outputs

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties of `W` and of the latest outputs, of those that have a regularizer."""
        return penalties.of(self)

    def make_weights(
        self,
        shape: tuple[int, ...],
        initializer: initializers.Initializer,
        use_bias: bool,
        dtype: str,
        kernel_constraint: Constraint | None = None,
        bias_constraint: Constraint | None = None,
    ) -> None:
        """Make `W` of that shape, and `b`: a 0 for each number along its last axis."""
        self.kernel_constraint = checks.constraint("kernel_constraint", kernel_constraint)
        self.bias_constraint = checks.constraint("bias_constraint", bias_constraint)
        self.use_bias = checks.flag("use_bias", use_bias)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        W, b = initializer(shape, dtype=dtype), tf.zeros(shape[-1:], dtype)
        self.W = tf.Variable(W, name="kernel", constraint=kernel_constraint)
        self.b = tf.Variable(b, name="bias", constraint=bias_constraint) if use_bias else None

    def penalize(self, kernel: Any, activity: Any) -> None:
        """Keep the regularizers of `W` and of the outputs."""
        self.kernel_regularizer = checks.regularizer("kernel_regularizer", kernel)
        self.activity_regularizer = checks.regularizer("activity_regularizer", activity)
