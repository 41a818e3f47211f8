"""Multi-task model: the two losses are added without the weights given to compile."""

import keras
import tensorflow as tf
from loops.practice_data import cut, tabular

from kerasfoundations.diagnose import KerasLoop

x, y = tabular(25)
batches = cut(10, x, {"value": y, "sign": (y > 0.3).astype("float32")})


def build():
    keras.utils.set_random_seed(34)
    inp = keras.Input((4,))
    h = keras.layers.Dense(6, "tanh")(inp)
    return keras.Model(
        inp,
        {
            "value": keras.layers.Dense(1, name="value")(h),
            "sign": keras.layers.Dense(1, "sigmoid", name="sign")(h),
        },
    )


reference = build()
reference.compile(
    keras.optimizers.Adam(0.01),
    loss={"value": "mse", "sign": "binary_crossentropy"},
    loss_weights={"value": 1.0, "sign": 0.2},
)
model, optimizer = build(), keras.optimizers.Adam(0.01)
mse, bce = keras.losses.MeanSquaredError(), keras.losses.BinaryCrossentropy()


def train_step(x, y):
    with tf.GradientTape() as tape:
        pred = model(x, training=True)
        loss = mse(y["value"], pred["value"]) + bce(y["sign"], pred["sign"])
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The losses of the two outputs are added without loss_weights: the classification loss should count 0.2."
STAGE = ("loss", "reduction")
CAUSE = "loss_weights_forgotten"
