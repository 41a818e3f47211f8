"""AdamW replaced by Adam and a penalty, 'which is the same'."""

import keras
import tensorflow as tf
from loops.feature_data import L, sparse, split, twin

from kerasfoundations.diagnose import KerasLoop


def build():
    model = keras.Sequential([L.Input((4,)), L.Dense(8, "gelu"), L.Dense(3)])
    model.compile(
        keras.optimizers.AdamW(0.01, weight_decay=0.1),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


model, reference = twin(build, 18)
adam = keras.optimizers.Adam(0.01)
batches = split(*sparse(18, 35, 4, 3), 10)


def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
        )
    variables = model.trainable_variables
    grads = [g + 0.1 * v for g, v in zip(tape.gradient(loss, variables), variables)]
    adam.apply(grads, variables)
    return loss


loop = KerasLoop(model, step)
EXPECTED = (
    "Weight decay is added to the gradient (Adam with L2) instead of being decoupled as in AdamW."
)
STAGE = ("update", "gradients")
CAUSE = "decay_coupled"
