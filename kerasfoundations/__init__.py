"""The foundations of deep learning, each implemented twice, and proven equal by test.

    data            the bytes both wings see: MNIST, batches (NumPy only)
    from_scratch    NumPy and TensorFlow: every layer, loss, optimizer and loop written out
    with_keras      Keras: the same modules, the same names
    diagnose        where a training loop of your own leaves `fit`, and why
    plots           pictures of arrays (the only user of matplotlib)
    runs, history   what a training leaves behind
    recipes         the named settings: `matched` (the proof) and `book`
    cli, commands   the command `kerasfoundations`

The change of implementation is one word:

    from kerasfoundations.from_scratch import mlp, training
    from kerasfoundations.with_keras import mlp, training

Importing this package loads neither TensorFlow, Keras nor matplotlib.
"""

__version__ = "0.1.0"
