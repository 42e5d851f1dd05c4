"""The council file: the one file that a council edits. Owns `[council]`; `[area]` has its shape in `soundings.area`.

Each other table is validated by the stage that owns it, named here by string. Problems come with their line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from soundings import gazetteers, purposes
from soundings.area import Area as Area
from soundings.area import Name as Name
from soundings.area import Place as Place
from soundings.area import Table as _Table
from soundings.errors import BadInput
from soundings.gazetteers import Gazetteer
from soundings.purposes import Purpose
from soundings.toml_lines import KeyPath, line_of

VALIDATORS: dict[str, str] = {
    "accounts": "listeners.accounts:problems",
    "answers": "store.talk.own_answers:problems",
    "reader": "nlp.models.naming:problems",
    "sources": "listeners.sources:problems",
    "topics": "nlp.own_topics:problems",
}
"""Table of the council file -> "package.module:function" of the stage that owns it."""
READS = {
    "string_type": "put quotation marks around it",
    "bool_type": "write true or false, without quotation marks",
    "bool_parsing": "write true or false, without quotation marks",
}
"""A kind of fault -> what to do about it."""
ENUM = re.compile(r"<[\w.]+: ('[^']*')>")
"""How Python shows what people write as `'article'`."""
ACROSS = "listeners.across:problems"
"""What is wrong between tables, asked once each table by itself is in order."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where in the file (keys and numbers from the top) and what to do."""

    path: KeyPath
    message: str


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"'{name}' is not a time zone; for the United Kingdom write 'Europe/London'")
    return name


Day = Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _some_day(days: tuple[Day, ...]) -> tuple[Day, ...]:
    if not days:
        raise ValueError("name at least one day, such as ['Mon', 'Tue']: without one nobody has ever waited")
    return days


class OfficeHours(_Table):
    """When the council answers: days of the week, and times of its own time zone."""

    days: Annotated[tuple[Day, ...], AfterValidator(_some_day)] = ("Mon", "Tue", "Wed", "Thu", "Fri")
    open: time = time(9)
    close: time = time(17)

    @model_validator(mode="after")
    def _opens_first(self) -> OfficeHours:
        if self.close.replace(tzinfo=None) <= self.open.replace(tzinfo=None):
            raise ValueError(f"closing ({self.close:%H:%M}) should be later than opening ({self.open:%H:%M})")
        return self


class Council(_Table):
    """The table `[council]`."""

    name: Name = "Your council"
    short_name: Annotated[str, Field(max_length=40)] = ""
    invented: bool = False
    """True for the shipped sample: every page then says that it is invented."""
    tier: Literal["unitary", "county", "district", "borough", "parish"] = "unitary"
    timezone: Annotated[str, AfterValidator(_timezone)] = "Europe/London"
    holidays: Literal["england-and-wales", "scotland", "northern-ireland"] = "england-and-wales"
    office_hours: OfficeHours = OfficeHours()
    contact: Annotated[str, Field(max_length=200)] = ""
    purpose: Purpose = ""

    @property
    def zone(self) -> ZoneInfo:
        """The council's time zone: days and hours on pages are in it."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class CouncilFile:
    """A council file that is in order. `tables` holds what other stages own, as TOML gave it."""

    path: Path | None
    council: Council = field(default_factory=Council)
    area: Area = field(default_factory=Area)
    tables: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """What was imported beside what is written in the file; read when it is first asked for. Raises BadInput."""
        return gazetteers.EMPTY if self.path is None or not self.area.gazetteer else gazetteers.read(self.path.parent)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places of the file, then those that were imported; no two share an id. Raises BadInput."""
        return gazetteers.together(self.area.places, self.gazetteer.places)


