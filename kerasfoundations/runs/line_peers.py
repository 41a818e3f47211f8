"""The same line in other libraries, each written as its users would write it.

Those that descend take the same steps and pass through the same points. Those that solve are given
the samples and asked for the line. A library is imported when its row is measured.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_STEPS_PER_CALL = 1000


@dataclass(frozen=True)
class Descent:
    """Gradient descent on the mean squared error, from one point with one learning rate.

    Attributes:
        x: Inputs `(n,)`, of the dtype of all arithmetic.
        y: Targets `(n,)`, of the same dtype.
        start: The initial slope and intercept.
        rate: The learning rate.
        steps: Number of updates.
    """

    x: np.ndarray
    y: np.ndarray
    start: tuple[float, float]
    rate: float
    steps: int


Walk = Callable[[Descent], np.ndarray]  # points (steps + 1, 2), or a single solution (1, 2)


def by_torch(plan: Descent) -> np.ndarray:
    """Descend with PyTorch: `backward` and `torch.optim.SGD`, operation by operation."""
    import torch

    x, y = torch.from_numpy(plan.x), torch.from_numpy(plan.y)
    line = torch.tensor(plan.start, dtype=x.dtype, requires_grad=True)
    optimizer = torch.optim.SGD([line], lr=plan.rate)
    points = [line.detach().numpy().copy()]
    for _ in range(plan.steps):
        optimizer.zero_grad()
        loss = torch.mean((line[0] * x + line[1] - y) ** 2)
        loss.backward()
        optimizer.step()
        points.append(line.detach().numpy().copy())
    return np.array(points)


def by_jax(plan: Descent) -> np.ndarray:
    """Descend with JAX: `jax.jit` of a step with `jax.grad`, called from Python."""
    import jax

    with jax.enable_x64(plan.x.dtype == np.float64):
        step, _ = jax_functions()
        x, y, rate = jax.device_put((plan.x, plan.y, plan.x.dtype.type(plan.rate)))
        line = jax.device_put(np.array(plan.start, plan.x.dtype))
        points = [np.asarray(line)]
        for _ in range(plan.steps):
            line = step(line, x, y, rate)
            points.append(np.asarray(line))
    return np.array(points)


def by_scan(plan: Descent) -> np.ndarray:
    """Descend with JAX, a thousand steps a call: `jax.lax.scan` of the same step."""
    import jax

    with jax.enable_x64(plan.x.dtype == np.float64):
        _, thousand = jax_functions()
        line = np.array(plan.start, plan.x.dtype)
        paths = [line[None]]
        for _ in range(0, plan.steps, _STEPS_PER_CALL):
            paths.append(np.asarray(thousand(line, plan.x, plan.y, plan.x.dtype.type(plan.rate))))
            line = paths[-1][-1]
    return np.concatenate(paths)[: plan.steps + 1]


@functools.cache
def jax_functions() -> tuple[Any, Any]:
    """Return one step and a thousand of them, each compiled once for a dtype and a length."""
    import jax
    from jax import numpy as jnp

    def loss(line: Any, x: Any, y: Any) -> Any:
        return jnp.mean((line[0] * x + line[1] - y) ** 2)

    def step(line: Any, x: Any, y: Any, rate: Any) -> Any:
        return line - rate * jax.grad(loss)(line, x, y)

    def thousand(line: Any, x: Any, y: Any, rate: Any) -> Any:
        def once(line: Any, _: None) -> tuple[Any, Any]:
            moved = step(line, x, y, rate)
            return moved, moved

        return jax.lax.scan(once, line, None, length=_STEPS_PER_CALL)[1]

    return jax.jit(step), jax.jit(thousand)


def by_autograd(plan: Descent) -> np.ndarray:
    """Descend with autograd: NumPy whose operations are recorded, and `grad`."""
    from autograd import grad
    from autograd import numpy as recorded

    def loss(line: Any) -> Any:
        return recorded.mean((line[0] * plan.x + line[1] - plan.y) ** 2)

    slopes, rate = grad(loss), plan.x.dtype.type(plan.rate)
    points = [np.array(plan.start, plan.x.dtype)]
    for _ in range(plan.steps):
        points.append(points[-1] - rate * slopes(points[-1]))
    return np.array(points)


def by_pytensor(plan: Descent) -> np.ndarray:
    """Descend with PyTensor, Theano's heir: a symbolic graph, its gradient, and one function."""
    step = pytensor_function(plan.x.dtype.name)
    rate = plan.x.dtype.type(plan.rate)
    points = [np.array(plan.start, plan.x.dtype)]
    for _ in range(plan.steps):
        points.append(step(points[-1], plan.x, plan.y, rate))
    return np.array(points)


