"""`kerasfoundations info`: versions, devices, and where MNIST is."""

from __future__ import annotations

import argparse

from kerasfoundations.cli.language import columns, translated
from kerasfoundations.data import find_mnist
from kerasfoundations.system import startup
from kerasfoundations.system.versions import versions


def run(options: argparse.Namespace) -> int:
    """Print versions, devices and the data found, a line each; return the exit code."""
    startup.start(None, "scratch", "keras")
    found = versions() | {"devices": ", ".join(startup.devices())}
    found["Keras backend"] = startup.quiet_import("keras").config.backend()
    found["MNIST"] = str(find_mnist())
    for name, value in found.items():
        words = translated(name)
        print(f"{words}{' ' * (16 - columns(words))} {value}")
    return 0
