"""Loops of PyTorch and JAX against Keras's fit on TensorFlow: make test-backends runs these."""

import keras
import pytest


@pytest.fixture(scope="session", autouse=True)
def _tensorflow_backend():
    if (name := keras.backend.backend()) != "tensorflow":
        pytest.fail(
            f"received the backend {name!r}, expected tensorflow here: run make test-backends, "
            "or KERAS_BACKEND=tensorflow python -m pytest tests/frameworks"
        )
