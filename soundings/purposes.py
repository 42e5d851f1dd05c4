"""Why a council listens: that somebody says so, and what Soundings may not be used for (invariant R7)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from soundings import policies
from soundings.toml_lines import KeyPath

REFUSED_PURPOSE = re.compile(
    r"\b(enforc\w*|investigat\w*|prosecut\w*|surveil\w*|polic(?:e|ing)\b|employment\w*|recruit\w*|vetting|"
    r"(?:monitor|watch|track|follow|identify)\w*\s+(?:of\s+)?"
    r"(?:staff|people|residents|person|protest\w*|individual\w*))",
    re.IGNORECASE,
)
"""Purposes that the product refuses."""
EXAMPLE = "To hear what residents say about our services, and to answer."
SAY_WHY = (
    "'{}' is switched on and nobody has said what for: add a line `purpose = \"" + EXAMPLE + '"`, in your own words, '
    "under [council] (rule R7)"
)

_FLAG = TypeAdapter(bool)


def allowed(text: str) -> str:
    """The purpose itself. Raises ValueError for one that is refused."""
    if refused := REFUSED_PURPOSE.search(text):
        raise ValueError(f"Soundings may not be used for {refused.group(0).lower()}: it never follows a person")
    return text


Purpose = Annotated[str, Field(max_length=500), AfterValidator(allowed)]
"""A purpose in the council file."""


def missing(document: Mapping[str, Any]) -> Iterator[tuple[KeyPath, str]]:
    """Each source of a parsed council file that listens while nobody has said why: where, and what to do.

    Not asked of an invented council, nor of the invented sample.
    """
    council, sources = _table(document, "council"), _table(document, "sources")
    if is_on(council.get("invented")) or _says(council):
        return
    for name, table in sources.items():
        listens = isinstance(table, Mapping) and is_on(table.get("enabled")) and not policies.of(name).is_invented
        if listens and not _says(table):
            yield ("sources", name), SAY_WHY.format(name)


def of_source(council_purpose: str, own: str) -> str:
    """What one source is listened to for: its own purpose, else the council's."""
    return own.strip() or council_purpose.strip()


def _says(table: Mapping[str, Any]) -> bool:
    return bool(str(table.get("purpose", "")).strip())


def is_on(value: object) -> bool:
    """As pydantic would read it; what it refuses is told elsewhere."""
    try:
        return _FLAG.validate_python(False if value is None else value)
    except ValidationError:
        return False


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
