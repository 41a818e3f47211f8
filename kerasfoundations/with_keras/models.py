"""A model is a chain of layers: Keras's `Sequential`, and Keras's own file format."""

from keras import Sequential
from keras.saving import load_model, save_model

__all__ = ["Sequential", "load_model", "save_model"]

SUFFIX = ".keras"
