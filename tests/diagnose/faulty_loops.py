"""Training loops as people write them, each with one fault, and what the fault is.

`FAULTS` is the registry; nothing is built before an entry's `make()` is called. The plain families
of loops (`TapeLoop`, `NumpyNet`, `KerasLoop`, `TapeCNN`, `ModuleNet`) and the optimizers are right:
each fault overrides one of their methods, or is a loop of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from kerasfoundations.with_keras.evaluation import precision as floatx

SIZES = (16, 16, 16, 16, 9)


@dataclass(frozen=True)
class Fault:
    """One faulty loop: `make()` returns `(loop, reference, batches)`."""

    name: str
    model: str
    make: Callable
    cause: tuple
    stages: tuple


FAULTS: list[Fault] = []


def fault(model, stages, *cause):
    """Registers the function below it, under its own name."""

    def register(make):
        places = (stages,) if isinstance(stages, str) else tuple(stages)
        FAULTS.append(Fault(make.__name__, model, make, cause, places))
        return make

    return register


# ------------------------------------------------------------------------------- data


def cut(x, y, sizes=SIZES):
    """Arrays as a list of batches of those sizes."""
    ends = np.cumsum(sizes)
    return [(x[end - n : end], y[end - n : end]) for n, end in zip(sizes, ends, strict=True)]


def labelled(seed=0, features=12, classes=5, sizes=SIZES, scale=1.0, dtype="float32"):
    """Batches of rows of numbers and labels that depend on them."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(sum(sizes), features))
    y = (x @ rng.normal(size=(features, classes)) + rng.normal(size=classes)).argmax(axis=1)
    return cut((scale * x).astype(dtype), y.astype("int64"), sizes)


def measured(seed=0, features=6, outputs=1, sizes=SIZES, flat=False, dtype="float32"):
    """Batches of rows of numbers and the quantities that they predict; `(n,)` where flat."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(sum(sizes), features))
    y = x @ rng.normal(size=(features, outputs)) + 1.0 + 0.3 * rng.normal(size=(len(x), outputs))
    return cut(x.astype(dtype), (y[:, 0] if flat else y).astype(dtype), sizes)


def images(seed=0, classes=4, side=8, sizes=SIZES, bright=1.0, flat=False, dtype="float32"):
    """Batches of noisy images of a few patterns, pixels from 0 to `bright`."""
    rng = np.random.default_rng(seed)
    y = rng.integers(classes, size=sum(sizes))
    x = 0.6 * rng.random((classes, side, side, 1))[y] + 0.4 * rng.random((len(y), side, side, 1))
    x = np.round(255 * x) * (bright / 255)
    return cut((x.reshape(len(y), -1) if flat else x).astype(dtype), y.astype("int64"), sizes)


# ------------------------------------------------------------------------------- references


def start(model, seed=0, spread=1.0):
    """Sets weights that are all in use: biases, scales and moving statistics are not 0 or 1."""
    rng = np.random.default_rng(seed + 1000)
    arrays = []
    for variable in model.weights:
        noise, kind = rng.normal(size=variable.shape), variable.name
        if kind == "kernel":
            arrays.append(spread * noise / np.sqrt(np.prod(variable.shape[:-1])))
        elif kind in ("gamma", "moving_variance"):
            arrays.append(1.0 + 0.2 * np.tanh(noise))
        else:
            arrays.append(0.2 * noise)
    model.set_weights(arrays)
    return model


def dense_model(
    optimizer,
    loss="sparse_categorical_crossentropy",
    *,
    features=12,
    hidden=(16,),
    outputs=5,
    activation="relu",
    output="softmax",
    regularizer=None,
    dropout=0.0,
    normalized=False,
    rescaled=False,
    seed=0,
    spread=1.0,
    dtype="float32",
):
    """A compiled Keras model of dense layers with weights to start from."""
    layers = [keras.Input((features,))]
    settings = {"kernel_regularizer": regularizer, "dtype": dtype}
    if rescaled:
        layers.append(keras.layers.Rescaling(1 / 255, dtype=dtype))
    for units in hidden:
        if normalized:
            layers.append(keras.layers.Dense(units, use_bias=False, **settings))
            layers.append(keras.layers.BatchNormalization(momentum=0.9, dtype=dtype))
            layers.append(keras.layers.Activation(activation, dtype=dtype))
        else:
            layers.append(keras.layers.Dense(units, activation, **settings))
        if dropout:
            layers.append(keras.layers.Dropout(dropout, seed=seed, dtype=dtype))
    layers.append(keras.layers.Dense(outputs, output, **settings))
    model = start(keras.Sequential(layers), seed, spread)
    model.compile(optimizer=optimizer, loss=loss)
    return model


def cnn_model(
    optimizer,
    loss="sparse_categorical_crossentropy",
    *,
    filters=(3,),
    classes=4,
    side=8,
    bias=False,
    normalized=True,
    pooled=True,
    regularizer=None,
    rescaled=False,
    seed=0,
    dtype="float32",
):
    """A compiled Keras CNN: convolution, normalization, relu, pooling; then dense softmax."""
    layers = [keras.Input((side, side, 1))]
    if rescaled:
        layers.append(keras.layers.Rescaling(1 / 255, dtype=dtype))
    for number in filters:
        layers.append(
            keras.layers.Conv2D(
                number, 3, use_bias=bias, kernel_regularizer=regularizer, dtype=dtype
            )
        )
        if normalized:
            layers.append(keras.layers.BatchNormalization(momentum=0.9, dtype=dtype))
        layers.append(keras.layers.Activation("relu", dtype=dtype))
        if pooled:
            layers.append(keras.layers.MaxPooling2D(2, dtype=dtype))
    layers.append(keras.layers.Flatten(dtype=dtype))
    layers.append(keras.layers.Dense(classes, "softmax", dtype=dtype))
    model = start(keras.Sequential(layers), seed)
    model.compile(optimizer=optimizer, loss=loss)
    return model


def line_model(optimizer, loss="mse", *, features=6, outputs=1, seed=0, **settings):
    """A compiled Keras linear regression."""
    return dense_model(
        optimizer,
        loss,
        features=features,
        hidden=(),
        outputs=outputs,
        output=None,
        seed=seed,
        **settings,
    )


def value_model(optimizer, loss="mse", *, features=6, outputs=1, seed=0, **settings):
    """A compiled Keras MLP that predicts quantities."""
    return dense_model(
        optimizer, loss, features=features, outputs=outputs, output=None, seed=seed, **settings
    )


# ------------------------------------------------------------------------------- optimizers


def zeros(params):
    """One slot of zeros for each variable."""
    return [tf.Variable(tf.zeros_like(p), trainable=False) for p in params]


class Sgd:
    """Gradient descent with momentum, on TensorFlow variables."""

    def __init__(self, params, lr=0.01, momentum=0.0, nesterov=False):
        self.params, self.lr, self.momentum, self.nesterov = params, lr, momentum, nesterov
        self.velocity = zeros(params)

    def step(self, grads):
        for p, m, g in zip(self.params, self.velocity, grads, strict=True):
            m.assign(self.momentum * m - self.lr * g)
            p.assign_add(self.momentum * m - self.lr * g if self.nesterov else m)


class RmsProp:
    """RMSprop on TensorFlow variables."""

    def __init__(self, params, lr=0.001, rho=0.9, eps=1e-7):
        self.params, self.lr, self.rho, self.eps = params, lr, rho, eps
        self.v = zeros(params)

    def step(self, grads):
        for p, v, g in zip(self.params, self.v, grads, strict=True):
            v.assign(self.rho * v + (1 - self.rho) * g * g)
            p.assign_sub(self.lr * g / self.root(v))

    def root(self, v):
        return tf.sqrt(v + self.eps)


class Adam:
    """Adam on TensorFlow variables."""

    def __init__(self, params, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
        self.params, self.lr, self.b1, self.b2, self.eps = params, lr, b1, b2, eps
        self.m, self.v = zeros(params), zeros(params)
        self.t = tf.Variable(0.0, dtype=params[0].dtype, trainable=False)

    def rate(self):
        return self.lr * tf.sqrt(1 - self.b2**self.t) / (1 - self.b1**self.t)

    def root(self, v):
        return tf.sqrt(v) + self.eps

    def step(self, grads):
        self.t.assign_add(1.0)
        for p, m, v, g in zip(self.params, self.m, self.v, grads, strict=True):
            m.assign(self.b1 * m + (1 - self.b1) * g)
            v.assign(self.b2 * v + (1 - self.b2) * g * g)
            p.assign_sub(self.rate() * m / self.root(v))


class NumpySgd:
    """Gradient descent with momentum, on NumPy arrays in place."""

    def __init__(self, lr=0.01, momentum=0.0, nesterov=False):
        self.lr, self.momentum, self.nesterov = lr, momentum, nesterov
        self.velocity = None

    def step(self, params, grads):
        if self.velocity is None:
            self.velocity = [np.zeros_like(p) for p in params]
        for p, m, g in zip(params, self.velocity, grads, strict=True):
            m *= self.momentum
            m -= self.lr * g
            p += self.momentum * m - self.lr * g if self.nesterov else m


class NumpyRmsprop:
    """RMSprop on NumPy arrays in place."""

    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.v = None

    def step(self, params, grads):
        if self.v is None:
            self.v = [np.zeros_like(p) for p in params]
        for p, v, g in zip(params, self.v, grads, strict=True):
            v *= self.rho
            v += (1 - self.rho) * g * g
            p -= self.lr * g / np.sqrt(v + self.eps)


class NumpyAdagrad:
    """Adagrad on NumPy arrays in place."""

    def __init__(self, lr=0.001, first=0.1, eps=1e-7):
        self.lr, self.first, self.eps = lr, first, eps
        self.sums = None

    def step(self, params, grads):
        if self.sums is None:
            self.sums = [np.full_like(p, self.first) for p in params]
        for p, a, g in zip(params, self.sums, grads, strict=True):
            a += g * g
            p -= self.lr * g / np.sqrt(a + self.eps)


class NumpyAdam:
    """Adam on NumPy arrays in place."""

    def __init__(self, lr=0.001, b1=0.9, b2=0.999, eps=1e-7):
        self.lr, self.b1, self.b2, self.eps = lr, b1, b2, eps
        self.m = self.v = None
        self.t = 0

    def step(self, params, grads):
        if self.m is None:
            self.m, self.v = ([np.zeros_like(p) for p in params] for _ in range(2))
        self.t += 1
        rate = self.lr * np.sqrt(1 - self.b2**self.t).item() / (1 - self.b1**self.t)
        for p, m, v, g in zip(params, self.m, self.v, grads, strict=True):
            m += (1 - self.b1) * (g - m)
            v += (1 - self.b2) * (g * g - v)
            p -= rate * m / (np.sqrt(v) + self.eps)


# ------------------------------------------------------------------------------- loops


def cross_entropy(y, p):
    """Mean of minus the log of the label's probability."""
    return -tf.reduce_mean(tf.math.log(tf.gather(p, y, axis=1, batch_dims=1)))


