"""The answers of the drawing page, without a browser (tests/demo has one)."""

import base64
import dataclasses
import io
import re
import sys
from unittest.mock import MagicMock

import numpy as np
import pytest
from PIL import Image
from support.arrays import largest_difference
from support.drawn_digits import Look, draw
from support.wings import KERAS, SCRATCH

from kerasfoundations import plots
from kerasfoundations.data import prepare_digit
from kerasfoundations.demo import line_search, page, shown, style
from kerasfoundations.demo.answer import answer, strongest_units
from kerasfoundations.demo.curve import read_curve
from kerasfoundations.demo.given import Given, Handwriting, drawn, in_picture
from kerasfoundations.demo.line_search import LEARNING_RATE, START
from kerasfoundations.plots.words import left_in_english
from kerasfoundations.runs import prediction, tasks

INK = 255 - draw(3, 0, Look(ink=(0,) * 3, paper=(255,) * 3))[..., 0]


def readers(name, **arguments):
    """The same model in both wings, untrained."""
    module, builder = {"mlp": ("mlp", "build_mlp"), "cnn": ("cnn", "build_cnn")}[name]
    models = [getattr(getattr(wing, module), builder)(**arguments) for wing in (KERAS, SCRATCH)]
    models[1].set_weights(models[0].get_weights())
    task = tasks.get(name)
    return [
        prediction.Reader(f"runs/{wing.name}-{name}", wing.name, task, model)
        for wing, model in zip((KERAS, SCRATCH), models, strict=True)
    ]


def sketch(ink):
    """What gradio's sketchpad returns: black ink, given by its opacity."""
    layer = np.zeros((*ink.shape, 4), "uint8")
    layer[..., 3] = ink
    return {"background": np.full_like(layer, 255), "layers": [layer], "composite": layer}


def test_both_wings_answer_alike():
    asked = readers("mlp", hidden_units=(20,), seed=3)
    answers = [answer(reader, prepare_digit(INK)) for reader in asked]
    assert [found.wing for found in answers] == ["keras", "scratch"]
    first, second = (found.probabilities for found in answers)
    assert sum(first.values()) == pytest.approx(1, abs=1e-5)
    assert list(first) == list(second) == list("0123456789")
    assert largest_difference(list(first.values()), list(second.values())) < 1e-6
    assert answers[0].best == answers[1].best == max(first, key=first.get)
    numbers = [[unit.number for unit in found.units] for found in answers]
    assert numbers[0] == numbers[1]


def test_the_strongest_units_are_those_that_put_out_the_most():
    [reader, _] = readers("mlp", hidden_units=(20, 8), seed=3)
    digit = prepare_digit(INK)
    W, b = reader.model.get_weights()[:2]
    values = np.maximum(digit.reshape(-1) / 255 @ W + b, 0)
    units = strongest_units(reader, digit, num_units=3)
    assert [unit.number for unit in units] == np.argsort(-values)[:3].tolist()
    for unit in units:
        assert unit.value == pytest.approx(values[unit.number], rel=1e-4)
        np.testing.assert_array_equal(unit.image, W[:, unit.number].reshape(28, 28))


def test_the_strongest_channels_are_those_of_both_wings():
    asked = readers("cnn", filters=(5, 4))
    both = [strongest_units(reader, prepare_digit(INK)) for reader in asked]
    numbers = [[unit.number for unit in units] for units in both]
    assert numbers[0] == numbers[1]
    assert len(both[0]) == 5  # all of them
    for first, second in zip(*both, strict=True):
        assert first.image.shape == (28, 28)
        assert first.image.min() >= 0
        assert first.value == pytest.approx(first.image.mean(), rel=1e-4)
        assert largest_difference(first.image, second.image) < 1e-5
    values = [unit.value for unit in both[0]]
    assert values == sorted(values, reverse=True)


