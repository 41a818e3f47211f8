"""Batch normalization with tf.nn.moments and moving averages by hand."""

import keras
import tensorflow as tf
import torch
from keras import layers
from loops.port_data import binary, net

from kerasfoundations.diagnose import VariablesLoop

torch.manual_seed(0)
batches = binary(154)
reference = net(
    (5,),
    [layers.Dense(6), layers.BatchNormalization(), layers.ReLU(), layers.Dense(1)],
    keras.optimizers.SGD(0.1),
    keras.losses.BinaryCrossentropy(from_logits=True),
    154,
)
variables = [tf.Variable(w) for w in reference.get_weights()]
trainable = variables[:4] + variables[6:]


def forward(x, training):
    w1, b1, gamma, beta, moving_mean, moving_var, w2, b2 = variables
    h = x @ w1 + b1
    mean, var = tf.nn.moments(h, [0]) if training else (moving_mean, moving_var)
    if training:
        moving_mean.assign_sub(0.01 * (moving_mean - mean))
        moving_var.assign_sub(0.01 * (moving_var - var))
    h = tf.nn.batch_normalization(h, mean, var, beta, gamma, 1e-3)
    return tf.nn.relu(h) @ w2 + b2


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, forward(x, True)))
    for w, g in zip(trainable, tape.gradient(loss, trainable)):
        w.assign_sub(0.1 * g)
    return loss


loop = VariablesLoop(variables, train_step, lambda x: forward(x, False))

EXPECTED = "equal"
