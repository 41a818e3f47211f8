"""The same foundations with Keras: what Keras does is not written again.

Every module has a twin of the same name in `kerasfoundations.from_scratch`.
"""
