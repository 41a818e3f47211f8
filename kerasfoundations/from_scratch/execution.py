"""How a step is run: the same arithmetic, from one operation at a time to an epoch per call.

**eager** runs operation by operation: Python calls each of some eighty operations of a step.
Nothing is hidden, a debugger stops anywhere, and it is the slowest.

**graph** (`tf.function`) records the operations once and replays them. The step's Python code runs
when it is traced, and not again: a `print` in it prints once. It pays off once the same step is
taken more than a few dozen times. What remains is one call per step, and each operation still
writes its result to memory for the next one to read.

**xla** (`jit_compile=True`) has a compiler fuse the operations of the graph. RMSprop's rule is nine
passes over the weights as operations; fused, one or two. It pays off when a step is taken a few
thousand times: compiling takes a second or more, for a deep network much more.

**epoch** puts the loop over the batches into the compiled program. The data stay where the program
runs, each batch is gathered inside, and Python is called once per epoch, or once per slice of it to
show progress. It pays off most when steps are small. All samples must fit into the memory of the
device, 3,136 bytes for an image of MNIST in float32; `data.streams.StreamedImages` come in chunks
of 64 MiB, each read before its steps. The other modes only need the memory of a batch. Convolutions
are an exception: inside a loop XLA computes them on one core of a CPU, without the library that it
calls outside (50 times slower for the CNN here), so there the loop stays a TensorFlow graph.

Tracing runs the step's Python code once for each *signature*: the dtypes and shapes of the tensors,
and the **values** of everything that is not a tensor. So a Python number as an argument causes a
new trace for every value, and an array for every length. Both mistakes show in `num_traces`:

    >>> square = tf.function(lambda x: x * x)
    >>> for number in (1, 2, 3):
    ...     _ = square(number)
    >>> num_traces(square)  # three numbers, three traces
    3
    >>> square = tf.function(lambda x: x * x)
    >>> for number in (1, 2, 3):
    ...     _ = square(tf.constant(number))
    >>> num_traces(square)  # three tensors of one shape and dtype: one trace
    1

While a step is traced, its tensors have no values that a Python `if` could look at. AutoGraph makes
operations of such code, but takes longer than tracing and compiling together. It rewrites only a
step that needs it: with a loss of yours that has an `if`, not with what is here.

The same seed gives the same bits in two processes, in each mode, as long as the machine, the
versions and the number of threads are the same. Two modes differ in the last bits, as a compiler
may add in a different order; so do two kinds of processors, and GPUs without
`tf.config.experimental.enable_op_determinism()`.

Here no mode traces again after its first epoch: a signature fixes the inputs, the length of a batch
is left open where batches come one by one, and the learning rate is a variable.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.data.memory import aligned_room, is_aligned
from kerasfoundations.graph import Graph
from kerasfoundations.loop.traced import Traced, recorded_graph

__all__ = ["CompiledEpoch", "compile_step", "num_traces", "recorded_operations"]

EXECUTIONS = ("eager", "graph", "xla", "epoch")
STEPWISE = EXECUTIONS[:3]
CHUNK = 64 << 20  # bytes of streamed samples that a program gets at once

Step = Callable[..., tuple[tf.Tensor, tf.Tensor | None]]  # of x, y and perhaps weights


def compile_step(step: Step, execution: str, signature: Sequence[tf.TensorSpec]) -> Step:
    """Return the step, to be run as `execution` says.

    Args:
        step: A function of a batch's inputs and targets.
        execution: `"eager"`, `"graph"` or `"xla"`.
        signature: Shapes and dtypes of inputs and targets; with `None` for the length of the batch
            one trace serves all lengths, the smaller last batch included.

    Returns:
        A function with the same arguments and results.

    Raises:
        ValueError: for an unknown execution.

    Example:
        >>> signature = [tf.TensorSpec((None, 2)), tf.TensorSpec((None,))]
        >>> step = compile_step(lambda x, y: (tf.reduce_sum(x), None), "graph", signature)
        >>> for length in (3, 3, 1):
        ...     _ = step(tf.ones((length, 2)), tf.ones(length))
        >>> num_traces(step)
        1
    """
    checks.known_name("execution", execution, STEPWISE)
    checks.function("step", step)
    if execution == "eager":
        return step
    return Traced(step, input_signature=signature, jit_compile=execution == "xla")


def compile_update(update: Callable[..., None]) -> Callable[..., None]:
    """Return an update rule fused by XLA, to use inside a step that is a graph.

    A rule is up to nine operations, each of which reads and writes all numbers of a weight; fused,
    they are one or two passes.
    """
    return tf.function(update, jit_compile=True, autograph=False)


def compiles_whole_epochs(weights: Sequence[tf.Variable]) -> bool:
    """Return whether XLA compiles the loop over batches well: not with convolutions on a CPU."""
    convolves = any(w.shape.rank == 4 for w in weights)  # (height, width, inputs, outputs)
    return not convolves or bool(tf.config.list_logical_devices("GPU"))


def step_signature(
    model: Any,
    integer_labels: bool,
    input_shape: Sequence[int] | None = None,
    weighted: bool = False,
) -> tuple[tf.TensorSpec, ...]:
    """Return a step's signature: inputs `(B, ...)`, targets `(B,)` or `(B, outputs)`, any B."""
    x = tf.TensorSpec((None, *(input_shape or model.input_shape[1:])), model.dtype)
    y = tf.TensorSpec((None, model.output_shape[-1]), model.dtype)
    if integer_labels:
        y = tf.TensorSpec((None,), "int64")
    return (x, y, tf.TensorSpec((None,), model.dtype)) if weighted else (x, y)


