"""Load the digits that `--data` names; standard error says if others stand in for them."""

from __future__ import annotations

import sys
import warnings

from kerasfoundations.data import MnistData, OfflineDigitsWarning, load_mnist


def load_digits(source_or_path: str, stream: bool = False) -> MnistData:
    """Return the digits; print a note if the offline ones stand in, and what was done with others.

    With `stream`, images that do not fit into the memory stay on disk.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if source_or_path in ("auto", "sample"):
            data = load_mnist(source_or_path, stream=stream)
        else:
            data = load_mnist(path=source_or_path, stream=stream)
    for warning in caught:
        if issubclass(warning.category, OfflineDigitsWarning):
            print(f"NOTE: {warning.message}", file=sys.stderr, flush=True)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    if data.source != "mnist-sample" and data.note:
        print(f"NOTE: {data.note}", file=sys.stderr, flush=True)
    return data
