"""A model of one wing as its twin in the other: the same layers, with the same weights.

The wings do not see each other, so a model has no method for this: these functions stand above
both.
"""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kerasfoundations.loop.model_summary import names, snake_case
from kerasfoundations.runs.wings import wing_module
from kerasfoundations.system.versions import require_keras

Shape = tuple[int | None, ...]
_DTYPES = ("float32", "float64")


class Twin(NamedTuple):
    """What two layers of the same name take.

    Attributes:
        shared: The arguments of both, by their names from scratch, with those in Keras.
        size: What a layer from scratch calls the size of its inputs, which Keras infers.
        assumed: Arguments of Keras that have no counterpart, and what the layer from scratch does;
            of those not named here, Keras's default.
    """

    shared: dict[str, str]
    size: str = ""
    assumed: dict[str, Any] = {}  # noqa: RUF012


def _alike(*arguments: str) -> dict[str, str]:
    """Return arguments that have the same name in both wings."""
    return {name: name for name in arguments}


_OF_WEIGHTS = _alike(
    *("activation", "use_bias", "kernel_regularizer", "activity_regularizer"),
    *("kernel_constraint", "bias_constraint"),
)
_POOLING = Twin(_alike("pool_size", "strides", "padding", "data_format"))
_CONVOLUTION = _alike("filters", "kernel_size", "strides", "padding", "data_format")
_NORM = _alike("axis", "epsilon", "center", "scale")
_BLOCK = _alike("filters", "strides", "momentum", "l1", "l2", "seed")

TWINS = {
    "Activation": Twin(_alike("activation")),
    "AveragePooling2D": _POOLING,
    "BatchNormalization": Twin(_alike("momentum", "epsilon", "center", "scale"), "input_size"),
    "Conv2D": Twin(_CONVOLUTION | _OF_WEIGHTS, "input_channels"),
    "Dense": Twin({"output_size": "units"} | _OF_WEIGHTS, "input_size"),
    "Dropout": Twin(_alike("rate", "seed")),
    "Embedding": Twin(_alike("input_dim", "output_dim")),
    "Flatten": Twin({}, assumed={"data_format": "channels_last"}),
    "GlobalAveragePooling2D": Twin(_alike("data_format")),
    "LayerNormalization": Twin(_NORM, "input_size", {"rms_scaling": False}),
    "MaxPooling2D": _POOLING,
    "Reshape": Twin(_alike("target_shape")),
    "ResidualBlock": Twin(_BLOCK, "input_channels"),
    "SimpleRNN": Twin(
        _alike("units", "activation", "return_sequences", "use_bias"),
        "input_size",
        {"zero_output_for_mask": False},
    ),
}

# Layers of Keras that are an activation, and what it assumes beyond Keras's defaults.
ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "ELU": ("elu", {}),
    "LeakyReLU": ("leaky_relu", {"negative_slope": 0.2}),
    "ReLU": ("relu", {}),
    "Softmax": ("softmax", {}),
}


def to_keras(model: Any) -> Any:
    """Return the twin of a `NaiveSequential` in Keras.

    Args:
        model: A model of `from_scratch`, of the package's own layers, activations, regularizers and
            constraints.

    Returns:
        A `keras.Sequential`, not compiled: it gives the same outputs, has the same weights in the
        same order, the same names and frozen layers, and draws the same dropout masks. Initializers
        are not kept.

    Raises:
        ValueError: for a layer or a function of your own; the message names the layer.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = build_mlp((8,), num_features=4, num_classes=3, seed=0)
        >>> twin = to_keras(model)
        >>> type(twin).__name__, [layer.name for layer in twin.layers]
        ('Sequential', ['dense', 'dense_1'])
    """
    models = wing_module("scratch", "models")
    _check_model("to_keras", model, models.NaiveSequential, "from_keras")
    import keras

    made, dtype = [keras.Input(model.input_shape[1:], dtype=model.dtype)], model.dtype
    for number, (layer, name) in enumerate(zip(model.layers, names(model.layers), strict=True), 1):
        with _of_layer(number, type(layer).__name__):
            dtype = layer.weights[0].dtype.name if layer.weights else dtype
            made.append(_keras_layer(layer, name, dtype))
            made[-1].trainable = layer.trainable
    twin = keras.Sequential(made, name=snake_case(type(model).__name__))
    twin.set_weights(model.get_weights())
    for layer, theirs in zip(model.layers, twin.layers, strict=True):
        if (state := _mask_state(theirs)) is not None:
            state.assign(layer.state.numpy())
    return twin


