"""Pictures of digits: prepared as MNIST was, and read by trained models."""

import json
import re
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.drawn_digits import LOOKS, Look, draw, save, twenty
from support.drawn_rows import ROW_LOOKS, TOUCHING_LOOKS, twenty_rows
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH, sampled

from kerasfoundations import cli, plots, runs
from kerasfoundations.cli.predict import folded, shown
from kerasfoundations.data import (
    DataError,
    DataFileMissingError,
    prepare_digit,
    read_digit_image,
    scale_images,
    split_digits,
)
from kerasfoundations.data.digit_images import read_picture
from kerasfoundations.demo import page
from kerasfoundations.from_scratch import cnn, training
from kerasfoundations.loop.history import Callback
from kerasfoundations.runs import prediction, tasks


def extent(digit, least=128):
    """Return the first and last row and column with that much ink."""
    rows = np.flatnonzero((digit >= least).any(axis=1))
    columns = np.flatnonzero((digit >= least).any(axis=0))
    return (*rows[[0, -1]].tolist(), *columns[[0, -1]].tolist())


def grey(digit=3, hand=0, seed=0, **look):
    return draw(digit, hand, Look(**look), seed).mean(axis=-1)


def likeness(first, second):
    """Return the cosine of the angle between two images."""
    first, second = first.astype(float).ravel(), second.astype(float).ravel()
    return first @ second / np.sqrt((first @ first) * (second @ second))


def test_the_digit_fills_the_box_and_its_mass_is_in_the_middle(rng):
    for digit in range(10):
        found = prepare_digit(grey(digit, at=tuple(rng.uniform(0.35, 0.65, 2))))
        assert (found.shape, found.dtype, found.max()) == ((28, 28), np.uint8, 255)
        top, bottom, left, right = extent(found)
        assert max(bottom - top, right - left) + 1 in (19, 20)
        mass = found / found.sum()
        assert abs(mass.sum(axis=1) @ np.arange(28) - 14) <= 0.5
        assert abs(mass.sum(axis=0) @ np.arange(28) - 14) <= 0.5


def test_the_aspect_ratio_is_kept():
    paper = np.full((120, 120), 240.0)
    paper[20:100, 40:60] = 10  # 80 high, 20 wide
    top, bottom, left, right = extent(prepare_digit(paper))
    assert (bottom - top + 1, right - left + 1) == (20, 5)


def test_mnist_comes_out_as_it_was(offline_data):
    images = offline_data.x_test[::20]
    likenesses = [likeness(image, prepare_digit(image)) for image in images]
    assert np.median(likenesses) > 0.99
    # A few have specks, which MNIST's makers left in, or a finer pen than most.
    assert np.quantile(likenesses, 0.1) > 0.9
    as_high = [extent(prepare_digit(image), 1)[:2] == extent(image, 1)[:2] for image in images]
    assert np.mean(as_high) > 0.8


def test_dark_on_light_and_light_on_dark_are_the_same():
    dark = grey()
    np.testing.assert_allclose(
        prepare_digit(dark).astype(int), prepare_digit(255 - dark).astype(int), atol=1
    )


@pytest.mark.parametrize(
    "look",
    [
        {"at": (0.75, 0.3), "height": 0.3},
        {"light": 0.7},
        {"noise": 35},
        {"specks": 15},
        {"margin": True, "height": 0.5, "at": (0.6, 0.5)},
        {"ink": (190, 190, 190), "paper": (240, 240, 240)},
        {"size": (700, 900)},
        {"size": (60, 60)},
    ],
    ids=lambda look: " ".join(look),
)
def test_properties_of_the_picture_alone_make_no_difference(look):
    plain = prepare_digit(grey(5, pen=0.12))
    other = prepare_digit(grey(5, pen=0.12, **look))
    assert likeness(plain, other) > 0.93


def test_a_five_keeps_its_bar_and_loses_a_speck():
    paper = np.full((100, 100), 255.0)
    paper[40:80, 40:46] = paper[80:86, 40:70] = 0  # a body
    paper[20:26, 40:70] = 0  # a separate bar
    with_speck = paper.copy()
    with_speck[10:13, 80:83] = 0
    np.testing.assert_array_equal(prepare_digit(with_speck), prepare_digit(paper))
    assert extent(prepare_digit(paper))[0] == extent(prepare_digit(paper))[1] - 19
    paper[20:26] = 255
    assert likeness(prepare_digit(paper), prepare_digit(with_speck)) < 0.9


