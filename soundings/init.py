"""`soundings init`: writes a commented council file by asking a few questions. Each has a sound default."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import tomlkit

from soundings import settings as settings_module
from soundings.check import report
from soundings.errors import BadInput
from soundings.files import make_private_folder
from soundings.purposes import EXAMPLE, allowed

TEMPLATE = """\
# The council file of Soundings: the one file that a council edits.
# After a change run `soundings check`, then restart `soundings up`. Lines that begin with # are explanations.

[council]
name = {name}
tier = {tier}                  # unitary, county, district, borough or parish
timezone = "Europe/London"
holidays = {holidays}      # england-and-wales, scotland or northern-ireland
office_hours = {{ days = ["Mon", "Tue", "Wed", "Thu", "Fri"], open = "09:00", close = "17:00" }}
contact = {contact}              # shown on the page and told to the sites whose feeds are read
purpose = {purpose}

[area]
# The names that people use for your area, hashtags too (without the #).
names = {names}
# The same name elsewhere: a post that says one of these is not about you.
not_here = []

# Your wards, streets, parks, schools, libraries, landmarks and villages: the more, the better Soundings hears where.
# `soundings area import` brings in wards and streets from open map data; write here what people call them.
# [[area.places]]
# name = "Market Street"
# kind = "street"              # ward, street, park, school, library, landmark or village
# also = ["the High Street"]   # what people call it
# ward = "Central"             # the ward it lies in

# The accounts that speak for the council, so that an answer is known as an answer. Never a resident's.
# [[accounts]]
# handle = "YourCouncil"
# name = "Your Council"
# kind = "council"             # council, councillor, press or organisation
# source = "bluesky"           # where it is called so; leave it out when it is everywhere
# did = "did:plc:..."          # what Bluesky knows it by: docs/runbook.md says how to find it

# Words that your residents use for a service, beside those that Soundings knows.
# [topics.bins-recycling]
# words = ["the brown caddy"]

# Bluesky: no key and no account is needed, and only what concerns your area is kept.
# [sources.bluesky]
# enabled = true

# Public RSS and Atom feeds to listen to.
[sources.feeds]
enabled = {feeds_enabled}
{feeds}"""
FEED = """\

[[sources.feeds.feed]]
url = {url}
name = {name}
local = true                   # everything in it is about your area
"""
FEED_EXAMPLE = """
# [[sources.feeds.feed]]
# url = "https://www.example.org/news/rss"
# name = "The local paper"
# local = true                 # everything in it is about your area
"""
QUESTIONS = {
    "name": "What is the council called?",
    "tier": "Is it unitary, county, district, borough or parish? (a metropolitan or London borough: unitary)",
    "holidays": "Whose bank holidays: england-and-wales, scotland or northern-ireland?",
    "names": "What do people call the area? (several with commas)",
    "contact": "An e-mail address for questions about this listening?",
    "purpose": "Why do you listen? One sentence; residents may read it.",
    "feed": "The address of a local news feed (RSS or Atom), if you have one?",
}
CHOICES = {
    "tier": ("unitary", "county", "district", "borough", "parish"),
    "holidays": ("england-and-wales", "scotland", "northern-ireland"),
}
DEFAULTS = {
    "name": "Your council",
    "tier": "unitary",
    "holidays": "england-and-wales",
    "names": "",
    "contact": "",
    "purpose": EXAMPLE,
    "feed": "",
}


def main(arguments: Sequence[str]) -> int:
    """Ask, write, and check what was written."""
    parser = argparse.ArgumentParser(prog="soundings init", description="Write a council file.")
    for name, question in QUESTIONS.items():
        parser.add_argument(f"--{name}", help=question)
    parser.add_argument("--yes", action="store_true", help="ask nothing: take the defaults for what is not given")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    options = vars(parser.parse_args(arguments))
    path = settings_module.load().council_path
    _keep_out(path, options["force"])
    asking = not options["yes"] and sys.stdin.isatty()
    answers = {name: _answer(name, options[name], asking) for name in QUESTIONS}
    _write(path, compose(answers))
    print(f"Wrote {path}.\n")
    print(report(path)[0])
    print("\nNext: open that file and add your places and accounts: posts that are imported before keep no place.")
    print("Then `soundings up`, and in another window `soundings import FILE`.")
    return 0


def _keep_out(path: Path, force: bool) -> None:
    """Refuse to replace a file unasked, and to mix a real council with the demonstration's invented posts."""
    if not path.exists():
        return
    if "invented = true" in path.read_text(encoding="utf-8", errors="replace"):
        raise BadInput(
            f"{path.parent} holds the demonstration, and everything in it is invented. Give your council a folder of "
            f"its own: `export SOUNDINGS_HOME=our-council`, then again `soundings init`. Or remove {path.parent}."
        )
    if not force:
        raise BadInput(f"{path} is there already. Edit it, or replace it with `soundings init --force`.")


def _answer(name: str, given: str | None, asking: bool) -> str:
    """What was given by an option, or is answered now. Raises BadInput for an option that cannot be."""
    if given is None and not asking:
        return DEFAULTS[name]
    answer = _ask(name) if given is None else given.strip()
    while wrong := fault(name, answer):
        if given is not None:
            raise BadInput(f"--{name} {answer}: {wrong}.")
        print(f"  That cannot be: {wrong}.")
        answer = _ask(name)
    return answer


def _ask(name: str) -> str:
    default = f" [{DEFAULTS[name]}]" if DEFAULTS[name] else " [none]"
    return input(f"{QUESTIONS[name]}{default} ").strip() or DEFAULTS[name]


def fault(name: str, answer: str) -> str:
    """What is wrong with an answer, in plain words; empty when nothing is."""
    if name in CHOICES and answer not in CHOICES[name]:
        return f"please answer one of {', '.join(CHOICES[name])}"
    if name == "purpose":
        return _refused(answer)
    if name == "contact" and answer and "@" not in answer:
        return "an e-mail address has an @"
    if name == "feed" and answer and not answer.startswith(("https://", "http://")):
        return "an address begins with https://"
    if not answer and name == "name":
        return "a council has a name"
    return ""


def _refused(purpose: str) -> str:
    try:
        allowed(purpose)
    except ValueError as error:
        return str(error)
    return ""


def compose(answers: dict[str, str]) -> str:
    """The text of the council file."""
    quoted = {name: tomlkit.string(answer).as_string() for name, answer in answers.items()}
    names = [part.strip() for part in answers["names"].split(",") if part.strip()]
    quoted["names"] = tomlkit.item(names).as_string()
    feed = FEED.format(url=quoted["feed"], name='"Local news"') if answers["feed"] else FEED_EXAMPLE
    return TEMPLATE.format(**quoted, feeds=feed, feeds_enabled=str(bool(answers["feed"])).lower())


def _write(path: Path, text: str) -> None:
    make_private_folder(path.parent)
    path.write_text(text, encoding="utf-8")
