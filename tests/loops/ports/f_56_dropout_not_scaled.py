"""Dropout by hand, after the first paper."""

import keras
import tensorflow as tf
import torch
from keras import layers
from loops.port_data import labels, net

from kerasfoundations.diagnose import VariablesLoop

torch.manual_seed(0)
batches = labels(56, n=60)
reference = net(
    (5,),
    [layers.Dense(12, "relu"), layers.Dropout(0.3), layers.Dense(3)],
    keras.optimizers.SGD(0.1),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    56,
)
variables = [tf.Variable(w) for w in reference.get_weights()]


def forward(x, training):
    w1, b1, w2, b2 = variables
    h = tf.nn.relu(x @ w1 + b1)
    if training:
        h = h * tf.cast(tf.random.uniform(tf.shape(h)) >= 0.3, h.dtype)
    return h @ w2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, forward(x, True)))
    for w, g in zip(variables, tape.gradient(loss, variables)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(variables, train_step, predict=lambda x: forward(x, False))

EXPECTED = "Dropout without the factor 1 / (1 - rate): the outputs of training are too small (masks of the old kind, with no scaling at inference either)."
STAGE = ("outputs",)
CAUSE = "dropout_rate"
