"""What a test may skip if another test covers it."""

from pathlib import Path

from matplotlib.figure import Figure


def save_pictures_undrawn(monkeypatch):
    """Compose pictures but do not render them, which takes longer: for tests of other things."""
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **_: Path(path).touch())
