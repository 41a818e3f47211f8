"""Random arguments for every public function of both wings.

Each call gives a result that is finite where the arguments were, or a ValueError or TypeError (or
another error that the function documents) that the package itself raises, with its own words: no
other exception, no library's own message, no crash and no hang.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import io
import os
import pkgutil
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import kerasfoundations
from stress import worker
from stress.report import Report

PACKAGE = str(Path(kerasfoundations.__file__).parent)
WINGS = ("from_scratch", "with_keras")
# Functions that take no arrays: files, devices, and the pieces of a compiled step.
LEFT_OUT = {
    *("load_model", "save_model", "make_strategy", "make_distributed_step", "CompiledEpoch"),
    *("compile_step", "num_traces", "make_training_step", "LineFit", "Checkpoints"),
    *("distributed.fit", "build_resnet18", "NaiveResidualBlock", "ResidualBlock"),
}
ELEMENTWISE = ("add", "subtract", "multiply", "divide", "maximum", "minimum")
# Arguments that may be the caller's own function, which may raise anything.
CALLED = {"function", "loss", "update"}
CALLED |= {"activation", "kernel_initializer", "kernel_regularizer", "output_activation"}
# Results that are documented to be infinite or NaN for some finite arguments.
NOT_FINITE = {"naive_divide", "divide", "exponential", "poisson", "binary_focal_crossentropy"}


def _float(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


def _model(wing: str) -> Any:
    module = importlib.import_module(f"kerasfoundations.{wing}.mlp")
    return module.build_mlp((3,), 4, 2, seed=0)


def _square(x: Any) -> Any:
    return x * x


@functools.cache
def _variable(wing: str) -> Any:
    return _model(wing).trainable_weights[0]


# Arguments that fit, by function, module or none of them, and name: one at least is replaced.
FITTING: dict[str, Callable[[str], Any]] = {
    "numerical_gradient.function": lambda _: lambda x: (x * x).sum(),
    "descend.function": lambda _: importlib.import_module("tensorflow").reduce_sum,
    "tape_gradients_of_each.function": lambda _: lambda x: [x * x],
    # It is called without arguments, and Python itself reports what is missing.
    "tape_gradients.function": lambda wing: lambda: _variable(wing) * 2.0,
    "tape_gradients.variables": lambda wing: [_variable(wing)],
    **{f"{name}.y": lambda _: _float(3, 2) for name in ELEMENTWISE},
    "vector_dot.x": lambda _: _float(3),
    "vector_dot.y": lambda _: _float(3),
    "matrix_vector_dot.y": lambda _: _float(2),
    "add_matrix_and_vector.y": lambda _: _float(2),
    "conv2d_backward.x": lambda _: _float(2, 5, 5, 1),
    "batch_normalization_backward.upstream": lambda _: _float(2, 5, 5, 1),
    "average_pooling2d_backward.upstream": lambda _: _float(2, 2, 2, 1),
    "embedding_backward.x": lambda _: np.arange(6).reshape(2, 3) % 3,
    "embedding_backward.upstream": lambda _: _float(2, 3, 2),
    "layer_normalization_backward.upstream": lambda _: _float(2, 5, 5, 1),
    "max_pooling2d_backward.upstream": lambda _: _float(2, 2, 2, 1),
    "mlp_backward.x": lambda _: _float(6, 4),
    "mlp_backward.y": lambda _: np.arange(6) % 2,
    "training.x": lambda _: _float(6, 4),
    "training.y": lambda _: np.arange(6) % 2,
    "training.images": lambda _: _float(6, 4),
    "training.labels": lambda _: np.arange(6) % 2,
    "gradients.x": lambda _: _float(2, 5, 5, 1),
    "losses.gamma": lambda _: 2.0,
    "losses.y_true": lambda _: np.array([[0.0, 1.0], [1.0, 0.0]]),
    "losses.y_pred": lambda _: np.array([[0.2, 0.8], [0.6, 0.4]]),
    "metrics.y_true": lambda _: np.array([[0.0, 1.0], [1.0, 0.0]]),
    "metrics.y_pred": lambda _: np.array([[0.2, 0.8], [0.6, 0.4]]),
    "linear_regression.x": lambda _: _float(6),
    "linear_regression.y": lambda _: _float(6),
    "pixel_similarity.images": lambda _: _float(3, 4, 4),
    "pixel_similarity.others": lambda _: _float(4, 4),
    "ops.images": lambda _: _float(2, 5, 5, 1),
    "ops.kernels": lambda _: _float(3, 3, 1, 2),
    "ops.shape": lambda _: (3, 2),
    "layers.images": lambda _: _float(2, 5, 5, 1).astype("float32"),
    "layers.kernel": lambda _: _float(3, 3, 1, 2).astype("float32"),
    "layers.x": lambda _: _float(3, 2).astype("float32"),
    "geometry.weights": lambda _: [_float(2, 2), _float(2)],
    "geometry.labels": lambda _: np.arange(3) % 2,
    "geometry.first": lambda _: (_float(2, 2), _float(2)),
    "geometry.second": lambda _: (_float(2, 2), _float(2)),
    "tensors.x": lambda _: _float(6, 2),
    "model": _model,
    "x": lambda _: _float(3, 2),
    "y": lambda _: _float(2, 3),
    "points": lambda _: _float(3, 2),
    "matrix": lambda _: _float(2, 2),
    "offset": lambda _: _float(2),
    "factors": lambda _: _float(2),
    "shape": lambda _: (2, 3),
    "first": lambda _: (2, 3),
    "second": lambda _: (3,),
    "index": lambda _: (1, 2),
    "slices": lambda _: slice(1, 2),
    "number": lambda _: 1,
    "function": lambda _: _square,
    "start": lambda _: _float(2),
    "optimizer": lambda _: "sgd",
    "learning_rate": lambda _: 0.1,
    "loss": lambda _: "sparse_categorical_crossentropy",
    "steps": lambda _: 2,
    "epochs": lambda _: 1,
    "execution": lambda _: "eager",
    "verbose": lambda _: 0,
    "batch_size": lambda _: 4,
    "slope": lambda _: 0.5,
    "intercept": lambda _: 0.1,
    "hidden_units": lambda _: (3,),
    "num_features": lambda _: 4,
    "num_classes": lambda _: 2,
    "image_shape": lambda _: (2, 2),
    "filters": lambda _: (2,),
    "kernel": lambda _: _float(3, 3, 1, 2),
    "upstream": lambda _: _float(2, 3, 3, 2),
    "gamma": lambda _: _float(1),
    "norm": lambda _: "l1",
    "name": lambda _: "glorot_uniform",
    "activation": lambda _: "relu",
    "dataset": lambda _: list(range(5)),
    "weights": lambda wing: _model(wing).get_weights(),
    "gradients": lambda wing: _model(wing).get_weights(),
    "variables": lambda wing: _model(wing).trainable_weights,
    "input_size": lambda _: 3,
    "output_size": lambda _: 2,
    "input_channels": lambda _: 1,
    "input_dim": lambda _: 3,
    "output_dim": lambda _: 2,
    "pool_size": lambda _: 2,
    "target_shape": lambda _: (2, -1),
    "kernel_size": lambda _: 3,
    "rate": lambda _: 0.5,
    "angle": lambda _: 0.5,
    "data": lambda _: 1.5,
    "num_steps": lambda _: 3,
    "y_true": lambda _: _float(2, 3),
    "y_pred": lambda _: _float(2, 3),
}
DTYPES = ("f2", "f4", "f8", "i1", "i4", "i8", "u1", "u8", "?", "c16", "U3", "S2", "O", "M8[D]")
KINDS: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 3, 50, -0.5, 0.0, 0.5, 1e-300, 1e300, float("nan"), float("inf")),
    *("", "relu", "é\0", b"bytes", [], (), {}, set(), [None], [[1], [2, 3]], ["a", 1], {"a": 1}),
    *(object(), int, len, 1j, slice(None), range(3), [float("nan")], np.float32(2), np.int64(-3)),
)


def random_array(rng: np.random.Generator) -> np.ndarray:
    """Return an array of any dtype and shape, sometimes with NaN or infinity in it."""
    dtype = np.dtype(DTYPES[rng.integers(0, len(DTYPES))])
    shape = tuple(int(n) for n in rng.integers(0, 5, rng.integers(0, 5)))
    values = rng.normal(size=shape) * 10 ** float(rng.integers(0, 3))
    if dtype.kind in "USO":
        strange = np.array(["a", None, 1.5, {}], dtype=object)
        chosen = strange[rng.integers(0, 4, shape)]
        return np.asarray(chosen).astype(dtype)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        array = np.asarray(values).astype("i8" if dtype.kind == "M" else dtype).astype(dtype)
    if dtype.kind == "f" and array.size and rng.random() < 0.3:
        array.reshape(-1)[rng.integers(0, array.size)] = [np.nan, np.inf, -np.inf][
            rng.integers(0, 3)
        ]
    return array


def random_value(rng: np.random.Generator) -> Any:
    """Return an array, usually, or something else."""
    return random_array(rng) if rng.random() < 0.65 else KINDS[rng.integers(0, len(KINDS))]


@functools.cache
def functions() -> list[tuple[str, str, str]]:
    """Yield wing, module and name of every function that the package itself defines."""
    found = []
    for wing in WINGS:
        package = importlib.import_module(f"kerasfoundations.{wing}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"kerasfoundations.{wing}.{info.name}")
            for name in module.__all__:
                thing = getattr(module, name)
                own = str(getattr(thing, "__module__", "")).startswith("kerasfoundations")
                own &= not (isinstance(thing, type) and issubclass(thing, BaseException))
                if own and not LEFT_OUT & {name, f"{info.name}.{name}"}:
                    found.append((wing, info.name, name))
    return found


def run(seed: int, count: int) -> Report:
    """Make `count` calls."""
    return worker.run("arrays", seed, count)


def case(seed: int, folder: Path) -> worker.Outcome:
    """Call one function with arguments of which at least one is random."""
    rng = np.random.default_rng(seed)
    wing, module, name = functions()[seed % len(functions())]
    function = getattr(importlib.import_module(f"kerasfoundations.{wing}.{module}"), name)
    positional, named = _arguments(rng, wing, module, function)
    shown = ", ".join([*map(_shown, positional), *(f"{k}={_shown(v)}" for k, v in named.items())])
    call = f"{wing}.{module}.{name}({shown})"
    finite = all(_is_finite(value) for value in (*positional, *named.values()))
    what = wing
    try:
        with _quiet():
            result = function(*positional, **named)
    except Exception as error:
        own = _raised_by_us(error)
        expected = isinstance(error, ValueError | TypeError)
        if own and (expected or type(error).__name__ in str(function.__doc__)):
            return worker.Outcome(what, "refused in its own words")
        kind = "a library's own error" if expected else f"a {type(error).__name__}"
        return _broken(what, kind, call, error, f"{wing}.{module}.{name}")
    if finite and name not in NOT_FINITE and not _is_finite(result, most=np.inf):
        said = f"{call} gives {_shown(result)}"
        return worker.Outcome(what, "a result that is not finite", True, said, key=name)
    return worker.Outcome(what, "a result")


def _broken(what: str, kind: str, call: str, error: Exception, name: str) -> worker.Outcome:
    said = " ".join(str(error).split())[:200]
    return worker.Outcome(
        what, kind, True, f"{call}: {type(error).__name__}: {said}", key=f"{name} {kind}"
    )


def _arguments(
    rng: np.random.Generator, wing: str, module: str, function: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Return arguments for a function, one or two of them random."""
    names, variadic = [], None
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind == parameter.VAR_POSITIONAL:
            variadic = parameter.name
        elif parameter.kind != parameter.VAR_KEYWORD:
            needed = parameter.default is parameter.empty
            cheap = parameter.name in ("epochs", "steps", "execution", "verbose", "num_steps")
            if needed or cheap or rng.random() < 0.25:
                names.append(parameter.name)
    values = {name: _fitting(rng, module, function, name)(wing) for name in names}
    replaceable = [name for name in names if name not in ("verbose", "epochs", "steps")] or names
    for _ in range(rng.integers(1, 3)):
        if replaceable:
            name, value = replaceable[rng.integers(0, len(replaceable))], random_value(rng)
            if name in CALLED and callable(value) and (name == "function" or value is not int):
                continue
            values[name] = value
    rest = [random_value(rng)] if variadic and rng.random() < 0.7 else []
    if variadic:
        return [*values.values(), *rest], {}
    return [], values


