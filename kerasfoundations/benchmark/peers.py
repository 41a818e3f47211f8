"""The same network in other libraries, each written as its users would.

Each measures the loss and the accuracy of every batch, as `fit` and the loop from scratch do.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from kerasfoundations.benchmark.worker import Turns, Work

RATE, RHO, EPSILON = 1e-3, 0.9, 1e-7  # of RMSprop, as Keras has them


def train_torch(work: Work, turns: Turns) -> None:
    """Train with PyTorch, operation by operation, on resident tensors."""
    import torch

    model = torch_model(work)
    optimizer = torch.optim.RMSprop(model.parameters(), lr=RATE, alpha=RHO, eps=EPSILON)
    loss_of = torch.nn.CrossEntropyLoss()
    x, y = torch.from_numpy(work.x), torch.from_numpy(work.y).long()
    x_test, y_test = torch.from_numpy(work.x_test), torch.from_numpy(work.y_test).long()
    generator = torch.Generator().manual_seed(0)
    while True:
        turns.begin()
        total, right = torch.zeros(()), torch.zeros(())
        for rows in torch.randperm(len(x), generator=generator).split(work.batch_size):
            logits, labels = model(x[rows]), y[rows]
            loss = loss_of(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(rows)
            right += (logits.argmax(dim=1) == labels).sum()
        (total / len(x)).item(), (right / len(x)).item()
        turns.stop()
        with torch.no_grad():
            accuracy = (model(x_test).argmax(dim=1) == y_test).float().mean().item()
        turns.report(accuracy)


def torch_model(work: Work) -> Any:
    """Build 784-width-10 in PyTorch, with the initial weights of all contestants."""
    import torch

    model = torch.nn.Sequential(
        torch.nn.Linear(work.x.shape[1], work.width),
        torch.nn.ReLU(),
        torch.nn.Linear(work.width, 10),
    )
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), work.start_weights(), strict=True):
            parameter.copy_(torch.from_numpy(array.T.copy()))
    return model


def jax_step(state: Any, x: Any, y: Any) -> tuple[Any, Any]:
    """Take one RMSprop step: `((parameters, mean squares), x, y) -> (state, [loss, accuracy])`."""
    import jax
    from jax import numpy as jnp

    def loss_of(parameters: Any) -> Any:
        logits = jax_logits(parameters, x)
        log_p = jax.nn.log_softmax(logits)
        accuracy = jnp.mean(jnp.argmax(logits, axis=1) == y)
        return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], axis=1)), accuracy

    parameters, means = state
    (loss, accuracy), gradients = jax.value_and_grad(loss_of, has_aux=True)(parameters)
    means = jax.tree.map(lambda v, g: RHO * v + (1 - RHO) * g * g, means, gradients)
    parameters = jax.tree.map(
        lambda w, g, v: w - RATE * g / jnp.sqrt(v + EPSILON), parameters, gradients, means
    )
    return (parameters, means), jnp.stack([loss, accuracy])


def jax_logits(parameters: Any, x: Any) -> Any:
    """Return `relu(x·W1 + b1)·W2 + b2`."""
    import jax

    w1, b1, w2, b2 = parameters
    return jax.nn.relu(x @ w1 + b1) @ w2 + b2


def train_jax(work: Work, turns: Turns) -> None:
    """Train with JAX: a compiled step per batch, or a `lax.scan` over all of them in one call."""
    import jax
    from jax import numpy as jnp

    num_whole, size = len(work.x) // work.batch_size, work.batch_size

    @functools.partial(jax.jit, donate_argnums=0)
    def one_step(state: Any, x: Any, y: Any, rows: Any) -> Any:
        return jax_step(state, x[rows], y[rows])

    @functools.partial(jax.jit, donate_argnums=0)
    def one_epoch(state: Any, x: Any, y: Any, order: Any) -> Any:
        def body(state: Any, rows: Any) -> Any:
            return jax_step(state, x[rows], y[rows])

        state, values = jax.lax.scan(body, state, order[: num_whole * size].reshape(-1, size))
        if len(order) > num_whole * size:  # the smaller last batch
            state, last = body(state, order[num_whole * size :])
            values = jnp.vstack([values, last])
        return state, values

    parameters = [jnp.asarray(weight) for weight in work.start_weights()]
    state = parameters, [jnp.zeros_like(weight) for weight in parameters]
    x, y = jnp.asarray(work.x), jnp.asarray(work.y.astype("int32"))
    x_test = jnp.asarray(work.x_test)
    predict = jax.jit(jax_logits)
    rng = np.random.default_rng(0)
    while True:
        turns.begin()
        order = rng.permutation(len(work.x)).astype("int32")
        if work.argument == "scan":
            state, values = one_epoch(state, x, y, order)
        else:
            values = []
            for at in range(0, len(order), size):
                state, value = one_step(state, x, y, order[at : at + size])
                values.append(value)
        np.asarray(values)
        turns.stop()
        labels = np.asarray(predict(state[0], x_test)).argmax(axis=1)
        turns.report(float((labels == work.y_test).mean()))


def train_sklearn(work: Work, turns: Turns) -> None:
    """Train scikit-learn's `MLPClassifier`, epoch by epoch; its optimizer is Adam."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((work.width,), batch_size=work.batch_size, random_state=0, alpha=0.0)
    while True:
        turns.begin()
        model.partial_fit(work.x, work.y, classes=np.arange(10))
        turns.stop()
        turns.report(model.score(work.x_test, work.y_test))
