"""A computation graph as plain data: what a drawing needs to know of it."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """A value in a computation graph.

    Attributes:
        label: What it is called; empty for a value in between.
        operation: What made it, such as `+`; empty for an input.
        data: The number.
        grad: The slope of the result with it.
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
    """

    nodes: list[Node]
    edges: list[tuple[int, int, float]]