def squared_error(y, out):
    """Mean squared error."""
    return tf.reduce_mean((out - y) ** 2)


class TapeLoop:
    """Dense layers on a list of variables, with a tape and an optimizer written by hand."""

    hidden = staticmethod(tf.nn.relu)
    output = staticmethod(tf.nn.softmax)
    loss = staticmethod(cross_entropy)

    def __init__(self, reference, optimizer=Sgd, compiled=None, **settings):
        self.params = [tf.Variable(w) for w in reference.get_weights()]
        self.optimizer = optimizer(self.params, **settings)
        self._step = self.step
        if compiled:
            self._step = tf.function(
                self.step, jit_compile=compiled == "xla", reduce_retracing=compiled == "graph"
            )

    def get_weights(self):
        return [p.numpy().copy() for p in self.params]

    def set_weights(self, arrays):
        for p, array in zip(self.params, arrays, strict=True):
            p.assign(array)

    def forward(self, x, training=True):
        for i in range(0, len(self.params) - 2, 2):
            x = self.hidden(x @ self.params[i] + self.params[i + 1])
        return self.output(x @ self.params[-2] + self.params[-1])

    def penalty(self):
        return 0.0

    def slopes(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss(y, self.forward(x)) + self.penalty()
        return loss, tape.gradient(loss, self.params)

    def step(self, x, y):
        loss, grads = self.slopes(x, y)
        self.optimizer.step(grads)
        return loss

    def tensors(self, x, y):
        y = np.asarray(y)
        y = tf.constant(y, self.params[0].dtype if y.dtype.kind == "f" else y.dtype)
        return tf.constant(x, self.params[0].dtype), y

    def train_step(self, x, y):
        return float(self._step(*self.tensors(x, y)))


class TapePredict(TapeLoop):
    """The same with outputs to look at."""

    def predict(self, x):
        return self.forward(tf.constant(x, self.params[0].dtype), training=False).numpy()


class TapeFull(TapePredict):
    """The same with gradients to look at, too."""

    def gradients(self, x, y):
        return [g.numpy() for g in self.slopes(*self.tensors(x, y))[1]]


class ValueTape(TapePredict):
    """The same for quantities: nothing after the last layer, squared errors."""

    output = staticmethod(tf.identity)
    loss = staticmethod(squared_error)


def softmax(z):
    """Softmax of the rows, in NumPy."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


class NumpyNet:
    """Dense layers, relu and softmax in NumPy, with gradients by hand."""

    dtype = np.float32

    def __init__(self, reference, optimizer):
        self.optimizer = optimizer
        self.set_weights(reference.get_weights())

    def get_weights(self):
        return [p.copy() for p in self.params]

    def set_weights(self, arrays):
        self.params = [np.array(array, self.dtype) for array in arrays]

    def forward(self, x):
        self.inputs = []
        for i in range(0, len(self.params), 2):
            self.inputs.append(x)
            z = x @ self.params[i] + self.params[i + 1]
            x = np.maximum(z, 0)
        return self.output(z)

    def output(self, z):
        return softmax(z)

    def loss(self, p, y):
        return -np.mean(np.log(p[np.arange(len(y)), y]))

    def delta(self, p, y):
        d = p.copy()
        d[np.arange(len(y)), y] -= 1
        return d / len(y)

    def backward(self, delta):
        grads = []
        for i in reversed(range(0, len(self.params), 2)):
            a = self.inputs[i // 2]
            grads = [a.T @ delta, delta.sum(axis=0), *grads]
            delta = (delta @ self.params[i].T) * (a > 0)
        return grads

    def train_step(self, x, y):
        p = self.forward(np.asarray(x, self.dtype))
        loss = self.loss(p, y)
        self.optimizer.step(self.params, self.backward(self.delta(p, y)))
        return loss


class NumpyPredict(NumpyNet):
    """The same with outputs to look at."""

    def predict(self, x):
        return self.forward(np.asarray(x, self.dtype))


class NumpyValues(NumpyPredict):
    """The same for quantities: nothing after the last layer, squared errors."""

    def output(self, z):
        return z

    def loss(self, p, y):
        return np.mean((p - y.reshape(p.shape)) ** 2)

    def delta(self, p, y):
        return 2 * (p - y.reshape(p.shape)) / p.size


class KerasLoop:
    """A Keras model with a step of its own."""

    def __init__(self, reference, optimizer, loss=None):
        self.model = keras.models.clone_model(reference)
        self.model.set_weights(reference.get_weights())
        self.optimizer = optimizer
        self.loss_fn = loss or keras.losses.SparseCategoricalCrossentropy()

    def get_weights(self):
        return self.model.get_weights()

    def set_weights(self, arrays):
        self.model.set_weights(arrays)

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self.model(x, training=True))
            loss += sum(self.model.losses)
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return float(loss)


class KerasPredict(KerasLoop):
    """The same with outputs to look at."""

    def predict(self, x):
        return self.model(x, training=False).numpy()


class TapeCNN:
    """Convolution, batch normalization, relu, pooling and softmax, on a list of variables."""

    decay = 0.9

    def __init__(self, reference, optimizer=Sgd, **settings):
        self.weights = [tf.Variable(w) for w in reference.get_weights()]
        self.kernel, self.gamma, self.beta, self.mean, self.variance = self.weights[:5]
        self.params = [self.kernel, self.gamma, self.beta, *self.weights[5:]]
        self.optimizer = optimizer(self.params, **settings)

    def get_weights(self):
        return [w.numpy().copy() for w in self.weights]

    def set_weights(self, arrays):
        for w, array in zip(self.weights, arrays, strict=True):
            w.assign(array)

    def normalize(self, x, training):
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = tf.nn.moments(x, [0, 1, 2])
            self.remember(mean, variance)
        return self.gamma * (x - mean) / tf.sqrt(variance + 1e-3) + self.beta

    def remember(self, mean, variance):
        self.mean.assign(self.decay * self.mean + (1 - self.decay) * mean)
        self.variance.assign(self.decay * self.variance + (1 - self.decay) * variance)

    def forward(self, x, training):
        x = tf.nn.conv2d(x, self.kernel, 1, "VALID")
        x = tf.nn.relu(self.normalize(x, training))
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        return tf.nn.softmax(tf.reshape(x, (len(x), -1)) @ self.weights[5] + self.weights[6])

    def train_step(self, x, y):
        with tf.GradientTape() as tape:
            loss = cross_entropy(tf.constant(y), self.forward(tf.constant(x), training=True))
        self.optimizer.step(tape.gradient(loss, self.params))
        return loss.numpy()

    def predict(self, x):
        return self.forward(tf.constant(x), training=False).numpy()


class Parameter:
    """An array and the gradient that gathers next to it."""

    def __init__(self, data):
        self.data, self.grad = np.array(data), np.zeros_like(data)


class Linear:
    """A layer that knows its way back."""

    def __init__(self, weight, bias):
        self.weight, self.bias = Parameter(weight), Parameter(bias)

    def forward(self, x):
        self.x = x
        return x @ self.weight.data + self.bias.data

    def backward(self, d):
        self.weight.grad += self.x.T @ d
        self.bias.grad += d.sum(axis=0)
        return d @ self.weight.data.T


class Relu:
    """Another one."""

    def forward(self, x):
        self.on = x > 0
        return x * self.on

    def backward(self, d):
        return d * self.on


class ModuleNet:
    """Modules with forward and backward; zero_grad, backward, step, as in PyTorch."""

    def __init__(self, reference, lr):
        self.lr, self.modules = lr, []
        arrays = reference.get_weights()
        for weight, bias in zip(arrays[::2], arrays[1::2], strict=True):
            self.modules += [Linear(weight, bias), Relu()]
        self.modules.pop()
        self.params = [p for m in self.modules[::2] for p in (m.weight, m.bias)]

    def get_weights(self):
        return [p.data.copy() for p in self.params]

    def set_weights(self, arrays):
        for p, array in zip(self.params, arrays, strict=True):
            p.data[...] = array

    def predict(self, x):
        for module in self.modules:
            x = module.forward(x)
        return softmax(x)

    def zero_grad(self):
        for p in self.params:
            p.grad[...] = 0

    def backward(self, d):
        for module in reversed(self.modules):
            d = module.backward(d)

    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad

    def train_step(self, x, y):
        p = self.predict(x)
        loss = -np.log(p[np.arange(len(y)), y]).mean()
        self.zero_grad()
        self.backward((p - np.eye(p.shape[1], dtype=p.dtype)[y]) / len(y))
        self.step()
        return loss.item()


class Epochs:
    """Epochs over batches, and over arrays."""

    def train_epoch(self, batches):
        total = count = 0
        for x, y in batches:
            total += float(self.train_step(x, y)) * len(x)
            count += len(x)
        return total / count

    def fit(self, x, y, batch_size):
        starts = range(0, len(x), batch_size)
        return self.train_epoch([(x[i : i + batch_size], y[i : i + batch_size]) for i in starts])


# ------------------------------------------------------------------------------- outputs


@fault("cnn", "outputs", "batch_norm_mode")
def batch_norm_in_inference_mode_in_training():
    """The training step calls the model without training=True."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return loss

    reference = cnn_model(keras.optimizers.SGD(0.05), seed=1)
    return Loop(reference, keras.optimizers.SGD(0.05)), reference, images(1)


@fault("mlp", "outputs", "batch_norm_mode")
def batch_norm_in_inference_mode_without_predict():
    """The same in an MLP whose outputs cannot be looked at."""

    class Loop(KerasLoop):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=False))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return float(loss)

    reference = dense_model(keras.optimizers.Adam(0.01), normalized=True, seed=2)
    return Loop(reference, keras.optimizers.Adam(0.01)), reference, labelled(2)


