"""The foundations of deep learning, each implemented twice, and proven equal by test.

    data            the bytes both wings see: MNIST, batches (NumPy only)
    from_scratch    NumPy and TensorFlow: every layer, loss, optimizer and loop written out
    with_keras      Keras: the same modules, the same names
    diagnose        where your own training loop departs from `fit`, and why
    plots           pictures of arrays (the only module that uses matplotlib)
    runs, history   what a training run leaves behind
    recipes         the named settings: `matched` (the proof) and `book`
    cli, commands   the command `kerasfoundations`

Switching the implementation changes one word:

    from kerasfoundations.from_scratch import mlp, training
    from kerasfoundations.with_keras import mlp, training

Importing this package loads neither TensorFlow, Keras nor matplotlib.
"""

__version__ = "0.2.0"
