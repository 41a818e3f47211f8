"""Digits drawn by code as if by hand: strokes through points, a pen, paper and light.

None comes from a font or from MNIST; `LOOKS` are the ways they get into a file.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

# Two ways to write each digit. A stroke goes through points, x to the right and y down, in parts
# of a hundred of the digit's height; a comma stands between points, a bar between strokes.
HANDS = {
    0: (
        "55 2, 20 20, 12 60, 40 98, 75 80, 85 35, 50 0",
        "70 10, 40 5, 20 45, 25 90, 50 97, 72 50, 60 3",
    ),
    1: (
        "60 0, 52 35, 46 70, 42 100",
        "30 25, 45 12, 55 0, 54 40, 53 70, 53 100",
    ),
    2: (
        "15 25, 30 4, 65 5, 75 30, 50 65, 12 95 | 12 95, 40 93, 85 96",
        "20 20, 45 0, 72 20, 55 55, 20 90, 12 82, 25 76, 50 92, 88 90",
    ),
    3: (
        "20 12, 50 0, 75 18, 62 40, 38 46 | 38 46, 70 52, 80 78, 50 100, 15 90",
        "20 5, 45 3, 78 2 | 78 2, 60 20, 42 40 | 42 40, 72 45, 80 75, 50 98, 18 88",
    ),
    4: (
        "25 2, 20 30, 15 55, 50 56, 85 52 | 70 5, 68 50, 64 100",
        "62 0, 40 30, 12 62 | 12 62, 50 63, 90 62 | 62 0, 63 50, 62 100",
    ),
    5: (
        "30 5, 27 25, 24 45 | 24 45, 50 38, 78 55, 72 85, 45 100, 15 88 | 30 5, 55 5, 85 2",
        "80 0, 55 3, 35 8, 25 30, 45 46, 70 60, 68 88, 40 100, 15 92",
    ),
    6: (
        "65 0, 35 25, 18 65, 35 97, 70 90, 75 62, 48 50, 22 68",
        "45 0, 28 30, 20 70, 40 100, 68 85, 62 60, 40 58, 24 78",
    ),
    7: (
        "12 5, 45 4, 82 3 | 82 3, 60 40, 42 100",
        "15 15, 17 5, 50 6, 80 4 | 80 4, 68 35, 55 65, 50 100",
    ),
    8: (
        "70 15, 48 0, 25 18, 42 42, 68 65, 65 92, 40 100, 22 80, 42 52, 68 32, 70 15",
        "50 46, 30 30, 35 6, 60 3, 70 25, 50 46 | 50 46, 25 65, 30 95, 62 97, 74 70, 50 46",
    ),
    9: (
        "72 15, 50 0, 25 15, 28 42, 55 45, 72 18 | 72 15, 70 55, 66 100",
        "70 20, 45 2, 22 22, 35 46, 62 36, 70 20, 70 55, 58 85, 30 98",
    ),
}


@dataclass(frozen=True)
class Look:
    """How a digit gets into a picture.

    Attributes:
        size: Height and width of the picture in pixels.
        height: Of the digit, in parts of the picture's.
        at: Its middle, in parts of the picture's (x, y).
        pen: Width of the stroke, in parts of the digit's height.
        ink, paper: Their colours.
        turned: Degrees, to the left.
        light: How much darker the far corner is, in parts.
        noise: Standard deviation of the noise, in grey levels.
        specks: Pixels in a thousand that are black or white.
        margin: Whether a red line is ruled at the left.
        quality: Of a JPEG that it was once saved as; `None` for none.
    """

    size: tuple[int, int] = (200, 200)
    height: float = 0.6
    at: tuple[float, float] = (0.5, 0.5)
    pen: float = 0.1
    ink: tuple[int, int, int] = (20, 20, 25)
    paper: tuple[int, int, int] = (250, 250, 248)
    turned: float = 0
    light: float = 0
    noise: float = 0
    specks: float = 0
    margin: bool = False
    quality: int | None = None


LOOKS = {
    "plain": Look(),
    "thick": Look(pen=0.2),
    "thin": Look(pen=0.025, size=(400, 400)),
    "off-centre": Look(height=0.3, at=(0.78, 0.2)),
    "inverted": Look(ink=(245, 245, 245), paper=(15, 15, 15)),
    "large": Look(size=(1500, 1100), height=0.9),
    "small": Look(size=(40, 36), height=0.7),
    "noisy": Look(noise=35, quality=None),
    "specks": Look(specks=15),
    "gradient of light": Look(light=0.6, paper=(235, 230, 215), noise=4, size=(480, 640)),
    "JPEG": Look(quality=12),
    "yellow ink": Look(ink=(255, 225, 0)),
    "blue on black": Look(ink=(20, 30, 200), paper=(5, 5, 5)),
    "turned left": Look(turned=9),
    "turned right": Look(turned=-9),
    "pencil": Look(ink=(165, 165, 165), paper=(225, 225, 220), noise=5, pen=0.05),
    "ruled margin": Look(margin=True, height=0.5, at=(0.6, 0.5)),
    "chalk": Look(ink=(225, 230, 225), paper=(35, 70, 50), noise=15, light=0.4),
    "photo": Look(
        *((900, 1200), 0.35, (0.4, 0.55), 0.06, (30, 40, 110), (205, 200, 185)),
        **{"turned": 5, "light": 0.5, "noise": 8, "quality": 50},
    ),
    "far away": Look(size=(1200, 1600), height=0.12, at=(0.3, 0.6), pen=0.12, noise=6),
}


def curve(points, steps=24):
    """A smooth line through points: Catmull and Rom's, `(n, 2)`."""
    p = np.array([points[0], *points, points[-1]], dtype="float64")
    t = np.linspace(0, 1, steps)[:, None]
    pieces = [
        (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        / 2
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.concatenate(pieces)


def draw(digit, hand, look, seed=0):
    """A picture of a digit, uint8 `(height, width, 3)`; no two seeds move the pen alike."""
    rng = np.random.default_rng(seed)
    height, width = look.size
    fine = 1 if max(look.size) > 600 else 4
    long = look.height * height * fine
    middle = np.array(look.at) * (width, height) * fine
    slant, wide = rng.normal(0, 0.06), rng.normal(0.85, 0.06)
    angle = np.deg2rad(look.turned)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    canvas = Image.new("L", (width * fine, height * fine))
    pen = ImageDraw.Draw(canvas)
    radius = max(0.5, look.pen * long / 2)
    for stroke in HANDS[digit][hand].split("|"):
        stroke = [[int(number) / 100 for number in point.split()] for point in stroke.split(",")]
        points = np.array(stroke) + rng.normal(0, 0.012, (len(stroke), 2)) - 0.5
        points[:, 0] = wide * points[:, 0] - slant * points[:, 1]
        for x, y in curve(points) @ turn.T * (long - 2 * radius) + middle:
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
        path = [tuple(p) for p in curve(points) @ turn.T * (long - 2 * radius) + middle]
        pen.line(path, fill=255, width=max(1, round(2 * radius)), joint="curve")
    ink = np.asarray(canvas.resize((width, height), Image.Resampling.BOX))[..., None] / 255
    picture = np.array(look.paper) * (1 - ink) + np.array(look.ink) * ink
    if look.margin:
        picture[:, width // 6 : width // 6 + max(1, width // 100)] = (200, 60, 60)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    picture *= 1 - look.light * (0.7 * x + 0.3 * y)[..., None] ** 1.3
    picture += rng.normal(0, look.noise, (height, width, 1)) if look.noise else 0
    spoilt = rng.random((height, width)) < look.specks / 1000
    picture[spoilt] = rng.choice([0, 255], (spoilt.sum(), 1))
    return np.clip(np.round(picture), 0, 255).astype("uint8")


def twenty(seed=0):
    """Each digit in both hands, each in another look: `(digit, name of the look, picture)`."""
    names = list(LOOKS)
    order = np.random.default_rng(seed).permutation(20)
    return [
        (place // 2, names[look], draw(place // 2, place % 2, LOOKS[names[look]], [seed, place]))
        for place, look in enumerate(order)
    ]


def save(picture, path, look):
    """Write a picture, as a JPEG if the look says so, or without loss."""
    image = Image.fromarray(picture)
    if look.quality:
        image.save(path.with_suffix(".jpg"), quality=look.quality)
        return path.with_suffix(".jpg")
    image.save(path.with_suffix(".png"))
    return path.with_suffix(".png")