@fault("cnn", "outputs", "batch_norm_mode")
def batch_norm_with_batch_statistics_in_predict():
    """Predictions are normalized with the statistics of what is to be predicted."""

    class Loop(TapeCNN):
        def normalize(self, x, training):
            mean, variance = tf.nn.moments(x, [0, 1, 2])
            if training:
                self.remember(mean, variance)
            return self.gamma * (x - mean) / tf.sqrt(variance + 1e-3) + self.beta

    reference = cnn_model(keras.optimizers.SGD(0.05), seed=3)
    return Loop(reference, lr=0.05), reference, images(3)


@fault("mlp", "outputs", "dropout_mode")
def dropout_off_in_training():
    """The training step calls the model in inference mode: nothing is dropped."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=False))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return float(loss)

    reference = dense_model(keras.optimizers.SGD(0.1), dropout=0.4, seed=4)
    return Loop(reference, keras.optimizers.SGD(0.1)), reference, labelled(4)


@fault("mlp", "outputs", "dropout_mode")
def dropout_on_in_predict():
    """Units are also dropped in predictions."""

    class Loop(TapePredict):
        def hidden(self, x):
            return tf.nn.dropout(tf.nn.relu(x), 0.3)

    reference = dense_model(keras.optimizers.SGD(0.1), dropout=0.3, seed=5)
    return Loop(reference, lr=0.1), reference, labelled(5)


def stable_cross_entropy(y, logits):
    """Cross-entropy of logits."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits))


@fault("mlp", "outputs", "pixels_not_scaled")
def pixels_not_scaled_without_predict():
    """The reference divides its pixels by 255, the loop does not."""

    class Loop(TapeLoop):
        output = staticmethod(tf.identity)
        loss = staticmethod(stable_cross_entropy)

    reference = dense_model(
        keras.optimizers.RMSprop(0.01), features=64, outputs=4, rescaled=True, seed=6
    )
    batches = images(6, bright=255.0, flat=True)
    return Loop(reference, RmsProp, lr=0.01), reference, batches


@fault("cnn", "outputs", "pixels_not_scaled")
def pixels_not_scaled_in_cnn():
    """The convolution of the loop sees pixels up to 255, that of the reference up to 1."""
    reference = cnn_model(keras.optimizers.SGD(0.05), rescaled=True, seed=7)
    return TapeCNN(reference, lr=0.05), reference, images(7, bright=255.0)


@fault("mlp", "outputs", "float16_in_between")
def hidden_activations_in_float16():
    """The activations of the hidden layer pass through float16."""

    class Loop(TapePredict):
        def hidden(self, x):
            return tf.cast(tf.nn.relu(tf.cast(x, tf.float16)), tf.float32)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=8)
    return Loop(reference, lr=0.1), reference, labelled(8)


