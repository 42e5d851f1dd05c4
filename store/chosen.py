"""What a person chose, held against what there is: an unknown filter is refused, and an empty week is explained.

Knows nothing of how the answers are written.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from soundings import taxonomy
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.messages import SpeechAct
from store import questions as q
from store import times
from store.clickhouse import Client
from store.columns import EARLIEST, LATEST

ACTS = [str(act) for act in SpeechAct]
NOTHING = "Nothing in the last 7 days (the default)"
MANY = 40
"""Names that one sentence lists: a gazetteer may have hundreds of places."""


def filters(given: Mapping[str, str | None], council_file: CouncilFile) -> q.Filters:
    """What was written, as filters; a place may be written by its name. Raises BadInput for what there is not."""
    _known("topic", given["topic"], taxonomy.labels(council_file))
    _known("mood", given["mood"], q.MOODS)
    _known("act", given["act"], ACTS)
    return q.Filters(**{**given, "place": _place(given["place"], council_file)})


def check_held(wanted: q.Filters, council_file: CouncilFile, client: Client) -> None:
    """The part of the check that needs the store: sources, and places that a source named and no gazetteer has."""
    if wanted.source is not None:
        _known("source", wanted.source, [count.source for count in q.sources(client)])
    ids = [place.id for place in council_file.places]
    if wanted.place is not None and wanted.place not in ids:
        held = {count.id for count in q.places(client, q.Window(EARLIEST, LATEST))}
        if wanted.place not in held:
            _known("place", wanted.place, ids)


def _known(kind: str, value: str | None, there: Collection[str]) -> None:
    if value is None or value in there:
        return
    names = ", ".join(list(there)[:MANY]) or "none yet"
    more = f" and {len(there) - MANY:,} more" if len(there) > MANY else ""
    article = "an" if kind == "act" else "a"
    raise BadInput(f"'{value}' is not {article} {kind}; there are: {names}{more}.")


def _place(written: str | None, council_file: CouncilFile) -> str | None:
    """The id of the place of that name (or nickname, or Welsh name); what is no name stays as it was written."""
    if written is None:
        return None
    name = _plain(written)
    places = council_file.places
    found = [place.id for place in places if name in map(_plain, (place.name, *place.also, place.welsh))]
    if len(found) > 1 and written not in found:
        raise BadInput(f"'{written}' is the name of {len(found)} places; say which: {', '.join(found)}.")
    return found[0] if found else written


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def slugs(council_file: CouncilFile) -> str:
    """The topics, acts and moods that a filter may name, as lines for people."""
    lists = {"Topics": taxonomy.labels(council_file), "Acts": ACTS, "Moods": q.MOODS}
    return "\n".join(
        textwrap.fill(f"{name}: {', '.join(there)}", 78, subsequent_indent="  ", break_on_hyphens=False)
        for name, there in lists.items()
    )


def nothing(client: Client, window: q.Window, wanted: q.Filters, zone: ZoneInfo, now: datetime) -> str:
    """Why there is nothing in the week that nobody asked for, and what to try."""
    newest = _newest(client, wanted, now)
    if newest is None:
        return "Nothing is held yet." if wanted == q.ALL else "Nothing that is held passes these filters."
    if newest >= window.start:
        return f"{NOTHING}; try --since 30d."
    which = "newest post" if wanted == q.ALL else "newest post that passes these filters"
    return f"{NOTHING}. The {which} is of {times.day(newest, zone, now)}; try --since {times.since(newest, zone, now)}."


def _newest(client: Client, wanted: q.Filters, now: datetime) -> datetime | None:
    if wanted == q.ALL:
        return q.freshness(client, now).newest_happened
    found = q.newest(client, wanted, 1)
    return found[0].happened_at if found else None
