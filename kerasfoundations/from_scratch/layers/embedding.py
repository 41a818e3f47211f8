"""Embedding: a row of a matrix for each word."""

from __future__ import annotations

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import initializers
from kerasfoundations.from_scratch.layers.base import NaiveLayer, Shape


class NaiveEmbedding(NaiveLayer):
    """`y[b, t] = E[x[b, t]]`: the row of `E` that belongs to a word's number.

    The same as a dense layer without bias on one-hot vectors, without their zeros. The slopes of
    `E` are 0 but in the rows that were looked up, so the tape gives them as `tf.IndexedSlices`:
    `values`, one row for each word of the batch, and `indices`, where they belong. The optimizers
    here add up what belongs to the same row. Keras on TensorFlow does not before it squares: where
    a word occurs twice in a batch, its Adam, RMSprop, Adagrad and others sum `g²` word by word, and
    take a different step.

    Args:
        input_dim: Number of words; the inputs are whole numbers from 0, below it.
        output_dim: Numbers for each word.
        embeddings_initializer: Name of an initializer (see `initializers.get`), or an object that
            is called with a shape and a dtype.
        seed: Integer for the initializer; `None` draws one.
        dtype: `"float32"`, `"float64"`, `"mixed_float16"` or `"mixed_bfloat16"`.

    Attributes:
        embeddings: Variable `E`, `(input_dim, output_dim)`.

    Raises:
        ValueError: for a number below 1, an unknown name, or inputs that are not numbers of words.

    Example:
        >>> layer = NaiveEmbedding(3, 2)
        >>> _ = layer.embeddings.assign([[0.0, 0.0], [0.5, 1.0], [2.0, 3.0]])
        >>> layer([[2, 1]]).numpy()
        array([[[2. , 3. ],
                [0.5, 1. ]]], dtype=float32)

    Source: Bengio, Ducharme, Vincent and Jauvin, A neural probabilistic language model, JMLR 2003.
    """

    arguments = ("input_dim", "output_dim", "dtype")

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: str | initializers.Initializer = "uniform",
        *,
        seed: int | None = None,
        dtype: str = "float32",
    ) -> None:
        self.input_dim = checks.positive_integer("input_dim", input_dim)
        self.output_dim = checks.positive_integer("output_dim", output_dim)
        self.dtype, dtype = checks.dtype_policy(dtype), checks.variable_dtype(dtype)
        initializer = initializers.get(embeddings_initializer, seed)
        E = initializer((input_dim, output_dim), dtype=dtype)
        self.embeddings = tf.Variable(E, name="embeddings")

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute outputs `(B, ..., output_dim)` for words `(B, ...)`."""
        inputs = checks.tensor("inputs", inputs, tf.convert_to_tensor, real=True)
        checks.layer_inputs("NaiveEmbedding", tuple(inputs.shape[:1]), ())
        if tf.executing_eagerly():  # a compiled program has no numbers yet
            checks.word_numbers(inputs.numpy(), self.input_dim)
        rows = tf.gather(self.embeddings, tf.cast(inputs, "int64"))  # (B, ..., output_dim)
        return tf.cast(rows, self.compute_dtype)

    def output_shape(self, input_shape: Shape) -> Shape:
        """`(..., output_dim)`."""
        return (*input_shape, self.output_dim)
