"""The same foundations with Keras: what Keras does is not rewritten.

Every module has a twin of the same name in `kerasfoundations.from_scratch`.
"""

from kerasfoundations.system import startup

startup.quiet_when_imported("keras")