def test_a_fine_pen_is_made_as_wide_as_those_of_mnist():
    fine, usual = (prepare_digit(grey(0, pen=pen, size=(400, 400))) for pen in (0.01, 0.1))
    assert fine.sum() > 0.6 * usual.sum()
    assert (fine > 200).sum() > 40


@pytest.mark.parametrize(
    ("ink", "paper"),
    [((255, 255, 150), (255, 255, 255)), ((0, 0, 80), (0, 0, 0)), ((160, 0, 0), (0, 82, 0))],
    ids=["yellow on white", "blue on black", "red on green"],
)
def test_colours_that_are_as_bright_as_the_paper_are_seen(tmp_path, ink, paper):
    plain = read_digit_image(save(draw(4, 0, Look()), tmp_path / "plain", Look()))
    look = Look(ink=ink, paper=paper)
    found = read_digit_image(save(draw(4, 0, look), tmp_path / "colour", look))
    assert likeness(plain, found) > 0.97


def test_light_that_falls_off_to_the_corners_is_not_ink(rng):
    plain = grey(8)
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    dim = plain * (1 - 0.3 * (x * x + y * y))
    assert likeness(prepare_digit(plain), prepare_digit(dim)) > 0.95
    faint = 150 - 0.3 * (255 - plain) * (1 - 0.2 * x) + rng.normal(0, 12, plain.shape)
    shaded = np.clip(faint * (1 - 0.18 * (x * x + y * y)), 0, 255)
    assert likeness(prepare_digit(plain), prepare_digit(shaded)) > 0.9


def test_marks_that_touch_the_border_are_not_the_digit():
    plain = grey(8, height=0.5)
    edge = plain.copy()
    edge[:, :8] = 30  # of a table
    edge[190:, 150:] = 60  # a thumb
    assert likeness(prepare_digit(plain), prepare_digit(edge)) > 0.97


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"])
def test_every_mode_is_read_alike(tmp_path, mode):
    picture = Image.fromarray(draw(2, 0, Look()))
    if mode in ("I;16", "F"):
        levels = np.asarray(picture.convert("L"))
        image = Image.fromarray(
            levels.astype("uint16") * 257 if mode == "I;16" else levels.astype("float32") / 255
        )
    else:
        image = picture.convert(mode)
    assert image.mode == mode
    ending = "png" if mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16") else "tiff"
    image.save(tmp_path / f"two.{ending}")
    expected = prepare_digit(np.asarray(picture.convert("L")))
    assert likeness(read_digit_image(tmp_path / f"two.{ending}"), expected) > 0.97


@pytest.mark.parametrize("white", [1.0, 1.001, 255.0, 255.6])
def test_floats_are_read_whatever_white_is(tmp_path, white):
    levels = np.asarray(Image.fromarray(draw(2, 0, Look())).convert("L"))
    scaled = (levels / levels.max() * (white if white > 2 else 1)).astype("float32")
    scaled[0, 0] = white  # where interpolation has strayed
    Image.fromarray(scaled).save(tmp_path / "two.tiff")
    assert likeness(read_digit_image(tmp_path / "two.tiff"), prepare_digit(levels)) > 0.97


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("palette", [False, True])
def test_ink_on_nothing_is_seen_whatever_its_colour(tmp_path, ink, palette):
    shape = 255 - draw(3, 0, Look(ink=(0,) * 3, paper=(255,) * 3))[..., 0]
    rgba = np.dstack([np.full((*shape.shape, 3), ink, "uint8"), shape])
    image = Image.fromarray(rgba)
    if palette:
        image = Image.fromarray((shape > 128).astype("uint8"))
        image.putpalette([255 - ink] * 3 + [ink] * 3)
        image.info["transparency"] = 0
    image.save(tmp_path / "clear.png")
    assert likeness(read_digit_image(tmp_path / "clear.png"), prepare_digit(shape)) > 0.97


@pytest.mark.parametrize("ending", ["jpg", "png", "tiff", "webp"])
def test_a_camera_that_was_turned_makes_no_difference(tmp_path, ending):
    picture = Image.fromarray(draw(7, 0, Look(size=(200, 150))))
    turned = picture.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    turned.save(tmp_path / f"seven.{ending}", exif=exif)
    found = read_digit_image(tmp_path / f"seven.{ending}")
    assert likeness(found, prepare_digit(np.asarray(picture.convert("L")))) > 0.95


