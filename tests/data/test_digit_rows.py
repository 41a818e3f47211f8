"""Rows of digits: found from left to right, each prepared as it is alone."""

import numpy as np
import pytest
from support.drawn_digits import Look, draw
from support.drawn_rows import TOUCHING_LOOKS, twenty_rows

from kerasfoundations.data import prepare_digit, split_digits
from kerasfoundations.data.ink import pieces

BLACK_ON_WHITE = {"ink": (0, 0, 0), "paper": (255, 255, 255)}


def paper(*marks, shape=(60, 160)):
    """Black rectangles on white: top, bottom, left, right."""
    levels = np.full(shape, 255.0)
    for top, bottom, left, right in marks:
        levels[top:bottom, left:right] = 0
    return levels


def drawn(digit, hand=0, **look):
    return draw(digit, hand, Look(size=(100, 140), **BLACK_ON_WHITE, **look)).mean(axis=-1)


def test_a_postcode_is_five_digits_each_as_it_is_alone():
    alone = [drawn(digit, height=0.6) for digit in (9, 0, 2, 1, 0)]
    found = split_digits(np.concatenate(alone, axis=1))
    assert len(found) == 5
    for digit, picture in zip(found, alone, strict=True):
        expected = prepare_digit(picture).astype(float)
        assert np.abs(digit - expected).mean() < 2  # of 255: noise is averaged elsewhere


@pytest.mark.parametrize("hand", [0, 1])
@pytest.mark.parametrize("digit", range(10))
def test_one_digit_is_what_prepare_digit_makes_of_it(digit, hand):
    picture = drawn(digit, hand)
    [found] = split_digits(picture)
    np.testing.assert_array_equal(found, prepare_digit(picture))


def test_light_on_dark_is_as_good():
    row = paper((10, 50, 20, 26), (10, 50, 80, 86))
    for dark, light in zip(split_digits(row), split_digits(255 - row), strict=True):
        np.testing.assert_array_equal(dark, light)


def test_a_five_keeps_its_bar_and_a_four_its_halves():
    body, bar = (26, 50, 20, 40), (10, 16, 26, 46)  # apart, one above the other
    left, right = (10, 36, 90, 112), (14, 50, 107, 113)
    assert len(split_digits(paper(body, bar, left, right))) == 2
    [five, _] = split_digits(paper(body, bar, (10, 50, 130, 136)))
    np.testing.assert_array_equal(five, split_digits(paper(body, bar))[0])
    assert np.ptp(np.flatnonzero(five.any(axis=1))) == 19


def test_pieces_that_overlap_by_less_than_a_third_are_two_digits():
    for overlap, num_digits in ((5, 2), (6, 1)):  # of 18 columns
        row = paper((8, 28, 40, 60), (32, 52, 60 - overlap, 78 - overlap))
        assert len(split_digits(row)) == num_digits


def test_a_digit_shows_nothing_of_a_neighbour_under_its_roof():
    first = (8, 52, 30, 36), (8, 12, 30, 60)
    second = (24, 50, 56, 80)
    both = split_digits(paper(*first, second))
    np.testing.assert_array_equal(both, split_digits(paper(*first)) + split_digits(paper(second)))


@pytest.mark.parametrize(("gap", "num_digits"), [(2, 3), (4, 3), (7, 4)])
def test_a_leaning_stroke_that_a_pen_left_a_piece_out_of_is_one_digit(gap, num_digits):
    """Its halves share no column: the upper one ends near where the lower one begins."""
    upper, lower = (10, 28, 60, 66), (28 + gap, 50, 54, 60)
    others = (10, 50, 20, 40), (10, 50, 100, 120)
    assert len(split_digits(paper(upper, lower, *others))) == num_digits


def test_a_low_digit_close_to_a_high_one_is_another():
    low, high = (26, 50, 54, 60), (10, 50, 62, 68)
    assert len(split_digits(paper(low, high))) == 2


def test_a_piece_joins_two_that_it_lies_under():
    row = paper((8, 20, 30, 50), (8, 20, 60, 80), (30, 50, 30, 80))
    assert len(split_digits(row)) == 1


def test_a_hyphen_is_left_out_and_a_low_digit_is_not():
    for height, num_digits in ((13, 2), (14, 3)):  # of 40
        row = paper((10, 50, 20, 26), (20, 20 + height, 60, 75), (10, 50, 110, 116))
        assert len(split_digits(row)) == num_digits


