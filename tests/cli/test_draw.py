"""The answers of the drawing page, without a browser (tests/demo has one)."""

import dataclasses
import re
import sys
from unittest.mock import MagicMock

import numpy as np
import pytest
from support.arrays import largest_difference
from support.drawn_digits import Look, draw
from support.wings import KERAS, SCRATCH

from kerasfoundations.data import prepare_digit
from kerasfoundations.demo import page
from kerasfoundations.demo.answer import answer, strongest_units
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
    assert page.units_image(found) is None
    gradio = MagicMock()
    page.build(gradio, [reader])
    said = [call.args[0] for call in gradio.Markdown.call_args_list]
    assert "this model has no hidden layer, so there are no units to show" in said


def test_the_page_shows_an_answer_of_each_model():
    asked = readers("mlp", hidden_units=(20,), seed=3)
    digit, words, *shown = page.respond(asked, sketch(INK))
    assert digit.shape == (224, 224)
    np.testing.assert_array_equal(digit[::8, ::8], prepare_digit(INK))
    assert re.fullmatch(r"## with Keras: (\d); from scratch: \1", words)
    assert len(shown) == 4
    for text, picture in zip(shown[::2], shown[1::2], strict=True):
        values = [float(value) for value in re.findall(r"<td>(0\.\d+)</td>", text)]
        assert len(values) == 10
        assert sum(values) == pytest.approx(1, abs=1e-3)
        assert text.count("class=best") == 1
        assert (picture.ndim, picture.dtype) == (3, np.uint8)


def test_a_model_that_fails_is_not_taken_for_an_empty_page():
    [reader, _] = readers("mlp", hidden_units=(4,))
    broken = dataclasses.replace(reader, task=tasks.get("cnn"))  # gives it images with a channel
    with pytest.raises(ValueError, match="received"):
        page.respond([broken], sketch(INK))


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
    digit, words, *shown = page.respond(readers("mlp", hidden_units=(4,)), drawing)
    assert digit is None
    assert "Draw a digit" in words
    assert shown == ["", None, "", None]


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