def test_the_first_picture_of_an_animation_counts(tmp_path):
    first, second = (Image.fromarray(draw(digit, 0, Look())) for digit in (1, 8))
    first.save(tmp_path / "two.gif", save_all=True, append_images=[second])
    expected = prepare_digit(np.asarray(first.convert("L")))
    assert likeness(read_digit_image(tmp_path / "two.gif"), expected) > 0.97


def test_a_large_photo_is_read_small_and_stays_as_it_was(tmp_path):
    picture = Image.fromarray(draw(6, 0, Look())).resize((5000, 6000))
    picture.save(tmp_path / "large.jpg")
    before = (tmp_path / "large.jpg").read_bytes()
    assert max(read_picture(tmp_path / "large.jpg").shape) <= 800
    found = read_digit_image(tmp_path / "large.jpg")
    small = Image.fromarray(draw(6, 0, Look())).resize((500, 600)).convert("L")
    assert likeness(found, prepare_digit(np.asarray(small))) > 0.97
    assert (tmp_path / "large.jpg").read_bytes() == before


def bomb(path):
    """A picture of ten billion pixels in a few bytes."""
    Image.new("1", (8, 8)).save(path)
    content = bytearray(path.read_bytes())
    content[18:26] = np.array([100_000, 100_000], "<i4").tobytes()
    path.write_bytes(content)


