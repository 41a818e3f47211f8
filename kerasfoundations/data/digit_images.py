"""Pictures of digits, prepared as MNIST was: ink is found, fitted into a 20×20 box, and centred.

MNIST's digits were cut from scanned forms, black or white, scaled to fit a box of 20×20 pixels with
their aspect ratio kept (the scaling made the grey levels), and pasted into 28×28 pixels with their
centre of mass in the middle. A network trained on them knows nothing else, so a photo needs the
same treatment.

Source: LeCun, Cortes and Burges, The MNIST database of handwritten digits. The figures below
were measured on its first 10,000 training images.
"""

from __future__ import annotations

import contextlib
import os
import stat
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kerasfoundations import checks
from kerasfoundations.data.files import DataError, DataFileMissingError
from kerasfoundations.system.safe_archives import one_line

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE, BOX = 28, 20
CENTRE = 14  # of mass of all MNIST digits, to half a pixel; the first pixel is 0
# No stroke of MNIST is narrower than 1.2 pixels, one in twenty is narrower than 1.7; the median
# is 2.5. A fine pen on a large sheet would shrink to a fraction of a pixel: a pale line.
_LEAST_STROKE = 2.0
_MOST_PIXELS = 320  # of the longer side that is searched for ink: more says nothing about 20
_MOST_SHOWN = 800  # of the longer side that is read
_MOST_OPENED = 50_000_000  # pixels in all: 200 MB, whatever the size of the file
_LEAST_CONTRAST = 20  # grey levels by which a digit differs from its background
_LEAST_NOISE_RATIO = 3.0  # by how many times the noise; chance alone gives 1.5
_FORMATS = ("PNG", "JPEG", "MPO", "BMP", "GIF", "TIFF", "WEBP", "AVIF", "PPM")
_WRITE = "write one digit, with a dark pen on plain paper or the other way round"


def read_digit_image(path: str | os.PathLike[str]) -> np.ndarray:
    """Read a picture of one digit and prepare it as MNIST was.

    Args:
        path: A PNG, JPEG, BMP, GIF, TIFF, WebP, AVIF or PNM file: a photo, a scan, a drawing, dark
            on light or light on dark, in colour or not. It is opened for reading only; the first
            picture of an animation is used, and a camera's orientation is respected.

    Returns:
        uint8 array `(28, 28)`: bright ink on black, as `prepare_digit` returns it.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when it is not a picture, is damaged, too large, or shows nothing; a
            `ValueError`.

    Example:
        >>> import pathlib, tempfile
        >>> from PIL import Image
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "one.png"
        >>> paper = np.full((60, 60), 255, dtype="uint8")
        >>> paper[10:50, 28:34] = 0
        >>> Image.fromarray(paper).save(path)
        >>> read_digit_image(path)[4:24, 14].min()
        np.uint8(255)
    """
    checks.path(path)
    return digit_of_picture(read_picture(path), path)


def digit_of_picture(picture: np.ndarray, path: str | os.PathLike[str]) -> np.ndarray:
    """Prepare a picture as `read_digit_image` does, once it has been read.

    Args:
        picture: uint8 array `(height, width, 3)`.
        path: Where it was read from, for the error message.

    Returns:
        uint8 array `(28, 28)`.

    Raises:
        DataError: when it shows nothing.

    Example:
        >>> picture = np.full((60, 40, 3), 255, "uint8")  # white paper
        >>> picture[10:50, 18:23] = 0  # a one, in black
        >>> digit = digit_of_picture(picture, "one.png")
        >>> digit.shape, digit.dtype, int(digit[0, 0]), digit[14, 14] > 200
        ((28, 28), dtype('uint8'), 0, np.True_)
    """
    try:
        return prepare_digit(_grey(picture))
    except ValueError as error:
        raise DataError(f"{os.fspath(path)}: {error}") from error


