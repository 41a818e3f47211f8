"""Neural collaborative filtering with negative samples; the output layer has no sigmoid."""

import keras
import tensorflow as tf
from loops.practice_data import clicks, cut

from kerasfoundations.diagnose import KerasLoop

x, y = clicks(8)
batches = cut(12, x, y)


def build():
    keras.utils.set_random_seed(8)
    inp = keras.Input((2,), dtype="int32")
    u = keras.layers.Embedding(5, 4)(inp[:, 0])
    v = keras.layers.Embedding(6, 4)(inp[:, 1])
    h = keras.layers.Dense(6, "relu")(keras.layers.Concatenate()([u, v]))
    return keras.Model(inp, keras.layers.Dense(1)(h))


reference = build()
reference.set_weights([w + 0.2 for w in reference.get_weights()])
reference.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
model, optimizer, loss_fn = build(), keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(grads, model.trainable_weights))
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = (
    "from_logits=True is forgotten: the binary cross-entropy takes the logits for probabilities."
)
STAGE = ("loss",)
CAUSE = "logits_as_probabilities"
