"""Pictures of digits: size, pen and levels, pixel by pixel (whole digits: tests/cli)."""

import numpy as np
import pytest
from PIL import Image

from kerasfoundations.data import prepare_digit
from kerasfoundations.data.digit_images import read_picture


def paper(rows, columns, shape=(60, 60)):
    """A black mark on white."""
    levels = np.full(shape, 255.0)
    levels[rows, columns] = 0
    return levels


@pytest.mark.parametrize("lying", [False, True])
def test_a_mark_of_five_pixels_is_a_digit_and_one_of_four_a_speck(lying):
    for length in (4, 5):
        mark = paper(np.s_[10 : 10 + length], np.s_[13:15], (28, 28))
        mark = mark.T if lying else mark
        if length == 5:
            assert prepare_digit(mark).max() == 255
        else:
            with pytest.raises(ValueError, match="nothing but specks"):
                prepare_digit(mark)


def test_a_fine_stroke_is_drawn_as_wide_lying_as_upright():
    stroke = paper(np.s_[5:55], np.s_[30:31])
    upright = prepare_digit(stroke)
    assert (upright > 128).sum(axis=1).max() == 2  # pixels wide
    np.testing.assert_array_equal(prepare_digit(stroke.T), upright.T)


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_levels_of_eight_bits_stay_as_they_are_in_pictures_of_more(tmp_path, dtype):
    levels = np.arange(256, dtype=dtype).reshape(16, 16)
    Image.fromarray(levels).save(tmp_path / "levels.tiff")
    found = read_picture(tmp_path / "levels.tiff")
    np.testing.assert_array_equal(found, np.repeat(levels[..., None], 3, axis=-1))


def test_a_transparent_16_bit_level_is_not_an_8_bit_level(tmp_path):
    """Ink of 1,000 becomes 4 of 255; it is 4 of 65,535 that is transparent, and no pixel has it."""
    levels = np.full((60, 60), 65_535, "uint16")
    levels[10:50, 28:34] = 1_000
    Image.fromarray(levels).save(tmp_path / "scan.png", transparency=4)
    assert read_picture(tmp_path / "scan.png")[30, 30].tolist() == [4, 4, 4]


def test_a_piece_of_a_tenth_of_the_digit_is_a_speck_and_a_larger_one_is_not():
    digit = paper(np.s_[10:30], np.s_[20:25])  # of 100 pixels
    alone = prepare_digit(digit)
    for length, is_speck in ((10, True), (11, False)):
        both = np.minimum(digit, paper(40, np.s_[20 : 20 + length]))
        assert np.array_equal(prepare_digit(both), alone) == is_speck


def test_a_small_digit_is_enlarged_with_levels_between_its_own():
    mark = paper(np.s_[9:19], np.s_[13:15], (28, 28))
    mark[9:19, [12, 15]] = 100  # twice as large it has pixels between those of 155 and 255
    assert np.unique(prepare_digit(mark)[10]).tolist() == [0, 155, 180, 230, 255]


@pytest.mark.filterwarnings("error")
def test_a_blank_page_is_refused_without_a_warning():
    with pytest.raises(ValueError, match="nothing that stands out"):
        prepare_digit(np.full((60, 60), 200.0))


def test_ink_of_20_levels_is_found_and_of_19_is_not():
    for levels in (20, 19):
        page = np.where(paper(np.s_[10:50], np.s_[28:34]) == 0, 200.0 - levels, 200.0)
        if levels == 20:
            assert prepare_digit(page).max() == 255
        else:
            with pytest.raises(ValueError, match="contrast 19 of 255"):
                prepare_digit(page)


@pytest.mark.parametrize(("length", "shown"), [(800, 800), (801, 401), (1_601, 534)])
def test_a_picture_is_read_at_800_pixels_or_less(tmp_path, length, shown):
    Image.new("L", (10, length)).save(tmp_path / "long.png")
    assert read_picture(tmp_path / "long.png").shape[0] == shown


@pytest.mark.parametrize("rising", [False, True])
def test_pixels_that_touch_at_a_corner_are_one_piece(rising):
    """A block of 6×6 and a tail, each pixel of which would be a speck alone."""
    page = np.minimum(
        paper(np.s_[14:20], np.s_[14:20]),
        paper(range(20, 40), range(20, 40)),
    )
    digit = prepare_digit(page[::-1] if rising else page)
    assert (digit > 0).sum() < 200  # the block alone would fill 20×20


@pytest.mark.parametrize("turns", range(4))
def test_a_line_of_one_pixel_along_any_border_is_left_out(turns):
    digit = paper(np.s_[10:50], np.s_[28:34])
    line = np.rot90(paper(np.s_[12:40], -1), turns)
    np.testing.assert_array_equal(prepare_digit(np.minimum(digit, line)), prepare_digit(digit))


def test_a_thumb_at_the_border_does_not_move_the_level_of_the_paper():
    digit = paper(np.s_[15:45], np.s_[25:29])
    page = np.where(digit == 0, 120.0, 200.0)
    page[18:38, -9:] = 10
    np.testing.assert_array_equal(prepare_digit(page), prepare_digit(digit))


def test_ink_of_three_times_the_noise_is_found_and_less_is_not():
    ink = paper(np.s_[10:50], np.s_[28:34])
    alone, ink = prepare_digit(ink), ink == 0
    noisy = 200 + np.where(np.indices((60, 60)).sum(axis=0) % 2, 10.0, -10.0)
    noise = 1.4826 * 10  # as a normal distribution has it with that median
    for times in (3.1, 3.8, 2.8):
        page = np.where(ink, 200 - times * noise, noisy)
        if times > 3:
            np.testing.assert_array_equal(prepare_digit(page), alone)
        else:
            with pytest.raises(ValueError, match="nothing that stands out"):
                prepare_digit(page)
