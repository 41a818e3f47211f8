"""The report of published figures: verdicts, errors, both wings, and pages that show all rows."""

import dataclasses
import html.parser
import json
import re

import numpy as np
import pytest
from support.quick_claims import QUICK
from support.thorough import THOROUGH

from kerasfoundations.reproduction import claims, epochs, report, runner, training
from kerasfoundations.reproduction.claims import Band, Claim, Exactly, Group, Row

NASTY = "A < b & c | d\n`e` *f* [g](h) <script>alert(1)</script>"


def claim(name="one", target=None, value="value", **more):
    target = Band(0.9, 1.1) if target is None else target
    return Claim(name, f"{name} is 1", claims.DESIGN, target, "why", value, **more)


def group(*members, measure=lambda wing, data: {"value": 1.0}, name="group", **more):
    return Group(name, "A section", measure, members or (claim(),), data="nothing", **more)


class Page(html.parser.HTMLParser):
    """Checks that every tag is closed, and collects rows and pictures."""

    def __init__(self, text):
        super().__init__()
        self.open, self.rows, self.images, self.text = [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes)["src"])
        elif tag not in ("meta", "br"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append(0)
        self.rows[-1:] = [count + (tag in ("td", "th")) for count in self.rows[-1:]]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def reproduce(run_here, tmp_path, monkeypatch):
    """Runs the command on the offline digits, with the given groups of claims if there are any."""

    def run(*groups, words=""):
        if groups:
            monkeypatch.setattr(runner, "GROUPS", groups)
        done = run_here(f"reproduce --data sample --out here {words}")
        path = tmp_path / "here" / "report.json"
        done.report = json.loads(path.read_text()) if path.exists() else {}
        done.rows = {row["name"]: row for row in done.report.get("rows", ())}
        return done

    return run


def test_claims_that_need_no_mnist_are_measured_in_both_wings(reproduce, tmp_path):
    done = reproduce(words="--only closed-form one-sample geometry resnet18 mnist")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    verdicts = {name: row["verdict"] for name, row in done.rows.items()}
    absent = [name for name, verdict in verdicts.items() if verdict == "needs full MNIST"]
    assert absent == [
        *("mnist-train", "mnist-test", "mnist-dtype", "mnist-last-batch"),
        *("mnist-threes-and-sevens", "resnet18"),
    ]
    measured = [row for name, row in done.rows.items() if name not in absent]
    assert {row["verdict"] for row in measured} == {"reproduced"}
    assert len(measured) == 9
    for row in measured:
        assert set(row["found"]) == set(row["seconds"]) == {"keras", "scratch"}
        assert row["why"]
        assert row["data"]
    slopes = [done.rows[name]["found"] for name in ("slope", "one-sample-slope")]
    assert slopes[0] == pytest.approx({"keras": 1.10502, "scratch": 1.10502}, abs=1e-5)
    assert slopes[1] == pytest.approx({"keras": 0.3248, "scratch": 0.3248}, abs=1e-9)
    assert "slope: 1.1050 with Keras, 1.1050 from scratch" in done.stdout
    folder = tmp_path / "here"
    assert {f.name for f in folder.iterdir()} == {
        *("index.html", "report.md", "report.json", "differences.png")
    }
    page = Page((folder / "index.html").read_text(encoding="utf-8"))
    assert set(page.rows) == {8}
    assert page.images == ["differences.png"]
    markdown = (folder / "report.md").read_text(encoding="utf-8")
    assert "![" in markdown
    for name in done.rows:
        assert f"`{name}`" in markdown
        assert name in page.text


def test_a_figure_that_is_missed_is_shown_as_such(reproduce, tmp_path):
    wrong = claim("wrong", Band(1.2, 1.3), form="{:.2f}")
    done = reproduce(group(claim(), wrong, claim("shape", Exactly((2,)))))
    assert done.returncode == 1
    assert done.rows["one"]["verdict"] == "reproduced"
    assert done.rows["wrong"]["verdict"] == done.rows["shape"]["verdict"] == "not reproduced"
    words = "found 1.00 with Keras and 1.00 from scratch, tolerated: 1.2 to 1.3"
    assert done.rows["wrong"]["reason"] == words
    assert f"wrong: not reproduced: {words}" in done.stderr
    for name in ("index.html", "report.md"):
        assert (
            "Found 1.00 with Keras and 1.00 from scratch" in (tmp_path / "here" / name).read_text()
        )
    assert "3 claims: reproduced 1, not reproduced 2" in done.stdout


@pytest.mark.parametrize("ill", ["keras", "scratch"])
def test_a_measurement_that_raises_leaves_the_others(reproduce, tmp_path, ill):
    def measure(wing, data):
        if wing == ill:
            raise RuntimeError(NASTY)
        return {"value": 1.0}

    apart = claim("apart", Band(highest=1), apart=True)
    no_value = claim("no-value", value="missing")
    done = reproduce(
        group(claim("ill"), apart, measure=measure, name="first"),
        group(claim("well"), no_value, name="second"),
    )
    assert done.returncode == 1
    verdicts = [row["verdict"] for row in done.rows.values()]
    assert verdicts == ["error", "error", "reproduced", "error"]
    other = {"keras": "scratch", "scratch": "keras"}[ill]
    assert done.rows["ill"]["found"] == {other: 1.0}
    assert done.rows["apart"]["found"] == {}
    assert "RuntimeError: A < b & c | d" in done.rows["ill"]["reason"]
    assert done.rows["no-value"]["reason"] == "KeyError: 'missing'"
    folder = tmp_path / "here"
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "<script>alert(1)</script>" in Page(page).text
    table = [line for line in (folder / "report.md").read_text().splitlines() if line[:1] == "|"]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in table} == {9}


