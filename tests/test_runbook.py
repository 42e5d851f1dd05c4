"""Whatever the service can say of its own trouble, the runbook explains."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from soundings import vitals
from soundings.alarms import Alarm
from soundings.bus_watch import Verdict
from soundings.lacks import Lack
from soundings.status_words import STATES
from soundings.supervisor import FINAL_CODES, PAUSES
from tests.test_architecture import modules

ROOT = Path(__file__).parent.parent
RUNBOOK = " ".join((ROOT / "docs" / "runbook.md").read_text(encoding="utf-8").split())
ROWS = [line for line in (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]


def explained(template: str) -> bool:
    """Whether a row of a table begins with it; what stands in braces may be anything."""
    pattern = re.sub(r"\\\{.*?\\\}|%s", ".+?", re.escape(template))
    return any(re.match(r"\| `?" + pattern, row) for row in ROWS)


@pytest.mark.parametrize("lack", Lack)
def test_each_thing_that_is_waited_for(lack: Lack) -> None:
    assert explained(f"{lack.who}: {lack.why} |")


@pytest.mark.parametrize("alarm", [one for one in Alarm if one is not Alarm.OLD])
def test_each_alarm(alarm: Alarm) -> None:
    assert explained(alarm.sentence)


def test_the_alarm_about_age() -> None:
    assert explained("Something has waited for {who} (or store) for {age}. Nothing should wait longer than 48 hours.")
    assert Alarm.OLD.sentence.endswith("for {age}. Nothing should wait longer than 48 hours.")


@pytest.mark.parametrize("verdict", [one for one in Verdict if one is not Verdict.WELL])
def test_each_illness_of_the_bus(verdict: Verdict) -> None:
    assert explained(f"{verdict.value} |")


def test_the_longest_pause_before_a_start() -> None:
    assert f"the pause before the next start grows to {max(PAUSES):g} s" in RUNBOOK


@pytest.mark.parametrize("words", [*STATES.values(), *(f"stopped: {why}" for why in FINAL_CODES.values())])
def test_each_state(words: str) -> None:
    assert explained(f"{words} |")


def test_a_stage_that_stands_still() -> None:
    assert explained(vitals.STILL)


def critical_lines() -> list[str]:
    """The words of ours in each critical line; those of an error are the error's."""
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "critical":
                assert isinstance(node.args[0], ast.Constant)
                found.append(str(node.args[0].value).replace("%s", " ").replace("%d", " ").strip(" :"))
    return [line for line in found if line]


def test_each_critical_line() -> None:
    lines = critical_lines()
    assert lines, "the search is wrong"
    assert [line for line in lines if line not in RUNBOOK] == []


def test_what_is_not_there_is_not_found() -> None:
    assert not explained("the bus: it is tired |")
