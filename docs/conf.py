"""Configuration of Sphinx for `make docs`: without a network, warnings as errors."""

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"
sys.path[:0] = [str(HERE.parent), str(HERE)]

import generate  # noqa: E402
import languages  # noqa: E402
import markup  # noqa: E402

from kerasfoundations import __version__  # noqa: E402

project = "kerasfoundations"
copyright = "2026, the kerasfoundations authors"
release = __version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
    "myst_nb",
]
html_theme = "furo"
html_title = "kerasfoundations"
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        *(f"sidebar/{name}.html" for name in ("brand", "language", "search", "scroll-start")),
        *(f"sidebar/{name}.html" for name in ("navigation", "scroll-end", "variant-selector")),
    ]
}

# MathJax comes with the pages. Of its many variants they load this one, which is a single file.
MATHJAX = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}

# In the docstrings a backtick is for code, as in Markdown.
default_role = "code"
highlight_language = "text"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
napoleon_custom_sections = [("Attributes", "params_style")]
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80

# The notebooks are committed with their outputs, and the tests run them.
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

# Other libraries' names are on their own pages, out of reach of a build without a network.
OTHERS = (
    *("argparse", "collections", "contextlib", "matplotlib", "numpy", "np", "os", "pathlib"),
    *("types", "typing", "tensorflow", "tf", "keras", "abc", "Any", "Figure", "Axes", "Path"),
)
nitpick_ignore_regex = [("py:.*", rf"({'|'.join(OTHERS)})(\..*)?")]
# Base classes of public ones: to be read in the source.
nitpick_ignore = [
    ("py:class", "kerasfoundations.diagnose.findings.Check"),
    ("py:class", "kerasfoundations.from_scratch.callbacks.base.Monitor"),
    ("py:class", "kerasfoundations.from_scratch.layers.affine.AffineLayer"),
    ("py:class", "kerasfoundations.from_scratch.layers.pooling.Pooling2D"),
    ("py:class", "kerasfoundations.from_scratch.losses.reduction.ReducedLoss"),
    ("py:class", "kerasfoundations.from_scratch.metrics.base.OutputMetric"),
    ("py:class", "kerasfoundations.from_scratch.metrics.base.WeightedMean"),
    ("py:class", "kerasfoundations.from_scratch.metrics.confusion.AtThresholds"),
    ("py:class", "kerasfoundations.from_scratch.metrics.confusion.BinaryMetric"),
    ("py:class", "kerasfoundations.from_scratch.optimizers.adam.Means"),
    ("py:class", "kerasfoundations.from_scratch.optimizers.Optimizer"),
    ("py:class", "kerasfoundations.from_scratch.optimizers.base.Optimizer"),
    ("py:class", "kerasfoundations.from_scratch.optimizers.options.Options"),
    ("py:class", "kerasfoundations.from_scratch.schedules.Schedule"),
    ("py:class", "kerasfoundations.loop.shared_callbacks.Deadline"),
    ("py:class", "kerasfoundations.loop.shared_callbacks.RateSearch"),
    ("py:class", "kerasfoundations.loop.shared_callbacks.Record"),
    ("py:class", "kerasfoundations.loop.shared_callbacks.Rows"),
    ("py:class", "kerasfoundations.loop.shared_callbacks.Table"),
    ("py:class", "kerasfoundations.loop.tensorboard_writer.TensorBoardWriter"),
]


def keep_one_mathjax(app, error):
    """Remove what no page loads: 22 of 24 MB."""
    folder = Path(app.outdir) / "_static" / "mathjax"
    for path in folder.iterdir() if folder.exists() else ():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != MATHJAX:
            path.unlink()


def in_two_languages(app, page, template, context, doctree):
    """Give each page its language and its twin, to which the sidebar leads."""
    context["language"] = languages.FOLDER if languages.is_chinese(page) else "en"
    context["other_language"] = "en" if languages.is_chinese(page) else languages.FOLDER
    context["twin"] = languages.twin(page, app.env.found_docs)


def setup(app):
    """Make the pages that are not committed, before Sphinx looks for pages."""
    app.config.mathjax_path = f"mathjax/{MATHJAX}"
    app.connect("builder-inited", lambda app: generate.write_pages(HERE))
    # after the extension, at 500, has copied all of MathJax
    app.connect("build-finished", keep_one_mathjax, priority=600)
    app.connect("html-page-context", in_two_languages)
    app.connect("autodoc-process-signature", markup.with_defaults)
    # before napoleon, which comes at 500
    app.connect("autodoc-process-docstring", markup.as_restructured_text, priority=400)
