"""Mistakes in what a training run is made of: layers, models, optimizers, callbacks, a learner."""

import os

import numpy as np

from support.mistakes import (
    DATES,
    EYE,
    HUGE,
    INF,
    KERNELS,
    NAN,
    PIXELS,
    X,
    Y,
    above_0,
    both,
    but,
    flags,
    from_0,
    model,
    names,
    scratch,
    seeds,
    variable,
    whole,
    with_keras,
)

# layers: Keras's own classes answer in Keras's words

_NO_FLOATS = [
    ("strings", ["a"], "must hold numbers, received dtype <U1"),
    ("dates", DATES, "must hold numbers, received dtype datetime64"),
    ("nothing", None, "must hold numbers, received None"),
    ("a function", len, "must hold numbers, received dtype object"),
    ("complex numbers", [1j], "must hold real numbers, received complex128"),
    ("beyond float32", [HUGE], r"must hold numbers that a tensor can hold, received \[1e.300\]"),
    ("a bool beside a number", [True, 2], "must hold numbers that a tensor can hold, received"),
]
for _name in (
    *("elu", "exponential", "gelu", "leaky_relu", "linear", "relu", "selu"),
    *("sigmoid", "silu", "softmax", "softplus", "softsign", "tanh"),
):
    scratch(
        f"layers.{_name}",
        *((title, lambda f, w, x=x: f(x), f"x {words}") for title, x, words in _NO_FLOATS),
    )
for _name, _number in {"leaky_relu": "negative_slope", "elu": "alpha"}.items():
    scratch(
        f"layers.{_name}",
        *(
            (
                f"{_number} {v!r}",
                lambda f, w, v=v: f([1.0], v),
                f"{_number} must be a finite number",
            )
            for v in (NAN, INF, "1", True, None)
        ),
    )
scratch("layers.gelu", *flags("approximate", lambda f, w, v: f([1.0], v)))
scratch("layers.softmax", ("a number", lambda f, w: f(3), "expected a last axis of classes"))

