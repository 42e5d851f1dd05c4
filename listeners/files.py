"""Reads the files that `soundings import` takes. Knows nothing of the bus: items and bad lines come out, in order.

The format (docs/import-format.md tells it to officers). JSON lines (`.jsonl`, `.ndjson`, `.json`): one object a line.
CSV (`.csv`, `.tsv`, `.txt`): a first line that names the columns; comma, semicolon or tab; quoted fields may hold line
breaks. UTF-8, with or without byte order mark. Fields:

- `id` (required): text or a whole number, unique within a source name.
- `text` (required): what was said. `title`: put before it. `alt`: descriptions of images.
- `created_at`: ISO 8601 with offset, or as `--timezone` and `--day-first` say. `updated_at`: marks an edit. Without
  `created_at` the time of import counts; a column such as `date` in its place is refused, unless `--no-dates` is given.
- `author`: the account; it is replaced by a pseudonym. `author_name`: only masks where the text repeats it.
- `kind`: post, reply, repost, report, article, petition.
- `reply_to`, `thread`: ids. `link`. `place`: a name. `lat` and `lon`: degrees.
- `deleted`: true removes the post of this id.

Example: `{"id": 7, "text": "The bins on Weir Road?", "created_at": "2026-03-02T18:30:00+00:00", "author": "anna"}`
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Literal

from listeners import fields
from listeners.lines import BOM, CHUNK, MAX_LINE, Line, lines
from listeners.native import Native
from listeners.rows import Row, rows
from soundings.errors import BadInput, PostFailed
from soundings.messages import Imported

Format = Literal["jsonl", "csv"]
EXTENSIONS: dict[str, Format] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "csv", ".txt": "csv"
}  # fmt: skip
DELIMITERS = ",;\t|"
NOT_UTF8 = "it is not UTF-8 text; save the file as UTF-8"
UNQUOTED = "is there a line break in its text without quotes?"
OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")
NO_TEXT = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x1f\x8b", b"7z\xbc\xaf", b"SQLite format 3",
           b"PAR1", b"\x89PNG", b"\xff\xd8\xff")  # fmt: skip
"""How spreadsheets, archives, databases and pictures begin."""


@dataclass(frozen=True)
class Item:
    """A line that could be read. `deleted`: it orders the removal of its id."""

    line: Line
    native: Native
    deleted: bool = False


@dataclass(frozen=True)
class Bad:
    """A line that could not be read, and why."""

    line: Line
    reason: str


def name_of(path: Path) -> str:
    """A file's name as it can be shown and sent: bytes of it that are not UTF-8 are written out."""
    return path.name.encode("utf-8", "backslashreplace").decode()


def look(path: Path) -> None:
    """Refuse what is no text at all, before anything else is done. Raises BadInput."""
    name = name_of(path) or "."
    try:
        if path.exists() and not path.is_file():
            what = (
                f"this is a folder; name the files in it, such as {name}/*.csv" if path.is_dir() else "this is no file"
            )
            raise BadInput(f"{name}: {what}.")
        with path.open("rb") as stream:
            start = stream.read(CHUNK)
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else "") or "no file has such a name"
        raise BadInput(f"{name} cannot be read: {why}.") from None
    if not start.removeprefix(BOM).strip():
        raise BadInput(f"{name}: the file is empty.")
    if start.startswith(NO_TEXT):
        raise BadInput(
            f"{name} is no text but a spreadsheet, an archive or the like. In Excel, save it as 'CSV UTF-8'."
        )
    if start.startswith(OTHER_ENCODINGS):
        raise BadInput(f"{name} is UTF-16. Save it as UTF-8 (in Excel: 'CSV UTF-8'), then try again.")
    if b"\n" not in start and b"\r" in start.strip():
        raise BadInput(f"{name}: its lines end as on old Macs (CR alone). Save it as 'CSV UTF-8', then try again.")


def format_of(path: Path, given: str = "") -> Format:
    """The format by option or by extension. Raises BadInput."""
    name = given or EXTENSIONS.get(path.suffix.lower(), "")
    if name not in ("jsonl", "csv"):
        raise BadInput(f"{name_of(path)}: is this JSON lines or CSV? Add `--format jsonl` or `--format csv`.")
    return "jsonl" if name == "jsonl" else "csv"