def unreadable(folder, kind):
    """A file without a picture of a digit, or no file at all."""
    path = folder / f"{kind.replace(' ', '-')}.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "text":
        path.write_text("seven")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "cut short":
        Image.fromarray(draw(3, 0, Look(noise=20))).save(path)
        path.write_bytes(path.read_bytes()[:9000])
    elif kind == "blank":
        Image.new("L", (100, 100), 240).save(path)
    elif kind == "noise":
        noise = np.random.default_rng(0).normal(128, 40, (200, 200))
        Image.fromarray(np.clip(noise, 0, 255).astype("uint8")).save(path)
    elif kind == "speck":
        paper = np.full((200, 200), 255, "uint8")
        paper[50:53, 60:63] = 0
        Image.fromarray(paper).save(path)
    elif kind == "bomb":
        bomb(path.with_suffix(".bmp"))
        return path.with_suffix(".bmp")
    elif kind == "NaN":
        path = path.with_suffix(".tiff")
        Image.fromarray(np.full((40, 40), np.nan, "float32")).save(path)
    elif kind == "program":  # Pillow would have Ghostscript run it
        path.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n")
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "no such file, expected a picture"),
        ("folder", "found a folder or a device, expected a picture"),
        ("text", "cannot be read as a picture .it is not one"),
        ("empty", "cannot be read as a picture .it is not one"),
        ("cut short", "cannot be read as a picture"),
        ("blank", "found nothing that stands out .* expected a digit: write one"),
        ("noise", "found nothing"),
        ("speck", "found nothing but specks, expected a digit"),
        ("bomb", "too large to be opened .* expected at most"),
        ("NaN", "holds NaN or infinite numbers"),
        ("program", "cannot be read as a picture .it is not one"),
    ],
)
def test_a_picture_without_a_digit_is_reported_in_one_line(tmp_path, kind, words):
    path = unreadable(tmp_path, kind)
    with pytest.raises(DataError, match=words) as caught:
        read_digit_image(path)
    assert isinstance(caught.value, DataFileMissingError) == (kind == "missing")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Runs of several kinds, trained for a moment on the offline digits."""
    folder = tmp_path_factory.mktemp("trained")
    kinds = {
        "keras-mlp": "keras --epochs 6",
        "scratch-mlp": "scratch --epochs 6",
        "scratch-net37": "scratch --model net37 --epochs 10 --target 0",
        "scratch-linear": "scratch --model linear --epochs 1 --learning-rate 0.0001",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        save_pictures_undrawn(patch)
        for name, words in kinds.items():
            where = [] if name.endswith("linear") else ["--data", "sample"]
            code = cli.main(["train", *words.split(), "--quiet", "--out", f"runs/{name}", *where])
            assert code == 0, name
    return folder / "runs"


@pytest.fixture
def three(tmp_path):
    """A picture of a three, named relative to where commands run."""
    return save(draw(3, 1, Look()), tmp_path / "three", Look()).name


@THOROUGH
def test_both_wings_answer_side_by_side(run_here, trained, three, tmp_path):
    (tmp_path / "runs").symlink_to(trained)
    done = run_here(f"predict {three}")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].strip() == three
    answers = [line for line in lines if "runs/" in line]
    assert [line.split("runs/")[1].split()[:2] for line in answers] == [
        ["keras-mlp", "3"],
        ["scratch-mlp", "3"],
    ]
    drawn = [line[:28] for line in lines]  # what the networks saw
    assert len([row for row in drawn if {"#", "%", "@"} & set(row)]) >= 8
    assert not (tmp_path / "prediction.png").exists()


@pytest.fixture
def row(tmp_path):
    """A picture of 4 digits side by side, and the pictures of each alone."""
    look = Look(size=(100, 140), ink=(0, 0, 0), paper=(255, 255, 255))
    alone = [draw(digit, 0, look) for digit in (4, 0, 2, 1)]
    Image.fromarray(np.concatenate(alone, axis=1)).save(tmp_path / "row.png")
    for place, picture in enumerate(alone):
        Image.fromarray(picture).save(tmp_path / f"{place}.png")
    return "row.png"


def test_a_row_is_read_from_left_to_right_and_its_digits_are_counted(run_here, trained, row, three):
    where = f"--model {trained / 'scratch-mlp'}"
    alone = json.loads(run_here(f"predict 0.png 1.png 2.png 3.png {where} --json").stdout)
    each = [image["answers"][0]["answer"] for image in alone["images"]]
    done = run_here(f"predict {row} {three} {where} --out seen")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "row.png: 4 digits, from left to right"
    assert lines[1].strip() == f"{trained / 'scratch-mlp'}: {''.join(each)}"
    heads = [line.strip() for line in lines if line.strip().startswith(("row.png (", "three"))]
    assert heads == [*(f"row.png ({place} / 4)" for place in (1, 2, 3, 4)), three]
    found = json.loads(run_here(f"predict {row} {three} {where} --json").stdout)["images"]
    assert [image["num_digits"] for image in found] == [4, 1]
    [answer] = found[0]["answers"]
    assert answer["answer"] == "".join(each)
    best = [max(digit, key=digit.get) for digit in answer["digits"]]
    assert best == each
    assert found[1]["answers"][0]["probabilities"].keys() == answer["digits"][0].keys()


def test_words_of_a_row_are_apart(run_here, trained, row):
    done = run_here(f"predict {row} --model {trained / 'scratch-net37'} --json")
    [answer] = json.loads(done.stdout)["images"][0]["answers"]
    assert set(answer["answer"].split(" ")) <= {"three", "seven"}
    assert answer["answer"].count(" ") == 3


def test_a_model_of_threes_and_sevens_answers_with_two_classes(run_here, trained, three):
    done = run_here(f"predict {three} --model {trained / 'scratch-net37'} --json")
    assert (done.returncode, done.stderr) == (0, "")
    [found] = json.loads(done.stdout)["images"][0]["answers"]
    assert set(found["probabilities"]) == {"seven", "three"}
    assert sum(found["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert found["answer"] == "three"
    assert found["probabilities"]["three"] > 0.5


@pytest.mark.parametrize("name", sorted(tasks.TASKS.keys() - {"linear", "resnet18"}))
def test_every_model_of_digits_gets_inputs_of_its_shape(wing, name):
    task = tasks.get(name)
    reader = prediction.Reader(
        "", wing.name, task, runs.build_model(wing.name, name, **task.arguments)
    )
    given = reader.probabilities(np.zeros((2, 28, 28), "uint8"))
    assert given.shape == (2, len(task.class_names))
    np.testing.assert_allclose(given.sum(axis=1), 1, rtol=1e-5)


def test_a_bad_picture_does_not_keep_the_others_from_being_read(run_here, trained, three, tmp_path):
    words = f"predict absent.png {three} --model {trained / 'scratch-mlp'} --out seen"
    done = run_here(words)
    assert done.returncode == 2
    assert done.stderr.startswith("error: absent.png: no such file")
    assert done.stderr.count("\n") == 1
    assert f"picture in {Path('seen') / 'prediction.png'}" in done.stdout
    assert [file.name for file in (tmp_path / "seen").iterdir()] == ["prediction.png"]
    with Image.open(tmp_path / "seen" / "prediction.png") as drawn:
        assert drawn.size[0] > 400


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{three} --model {trained}/scratch-linear", "takes no images, expected one that was"),
        ("{three} --model {trained}", "found no metrics.json, expected the folder of a run"),
        ("{three}", "train them with make train-keras and make train-scratch"),
        ("absent.png --model {trained}/scratch-mlp", "absent.png: no such file"),
        ("{three} --model {trained}/scratch-mlp --out {three}", "found a file, expected a folder"),
    ],
)
def test_wrong_use_ends_with_2_and_one_line(run_here, trained, three, words, said):
    done = run_here("predict " + words.format(three=three, trained=trained))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.fixture
def interrupted(run_here, trained, tmp_path):
    """The run `runs/scratch-mlp`, and a later one in its folder, stopped in epoch 2."""
    shutil.copytree(trained / "scratch-mlp", tmp_path / "runs" / "scratch-mlp")

    class Stop(Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                signal.raise_signal(signal.SIGINT)

    fit = training.fit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "fit", lambda *a, **k: fit(*a, **k | {"callbacks": [Stop()]}))
        done = run_here("train scratch --data sample --execution graph --quiet")
    assert done.returncode == 130
    return tmp_path / "runs" / "scratch-mlp"


def test_an_interrupted_run_is_said_to_answer_with_the_previous_model(run_here, interrupted, three):
    done = run_here(f"predict {three} --model {interrupted}")
    assert done.returncode == 0
    assert re.fullmatch(
        rf"NOTE: {interrupted}: its last training is unfinished, saved in epoch 2, after step 1: "
        r"the model of an earlier one answers; resume with: \S.* train scratch --resume "
        rf"--out {interrupted}\n",
        done.stderr,
    )
    assert "scratch-mlp" in done.stdout
    told = run_here(f"predict {three} --json")  # on standard error, which JSON is not
    assert json.loads(told.stdout)["images"][0]["answers"][0]["answer"] == "3"
    assert told.stderr.startswith("NOTE: runs/scratch-mlp: its last training is unfinished")
    assert told.stderr.count("\n") == 1


def test_the_page_says_so_as_well(run_here, interrupted, monkeypatch):
    monkeypatch.setattr(page, "draw", lambda folders, port: None)
    assert "unfinished, saved in epoch 2" in run_here("draw").stderr


@pytest.mark.parametrize("content", [None, b"{half"])
def test_remains_of_a_checkpoint_are_ignored(run_here, trained, three, tmp_path, content):
    shutil.copytree(trained / "scratch-mlp", tmp_path / "run")
    (tmp_path / "run" / "checkpoint").mkdir()
    if content:
        (tmp_path / "run" / "checkpoint" / "checkpoint.json").write_bytes(content)
    done = run_here(f"predict {three} --model run")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("columns", "folder", "expected"),
    sampled(
        [
            (60, "one/more/folder-of-many-others/[runs]", ["scratch-mlp", "keras-mlp"]),
            (80, "runs", ["runs/scratch-mlp", "runs/keras-mlp"]),
            (200, "a/folder-of-many/[runs]", None),
            (80, "a/folder-of-many/[runs]", None),
        ],
        every=4,
    ),
)
def test_the_name_of_a_run_is_not_cut(
    run_here, trained, three, tmp_path, monkeypatch, columns, folder, expected
):
    monkeypatch.setenv("COLUMNS", str(columns))
    names = [f"{folder}/{name}" for name in ("scratch-mlp", "keras-mlp")]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(trained / Path(name).name)
    lines = run_here(f"predict {three} --model {' --model '.join(names)}").stdout.splitlines()
    words = [word for line in lines for word in line.split() if word.endswith("-mlp")]
    assert words == (expected or names)
    assert max(map(len, lines)) <= max(columns, 78)
    [head] = [line for line in lines if "first" in line]
    beside = columns == 200 or folder == "runs"
    assert head.index("model") == (31 if beside else 1)  # beside the digit, or below it


def test_a_path_is_folded_after_its_separators():
    assert folded("runs/keras-mlp", 20) == "runs/keras-mlp"
    assert folded("runs/keras-mlp", 10) == "runs/\nkeras-mlp"
    assert folded("/tmp/a/b/name", 7) == "/tmp/a/\nb/name"
    assert folded("C:\\runs\\net", 8) == "C:\\runs\\\nnet"
    assert folded("a-name-without-end", 5) == "a-name-without-end"
    assert "".join(folded("//a//b///c/", 3).splitlines()) == "//a//b///c/"


def test_in_a_terminal_the_digit_is_drawn_in_greys():
    digit = np.zeros((28, 28), "uint8")
    digit[0, 0], digit[1, 0] = 200, 90
    first = shown(digit, colours=True).spans[0].style
    assert first.color.get_truecolor() == (200, 200, 200)
    assert first.bgcolor.get_truecolor() == (90, 90, 90)
    lines = shown(digit, colours=False).plain.splitlines()
    assert [len(line) for line in lines] == [28] * 14
    assert lines[0][0] not in " @"


def test_the_picture_shows_what_was_given():
    digits = np.arange(2 * 784).reshape(2, 28, 28).astype("uint8")
    pictures = [np.zeros((50, 40, 3), "uint8"), np.zeros((30, 90, 3), "uint8")]
    given = {"one": np.array([[0.2, 0.8], [0.6, 0.4]]), "two": np.array([[0.0, 1.0], [0.5, 0.5]])}
    classes = {"one": ["a", "b"], "two": ["c", "d"]}
    figure = plots.predictions(pictures, digits, given, classes, ["x.png", "y.png"])
    assert len(figure.axes) == 8
    np.testing.assert_array_equal(figure.axes[1].images[0].get_array(), digits[0])
    heights = [bar.get_height() for bar in figure.axes[6].patches]
    assert heights == [0.6, 0.4]
    assert figure.axes[2].get_title() == "one: b 0.800"


def test_a_name_with_dollar_signs_is_not_a_formula(tmp_path):
    digit, picture = np.zeros((1, 28, 28), "uint8"), np.zeros((9, 9, 3), "uint8")
    given = {"a$b_$": np.array([[0.2, 0.8]])}
    figure = plots.predictions([picture], digit, given, {"a$b_$": ["a", "b"]}, ["c$d_$.png"])
    figure.savefig(tmp_path / "drawn.png")


@THOROUGH
def test_a_network_trained_on_mnist_reads_twenty_digits_of_other_hands(full_mnist, tmp_path):
    """At least eighteen of twenty; see `drawn_digits` for how they are made."""
    model = cnn.build_cnn(seed=0)
    training.fit(
        *(model, scale_images(full_mnist.x_train), full_mnist.y_train),
        **{"epochs": 1, "optimizer": "adam", "execution": "graph", "verbose": 0},
    )
    digits, right = [], []
    for place, (digit, look, picture) in enumerate(twenty()):
        digits.append(read_digit_image(save(picture, tmp_path / f"{place}", LOOKS[look])))
        right.append(digit)
    assert {look for _, look, _ in twenty()} == set(LOOKS)
    found = training.predict(model, scale_images(np.stack(digits))).argmax(axis=1)
    wrong = [
        f"{look} {digit}: {answer}"
        for (digit, look, _), answer in zip(twenty(), found, strict=True)
        if digit != answer
    ]
    assert len(wrong) <= 2, wrong


@THOROUGH
def test_a_network_trained_on_mnist_reads_ninety_of_a_hundred_rows(full_mnist):
    """Wholly right, all four digits: in five draws of twenty looks, and of pairs that touch."""
    model = cnn.build_cnn(seed=0)
    training.fit(
        *(model, scale_images(full_mnist.x_train), full_mnist.y_train),
        **{"epochs": 4, "optimizer": "adam", "execution": "graph", "verbose": 0},
    )

    def num_right(looks):
        """How many rows are right in each draw."""
        counts = []
        for seed in range(5):
            rows = twenty_rows(full_mnist.x_test, full_mnist.y_test, seed, looks)
            seen = [scale_images(np.stack(split_digits(picture))) for _, _, picture in rows]
            read = [training.predict(model, digits).argmax(axis=1) for digits in seen]
            numbers = ["".join(map(str, digits)) for digits in read]
            counts.append(sum(n == row[0] for n, row in zip(numbers, rows, strict=True)))
        return counts

    rows = num_right(ROW_LOOKS)  # 19, 19, 20, 16, 19
    assert sum(rows) >= 90, rows
    assert min(rows) >= 15, rows
    touching = num_right(TOUCHING_LOOKS)  # 4, 5, 4, 3, 5, of ten each
    assert sum(touching) >= 16, touching
