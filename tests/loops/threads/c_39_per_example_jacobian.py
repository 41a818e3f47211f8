"""Per-example gradients with tape.jacobian, averaged before the update (as for differential privacy without noise)."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "equal"

keras.utils.set_random_seed(139)
rng = np.random.default_rng(139)
x = rng.normal(size=(25, 4)).astype("float32")
y = (np.argmax(x[:, :3] + 0.5 * rng.normal(size=(25, 3)), axis=1)).astype("int32")
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 25, 8)]


def build():
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3)]
    )


model = build()
optimizer = keras.optimizers.RMSprop(0.01, momentum=0.9)


def train_step(x, y):
    with tf.GradientTape() as tape:
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
    jacobians = tape.jacobian(losses, model.trainable_variables)
    grads = [tf.reduce_mean(j, axis=0) for j in jacobians]
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return tf.reduce_mean(losses)


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.RMSprop(0.01, momentum=0.9),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
