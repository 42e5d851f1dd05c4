"""What `soundings check` says of sources: ready, or what is missing and the steps to get it.

Asks the listeners by name, and no platform. Its words are `soundings.source_words`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from soundings import council, policies, purposes, source_words
from soundings.cli import load
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.toml_lines import KeyPath, line_of

ALL = "listeners.readiness:of_file"
BETTER = "listeners.readiness:better_with"
ONE = "listeners.readiness:of_source"
LOADED = "listeners.readiness:loaded"
MARGIN = "         "


def lines(file: CouncilFile, days: int) -> tuple[list[str], bool]:
    """The lines about all sources, and whether each that is switched on can listen. `days`: what the council keeps."""
    found: dict[str, list[str]] = load(ALL)(file)
    if not found:
        free = source_words.without_key(load(LOADED)())
        none = "to do  sources that listen by themselves: none; `soundings import` works"
        return [none, f"to do  sources that need no key and nobody's consent: {free}"], True
    ready = [name for name, missing in found.items() if not missing]
    told = [f"ready  sources that listen by themselves: {', '.join(ready)}"] if ready else []
    for name, missing in found.items():
        told += _missing(name, missing, file) if missing else [f"ready  {name}: {_ready(name, days)}"]
    told += [f"to do  {name}: {sentence}" for name, better in load(BETTER)(file).items() for sentence in better]
    return told, not any(found.values())


def _missing(name: str, missing: list[str], file: CouncilFile) -> list[str]:
    return [*(f"wrong  {_where(name, sentence, file)}{name}: {sentence}" for sentence in missing), *_how(name)]


def _where(name: str, sentence: str, file: CouncilFile) -> str:
    """The line of what is lacking in the council file itself; empty: a key is, which stands elsewhere."""
    if file.path is None or "[[" not in sentence:
        return ""
    line = line_of(file.path.read_text(encoding="utf-8-sig"), ("sources", name))
    return f"{file.path} line {line}: "


def _how(name: str) -> list[str]:
    policy = policies.of(name)
    return [f"how    To switch on {policy.title}:", *source_words.steps(policy, MARGIN)]


def _ready(name: str, days: int) -> str:
    policy, kept = policies.of(name), policies.days_kept(name, days)
    said = f"what it needs is there; whether {policy.title} takes the key, `soundings status` says once it listens"
    shorter = f"; its texts are kept for {kept} days and not for {days}: its platform allows no longer"
    return (said if policy.keys else "it needs no key") + (shorter if kept < days else "")


def ways(path: Path) -> list[str]:
    """For a council file that is not in order: the steps for each source that it is not in order about."""
    return [line for name in _wrong(path) for line in _how(name)]


def _wrong(path: Path) -> Iterator[str]:
    found = council.problems(_parsed(path))
    names = [str(problem.path[1]) for problem in found if problem.path[0] == "sources" and len(problem.path) > 1]
    asked = {name for name, policy in policies.POLICIES.items() if policy.keys or policy.approval}
    yield from (name for name in dict.fromkeys(names) if name in asked)


def _parsed(path: Path) -> Mapping[str, Any]:
    """What a council file holds, however wrong; nothing when it cannot be read, which is said elsewhere."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}


def walk(path: Path, name: str) -> tuple[str, bool]:
    """The way to one source, also to one that is not switched on, and whether nothing is wrong with it."""
    if name not in policies.POLICIES:
        return f"wrong  there is no source '{name}'; there are: {', '.join(policies.POLICIES)}.", False
    try:
        file, wrong = council.load(path), list[str]()
    except BadInput as error:
        file, wrong = CouncilFile(None), _about(path, name) if _parsed(path) else str(error).splitlines()
    is_on = name in load(ALL)(file) or _is_on(path, name)
    missing = [one for one in load(ONE)(name, file) if not _is_said(one, wrong)]
    told = [*_labelled("wrong", wrong), *_labelled("wrong" if is_on else "to do", missing)]
    text = source_words.way(policies.of(name), is_here=_is_here(name), is_on=is_on, missing=told)
    return text, not (wrong or (is_on and missing))


def _about(path: Path, name: str) -> list[str]:
    """What is wrong with a council file and not with another source; none: only others are."""
    text = path.read_text(encoding="utf-8-sig")
    return [council.describe(path, text, one) for one in council.problems(_parsed(path)) if _concerns(one.path, name)]


def _concerns(where: KeyPath, name: str) -> bool:
    return where[0] != "sources" or len(where) < 2 or where[1] == name or where[1] not in policies.POLICIES


def _is_on(path: Path, name: str) -> bool:
    sources = _parsed(path).get("sources")
    table = sources.get(name) if isinstance(sources, dict) else None
    return isinstance(table, dict) and purposes.is_on(table.get("enabled"))


def _is_said(sentence: str, lines: list[str]) -> bool:
    plain = sentence.rstrip(".").casefold()
    return any(plain in line.casefold() for line in lines)


def _labelled(label: str, sentences: list[str]) -> list[str]:
    return [f"{label}  {sentence}" for sentence in sentences]


def _is_here(name: str) -> bool:
    return name in load(LOADED)() or name == policies.FILES
