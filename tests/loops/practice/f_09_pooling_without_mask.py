"""Text classifier ported to plain ops: mean over padded positions."""

import keras
import tensorflow as tf
from loops.practice_data import cut, tokens

from kerasfoundations.diagnose import KerasLoop

x, y = tokens(9)
batches = cut(10, x, y)


def build(pool):
    keras.utils.set_random_seed(9)
    inp = keras.Input((7,), dtype="int32")
    h = keras.layers.Embedding(12, 4, mask_zero=True, embeddings_initializer="glorot_normal")(inp)
    h = (
        keras.layers.GlobalAveragePooling1D()(h)
        if pool
        else keras.layers.Lambda(lambda t: tf.reduce_mean(t, axis=1), output_shape=(4,))(h)
    )
    return keras.Model(inp, keras.layers.Dense(2, "softmax")(h))


reference, model = build(True), build(False)
reference.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")
model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy")


def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=True))
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return loss


loop = KerasLoop(model, train_step)
EXPECTED = "The mean over the tokens includes the padding, because tf.reduce_mean ignores the mask of the embedding."
STAGE = ("outputs",)
CAUSE = "padding_processed"
