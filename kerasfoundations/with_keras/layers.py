"""The dense layer and its activations: Keras's own.

`Dense(units, activation=None)` learns the width of its inputs when it is first called, where
`NaiveDense` is told.
"""

from keras.activations import relu, sigmoid, softmax
from keras.layers import Dense

__all__ = ["Dense", "relu", "sigmoid", "softmax"]
