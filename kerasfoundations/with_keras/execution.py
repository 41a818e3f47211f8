"""How `fit` runs its steps: what `compile` offers, under the names of the loop from scratch.

| execution | `compile(...)` | what happens |
|---|---|---|
| `"eager"` | `run_eagerly=True` | operation by operation: a debugger stops anywhere |
| `"graph"` | `jit_compile=False` | one `tf.function` per step, as Keras does on a CPU |
| `"xla"` | `jit_compile=True` | the operations of a step fused by XLA |
| `"epoch"` | `jit_compile=True`, `steps_per_execution` | the same, and many steps in one call |

The results are the same, up to rounding; what differs is how often Python is called, and how often
a result travels through memory. `from_scratch.execution` says what tracing costs and when each pays
off. Two things are specific to `fit`:

`steps_per_execution` loops over the *data pipeline* inside the compiled function: batches are still
made outside, one by one, and passed in. In the loop from scratch the data themselves are inside.
That is most of the difference that remains between the two.

With it `fit` calls the batch hooks once per execution, with the number of its last batch (counted
as if the last execution were full) and the means so far: a callback that must see every batch needs
another execution.
"""

from __future__ import annotations

from typing import Any

import keras

from kerasfoundations import checks
from kerasfoundations.graph import Graph, Node
from kerasfoundations.system.docstrings import complete_docstrings

__all__ = ["compile_settings", "recorded_operations"]

EXECUTIONS = ("eager", "graph", "xla", "epoch")


def compile_settings(execution: str, steps_per_execution: int = 1) -> dict[str, Any]:
    """Return the arguments of `compile` that run training as `execution` says.

    Args:
        execution: `"eager"`, `"graph"`, `"xla"` or `"epoch"`.
        steps_per_execution: How many steps one call takes with `"epoch"`: the number of batches, or
            fewer to show progress.

    Returns:
        `run_eagerly`, `jit_compile` and `steps_per_execution`.

    Raises:
        ValueError: for an unknown execution, or one that Keras's backend lacks.

    Example:
        >>> compile_settings("xla")
        {'run_eagerly': False, 'jit_compile': True, 'steps_per_execution': 1}
        >>> compile_settings("epoch", steps_per_execution=469)
        {'run_eagerly': False, 'jit_compile': True, 'steps_per_execution': 469}
    """
    checks.known_name("execution", execution, EXECUTIONS)
    checks.positive_integer("steps_per_execution", steps_per_execution)
    if keras.backend.backend() == "torch" and execution in ("xla", "epoch"):
        raise ValueError(
            f"received execution {execution!r} with Keras's PyTorch backend, which has no XLA (its "
            "jit_compile is torch.compile, minutes for a first step) and takes one step per call: "
            "use 'graph', or the TensorFlow or JAX backend."
        )
    # JAX without jit_compile goes operation by operation: its graph is what it compiles.
    compiled: Any = False if keras.backend.backend() == "tensorflow" else "auto"
    return {
        "run_eagerly": execution == "eager",
        "jit_compile": {"eager": False, "graph": compiled}.get(execution, True),
        "steps_per_execution": steps_per_execution if execution == "epoch" else 1,
    }


def recorded_operations(function: Any) -> Graph:
    """Return the graph that a `keras.Function` recorded: layers and `keras.ops`, none of them run.

    Keras's static graph: an operation that is called on a `keras.Input`, which stands for data to
    come, computes nothing and is recorded. A layer that is used twice appears once.

    Args:
        function: A `keras.Function`, such as a model made by `keras.Model(inputs, outputs)`.

    Example:
        >>> x = keras.Input((), name="x")
        >>> line = keras.Function(x, 2.0 * x + 1.0)
        >>> [node.operation for node in recorded_operations(line).nodes]
        ['InputLayer', 'Multiply', 'Add']
        >>> float(line(keras.ops.array([3.0]))[0])  # now it runs
        7.0
    """
    if not isinstance(function, keras.Function):
        raise ValueError(
            f"received {function!r}, expected a keras.Function: a plain Python function records no "
            "graph. Put it into keras.Function(...)."
        )
    nodes: list[Node] = []
    edges: list[tuple[int, int, float]] = []
    places: dict[int, int] = {}  # identity of a tensor to the number of the node that made it
    for operation in function.operations:  # from the inputs to the outputs
        is_input = isinstance(operation, keras.layers.InputLayer)
        sources = [] if is_input else keras.tree.flatten(operation.input)
        edges += [(places[id(x)], len(nodes), 0.0) for x in sources]
        places |= {id(x): len(nodes) for x in keras.tree.flatten(operation.output)}
        label = operation.name if is_input else ""
        nodes.append(Node(label, type(operation).__name__, 0.0, 0.0))
    return Graph(nodes, edges)


complete_docstrings(__name__)
