"""Transfer learning: freezing model.layers[0] of a functional model."""

import keras
import tensorflow as tf
from loops.practice_data import cut, labelled

from kerasfoundations.diagnose import KerasLoop

x, y = labelled(14, d=5)
batches = cut(10, x, y)


def build():
    keras.utils.set_random_seed(16)
    inp = keras.Input((5,))
    base = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(6, "relu"), keras.layers.Dense(4, "relu")],
        name="base",
    )
    return keras.Model(inp, keras.layers.Dense(3, "softmax")(base(inp)))


reference = build()
reference.get_layer("base").trainable = False
reference.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")

model = build()
model.layers[0].trainable = False
optimizer = keras.optimizers.Adam(0.01)
loss_fn = keras.losses.SparseCategoricalCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "model.layers[0] is the input layer, so the base is not frozen and is trained as well."
STAGE = ("gradients", "update")
CAUSE = "frozen_layer_trained"