def test_a_missing_value_after_a_failure_of_the_other_wing_ends_nothing(reproduce):
    def measure(wing, data):
        if wing == "keras":
            raise RuntimeError("no")
        return {}

    done = reproduce(group(claim("ill"), measure=measure, name="first"), group(name="second"))
    assert done.returncode == 1
    assert [row["verdict"] for row in done.rows.values()] == ["error", "reproduced"]
    assert done.rows["ill"]["found"] == {}


def test_claims_are_shown_literally_whatever_they_contain():
    nasty = dataclasses.replace(claim(form="{}"), said=NASTY, why=NASTY)
    row = Row(nasty, group(nasty), {"keras": NASTY}, "not reproduced", NASTY, {}, NASTY)
    found = report.Report([row], data_note=NASTY)
    text = " ".join(Page(report.as_html(found)).text.split())
    assert text.count(" ".join(NASTY.split())) == 6
    markdown = report.as_markdown(found)
    shown = re.sub(r"\\([\\`*_\[\]<>|#~])", r"\1", markdown)
    assert shown.count(" ".join(NASTY.split())) == 6
    for line in markdown.splitlines():
        assert not re.search(r"(?<!\\)[<*\[]", line), line


def test_the_curves_show_the_claims_about_the_first_network():
    """And no claims about another network."""
    rows = [
        Row(claim(name, value="test_accuracy", published=end), group(), {}, "", "", {}, "")
        for name, end in (("first-test-accuracy", 0.9795), ("cnn", 0.985))
    ]
    curves = {"keras": {"accuracy": [0.9], "test_accuracy": [0.9]}}
    figure = report.as_figures(report.Report(rows, curves))["curves"]
    legends = [ax.get_legend_handles_labels()[1] for ax in figure.axes]
    assert legends == [["with Keras"], ["with Keras", "claimed: 0.9795"]]


def test_a_known_difference_is_explained(reproduce):
    known = {"known": Band(lowest=0.5), "reason": "it is drawn from another urn"}
    done = reproduce(group(claim("near", Band(2, 3), **known)))
    assert done.returncode == 0
    assert done.rows["near"]["verdict"] == "explained"
    assert done.rows["near"]["reason"] == known["reason"]
    done = reproduce(group(claim("far", Band(2, 3), known=Band(1.5, 2), reason="no")))
    assert done.returncode == 1
    assert done.rows["far"]["verdict"] == "not reproduced"


def test_ctrl_c_keeps_what_was_measured(reproduce):
    def stop(wing, data):
        raise KeyboardInterrupt

    done = reproduce(
        group(name="first"),
        group(claim("stopped"), measure=stop, name="second"),
        group(claim("later"), name="third"),
        group(claim("absent"), name="fourth", needs_mnist=True),
    )
    assert done.returncode == 130
    verdicts = {name: row["verdict"] for name, row in done.rows.items()}
    assert verdicts == {
        **{"one": "reproduced", "stopped": "not measured", "later": "not measured"},
        "absent": "needs full MNIST",
    }
    assert "what was measured until then is in the report" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--only resnet8", "unknown claim 'resnet8'.*did you mean 'resnet18'"),
        ("--data nowhere.npz", "nowhere.npz"),
    ],
)
def test_wrong_use_is_reported(reproduce, words, said):
    done = reproduce(words=words)
    assert done.returncode == 2
    assert re.search(said, done.stderr)
    assert done.report == {}


def test_another_folder_is_not_written_to(reproduce, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "letter.txt").write_text("dear")
    done = reproduce(group())
    assert done.returncode == 2
    assert "found a folder with other files in it" in done.stderr


