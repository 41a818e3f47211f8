"""The memory that a comparison takes, measured in a process of its own."""

import subprocess
import sys

from support.thorough import THOROUGH

# A million weights; each of the two models takes 12 MB with its optimizer, and the batches 4.
PROGRAM = """
import os, resource
import keras, numpy as np, tensorflow as tf
from kerasfoundations.diagnose import KerasLoop, compare_training

def compared(units):
    def build():
        keras.utils.set_random_seed(0)
        layers = [keras.layers.Dense(units, "relu"), keras.layers.Dense(10, "softmax")]
        model = keras.Sequential([keras.Input((1000,)), *layers])
        model.compile("adam", "sparse_categorical_crossentropy")
        return model

    random = np.random.default_rng(0)
    x = random.normal(size=(1024, 1000)).astype("float32")
    y = random.integers(0, 10, 1024)
    batches = [(x[at : at + 128], y[at : at + 128]) for at in range(0, 1024, 128)]
    reference, model = build(), build()
    model.optimizer.build(model.trainable_variables)
    reference.optimizer.build(reference.trainable_variables)
    optimizer = keras.optimizers.Adam(epsilon=EPSILON)
    optimizer.build(model.trainable_variables)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.sparse_categorical_crossentropy(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    before = peak()
    found = compare_training(KerasLoop(model, train_step), reference, batches)
    return found.equal, peak() - before

compared(100)  # what TensorFlow loads, and each row of 10,000 elements that is compared
print(*compared(1000))
"""


@THOROUGH
def test_a_comparison_takes_less_than_twice_the_models_and_the_batches():
    for epsilon, equal in ((1e-7, "True"), (1e-4, "False")):
        program = PROGRAM.replace("EPSILON", str(epsilon))
        run = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        found, megabytes = run.stdout.split()
        assert found == equal
        assert float(megabytes) < 2 * (12 + 12 + 4), megabytes
