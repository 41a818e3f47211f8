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
from kerasfoundations.data.ink import LEAST_CONTRAST, find_ink, grey_levels, resized
from kerasfoundations.system.safe_archives import one_line

if TYPE_CHECKING:
    from PIL.Image import Image

SIZE, BOX = 28, 20
CENTRE = 14  # of mass of all MNIST digits, to half a pixel; the first pixel is 0
# No stroke of MNIST is narrower than 1.2 pixels, one in twenty is narrower than 1.7; the median
# is 2.5. A fine pen on a large sheet would shrink to a fraction of a pixel: a pale line.
_LEAST_STROKE = 2.0
_MOST_SHOWN = 800  # of the longer side that is read
_MOST_OPENED = 50_000_000  # pixels in all: 200 MB, whatever the size of the file
_FORMATS = ("PNG", "JPEG", "MPO", "BMP", "GIF", "TIFF", "WEBP", "AVIF", "PPM")


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
        return prepare_digit(grey_picture(picture))
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
    return fitted_digit(*find_ink(grey_levels(grey)))


def fitted_digit(ink: np.ndarray, is_ink: np.ndarray) -> np.ndarray:
    """Give the ink of one digit MNIST's size and place.

    Args:
        ink: Ink from 0 to 1, `(height, width)`, none that is not the digit's.
        is_ink: bool array `(height, width)`: which pixels are strokes.

    Returns:
        uint8 array `(28, 28)`, as `prepare_digit` returns it.

    Example:
        >>> ink = np.zeros((9, 9))
        >>> ink[2:7, 4] = 1.0  # a stroke 5 high and 1 wide
        >>> int((fitted_digit(ink, ink > 0)[14] > 0).sum())  # four times as large
        4
    """
    ink = _thickened(*_cropped(ink, is_ink))
    height, width = ink.shape
    scale = BOX / max(height, width)
    ink = resized(ink, max(1, round(scale * height)), max(1, round(scale * width)))
    return _centred(np.round(255 * np.clip(ink / ink.max(), 0, 1)).astype("uint8"))


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
    canvas = np.pad(resized(ink, height, width), radius)
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
    seen = on_white if np.ptp(on_white) >= LEAST_CONTRAST else ink
    return np.round(seen).astype("uint8")


def grey_picture(picture: np.ndarray) -> np.ndarray:
    """Return the brightness, or a single channel if it shows much more.

    Yellow on white is as bright as white, and dark blue on black as dark as black; one of red,
    green and blue always distinguishes them.

    Args:
        picture: uint8 array `(height, width, 3)`.

    Returns:
        float64 array `(height, width)`.

    Example:
        >>> grey_picture(np.full((1, 1, 3), 255, "uint8")).round(6)
        array([[255.]])
    """
    brightness = picture @ np.array([0.299, 0.587, 0.114])
    colours = [picture[..., channel].astype("float64") for channel in range(3)]
    best = max(colours, key=np.std)
    return best if np.std(best) > 2 * np.std(brightness) else brightness