def test_a_phone_number_with_spaces_and_hyphens_is_its_digits():
    number, look = "555-01 99-27", Look(size=(100, 80), **BLACK_ON_WHITE, height=0.6)
    space = np.full((100, 50), 255.0)
    hyphen = space.copy()
    hyphen[48:54, 12:38] = 0
    parts = [
        {"-": hyphen, " ": space}[sign] if sign in "- " else draw(int(sign), 0, look).mean(axis=-1)
        for sign in number
    ]
    alone = [prepare_digit(part) for part in parts if part.shape[1] == 80]
    found = split_digits(np.concatenate(parts, axis=1))
    assert len(found) == len(alone) == 9
    for digit, expected in zip(found, alone, strict=True):
        assert np.abs(digit - expected.astype(float)).mean() < 2  # of 255


def test_parentheses_and_plus_signs_are_taken_for_digits():
    plus = (20, 40, 48, 52), (28, 32, 40, 60)
    brackets = (5, 55, 80, 83), (5, 55, 130, 133)
    row = paper((10, 50, 10, 16), *plus, *brackets, (10, 50, 100, 106))
    assert len(split_digits(row)) == 5


def test_a_long_row_keeps_enough_pixels():
    """Ten digits on 1,280 × 128 pixels: shrunk to 320, each would have 9 pixels of its 70."""
    wide = {"size": (100, 128), "height": 0.7, "pen": 0.03}
    look = Look(**BLACK_ON_WHITE, **wide)
    row = np.concatenate([draw(digit, 0, look).mean(axis=-1) for digit in range(10)], axis=1)
    found = split_digits(row)
    assert len(found) == 10
    assert all(digit.max() == 255 for digit in found)


def test_they_come_from_left_to_right_whatever_is_higher():
    row = paper((25, 55, 20, 50), (5, 45, 80, 84), (15, 50, 110, 140))
    widths = [np.count_nonzero(digit.any(axis=0)) for digit in split_digits(row)]
    assert widths[1] < widths[0]
    assert widths[1] < widths[2]
    assert widths[2] < widths[0]  # 30 of 35 against 30 of 30


def test_an_empty_row_is_refused():
    with pytest.raises(ValueError, match="nothing that stands out"):
        split_digits(np.full((60, 200), 255.0))


def test_what_are_no_grey_levels_is_refused():
    with pytest.raises(ValueError, match="pass one picture without colours"):
        split_digits(np.zeros((10, 20, 3)))


def test_four_digits_are_found_in_rows_of_twenty_looks(offline_data):
    """Of five of the looks in `make test`; `tests/cli/test_prediction.py` reads all of them."""
    for _, name, picture in twenty_rows(offline_data.x_test, offline_data.y_test)[3::4]:
        assert len(split_digits(picture)) == 4, name


def side_by_side(first, second):
    """Both pictures in one, the digits just as far from each other that they touch."""
    for moved in range(first.shape[1], 0, -1):
        row = np.full((len(first), first.shape[1] + second.shape[1]), 255.0)
        row[:, : first.shape[1]] = first
        there = row[:, moved : moved + second.shape[1]]
        np.minimum(there, second, out=there)
        if pieces(row < 128).max() == 1:
            return row
    raise AssertionError


@pytest.mark.parametrize("numbers", [(2, 0), (6, 2), (4, 8), (5, 7), (9, 7)])
def test_two_digits_that_touch_are_each_what_it_is_alone(numbers):
    alone = [drawn(digit, height=0.6) for digit in numbers]
    found = split_digits(side_by_side(*alone))
    assert len(found) == 2
    for digit, picture in zip(found, alone, strict=True):
        first, second = digit.astype(float).ravel(), prepare_digit(picture).astype(float).ravel()
        assert first @ second > 0.9 * np.sqrt((first @ first) * (second @ second))


def test_three_digits_that_touch_are_three():
    two, six, seven = (drawn(digit, height=0.6) for digit in (2, 6, 7))
    assert len(split_digits(side_by_side(side_by_side(two, six), seven))) == 3


def test_most_pairs_that_touch_are_cut(offline_data):
    rows = twenty_rows(offline_data.x_test, offline_data.y_test, looks=TOUCHING_LOOKS)
    found = [len(split_digits(picture)) for _, _, picture in rows]
    assert len(rows) == 10
    assert found.count(4) >= 7, found  # 8
    assert max(found) == 4