def test_a_band_tolerates_its_ends_and_nothing_beyond():
    assert Band(0.1, 0.2).holds(0.1)
    assert Band(0.1, 0.2).holds(0.2)
    assert not Band(0.1, 0.2).holds(0.21)
    assert not Band(0.1, 0.2).holds(0.09)
    for band in (Band(0.1, 0.2), Band(lowest=0), Band(highest=0)):
        for value in (np.nan, np.inf, -np.inf):
            assert not band.holds(value)
    assert str(Band(139.0056 - 1e-9, 139.0056 + 1e-9)) == "139.0056 ± 1e-09"
    assert str(Band(0.75, 0.85)) == "0.75 to 0.85"
    assert not Exactly((1, 2)).holds((1, 2, 3))
    judged = claims.judged(
        claim(apart=True, target=Band(highest=0.1)),
        {"keras": {"value": np.array([1.0, 2.0])}, "scratch": {"value": np.array([1.0, 2.3])}},
    )
    assert judged[0] == {"apart": pytest.approx(0.3)}
    assert judged[1] == "not reproduced"


def test_every_claim_has_what_the_report_shows():
    names = [c.name for c in claims.all_claims(runner.GROUPS)]
    # a group may be called as its only claim is, and not as one of another group
    names += [g.name for g in runner.GROUPS if g.name not in [c.name for c in g.claims]]
    assert len(names) == len(set(names))
    for one in runner.GROUPS:
        assert one.claims
        for c in one.claims:
            assert c.said
            assert c.why
            assert c.source.kind in ("book", "paper", "design")
            assert (c.known is None) == (c.reason == "")


def test_a_printed_accuracy_is_in_its_own_band():
    printed = [c for c in claims.all_claims(runner.GROUPS) if c.published is not None]
    assert len(printed) > 10
    assert [c.name for c in printed if not c.target.holds(c.published)] == []


def test_a_known_difference_has_two_ends():
    known = [c.known for c in claims.all_claims(runner.GROUPS) if c.known is not None]
    assert len(known) >= 2
    assert all(None not in (band.lowest, band.highest) for band in known)


@pytest.mark.parametrize("name", QUICK)
def test_small_groups_are_reproduced_on_the_offline_digits(name, offline_data):
    [measured] = runner.measure(runner.chosen([name]), offline_data, lambda group, wing: None)
    for row in runner.rows(measured, offline_data):
        assert row.verdict == "reproduced", report.line(row)


@THOROUGH
def test_everything_that_needs_no_mnist_is_reproduced(reproduce):
    done = reproduce()
    assert done.returncode == 0, done.stderr
    assert {row["verdict"] for row in done.rows.values()} <= {
        *("reproduced", "explained", "needs full MNIST"),
    }


def test_the_quicker_figures_of_full_mnist(full_mnist):
    """The command measures all of them, the residual and the convolutional network included."""
    names = ["mnist", "pixel-similarity", "folders", "batch-of-four", "nudge"]
    names += ["linear-book", "linear-layer", "small-net", "softmax"]
    for measured in runner.measure(runner.chosen(names), full_mnist, lambda group, wing: None):
        for row in runner.rows(measured, full_mnist):
            assert row.well, report.line(row)
            assert row.verdict != "needs full MNIST"


@pytest.mark.parametrize("model", ["linear37", "net37"])
def test_threes_and_sevens_epoch_by_epoch_on_the_offline_digits(offline_data, model):
    """What the claims about tables of epochs are measured by, in both wings."""
    found = {wing: epochs.learned(wing, offline_data, model, epochs=3) for wing in claims.WINGS}
    keras, scratch = found["keras"], found["scratch"]
    assert keras.keys() == scratch.keys()
    assert {name: round(value, 3) for name, value in keras.items()} == {
        name: round(value, 3) for name, value in scratch.items()
    }
    names = {name.split()[0] for name in keras}
    assert names == {"test_accuracy", "accuracy", "loss", "training", "batches"}
    assert [name for name in keras if name.startswith("batches")] == [
        f"batches {epoch}" for epoch in range(4)
    ]
    # 200 digits are one batch, so both accuracies are the same
    assert [keras[f"batches {n}"] for n in (1, 2, 3)] == pytest.approx(
        [keras[f"accuracy {n}"] for n in (1, 2, 3)], abs=1e-6
    )


def test_the_smoothed_loss_is_that_of_its_formula():
    losses = np.random.default_rng(0).random((3, 7))
    weights = 0.98 ** np.arange(21)[::-1]  # the last batch counts most
    for epoch, found in enumerate(training.smoothed(losses), start=1):
        those = weights[-7 * epoch :]
        assert found == pytest.approx(those @ losses.ravel()[: 7 * epoch] / those.sum())
