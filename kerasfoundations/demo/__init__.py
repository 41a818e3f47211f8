"""The page for drawing a digit: `answer` computes the answer, `page` shows it.

Nothing is imported here, so that `kerasfoundations --help` answers at once; only `page` imports
gradio, from the extra `demo`.
"""
