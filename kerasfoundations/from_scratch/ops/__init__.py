"""Tensor operations as loops: what the one-line call of a library does, number by number.

Every function takes NumPy arrays (or what NumPy makes an array of), leaves them unchanged, and
returns a new array with the dtype that NumPy gives. The loops are slow, by a factor of hundreds:
`kerasfoundations.system.stopwatch.time_both` measures it.

elementwise     relu, sum, difference, product, quotient, maximum, minimum
broadcasting    how shapes are made to fit
products        of vectors, matrices and tensors
shapes          transpose and reshape
convolution     a kernel at every place of an image
"""

from kerasfoundations.from_scratch.ops.broadcasting import (
    naive_broadcast_shapes,
    naive_broadcast_to,
)
from kerasfoundations.from_scratch.ops.convolution import naive_conv2d
from kerasfoundations.from_scratch.ops.elementwise import (
    naive_add,
    naive_add_matrix_and_vector,
    naive_divide,
    naive_maximum,
    naive_minimum,
    naive_multiply,
    naive_relu,
    naive_subtract,
)
from kerasfoundations.from_scratch.ops.products import (
    naive_dot,
    naive_matrix_dot,
    naive_matrix_vector_dot,
    naive_vector_dot,
)
from kerasfoundations.from_scratch.ops.shapes import naive_reshape, naive_transpose

__all__ = [
    "naive_add",
    "naive_add_matrix_and_vector",
    "naive_broadcast_shapes",
    "naive_broadcast_to",
    "naive_conv2d",
    "naive_divide",
    "naive_dot",
    "naive_matrix_dot",
    "naive_matrix_vector_dot",
    "naive_maximum",
    "naive_minimum",
    "naive_multiply",
    "naive_relu",
    "naive_reshape",
    "naive_subtract",
    "naive_transpose",
    "naive_vector_dot",
]
