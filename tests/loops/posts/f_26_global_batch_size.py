"""compute_average_loss of the distributed training tutorial on one device."""

import keras
import tensorflow as tf
from keras import layers
from loops.post_data import classes, cut

from kerasfoundations.diagnose import KerasLoop

keras.utils.set_random_seed(26)
GLOBAL_BATCH_SIZE = 16


def make():
    return keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(3)]
    )


reference = make()
reference.compile(
    keras.optimizers.SGD(0.1), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
model = make()
optimizer = keras.optimizers.SGD(0.1)
loss_object = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def compute_loss(labels, predictions):
    per_example_loss = loss_object(labels, predictions)
    return tf.nn.compute_average_loss(per_example_loss, global_batch_size=GLOBAL_BATCH_SIZE)


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = compute_loss(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
batches = cut(*classes(26, n=54), 16)
EXPECTED = "The loss is always divided by the nominal batch size, so the smaller last batch counts too little."
STAGE = ("reduction",)
CAUSE = "fixed_batch_size"
