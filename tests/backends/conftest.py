"""The Keras wing on the backend that KERAS_BACKEND names: JAX or PyTorch."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["JAX_ENABLE_X64"] = "1"  # JAX has no float64 without it

import keras
import pytest


@pytest.fixture(scope="session", autouse=True)
def _other_backend():
    if (name := keras.backend.backend()) not in ("jax", "torch"):
        pytest.fail(
            f"received the backend {name!r}, expected jax or torch here: run make test-backends, "
            "or KERAS_BACKEND=jax python -m pytest tests/backends"
        )
