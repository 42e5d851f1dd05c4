"""Lists of phrases made into regular expressions that are quick to look for.

Owns how the `.toml` files beside it are read. Knows nothing of what a phrase means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import Any

_EDGES = re.compile(r"(\\b|<start>|<clause>|)(.*?)(\\b|)", re.DOTALL)
_FRAGMENT = re.compile(r"<([a-z]+)>")


def document(name: str) -> dict[str, Any]:
    """One of the `.toml` files of this package."""
    return tomllib.loads(files("nlp").joinpath(name).read_text(encoding="utf-8"))


def prepared(text: str) -> str:
    """A text as the patterns of `either` expect it: small letters, straight apostrophes."""
    return text.lower().replace("’", "'").replace("‘", "'")


def either(phrases: Sequence[str], fragments: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Any of these regular expressions; `<name>` in one stands for any of that fragment's."""
    edged: dict[tuple[str, str], list[str]] = {}
    for phrase in phrases:
        # phrases with the same edges share one test for them: several times as quick
        before, middle, after = _EDGES.fullmatch(phrase).groups()  # type: ignore[union-attr]
        edged.setdefault((before, after), []).append(middle)
    whole = "|".join(rf"{before}(?:{'|'.join(middles)}){after}" for (before, after), middles in edged.items())
    return re.compile(_FRAGMENT.sub(lambda found: f"(?:{'|'.join(fragments[found.group(1)])})", whole))


def any_word(phrases: Sequence[str]) -> re.Pattern[str]:
    """Any of these plain phrases as whole words, the longest that fits, capitals or not."""
    return re.compile(rf"\b{_tree(sorted(set(phrases)))}(?!\w)", re.IGNORECASE)


def _tree(phrases: Sequence[str]) -> str:
    """As a tree of letters: a plain list of 300 phrases would be tried one by one at every word."""
    if len(phrases) == 1:
        return re.escape(phrases[0])
    grouped = [(letter, list(group)) for letter, group in groupby(phrases, lambda phrase: phrase[:1])]
    branches = [re.escape(letter) + _tree([phrase[1:] for phrase in group]) for letter, group in grouped if letter]
    return f"(?:{'|'.join(branches)}{'|' if not grouped[0][0] else ''})"  # to end here comes last: the longest wins
