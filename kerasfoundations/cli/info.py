"""`kerasfoundations info`: versions, devices, and where MNIST is."""

from __future__ import annotations

import argparse

from kerasfoundations.data import find_mnist
from kerasfoundations.system import startup
from kerasfoundations.system.versions import versions


def run(options: argparse.Namespace) -> int:
    """Print versions, devices and the data found, a line each; return the exit code."""
    for name, version in versions().items():
        print(f"{name:<16} {version}")
    print(f"{'devices':<16} {', '.join(startup.devices())}")
    backend = startup.quiet_import("keras").config.backend()
    print(f"{'Keras backend':<16} {backend}")
    print(f"{'MNIST':<16} {find_mnist()}")
    return 0
