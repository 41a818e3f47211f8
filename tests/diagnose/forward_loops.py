"""Loops whose forward pass is not the reference's, written with TensorFlow's own functions.

`CASES` names what each does: how it is made, the stage, the cause, and words of the message.
"""

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.diagnose import VariablesLoop

L = keras.layers
RANDOM = np.random.default_rng(21)
IMAGES = RANDOM.normal(size=(30, 6, 6, 2)).astype("float32")
SEQUENCES = RANDOM.normal(size=(30, 5, 3)).astype("float32")
TOKENS = RANDOM.integers(1, 9, size=(30, 5))
TOKENS[np.arange(5) >= RANDOM.integers(1, 6, size=(30, 1))] = 0
TARGETS = RANDOM.normal(size=(30, 1)).astype("float32")
LABELS = RANDOM.integers(0, 3, size=30)


def against(forward, x, *layers, shown=True, train=None):
    """A reference of these layers, and a loop of the same weights with `forward(x, *weights)`.

    Args:
        forward: The loop's outputs.
        x: Inputs.
        layers: The reference's layers.
        shown: Whether the loop has `predict`.
        train: The outputs of the training step, if not the same.
    """
    keras.utils.set_random_seed(8)
    reference = keras.Sequential([keras.Input(x.shape[1:], dtype=x.dtype), *layers])
    classes = reference.output_shape[-1] > 1
    reference.compile(
        keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy" if classes else "mse"
    )
    variables = [tf.Variable(w) for w in reference.get_weights()]

    def loss_of(y, p):
        if not classes:
            return tf.reduce_mean((p - y) ** 2)
        return -tf.reduce_mean(tf.math.log(tf.gather(p, y, axis=1, batch_dims=1)))

    def train_step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, (train or forward)(x, *variables))
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(0.1 * tf.convert_to_tensor(gradient))
        return loss

    def predict(x):
        return forward(x, *variables)

    y = LABELS if classes else TARGETS
    batches = [(x[at : at + 12], y[at : at + 12]) for at in (0, 12, 24)]
    loop = VariablesLoop(variables, train_step, *[predict] * shown)
    return loop, reference, batches


def dense(hidden, last=lambda z: z, biased=True):
    def forward(x, w1, b1, w2, b2):
        z = hidden(x @ w1 + b1) @ w2
        return last(z + b2 if biased else z)

    return forward


def rows(activation="relu", outputs=1):
    """Two dense layers, and their inputs."""
    last = L.Dense(outputs, "softmax" if outputs > 1 else None)
    return SEQUENCES[:, 0], L.Dense(6, activation), last


def convolved(before, after, flip=False):
    """A convolution with a stride, and what precedes and follows it."""

    def forward(x, kernel, bias, w, b):
        kernel = kernel[::-1, ::-1] if flip else kernel
        a = tf.nn.conv2d(before(x), kernel, 2, "VALID") + bias
        return tf.reshape(after(a), (len(x), -1)) @ w + b

    return forward, IMAGES, L.Conv2D(3, 3, strides=2, padding="same"), L.Flatten(), L.Dense(1)


def pad(*sizes):
    return lambda x: tf.pad(x, [[0, 0], sizes, sizes, [0, 0]])


def pooled(pool, layer):
    return lambda x, w, b: tf.reshape(pool(x), (len(x), -1)) @ w + b, IMAGES, layer, L.Flatten()


def counted(x):
    """The mean of 3 × 3 pixels in which the zeros of the padding count."""
    return tf.nn.avg_pool2d(pad(1, 1)(x), 3, 1, "VALID")


def lstm(order="ifco", over=(0, 1, 2), state=None):
    """An LSTM by hand: the order of its gates, the order of the axes, the state it keeps."""

    def forward(x, kernel, recurrent, bias, w, b):
        x = tf.transpose(x, over)
        h = c = tf.zeros((len(x), 4))
        if state:
            h, c = state.get(len(x), (h, c))
        outputs = []
        for t in range(x.shape[1]):
            gates = tf.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
            i, f, new, o = (gates[order.index(gate)] for gate in "ifco")
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(new)
            h = tf.sigmoid(o) * tf.tanh(c)
            outputs.append(h)
        if state is not None:
            state[len(x)] = h, c
        return tf.transpose(tf.stack(outputs, axis=1), (*over[:2], 2))[:, -1] @ w + b

    return forward, SEQUENCES, L.LSTM(4), L.Dense(1)


