"""Twins side by side, and figures, as a notebook shows them."""

import pytest

from kerasfoundations import checks, notebooks, plots


class Layer:
    """A layer.

    More about it.
    """

    def call(self, x):
        """`x < 1`, as
        a number.

        Example:
            >>> 1
            1
        """
        checks.finite("x", x)
        for part in x:
            if part:
                checks.finite("x", part)
        x = checks.array("x", x)
        self.limit = checks.finite_number("limit", 1)
        return x < self.limit


def test_code_is_shown_without_checks_and_with_the_first_paragraph_of_its_docstrings():
    assert notebooks.code_of(Layer).split("\n") == [
        "class Layer:",
        '    """A layer."""',
        "",
        "    def call(self, x):",
        '        """`x < 1`, as',
        '        a number."""',
        '        self.limit = checks.finite_number("limit", 1)',
        "        return x < self.limit",
    ]


def test_a_notebook_gets_a_table_with_escaped_html():
    page = notebooks.side_by_side(Layer.call, "y = x < 1")._repr_html_()
    assert page.count("<pre>") == page.count("</pre>") == 2
    assert "return x &lt; self.limit" in page
    assert "<pre>y = x &lt; 1</pre>" in page


@pytest.mark.parametrize("given", [3, len, print])
def test_an_object_without_source_is_refused(given):
    with pytest.raises(TypeError, match=r"received .* expected a function or class"):
        notebooks.side_by_side(given, "code")


def test_a_figure_is_a_picture_in_a_notebook():
    assert plots.learning_curves([0.3], [0.9])._repr_png_().startswith(b"\x89PNG")