@functools.cache
def pytensor_function(dtype: str) -> Any:
    """Return one step, compiled."""
    from pytensor import tensor
    from pytensor.compile.maker import function
    from pytensor.gradient import grad

    line, x, y = (tensor.vector(name, dtype=dtype) for name in ("line", "x", "y"))
    rate = tensor.scalar("rate", dtype=dtype)
    loss = tensor.mean((line[0] * x + line[1] - y) ** 2)
    moved = line - rate * grad(loss, line)
    return function([line, x, y, rate], moved)


def by_sklearn(plan: Descent) -> np.ndarray:
    """Solve with scikit-learn's `LinearRegression`: no steps."""
    from sklearn.linear_model import LinearRegression

    model = LinearRegression().fit(plan.x[:, None], plan.y)
    return np.array([[model.coef_[0], model.intercept_]])


def by_scipy(plan: Descent) -> np.ndarray:
    """Solve with SciPy's `minimize`: L-BFGS on the loss and its gradient, a handful of steps."""
    from scipy import optimize

    def loss(line: np.ndarray) -> tuple[float, np.ndarray]:
        errors = line[0] * plan.x + line[1] - plan.y  # (n,)
        gradient = 2 * np.array([np.mean(errors * plan.x), np.mean(errors)])
        return float(np.mean(errors**2)), gradient

    found = optimize.minimize(loss, plan.start, jac=True, method="L-BFGS-B", tol=1e-12)
    return found.x[None]


@dataclass(frozen=True)
class Peer:
    """A library that fits the line.

    Attributes:
        name: What a reader would call it.
        package: The name under which it is imported.
        walk: How it fits.
        enough: How many steps it takes at least to time it; 0 for one that solves.
        extra: The extra that installs it; empty if the package itself does.
    """

    name: str
    package: str
    walk: Walk
    enough: int = 0
    extra: str = ""

    @property
    def missing(self) -> str:
        """What to say when it is not installed, empty when it is."""
        if importlib.util.find_spec(self.package):
            return ""
        what = f"kerasfoundations[{self.extra}]" if self.extra else self.package
        return f"not installed: pip install '{what}'"


PEERS = (
    Peer("PyTorch, autograd and SGD", "torch", by_torch, 2_000, "bench"),
    Peer("JAX, jit of a step", "jax", by_jax, 4_000, "bench"),
    Peer("JAX, 1,000 steps a call", "jax", by_scan, 80_000, "bench"),
    Peer("autograd", "autograd", by_autograd, 2_000, "bench"),
    Peer("PyTensor", "pytensor", by_pytensor, 4_000, "bench"),
    Peer("scikit-learn, solved", "sklearn", by_sklearn),
    Peer("SciPy, L-BFGS", "scipy", by_scipy),
)

# What a table of engines would have held some years ago, and since when it does not.
GONE = (
    ("Theano", "its end was announced in September 2017; PyTensor continues it"),
    ("Torch in Lua", "not in active development since 2017; PyTorch took its place"),
    ("CNTK", "2.7, of 2019, was its last main release"),
    ("Chainer", "in maintenance since December 2019; its makers moved to PyTorch"),
)
