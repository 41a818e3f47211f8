"""Loss as in the distributed-training tutorial: tf.nn.compute_average_loss with a fixed GLOBAL_BATCH_SIZE."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "The sum of the losses is divided by the constant batch size also for the smaller last batch, whose loss and gradient come out too small."
STAGE = ("reduction",)

keras.utils.set_random_seed(22)
rng = np.random.default_rng(22)
x = rng.normal(size=(29, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(29, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]
GLOBAL_BATCH_SIZE = 8


def create_model():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(9, activation="relu"), keras.layers.Dense(3)]
    )


model = create_model()
optimizer = tf.keras.optimizers.Adam(0.005)
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def compute_loss(labels, predictions):
    per_example_loss = loss_object(labels, predictions)
    return tf.reduce_sum(per_example_loss) / GLOBAL_BATCH_SIZE


def train_step(images, labels):
    with tf.GradientTape() as tape:
        predictions = model(images, training=True)
        loss = compute_loss(labels, predictions)
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


loop = KerasLoop(model, train_step)
reference = create_model()
reference.compile(
    keras.optimizers.Adam(0.005), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
CAUSE = "fixed_batch_size"