@fault("softmax", "outputs", "float16_in_between")
def everything_in_float16():
    """Inputs, products and probabilities are float16; the weights are kept in float32."""

    class Loop(NumpyNet):
        def forward(self, x):
            self.inputs = [x]
            w, b = (p.astype(np.float16) for p in self.params)
            return softmax(x.astype(np.float16) @ w + b)

        def predict(self, x):
            return self.forward(x)

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=9)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(9)


@fault("mlp", "loss", "loss_in_bits")
def numpy_in_float64():
    """NumPy's own float64 throughout, which is no fault, and a logarithm of base 2, which is."""

    class Loop(NumpyPredict):
        dtype = np.float64

        def loss(self, p, y):
            return super().loss(p, y) / np.log(2)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=10)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(10)


@fault("mlp", "update", "nesterov")
def variables_in_float64():
    """Variables in float64, which is no fault, and Nesterov's momentum, which is; has gradients."""

    class Loop(TapeFull):
        def __init__(self, reference, **settings):
            super().__init__(reference, **settings)
            self.params = [tf.Variable(p.numpy().astype("float64")) for p in self.params]
            self.optimizer = Sgd(self.params, **settings)

    reference = dense_model(keras.optimizers.SGD(0.1, momentum=0.9), hidden=(10,), seed=11)
    return Loop(reference, lr=0.1, momentum=0.9, nesterov=True), reference, labelled(11)


@fault("mlp", "outputs", "float32_in_between")
def inputs_through_float32():
    """The reference is float64; the loop's inputs are rounded to float32 by a common habit."""

    class Loop(NumpyNet):
        dtype = np.float64

        def forward(self, x):
            return super().forward(x.astype("float32").astype("float64"))

        def predict(self, x):
            return self.forward(x)

    with floatx("float64"):
        reference = dense_model(
            keras.optimizers.SGD(0.1),
            keras.losses.SparseCategoricalCrossentropy(),
            dtype="float64",
            seed=12,
        )
    return Loop(reference, NumpySgd(0.1)), reference, labelled(12, dtype="float64")


@fault("mlp", "outputs", "float32_in_between")
def hidden_activations_through_float32():
    """The reference is float64; the loop's hidden activations pass through float32."""

    class Loop(TapePredict):
        def hidden(self, x):
            return tf.cast(tf.nn.relu(tf.cast(x, tf.float32)), tf.float64)

    with floatx("float64"):
        reference = dense_model(
            keras.optimizers.RMSprop(0.01),
            keras.losses.SparseCategoricalCrossentropy(),
            dtype="float64",
            seed=13,
        )
    return Loop(reference, RmsProp, lr=0.01), reference, labelled(13, dtype="float64")


@fault("mlp", "outputs", "softmax_twice")
def softmax_twice_in_the_model():
    """The last layer has a softmax, and what it gives goes through softmax again."""

    class Loop(TapePredict):
        def forward(self, x, training=True):
            return tf.nn.softmax(super().forward(x))

    reference = dense_model(keras.optimizers.SGD(0.1), seed=14)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(14)


# ------------------------------------------------------------------------------- loss


@fault("linear", "loss", "loss_halved")
def half_squared_error_in_numpy():
    """Half the squared error, with the gradient of that."""

    class Loop(NumpyValues):
        def loss(self, p, y):
            return np.mean((p - y) ** 2) / 2

        def delta(self, p, y):
            return (p - y) / len(y)

    reference = line_model(keras.optimizers.SGD(0.05), seed=15)
    return Loop(reference, NumpySgd(0.05)), reference, measured(15)


@fault("mlp", "loss", "loss_halved")
def half_squared_error_on_the_tape():
    """0.5 · (p - y)² in an MLP."""

    class Loop(ValueTape):
        loss = staticmethod(lambda y, out: tf.reduce_mean(0.5 * tf.square(y - out)))

    reference = value_model(keras.optimizers.Adam(0.01), seed=16)
    return Loop(reference, Adam, compiled="graph", lr=0.01), reference, measured(16)


@fault("mlp", "loss", "softmax_twice")
def probabilities_taken_for_logits():
    """The probabilities go into TensorFlow's cross-entropy of logits."""

    class Loop(TapePredict):
        loss = staticmethod(stable_cross_entropy)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=17)
    return Loop(reference, lr=0.1), reference, labelled(17)


@fault("cnn", "loss", "softmax_twice")
def probabilities_of_a_cnn_taken_for_logits():
    """The same after a Keras model that ends in a softmax; there is no predict."""

    class Loop(KerasLoop):
        def __init__(self, reference, optimizer):
            super().__init__(reference, optimizer, stable_cross_entropy)

    reference = cnn_model(keras.optimizers.RMSprop(0.005), normalized=False, seed=18)
    return Loop(reference, keras.optimizers.RMSprop(0.005)), reference, images(18)


