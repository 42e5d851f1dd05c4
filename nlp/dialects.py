"""A text in standard English: what the dialects and the shortenings of Britain write in their own way.

`The bairns cannae get oot` asks for the same as `The children can't get out`, and has to be heard alike; the model was
made of standard English. Only forms that hardly ever are anything else are known (`dialects.toml`). What a reader sees
stays as it was written. Pure.
"""

from __future__ import annotations

from functools import cache

from nlp.patterns import document
from nlp.swapping import Case, Found, Swaps, entry


def standard(text: str) -> str:
    """The same text in standard English, as far as the forms are known."""
    return _forms().put(text, _said)


def _said(found: Found) -> str:
    instead = found.entry.instead or ""
    return instead[:1].upper() + instead[1:] if found.first.capital else instead


@cache
def _forms() -> Swaps:
    tables = document("dialects.toml").values()
    return Swaps(
        entry(form, instead, Case.SMALL if len(form) == 1 else Case.ANY)
        for table in tables
        for form, instead in table.items()
    )
