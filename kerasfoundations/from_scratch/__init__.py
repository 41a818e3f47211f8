"""Deep learning from scratch: NumPy and TensorFlow's tensors, tape and graphs. Never Keras.

Every module has a twin of the same name in `kerasfoundations.with_keras`.
"""

from kerasfoundations.system import startup, versions

versions.check_before_import("tensorflow")
startup.quiet_when_imported("tensorflow")
