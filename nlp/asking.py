"""How surely one sentence asks to be told something, by the forms of English and of Welsh.

Weighs the forms of `nlp/asking.toml`. Knows nothing of what is asked about, nor of what else a writer does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.patterns import document, either, prepared

UNMEANT = ("rhetorical", "quiz", "suggesting", "offering")
NOT_MEANT = 0.4
"""What is left of a question that waits for no answer."""

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"')\]”])\s+|\n+")
_QUOTED = re.compile(r"[\"“«][^\"“”«»]*[\"”»]")
"""Somebody else's words, or a headline: their question is not the writer's."""


LONGEST_READ = 4000
"""Characters in which the forms are looked for: longer texts are articles, and say what they are at the start."""
_EMPTY_LINES = re.compile(r"\n(?:[ \t\r]*\n){2,}")
"""Thousands of them take the patterns seconds."""


@dataclass(frozen=True)
class Form:
    """Phrases of one grammatical form, and how sure one of them alone makes a question."""

    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Forms:
    """All of them. The patterns expect one sentence of a text that was `prepared`."""

    asking: Sequence[Form]
    unmeant: re.Pattern[str]
    """Rhetoric, games, suggestions and offers, which have the form of questions."""


def sentences(text: str) -> list[str]:
    """A text in pieces that end as sentences do."""
    return [piece for piece in _END.split(text) if piece]


def asked(text: str) -> float:
    """How surely one of the sentences of a text asks to be told something: 0 to 1."""
    heard = prepared(_EMPTY_LINES.sub("\n\n", text[:LONGEST_READ]))
    return max((asks(sentence) for sentence in sentences(heard)), default=0.0)


def asks(sentence: str) -> float:
    """How sure it is that a sentence, as `prepared` leaves it, wants an answer: 0 where nothing speaks for it."""
    own = _QUOTED.sub(' "so" ', sentence) if "?" in sentence or '"' in sentence or "“" in sentence else sentence
    missed = 1.0
    for form in forms().asking:
        if form.pattern.search(own):
            missed *= 1 - form.weight
    if missed == 1.0:
        return 0.0
    return (1 - missed) * (NOT_MEANT if forms().unmeant.search(own) else 1)


@cache
def forms() -> Forms:
    """The forms, read once."""
    content = document("asking.toml")
    fragments: Mapping[str, Sequence[str]] = content["fragments"]
    unmeant = [phrase for name in UNMEANT for phrase in content[name]["phrases"]]
    asking = tuple(Form(group["weight"], either(group["phrases"], fragments)) for group in content["form"])
    return Forms(asking, either(unmeant, fragments))
