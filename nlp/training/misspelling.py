"""A text as somebody in a hurry, or with an accent of their own, would spell it.

A fair reader hears the same in it, so the model meets many texts this way while it is taught. The slips are general
ones (a letter dropped, doubled, turned round, a vowel heard otherwise, an ending clipped): which words a dialect has is
known to `nlp/dialects.py`, and what nobody listed still has to be heard.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

SLIPPED = 0.12
"""Chance of each word that is long enough."""
SHORTEST = 4
"""Letters that a word needs for a slip to leave it readable."""
VOWELS = "aeiou"

_PIECE = re.compile(r"\S+")
_WORD = re.compile(rf"(?<!\w)[A-Za-z']{{{SHORTEST},}}(?!\w)")
_LEFT = re.compile(r"[@#/\\]|www\.")
"""A handle, a tag, a link: left as it is."""
_SOUNDS = (("ing", "in"), ("th", "f"), ("ou", "oo"), ("ight", "ite"), ("er", "a"), ("h", ""), ("'", ""), ("ck", "k"),
           ("tion", "shun"), ("ea", "ee"), ("y", "eh"), ("ow", "aa"), ("all", "aw"), ("o", "ae"))  # fmt: skip
"""What is heard, and how else it may be written."""


def misspelt(text: str, chance: random.Random) -> str:
    """One such spelling of a text; often the text itself."""
    return _PIECE.sub(
        lambda found: found.group() if _LEFT.search(found.group()) else _slips(found.group(), chance), text
    )


def _slips(piece: str, chance: random.Random) -> str:
    return _WORD.sub(lambda found: _slip(found.group(), chance) if chance.random() < SLIPPED else found.group(), piece)


def _slip(word: str, chance: random.Random) -> str:
    return chance.choice(SLIPS)(word, chance)


def _dropped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    return word[:at] + word[at] + word[at:]


def _turned(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _vowel(word: str, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(word) if letter in VOWELS]
    if not places:
        return word
    at = chance.choice(places)
    return word[:at] + chance.choice(VOWELS) + word[at + 1 :]


def _heard(word: str, chance: random.Random) -> str:
    heard = [(sound, other) for sound, other in _SOUNDS if sound in word]
    if not heard:
        return word
    sound, other = chance.choice(heard)
    return word.replace(sound, other, 1)


SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_dropped, _doubled, _turned, _vowel, _heard, _heard, _heard)
"""The last, which accents have in common, counts thrice."""