def from_keras(model: Any) -> Any:
    """Return the twin of a Keras model from scratch.

    Args:
        model: A `keras.Sequential`, or a functional model that is a chain of layers, such as
            `keras.saving.load_model` reads from a `.keras` file. Models inside of it are opened.

    Returns:
        A `NaiveSequential`: it gives the same outputs, has the same weights in the same order and
        the names that were given to layers, and draws the same dropout masks. Loss and optimizer
        are not kept.

    Raises:
        ValueError: for a layer without a twin, or an argument that its twin has not; the message
            names both.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
        >>> from_keras(model).output_shape
        (None, 3)
        >>> model = keras.Sequential([keras.Input((4, 1)), keras.layers.LSTM(2, name="memory")])
        >>> from_keras(model)
        Traceback (most recent call last):
        ...
        ValueError: layer 1, memory of the class LSTM: it has no twin in from_scratch.layers, ...
    """
    import keras

    _check_model("from_keras", model, keras.Model, "to_keras")
    layers = _chain(model)
    own = [layer.variable_dtype for layer in layers if layer.weights]
    start: Shape = tuple(model.input_shape[1:])
    made, shape, dtype = [], start, own[0] if own else "float32"
    for number, layer in enumerate(layers, 1):
        with _of_layer(number, f"{layer.name} of the class {type(layer).__name__}"):
            dtype = _dtype_of(layer, dtype)
            made.append(_naive_layer(layer, shape, dtype))
            made[-1].trainable, made[-1].name = layer.trainable, _own_name(layer)
            shape = made[-1].output_shape(shape)
    twin = wing_module("scratch", "models").NaiveSequential(made, start)
    twin.set_weights([array for layer in layers for array in layer.get_weights()])
    for layer, theirs in zip(twin.layers, layers, strict=True):
        if (state := _mask_state(theirs)) is not None:
            layer.state.assign(keras.ops.convert_to_numpy(state).astype("int64"))
    return twin


def _check_model(function: str, model: Any, kind: type, other: str) -> None:
    """Check that a model belongs to the wing that is converted from."""
    if not isinstance(model, kind):
        raise ValueError(
            f"{function} takes a {kind.__name__}, received a {type(model).__name__} of "
            f"{type(model).__module__.split('.')[0]}: pass such a model, or call {other} for the "
            "way back."
        )


