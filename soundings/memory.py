"""How often a stage looks for rubbish: seldom, because what it works on is many small objects that form no circles.

Python frees those as soon as nobody holds them. By itself it also walks over what lives after every 700 new objects:
with thousands of readings in hand that was a third of a stage's work (measured by `make bench`). Knows nothing of
messages.
"""

from __future__ import annotations

import gc

SELDOM = (100_000, 20, 20)
"""New objects before the youngest are looked at, and how many such looks before the older ones are."""


def look_seldom() -> None:
    """Leave out what was made until now, which stays for the life of the process, and look seldom from now on."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


def look_often() -> None:
    """As Python does by itself."""
    gc.unfreeze()
    gc.set_threshold(700, 10, 10)
