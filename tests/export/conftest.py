"""Converters and runtimes of other formats: a missing one is an error, not a skipped test."""

import importlib.util

import pytest

NEEDED = ("onnx", "tf2onnx", "onnxruntime", "ai_edge_litert")


@pytest.fixture(scope="session", autouse=True)
def _installed():
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.fail(
            f"found no {', '.join(missing)}, expected what the extra `export` installs: run make "
            "test-export, or python -m pip install '.[export]'"
        )