@fault("mlp", "loss", "logits_as_probabilities")
def logits_taken_for_probabilities():
    """The last layer has no softmax, and from_logits=True is forgotten."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    reference = dense_model(keras.optimizers.SGD(0.05), loss, output=None, seed=19)
    wrong = keras.losses.SparseCategoricalCrossentropy()
    return KerasPredict(reference, keras.optimizers.SGD(0.05), wrong), reference, labelled(19)


@fault("softmax", "loss", "probabilities_clipped")
def probabilities_clipped_at_1e_7():
    """Probabilities are kept from 1e-7 up; the reference works on logits, and has smaller ones."""

    class Loop(TapeLoop):
        output = staticmethod(tf.identity)

        def loss(self, y, logits):
            return cross_entropy(y, tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1.0))

        def predict(self, x):
            return self.forward(tf.constant(x)).numpy()

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    reference = dense_model(keras.optimizers.SGD(0.001), loss, hidden=(), output=None, seed=20)
    return Loop(reference, lr=0.001), reference, labelled(20, scale=10.0)


@fault("softmax", "loss", "probabilities_clipped")
def probabilities_clipped_as_keras_says():
    """The same after a softmax: what eager Keras clips are not its probabilities but its logits."""

    class Loop(NumpyPredict):
        def loss(self, p, y):
            return super().loss(np.clip(p, 1e-7, 1 - 1e-7), y)

    reference = dense_model(keras.optimizers.SGD(0.001), hidden=(), seed=86)
    return Loop(reference, NumpySgd(0.001)), reference, labelled(86, scale=10.0)


@fault("mlp", "loss", "probabilities_clipped")
def probabilities_clipped_at_1e_2():
    """Probabilities are kept from 0.01 up, in loss and gradient."""

    class Loop(NumpyPredict):
        def loss(self, p, y):
            return super().loss(np.clip(p, 0.01, 1.0), y)

        def delta(self, p, y):
            return super().delta(p, y) * (p[np.arange(len(y)), y] > 0.01)[:, None]

    reference = dense_model(keras.optimizers.SGD(0.1), spread=1.8, seed=21)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(21)


@fault("mlp", "loss", "probabilities_clipped")
def probabilities_clipped_at_1e_3():
    """Probabilities are kept between 0.001 and 0.999."""

    class Loop(TapeFull):
        loss = staticmethod(lambda y, p: cross_entropy(y, tf.clip_by_value(p, 1e-3, 1 - 1e-3)))

    reference = dense_model(keras.optimizers.SGD(0.02), spread=3.0, seed=22)
    return Loop(reference, lr=0.02), reference, labelled(22)


@fault("softmax", "loss", "labels_off_by_one")
def labels_counted_from_one():
    """One is taken from each label, as if they began with 1; label 0 becomes the last."""

    class Loop(NumpyPredict):
        def train_step(self, x, y):
            return super().train_step(x, y - 1)

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=23)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(23)


@fault("mlp", "loss", "labels_off_by_one")
def one_hot_columns_moved():
    """One is added to each label before it becomes a one-hot row; the last label has no column."""

    class Loop(TapePredict):
        def loss(self, y, p):
            return -tf.reduce_mean(tf.reduce_sum(tf.one_hot(y + 1, 5) * tf.math.log(p), axis=1))

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=24)
    return Loop(reference, RmsProp, compiled="graph", lr=0.005), reference, labelled(24)


@fault("mlp", "loss", "another_loss")
def squared_error_of_probabilities():
    """Mean squared error of the probabilities in place of cross-entropy."""

    class Loop(TapePredict):
        loss = staticmethod(lambda y, p: tf.reduce_mean((tf.one_hot(y, 5) - p) ** 2))

    reference = dense_model(keras.optimizers.SGD(0.1), seed=25)
    return Loop(reference, lr=0.1), reference, labelled(25)


@fault("linear", "loss", "another_loss")
def absolute_error_for_squared_error():
    """Mean absolute error in place of mean squared error."""

    class Loop(NumpyValues):
        def loss(self, p, y):
            return np.abs(p - y).mean()

        def delta(self, p, y):
            return np.sign(p - y) / p.size

    reference = line_model(keras.optimizers.SGD(0.05), seed=26)
    return Loop(reference, NumpySgd(0.05)), reference, measured(26)


@fault("mlp", "loss", "loss_after_step")
def loss_measured_after_the_step():
    """The step is right; the loss that is returned is that of the batch after it."""

    class Loop(TapePredict):
        def train_step(self, x, y):
            super().train_step(x, y)
            x, y = self.tensors(x, y)
            return self.loss(y, self.forward(x)).numpy()

    reference = dense_model(keras.optimizers.Adam(0.01), seed=27)
    return Loop(reference, Adam, lr=0.01), reference, labelled(27)


@fault("linear", "loss", "loss_after_step")
def line_error_after_the_step():
    """Linear regression that moves first and measures then; has nothing but the step."""

    class Line:
        def __init__(self, reference):
            self.set_weights(reference.get_weights())

        def get_weights(self):
            return [self.w.copy(), self.b.copy()]

        def set_weights(self, arrays):
            self.w, self.b = (np.array(a, "float32") for a in arrays)

        def train_step(self, x, y):
            error = (x @ self.w + self.b)[:, 0] - y
            self.w -= 0.1 * 2 * (x.T @ error)[:, None] / len(x)
            self.b -= 0.1 * 2 * error.mean()
            return float((((x @ self.w + self.b)[:, 0] - y) ** 2).mean())

    reference = line_model(keras.optimizers.SGD(0.1), seed=28)
    return Line(reference), reference, measured(28, flat=True)


@fault("mlp", "loss", "loss_summed_over_outputs")
def squared_errors_summed_over_outputs():
    """The squared errors of three outputs are summed, the mean is over the batch only."""

    class Loop(ValueTape):
        def loss(self, y, out):
            return tf.reduce_mean(tf.reduce_sum((y - out) ** 2, axis=1))

    reference = value_model(keras.optimizers.SGD(0.02), outputs=3, seed=29)
    return Loop(reference, lr=0.02), reference, measured(29, outputs=3)


# ------------------------------------------------------------------------------- reduction


@fault("softmax", "reduction", "loss_summed")
def cross_entropy_summed():
    """The batch's losses are summed, and so is the gradient."""

    class Loop(NumpyPredict):
        def loss(self, p, y):
            return -np.log(p[np.arange(len(y)), y]).sum()

        def delta(self, p, y):
            return p - np.eye(5, dtype="float32")[y]

    reference = dense_model(keras.optimizers.SGD(0.05), hidden=(), seed=30)
    return Loop(reference, NumpySgd(0.05)), reference, labelled(30)


@fault("cnn", "reduction", "loss_summed")
def keras_loss_with_sum_reduction():
    """A Keras loss with reduction="sum"."""
    reference = cnn_model(keras.optimizers.SGD(0.01), seed=31)
    loss = keras.losses.SparseCategoricalCrossentropy(reduction="sum")
    return KerasPredict(reference, keras.optimizers.SGD(0.01), loss), reference, images(31)


@fault("linear", "loss", "broadcast")
def targets_broadcast_in_a_line():
    """Targets `(n,)` less predictions `(n, 1)` are `(n, n)`, and so is the mean."""

    class Loop(ValueTape):
        loss = staticmethod(lambda y, out: tf.reduce_mean(tf.square(y - out)))

    reference = line_model(keras.optimizers.SGD(0.05), seed=32)
    return Loop(reference, lr=0.05), reference, measured(32, flat=True)


@fault("mlp", "loss", "broadcast")
def targets_broadcast_in_an_mlp():
    """The same in an MLP, compiled, without predict."""

    class Loop(TapeLoop):
        output = staticmethod(tf.identity)
        loss = staticmethod(squared_error)

    reference = value_model(keras.optimizers.RMSprop(0.01), seed=33)
    batches = measured(33, flat=True)
    return Loop(reference, RmsProp, compiled="graph", lr=0.01), reference, batches


@fault("mlp", "reduction", "fixed_batch_size")
def divided_by_the_batch_size_meant():
    """The sum is divided by 16, also for the last batch, which has fewer rows."""

    class Loop(TapePredict):
        def loss(self, y, p):
            picked = tf.gather(p, y, axis=1, batch_dims=1)
            return -tf.reduce_sum(tf.math.log(picked)) / 16

    reference = dense_model(keras.optimizers.SGD(0.1), seed=34)
    return Loop(reference, lr=0.1), reference, labelled(34)


@fault("softmax", "reduction", "fixed_batch_size")
def divided_by_a_constant_in_numpy():
    """Loss and gradient of softmax regression are divided by a constant of the script."""
    batch_size = 32

    class Loop(NumpyNet):
        def loss(self, p, y):
            return -np.log(p[np.arange(len(y)), y]).sum() / batch_size

        def delta(self, p, y):
            return (p - np.eye(5, dtype="float32")[y]) / batch_size

    reference = dense_model(keras.optimizers.SGD(0.2), hidden=(), seed=35)
    return Loop(reference, NumpySgd(0.2)), reference, labelled(35, sizes=(32, 32, 32, 20))


# ------------------------------------------------------------------------------- regularization


@fault("mlp", "regularization", "penalty_missing")
def l2_penalty_missing():
    """The reference has an L2 penalty, the loop has none."""
    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.SGD(0.1), regularizer=l2, seed=36)
    return TapeFull(reference, lr=0.1), reference, labelled(36)


@fault("softmax", "regularization", "penalty_missing")
def l1_penalty_missing():
    """The reference has an L1 penalty, the loop has none."""
    l1 = keras.regularizers.L1(0.005)
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), regularizer=l1, seed=37)
    return NumpyPredict(reference, NumpySgd(0.1)), reference, labelled(37)


@fault("mlp", "regularization", "penalty_missing")
def model_losses_forgotten():
    """A Keras model that has its penalties, and a step that does not add model.losses."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=True))
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return {"loss": float(loss)}

    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.Adam(0.01), regularizer=l2, seed=38)
    return Loop(reference, keras.optimizers.Adam(0.01)), reference, labelled(38)


@fault("cnn", "regularization", "penalty_doubled")
def penalty_added_twice():
    """The penalties of the model are added, and once more by hand."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=True)) + sum(self.model.losses)
                loss += 0.02 * tf.reduce_sum(self.model.layers[0].kernel ** 2)
            variables = self.model.trainable_variables
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return float(loss)

    l2 = keras.regularizers.L2(0.02)
    reference = cnn_model(keras.optimizers.SGD(0.05), regularizer=l2, seed=39)
    return Loop(reference, keras.optimizers.SGD(0.05)), reference, images(39)