@contextlib.contextmanager
def _of_layer(number: int, title: str) -> Iterator[None]:
    """Say in an error of the block which layer it is about."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"layer {number}, {title}: {error}") from None


def _keras_layer(layer: Any, name: str, dtype: str) -> Any:
    """Return the twin of a layer from scratch."""
    ours, theirs = wing_module("scratch", "layers"), wing_module("keras", "layers")
    kind = type(layer).__name__.removeprefix("Naive")
    if kind not in TWINS or type(layer) is not getattr(ours, f"Naive{kind}"):
        raise _without_twin("with_keras")
    config = layer.get_config()
    arguments = {
        their_name: _value_for_keras(our_name, getattr(layer, our_name), config)
        for our_name, their_name in TWINS[kind].shared.items()
    }
    arguments |= TWINS[kind].assumed
    return getattr(theirs, kind)(**arguments, name=name, dtype=dtype)


def _value_for_keras(name: str, value: Any, config: dict[str, Any]) -> Any:
    """Return an argument of a layer from scratch as Keras takes it."""
    if name == "activation":
        return config[name]
    if name.endswith("_regularizer"):
        _check_penalty_of_outputs(name, value)
        return wing_module("keras", "regularizers").regularizer(**config.get(name) or {})
    if name.endswith("_constraint") and value is not None:
        arguments = dict(config[name])
        return getattr(wing_module("keras", "constraints"), arguments.pop("name"))(**arguments)
    return value


def _naive_layer(layer: Any, shape: Shape, dtype: str) -> Any:
    """Return the twin of a Keras layer, for inputs of that shape."""
    import keras

    ours, theirs = wing_module("scratch", "layers"), wing_module("keras", "layers")
    kind = type(layer).__name__
    if kind in ACTIVATIONS and type(layer) is getattr(keras.layers, kind):
        name, assumed = ACTIVATIONS[kind]
        _check_options(layer, Twin({}, assumed=assumed), shape)
        return ours.NaiveActivation(name)
    if kind not in TWINS or type(layer) is not getattr(theirs, kind):
        raise _without_twin("from_scratch")
    twin = TWINS[kind]
    _check_options(layer, twin, shape)
    arguments = {
        our_name: _value_from_keras(their_name, getattr(layer, their_name), dtype)
        for our_name, their_name in twin.shared.items()
    }
    if (state := _mask_state(layer)) is not None:
        arguments["seed"] = int(keras.ops.convert_to_numpy(state)[0])
    if twin.size:
        arguments[twin.size] = _size(kind, layer, shape)
    made = getattr(ours, f"Naive{kind}")
    return made(**arguments, **{"dtype": dtype} if "dtype" in made.arguments else {})


def _value_from_keras(name: str, value: Any, dtype: str) -> Any:
    """Return an argument of a Keras layer as a layer from scratch takes it."""
    import keras

    if name == "activation":
        return _activation(value)
    if name.endswith("_regularizer") and value is not None:
        _check_penalty_of_outputs(name, value)
        known = wing_module("keras", "regularizers")
        _check_kind(name, value, (known.L1, known.L2, known.L1L2, known.ExactL1L2))
        factors = [getattr(value, factor, 0.0) for factor in ("l1", "l2")]
        # as Keras rounds them before it multiplies
        rounded = [float(keras.ops.convert_to_numpy(keras.ops.cast(f, dtype))) for f in factors]
        return wing_module("scratch", "regularizers").regularizer(*rounded)
    if name.endswith("_constraint") and value is not None:
        known = wing_module("keras", "constraints")
        _check_kind(name, value, (known.MaxNorm, known.NonNeg, known.UnitNorm))
        made = getattr(wing_module("scratch", "constraints"), type(value).__name__)
        return made(**value.get_config())
    return value


def _check_penalty_of_outputs(name: str, value: Any) -> None:
    """Check that Keras divides a penalty of outputs by the batch size, as from scratch."""
    if name == "activity_regularizer" and value is not None:
        require_keras(
            *("3.14", "an activity_regularizer, which older ones do not divide by the batch size"),
            "make the layer without it",
        )


def _activation(activation: Any) -> Any:
    """Return Keras's name of an activation; one of TensorFlow's own is returned as is."""
    import keras

    if activation in wing_module("scratch", "layers").activations.ALIASES:  # such as tf.nn.relu
        return activation
    name = getattr(activation, "__name__", "")
    if getattr(keras.activations, name, None) is not activation:
        raise ValueError(
            f"received the activation {activation!r}, expected one of keras.activations: write it "
            "as a layer of your own in from_scratch."
        )
    return name


def _check_kind(name: str, value: Any, known: tuple[type, ...]) -> None:
    """Check that a regularizer or constraint is one that both wings have."""
    if type(value) not in known:
        raise ValueError(
            f"received {name}={type(value).__name__}, expected None or one of "
            f"{', '.join(kind.__name__ for kind in known[:3])}: make the layer with one of these."
        )


def _check_options(layer: Any, twin: Twin, shape: Shape) -> None:
    """Check that each argument without a counterpart has the value that the twin assumes."""
    parameters = inspect.signature(type(layer).__init__).parameters
    assumed = {name: p.default for name, p in parameters.items() if p.default is not p.empty}
    assumed |= twin.assumed
    found = layer.get_config()
    if type(layer).__name__ == "BatchNormalization" and found["axis"] == len(shape):
        found["axis"] = -1
    for name, value in found.items():
        free = name in ("name", "dtype", "seed", "trainable") or name.endswith("_initializer")
        if not free and name not in twin.shared.values() and value != assumed.get(name):
            raise ValueError(
                f"received {name}={value!r}, expected {assumed.get(name)!r}, as its twin from "
                "scratch knows no other: make it without, or keep the model in Keras."
            )


def _own_name(layer: Any) -> str | None:
    """Return the name that somebody gave a Keras layer, `None` if Keras made it and numbered it."""
    made = rf"{re.escape(snake_case(type(layer).__name__))}(_\d+)?"
    return None if re.fullmatch(made, layer.name) else layer.name


def _size(kind: str, layer: Any, shape: Shape) -> Any:
    """Return the size of the inputs, as a layer from scratch takes it."""
    if kind == "LayerNormalization":
        axes = layer.axis if isinstance(layer.axis, list | tuple) else [layer.axis]
        return [(None, *shape)[axis] for axis in axes]
    first = getattr(layer, "data_format", None) == "channels_first"
    return shape[0 if first else -1]


def _dtype_of(layer: Any, before: str) -> str:
    """Return the dtype that a Keras layer computes in, given that of its inputs."""
    computed, stored = layer.compute_dtype, layer.variable_dtype
    expected = _DTYPES if layer.weights else (before,)
    if computed != stored or computed not in expected:
        raise ValueError(
            f"received weights of {stored} and outputs of {computed}, expected both of "
            f"{' or '.join(expected)}: make the layers with one dtype."
        )
    return computed


def _mask_state(layer: Any) -> Any:
    """Return the variable from which a Keras dropout layer draws, `None` of any other layer."""
    generator = getattr(layer, "seed_generator", None)
    return None if generator is None else generator.state


def _chain(model: Any) -> list[Any]:
    """Return the layers of a Keras model, first to last, those of models inside of it included."""
    import keras

    if not model.built or not getattr(model, "inputs", None):
        raise ValueError(
            f"received the {type(model).__name__} {model.name!r} without a known chain of layers, "
            "expected a Sequential or a functional model: begin a Sequential with keras.Input."
        )
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    if not isinstance(model, keras.Sequential):
        _check_chain(model, layers)
    inner = [_chain(layer) if isinstance(layer, keras.Model) else [layer] for layer in layers]
    chain = [layer for part in inner for layer in part]
    if len({id(layer) for layer in chain}) < len(chain):
        raise ValueError(
            f"received the model {model.name!r} with a layer that occurs twice, expected each "
            "once: make a layer of its own for each place."
        )
    return chain


def _check_chain(model: Any, layers: list[Any]) -> None:
    """Check that each layer of a functional model takes the outputs of the previous one."""
    place = model.inputs[0]
    for layer in layers:
        place = layer.output if layer.input is place else None
    if len(model.inputs) > 1 or len(model.outputs) > 1 or place is not model.outputs[0]:
        raise ValueError(
            f"received the functional model {model.name!r}, whose layers are not a chain, expected "
            "each layer to take the outputs of the previous one: keep the model in Keras."
        )


def _without_twin(wing: str) -> ValueError:
    return ValueError(
        f"it has no twin in {wing}.layers, expected one of {', '.join(TWINS)}: replace it, or keep "
        "the model in its own wing."
    )