def test_a_model_without_a_hidden_layer_has_no_units():
    model = SCRATCH.softmax_regression.build_softmax_regression()
    reader = prediction.Reader("runs/x", "scratch", tasks.get("softmax"), model)
    found = answer(reader, prepare_digit(INK))
    assert found.units == []
    assert "no hidden layer, so there are no units to show" in shown.units(found)


def probabilities(text):
    """Those of the table of all classes."""
    return [float(value) for value in re.findall(r"</span>(\d\.\d{4})</td>", text)]


def plain(text):
    return re.sub("<.*?>", "", text)


def test_the_page_shows_an_answer_of_each_model():
    asked = readers("mlp", hidden_units=(20,), seed=3)
    words, seen, *texts = page.respond(asked, drawn(sketch(INK)))
    found = r"1 digit\. mlp with Keras: (\d); mlp from scratch: \1"
    assert re.fullmatch(found, plain(words))
    alone = prepare_digit(INK).astype(int)
    np.testing.assert_allclose(pixels(seen).astype(int), alone, atol=1)  # the canvas has a rim
    assert len(texts) == 2
    for text in texts:
        values = probabilities(text)
        assert len(values) == 10
        assert sum(values) == pytest.approx(1, abs=1e-3)
        assert text.count("class=best") == 1
        assert text.count("<img") == 1


def pixels(text):
    """The picture in a piece of HTML."""
    [data] = re.findall(r'src="data:image/png;base64,(.*?)"', text)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


def test_a_row_is_answered_digit_by_digit_and_one_of_them_more_closely():
    asked = readers("mlp", hidden_units=(20,), seed=3)
    parts = [
        255 - draw(digit, 0, Look(size=(200, 150), ink=(0,) * 3, paper=(255,) * 3))[..., 0]
        for digit in (9, 0, 2)
    ]
    given = drawn(sketch(np.concatenate(parts, axis=1)))
    expected = [answer(asked[0], digit) for digit in given.digits]
    assert len(expected) == 3
    words, seen, text, _ = page.respond(asked, given, chosen=2)
    assert plain(words).startswith(
        f"3 digits. mlp with Keras: {' '.join(x.best for x in expected)};"
    )
    assert pixels(seen).shape == (28, 84)
    rows = re.findall(r'<tr><th scope="row">(\d)</th><td>(\d)</td><td>(.{6})</td>', text)
    assert [(row[0], row[1]) for row in rows] == [
        (str(place), found.best) for place, found in enumerate(expected, start=1)
    ]
    for row, found in zip(rows, expected, strict=True):
        assert float(row[2]) == pytest.approx(found.probabilities[found.best], abs=1e-4)
    assert "at place 3" in text
    assert probabilities(text) == pytest.approx(list(expected[2].probabilities.values()), abs=1e-4)


def test_only_the_kinds_switched_on_answer():
    both = readers("mlp", hidden_units=(4,)) + readers("cnn", filters=(2, 2))
    assert page.kinds_of(both) == ["mlp", "cnn"]
    words, _, *texts = page.respond(both, drawn(sketch(INK)), kinds=["cnn"])
    assert "mlp" not in words
    assert "cnn with Keras" in plain(words)
    assert [bool(text) for text in texts] == [False, False, True, True]
    words, *_ = page.respond(both, drawn(sketch(INK)), kinds=[])
    assert "Choose a model" in words


def test_every_picture_says_what_it_shows_and_every_table_has_headers():
    for name, kind in (("mlp", "unit"), ("cnn", "channel")):
        arguments = {"mlp": {"hidden_units": (9,)}, "cnn": {"filters": (7, 2)}}[name]
        [reader, _] = readers(name, **arguments)
        found = answer(reader, prepare_digit(INK))
        text = "".join(page.respond([reader], drawn(sketch(INK))))
        alts = re.findall(r'<img [^>]*?alt="(.*?)"', text)
        assert len(alts) == text.count("<img") == 2
        assert "1 digit of 28 by 28 pixels" in alts[0]
        for unit in found.units:
            assert f"{kind} {unit.number}: {unit.value:.2f}" in alts[1]
        assert text.count("<table") == text.count("<caption") == 1
        assert text.count('<th scope="col">') == 2
        assert text.count('<th scope="row">') == 10


