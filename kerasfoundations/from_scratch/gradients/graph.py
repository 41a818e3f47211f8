"""A computation graph of numbers, run forward and backward by hand."""

from __future__ import annotations

import math
import numbers

import numpy as np

from kerasfoundations import checks
from kerasfoundations.graph import Graph, Node


class Value:
    """A number that remembers how it was computed, and so knows its slopes.

    Each operation makes a new node that keeps its inputs and, for each, the local slope
    `∂output/∂input`. Going back from the last node, the chain rule multiplies the slopes along
    every path and adds up the paths.

    Args:
        data: The number.
        label: Its name in a drawing.

    Attributes:
        data: The number, a Python float.
        grad: `∂(the value that backward was called on) / ∂(this value)`; 0 before.
        label: As given.

    Example:
        >>> x, w, b = Value(3.0), Value(2.0), Value(1.0)
        >>> loss = abs(4.0 - (x * w + b))
        >>> loss.backward()
        >>> loss.data, x.grad, w.grad, b.grad
        (3.0, 2.0, 3.0, 1.0)

    Source: the idea is micrograd's; Goodfellow, Bengio and Courville, Deep Learning, section 6.5.
    """

    def __init__(self, data: float, label: str = "") -> None:
        self.data = checks.number("data", data)
        self.grad = 0.0
        self.label = label
        self.operation = ""
        self._inputs: tuple[tuple[Value, float], ...] = ()  # each with its local slope

    def __add__(self, other: Value | float) -> Value:
        """`x + y`; slopes 1 and 1."""
        other = _value(other)
        return _made("+", self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        """`x · y`; slopes `y` and `x`."""
        other = _value(other)
        return _made("×", self.data * other.data, (self, other.data), (other, self.data))

    def __sub__(self, other: Value | float) -> Value:
        """`x - y`; slopes 1 and -1."""
        other = _value(other)
        return _made("-", self.data - other.data, (self, 1.0), (other, -1.0))

    def __truediv__(self, other: Value | float) -> Value:
        """`x / y`; slopes `1/y` and `-x/y²`."""
        other = _value(other)
        if other.data == 0:
            raise ZeroDivisionError(
                f"division by a Value of 0, received {self.data} / 0: keep the divisor away from 0."
            )
        quotient = self.data / other.data
        return _made("/", quotient, (self, 1 / other.data), (other, -quotient / other.data))

    def __pow__(self, exponent: float) -> Value:
        """`xⁿ` for a number `n`; slope `n·xⁿ⁻¹`, infinite where that is unbounded."""
        if not isinstance(exponent, numbers.Real):
            raise TypeError(f"the exponent must be a number, received {type(exponent).__name__}.")
        n = float(exponent)
        if self.data < 0 and not n.is_integer():
            raise ValueError(f"{self.data} has no real power {n:g}: the base must not be negative.")
        return _made(f"^{n:g}", self.data**n, (self, _power_slope(self.data, n)))

    def __neg__(self) -> Value:
        """`-x`; slope -1."""
        return _made("neg", -self.data, (self, -1.0))

    def __abs__(self) -> Value:
        """`|x|`; slope the sign of `x`, 0 at 0."""
        return _made("abs", abs(self.data), (self, float(np.sign(self.data))))

    def relu(self) -> Value:
        """`max(x, 0)`; slope 1 above 0, else 0."""
        return _made("relu", max(self.data, 0.0), (self, float(self.data > 0)))

    def exp(self) -> Value:
        """`eˣ`; slope `eˣ`."""
        result = math.exp(self.data)
        return _made("exp", result, (self, result))

    def log(self) -> Value:
        """`log(x)`, the natural logarithm; slope `1/x`.

        Raises:
            ValueError: for 0 or less.
        """
        if self.data <= 0:
            raise ValueError(
                f"received the logarithm of {self.data}, expected a number above 0: add a small "
                "number first."
            )
        return _made("log", math.log(self.data), (self, 1 / self.data))

    def __radd__(self, other: float) -> Value:
        """Add a value to a number."""
        return _value(other) + self

    def __rmul__(self, other: float) -> Value:
        """Multiply a number by a value."""
        return _value(other) * self

    def __rsub__(self, other: float) -> Value:
        """Subtract a value from a number."""
        return _value(other) - self

    def __rtruediv__(self, other: float) -> Value:
        """Divide a number by a value."""
        return _value(other) / self

    def backward(self) -> None:
        """Set `grad` of every value that this one was computed from.

        Every node is visited after all nodes that use it, so that its slope is complete when it is
        passed on. Calling it again gives the same slopes; they do not add up.
        """
        order = self._ordered()
        for node in order:
            node.grad = 0.0
        self.grad = 1.0
        for node in reversed(order):
            for source, slope in node._inputs:
                source.grad += node.grad * slope

    def graph(self) -> Graph:
        """Return the nodes and edges that lead to this value, for a drawing."""
        order = self._ordered()
        number = {id(node): place for place, node in enumerate(order)}
        nodes = [Node(node.label, node.operation, node.data, node.grad) for node in order]
        edges = [
            (number[id(source)], number[id(node)], slope)
            for node in order
            for source, slope in node._inputs
        ]
        return Graph(nodes, edges)

    def _ordered(self) -> list[Value]:
        """Return all nodes, each after its inputs; an explicit stack allows any depth."""
        order: list[Value] = []
        seen: set[int] = set()
        stack: list[tuple[Value, bool]] = [(self, False)]
        while stack:
            node, inputs_done = stack.pop()
            if inputs_done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((source, False) for source, _ in node._inputs)
        return order

    def __repr__(self) -> str:
        """Return `Value(2.0)`, with the label if there is one."""
        return f"Value({self.data}{f', {self.label!r}' if self.label else ''})"


def _value(number: Value | float) -> Value:
    return number if isinstance(number, Value) else Value(number)


def _power_slope(base: float, n: float) -> float:
    if n == 0:
        return 0.0
    try:
        return n * base ** (n - 1)
    except (ZeroDivisionError, OverflowError):
        return math.inf


def _made(operation: str, data: float, *inputs: tuple[Value, float]) -> Value:
    result = Value(data)
    result.operation = operation
    result._inputs = inputs
    return result