def prepare_digit(grey: np.ndarray) -> np.ndarray:
    """Find the digit in a grey picture, and give it MNIST's size, place and ink.

    Args:
        grey: Array `(height, width)` of grey levels 0 (black) to 255 (white), integers or floats.
            The border shows whether the ink is darker or brighter than its background.

    Returns:
        uint8 array `(28, 28)`: ink up to 255 on 0, its longer side 20 pixels, its centre of mass
        in the middle. A new array; an MNIST image stays the same, or nearly.

    Raises:
        ValueError: when these are not grey levels, or nothing stands out from the rest.

    Example:
        >>> paper = np.full((100, 100), 200.0)
        >>> paper[20:80, 40:46] = 50  # a stroke 60 high and 6 wide
        >>> digit = prepare_digit(paper)
        >>> digit.shape, np.flatnonzero(digit.any(axis=1))[[0, -1]], digit.max()
        ((28, 28), array([ 4, 23]), np.uint8(255))
    """
    levels = _reduced(_grey_levels(grey))  # (h, w)
    ink, is_ink = _find_ink(levels)  # (h, w) in [0, 1], and (h, w) of bool
    ink = _thickened(*_cropped(ink, is_ink))
    height, width = ink.shape
    scale = BOX / max(height, width)
    ink = _resized(ink, max(1, round(scale * height)), max(1, round(scale * width)))
    return _centred(np.round(255 * np.clip(ink / ink.max(), 0, 1)).astype("uint8"))


def _grey_levels(grey: np.ndarray) -> np.ndarray:
    levels = checks.array("grey", grey)
    if levels.ndim != 2 or levels.dtype.kind not in "uif" or 0 in levels.shape:
        raise ValueError(
            f"expected grey levels (height, width), received {levels.dtype} of shape "
            f"{levels.shape}: pass one picture without colours."
        )
    checks.finite("grey", levels)
    if levels.min() < 0 or levels.max() > 255:
        raise ValueError(
            f"expected grey levels 0 to 255, received {levels.min():g} to {levels.max():g}: scale "
            "them."
        )
    return levels.astype("float64")


def _reduced(levels: np.ndarray) -> np.ndarray:
    """Shrink a large picture by averaging, which also removes noise."""
    scale = _MOST_PIXELS / max(levels.shape)
    if scale >= 1:
        return levels
    height, width = (max(1, round(scale * length)) for length in levels.shape)
    return _resized(levels, height, width)


def _resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Resize: shrinking averages the pixels covered, enlarging interpolates between them."""
    from PIL import Image

    if values.shape == (height, width):
        return values
    shrinks = height * width < values.size
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(values.astype("float32")).resize((width, height), how))


def _find_ink(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how much ink there is at each pixel, 0 to 1, and which pixels are the digit's."""
    even = _mean_of_neighbours(levels) if max(levels.shape) > 3 * SIZE else levels
    background = _background(even)
    difference, smooth = levels - background, even - background
    marked = np.abs(smooth) > _threshold(np.abs(smooth))
    if smooth[marked].sum() < 0:  # darker than what it is on
        difference, smooth = -difference, -smooth
    strength = np.maximum(smooth, 0)
    is_ink = strength > _threshold(strength)
    noise = _spread(smooth[~is_ink])
    full = float(np.percentile(difference[is_ink], 75)) if is_ink.any() else 0.0
    if full < _LEAST_CONTRAST or strength[is_ink].mean() < _LEAST_NOISE_RATIO * noise:
        raise ValueError(
            f"found nothing that stands out (contrast {max(full, 0):.0f} of 255 grey levels, "
            f"noise {noise:.0f}), expected a digit: {_WRITE}."
        )
    is_ink = _without_specks(is_ink)
    return np.clip(difference / full, 0, 1) * _grown(is_ink), is_ink