def test_typed_digits_are_somebodys_and_each_time_others(offline_data):
    handwriting = Handwriting()
    first, second = (handwriting.typed("90-2 1a0") for _ in range(2))
    for given in (first, second):
        assert given.problem == ""
        for digit, label in zip(given.digits, (9, 0, 2, 1, 0), strict=True):
            same = (offline_data.x_test == digit).all(axis=(1, 2))
            assert set(offline_data.y_test[same]) == {label}
    assert not all(map(np.array_equal, first.digits, second.digits))


@pytest.mark.parametrize(
    ("text", "number"), [(None, 0), ("", 0), ("nine", 0), ("٣", 0), ("1" * 13, 13)]
)
def test_what_is_not_typed_digits_is_refused(text, number):
    given = Handwriting().typed(text)
    assert given.digits == []
    assert f"Received {number} digits, expected 1 to 12" in given.problem
    words, seen, _ = page.respond(readers("mlp", hidden_units=(4,))[:1], given)
    assert (plain(words), seen) == (given.problem, "")
    assert len(Handwriting().typed("1" * 12).digits) == 12


def test_a_picture_of_a_row_is_read(tmp_path):
    parts = [draw(digit, 1, Look(size=(200, 150), light=0.3)) for digit in (4, 2)]
    Image.fromarray(np.concatenate(parts, axis=1)).save(tmp_path / "row.png")
    assert len(in_picture(str(tmp_path / "row.png")).digits) == 2
    assert in_picture(None) == Given()
    (tmp_path / "text.png").write_text("no picture")
    Image.new("L", (90, 90), 200).save(tmp_path / "blank.png")
    for name, words in (("text.png", "cannot be read as a picture"), ("blank.png", "nothing that")):
        given = in_picture(str(tmp_path / name))
        assert given.digits == []
        assert given.problem.startswith(f"{name}: ")
        assert words in given.problem


HISTORY = """epoch,loss,accuracy,val_loss,val_accuracy,seconds,examples_per_second
1,0.5,0.8,0.4,0.85,1,1
2,0.25,0.9,0.3,0.875,1,1
"""


def test_the_training_curve_is_that_of_the_run(tmp_path):
    (tmp_path / "history.csv").write_text(HISTORY)
    found = read_curve(tmp_path)
    assert dict(found.columns) == {
        "training loss": [0.5, 0.25],
        "training accuracy": [0.8, 0.9],
        "test loss": [0.4, 0.3],
        "test accuracy": [0.85, 0.875],
    }
    loss, accuracy = found.plots
    assert "2 epochs: training loss 0.5000, at last 0.2500; test loss 0.4000" in loss
    assert "training accuracy 0.8000, at last 0.9000; test accuracy 0.8500" in accuracy
    assert all(plot.dtype == np.uint8 and np.ptp(plot) == 255 for plot in found.plots.values())
    text = shown.training(found)
    for words in found.plots:
        assert f'alt="{words}"' in text
    assert text.count('<th scope="col">') == 5
    assert '<th scope="row">2</th><td>0.2500</td><td>0.9000</td><td>0.3000</td>' in text


def test_each_plot_is_labelled_with_what_it_shows(tmp_path, monkeypatch):
    (tmp_path / "history.csv").write_text(HISTORY)
    shown_axes = []
    monkeypatch.setattr(plots, "pixels", lambda figure: shown_axes.extend(figure.axes))
    read_curve(tmp_path)
    assert [ax.get_ylabel() for ax in shown_axes] == ["loss", "accuracy"]
    assert [line.get_ydata().tolist() for line in shown_axes[1].lines] == [
        [0.8, 0.9],
        [0.85, 0.875],
    ]


