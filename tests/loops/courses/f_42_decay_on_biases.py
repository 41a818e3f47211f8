"""AdamW in a custom loop; exclude_from_weight_decay is forgotten."""

import keras
import tensorflow as tf
from loops.course_data import classes

from kerasfoundations.diagnose import KerasLoop


def build():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(6, "tanh", bias_initializer="random_normal"),
            keras.layers.Dense(3, bias_initializer="random_normal"),
        ]
    )


keras.utils.set_random_seed(41)
reference, model = build(), build()
adamw = keras.optimizers.AdamW(0.01, weight_decay=0.5)
adamw.exclude_from_weight_decay(var_names=["bias"])
reference.compile(adamw, keras.losses.CategoricalCrossentropy(from_logits=True))
optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.5)
loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
batches = classes(41)

EXPECTED = "Biases are decayed too: the loop's AdamW lacks exclude_from_weight_decay(var_names=[\"bias\"]), which the reference's optimizer has."
STAGE = ("update",)
CAUSE = "decay_exclusions"
