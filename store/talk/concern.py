"""Whether the words of a question are about public life, and whether they are meant for everybody who reads along.

For questions in which no service was heard, and for what stands below a neighbour's post, where neighbours mostly ask
each other. Knows nothing of threads.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

PUBLIC = ("offices", "town", "services", "living", "cymraeg")


def public(text: str) -> bool:
    """Whether a text names something of public life."""
    return _has("public", text)


def personal(text: str) -> bool:
    """Whether a text speaks to one neighbour alone, or about somebody."""
    return _has("personal", text)


def to_all(text: str) -> bool:
    """Whether a text is put to everybody who may know."""
    return _has("to-all", text)


def _has(group: str, text: str) -> bool:
    return bool(_words()[group].search(text.replace("’", "'")))


@cache
def _words() -> dict[str, re.Pattern[str]]:
    groups: dict[str, list[str]] = tomllib.loads((files("store") / "talk" / "concern.toml").read_text(encoding="utf-8"))
    named = {"public": [word for group in PUBLIC for word in groups[group]]}
    named |= {name: groups[name] for name in ("to-all", "personal")}
    return {name: re.compile(rf"\b(?:{'|'.join(one)})(?:s|'s)?\b", re.IGNORECASE) for name, one in named.items()}
