"""What a source that is switched on lacks before it can listen, for `soundings check`: keys above all. Asks nobody.

Whether a platform takes a key is known only when it is asked: then the source says so as a gap.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from listeners.sources import SOURCES, Source, SourceSettings, enabled, load
from soundings import policies
from soundings.council import CouncilFile
from soundings.policies import Policy

PREFIX = "SOUNDINGS_{}_"
MISWRITTEN = re.compile(r"\s|[\"'<>]|^bearer\b|^(?:changeme|xxx+|todo|\.\.\.)$", re.IGNORECASE)
"""What no key has in it: a space, quotation marks, the brackets of an example."""
NO_KEY = (
    "this does not look like a key. Copy it again: the key alone, without quotation marks, spaces or the word Bearer."
)


def loaded() -> list[str]:
    """The names of the sources that this version can hear."""
    return list(SOURCES)


def of_file(council_file: CouncilFile) -> dict[str, list[str]]:
    """Each source that is switched on -> what it lacks, a sentence each; none when it is ready."""
    return {name: lacks(name, source, settings) for name, source, settings in enabled(council_file)}


def better_with(council_file: CouncilFile) -> dict[str, list[str]]:
    """Each source that is switched on -> what it can do without and would be better with."""
    on = ((name, _asking(source, "better_with"), settings) for name, source, settings in enabled(council_file))
    return {name: asked(settings) for name, asked, settings in on if asked}


def of_source(name: str, council_file: CouncilFile) -> list[str]:
    """What one source would lack if it were switched on: its keys, and the rest of its table once that is on."""
    if name not in SOURCES:
        return []
    found = of_file(council_file)
    if name in found:
        return found[name]
    source = load(name)
    table = {**council_file.tables.get("sources", {}).get(name, {}), "enabled": False}
    return lacks(name, source, source.Settings.model_validate(table))


def lacks(name: str, source: type[Source], settings: SourceSettings) -> list[str]:
    """What a source itself says that it lacks, and what looks wrong about its keys."""
    policy = policies.of(name)
    asked = _asking(source, "lacking")
    return [*(asked(settings) if asked else ()), *_miswritten(policy, os.environ), *_unread(policy, os.environ)]


def _asking(source: type[Source], what: str) -> Callable[[Any], list[str]] | None:
    """`lacking(settings)`, say, of the source's module, or of the module of its settings."""
    modules = (sys.modules[source.__module__], sys.modules[source.Settings.__module__])
    return next((found for module in modules if (found := getattr(module, what, None))), None)


def _miswritten(policy: Policy, environment: Mapping[str, str]) -> Iterator[str]:
    for variable, value in environment.items():
        if _is_key(policy, variable) and MISWRITTEN.search(_held(variable, value)):
            yield f"{variable}: {NO_KEY}"


def _held(variable: str, value: str) -> str:
    """The key itself. Of a file that cannot be read the source tells."""
    if not variable.endswith("_FILE"):
        return value.strip()
    try:
        return Path(value.strip()).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _unread(policy: Policy, environment: Mapping[str, str]) -> Iterator[str]:
    """A key under a name that nobody reads."""
    for variable in environment:
        if policy.keys and variable.startswith(PREFIX.format(policy.name.upper())) and not _is_key(policy, variable):
            named = " and ".join(key.variable for key in policy.keys)
            yield f"{variable} is set, and nothing reads it. What is read is {named}, or the same with _FILE after it."


def _is_key(policy: Policy, variable: str) -> bool:
    plain = variable.removesuffix("_FILE")
    return any(plain.startswith(key.stem) if key.stem != key.variable else plain == key.variable for key in policy.keys)
