"""How often the predictions are right, sample by sample: Keras's functions."""

from keras.metrics import binary_accuracy, categorical_accuracy, sparse_categorical_accuracy

__all__ = ["binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"]
