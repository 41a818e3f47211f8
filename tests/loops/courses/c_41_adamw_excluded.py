"""AdamW without decay of biases in a tf.function loop."""

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


def make_optimizer():
    adamw = keras.optimizers.AdamW(
        keras.optimizers.schedules.PolynomialDecay(0.02, 20), weight_decay=0.5, clipnorm=1.0
    )
    adamw.exclude_from_weight_decay(var_names=["bias"])
    return adamw


keras.utils.set_random_seed(141)
reference, model = build(), build()
reference.compile(make_optimizer(), keras.losses.CategoricalCrossentropy(from_logits=True))
optimizer = make_optimizer()
loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)


@tf.function(reduce_retracing=True)
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
batches = classes(141)

EXPECTED = "equal"