def _background(levels: np.ndarray) -> np.ndarray:
    """Return what the picture would be without ink: a smooth surface, as light on paper is.

    First a plane through the border; then, repeatedly, what differs from the surface is taken
    for ink, and a surface of second degree is fitted to the rest: at least half of the picture,
    as light that falls off to the corners also differs from a plane.
    """
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in levels.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)  # (h, w, 6)
    border = np.ones(levels.shape, bool)
    margin = -(-min(levels.shape) // 28)
    border[margin:-margin, margin:-margin] = False
    for _ in range(4):  # ink that reaches the border is left out again and again
        surface = _fitted(terms[..., :3], levels, border)
        difference = np.abs(levels - surface)
        border &= difference <= 2.5 * max(_spread(difference[border]), 1.0)
    for _ in range(5):
        difference = np.abs(levels - surface)
        rest = ~_grown(difference > _threshold(difference))
        if rest.mean() < 0.5:
            rest = difference <= np.median(difference)
        surface = _fitted(terms, levels, rest)
    return surface


def _fitted(terms: np.ndarray, levels: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Return the surface of these terms that fits the levels there best, by least squares."""
    X, y = terms[where], levels[where]  # (n, t) and (n,)
    step = 1 + len(X) // 5_000
    coefficients = np.linalg.lstsq(X[::step], y[::step], rcond=None)[0]  # (t,)
    return terms @ coefficients


def _spread(values: np.ndarray) -> float:
    """Return the standard deviation of noise, by the median, which a few strokes do not move."""
    return 1.4826 * float(np.median(np.abs(values))) if values.size else 0.0


def _threshold(strength: np.ndarray) -> float:
    """Return the threshold halfway between the mean below it and the mean above it.

    Otsu's threshold gives the same where half of the picture is ink. Where one pixel in a hundred
    is, it falls into the noise of the other ninety-nine; the two means do not depend on how many
    pixels they average.

    Source: Ridler and Calvard, Picture thresholding using an iterative selection method, 1978.
    """
    threshold = 3 * _spread(strength)
    for _ in range(50):
        above = strength > threshold
        if not above.any() or above.all():
            break
        found = (strength[above].mean() + strength[~above].mean()) / 2
        if abs(found - threshold) < 0.01:
            break
        threshold = found
    return threshold


def _neighbours(values: np.ndarray) -> list[np.ndarray]:
    """Return nine arrays, each pixel moved by at most one in each direction; the rim repeats."""
    wide = np.pad(values, 1, mode="edge")
    height, width = values.shape
    return [wide[i : i + height, j : j + width] for i in range(3) for j in range(3)]


def _mean_of_neighbours(values: np.ndarray) -> np.ndarray:
    return np.mean(_neighbours(values), axis=0)


def _grown(mask: np.ndarray) -> np.ndarray:
    """Return the mask and all adjacent pixels."""
    return np.any(_neighbours(mask), axis=0)


def _without_specks(is_ink: np.ndarray) -> np.ndarray:
    """Return the pieces that are the digit: not small ones, not those that reach the border.

    A five or a four may be in two pieces; a speck is at most a tenth of the largest. The line of
    a margin, the edge of a table, the shadow of a hand reach the border; the digit, if there is
    another piece of some size, does not.
    """
    pieces = _pieces(is_ink)
    areas = np.bincount(pieces.ravel())
    areas[0] = 0
    rim = np.concatenate([pieces[0], pieces[-1], pieces[:, 0], pieces[:, -1]])
    inner = areas.copy()
    inner[rim] = 0
    if inner.max() > 0.15 * areas.max():
        areas = inner
    kept = areas[pieces] > 0.1 * areas.max()
    if max(_extent(kept)) < max(5, 0.04 * max(is_ink.shape)):
        raise ValueError(
            f"found nothing but specks, expected a digit: {_WRITE}, and fill the page."
        )
    return kept


def _pieces(mask: np.ndarray) -> np.ndarray:
    """Label the pieces of a mask from 1; pixels that touch, even at a corner, are one piece.

    Each pixel points to the first known pixel of its piece. If two neighbours point to different
    pixels, the later of these is made to point to the earlier, until no two differ.
    """
    height, width = mask.shape
    place = np.arange(mask.size).reshape(mask.shape)
    pairs = []
    for first, second in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1, :], np.s_[1:, :]),
        (np.s_[:-1, :-1], np.s_[1:, 1:]),
        (np.s_[:-1, 1:], np.s_[1:, :-1]),
    ):
        both = mask[first] & mask[second]
        pairs.append(np.stack([place[first][both], place[second][both]]))
    a, b = np.concatenate(pairs, axis=1)  # (p,) each
    points_to = np.arange(mask.size)
    while True:
        ends = points_to[a], points_to[b]
        if (ends[0] == ends[1]).all():
            break
        np.minimum.at(points_to, np.maximum(*ends), np.minimum(*ends))
        while (points_to[points_to] != points_to).any():
            points_to = points_to[points_to]
    first_of = np.where(mask.ravel(), points_to + 1, 0)
    return np.unique(np.append(0, first_of), return_inverse=True)[1][1:].reshape(height, width)


def _extent(mask: np.ndarray) -> tuple[int, int]:
    """Return the height and width of the bounding box."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def _cropped(ink: np.ndarray, is_ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Crop both arrays to the box around the digit."""
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return ink[box], is_ink[box]


def _stroke_width(is_ink: np.ndarray) -> float:
    """Return `2·area / perimeter`, the width of a stroke that is much longer than wide.

    Counted in pixel edges, a perimeter in all directions is 4/π times too long.
    """
    wide = np.pad(is_ink, 1).astype("int8")
    edges = sum(np.count_nonzero(np.diff(wide, axis=axis)) for axis in (0, 1))
    return 2 * np.count_nonzero(is_ink) / (edges * np.pi / 4)


def _thickened(ink: np.ndarray, is_ink: np.ndarray) -> np.ndarray:
    """Redraw with a wider pen strokes that would be thinner in the box than MNIST's."""
    longer = max(is_ink.shape)
    missing = _LEAST_STROKE - _stroke_width(is_ink) * BOX / longer  # pixels of the box
    if missing <= 0:
        return ink
    fine = 8  # pixels for each of the box, so that the pen can be any width
    scale = fine * BOX / longer
    height, width = (max(1, round(scale * length)) for length in ink.shape)
    radius = round(fine * missing / 2)
    canvas = np.pad(_resized(ink, height, width), radius)
    drawn = canvas.copy()
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dy * dy + dx * dx <= radius * radius:
                drawn = np.maximum(drawn, np.roll(canvas, (dy, dx), axis=(0, 1)))
    return drawn


def _centred(digit: np.ndarray) -> np.ndarray:
    """Paste a digit into 28×28 pixels, its centre of mass as near the middle as possible."""
    image = np.zeros((SIZE, SIZE), "uint8")
    place = []
    for axis, length in enumerate(digit.shape):
        weights = digit.sum(axis=1 - axis, dtype="float64")
        centre = weights @ np.arange(length) / weights.sum()
        place.append(int(np.clip(round(CENTRE - centre), 0, SIZE - length)))
    top, left = place
    image[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return image


def read_picture(path: str | os.PathLike[str]) -> np.ndarray:
    """Read a picture as a person sees it: upright, on white where it is transparent.

    Args:
        path: The file.

    Returns:
        uint8 array `(height, width, 3)`, at most 800 pixels on its longer side.

    Raises:
        DataFileMissingError: when there is no such file.
        DataError: when it is not a picture; see `read_digit_image`.

    Example:
        >>> import tempfile
        >>> from PIL import Image
        >>> path = Path(tempfile.mkdtemp()) / "paper.png"
        >>> Image.new("L", (40, 60), 255).save(path)
        >>> read_picture(path).shape
        (60, 40, 3)
    """
    path = Path(path)
    _check_is_file(path)
    from PIL import Image

    Image.init()
    known = [name for name in _FORMATS if name in Image.OPEN]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities in the metadata
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=known) as image:
                image.draft(None, (_MOST_SHOWN, _MOST_SHOWN))  # has a JPEG read smaller
                if image.width * image.height > _MOST_OPENED:
                    raise Image.DecompressionBombError(f"{image.width} × {image.height} pixels")
                return _rgb(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DataError(
            f"{path}: found a picture too large to be opened ({one_line(error)}), expected at most "
            f"{_MOST_OPENED:,} pixels: make it smaller."
        ) from error
    except Exception as error:  # a damaged picture can raise anything
        raise DataError(
            f"{path}: cannot be read as a picture ({_reason(error, path)}), expected one of "
            f"{', '.join(known)}, whole: save it as PNG or JPEG, or name another file."
        ) from error


def _check_is_file(path: Path) -> None:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        raise DataFileMissingError(
            f"{path}: no such file, expected a picture: check the path."
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path}: cannot be read ({one_line(error)}), expected a picture: name another file."
        ) from error
    if not stat.S_ISREG(status.st_mode):
        raise DataError(
            f"{path}: found a folder or a device, expected a picture: name the file itself."
        )


def _reason(error: Exception, path: Path) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "it is not one, or its first bytes are damaged"
    return one_line(error).replace(str(path), path.name)


def _rgb(image: Image) -> np.ndarray:
    """Return the picture as uint8 `(height, width, 3)`."""
    from PIL import Image as images
    from PIL import ImageOps

    shown = image
    if image.mode[0] in "IF":  # of more than 8 bits
        shown = images.fromarray(_eight_bits(np.asarray(image)))
        shown.info = image.info
    clear = image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info
    mode = "RGBA" if clear and shown is image else "RGB"
    shown.load()
    shown = shown if shown.mode == mode else shown.convert(mode)
    if max(shown.size) > _MOST_SHOWN:
        shown = shown.reduce(-(-max(shown.size) // _MOST_SHOWN))
    with contextlib.suppress(Exception):  # the metadata may be damaged, the pixels intact
        shown = ImageOps.exif_transpose(shown)
    return _on_paper(np.asarray(shown)) if shown.mode == "RGBA" else np.asarray(shown)


def _eight_bits(levels: np.ndarray) -> np.ndarray:
    """Convert grey levels of more bits, or floats, to uint8; the largest sets the full scale."""
    low, high = float(levels.min()), float(levels.max())
    if not np.isfinite([low, high]).all():
        raise ValueError("it holds NaN or infinite numbers")
    full = 2.0 ** max(8, int(high).bit_length()) - 1
    if levels.dtype.kind == "f" and high < 2:  # 1, from which interpolation may have strayed
        full = max(high, 1.0)
    if low < 0:
        levels, full = levels - low, high - low
    return np.round(np.clip(255 * (levels / full), 0, 255)).astype("uint8")


def _on_paper(rgba: np.ndarray) -> np.ndarray:
    """Paste on white, as a page shows it, or on black if white ink would not show on white."""
    alpha = rgba[..., 3:] / 255
    ink = rgba[..., :3] * alpha
    on_white = ink + 255 * (1 - alpha)
    seen = on_white if np.ptp(on_white) >= _LEAST_CONTRAST else ink
    return np.round(seen).astype("uint8")


def _grey(picture: np.ndarray) -> np.ndarray:
    """Return the brightness `(height, width)`, or a single channel if it shows much more.

    Yellow on white is as bright as white, and dark blue on black as dark as black; one of red,
    green and blue always distinguishes them.
    """
    brightness = picture @ np.array([0.299, 0.587, 0.114])
    colours = [picture[..., channel].astype("float64") for channel in range(3)]
    best = max(colours, key=np.std)
    return best if np.std(best) > 2 * np.std(brightness) else brightness
