"""Draws the page's icon: a lead on its line under the water's surface. Run it to make `images/icon.png` again.

Knows nothing of the pages; they show the file, not this.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

SIZE, FINE = 64, 8
TEAL, WHITE, FOAM = "#0B6470", "#FFFFFF", "#9FDCE3"


def draw() -> Image.Image:
    """The icon, 64 by 64 pixels, drawn eight times larger and reduced."""
    side = SIZE * FINE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=14 * FINE, fill=TEAL)
    _wave(pen)
    _line(pen, 32, 20, 32, 40, WHITE, 4)
    for depth in (27, 33):
        _line(pen, 32, depth, 40, depth, WHITE, 3)
    lead = [(32, 36), (40, 52), (36, 56), (28, 56), (24, 52)]
    pen.polygon([(x * FINE, y * FINE) for x, y in lead], fill=WHITE)
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _wave(pen: ImageDraw.ImageDraw) -> None:
    points = [(x, 17 + 3.5 * math.sin((x - 8) / 48 * 4 * math.pi)) for x in range(9, 56)]
    radius = 2.2
    for x, y in points:
        box = tuple(value * FINE for value in (x - radius, y - radius, x + radius, y + radius))
        pen.ellipse(box, fill=FOAM)


def _line(pen: ImageDraw.ImageDraw, x: float, y: float, to_x: float, to_y: float, colour: str, width: float) -> None:
    pen.line((x * FINE, y * FINE, to_x * FINE, to_y * FINE), fill=colour, width=int(width * FINE))


if __name__ == "__main__":
    draw().save(Path(__file__).parent / "images" / "icon.png", optimize=True)