def load(path: Path) -> CouncilFile:
    """Read a council file; without one, the defaults. Raises BadInput that lists every problem."""
    if not path.exists():
        return CouncilFile(None)
    text = _text(path)
    document = _parse(path, text)
    found = problems(document)
    if found:
        raise BadInput("\n".join(describe(path, text, problem) for problem in found))
    others = {name: table for name, table in document.items() if name not in ("council", "area")}
    return CouncilFile(path, Council.model_validate(document.get("council", {})),
                       Area.model_validate(document.get("area", {})), others)  # fmt: skip


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        what, line = "its brackets go too deep", "1"
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        line = where.group(1) if where else str(text.count("\n") + 1)
        what = re.sub(r"\s*\(at .*\)", "", str(error)).rstrip(".")
        what += ". Text needs quotes around it, and each line is `name = value`"
    except ValueError:  # Python refuses to read a number of thousands of digits
        what, line = "a number is too long", str(_line_of_long_number(text))
    raise BadInput(f"{path} line {line}: this is not valid TOML: {what}.")


def _line_of_long_number(text: str) -> int:
    return next((at for at, line in enumerate(text.splitlines(), 1) if re.search(r"\d{4000}", line)), 1)


def problems(document: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with a parsed council file, its own tables first."""
    found = [
        *table_problems(Council, ("council",), document.get("council", {})),
        *table_problems(Area, ("area",), document.get("area", {})),
    ]
    for name, table in document.items():
        if name in ("council", "area"):
            continue
        if name not in VALIDATORS:
            known = ", ".join(["council", "area", *VALIDATORS])
            found.append(Problem((name,), f"there is no table '{name}'{meant(name, known)}; there are: {known}"))
        else:
            found += _validator(VALIDATORS[name])(table)
    if not found and "sources" in document:
        found += _validator(ACROSS)(document)
    return [*found, *(Problem(*one) for one in purposes.missing(document))]


def meant(name: str, known: str) -> str:
    """A word for what somebody may have meant."""
    near = get_close_matches(name, known.split(", "), 1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _validator(target: str) -> Callable[[Any], Iterable[Problem]]:
    module, _, name = target.partition(":")
    function: Callable[[Any], Iterable[Problem]] = getattr(import_module(module), name)
    return function


def table_problems(model: type[BaseModel], at: KeyPath, table: Any) -> list[Problem]:
    """What is wrong with one table, by its pydantic model. For the stages' own validators too."""
    try:
        model.model_validate(table)
    except ValidationError as error:
        return [
            Problem((*at, *_plain(fault["loc"])), _wording(fault["type"], fault["msg"], fault["loc"], model, at))
            for fault in error.errors(include_url=False, include_input=False)
        ]
    return []


def _plain(location: tuple[int | str, ...]) -> KeyPath:
    return tuple(part for part in location if part != "[key]")


def _wording(kind: str, message: str, location: tuple[int | str, ...], model: type[BaseModel], at: KeyPath) -> str:
    if kind in READS:
        message = READS[kind]
    name = _called(location) if location else "the table"
    if kind == "extra_forbidden":
        known = ", ".join(sorted(model.model_fields)) if len(location) == 1 else ""
        return f"'{name}' is not something that can be set here" + (f"; there are: {known}" if known else "")
    if kind in ("model_type", "dict_type"):
        return (
            f"'{_called((*at, *location))}' should be a table: a line `{_header((*at, *location))}` and lines under it"
        )
    if kind == "missing":
        return f"'{name}' is missing: add a line `{name} = ...`"
    plain = ENUM.sub(r"\1", message.removeprefix("Value error, ").replace("Input should be", "should be"))
    return f"'{name}': " + plain.replace("a valid tuple", "a list in square brackets").replace("String", "the text")


def _called(location: KeyPath) -> str:
    """The last name on the way: people count entries of a list by their lines, not from 0."""
    return next((part for part in reversed(_plain(location)) if isinstance(part, str)), "the table")


def _header(location: KeyPath) -> str:
    """The line that a table begins with."""
    name = ".".join(part for part in _plain(location) if isinstance(part, str))
    return f"[[{name}]]" if isinstance(location[-1], int) else f"[{name}]"


def describe(path: Path, text: str, problem: Problem) -> str:
    """`council.toml line 12: ...`, for people."""
    return f"{path} line {line_of(text, problem.path)}: {problem.message}."