class CompiledEpoch:
    """A loop over batches as one program: one call takes all steps of an epoch.

    Args:
        step: A function of a batch's inputs and targets, which returns loss and accuracy as
            scalars, or a loss and `None`.
        x: Inputs `(n, ...)`, moved to the device once; on a CPU aligned arrays are not copied. Of
            `StreamedImages` a chunk of batches is read at a time, in the order of the epoch.
        y: Targets, one per sample; likewise.
        batch_size: Samples per batch; the last one is smaller if this does not divide `n`.
        dtype: Dtype of the losses that the step returns.
        jit_compile: Whether XLA compiles the loop; `False` leaves it a TensorFlow graph.
        sample_weight: Weights `(n,)`, which the step then takes as a third argument.

    Attributes:
        program: The recorded function; `num_traces` counts its traces.

    Example:
        >>> w = tf.Variable(0.0)
        >>> def step(x, y):  # one step of gradient descent on (w·x - y)², by hand
        ...     loss = tf.reduce_mean((w * x - y) ** 2)
        ...     w.assign_sub(0.1 * tf.reduce_mean(2 * x * (w * x - y)))
        ...     return loss, None
        >>> x = np.array([1, 2, 1, 2, 1], "float32")
        >>> epoch = CompiledEpoch(step, x, 3 * x, batch_size=2)
        >>> losses, _ = epoch(np.arange(5))  # three batches, the last one of one sample
        >>> losses.round(3), round(float(w), 4)
        (array([22.5  ,  5.625,  0.562], dtype=float32), 2.4)
    """

    def __init__(
        self,
        step: Step,
        x: Any,
        y: np.ndarray,
        batch_size: int,
        dtype: str = "float32",
        jit_compile: bool = True,
        sample_weight: np.ndarray | None = None,
    ) -> None:
        checks.function("step", step)
        checks.same_length(x, y)
        dtype = checks.float_dtype(dtype)
        self.batch_size = checks.positive_integer("batch_size", batch_size)
        self.num_samples = len(x)
        self.num_batches = -(-self.num_samples // self.batch_size)  # rounded up
        self._step, self._dtype = step, dtype
        self._has_accuracy = False
        self._data = [array for array in (x, y, sample_weight) if array is not None]
        num_whole, self._rest = divmod(self.num_samples, self.batch_size)
        self._at_once = num_whole  # whole batches that a call gets, in front of the smaller one
        if checks.is_streamed(x):
            batch_bytes = x.dtype.itemsize * math.prod(x.shape[1:]) * self.batch_size
            self._at_once = min(num_whole, max(1, CHUNK // batch_bytes))
        else:
            self._data = [_resident(array) for array in self._data]
        self._room = self._at_once * self.batch_size + self._rest  # samples
        signature = [
            *(tf.TensorSpec((self._room, *array.shape[1:]), array.dtype) for array in self._data),
            tf.TensorSpec((self._room,), "int32"),  # the order of the samples
            tf.TensorSpec((), "int32"),  # first batch: a tensor, a Python number would retrace
            tf.TensorSpec((), "int32"),  # the one after the last
        ]
        self.program = Traced(self._run, input_signature=signature, jit_compile=jit_compile)

    def __call__(
        self, order: np.ndarray, first: int = 0, last: int | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Take the steps of an epoch, or of a slice of it.

        Args:
            order: The order in which the epoch visits the samples, `(n,)`.
            first: Number of the slice's first batch, from 0.
            last: Number of the batch after the slice; `None` goes to the end of the epoch.

        Returns:
            The batches' losses and accuracies, each `(last - first,)`; `None` for the accuracies if
            the step has none.
        """
        last = self.num_batches if last is None else last
        whole = max(first, min(last, self.num_samples // self.batch_size))
        starts = range(first, whole, max(1, self._at_once))  # the smaller batch has its own call
        ends = sorted({first, *starts, whole, last})
        calls = [self._call(order, *pair) for pair in itertools.pairwise(ends)]
        losses, accuracies = zip(*calls, strict=True)
        return np.concatenate(losses), np.concatenate(accuracies) if self._has_accuracy else None

    def _call(
        self, order: np.ndarray, first: int, last: int
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Call the program on some whole batches, or on the smaller one."""
        data = self._data
        if checks.is_streamed(data[0]):
            data, order, first, last = self._read(order, first, last)
        order = tf.convert_to_tensor(order, tf.int32)
        losses, accuracies = self.program(*data, order, tf.constant(first), tf.constant(last))
        found = None if accuracies is None else accuracies.numpy()[first:last]
        return losses.numpy()[first:last], found

    def _read(self, order: np.ndarray, first: int, last: int) -> tuple[Any, np.ndarray, int, int]:
        """Read the samples of batches to where the program expects them, and count from there."""
        rows = order[first * self.batch_size : last * self.batch_size]
        place = self._at_once if len(rows) % self.batch_size else 0  # of the first batch
        data = []
        for array in self._data:
            room = aligned_room((self._room, *array.shape[1:]), array.dtype)
            start = place * self.batch_size
            room[start : start + len(rows)] = array[rows]
            data.append(_resident(room))
        return data, np.arange(self._room), place, place + last - first

    def _run(self, *arguments: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        """Take the whole batches first, then the smaller one, whose shape differs."""
        *data, order, first, last = arguments
        num_whole, rest = self._at_once, self._rest
        values = tf.zeros((num_whole + bool(rest), 2), self._dtype)  # a batch's loss and accuracy

        def loop(batch: tf.Tensor, end: tf.Tensor, length: int, values: tf.Tensor) -> tf.Tensor:
            def body(batch: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
                return batch + 1, self._take(data, order, batch, length, values)

            # One at a time: a step needs the previous one's weights.
            how = {"loop_vars": (batch, values), "parallel_iterations": 1}
            return tf.while_loop(lambda batch, _: batch < end, body, **how)[1]

        if num_whole:
            values = loop(first, tf.minimum(last, num_whole), self.batch_size, values)
        if rest:  # a loop of one: sums over processes do not run inside of tf.cond
            values = loop(tf.maximum(first, num_whole), last, rest, values)
        return values[:, 0], values[:, 1] if self._has_accuracy else None

    def _take(self, data: Any, order: Any, batch: Any, length: int, values: Any) -> tf.Tensor:
        """Gather a batch, take its step, and write loss and accuracy into its row."""
        rows = tf.slice(order, [batch * self.batch_size], [length])  # (B,)
        loss, accuracy = self._step(*(tf.gather(array, rows) for array in data))
        self._has_accuracy = accuracy is not None  # known when the step is traced
        row = tf.stack([loss, accuracy if self._has_accuracy else tf.zeros_like(loss)])  # (2,)
        return tf.tensor_scatter_nd_update(values, [[batch]], [row])


def _resident(array: np.ndarray) -> tf.Tensor:
    """Return the array where the program runs: on a CPU the same memory if possible, else a copy.

    Programs read whole vector registers, so only memory that begins at a multiple of one can be
    shared; that of arrays of `data.flatten_and_scale` does.
    """
    if is_aligned(array) and len(array) and not tf.config.list_logical_devices("GPU"):
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    return tf.convert_to_tensor(array)


def num_traces(function: Any) -> int:
    """Return how often a `tf.function` was traced; 0 for a plain Python function.

    Args:
        function: What `compile_step` returned, the `program` of a `CompiledEpoch`, or any
            `tf.function`.

    Returns:
        The number of traces so far.

    Example:
        >>> num_traces(len)
        0
    """
    count = getattr(function, "experimental_get_tracing_count", None)
    return count() if count else 0


def recorded_operations(function: Any, *arguments: Any) -> Graph:
    """Return the graph that a `tf.function` recorded: its operations and how they connect.

    What only passes a tensor on is left out. A variable appears where it is read.

    Args:
        function: A `tf.function`, traced for the arguments if not yet traced.
        *arguments: Tensors, or `tf.TensorSpec`s that describe them.

    Returns:
        A `Graph` for `plots.recorded_operations`: nodes without numbers, each after its inputs.

    Raises:
        ValueError: for a plain Python function, which records nothing.

    Example:
        >>> line = tf.function(lambda x: 2.0 * x + 1.0)
        >>> [node.operation for node in recorded_operations(line, tf.TensorSpec(())).nodes]
        ['Placeholder', 'Const', 'Mul', 'Const', 'AddV2']
    """
    return recorded_graph(function, *arguments)
