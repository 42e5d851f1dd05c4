"""Lists of phrases made into regular expressions that are quick to look for.

Owns how the `.toml` files beside it are read. Knows nothing of what a phrase means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
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
