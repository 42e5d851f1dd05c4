"""`soundings check` as a newcomer tries it: each mistake is told in one sentence, with the steps that mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundings import check_sources, policies
from soundings.cli import main
from soundings.council import CouncilFile
from tests.listeners.keyed import NO_KEY, TOKEN, keyed

__all__ = ["keyed"]  # pytest finds fixtures by their names

COUNCIL = '[council]\nname = "Testford Council"\npurpose = "We listen in order to answer."\n\n'
FEEDS = "[sources.feeds]\nenabled = true\n"
FEED = '[[sources.feeds.feed]]\nurl = "https://news.example/rss"\n'
X = "[sources.x]\nenabled = true\n"
PERMISSION = 'permission = "letter of 3 May"\n'
KEY = "AAAAexample%3D0123"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "council.toml"


def check(path: Path, text: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    path.write_text(text)
    code = main(["check", str(path), *more])
    return code, capsys.readouterr().out


def wrong(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith("wrong")]


def test_a_source_that_needs_nothing_is_ready(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, COUNCIL + FEEDS + FEED, capsys)
    assert code == 0
    assert "ready  sources that listen by themselves: feeds\n" in said
    assert "ready  feeds: it needs no key\n" in said


def test_without_a_source_it_says_which_can_be_had_at_once(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, COUNCIL + FEEDS.replace("true", "false"), capsys)
    assert code == 0
    assert "to do  sources that listen by themselves: none; `soundings import` works\n" in said
    assert "to do  sources that need no key and nobody's consent: bluesky, feeds" in said


def test_a_missing_key_is_told_with_the_steps_to_get_it(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    code, said = check(path, COUNCIL + X + PERMISSION, capsys)
    assert code == 2
    assert wrong(said) == [f"wrong  x: {NO_KEY}"]
    for number, step in enumerate(policies.of("x").steps, 1):
        assert f"{number}. {step}\n" in said + "\n"


def test_with_its_key_it_is_ready_and_no_key_is_shown(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    keyed.setenv(TOKEN, KEY)
    code, said = check(path, COUNCIL + X + PERMISSION, capsys)
    assert code == 0
    assert "ready  x: what it needs is there; whether X takes the key, `soundings status` says" in said
    assert KEY not in said


def test_a_missing_consent_is_told_with_its_line_and_the_steps(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    code, said = check(path, COUNCIL + X, capsys)
    assert code == 2
    [line] = wrong(said)
    assert "council.toml line 5: 'x': " in line and "write the reference of X's consent in `permission`" in line
    assert f"1. {policies.of('x').steps[0]}" in said


def test_a_key_in_the_council_file_is_told_where_it_belongs(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    code, said = check(path, COUNCIL + X + PERMISSION + f'bearer_token = "{KEY}"\n', capsys)
    assert code == 2
    [line] = wrong(said)
    assert (
        "line 8: 'bearer_token' is not something that can be set here: a key never stands in the council file; " in line
    )
    assert f"set {TOKEN} instead, and take this line out." in line
    assert KEY not in said


def test_a_residents_account_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = '[[accounts]]\nhandle = "anna"\nname = "Anna"\nkind = "resident"\n'
    code, said = check(path, COUNCIL + FEEDS + account, capsys)
    assert code == 2
    [line] = wrong(said)
    assert "an account of a resident may not be listed" in line


@pytest.mark.parametrize("where", ["[council]", "[sources.feeds]"])
def test_a_forbidden_purpose_is_refused_wherever_it_stands(
    path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    text = (COUNCIL + FEEDS).replace('purpose = "We listen in order to answer."\n', "")
    code, said = check(path, text.replace(where, f'{where}\npurpose = "benefit fraud investigation"'), capsys)
    assert code == 2
    [line] = wrong(said)
    assert "Soundings may not be used for enforcement, investigation or watching" in line


def test_a_source_that_nobody_says_the_purpose_of_does_not_start(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (COUNCIL + FEEDS).replace('purpose = "We listen in order to answer."\n', "")
    code, said = check(path, text, capsys)
    assert code == 2
    [line] = wrong(said)
    assert "line 4: 'feeds' is switched on and nobody has said what for: add a line `purpose = " in line
    monkeypatch.setenv("SOUNDINGS_COUNCIL", str(path))
    assert main(["up"]) == 2
    assert "nobody has said what for" in capsys.readouterr().err


def test_its_own_purpose_is_enough(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = FEEDS + 'purpose = "To hear the local paper."\n'
    assert check(path, '[council]\nname = "Testford Council"\n' + own + FEED, capsys)[0] == 0


@pytest.mark.parametrize("name", policies.POLICIES)
def test_the_way_to_any_source_is_told_before_there_is_a_council_file(
    name: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(path), "--source", name]) == 0
    said, policy = capsys.readouterr().out, policies.of(name)
    assert said.startswith(f"{policy.title} (`{name}`): ")
    for part in (
        policy.cost,
        policy.platform_rule,
        policy.our_rule,
        *policy.steps,
        *(key.variable for key in policy.keys),
    ):
        assert part in said


def test_the_way_says_what_is_still_missing(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    code, said = check(path, COUNCIL, capsys, "--source", "x")
    assert (code, wrong(said)) == (0, [])
    assert "it is not switched on" in said and f"\nto do  {NO_KEY}\n" in said
    code, said = check(path, COUNCIL + X + PERMISSION, capsys, "--source", "x")
    assert (code, wrong(said)) == (2, [f"wrong  {NO_KEY}"])
    assert "it is switched on" in said
    code, said = check(path, COUNCIL + X, capsys, "--source", "x")
    assert code == 2
    assert "in `permission`" in wrong(said)[0]


def test_a_source_that_nobody_knows(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, COUNCIL, capsys, "--source", "nextdoor")
    assert code == 2
    assert said.startswith("wrong  there is no source 'nextdoor'; there are: bluesky, feeds, ")


def test_texts_that_go_sooner_are_told(
    path: Path, capsys: pytest.CaptureFixture[str], keyed: pytest.MonkeyPatch
) -> None:
    found: dict[str, dict[str, list[str]]] = {check_sources.ALL: {"youtube": []}}
    keyed.setattr(check_sources, "load", lambda target: lambda *_: found.get(target, {}))
    said, good = check_sources.lines(CouncilFile(None), 395)
    assert good
    assert said[1].endswith("; its texts are kept for 30 days and not for 395: its platform allows no longer")
    assert "kept for" not in check_sources.lines(CouncilFile(None), 30)[0][1]


def test_what_it_can_do_without_is_to_do_and_not_wrong(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, COUNCIL + "[sources.petitions]\nenabled = true\n", capsys)
    assert (code, wrong(said)) == (0, [])
    assert "to do  petitions: no constituency is named" in said


def test_only_what_is_ready_is_called_ready(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = check(path, COUNCIL + FEEDS + "[sources.open311]\nenabled = true\n", capsys)
    assert code == 2
    feeds, open311 = wrong(said)
    assert "council.toml line 5: feeds: " in feeds.lower() and "council.toml line 7: open311: " in open311.lower()
    assert "ready  sources that listen" not in said


def test_one_source_is_asked_about_and_told_of_once(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN, raising=False)
    text = COUNCIL + X + "[sources.bluesky]\nenabled = true\n"
    code, said = check(path, text, capsys, "--source", "x")
    assert code == 2 and "it is switched on" in said
    assert sum("written consent: write" in line for line in said.splitlines()) == 1
    code, said = check(path, text, capsys, "--source", "bluesky")
    assert (code, wrong(said)) == (0, []) and "it is switched on" in said