def test_the_curve_of_a_run_without_tests_has_none(tmp_path):
    (tmp_path / "history.csv").write_text("epoch,loss,accuracy,val_loss,val_accuracy\n1,0.5,,,\n")
    found = read_curve(tmp_path)
    assert dict(found.columns) == {"training loss": [0.5]}
    assert list(found.plots) == ["Training of 1 epoch: training loss 0.5000."]


@pytest.mark.parametrize("text", [None, "", "epoch,loss\n", "epoch,loss\n1,much\n", "a\nb\n"])
def test_without_a_history_the_page_says_so(text, tmp_path):
    if text is not None:
        (tmp_path / "history.csv").write_text(text)
    assert read_curve(tmp_path) is None
    assert "no history.csv" in shown.training(None)


def test_the_default_runs_are_those_of_all_digits(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert prediction.digit_folders() == []
    for name in ("scratch-cnn", "keras-cnn", "scratch-mlp", "keras-linear", "keras-net37", "mine"):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "metrics.json").write_text("{}")
    (tmp_path / "runs" / "keras-softmax").mkdir()
    assert prediction.digit_folders() == [
        "runs/scratch-mlp",
        "runs/keras-cnn",
        "runs/scratch-cnn",
    ]


@pytest.mark.parametrize(("all_answer", "chosen"), [(False, ["mlp"]), (True, ["mlp", "cnn"])])
def test_there_is_a_switch_only_between_models_that_are_there(all_answer, chosen):
    asked = readers("mlp", hidden_units=(4,))
    gradio = MagicMock()
    page.build(gradio, asked, all_answer)
    assert not gradio.CheckboxGroup.called
    page.build(gradio, asked + readers("cnn", filters=(2, 2)), all_answer)
    [call] = gradio.CheckboxGroup.call_args_list
    assert call.args == (["mlp", "cnn"],)
    assert call.kwargs["value"] == chosen


def test_a_folder_is_shown_as_it_is_called():
    [reader, _] = readers("mlp", hidden_units=(4,))
    odd = dataclasses.replace(reader, name="<b>&")
    assert shown.heading(odd) == "mlp with Keras, &lt;b&gt;&amp;"


def test_a_model_that_fails_is_not_taken_for_an_empty_page():
    [reader, _] = readers("mlp", hidden_units=(4,))
    broken = dataclasses.replace(reader, task=tasks.get("cnn"))  # gives it images with a channel
    with pytest.raises(ValueError, match="received"):
        page.respond([broken], drawn(sketch(INK)))


def test_a_stroke_to_the_edge_of_the_canvas_is_a_digit_too():
    ink = np.zeros((280, 560), "uint8")
    ink[40:240, 100:112] = ink[0:200, 300:312] = ink[40:240, 548:560] = 255
    assert len(drawn(sketch(ink)).digits) == 3


@pytest.mark.parametrize(
    "drawing",
    [
        None,
        {"background": None, "layers": [], "composite": None},
        {"background": None, "layers": [None], "composite": None},
        sketch(np.zeros((280, 280), "uint8")),
        sketch(np.pad(np.full((3, 3), 255, "uint8"), 120)),
    ],
    ids=["nothing", "no layers", "an empty layer", "no ink", "a dot"],
)
def test_before_anything_is_drawn_the_page_invites(drawing):
    words, *texts = page.respond(readers("mlp", hidden_units=(4,)), drawn(drawing))
    assert "Draw a digit" in words
    assert texts == ["", "", ""]