_ACTIVATIONS = ("activation", "softmax")
scratch(
    "layers.Dense",
    *whole("input_size", lambda f, w, v: f(v, 3)),
    *whole("output_size", lambda f, w, v: f(2, v)),
    *names(*_ACTIVATIONS, lambda f, w, v: f(2, 3, v), "?", 3),
    *names("initializer", "glorot_uniform", lambda f, w, v: f(2, 3, kernel_initializer=v), "?"),
    ("no initializer", lambda f, w: f(2, 3, kernel_initializer=None), "unknown initializer None"),
    (
        "an initializer's class",
        lambda f, w: f(2, 3, kernel_initializer=w.initializers.GlorotUniform),
        r"write GlorotUniform\(\)",
    ),
    ("a class as activation", lambda f, w: f(2, 3, int), "received the class int as activation"),
    ("a word", lambda f, w: f(2, 3, activity_regularizer="l2"), "activity_regularizer must be a"),
    (
        "the name of a regularizer",
        lambda f, w: f(2, 3, kernel_regularizer="l2"),
        "must be a functi",
    ),
    *names("dtype", "float32", lambda f, w, v: f(2, 3, dtype=v)),
    *flags("use_bias", lambda f, w, v: f(2, 3, use_bias=v)),
    *seeds(lambda f, w, v: f(2, 3, seed=v)),
    ("another width", lambda f, w: f(2, 3)(np.zeros((4, 5))), r"of shape \(B, 2\), received"),
    ("one axis", lambda f, w: f(2, 3)(np.zeros(2)), r"of shape \(B, 2\), received \(2,\)"),
)
scratch(
    "layers.Conv2D",
    *whole("input_channels", lambda f, w, v: f(v, 2, 3)),
    *whole("filters", lambda f, w, v: f(1, v, 3)),
    *whole("kernel_size", lambda f, w, v: f(1, 2, v)),
    *whole("strides", lambda f, w, v: f(1, 2, 3, v)),
    *names("padding", "valid", lambda f, w, v: f(1, 2, 3, padding=v)),
    *names("data_format", "channels_last", lambda f, w, v: f(1, 2, 3, data_format=v), "?", 3),
    *names(*_ACTIVATIONS, lambda f, w, v: f(1, 2, 3, activation=v), "?", 3),
    ("a word", lambda f, w: f(1, 2, 3, activity_regularizer="l2"), "activity_regularizer must be"),
    (
        "the name of a regularizer",
        lambda f, w: f(1, 2, 3, kernel_regularizer="l2"),
        "must be a fun",
    ),
    *names("dtype", "float32", lambda f, w, v: f(1, 2, 3, dtype=v)),
    ("a class", lambda f, w: f(1, 2, 3, kernel_initializer=int), "class int as initializer"),
    *seeds(lambda f, w, v: f(1, 2, 3, seed=v)),
    ("other channels", lambda f, w: f(1, 2, 3)(np.zeros((4, 5, 5, 2))), r"\(B, any, any, 1\), rec"),
    ("small images", lambda f, w: f(1, 2, 3)(np.zeros((4, 2, 2, 1))), "do not fit into images of"),
    *flags("use_bias", lambda f, w, v: f(1, 2, 3, use_bias=v)),
)
scratch(
    "layers.MaxPooling2D",
    *whole("pool_size", lambda f, w, v: f(v)),
    *whole("strides", lambda f, w, v: f(2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(2, padding=v)),
    *names("data_format", "channels_last", lambda f, w, v: f(2, data_format=v), "?", 3),
    ("no images", lambda f, w: f()(X), "takes inputs of shape"),
)
scratch(
    "layers.AveragePooling2D",
    *whole("pool_size", lambda f, w, v: f(v)),
    *whole("strides", lambda f, w, v: f(2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(2, padding=v)),
    *names("data_format", "channels_last", lambda f, w, v: f(2, data_format=v), "?", 3),
    ("no images", lambda f, w: f(2)(X), "takes inputs of shape"),
)
scratch(
    "layers.LayerNormalization",
    *whole("input_size", lambda f, w, v: f(v))[:-1],
    *(
        (f"axis {v!r}", lambda f, w, v=v: f(2, v), "axis must be a whole number other than 0")
        for v in (0, 1.5, "1", None, True)
    ),
    ("axes of both signs", lambda f, w: f((2, 2), (1, -1)), "all above 0 or all below, received"),
    ("an axis twice", lambda f, w: f((2, 2), (1, 1)), "axis must be a whole number other than 0"),
    ("two axes, one length", lambda f, w: f(2, (1, 2)), "a length for each axis of"),
    *above_0("epsilon", lambda f, w, v: f(2, epsilon=v)),
    *flags("center", lambda f, w, v: f(2, center=v)),
    *flags("scale", lambda f, w, v: f(2, scale=v)),
    *names("dtype", "float32", lambda f, w, v: f(2, dtype=v)),
    ("another width", lambda f, w: f(2)(np.zeros((4, 5))), r"of shape \(B, 2\), received"),
    ("no such axis", lambda f, w: f(2, 3)(np.zeros((4, 2))), r"\(B, any, any, 2\), received"),
)
scratch(
    "layers.Embedding",
    *whole("input_dim", lambda f, w, v: f(v, 2)),
    *whole("output_dim", lambda f, w, v: f(2, v)),
    *names("initializer", "uniform", lambda f, w, v: f(2, 3, v), "?"),
    *names("dtype", "float32", lambda f, w, v: f(2, 3, dtype=v)),
    *seeds(lambda f, w, v: f(2, 3, seed=v)),
    ("a word out of range", lambda f, w: f(2, 3)([[0, 2]]), "from 0 to 1, received 2"),
    ("a word below 0", lambda f, w: f(2, 3)([[0, -1]]), "from 0 to 1, received -1"),
    ("half a word", lambda f, w: f(2, 3)([[0.5]]), "from 0 to 1, received 0.5"),
    ("strings", lambda f, w: f(2, 3)([["a"]]), "inputs must hold numbers, received"),
)
scratch(
    "layers.SimpleRNN",
    *whole("input_size", lambda f, w, v: f(v, 2)),
    *whole("units", lambda f, w, v: f(2, v)),
    *names("activation", "tanh", lambda f, w, v: f(2, 3, v), "?"),
    *flags("return_sequences", lambda f, w, v: f(2, 3, return_sequences=v)),
    *flags("use_bias", lambda f, w, v: f(2, 3, use_bias=v)),
    *names("initializer", "glorot_uniform", lambda f, w, v: f(2, 3, kernel_initializer=v), "?"),
    *names("initializer", "orthogonal", lambda f, w, v: f(2, 3, recurrent_initializer=v), "?"),
    *names("dtype", "float32", lambda f, w, v: f(2, 3, dtype=v)),
    *seeds(lambda f, w, v: f(2, 3, seed=v)),
    ("no steps", lambda f, w: f(2, 3)(X), r"takes inputs of shape \(B, any, 2\), received"),
    ("0 steps", lambda f, w: f(2, 3)(np.zeros((4, 0, 2))), "one step or more, .* received 0"),
)
scratch(
    "layers.Reshape",
    *(
        (f"{v!r}", lambda f, w, v=v: f(v), "target_shape must be a")
        for v in (3, "3", None, (0, 2), (2, -2), (2.5,), (-1, -1))
    ),
    ("another number", lambda f, w: f((2, 2))(X), r"cannot be reshaped to \(2, 2\)"),
    ("a number", lambda f, w: f((2, 2))(3.0), "takes inputs of shape"),
)
scratch(
    "layers.GlobalAveragePooling2D",
    *names("data_format", "channels_last", lambda f, w, v: f(v), "?", 3),
    ("no images", lambda f, w: f()(X), "takes inputs of shape"),
)
scratch(
    "layers.BatchNormalization",
    *whole("input_size", lambda f, w, v: f(v)),
    *above_0("epsilon", lambda f, w, v: f(2, epsilon=v)),
    ("momentum", lambda f, w: f(2, 1.5), "momentum must be a number from 0 to 1, received 1.5"),
    *names("dtype", "float32", lambda f, w, v: f(2, dtype=v)),
    ("another width", lambda f, w: f(2)(np.zeros((4, 5))), r"of shape \(B, 2\), received"),
)
scratch(
    "layers.Dropout",
    *(
        (f"rate {v!r}", lambda f, w, v=v: f(v), "rate must be a number of 0 or more, below 1")
        for v in (1.0, -0.1, NAN, True, "half", None)
    ),
    *seeds(lambda f, w, v: f(0.5, seed=v)),
)
scratch("layers.Activation", *names(*_ACTIVATIONS, lambda f, w, v: f(v), "?", 3))
scratch(
    "layers.Flatten",
    ("one number", lambda f, w: f()(1.0), "takes inputs of shape"),
)
scratch("layers.ResidualBlock", *whole("input_channels", lambda f, w, v: f(v, 2)))


def _block(f, w, *arguments, **options):
    """A block of the wing: the one from scratch takes the number of input channels."""
    return f(*(() if w.name == "keras" else (4,)), *arguments, **options)


both(
    "layers.ResidualBlock",
    *whole("filters", lambda f, w, v: _block(f, w, v)),
    *whole("strides", lambda f, w, v: _block(f, w, 2, v)),
    ("momentum", lambda f, w: _block(f, w, 2, momentum=1.5), "momentum must be a number from 0"),
    *from_0("l1", lambda f, w, v: _block(f, w, 2, l1=v)),
    *from_0("l2", lambda f, w, v: _block(f, w, 2, l2=v)),
    *seeds(lambda f, w, v: _block(f, w, 2, seed=v)),
)
scratch(
    "layers.convolve",
    ("other channels", lambda f, w: f(PIXELS[..., :1], KERNELS), "expected images"),
    *whole("strides", lambda f, w, v: f(PIXELS, KERNELS, v)),
    *names("padding", "valid", lambda f, w, v: f(PIXELS, KERNELS, 1, v)),
    ("large kernels", lambda f, w: f(PIXELS, np.zeros((4, 4, 2, 1))), "4 pixels do not fit into"),
    *((t, lambda f, w, x=x: f(x, KERNELS), f"images {words}") for t, x, words in _NO_FLOATS),
    *((f"kernel: {t}", lambda f, w, x=x: f(PIXELS, x), f"l {m}") for t, x, m in _NO_FLOATS),
)
scratch(
    "layers.average_pool",
    ("no images", lambda f, w: f(X, 2), "expected images"),
    *whole("pool_size", lambda f, w, v: f(PIXELS, v)),
    *whole("strides", lambda f, w, v: f(PIXELS, 2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(PIXELS, 2, padding=v)),
    ("large windows", lambda f, w: f(PIXELS, 4), "4 pixels do not fit into images of 3"),
)
scratch(
    "layers.max_pool",
    ("no images", lambda f, w: f(X), "expected images"),
    *whole("pool_size", lambda f, w, v: f(PIXELS, v)),
    *whole("strides", lambda f, w, v: f(PIXELS, 2, v))[:-1],
    *names("padding", "valid", lambda f, w, v: f(PIXELS, padding=v)),
    *((title, lambda f, w, x=x: f(x), f"images {words}") for title, x, words in _NO_FLOATS),
)
scratch(
    "layers.Layer",
    ("nothing written", lambda f, w: f()(X), "computes nothing: write its __call__ method"),
    error=TypeError,
)
with_keras(
    "layers.Dense",
    ("an unknown name", lambda f, w: f(3, "sofmax"), "Could not interpret activation"),
)
with_keras(
    "layers.Conv2D",
    ("no filters", lambda f, w: f(0, 3), "filters=0"),
    ("an unknown padding", lambda f, w: f(2, 3, padding="vald"), "padding"),
)
with_keras("layers.MaxPooling2D", ("strides below 0", lambda f, w: f(2, -1), "strides"))
with_keras("layers.Dropout", ("a rate above 1", lambda f, w: f(1.5), "Received: rate=1.5"))
with_keras("layers.Activation", ("an unknown name", lambda f, w: f("sofmax"), "interpret activ"))

# models

scratch(
    "models.Sequential",
    ("no layers", lambda f, w: f([]), "takes one layer or more, received none"),
    ("one layer alone", lambda f, w: f(w.layers.NaiveDense(2, 3)), "takes a list of layers"),
    ("a function", lambda f, w: f([print]), "takes a list of layers"),
    ("a number", lambda f, w: f(np.array(3)), r"takes a list of layers .* received array\(3\)"),
    ("a word", lambda f, w: f("dense"), "takes a list of layers .* received 'dense'"),
    ("a class", lambda f, w: f([w.layers.NaiveDense]), "takes a list of layers"),
    ("one layer twice", lambda f, w: f([w.layers.NaiveDense(2, 2)] * 2), "the same object twice"),
    (
        "layers that do not fit",
        lambda f, w: f([w.layers.NaiveDense(2, 3), w.layers.NaiveDense(2, 3)]),
        "layer 2 does not fit the previous layer",
    ),
    ("no input_shape", lambda f, w: f([w.layers.NaiveFlatten()]), "pass input_shape, such as"),
    ("a width", lambda f, w: f([w.layers.NaiveFlatten()], 784), r"such as \(784,\), received 784"),
    ("another width", lambda f, w: model(w)(np.zeros((4, 5))), r"shape \(B, 2\), received"),
    ("other weights", lambda f, w: model(w).set_weights([EYE]), "set_weights takes arrays of sh"),
    *(
        (f"lines of {v!r}", lambda f, w, v=v: model(w).summary(v), "number of 20 or more, received")
        for v in (19, 60.0, True, "wide")
    ),
    ("no function", lambda f, w: model(w).summary(print_fn=3), "print_fn must be a function, rec"),
    ("another ending", lambda f, w: model(w).save("model.keras"), "received 'model.keras'"),
    ("no path", lambda f, w: model(w).save(None), "path must be the name of a file or folder"),
    ("no folder", lambda f, w: model(w).export(3), "filepath must be the name of a file or folder"),
    (
        "a folder in use",
        lambda f, w: model(w).export(os.curdir),
        "already exists, expected a new f",
    ),
)
with_keras(
    "models.Sequential",
    ("a function", lambda f, w: f([print]), "Only instances of"),
    (
        "another width",
        lambda f, w: model(w)(np.zeros((4, 5))),
        "expected axis -1 of input shape to have value 2",
    ),
    ("other weights", lambda f, w: model(w).set_weights([EYE]), "was expecting 2 weights"),
)
both(
    "models.save_model",
    ("another ending", lambda f, w: f(model(w), "model.h5"), "received 'model.h5'"),
    ("no model", lambda f, w: f(None, "model.npz"), "expected a (NaiveSequential|Model), received"),
    ("no path", lambda f, w: f(model(w), None), "path must be the name of a file or folder"),
)
both(
    "models.load_model",
    ("no path", lambda f, w: f(None), "path must be the name of a file or folder, received None"),
    ("a folder", lambda f, w: f(os.curdir), "cannot be read as a .* model"),
)
both(
    "models.load_model",
    ("no such file", lambda f, w: f("none.npz"), "none.npz"),
    error=FileNotFoundError,
)
both(
    "checkpoints.Checkpoints",
    *whole("every", lambda f, w, v: f("checkpoints", every=v))[:-1],
    ("no folder", lambda f, w: f(None), "folder must be the path of a folder, received None"),
)

# optimizers, initializers, regularizers: Keras's own classes, checked where they are used

_UNIT = "a number from 0 to 1"
_BELOW = "a number of 0 or more, below 1"
_FROM_0 = "a finite number of 0 or more"
for _name, _settings in {
    "SGD": {"momentum": _UNIT},
    "Adagrad": {"initial_accumulator_value": _FROM_0},
    "RMSprop": {"rho": _UNIT, "momentum": _UNIT},
    "Adam": {"beta_1": _BELOW, "beta_2": _BELOW},
    "AdamW": {"beta_1": _BELOW, "weight_decay": _FROM_0},
    "Adamax": {"beta_1": _BELOW, "beta_2": _BELOW},
    "Nadam": {"beta_1": _BELOW, "beta_2": _BELOW},
    "Adadelta": {"rho": _UNIT},
    "Lion": {"beta_2": _BELOW},
    "Ftrl": {"beta": _FROM_0},
}.items():
    scratch(f"optimizers.{_name}", *above_0("learning_rate", lambda f, w, v: f(v)))
    if _name not in ("SGD", "Lion", "Ftrl"):
        scratch(f"optimizers.{_name}", *above_0("epsilon", lambda f, w, v: f(epsilon=v)))
    for _setting, _words in _settings.items():
        for _value in (-0.1, NAN, True, "much"):
            scratch(
                f"optimizers.{_name}",
                (
                    f"{_setting} {_value!r}",
                    lambda f, w, k=_setting, v=_value: f(**{k: v}),
                    f"{_setting} must be {_words}, received {_value!r}",
                ),
            )
        if _name != "SGD":  # which Keras looks at itself
            both(
                "optimizers.get",
                (
                    f"{_name} with {_setting} -0.5",
                    lambda f, w, n=_name, k=_setting: f(getattr(w.optimizers, n)(**{k: -0.5})),
                    f"{_setting} must be {_words}, received -0.5",
                ),
            )


for _name, _flag in {"SGD": "nesterov", "RMSprop": "centered", "Adam": "amsgrad"}.items():
    scratch(f"optimizers.{_name}", *flags(_flag, lambda f, w, v, k=_flag: f(**{k: v})))
scratch(
    "optimizers.Ftrl",
    ("a rising power", lambda f, w: f(learning_rate_power=0.5), "must be a number of 0 or less"),
    *(
        (f"{name} -1", lambda f, w, k=name: f(**{k: -1.0}), f"{name} must be {_FROM_0}")
        for name in (
            *("initial_accumulator_value", "l1_regularization_strength"),
            *("l2_regularization_strength", "l2_shrinkage_regularization_strength"),
        )
    ),
)
scratch("optimizers.Lion", ("beta_1 0", lambda f, w: f(beta_1=0.0), "beta_1 must be a finite num"))
# Of every optimizer, at the example of one.
scratch(
    "optimizers.SGD",
    ("a function as rate", lambda f, w: f(lambda: 0.1), "learning_rate must be a finite number"),
    ("an option nearly right", lambda f, w: f(clip_norm=1.0), "did you mean 'clipnorm'"),
    (
        "two ways to clip",
        lambda f, w: f(clipnorm=1.0, clipvalue=1.0),
        "clipnorm and clipvalue, exp",
    ),
    ("one batch to add up", lambda f, w: f(gradient_accumulation_steps=1), "number of 2 or more"),
    ("no overwriting", lambda f, w: f(ema_overwrite_frequency=0), "number of 1 or more"),
    ("a momentum of 2", lambda f, w: f(use_ema=True, ema_momentum=2.0), f"must be {_UNIT}"),
    ("a flag in words", lambda f, w: f(use_ema="no"), "use_ema must be True or False"),
    *(
        row
        for name in ("clipnorm", "clipvalue", "global_clipnorm", "loss_scale_factor")
        for row in above_0(name, lambda f, w, v, k=name: f(**{k: v}))
        if "None" not in row[0]
    ),
    ("a decay below 0", lambda f, w: f(weight_decay=-1.0), f"weight_decay must be {_FROM_0}"),
)
_INNER = "inner_optimizer must be an optimizer object without loss scaling"
scratch(
    "optimizers.LossScaleOptimizer",
    ("a name", lambda f, w: f("sgd"), f"{_INNER}, received 'sgd': pass the one"),
    ("itself", lambda f, w: f(f(w.optimizers.SGD())), f"{_INNER}, received LossSc"),
    *above_0("initial_scale", lambda f, w, v: f(w.optimizers.SGD(), v)),
    *whole("dynamic_growth_steps", lambda f, w, v: f(w.optimizers.SGD(), 1.0, v)),
)
both(
    "optimizers.get",
    (
        "an initial scale of 0",
        lambda f, w: f(w.optimizers.LossScaleOptimizer(w.optimizers.SGD(), 0.0)),
        "initial_scale must be a finite number above 0, received 0.0",
    ),
    (
        "half a growth step",
        lambda f, w: f(w.optimizers.LossScaleOptimizer(w.optimizers.SGD(), 2.0, 0.5)),
        "dynamic_growth_steps must be a whole number of 1 or more, received 0.5",
    ),
    (
        "a scale around a scale",
        lambda f, w: f(
            w.optimizers.LossScaleOptimizer(w.optimizers.LossScaleOptimizer(w.optimizers.SGD()))
        ),
        _INNER,
    ),
)


def _excluded_too_late(f, w):
    rule = w.optimizers.SGD()
    rule.build([variable(w)])
    rule.exclude_from_weight_decay(var_names=["b"])


# constraints: Keras's own classes answer in Keras's words, or not at all

scratch(
    "constraints.MaxNorm",
    *from_0("max_value", lambda f, w, v: f(v)),
    ("half an axis", lambda f, w: f(1.0, 0.5), "axis must be a whole number of 0 or more"),
)
scratch(
    "constraints.UnitNorm",
    ("an axis below 0", lambda f, w: f([0, -1]), "axis must be a whole number of 0 or more"),
)
scratch("constraints.NonNeg", ("no number", lambda f, w: f()("a"), ""), error=TypeError)
for _name, _size in {"Dense": (2, 3), "Conv2D": (1, 2, 3)}.items():
    scratch(
        f"layers.{_name}",
        (
            "a constraint's class",
            lambda f, w, s=_size: f(*s, kernel_constraint=w.constraints.NonNeg),
            "write NonNeg",
        ),
        (
            "a constraint's name",
            lambda f, w, s=_size: f(*s, bias_constraint="non_neg"),
            "must be a function",
        ),
    )

# schedules: Keras's own classes answer in Keras's words, or not at all

for _name, _arguments in {
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5},
    "InverseTimeDecay": {"initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.5},
    "PolynomialDecay": {"initial_learning_rate": 0.1, "decay_steps": 9},
    "CosineDecay": {"initial_learning_rate": 0.1, "decay_steps": 9},
    "CosineDecayRestarts": {"initial_learning_rate": 0.1, "first_decay_steps": 9},
    "OneCycle": {"max_learning_rate": 0.1, "total_steps": 9},
}.items():
    _rows = both if _name == "OneCycle" else scratch
    for _argument, _value in _arguments.items():
        if isinstance(_value, float):
            _found = above_0(_argument, lambda f, w, v, k=_argument, a=_arguments: f(**a | {k: v}))
        else:
            _low = 2 if _argument == "total_steps" else 1
            _found = whole(
                _argument, lambda f, w, v, k=_argument, a=_arguments: f(**a | {k: v}), _low
            )
        _rows(f"schedules.{_name}", *_found)
both(
    "schedules.OneCycle",
    ("all of it a rise", lambda f, w: f(0.1, 9, pct_start=1.0), "above 0 and below 1"),
    ("no rise", lambda f, w: f(0.1, 9, pct_start=0.0), "pct_start must be a finite number above 0"),
    ("divided by 0", lambda f, w: f(0.1, 9, div_factor=0.0), "div_factor must be"),
    ("ending divided by 0", lambda f, w: f(0.1, 9, final_div_factor=0.0), "final_div_factor must"),
)
scratch(
    "schedules.PiecewiseConstantDecay",
    ("as many values", lambda f, w: f([3], [0.1]), "expected boundaries and one value more"),
    ("no boundaries", lambda f, w: f([], [0.1]), "expected boundaries and one value more"),
    ("boundaries that fall", lambda f, w: f([3, 2], [0.1] * 3), "boundaries must increase"),
    ("half a step", lambda f, w: f([1.5], [0.1] * 2), "boundaries must be a whole number"),
    ("a rate of 0", lambda f, w: f([3], [0.1, 0.0]), "values must be a finite number above 0"),
)
scratch(
    "schedules.CosineDecayRestarts",
    ("shorter periods", lambda f, w: f(0.1, 9, t_mul=0.5), "t_mul must be a number of 1 or more"),
    ("periods of 0", lambda f, w: f(0.1, 9, m_mul=0.0), "m_mul must be a finite number above 0"),
)
scratch(
    "schedules.CosineDecay",
    ("a negative share", lambda f, w: f(0.1, 9, alpha=-1.0), f"alpha must be {_FROM_0}"),
    ("no top", lambda f, w: f(0.1, 9, warmup_target=0.0), "warmup_target must be a finite number"),
    ("steps below 0", lambda f, w: f(0.1, 9, warmup_target=1.0, warmup_steps=-1), "of 0 or more"),
)
scratch(
    "optimizers.SGD",
    ("excluded too late", _excluded_too_late, "has been built, expected a new one"),
)
both(
    "optimizers.get",
    *names("optimizer", "rmsprop", lambda f, w, v: f(v)),
    *above_0("learning_rate", lambda f, w, v: f("sgd", v)),
    ("a class", lambda f, w: f(w.optimizers.SGD), r"write SGD\(\)"),
    ("two rates", lambda f, w: f(w.optimizers.SGD(), 0.5), "learning_rate=0.5 together with"),
)
both("initializers.get", *names("initializer", "glorot_uniform", lambda f, w, v: f(v)))
both("initializers.get", *seeds(lambda f, w, v: f("glorot_uniform", v)))
_BY_SIZE = (
    *("GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "LecunNormal", "LecunUniform"),
    *("Orthogonal", "VarianceScaling"),
)
for _name, _numbers in {
    **dict.fromkeys(_BY_SIZE, ()),
    "Constant": ("value",),
    "Orthogonal": ("gain",),
    "RandomNormal": ("mean", "stddev"),
    "RandomUniform": ("minval", "maxval"),
    "TruncatedNormal": ("mean", "stddev"),
}.items():
    if _name != "Constant":
        scratch(f"initializers.{_name}", *seeds(lambda f, w, v: f(seed=v)))
    for _number in _numbers:
        _words = "of 0 or more" if _number == "stddev" else ""
        scratch(
            f"initializers.{_name}",
            *(
                (
                    f"{_number} {v!r}",
                    lambda f, w, k=_number, v=v: f(**{k: v}),
                    f"{_number} must be a finite number",
                )
                for v in (NAN, INF, "1", True)
            ),
        )
scratch(
    "initializers.RandomUniform",
    ("no range", lambda f, w: f(1.0, 0.0), "minval must be below maxval, received 1 and 0"),
)
scratch(
    "initializers.VarianceScaling",
    *above_0("scale", lambda f, w, v: f(v)),
    *names("mode", "fan_avg", lambda f, w, v: f(mode=v)),
    *names("distribution", "uniform", lambda f, w, v: f(distribution=v)),
)
for _name in _BY_SIZE:
    scratch(
        f"initializers.{_name}",
        ("one axis", lambda f, w: f()((3,)), "two lengths or more"),
    )
for _name, _factors in {"L1": ["l1"], "L2": ["l2"], "L1L2": ["l1", "l2"]}.items():
    for _factor in _factors:
        scratch(
            f"regularizers.{_name}",
            *from_0(_factor, lambda f, w, v, k=_factor: f(**{k: v})),
        )
        with_keras(
            f"regularizers.{_name}",
            (f"{_factor} -1", lambda f, w, k=_factor: f(**{k: -1.0}), "expected a non-negative fl"),
        )
with_keras("optimizers.SGD", ("momentum 2", lambda f, w: f(momentum=2.0), "momentum"))

# callbacks and the learner

both(
    "callbacks.LearningRateFinder",
    *above_0("min_learning_rate", lambda f, w, v: f(v)),
    *above_0("max_learning_rate", lambda f, w, v: f(1e-7, v)),
    ("no range", lambda f, w: f(1.0, 0.1), "min_learning_rate must be below max_learning_rate"),
    *whole("num_steps", lambda f, w, v: f(num_steps=v), low=2),
    *(
        (f"stop_factor {v!r}", lambda f, w, v=v: f(stop_factor=v), "stop_factor must be a number")
        for v in (1, NAN, True, "much", None)
    ),
)
both("callbacks.TimeLimit", *above_0("seconds", lambda f, w, v: f(v)))
both(
    "callbacks.TensorBoard",
    *(
        (f"log_dir {v!r}", lambda f, w, v=v: f(v), "log_dir must be the name of a file or folder")
        for v in (None, 3, ["logs"])
    ),
    ("no name", lambda f, w: f("a\0b"), r"cannot be written to .* another folder with log_dir"),
    ("a file", lambda f, w: f(__file__), r"found a file, .* name another folder with log_dir"),
)


def _monitors(*arguments):
    """What may be wrong with a callback's monitored value, given what stands before it."""
    return (
        *names("mode", "auto", lambda f, w, v: f(*arguments, mode=v)),
        ("a metric of one's own", lambda f, w: f(*arguments, "margin"), "pass mode='min' or mode="),
        ("no name", lambda f, w: f(*arguments, None), "monitor must be the name of a value in the"),
        *flags("verbose", lambda f, w, v: f(*arguments, verbose=v)),
    )


def _finite(argument, call, none_too=True):
    """What may be wrong with a finite number."""
    words = f"{argument} must be a finite number, received"
    return [
        (f"{argument} {value!r}", lambda f, w, v=value: call(f, w, v), words)
        for value in (NAN, INF, True, "much", *([None] if none_too else []))
    ]


scratch(
    "callbacks.EarlyStopping",
    *_monitors(),
    *from_0("patience", lambda f, w, v: f(patience=v)),
    *_finite("min_delta", lambda f, w, v: f(min_delta=v)),
    *_finite("baseline", lambda f, w, v: f(baseline=v), none_too=False),
    *flags("restore_best_weights", lambda f, w, v: f(restore_best_weights=v)),
    *whole("start_from_epoch", lambda f, w, v: f(start_from_epoch=v), low=0),
)
scratch(
    "callbacks.ReduceLROnPlateau",
    *_monitors(),
    *above_0("factor", lambda f, w, v: f(factor=v)),
    ("factor 1", lambda f, w: f(factor=1.0), "factor must be above 0 and below 1, received 1.0"),
    *from_0("patience", lambda f, w, v: f(patience=v)),
    *_finite("min_delta", lambda f, w, v: f(min_delta=v)),
    *whole("cooldown", lambda f, w, v: f(cooldown=v), low=0),
    *from_0("min_lr", lambda f, w, v: f(min_lr=v)),
)
with_keras(
    "callbacks.ReduceLROnPlateau",
    ("factor 1", lambda f, w: f(factor=1.0), "does not support a factor >= 1.0"),
)
scratch(
    "callbacks.LearningRateScheduler",
    *(
        (f"{value!r}", lambda f, w, v=value: f(v), "schedule must be a function, received")
        for value in (None, 0.1, [0.1, 0.01])
    ),
    *flags("verbose", lambda f, w, v: f(abs, v)),
)
scratch(
    "callbacks.ModelCheckpoint",
    *_monitors("best.npz"),
    *(
        (f"filepath {v!r}", lambda f, w, v=v: f(v), "filepath must be the name of a file or folder")
        for v in (None, 3, ["best.npz"])
    ),
    ("another ending", lambda f, w: f("best.keras"), "filepath must end in .npz, received 'best.k"),
    (
        "another ending of weights",
        lambda f, w: f("best.npz", save_weights_only=True),
        "filepath must end in .weights.npz, received 'best.npz'",
    ),
    *flags("save_best_only", lambda f, w, v: f("best.npz", save_best_only=v)),
    *flags("save_weights_only", lambda f, w, v: f("best.npz", save_weights_only=v)),
    *(
        (
            f"save_freq {v!r}",
            lambda f, w, v=v: f("best.npz", save_freq=v),
            "save_freq must be 'epoch', received .*Checkpoints.folder, every=",
        )
        for v in (100, None, "batch")
    ),
    *_finite(
        "initial_value_threshold",
        lambda f, w, v: f("best.npz", initial_value_threshold=v),
        none_too=False,
    ),
)
with_keras(
    "callbacks.ModelCheckpoint",
    ("another ending", lambda f, w: f("best.npz"), "filepath provided must end in `.keras`"),
)
scratch("callbacks.TerminateOnNaN", *flags("raise_error", lambda f, w, v: f(v)))
both(
    "callbacks.CSVLogger",
    *(
        (f"filename {v!r}", lambda f, w, v=v: f(v), "filename must be the name of a file or folder")
        for v in (None, 3, ["a.csv"])
    ),
    *(
        (f"separator {v!r}", lambda f, w, v=v: f("a.csv", v), "separator must be one character, re")
        for v in ("", ", ", None, 1)
    ),
    *flags("append", lambda f, w, v: f("a.csv", append=v)),
)


def _learner(f, w, *loaders, optimizer=None, loss="sparse_categorical_crossentropy", **options):
    """A learner of the wing; its data and its parts may be wrong."""
    if not loaders:
        loaders = ((w.learner.DataLoader(list(zip(X, Y, strict=True)), 2), None),)
    made = options.pop("model", model(w))
    return f(*loaders, made, "sgd" if optimizer is None else optimizer, loss, **options)


def _pairs(w, x, y, batch_size=2):
    return w.learner.DataLoader(list(zip(x, y, strict=False)), batch_size)


both(
    "learner.Learner",
    ("one loader alone", lambda f, w: _learner(f, w, _pairs(w, X, Y)), "loaders must be a pair"),
    ("arrays", lambda f, w: _learner(f, w, (X, Y)), "loaders must be a pair"),
    ("no pairs", lambda f, w: _learner(f, w, (w.learner.DataLoader(X, 2), None)), "batches .x, y."),
    *(
        (f"inputs: {title}", lambda f, w, x=x: _learner(f, w, (_pairs(w, x, Y), None)), words)
        for title, x, words in (
            ("another width", np.zeros((4, 5)), r"received \(2, 5\)"),
            ("a NaN", but(X, (1, 0), NAN), r"1 of 4 .* the first at \[1, 0\]"),
            ("grey levels", np.zeros((4, 2), "uint8"), "received uint8 inputs"),
        )
    ),
    (
        "a label too high",
        lambda f, w: _learner(f, w, (_pairs(w, X, Y + 2), None)),
        "lie in 0 to 2, received 2 to 3",
    ),
    (
        "validation inputs of another width",
        lambda f, w: _learner(f, w, (_pairs(w, X, Y), _pairs(w, np.zeros((4, 5)), Y))),
        r"received \(2, 5\)",
    ),
    *names("loss", "mean_squared_error", lambda f, w, v: _learner(f, w, loss=v)),
    *names("optimizer", "rmsprop", lambda f, w, v: _learner(f, w, optimizer=v), "?", 3),
    *names("metric", "accuracy", lambda f, w, v: _learner(f, w, metrics=[v])),
    ("one metric", lambda f, w: _learner(f, w, metrics="accuracy"), "metrics must be a list"),
    ("one callback", lambda f, w: _learner(f, w, callbacks=print), "callbacks must be a list"),
    ("a function as callback", lambda f, w: _learner(f, w, callbacks=[len]), "one of the wing's"),
    *whole("epochs", lambda f, w, v: _learner(f, w).fit(v)),
)
both(
    "learner.BasicOptimizer",
    ("no variables", lambda f, w: f([], 0.1), "variables, received an empty one"),
    ("numbers", lambda f, w: f([1.0], 0.1), "variables, received float of builtins"),
    *above_0("learning_rate", lambda f, w, v: f([variable(w)], v)),
)