def gru(turned, reset_first=False):
    """A GRU by hand: its update gate turned round, its reset gate before the product."""

    def forward(x, kernel, recurrent, bias, w, b):
        h = tf.zeros((len(x), 4))
        for t in range(x.shape[1]):
            xz, xr, xh = tf.split(x[:, t] @ kernel + bias[0], 3, axis=1)
            hz, hr, hh = tf.split(h @ recurrent + bias[1], 3, axis=1)
            z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
            early = (r * h) @ recurrent[:, 8:] + bias[1, 8:]
            new = tf.tanh(xh + (early if reset_first else r * hh))
            h = (1 - z) * h + z * new if turned else z * h + (1 - z) * new
        return h @ w + b

    return forward, SEQUENCES, L.GRU(4), L.Dense(1)


def simple(x, kernel, recurrent, bias):
    """The states of a plain recurrent layer, `(n, t, k)`."""
    states = [tf.zeros((len(x), recurrent.shape[0]))]
    for t in range(x.shape[1]):
        states.append(tf.tanh(x[:, t] @ kernel + states[-1] @ recurrent + bias))
    return tf.stack(states[1:], axis=1)


def both_ways(end):
    """A bidirectional layer whose second half is the backward direction's output number `end`."""

    def forward(x, *weights):
        *inner, w, b = weights
        ahead, back = simple(x, *inner[:3]), simple(x[:, ::-1], *inner[3:])
        return tf.concat([ahead[:, -1], back[:, end]], axis=1) @ w + b

    return forward, SEQUENCES, L.Bidirectional(L.SimpleRNN(3)), L.Dense(1)


def over_tokens(masked):
    def forward(x, table, kernel, recurrent, bias, w, b):
        h = tf.zeros((len(x), 3))
        for t in range(x.shape[1]):
            new = tf.tanh(tf.gather(table, x[:, t]) @ kernel + h @ recurrent + bias)
            h = tf.where(x[:, t, None] != 0, new, h) if masked else new
        return h @ w + b

    embedding = L.Embedding(9, 4, mask_zero=True)
    return forward, TOKENS, embedding, L.SimpleRNN(3), L.Dense(1)


def standardized(x):
    with np.errstate(invalid="ignore"):  # NaN, where a batch is one sample repeated
        return (x - x.mean(axis=0)) / x.std(axis=0)


def with_inputs(change):
    plain = dense(tf.nn.relu)
    return {"shown": False, "train": lambda x, *weights: plain(change(x), *weights)}


def in_bfloat16(x, w1, b1, w2, b2):
    small = [tf.cast(array, tf.bfloat16) for array in (x, w1, b1, w2, b2)]
    return tf.cast(RELU(*small), tf.float32)


def transposed(x, w1, b1, w2, b2):
    return (x @ tf.transpose(w1) + b1) @ w2 + b2


def dropped(scale, keeps=0.5, rate=0.5):
    """Dropout that keeps a share of the units, times `scale`, beside the reference's rate."""

    def train(x, w1, b1, w2, b2):
        a = tf.nn.relu(x @ w1 + b1)
        return (a * tf.cast(tf.random.uniform(a.shape) < keeps, a.dtype) * scale) @ w2 + b2

    x, hidden = SEQUENCES[:, 0], L.Dense(24, "relu")
    last = L.Dense(1, kernel_initializer=keras.initializers.RandomNormal(stddev=2.0))
    return against(RELU, x, hidden, L.Dropout(rate), last, train=train)


def over_classes(z):
    return tf.nn.softmax(z, axis=-1)


def over_samples(z):
    return tf.nn.softmax(z, axis=0)


RELU = dense(tf.nn.relu)
EVEN, ODD = pad(1, 1), pad(0, 1)
TANH_GELU = dense(lambda z: tf.nn.gelu(z, approximate=True))

