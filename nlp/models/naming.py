"""Which models a council named for which languages: the table `[reader]` of the council file, and nothing more.

Knows nothing of files, of the hub and of how a model is run, so that a council file loads at once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from nlp.language import ENGLISH, SPOKEN
from soundings.council import CouncilFile, Problem, table_problems
from soundings.words import Mood

AT = ("reader", "sentiment")
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")
_FOLDER = re.compile(r"^(?:/|\./|\.\./|~)")
_COMMIT = re.compile(r"^[0-9a-f]{40}$")
_REFUSED = {
    "trust_remote_code": "Soundings never runs code that comes with a model: leave `trust_remote_code` out",
    "pickle": "weights that can run code when they are opened are refused: leave `pickle` out",
}


def _model(text: str) -> str:
    if "://" in text:
        raise ValueError("write only what stands after the hub's address, such as 'owner/model'")
    if not _FOLDER.match(text) and not _NAME.match(text):
        raise ValueError(f"'{text}' is neither a name ('owner/model') nor a folder: that begins with '/' or './'")
    return text


def _revision(text: str) -> str:
    if not _COMMIT.match(text):
        raise ValueError("should be the 40 digits of a commit: a branch or a tag may mean another model tomorrow")
    return text


def _languages(codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if code not in SPOKEN:
            known = ", ".join(f"{one} ({name.title()})" for one, name in SPOKEN.items())
            raise ValueError(f"'{code}' is no language that Soundings can tell from others; there are: {known}")
    return codes


class Named(BaseModel):
    """One `[[reader.sentiment]]`: a model, and the languages in which it judges how a writer feels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_model)]
    """Its name on the hub, `owner/model`, or a folder; a relative one is beside the council file."""
    revision: Annotated[str, AfterValidator(_revision)] | None = None
    languages: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_languages)] = (ENGLISH,)
    labels: dict[str, Mood] = {}
    """What the model's own labels mean, where their names do not say it."""

    @model_validator(mode="after")
    def _folders_have_no_commits(self) -> Named:
        if self.is_folder and self.revision:
            raise ValueError("a folder has no `revision`: leave it out")
        return self

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of ours, and no name on the hub."""
        return bool(_FOLDER.match(self.model))

    @property
    def name(self) -> str:
        """Its name on the hub, or the last part of its folder: a reading names no folder of ours."""
        return Path(self.model).expanduser().resolve().name if self.is_folder else self.model

    def folder(self, council_file: CouncilFile) -> Path:
        """Where it lies, if it is a folder."""
        beside = council_file.path.parent if council_file.path else Path()
        return (beside / Path(self.model).expanduser()).resolve()


def problems(table: Any) -> list[Problem]:
    """Everything that is wrong with the table `[reader]`."""
    if not isinstance(table, Mapping):
        return [Problem(AT[:1], "'reader' must be a table: write `[[reader.sentiment]]` and below it `model = ...`")]
    other = [
        Problem((*AT[:1], name), f"'{name}' is not something that can be set here; there is: sentiment")
        for name in table
        if name != AT[1]
    ]
    entries = table.get(AT[1], [])
    if not isinstance(entries, list):
        return [*other, Problem(AT, "'sentiment' needs two brackets, one table a model: write `[[reader.sentiment]]`")]
    found = [problem for index, entry in enumerate(entries) for problem in _entry_problems(index, entry)]
    if found:
        return [*other, *found]
    valid = [Named.model_validate(entry) for entry in entries]
    return [*other, *_twice(valid), *_alike(valid)]


def _entry_problems(index: int, entry: Any) -> Iterator[Problem]:
    at = (*AT, index)
    refused = [key for key in _REFUSED if isinstance(entry, Mapping) and key in entry]
    yield from (Problem((*at, key), _REFUSED[key]) for key in refused)
    yield from (one for one in table_problems(Named, at, entry) if one.path[-1] not in refused)


def _twice(entries: list[Named]) -> Iterator[Problem]:
    said = Counter[str]()
    for index, entry in enumerate(entries):
        for code in entry.languages:
            said[code] += 1
            if said[code] == 2:
                yield Problem((*AT, index, "languages"), f"two models are named for '{code}': leave one out")


def _alike(entries: list[Named]) -> Iterator[Problem]:
    """Two folders with one name: where a folder is not at hand, its model is known by that name alone."""
    first: dict[str, str] = {}
    for index, entry in enumerate(entries):
        if entry.is_folder and Path(first.setdefault(entry.name, entry.model)) != Path(entry.model):
            message = (
                f"'{first[entry.name]}' and '{entry.model}' have one name, '{entry.name}': rename one of the folders"
            )
            yield Problem((*AT, index, "model"), message)


def named(council_file: CouncilFile) -> tuple[Named, ...]:
    """The models of a council file that is in order."""
    return tuple(Named.model_validate(entry) for entry in council_file.tables.get(AT[0], {}).get(AT[1], []))