@fault("mlp", "regularization", "penalty_halved")
def l2_penalty_halved():
    """λ/2 · w², as tf.nn.l2_loss has it, where Keras has λ · w²."""

    class Loop(TapeFull):
        def penalty(self):
            return 0.01 * tf.add_n([tf.nn.l2_loss(w) for w in self.params[::2]])

    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.SGD(0.1), regularizer=l2, seed=40)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(40)


@fault("mlp", "regularization", "penalty_on_bias")
def l2_penalty_on_all_variables():
    """The penalty is summed over all variables, the biases among them."""

    class Loop(TapePredict):
        def penalty(self):
            return 0.02 * tf.add_n([tf.reduce_sum(w**2) for w in self.params])

    l2 = keras.regularizers.L2(0.02)
    reference = dense_model(keras.optimizers.SGD(0.1), regularizer=l2, seed=41)
    return Loop(reference, lr=0.1), reference, labelled(41)


@fault("softmax", "regularization", "penalty_not_reported")
def weight_decay_in_the_gradient_only():
    """2λw is in the gradient; the loss that is returned is the cross-entropy alone."""

    class Loop(NumpyPredict):
        def backward(self, delta):
            w_grad, b_grad = super().backward(delta)
            return [w_grad + 2 * 0.02 * self.params[0], b_grad]

    l2 = keras.regularizers.L2(0.02)
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), regularizer=l2, seed=42)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(42)


@fault("mlp", "regularization", "penalty_not_reported")
def total_on_the_tape_and_data_loss_returned():
    """The tape sees the penalty; what is returned is the loss before it was added."""

    class Loop(TapeFull):
        def slopes(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss(y, self.forward(x))
                total = loss + 0.003 * tf.add_n([tf.reduce_sum(w**2) for w in self.params[::2]])
            return loss, tape.gradient(total, self.params)

    l2 = keras.regularizers.L2(0.003)
    reference = dense_model(keras.optimizers.RMSprop(0.005), regularizer=l2, seed=43)
    return Loop(reference, RmsProp, lr=0.005), reference, labelled(43)


# ------------------------------------------------------------------------------- gradients


@fault("mlp", "gradients", "frozen_variable")
def last_bias_left_out():
    """The optimizer was given all variables but the last bias."""

    class Loop(TapePredict):
        def __init__(self, reference, **settings):
            super().__init__(reference, **settings)
            self.optimizer = Sgd(self.params[:-1], **settings)

        def step(self, x, y):
            loss, grads = self.slopes(x, y)
            self.optimizer.step(grads[:-1])
            return loss

    reference = dense_model(keras.optimizers.SGD(0.1), seed=44)
    return Loop(reference, lr=0.1), reference, labelled(44)


@fault("cnn", "gradients", "frozen_variable")
def beta_left_out():
    """The step moves kernels, gamma and biases, but not beta."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            variables = [v for v in self.model.trainable_variables if v.name != "beta"]
            with tf.GradientTape() as tape:
                loss = self.loss_fn(y, self.model(x, training=True))
            self.optimizer.apply(tape.gradient(loss, variables), variables)
            return float(loss)

    reference = cnn_model(keras.optimizers.SGD(0.1), seed=45)
    return Loop(reference, keras.optimizers.SGD(0.1)), reference, images(45)


@fault("mlp", "gradients", "frozen_variable")
def first_kernel_frozen_by_a_constant():
    """The first kernel is read as a NumPy array, which no tape sees: it never moves."""

    class Loop(TapeLoop):
        def forward(self, x, training=True):
            h = self.hidden(x @ self.params[0].numpy() + self.params[1])
            return self.output(h @ self.params[2] + self.params[3])

        def step(self, x, y):
            loss, grads = self.slopes(x, y)
            for p, g in zip(self.params, grads, strict=True):
                if g is not None:
                    p.assign_sub(0.1 * g)
            return loss

    reference = dense_model(keras.optimizers.SGD(0.1), seed=46)
    return Loop(reference), reference, labelled(46)


@fault("mlp", "state", "gradients_accumulated")
def zero_grad_forgotten():
    """The gradients gather from step to step: nobody sets them to zero."""

    class Loop(ModuleNet):
        def zero_grad(self):
            pass

    reference = dense_model(keras.optimizers.SGD(0.05), seed=47)
    return Loop(reference, 0.05), reference, labelled(47)


@fault("mlp", "update", "gradient_clipped")
def clipped_by_global_norm():
    """All gradients together are clipped to the norm 0.5."""

    class Loop(TapePredict):
        def step(self, x, y):
            loss, grads = self.slopes(x, y)
            self.optimizer.step(tf.clip_by_global_norm(grads, 0.5)[0])
            return loss

    reference = dense_model(keras.optimizers.SGD(0.1), spread=1.5, seed=48)
    return Loop(reference, compiled="graph", lr=0.1), reference, labelled(48)


@fault("mlp", "gradients", "gradient_clipped")
def clipped_by_value():
    """Each gradient is clipped to [-0.1, 0.1]."""

    class Loop(NumpyPredict):
        def backward(self, delta):
            return [np.clip(g, -0.1, 0.1) for g in super().backward(delta)]

        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = dense_model(keras.optimizers.SGD(0.1), spread=1.5, seed=49)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(49)


@fault("softmax", "gradients", "gradient_summed")
def gradient_of_the_sum():
    """The loss is a mean; the gradient by hand is not divided by the number of rows."""

    class Loop(NumpyPredict):
        def delta(self, p, y):
            return p - np.eye(5, dtype="float32")[y]

    reference = dense_model(keras.optimizers.SGD(0.02), hidden=(), seed=50)
    return Loop(reference, NumpySgd(0.02)), reference, labelled(50)


@fault("mlp", "gradients", "gradient_summed")
def tape_of_the_single_losses():
    """The tape differentiates the vector of losses, that is their sum; their mean is reported."""

    class Loop(TapeFull):
        def slopes(self, x, y):
            with tf.GradientTape() as tape:
                losses = -tf.math.log(tf.gather(self.forward(x), y, axis=1, batch_dims=1))
            return tf.reduce_mean(losses), tape.gradient(losses, self.params)

    reference = dense_model(keras.optimizers.SGD(0.02), seed=51)
    return Loop(reference, lr=0.02), reference, labelled(51)


@fault("linear", "gradients", "gradient_halved")
def line_gradient_without_the_2():
    """The gradient of the squared error is written without its 2."""

    class Loop(NumpyValues):
        def delta(self, p, y):
            return (p - y) / len(y)

        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = line_model(keras.optimizers.SGD(0.05), seed=52)
    return Loop(reference, NumpySgd(0.05)), reference, measured(52)


@fault("mlp", "gradients", "gradient_halved")
def mlp_gradient_without_the_2():
    """The same in an MLP, with momentum."""

    class Loop(NumpyValues):
        def delta(self, p, y):
            return (p - y.reshape(-1, 1)) / len(y)

        def gradients(self, x, y):
            return self.backward(self.delta(self.forward(x), y))

    reference = value_model(keras.optimizers.SGD(0.02, momentum=0.9), hidden=(10,), seed=53)
    return Loop(reference, NumpySgd(0.02, 0.9)), reference, measured(53, flat=True)


@fault("mlp", "gradients", "penalty_outside_tape")
def penalty_added_after_the_tape():
    """The penalty is added once the tape is closed: it is reported and has no gradient."""

    class Loop(TapePredict):
        def slopes(self, x, y):
            with tf.GradientTape() as tape:
                loss = self.loss(y, self.forward(x))
            grads = tape.gradient(loss, self.params)
            return loss + 0.01 * tf.add_n([tf.reduce_sum(w**2) for w in self.params[::2]]), grads

    l2 = keras.regularizers.L2(0.01)
    reference = dense_model(keras.optimizers.SGD(0.1), regularizer=l2, seed=54)
    return Loop(reference, lr=0.1), reference, labelled(54)


# ------------------------------------------------------------------------------- update


@fault("mlp", "update", "learning_rate")
def learning_rate_of_adam():
    """Adam steps ten times as far: 0.01 for 0.001."""
    reference = dense_model(keras.optimizers.Adam(), seed=55)
    return KerasPredict(reference, keras.optimizers.Adam(0.01)), reference, labelled(55)


@fault("softmax", "update", "learning_rate")
def learning_rate_of_sgd():
    """Gradient descent at 0.03 for 0.1; gradients can be looked at."""
    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=56)
    return TapeFull(reference, lr=0.03), reference, labelled(56)


@fault("mlp", "update", "another_optimizer")
def adam_for_rmsprop():
    """Adam where the reference has RMSprop, at the same rate."""
    reference = dense_model(keras.optimizers.RMSprop(0.01), seed=57)
    return TapePredict(reference, Adam, lr=0.01), reference, labelled(57)


@fault("cnn", "update", "another_optimizer")
def sgd_for_adam():
    """Gradient descent where the reference has Adam, at the same rate."""
    reference = cnn_model(keras.optimizers.Adam(0.01), seed=58)
    return TapeCNN(reference, lr=0.01), reference, images(58)


@fault("mlp", "update", "nesterov")
def nesterov_where_none_is():
    """The step looks ahead; that of the reference does not."""
    reference = dense_model(keras.optimizers.SGD(0.05, momentum=0.9), seed=59)
    loop = TapeFull(reference, compiled="graph", lr=0.05, momentum=0.9, nesterov=True)
    return loop, reference, labelled(59)


@fault("softmax", "update", "nesterov")
def nesterov_missing():
    """Plain momentum, where the reference has Nesterov's."""
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    reference = dense_model(optimizer, hidden=(), seed=60)
    return NumpyPredict(reference, NumpySgd(0.05, 0.9)), reference, labelled(60)


@fault("mlp", "update", "damped_momentum")
def momentum_as_a_running_mean():
    """m = μ·m + (1 - μ)·g, w -= η·m: the gradient is damped."""

    class Damped(Sgd):
        def step(self, grads):
            for p, m, g in zip(self.params, self.velocity, grads, strict=True):
                m.assign(self.momentum * m + (1 - self.momentum) * g)
                p.assign_sub(self.lr * m)

    reference = dense_model(keras.optimizers.SGD(0.05, momentum=0.9), seed=61)
    return TapePredict(reference, Damped, lr=0.05, momentum=0.9), reference, labelled(61)


@fault("mlp", "state", "momentum_missing")
def momentum_forgotten():
    """Plain gradient descent, where the reference has momentum."""
    reference = dense_model(keras.optimizers.SGD(0.05, momentum=0.9), seed=62)
    return ModuleNet(reference, 0.05), reference, labelled(62)


@fault("cnn", "state", "momentum_value")
def momentum_of_a_half():
    """A momentum of 0.5 for 0.9."""
    reference = cnn_model(keras.optimizers.SGD(0.02, momentum=0.9), seed=63)
    return TapeCNN(reference, lr=0.02, momentum=0.5), reference, images(63)


@fault("mlp", "update", "epsilon_outside_root")
def rmsprop_with_epsilon_outside():
    """RMSprop with g / (sqrt(v) + ε), as PyTorch has it."""

    class Outside(RmsProp):
        def root(self, v):
            return tf.sqrt(v) + self.eps

    reference = dense_model(keras.optimizers.RMSprop(), seed=64)
    return TapeFull(reference, Outside), reference, labelled(64)


@fault("mlp", "update", "epsilon_inside_root")
def adam_with_epsilon_inside():
    """Adam with m / sqrt(v + ε)."""

    class Inside(Adam):
        def root(self, v):
            return tf.sqrt(v + self.eps)

    reference = dense_model(keras.optimizers.Adam(), seed=65)
    return TapePredict(reference, Inside, compiled="graph"), reference, labelled(65)


@fault("softmax", "update", "adagrad_start_value")
def adagrad_from_zero():
    """Adagrad whose sums of squares start at 0, as PyTorch's; Keras's start at 0.1."""
    reference = dense_model(keras.optimizers.Adagrad(0.05), hidden=(), seed=66)
    return NumpyPredict(reference, NumpyAdagrad(0.05, first=0.0)), reference, labelled(66)


@fault("mlp", "update", "adam_without_bias_correction")
def adam_uncorrected():
    """Adam without the correction of its first steps."""

    class Uncorrected(Adam):
        def rate(self):
            return self.lr

    reference = dense_model(keras.optimizers.Adam(0.002), seed=67)
    return TapePredict(reference, Uncorrected, lr=0.002), reference, labelled(67)


@fault("mlp", "update", "rmsprop_seeded")
def rmsprop_from_the_first_square():
    """The mean of squares starts with the first g², not with 0."""

    class Seeded(NumpyRmsprop):
        def step(self, params, grads):
            if self.v is None:
                self.v = [g * g for g in grads]
            super().step(params, grads)

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=68)
    return NumpyPredict(reference, Seeded(0.005)), reference, labelled(68)


