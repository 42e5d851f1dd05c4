"""Writes the generated pages of docs/. `make docs` calls it; test_docs.py holds the pages to it."""

from __future__ import annotations

import ast
import inspect
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from listeners import sources
from soundings import cli, messages, metrics, policies, settings, source_words

DOCS = Path(__file__).parent.parent / "docs"


def commands() -> str:
    """docs/commands.md"""
    rows = [f"| `soundings {name}` | {command.about} |" for name, command in cli.COMMANDS.items()]
    return "\n".join(
        [
            "# Commands",
            "",
            "Made by `make docs` from `soundings/cli.py`; do not edit. `soundings COMMAND --help` says more of each.",
            "",
            "| command | what it does |",
            "|---|---|",
            *rows,
            "",
            "Exit codes: 0 well, 1 failed, 2 bad input, 3 nothing runs, 4 a stage stopped because it rejected nearly"
            " everything.",
            "",
        ]
    )


def message_shapes() -> str:
    """docs/messages.md"""
    lines = [
        "# Messages",
        "",
        "Made by `make docs` from `soundings/messages.py`; do not edit. All instants are UTC.",
        f"The version of these shapes is {messages.SCHEMA}.",
        "",
    ]
    shapes = [one for _, one in inspect.getmembers(messages, inspect.isclass) if one.__module__ == messages.__name__]
    for shape in sorted(shapes, key=lambda one: inspect.getsourcelines(one)[1]):
        if issubclass(shape, messages.Message) and shape is not messages.Message:
            lines += _shape(shape)
    return "\n".join(lines)


def _shape(shape: type[messages.Message]) -> Iterator[str]:
    yield from (f"## {shape.__name__}", "", inspect.getdoc(shape) or "", "")
    yield from ("| field | type | what it says |", "|---|---|---|")
    for name, kind, note in _fields(shape):
        yield f"| `{name}` | `{kind}` | {note} |"
    yield ""


def _fields(shape: type[BaseModel]) -> Iterator[tuple[str, str, str]]:
    """Each field as it is written: name, type, and the sentence that stands by itself after it."""
    (body,) = (node.body for node in ast.parse(inspect.getsource(shape)).body if isinstance(node, ast.ClassDef))
    for field, after in itertools.pairwise([*body, ast.Pass()]):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            note = " ".join(str(ast.literal_eval(after.value)).split()) if isinstance(after, ast.Expr) else ""
            yield field.target.id, ast.unparse(field.annotation).replace("|", "or"), note


def source_tables() -> str:
    """docs/sources.md"""
    lines = [
        "# Sources",
        "",
        "Made by `make docs` from `soundings/policy_table.py` and the settings of each source; do not edit. What is",
        "said here is code: a configuration that breaks it does not start",
        "([decision 28](decisions/0028-the-policy-matrix.md)). `soundings check --source NAME` tells the same of one.",
        "",
        *source_words.tables(),
    ]
    for policy in policies.POLICIES.values():
        lines += [*_way(policy), *(_settings_of(policy.name) if policy.name in sources.SOURCES else _unheard(policy))]
    return "\n".join(lines)


def _way(policy: policies.Policy) -> Iterator[str]:
    heading = f"`[sources.{policy.name}]`: {policy.title}" if policy.name in sources.SOURCES else policy.title
    yield from (f"## {heading}", "", *source_words.steps(policy), "")
    if policy.keys:
        yield "Its keys come from the environment, or from a file that the name with `_FILE` names,"
        yield "readable by you alone (`chmod 600 FILE`):"
        yield from ("", *(f"- `{key.variable}`: {key.what}" for key in policy.keys), "")


def _unheard(policy: policies.Policy) -> Iterator[str]:
    if policy.name != policies.FILES:
        yield from ("This version does not hear it yet.", "")


def _settings_of(name: str) -> Iterator[str]:
    source = sources.load(name)
    yield from (f"{inspect.getdoc(source)}", "", "| setting | default | what it says |", "|---|---|---|")
    yield from itertools.starmap(_setting, source.Settings.model_fields.items())
    yield ""
    for field, entry in _entries_of(source.Settings):
        yield from _entries(f"sources.{name}.{field}", entry)


def _entries_of(shape: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Each setting that is a list of tables, and the shape of one."""
    for name, field in shape.model_fields.items():
        for inner in get_args(field.annotation):
            if inspect.isclass(inner) and issubclass(inner, BaseModel):
                yield name, inner


def _entries(header: str, entry: type[BaseModel]) -> Iterator[str]:
    yield from (f"Under each line `[[{header}]]`:", "", "| setting | default | what it says |", "|---|---|---|")
    notes = {name: note for name, _, note in _fields(entry)}
    for name, field in entry.model_fields.items():
        yield f"| `{name}` | {_default(field)} | {notes[name] or WHAT_ENTRIES_SAY.get(name, '')} |"
    yield from ("", "For example:", "", *(f"    {line}".rstrip() for line in EXAMPLES[header].splitlines()), "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be written"
    given = field.default
    shown = ", ".join(given) if isinstance(given, tuple) else str(given)
    return f"`{shown.lower() if isinstance(given, bool) else shown}`" if shown else ""


def _setting(name: str, field: FieldInfo) -> str:
    default = ", ".join(field.default) if isinstance(field.default, tuple) else str(field.default).lower()
    return f"| `{name}` | {f'`{default}`' if default else ''} | {field.description} |"


WHAT_ENTRIES_SAY = {
    "url": "Its address. It begins with https://.",
    "address": "The server, such as `https://mastodon.social`.",
    "name": "What it is called.",
    "kind": "What its entries are: `article`, `report`, `post` or `petition`.",
    "author_kind": "Who writes there: `press`, `council`, `councillor` or `organisation`.",
    "interval_minutes": "How often it is asked, in minutes.",
    "format": "What the server answers in: `json`, `xml`, or what it takes.",
}
"""What the settings of entries say, where their own code needs no words for it."""
EXAMPLES = {
    "sources.feeds.feed": """\
[sources.feeds]
enabled = true

[[sources.feeds.feed]]
url = "https://news.example/rss"
name = "Penmarrow Chronicle"
local = true""",
    "sources.mastodon.server": """\
[sources.mastodon]
enabled = true

[[sources.mastodon.server]]
address = "https://social.example"
timeline = "none"
hashtags = ["Penmarrow"]""",
    "sources.open311.endpoint": """\
[sources.open311]
enabled = true

[[sources.open311.endpoint]]
url = "https://reports.example/open311/v2"
jurisdiction_id = "penmarrow"
agency = "2500"
local = true
link = "https://reports.example/report/{id}\"""",
    "sources.reddit.subreddits": """\
[sources.reddit]
enabled = true
approved = true
approval_reference = "request 12345"
contact_account = "PenmarrowCouncil"

[[sources.reddit.subreddits]]
name = "Penmarrow"
local = true""",
}
"""A table to copy, for each list of tables. test_docs.py holds them to the settings."""

PAGES = {
    "sources.md": source_tables,
    "settings.md": settings.describe,
    "commands.md": commands,
    "messages.md": message_shapes,
    "metrics.md": metrics.describe,
}


def main() -> None:
    """Write every page."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
