"""Label smoothing by hand before the cross-entropy, after a forum answer."""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import KerasLoop

EXPECTED = "Label smoothing spreads the mass over the other classes only, a / (K - 1) each and 1 - a for the true class, instead of a / K over all classes."
STAGE = ("loss",)

keras.utils.set_random_seed(37)
rng = np.random.default_rng(37)
x = rng.normal(size=(29, 5)).astype("float32")
labels = np.argmax(x[:, :4] + 0.5 * rng.normal(size=(29, 4)), axis=1)
y = np.eye(4, dtype="float32")[labels]
batches = [(x[i : i + 8], y[i : i + 8]) for i in range(0, 29, 8)]
SMOOTHING = 0.1


def build():
    return keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(7, activation="tanh"), keras.layers.Dense(4)]
    )


def smooth(labels):
    k = labels.shape[-1]
    return labels * (1 - SMOOTHING) + (1 - labels) * SMOOTHING / (k - 1)


model = build()
optimizer = keras.optimizers.AdamW(0.01)


def train_step(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        losses = tf.nn.softmax_cross_entropy_with_logits(labels=smooth(y), logits=logits)
        loss = tf.math.reduce_mean(losses)
    optimizer.apply_gradients(
        zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    )
    return loss


loop = KerasLoop(model, train_step)
reference = build()
reference.compile(
    keras.optimizers.AdamW(0.01),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
CAUSE = "label_smoothing"
