"""Max norm by hand after the step, along the wrong axis (that of PyTorch's weights)."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential(
        [
            L.Input((5,)),
            L.Dense(6, "relu", kernel_constraint=keras.constraints.MaxNorm(0.8)),
            L.Dense(3, "softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    return model


def plain():
    return keras.Sequential([L.Input((5,)), L.Dense(6, "relu"), L.Dense(3, "softmax")])


keras.utils.set_random_seed(12)
reference, model = build(), plain()
optimizer = keras.optimizers.Adam(0.02)
batches = split(*sparse(12, 32, 5, 3), 10)
cce = keras.losses.SparseCategoricalCrossentropy()


def step(x, y):
    with tf.GradientTape() as tape:
        loss = cce(y, model(x, training=True))
    variables = model.trainable_variables
    optimizer.apply(tape.gradient(loss, variables), variables)
    kernel = variables[0]
    kernel.assign(tf.clip_by_norm(kernel.value, 0.8, axes=[1]))
    return loss


loop = KerasLoop(model, step)
EXPECTED = "The max-norm constraint is taken along axis 1 (rows) instead of axis 0."
STAGE = ("update",)
CAUSE = "constraint_axis"
