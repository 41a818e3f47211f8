"""The list of all figures that the source documents print, and the claims that measure them."""

import csv
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import kerasfoundations
from kerasfoundations.reproduction import runner
from kerasfoundations.reproduction.claims import Band, Exactly, all_claims

ROOT = Path(kerasfoundations.__file__).parent.parent
sys.path.append(str(ROOT / "docs"))

import inventory  # noqa: E402

CLAIMS = {claim.name: claim for claim in all_claims(runner.GROUPS)}
RATIOS = ("loops-are-slow",)  # of the two figures that are printed
NUMBER = re.compile(r"-?[\d,]*\.?\d+")


def listed():
    with (ROOT / "docs" / "printed.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, strict=True))


def names(row):
    """The claims of a row; `a-1..3` is three of them."""
    for word in row["claims"].split():
        whole = re.fullmatch(r"(.+-)(\d+)\.\.(\d+)", word)
        if not whole:
            yield word
            continue
        for number in range(int(whole[2]), int(whole[3]) + 1):
            yield f"{whole[1]}{number}"


def is_held(figure, claim):
    """Whether a claim holds a figure: in its band or its value, or else in its words."""
    target = claim.target
    number = float(figure.replace(",", "")) if NUMBER.fullmatch(figure) else None
    if isinstance(target, Exactly):
        values = np.ravel(np.array(target.value, dtype=object)).tolist()
        if number in values or figure in values:
            return True
    elif None not in (target.lowest, target.highest) and claim.name not in RATIOS:
        return number is not None and target.holds(number)
    return re.search(rf"(?<![\d.]){re.escape(figure)}(?![\d]|\.\d)", claim.said) is not None


@pytest.mark.parametrize(
    "row", listed(), ids=lambda row: f"{row['document']} {row['figures'][:30]}"
)
def test_every_printed_figure_is_held_by_its_claim_or_has_a_reason(row):
    claims, figures = list(names(row)), row["figures"].split()
    assert bool(claims) != bool(row["reason"])
    assert [name for name in claims if name not in CLAIMS] == []
    if len(claims) in (0, 1) or len(figures) in (0, 1):
        pairs = [(figure, name) for figure in figures for name in claims]
    else:
        pairs = list(zip(figures, claims, strict=True))
    assert [pair for pair in pairs if not is_held(pair[0], CLAIMS[pair[1]])] == []
    assert row["section"] in inventory.SECTIONS[row["document"]]


def test_every_claim_of_a_book_is_listed():
    there = {name for row in listed() for name in names(row)}
    books = {name for name, claim in CLAIMS.items() if claim.source.kind == "book"}
    assert sorted(books - there) == []


def test_a_figure_beyond_its_band_and_a_word_that_is_not_said_are_noticed():
    claim = CLAIMS["learner-loss-10"]
    assert isinstance(claim.target, Band)
    assert is_held("0.038573", claim)
    assert not is_held("0.138573", claim)
    assert is_held("139.0056", CLAIMS["one-sample-intercept"])
    assert not is_held("139.0057", CLAIMS["one-sample-intercept"])
    assert is_held("576", CLAIMS["table-squares"])
    assert not is_held("577", CLAIMS["table-squares"])
    assert not is_held("1", CLAIMS["rate-0.0003-overshoots"])
