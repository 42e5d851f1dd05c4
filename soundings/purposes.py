"""Why a council listens: that somebody says so, and what Soundings may not be used for (invariant R7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from soundings import policies, uses
from soundings.toml_lines import KeyPath

LEAST_LETTERS = 3
"""What has fewer says nothing."""
EXAMPLE = "To hear what residents say about our services, and to answer."
SAY_WHY = (
    "'{}' is switched on and nobody has said what for: add a line `purpose = \"" + EXAMPLE + '"`, in your own words, '
    "under [council]"
)
REFUSED = (
    "Soundings may not be used for enforcement, investigation or watching staff or residents, and '{}' could mean "
    "that. Say instead what service you want to improve, such as '" + EXAMPLE + "'"
)

_FLAG = TypeAdapter(bool)


def allowed(text: str) -> str:
    """The purpose itself. Raises ValueError for one that is refused."""
    if words := uses.refused(text):
        raise ValueError(REFUSED.format(words))
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
    return own.strip() if says(own) else council_purpose.strip()


def says(text: str) -> bool:
    """Whether a purpose says anything: `-` does not."""
    return sum(letter.isalpha() for letter in text) >= LEAST_LETTERS


def _says(table: Mapping[str, Any]) -> bool:
    return says(str(table.get("purpose", "")))


def is_on(value: object) -> bool:
    """Whether something is switched on, as pydantic would read it; what it refuses is told elsewhere."""
    try:
        return _FLAG.validate_python(False if value is None else value)
    except ValidationError:
        return False


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}