class ImportFile:
    """One file to import. Iterate over `items`; `unknown` then holds the names of ignored fields."""

    def __init__(self, path: Path, form: Format, dates: fields.Dates | None = None) -> None:
        self.path, self.name, self._form, self._dates = path, name_of(path), form, dates or fields.Dates()
        self._header = ""
        self.unknown: dict[str, None] = {}
        self.dated = self.undated = 0
        """How many lines so far say when they were written, and how many do not."""

    def items(self) -> Iterator[Item | Bad]:
        """Everything in the file, in order; no line is left out. Raises BadInput when it is no such file at all."""
        look(self.path)
        try:
            with self.path.open("rb") as stream:
                yield from self._json(stream) if self._form == "jsonl" else self._csv(stream)
        except OSError as error:
            raise BadInput(f"{self.name} cannot be read: {error.strerror}.") from None

    def how(self, purpose: str) -> Imported:
        """How the lines of this file are read: kept with a line that is rejected, so that it can be read again."""
        dates = self._dates
        zone = str(dates.zone) if dates.zone else ""
        return Imported(
            form=self._form, header=self._header, purpose=purpose, timezone=zone, day_first=dates.day_first,
            no_dates=dates.none,
        )  # fmt: skip

    def again(self, line: Line, header: str) -> Item | Bad:
        """One line of such a file that was kept, read once more."""
        first = header.encode() + b"\n" if self._form == "csv" else b""
        stream = BytesIO(first + line.raw)
        try:
            found = list(self._json(stream) if self._form == "jsonl" else self._csv(stream))
        except BadInput as error:
            return Bad(line, str(error))
        if len(found) != 1:
            return Bad(line, "it is not one row by itself")
        return replace(found[0], line=line)

    def _json(self, stream: BinaryIO) -> Iterator[Item | Bad]:
        for line in lines(stream, self.name):
            if line.raw.strip() or line.too_long:
                yield self._judged(line, partial(_object, line))

    def _csv(self, stream: BinaryIO) -> Iterator[Item | Bad]:
        source = lines(stream, self.name)
        header = next(source, None)
        if header is not None and header.raw[:4].lower() == b"sep=":  # a hint that spreadsheets write
            header = next(source, None)
        delimiter, columns = self._columns(header)
        self._header = header.raw.decode("utf-8", "replace").strip("\r\n") if header else ""
        found = (row for row in rows(source, delimiter, len(columns)) if row.fault or any(row.values))
        yield from _uncut(
            ((row, self._judged(row.line, partial(_record, row, columns))) for row in found), len(columns)
        )

    def _columns(self, header: Line | None) -> tuple[str, list[str]]:
        text = header.raw.decode("utf-8", "replace").strip("\r\n") if header else ""
        found = {sign: _names(text, sign) for sign in DELIMITERS}
        best = max(DELIMITERS, key=lambda sign: len(fields.KNOWN.intersection(found[sign])))
        columns = found[best]
        doubles = {name for name in columns if name in fields.KNOWN and columns.count(name) > 1}
        if not {"id", "text"} <= set(columns) or doubles:
            missing = " and ".join(f"'{name}'" for name in ("id", "text") if name not in columns)
            what = f"names '{min(doubles)}' twice" if doubles else f"has no column {missing}"
            # the other names may be no names but somebody's line: they are not repeated
            known = [name[:40] for name in columns if name in fields.KNOWN or fields.is_like_a_date(name)][:10]
            there = f"It has {len(columns)} columns" + (f", among them {', '.join(known)}" if known else "")
            raise BadInput(f"{self.name}: the first line {what}. {there}. See docs/import-format.md.")
        return best, columns

    def _judged(self, line: Line, parse: Callable[[], dict[str, Any]]) -> Item | Bad:
        try:
            if line.too_long:
                raise PostFailed(f"the line has {line.length:,} bytes; at most {MAX_LINE:,} are read")
            record = parse()
            for name in record.keys() - fields.KNOWN:
                self.unknown.setdefault(name)
            native, deleted = fields.to_native(record, self._dates), fields.is_deleted(record)
            self.dated += native.created_at is not None
            self.undated += native.created_at is None and not deleted
            return Item(line, native, deleted)
        except PostFailed as error:
            return Bad(line, str(error))


def _uncut(judged: Iterator[tuple[Row, Item | Bad]], width: int) -> Iterator[Item | Bad]:
    """What was read, but no text that a line break without quotes cut: after such a row stands one that is none.

    Other rows may be short: some spreadsheets leave out the separators of empty columns at the end.
    """
    short: Item | None = None
    for row, entry in judged:
        if short:
            yield (
                Bad(short.line, f"it is short, and the next line is no row: {UNQUOTED}")
                if isinstance(entry, Bad)
                else short
            )
        short = entry if isinstance(entry, Item) and len(row.values) < width else None
        if not short:
            yield entry
    if short:
        yield short


def _names(header: str, sign: str) -> list[str]:
    csv.field_size_limit(MAX_LINE * 2)
    try:
        return [name.strip().casefold() for name in next(csv.reader([header], delimiter=sign), [])]
    except csv.Error:
        return []


def _object(line: Line) -> dict[str, Any]:
    try:
        record = json.loads(line.raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise PostFailed(NOT_UTF8) from None
    except (ValueError, RecursionError):
        raise PostFailed("it is not a complete JSON object: each line needs one, from { to }") from None
    if not isinstance(record, dict):
        raise PostFailed("it is JSON but not an object: each line needs one, from { to }")
    return record


def _record(row: Row, columns: list[str]) -> dict[str, Any]:
    if row.fault:
        raise PostFailed(row.fault)
    if any("\udc80" <= letter <= "\udcff" for value in row.values for letter in value):
        raise PostFailed(NOT_UTF8)
    if any(row.values[len(columns) :]):
        raise PostFailed(
            f"it has {len(row.values)} columns and the first line names {len(columns)}: is a quote missing?"
        )
    if len(row.values) < len(columns) and not row.line.raw.endswith((b"\n", b"\r")):
        raise PostFailed("the file ends in the middle of this line")
    if not {"created_at", "author"}.isdisjoint(columns[len(row.values) :]):
        raise PostFailed(f"it has {len(row.values)} values and the first line names {len(columns)} columns: {UNQUOTED}")
    return {name: value for name, value in zip(columns, row.values, strict=False) if name and value.strip()}
