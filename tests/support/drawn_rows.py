"""Rows of MNIST's digits, joined in twenty ways as people write them and cameras see them."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class RowLook:
    """How a row of digits gets into a picture.

    Attributes:
        height: Of a digit, in pixels; all else is in parts of it.
        gap: Between the boxes of two digits.
        sizes: By how much one digit is larger or smaller than the others.
        jitter: How far a digit stands above or below the line.
        slant: How far the top of a digit leans to the right.
        pen: How much wider the strokes are than MNIST's; less than 0: thinner.
        gaps_in_ink: Parts of a stroke that a dry pen left out, of each digit.
        turned: Degrees, of the row, to the left.
        margin: Paper around the row.
        ink, paper: Grey levels.
        light: How much darker the far corner is, in parts.
        shadow: How much darker one half is, behind a soft edge, in parts.
        noise: Standard deviation of the noise, in grey levels.
        specks: Pixels in a thousand that are black or white.
        blur: Radius in pixels.
        quality: Of a JPEG that it was once saved as; `None` for none.
        hyphen: Whether one stands in the middle.
        touching: Places of digits, from 0, that touch the one before.
        overlap: How far each of these is pushed into it.
    """

    height: int = 60
    gap: float = 0.25
    sizes: float = 0
    jitter: float = 0
    slant: float = 0
    pen: float = 0
    gaps_in_ink: int = 0
    turned: float = 0
    margin: float = 0.5
    ink: float = 20
    paper: float = 245
    light: float = 0
    shadow: float = 0
    noise: float = 0
    specks: float = 0
    blur: float = 0
    quality: int | None = None
    hyphen: bool = False
    touching: tuple[int, ...] = ()
    overlap: float = 0.03


ROW_LOOKS = {
    "plain": RowLook(),
    "small": RowLook(height=22),
    "large": RowLook(height=240),
    "far apart": RowLook(gap=1.2),
    "close together": RowLook(gap=0.06),
    "of all sizes": RowLook(sizes=0.3, jitter=0.1),
    "leaning right": RowLook(slant=0.35, gap=0.1),
    "leaning left": RowLook(slant=-0.3, gap=0.1),
    "a thick pen": RowLook(pen=0.07, gap=0.15),
    "a fine pen": RowLook(height=120, pen=-0.035),
    "light on dark": RowLook(ink=240, paper=15),
    "chalk": RowLook(ink=215, paper=55, noise=14, light=0.35, blur=0.7),
    "pencil": RowLook(ink=165, paper=220, noise=6, height=90),
    "noise": RowLook(noise=30),
    "specks": RowLook(specks=12),
    "up and down": RowLook(jitter=0.3, turned=6),
    "a hyphen": RowLook(hyphen=True, gap=0.3),
    "a dry pen": RowLook(gaps_in_ink=1, height=90),
    "a photo": RowLook(
        **{"height": 80, "light": 0.5, "shadow": 0.35, "noise": 7, "turned": 4, "blur": 1.0},
        **{"ink": 60, "paper": 205, "quality": 45, "margin": 1.2, "jitter": 0.1},
    ),
    "out of focus": RowLook(blur=3.5, noise=4),
}

# A pair in the middle of four that touches, or two pairs.
TOUCHING_LOOKS = {
    "a pair": RowLook(touching=(2,)),
    "a small pair": RowLook(touching=(2,), height=30),
    "a large pair": RowLook(touching=(2,), height=200),
    "further in": RowLook(touching=(2,), overlap=0.08),
    "a thick pen": RowLook(touching=(2,), pen=0.07),
    "a fine pen": RowLook(touching=(2,), height=120, pen=-0.035),
    "leaning": RowLook(touching=(2,), slant=0.3),
    "of all sizes": RowLook(touching=(2,), sizes=0.2, jitter=0.1),
    "two pairs": RowLook(touching=(1, 3)),
    "a photo": RowLook(
        **{"height": 80, "light": 0.5, "shadow": 0.35, "noise": 7, "turned": 4, "blur": 1.0},
        **{"ink": 60, "paper": 205, "quality": 45, "margin": 1.2, "touching": (2,)},
    ),
}


def draw_row(digits, look, seed=0):
    """A picture of a row of digits.

    Args:
        digits: uint8 arrays `(28, 28)`, as MNIST has them, from left to right.
        look: How it looks.
        seed: No two have the same sizes, places and noise.

    Returns:
        uint8 array `(height, width)`.
    """
    rng = np.random.default_rng(seed)
    parts = [_written(digit, look, rng) for digit in digits]
    ink = _joined(parts, look, rng)
    if look.turned:
        turned = Image.fromarray(ink).rotate(
            look.turned, Image.Resampling.BILINEAR, expand=True, fillcolor=0
        )
        ink = np.asarray(turned)
    return _photographed(np.clip(ink, 0, 1), look, rng)


def _written(digit, look, rng):
    """Ink 0 to 1 of one digit, cropped to its box: enlarged, leaning, with another pen."""
    rows, columns = np.flatnonzero(digit.any(axis=1)), np.flatnonzero(digit.any(axis=0))
    digit = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = look.height / 20 * (1 + look.sizes * rng.uniform(-1, 1))
    digit = np.pad(digit, 4)
    height, width = (max(1, round(scale * length)) for length in digit.shape)
    image = Image.fromarray(digit.astype("float32") / 255)
    image = image.resize((width, height), Image.Resampling.BICUBIC)
    # MNIST's own ramp from paper to ink is a pixel wide; enlarged, an edge stays sharp. A higher
    # threshold is a finer pen.
    ink = np.asarray(image)
    if look.pen > 0:
        ink = _widened(ink, look.pen * look.height)
    ink = np.clip((ink - 0.5) * max(1, scale / 2) + 0.5, 0, 1)
    if look.pen < 0:
        ink = 1 - _widened(1 - ink, -look.pen * look.height)
    for _ in range(look.gaps_in_ink):
        ink = _interrupted(ink, rng)
    lean = look.slant * (0.7 + 0.6 * rng.random())
    ink = np.pad(ink, ((0, 0), (round(abs(lean) * height / 2) + 1,) * 2))
    moved = [np.roll(row, round(lean * (height / 2 - y))) for y, row in enumerate(ink)]
    ink = np.array(moved)
    rows = np.flatnonzero((ink > 0.3).any(axis=1))
    columns = np.flatnonzero((ink > 0.3).any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _widened(ink, width):
    """Draw with a pen that is that many pixels wider."""
    radius = width / 2
    reach = int(np.ceil(radius))
    wide = np.pad(ink, reach, mode="edge")
    found = ink
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            if dy * dy + dx * dx <= radius * radius:
                moved = np.roll(wide, (dy, dx), axis=(0, 1))
                found = np.maximum(found, moved[reach:-reach, reach:-reach] if reach else moved)
    return found


def _interrupted(ink, rng):
    """A dry pen leaves out a short piece across the strokes of some rows."""
    height = len(ink)
    at, wide = rng.uniform(0.25, 0.75) * height, 0.05 * height
    y, x = np.mgrid[:height, : ink.shape[1]]
    line = np.abs(y - at - rng.uniform(-0.4, 0.4) * (x - x.mean()))
    return ink * np.clip(line - wide / 2, 0, 1)


def _joined(parts, look, rng):
    """Put the digits next to each other."""
    height = look.height
    margin = round(look.margin * height)
    tall = max(len(part) for part in parts) + 2 * round(look.jitter * height)
    canvas = np.zeros((tall + 2 * margin, sum(p.shape[1] for p in parts) + 8 * height + 2 * margin))
    right = margin
    for place, part in enumerate(parts):
        top = margin + (tall - len(part)) // 2 + round(look.jitter * height * rng.uniform(-1, 1))
        gap = 0 if place == 0 else round(height * look.gap * rng.uniform(0.8, 1.2))
        if look.hyphen and place == len(parts) // 2:
            middle = margin + tall // 2
            canvas[
                middle : middle + max(2, height // 12), right + gap : right + gap + height // 4
            ] = 1
            right += gap + height // 4
        left = right + gap
        if place in look.touching:
            left = _against(canvas[top : top + len(part)], part) - round(look.overlap * height)
        box = canvas[top : top + len(part), left : left + part.shape[1]]
        np.maximum(box, part, out=box)
        right = max(right, left + part.shape[1])
    return canvas[:, : right + margin].astype("float32")


def _against(row, part):
    """The first column at which the ink of a digit is beside that of the row, at some height."""
    ends = [np.flatnonzero(line > 0.5)[-1:] for line in row]
    begins = [np.flatnonzero(line > 0.5)[:1] for line in part]
    both = [e[0] + 1 - b[0] for e, b in zip(ends, begins, strict=True) if len(e) and len(b)]
    return max(both)


def _photographed(ink, look, rng):
    picture = look.paper * (1 - ink) + look.ink * ink
    height, width = ink.shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    picture = picture * (1 - look.light * (0.7 * x + 0.3 * y) ** 1.3)
    edge = 1 / (1 + np.exp(-12 * (x - 0.5 - 0.2 * (y - 0.5))))
    picture = picture * (1 - look.shadow * edge)
    if look.blur:
        blurred = Image.fromarray(np.clip(np.round(picture), 0, 255).astype("uint8"))
        picture = np.asarray(blurred.filter(ImageFilter.GaussianBlur(look.blur)), "float64")
    picture = picture + rng.normal(0, look.noise, ink.shape) if look.noise else picture
    spoilt = rng.random(ink.shape) < look.specks / 1000
    picture[spoilt] = rng.choice([0, 255], spoilt.sum())
    picture = np.clip(np.round(picture), 0, 255).astype("uint8")
    if look.quality:
        stream = io.BytesIO()
        Image.fromarray(picture).save(stream, "JPEG", quality=look.quality)
        picture = np.asarray(Image.open(stream))
    return picture


def twenty_rows(images, labels, seed=0, looks=ROW_LOOKS):
    """Four digits in each of the looks: `(four labels, name of the look, picture)`."""
    found = []
    for place, (name, look) in enumerate(looks.items()):
        chosen = np.random.default_rng([seed, place]).choice(len(images), 4, replace=False)
        picture = draw_row(images[chosen], look, [seed, place])
        found.append(("".join(map(str, labels[chosen])), name, picture))
    return found
