"""The shortest files that `kerasfoundations diagnose` takes; its help shows them."""

KERAS = """\
import keras, numpy as np, tensorflow as tf

class Model(keras.Sequential):
    def train_step(self, batch):
        x, y = batch
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((self(x, training=True) - y) ** 2)
        weights = self.trainable_variables
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss}

def build(kind):
    model = kind([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model

model, reference = build(Model), build(keras.Sequential)
batches = [(np.random.rand(8, 3).astype("f"), np.random.rand(8, 1).astype("f"))]
"""

TENSORFLOW = """\
import keras, numpy as np, tensorflow as tf
from kerasfoundations.diagnose import VariablesLoop

w, b = tf.Variable(tf.zeros((3, 1))), tf.Variable(tf.zeros(1))

def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((x @ w + b - y) ** 2)
    for variable, slope in zip([w, b], tape.gradient(loss, [w, b])):
        variable.assign_sub(0.01 * slope)
    return loss

loop = VariablesLoop([w, b], train_step)
reference = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
reference.compile("sgd", "mse")
batches = [(np.random.rand(8, 3).astype("f"), np.random.rand(8, 1).astype("f"))]
"""

PYTORCH = """\
import keras, numpy as np, torch

module = torch.nn.Linear(3, 1)
optimizer = torch.optim.RMSprop(module.parameters())
loss = torch.nn.MSELoss()
reference = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
reference.compile(keras.optimizers.RMSprop(0.01), "mse")
batches = [(np.random.rand(8, 3).astype("f"), np.random.rand(8, 1).astype("f"))]
"""

# What the help says before each of them, and the file.
FILES = {
    "a Keras model with a train_step of its own, which sums the losses:": KERAS,
    "a loop over variables of TensorFlow, which is right:": TENSORFLOW,
    "a module of PyTorch, its optimizer with PyTorch's defaults, and its loss:": PYTORCH,
}


def shown() -> str:
    """Return the files, each indented after what the help says of it."""
    parts = ["The shortest files that work:"]
    for words, file in FILES.items():
        code = "\n".join(f"    {line}".rstrip() for line in file.splitlines())
        parts += [words, code]
    return "\n\n".join(parts)
