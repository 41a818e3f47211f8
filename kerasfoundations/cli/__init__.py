"""The command `kerasfoundations`: one module per command."""

from kerasfoundations.cli.parser import WRONG, main

__all__ = ["WRONG", "main"]
