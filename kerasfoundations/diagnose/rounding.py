"""Which dtype's rounding explains a difference between outputs."""

from __future__ import annotations

from functools import partial

import ml_dtypes
import numpy as np

from kerasfoundations.diagnose.findings import Candidate
from kerasfoundations.diagnose.reference import Arrays
from kerasfoundations.diagnose.session import Session


def rounded(
    session: Session, weights: Arrays, x: np.ndarray, seen: np.ndarray, right: np.ndarray
) -> list[Candidate]:
    """Return smaller dtypes whose rounding explains the difference, in size and in pattern."""
    whole = float(np.linalg.norm(right)) or 1.0
    size = float(np.linalg.norm(seen - right)) / whole
    found = []
    for dtype, (low, high) in ROUNDING.items():
        if BITS[dtype] >= BITS.get(session.reference.dtype, 23):
            continue
        if low <= size <= high:
            if dtype == "float16" and _is_coarse(seen):
                continue
            alike = _alike(session, weights, x, seen, right, dtype)
            if dtype == "bfloat16" and alike < 0.5:
                continue  # the size alone could mean anything
            found.append(Candidate(f"{dtype}_in_between", 0.25 - 0.24 * alike, weight=0.8))
    return found


def rounded_to(dtype: str, array: np.ndarray) -> np.ndarray:
    """Return an array rounded to a dtype, in its own dtype; integers stay as they are."""
    kind = ml_dtypes.bfloat16 if dtype == "bfloat16" else np.dtype(dtype)
    return array.astype(kind).astype(array.dtype) if array.dtype.kind == "f" else array


def _is_coarse(seen: np.ndarray) -> bool:
    """Return whether all numbers are bfloat16's, which are float16's as well."""
    return np.array_equal(seen.astype(ml_dtypes.bfloat16).astype(seen.dtype), seen)


# The relative differences that rounding to a dtype leaves in a model's outputs.
ROUNDING = {"float32": (1e-10, 3e-6), "float16": (1e-5, 1.2e-2), "bfloat16": (3e-4, 5e-2)}
BITS = {"bfloat16": 7, "float16": 10, "float32": 23, "float64": 52}


def _alike(
    session: Session,
    weights: Arrays,
    x: np.ndarray,
    seen: np.ndarray,
    right: np.ndarray,
    dtype: str,
) -> float:
    """Return how much inputs and weights rounded to a dtype explain the difference, 0 to 1."""
    down = partial(rounded_to, dtype)
    # An output that is a number of the small dtype was rounded last.
    if np.array_equal(down(np.asarray(seen)), seen) and not np.array_equal(down(right), right):
        return 1.0
    best = 0.0
    for rounded_x, rounded_weights in ((True, True), (True, False), (False, True)):
        session.reference.set([down(w) for w in weights] if rounded_weights else weights)
        other = np.asarray(x, session.reference.input_dtype)
        values = session.reference.outputs(down(other) if rounded_x else other).values
        a, b = (values - right).ravel(), (seen - right).ravel()
        norms = float(np.linalg.norm(a) * np.linalg.norm(b))
        best = max(best, float(a @ b) / norms if norms else 0.0)
    return best