def test_without_gradio_the_error_says_how_to_install_it(run_here, monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    for name in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_DISABLE_TELEMETRY", "HF_HUB_OFFLINE"):
        monkeypatch.setenv(name, "")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    done = run_here("draw")
    assert done.returncode == 2
    assert "pip install '.[demo]'" in done.stderr
    assert "make draw" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("port", ["0", "65536", "many"])
def test_an_invalid_port_is_reported(port, run_here, capfd):
    with pytest.raises(SystemExit):
        run_here(f"draw --port {port}")
    assert "expected a port, 1 to 65535" in capfd.readouterr().err


def test_a_line_found_by_hand_is_measured_and_gradient_descent_goes_on_from_there(wing):
    tried, *_ = line_search.begun_again(False)[2:]
    assert tried == [[*START, pytest.approx(673.4545, abs=1e-3)]]
    tried, said, _ = line_search.moved(1.0, 90.0, tried, False)
    assert tried[-1][:2] == [1.0, 90.0]
    assert f"MSE {tried[-1][2]:.1f}" in said
    tried, _, _ = line_search.moved(-1.0, 90.0, tried, False)
    *places, tried, said, _ = line_search.stepped(tried, False)
    ages, pressures = line_search.Search().x, line_search.Search().y
    start = {"slope": -1.0, "intercept": 90.0, "learning_rate": LEARNING_RATE, "steps": 1}
    fitted = wing.linear_regression.fit_line(ages, pressures, **start)
    np.testing.assert_allclose(tried[-1], fitted.path[1], rtol=1e-12)
    assert places == [round(fitted.slope, 2), round(fitted.intercept, 1)]
    assert f"lowest so far {min(loss for *_, loss in tried):.1f}" in said


def test_the_rounded_sliders_do_not_move_what_a_step_found():
    *places, tried, _, _ = line_search.stepped([[1.0, 90.0, 300.0]], False)
    again, _, _ = line_search.moved(*places, tried, True)
    assert again == tried


def test_the_loss_from_above_is_drawn_when_it_is_asked_for():
    search = line_search.Search()
    for place in (START, (1.0, 100.0), (1.0, 100.0)):
        search.move(*place)
    assert len(search.tried) == 2  # a place is remembered once
    assert search.picture(False).count("<img") == 1
    assert search.picture(True).count("<img") == 2
    assert "ŷ = 1.00·x + 100.0" in search.picture(True)
    for step in range(line_search.MOST + 5):
        search.move(step / 1000, 100.0)
    assert len(search.tried) == line_search.MOST + 1


def heard(text):
    """What a piece of HTML says to eyes and to a screen reader."""
    alts = re.findall(r'<img [^>]*?alt="(.*?)"', text)
    return " ".join([*alts, re.sub("<.*?>", " ", text)])


def test_the_page_is_chinese_where_that_is_chosen(tmp_path):
    (tmp_path / "history.csv").write_text(HISTORY)
    asked = readers("mlp", hidden_units=(9,)) + readers("cnn", filters=(7, 2))
    row = Given([prepare_digit(INK)] * 2)
    gradio = MagicMock()
    with plots.language("zh_CN"):
        page.build(gradio, asked)
        texts = [heard(text) for text in page.respond(asked, row, chosen=1)]
        texts += [heard(text) for text in page.respond(asked[:1], Given([row.digits[0]]))]
        texts += [page.respond(asked, Given(), kinds=kinds)[0] for kinds in (None, [])]
        texts += [heard(shown.training(curve)) for curve in (read_curve(tmp_path), None)]
        texts += [heard(text) for text in line_search.stepped([[1.0, 90.0, 300.0]], True)[-2:]]
        texts += [style.take_pen().split('"aria-label", ')[1][:20]]
    for _, arguments, named in gradio.mock_calls:
        texts += [heard(text) for text in arguments if isinstance(text, str)]
        texts += [named[name] for name in ("label", "submit_btn") if name in named]
    assert len([text for text in texts if re.search("[\u4e00-\u9fff]", text)]) > 30
    left = {word for text in texts for word in re.findall(r"(?<![\w/.-])[a-z]{3,}(?![\w./])", text)}
    assert left <= {"mlp", "cnn"}


def test_the_pictures_of_the_line_are_chinese_as_well(monkeypatch):
    drawn_figures = []
    monkeypatch.setattr(plots, "pixels", lambda figure: drawn_figures.append(figure) or INK)
    line_search.stepped([[1.0, 90.0, 300.0]], True)
    assert len(drawn_figures) == 2
    with plots.language("zh_CN"):
        assert [left_in_english(figure) for figure in drawn_figures] == [[], []]
