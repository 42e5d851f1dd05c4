"""The sources there are, and the table `[sources]` that switches them on. A new source is one file and one line here.

Each source's own settings are its own pydantic model. Knows nothing of what a source does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from pydantic import BaseModel, ConfigDict, Field

from soundings.council import CouncilFile, Problem, table_problems

if TYPE_CHECKING:
    from listeners.outlet import Outlet

SOURCES: dict[str, str] = {
    "bluesky": "listeners.bluesky:Bluesky",
    "facebook": "listeners.facebook:Facebook",
    "feeds": "listeners.feeds:Feeds",
    "sample": "listeners.sample_source:Sample",
    "youtube": "listeners.youtube:YouTube",
}
"""Name in the council file -> "package.module:class"."""


class SourceSettings(BaseModel):
    """What every source can be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(False, description="Whether this source is listened to.")


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
    """The class of a source."""
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
            found.append(Problem(("sources", name), f"there is no source '{name}'; there are: {known}"))
        else:
            found += table_problems(load(name).Settings, ("sources", name), entry)
    return found


def enabled(council_file: CouncilFile) -> Iterator[tuple[str, type[Source], SourceSettings]]:
    """Name, class and settings of each source that is switched on, in a council file that is in order."""
    for name, entry in council_file.tables.get("sources", {}).items():
        source = load(name)
        settings = source.Settings.model_validate(entry)
        if settings.enabled:
            yield name, source, settings