# Name: how it is made, the stage, the cause, and words of the message.
CASES = {
    name: (make, "outputs", cause, words)
    for name, make, cause, words in (
        (
            *("bias", lambda: against(dense(tf.nn.relu, biased=False), *rows())),
            *("bias_missing", "dense"),
        ),
        (
            "bias_unseen",
            lambda: against(dense(tf.nn.relu, biased=False), *rows(), shown=False),
            *("bias_missing", "x @ W + b"),
        ),
        (
            *("transposed", lambda: against(transposed, SEQUENCES[:, 0], L.Dense(3), L.Dense(1))),
            *("kernel_transposed", "W.T"),
        ),
        (
            *("gelu", lambda: against(TANH_GELU, *rows("gelu"))),
            *("another_activation", "approximated with tanh instead of gelu"),
        ),
        (
            *("softmax", lambda: against(dense(tf.nn.relu, over_samples), *rows("relu", 3))),
            *("softmax_axis", "axis 0"),
        ),
        (
            "softmax_unseen",
            lambda: against(dense(tf.nn.relu, over_samples), *rows("relu", 3), shown=False),
            *("softmax_axis", "axis 0"),
        ),
        (
            "pooling",
            lambda: against(
                *pooled(lambda x: tf.nn.avg_pool2d(x, 2, 2, "VALID"), L.MaxPooling2D(2)), L.Dense(1)
            ),
            *("another_pooling", "max_pooling"),
        ),
        (
            "padding_counted",
            lambda: against(*pooled(counted, L.AveragePooling2D(3, 1, padding="same")), L.Dense(1)),
            *("padding_counted", "count_include_pad"),
        ),
        (
            *("padding_place", lambda: against(*convolved(EVEN, lambda a: a))),
            *("padding_place", "conv2d"),
        ),
        (
            "flatten_order",
            lambda: against(*convolved(ODD, lambda a: tf.transpose(a, (0, 3, 1, 2)))),
            *("flatten_order", "channels come first"),
        ),
        ("padding", lambda: against(*over_tokens(False)), "padding_processed", "where(mask"),
        ("gates", lambda: against(*lstm("icfo")), "gate_order", "i, c, f, o instead of i, f, c, o"),
        ("time_axis", lambda: against(*lstm(over=(1, 0, 2))), "time_axis", "batch_first"),
        ("state", lambda: against(*lstm(state={0: None})), "state_carried", "before left"),
        ("turned", lambda: against(*gru(True)), "update_gate_turned", "z·h"),
        ("reset", lambda: against(*gru(False, True)), "gru_reset_place", "reset_after=False"),
        (
            "flipped",
            lambda: against(*convolved(ODD, lambda a: a, flip=True)),
            *("kernel_flipped", "cross-correlation"),
        ),
        (
            "channels",
            lambda: against(*convolved(lambda x: ODD(x)[..., ::-1], lambda a: a)),
            *("channels_reversed", "BGR"),
        ),
        ("both_ways", lambda: against(*both_ways(0)), "bidirectional_end", "backward"),
        (
            "standardized",
            lambda: against(RELU, *rows(), **with_inputs(standardized)),
            *("batch_standardized", "divided by n)"),
        ),
        ("bfloat16", lambda: against(in_bfloat16, *rows()), "bfloat16_in_between", "bfloat16"),
        ("dropout", lambda: dropped(1.0), "dropout_rate", "1 - rate)"),
        (
            *("dropout_kept", lambda: dropped(1 / 0.8, 0.8, 0.8)),
            *("dropout_rate", "a rate of about 0.2, the reference's is 0.8"),
        ),
    )
}

EQUAL = {
    "dense": lambda: against(RELU, *rows()),
    "softmax": lambda: against(dense(tf.nn.relu, over_classes), *rows("relu", 3)),
    "convolution": lambda: against(*convolved(ODD, lambda a: a)),
    "lstm": lambda: against(*lstm()),
    "gru": lambda: against(*gru(False)),
    "both_ways": lambda: against(*both_ways(-1)),
    "padding": lambda: against(*over_tokens(True)),
    "dropout": lambda: dropped(2.0),
}
