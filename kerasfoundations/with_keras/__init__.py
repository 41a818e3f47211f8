"""The same foundations with Keras: what Keras does is not rewritten.

Every module has a twin of the same name in `kerasfoundations.from_scratch`.
"""

from kerasfoundations.system import startup, versions

versions.check_before_import("keras")
startup.quiet_when_imported("keras")
