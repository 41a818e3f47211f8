"""Label smoothing and clipnorm by hand on tf.Variables."""

import keras
import tensorflow as tf
from loops.course_data import classes, mlp

from kerasfoundations.diagnose import VariablesLoop

shapes = [(4, 7), (7,), (7, 4), (4,)]
weights = [tf.Variable(tf.zeros(s)) for s in shapes]


def predict(x):
    return tf.nn.relu(x @ weights[0] + weights[1]) @ weights[2] + weights[3]


@tf.function
def train_step(x, y):
    smooth = y * 0.9 + 0.1 / 4
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(smooth, predict(x)))
    for w, g in zip(weights, tape.gradient(loss, weights)):
        w.assign_sub(0.3 * tf.clip_by_norm(g, 0.1))
    return loss


loop = VariablesLoop(weights, train_step, predict=predict)
reference = mlp([4, 7, 4], "relu")
reference.compile(
    keras.optimizers.SGD(0.3, clipnorm=0.1),
    keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
)
batches = classes(138, k=4)

EXPECTED = "equal"