# ------------------------------------------------------------------------------- state


@fault("mlp", "state", "slots_reset")
def adam_means_zeroed():
    """Both means of Adam are reset at each step, while its step count goes up."""

    class Forgetful(NumpyAdam):
        def step(self, params, grads):
            self.m = self.v = None
            super().step(params, grads)

    reference = dense_model(keras.optimizers.Adam(0.005), seed=69)
    return NumpyPredict(reference, Forgetful(0.005)), reference, labelled(69)


@fault("cnn", "state", "optimizer_rebuilt")
def keras_adam_at_every_step():
    """A new Keras Adam is made in every step."""

    class Loop(KerasPredict):
        def train_step(self, x, y):
            self.optimizer = keras.optimizers.Adam(0.005)
            return super().train_step(x, y)

    reference = cnn_model(keras.optimizers.Adam(0.005), seed=70)
    return Loop(reference, None), reference, images(70)


@fault("mlp", "state", "slots_reset", "optimizer_rebuilt")
def rmsprop_means_zeroed():
    """RMSprop's mean of squares starts from 0 at each step."""

    class Loop(TapeLoop):
        def step(self, x, y):
            self.optimizer = RmsProp(self.params, lr=0.005)
            return super().step(x, y)

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=71)
    return Loop(reference), reference, labelled(71)


@fault("cnn", "state", "moving_statistics_not_updated")
def moving_statistics_forgotten():
    """Training normalizes with the batch's statistics, and forgets them."""

    class Loop(TapeCNN):
        def remember(self, mean, variance):
            pass

    reference = cnn_model(keras.optimizers.SGD(0.05), seed=72)
    return Loop(reference, lr=0.05), reference, images(72)


@fault("cnn", "state", "moving_statistics_momentum")
def moving_statistics_swapped():
    """PyTorch's meaning of momentum: 0.9 of the new statistics, 0.1 of the old ones."""

    class Loop(TapeCNN):
        decay = 1 - 0.9

    reference = cnn_model(keras.optimizers.Adam(0.005), seed=73)
    return Loop(reference, Adam, lr=0.005), reference, images(73)


# ------------------------------------------------------------------------------- data


@fault("mlp", "data", "stale_batch")
def batch_of_the_call_before():
    """The step reads a buffer that is filled after it: it sees the batch of the call before."""

    class Loop(TapePredict):
        buffer = None

        def train_step(self, x, y):
            held = self.buffer or (x, y)
            self.buffer = (x, y)
            return super().train_step(*held)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=74)
    return Loop(reference, lr=0.1), reference, labelled(74)


@fault("softmax", "data", "batch_size_ignored")
def step_makes_batches_of_its_own():
    """The batch that is handed in is cut into batches of 8, each with an update."""

    class Loop(NumpyPredict):
        def train_step(self, x, y):
            losses = [super(Loop, self).train_step(*b) * len(b[0]) for b in self.pieces(x, y)]
            return sum(losses) / len(x)

        def pieces(self, x, y):
            return [(x[i : i + 8], y[i : i + 8]) for i in range(0, len(x), 8)]

    reference = dense_model(keras.optimizers.SGD(0.1), hidden=(), seed=75)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(75)


