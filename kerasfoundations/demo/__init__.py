"""The page on which one draws a digit: `answer` is what it says, `page` how it is shown.

Nothing is imported here, so that `kerasfoundations --help` answers at once; only `page` imports
gradio, of the extra `demo`.
"""
