"""`kerasfoundations draw`: serve a page on which one draws a digit."""

from __future__ import annotations

import argparse

from kerasfoundations.demo import page


def run(options: argparse.Namespace) -> int:
    """Opens the models and serves the page until it is interrupted; returns the exit code."""
    page.draw(options.model, options.port)
    return 0
