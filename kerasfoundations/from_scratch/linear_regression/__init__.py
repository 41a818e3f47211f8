"""A straight line through points: in closed form, and by gradient descent with many engines.

A table of what each engine finds and how long it takes: `kerasfoundations compare --model linear`.

model       the line as a network of one dense layer
formulas    the closed form, and the gradient written down
descent     gradient descent, to a line or a parabola
engines     the same steps by NumPy, the tape, a static graph, XLA
"""

from kerasfoundations.from_scratch.linear_regression.descent import fit_line, fit_quadratic
from kerasfoundations.from_scratch.linear_regression.formulas import (
    mse_gradient,
    solve_line,
    solve_linear_regression,
)
from kerasfoundations.from_scratch.linear_regression.model import build_linear_regression
from kerasfoundations.loop.line_fits import DivergenceError, LineFit

__all__ = [
    "DivergenceError",
    "LineFit",
    "build_linear_regression",
    "fit_line",
    "fit_quadratic",
    "mse_gradient",
    "solve_line",
    "solve_linear_regression",
]
