"""A computation graph as plain data: what a drawing needs."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A value in a computation graph.

    Attributes:
        label: Its name; empty for an intermediate value.
        operation: What made it, such as `+`; empty for an input.
        data: The number.
        grad: The slope of the result with respect to it.

    Example:
        >>> Node("loss", "+", 3.0, 1.0).data
        3.0
    """

    label: str
    operation: str
    data: float
    grad: float


class Graph(NamedTuple):
    """Nodes, each after its inputs, and edges.

    Attributes:
        nodes: The values, the result last.
        edges: `(from, to, local slope)`, by the nodes' places in the list.

    Example:
        >>> nodes = [Node("a", "", 3.0, 2.0), Node("b", "", 2.0, 3.0), Node("c", "*", 6.0, 1.0)]
        >>> Graph(nodes, [(0, 2, 2.0), (1, 2, 3.0)]).nodes[-1].label  # c = a · b
        'c'
    """

    nodes: list[Node]
    edges: list[tuple[int, int, float]]