def _fitting(
    rng: np.random.Generator, module: str, function: Any, name: str
) -> Callable[[str], Any]:
    """Return what makes a valid argument, or any argument if none is known."""
    for prefix in (f"{function.__name__.removeprefix('naive_')}.", f"{module}.", ""):
        if f"{prefix}{name}" in FITTING:
            return FITTING[f"{prefix}{name}"]
    return lambda _: random_value(rng)


def _raised_by_us(error: BaseException) -> bool:
    """Whether the innermost frame is the package's own, at a `raise`."""
    frames = traceback.extract_tb(error.__traceback__)
    return frames[-1].filename.startswith(PACKAGE) and "raise" in (frames[-1].line or "")


def _is_finite(value: Any, most: float = 1e6) -> bool:
    """Return whether all its numbers, if it has any, are finite and at most `most`."""
    if isinstance(value, dict):
        return all(_is_finite(item, most) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_finite(item, most) for item in value)
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iufc":
            return True
        return bool(np.isfinite(array).all() and (np.abs(array.astype("c16")) <= most).all())
    except Exception:
        return True


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        few = f" {value.tolist()!r}" if value.size <= 4 else ""
        return f"<{value.dtype} {value.shape}{few}>"
    return repr(value)[:80]


@contextlib.contextmanager
def _quiet():
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