@fault("mlp", "data", "batch_size_ignored")
def fit_ignores_the_batch_size():
    """fit always cuts batches of 32; a single step is right."""

    class Loop(Epochs, TapePredict):
        def fit(self, x, y, batch_size=32):
            return super().fit(x, y, 32)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=76)
    return Loop(reference, lr=0.1), reference, labelled(76)


@fault("mlp", "data", "part_of_batch", "batch_size_ignored")
def first_rows_of_the_batch():
    """The step uses the first 8 rows of what it is given."""

    class Loop(TapePredict):
        def train_step(self, x, y):
            return super().train_step(x[:8], y[:8])

    reference = dense_model(keras.optimizers.RMSprop(0.005), seed=77)
    return Loop(reference, RmsProp, lr=0.005), reference, labelled(77)


@fault("softmax", "data", "shuffled_after_batching")
def epoch_in_another_order():
    """An epoch goes over the batches in an order of its own."""

    class Loop(Epochs, NumpyPredict):
        def train_epoch(self, batches):
            order = np.random.default_rng(3).permutation(len(batches))
            return super().train_epoch([batches[i] for i in order])

    reference = dense_model(keras.optimizers.SGD(0.2), hidden=(), seed=78)
    return Loop(reference, NumpySgd(0.2)), reference, labelled(78)


@fault("mlp", "data", "shuffled_after_batching")
def step_draws_from_a_pool():
    """The batch goes into a pool, and the step takes a random one out of those seen so far."""

    class Loop(TapePredict):
        def __init__(self, reference, **settings):
            super().__init__(reference, **settings)
            self.pool, self.rng = [], np.random.default_rng(0)

        def train_step(self, x, y):
            self.pool.append((x, y))
            return super().train_step(*self.pool[self.rng.integers(len(self.pool))])

    reference = dense_model(keras.optimizers.SGD(0.1), seed=79)
    return Loop(reference, lr=0.1), reference, labelled(79)


@fault("mlp", "data", "shuffled_apart", "shuffled_after_batching")
def inputs_shuffled_without_their_labels():
    """The rows of the inputs are permuted, those of the labels are not."""

    class Loop(NumpyPredict):
        rng = None

        def train_step(self, x, y):
            self.rng = self.rng or np.random.default_rng(5)
            return super().train_step(x[self.rng.permutation(len(x))], y)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=80)
    return Loop(reference, NumpySgd(0.1)), reference, labelled(80)


@fault("mlp", "data", "shuffled_apart", "shuffled_after_batching")
def fit_shuffles_inputs_apart():
    """fit shuffles inputs and labels each in an order of its own; a single step is right."""

    class Loop(Epochs, TapePredict):
        def fit(self, x, y, batch_size):
            rng = np.random.default_rng(6)
            return super().fit(x[rng.permutation(len(x))], y[rng.permutation(len(y))], batch_size)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=81)
    return Loop(reference, lr=0.1), reference, labelled(81)


@fault("cnn", "data", "last_batch_dropped")
def smaller_batch_skipped():
    """The step does nothing for a batch of fewer rows than the batch size."""

    class Loop(TapeCNN):
        last = 0.0

        def train_step(self, x, y):
            if len(x) == 16:
                self.last = super().train_step(x, y)
            return self.last

    reference = cnn_model(keras.optimizers.SGD(0.05), seed=82)
    return Loop(reference, lr=0.05), reference, images(82)


@fault("mlp", "data", "last_batch_dropped")
def fit_drops_the_rest():
    """fit makes len(x) // batch_size batches: what is left over is never seen."""

    class Loop(Epochs, TapePredict):
        def fit(self, x, y, batch_size):
            whole = len(x) // batch_size * batch_size
            return super().fit(x[:whole], y[:whole], batch_size)

    reference = dense_model(keras.optimizers.Adam(0.01), seed=83)
    return Loop(reference, Adam, lr=0.01), reference, labelled(83)


@fault("mlp", "data", "last_batch_overweighted")
def running_mean_of_batch_means():
    """The step returns the mean of the batches' losses so far, the smaller one counting in full."""

    class Loop(KerasPredict):
        def __init__(self, reference, optimizer):
            super().__init__(reference, optimizer)
            self.history = []

        def train_step(self, x, y):
            self.history.append(super().train_step(x, y))
            return np.mean(self.history)

    reference = dense_model(keras.optimizers.SGD(0.1), seed=84)
    batches = labelled(84, sizes=(16, 16, 16, 16, 5))
    return Loop(reference, keras.optimizers.SGD(0.1)), reference, batches


@fault("linear", "data", "last_batch_overweighted")
def epoch_as_the_mean_of_batch_means():
    """The loss of an epoch is the plain mean of its batches' losses."""

    class Loop(NumpyValues):
        def train_epoch(self, batches):
            return float(np.mean([self.train_step(x, y) for x, y in batches]))

    reference = line_model(keras.optimizers.SGD(0.02), seed=85)
    return Loop(reference, NumpySgd(0.02)), reference, measured(85, sizes=(16, 16, 16, 16, 5))


class Fed(KerasPredict):
    """A step that changes its inputs; `predict` does not."""

    fed = staticmethod(lambda x: x)

    def train_step(self, x, y):
        return super().train_step(self.fed(x), y)


@fault("mlp", "outputs", "pixels_not_scaled")
def pixels_divided_by_a_number_of_its_own():
    """The step divides by 200 where nothing is to be divided."""

    class Loop(Fed):
        fed = staticmethod(lambda x: x / 200)

    reference = dense_model(keras.optimizers.RMSprop(0.01), features=64, outputs=4, seed=6)
    return Loop(reference, keras.optimizers.RMSprop(0.01)), reference, images(6, flat=True)


@fault("mlp", "outputs", "pixels_not_scaled")
def inputs_halved_with_a_smaller_batch_and_accumulated_gradients():
    """Half of the inputs, of which one batch is smaller and the second of two moves nothing."""

    class Loop(Fed):
        fed = staticmethod(lambda x: x / 2)

    def optimizer():
        return keras.optimizers.Ftrl(0.025, gradient_accumulation_steps=2)

    reference = dense_model(optimizer(), seed=9)
    return Loop(reference, optimizer()), reference, labelled(9, sizes=(12, 7))


@fault("mlp", "outputs", "pixels_not_scaled")
def predictions_of_tripled_inputs():
    """Both the step and `predict` take three times the inputs."""

    class Loop(Fed):
        fed = staticmethod(lambda x: 3 * x)

        def predict(self, x):
            return super().predict(self.fed(x))

    reference = dense_model(keras.optimizers.SGD(0.1), seed=10)
    return Loop(reference, keras.optimizers.SGD(0.1)), reference, labelled(10)


@fault("mlp", "outputs", "pixels_not_scaled")
def images_dark_on_bright():
    """The step sees dark digits on bright ground."""

    class Loop(Fed):
        fed = staticmethod(lambda x: 1 - x)

    reference = dense_model(keras.optimizers.SGD(0.1), features=64, outputs=4, seed=11)
    return Loop(reference, keras.optimizers.SGD(0.1)), reference, images(11, flat=True)


@fault("cnn", "outputs", "pixels_not_scaled")
def images_normalized_by_the_mean_of_mnist():
    """The step normalizes its images as examples with PyTorch do."""

    class Loop(Fed):
        fed = staticmethod(lambda x: (x - 0.1307) / 0.3081)

    reference = cnn_model(keras.optimizers.SGD(0.05), seed=12)
    return Loop(reference, keras.optimizers.SGD(0.05)), reference, images(12)
