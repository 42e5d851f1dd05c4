"""The sources there are, and the table `[sources]` that switches them on. A new source is one file and one line here.

Each source's own settings are its own pydantic model, and each has its policy in `soundings.policies`: without one it
does not load. Knows nothing of what a source does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from pydantic import BaseModel, ConfigDict, Field

from soundings import policies
from soundings.council import CouncilFile, Problem, meant, table_problems
from soundings.purposes import Purpose

if TYPE_CHECKING:
    from listeners.outlet import Outlet

SOURCES: dict[str, str] = {
    "bluesky": "listeners.bluesky:Bluesky",
    "facebook": "listeners.facebook:Facebook",
    "feeds": "listeners.feeds:Feeds",
    "mastodon": "listeners.mastodon:Mastodon",
    "open311": "listeners.open311:Open311",
    "petitions": "listeners.petitions:Petitions",
    "reddit": "listeners.reddit:Reddit",
    "sample": "listeners.sample_source:Sample",
    "x": "listeners.x:X",
    "youtube": "listeners.youtube:YouTube",
}
"""Name in the council file -> "package.module:class"."""
SECRET = re.compile(r"token|secret|passw|bearer|credential|(?:api|client|access)_?(?:key|id)|^key$", re.IGNORECASE)
"""Names under which newcomers write a key into the council file, where it never belongs."""
NEVER = "a key never stands in the council file"


class SourceSettings(BaseModel):
    """What every source can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(False, description="Whether this source is listened to.")
    purpose: Purpose = Field(
        "", description="What it is listened to for, in one sentence, where that is not `purpose` under `[council]`."
    )


class Source(Protocol):
    """One way of hearing residents."""

    Settings: ClassVar[type[SourceSettings]]
    local: ClassVar[bool]
    """True when all that it carries is about the area."""
    look_back: ClassVar[timedelta]
    """How far behind an author's own date is believed, and how far it rewinds on another bus."""
    gap_after: ClassVar[timedelta | None]
    """How long it may be unheard before pages must say so."""
    gives_again: ClassVar[bool]
    """Whether it gives what it gave before when it is next asked, so that a rejected post can come once more."""

    def __init__(
        self, settings: Any, outlet: Outlet, council_file: CouncilFile, clock: Callable[[], datetime]
    ) -> None: ...

    async def listen(self) -> None:
        """Offer what is heard to the outlet, until cancelled."""


def load(name: str) -> type[Source]:
    """The class of a source. Raises BadInput when it has no policy."""
    policies.require(name)
    module, _, attribute = SOURCES[name].partition(":")
    return cast(type[Source], getattr(import_module(module), attribute))


def problems(table: Any) -> list[Problem]:
    """What is wrong with `[sources]`."""
    if not isinstance(table, dict):
        return [Problem(("sources",), "write each source as a table of its own, such as [sources.feeds]")]
    found: list[Problem] = []
    for name, entry in table.items():
        if name not in SOURCES:
            known = ", ".join(SOURCES)
            found.append(
                Problem(("sources", name), f"there is no source '{name}'{meant(name, known)}; there are: {known}")
            )
        else:
            found += [_told(name, one) for one in table_problems(load(name).Settings, ("sources", name), entry)]
    return found


def _told(name: str, problem: Problem) -> Problem:
    """A source's whole table by its name; and a key that stands in the council file with where it belongs."""
    problem, key = replace(problem, message=problem.message.replace("'the table'", f"'{name}'")), str(problem.path[-1])
    if not SECRET.search(key) or "not something that can be set" not in problem.message:
        return problem
    where = " and ".join(key.variable for key in policies.of(name).keys)
    instead = f"set {where} instead, and take this line out" if where else "this source needs none: take this line out"
    return replace(problem, message=f"'{key}' is not something that can be set here: {NEVER}; {instead}")


def enabled(council_file: CouncilFile) -> Iterator[tuple[str, type[Source], SourceSettings]]:
    """Name, class and settings of each source that is switched on, in a council file that is in order."""
    for name, entry in council_file.tables.get("sources", {}).items():
        source = load(name)
        settings = source.Settings.model_validate(entry)
        if settings.enabled:
            yield name, source, settings
