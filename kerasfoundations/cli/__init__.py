"""The command `kerasfoundations`: one module per command, and the words in `parser`."""

from kerasfoundations.cli.parser import WRONG, main

__all__ = ["WRONG", "main"]
