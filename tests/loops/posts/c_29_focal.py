"""Binary focal loss by hand, with class balancing."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import binary, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(129)


def make():
    return keras.Sequential(
        [
            keras.Input((5,)),
            layers.Dense(8, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.5),
    keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25, gamma=2.0),
)
model = make()
optimizer = keras.optimizers.SGD(0.5)


def focal_loss(y, p, alpha=0.25, gamma=2.0):
    p = tf.clip_by_value(p, 1e-7, 1 - 1e-7)
    p_t = tf.where(y == 1, p, 1 - p)
    alpha_t = tf.where(y == 1, alpha, 1 - alpha)
    return tf.reduce_mean(-alpha_t * (1 - p_t) ** gamma * tf.math.log(p_t))


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = focal_loss(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*binary(129, rate=0.2), 12)
EXPECTED = "equal"
