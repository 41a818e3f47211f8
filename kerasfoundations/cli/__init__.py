"""The command `kerasfoundations`: one module per command; `parser` has the options."""

from kerasfoundations.cli.parser import WRONG, main

__all__ = ["WRONG", "main"]
