"""The pictures of the foundations: all are drawn, and the page shows them."""

import functools
import html.parser
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from support.thorough import sampled

from kerasfoundations import figures, plots
from kerasfoundations.from_scratch import geometry
from kerasfoundations.from_scratch.gradients import Value
from kerasfoundations.plots.words import left_in_english


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.images, self.codes, self.open = [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "img":
            self.images.append(values["src"])
            assert values["alt"]
        elif tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "code":
            self.codes.append(data)


@pytest.fixture
def quickly(monkeypatch):
    """Renders each picture only once, as SVG, and shortens the longest training.

    A picture that has no Chinese words for what it says fails.
    """
    save = Figure.savefig

    def save_svg(figure, path, **options):
        if Path(path).suffix == ".svg":
            save(figure, path, **options)
            with plots.language("zh_CN"):
                assert left_in_english(figure) == []
        else:
            Path(path).touch()

    monkeypatch.setattr(Figure, "savefig", save_svg)
    monkeypatch.setattr(geometry, "uncrumple", functools.partial(geometry.uncrumple, epochs=20))


@pytest.mark.parametrize("step", sampled([11, 1]))
def test_every_picture_is_written_and_shown_on_the_page(tmp_path, offline_data, quickly, step):
    every = [picture.name for picture in figures.pictures()]
    asked = every[::step] if step > 1 else None
    names = [picture.name for picture in figures.write(tmp_path / "new", offline_data, asked)]
    assert names == every[::step]
    assert len(set(every)) == len(every)
    for name in names:
        assert "<svg" in (tmp_path / "new" / f"{name}.svg").read_text(encoding="utf-8")
    page = Page()
    page.feed((tmp_path / "new" / "index.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert page.images == [f"{name}.svg" for name in names]
    assert len(page.codes) == len(names)
    expected = {f"{name}.{ending}" for name in names for ending in ("png", "svg")} | {"index.html"}
    assert {file.name for file in (tmp_path / "new").iterdir()} == expected


def test_the_imports_in_the_captions_work():
    for picture in figures.pictures():
        exec(picture.made_by, {})


def test_one_picture_can_be_asked_for(tmp_path, offline_data):
    [picture] = figures.write(tmp_path, offline_data, ["gradients-line"])
    assert picture.name == "gradients-line"
    assert len(list(tmp_path.iterdir())) == 3
    assert (tmp_path / "gradients-line.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "gradients-line.svg").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="did you mean 'gradients-line'"):
        list(figures.write(tmp_path, offline_data, ["gradient-line"]))


def test_the_drawing_of_a_graph_shows_values_and_slopes():
    slope, intercept = Value(0.0, "slope"), Value(139.0, "intercept")
    loss = (153.0 - (slope * 58.0 + intercept)) ** 2
    loss.backward()
    figure = plots.computation_graph(loss.graph())
    texts = [text.get_text() for text in figure.axes[0].texts]
    for shown in ("slope", "intercept", "-1624", "-28", "196", "153", "139", "× 58", "× 28"):
        assert shown in texts, shown
    assert texts.count("constant") == 2  # 58 and 153


def test_a_value_used_twice_has_both_slopes_on_its_edge():
    a = Value(3.0, "a")
    b = a * a
    c = b + a
    c.backward()
    figure = plots.computation_graph(c.graph())
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "× 3, × 3" in texts


def test_one_more_picture_keeps_the_others_on_the_page(tmp_path, offline_data):
    for name in ("gradients-line", "gradients-graph"):
        list(figures.write(tmp_path, offline_data, [name]))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 2
