"""Functions recorded as graphs, with AutoGraph only for those that need it; what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from kerasfoundations.graph import Graph, Node

__all__ = ["Traced", "recorded_graph"]


class Traced:
    """A `tf.function` that AutoGraph rewrites only if it has to.

    AutoGraph turns Python's `if`, `while` and `for` on tensors into operations. To find them, it
    parses and rewrites every function that is called on the way, which takes three times as long
    as tracing and compiling do. Keras leaves it out, and nothing here needs it; but a layer or a
    loss of yours may. So the function is traced as it is written, and again with AutoGraph if
    Python meets a tensor where it needs a number.

    Args:
        function: A function of tensors.
        **how: Arguments for `tf.function`, such as `input_signature` and `jit_compile`.

    Example:
        >>> ramp = Traced(lambda x: 2 * x, input_signature=[tf.TensorSpec(())])
        >>> float(ramp(3.0)), ramp.rewritten
        (6.0, False)
        >>> def absolute(x):
        ...     if x < 0:
        ...         x = -x
        ...     return x
        >>> absolute = Traced(absolute, input_signature=[tf.TensorSpec(())])
        >>> float(absolute(-3.0)), absolute.rewritten
        (3.0, True)
    """

    def __init__(self, function: Callable[..., Any], **how: Any) -> None:
        self._as_written = tf.function(function, autograph=False, **how)
        self._by_autograph = tf.function(function, autograph=True, **how)
        self._chosen: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """Run the recorded graph."""
        return self._choose(arguments)(*arguments)

    def __getattr__(self, name: str) -> Any:
        """Return what a `tf.function` has of that name, such as the number of its traces."""
        return getattr(self._chosen or self._as_written, name)

    @property
    def rewritten(self) -> bool:
        """Whether AutoGraph has rewritten the function."""
        return self._chosen is self._by_autograph

    def get_concrete_function(self, *arguments: Any) -> Any:
        """Return the recorded graph, as `tf.function` does."""
        return self._choose(arguments).get_concrete_function(*arguments)

    def _choose(self, arguments: tuple[Any, ...]) -> Any:
        """Return the function that can be traced; if none can, calling it shows the error."""
        if self._chosen is None:
            try:
                self._as_written.get_concrete_function(*arguments)
                self._chosen = self._as_written
            except TypeError:  # an `if` on a tensor (OperatorNotAllowedInGraphError), its len()
                self._chosen = self._by_autograph
        return self._chosen


def recorded_graph(function: Any, *arguments: Any) -> Graph:
    """Return the operations of a `tf.function`, without those that only pass a tensor on.

    Args:
        function: A `tf.function`, traced for the arguments if not yet traced.
        *arguments: Tensors, or `tf.TensorSpec`s that describe them.

    Raises:
        ValueError: for a plain Python function.
    """
    if not hasattr(function, "get_concrete_function"):
        raise ValueError(
            f"received {function!r}, expected a tf.function: a plain Python function records no "
            "graph. Put it into tf.function(...)."
        )
    nodes: list[Node] = []
    edges: list[tuple[int, int, float]] = []
    places: dict[str, int] = {}  # operation name to node number
    for operation in function.get_concrete_function(*arguments).graph.get_operations():
        sources = [places[x.op.name] for x in operation.inputs if x.op.name in places]
        if operation.type == "Identity" and sources:
            places[operation.name] = sources[0]
        elif operation.outputs and operation.outputs[0].dtype != tf.resource:
            places[operation.name] = len(nodes)
            edges += [(source, len(nodes), 0.0) for source in sources]
            label = operation.name if operation.type == "Placeholder" else ""
            nodes.append(Node(label, operation.type, 0.0, 0.0))
    return Graph(nodes, edges)
