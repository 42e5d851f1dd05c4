"""`soundings init` writes a file that `soundings check` finds in order, whatever is answered."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings import check, council, init
from soundings.cli import main
from soundings.settings import load


@pytest.fixture(autouse=True)
def _no_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(council, "VALIDATORS", {"sources": "tests.soundings.test_init_check:nothing_wrong"})


def nothing_wrong(table: object) -> list[council.Problem]:
    return []


def test_what_is_written_is_in_order_and_says_what_is_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", "--name", "Testford Council", "--names", "Testford, Old Testford"]) == 0
    out = capsys.readouterr().out
    assert "ready  council: Testford Council, unitary, Europe/London" in out
    assert "to do  places: none yet" in out
    file = council.load(load().council_path)
    assert file.area.names == ("Testford", "Old Testford")
    assert main(["check"]) == 0


def test_a_file_that_is_there_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes"]) == 0
    assert main(["init", "--yes", "--name", "Other"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main(["init", "--yes", "--force", "--name", "Other"]) == 0


def test_a_purpose_that_follows_people_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--yes", "--purpose", "benefit fraud investigation"]) == 2
    assert "may not be used for" in capsys.readouterr().err
    assert not load().council_path.exists()


@pytest.mark.parametrize(
    "purpose",
    ["To investigate benefit fraud", "Enforce parking rules", "Monitoring staff", "watch protesters", "recruitment"],
)
def test_no_wording_of_following_people_passes(purpose: str) -> None:
    assert "may not be used for" in init.fault("purpose", purpose)


@pytest.mark.parametrize("purpose", ["To follow what residents need", "hear about policies", init.DEFAULTS["purpose"]])
def test_listening_passes(purpose: str) -> None:
    assert init.fault("purpose", purpose) == ""


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--tier", "metropolitan", "one of unitary, county"),
        ("--holidays", "wales", "one of england-and-wales"),
        ("--feed", "news.testford.example/rss", "begins with https://"),
        ("--contact", "call us", "has an @"),
    ],
)
def test_an_option_that_cannot_be_writes_nothing(
    option: str, value: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--yes", option, value]) == 2
    assert says in capsys.readouterr().err
    assert not load().council_path.exists()


def test_an_answer_that_cannot_be_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter(["Testford Council", "city", "unitary", "", "Testford", "a@testford.example", "", ""])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    assert main(["init"]) == 0
    out = capsys.readouterr().out
    assert "That cannot be: please answer one of unitary" in out
    assert council.load(load().council_path).council.tier == "unitary"


def test_check_names_file_line_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ours.toml"
    path.write_text('[council]\nname = "X"\ntier = "city"\n')
    assert main(["check", str(path)]) == 2
    assert "wrong  " in (out := capsys.readouterr().out)
    assert "ours.toml line 3: 'tier': should be 'unitary', 'county'" in out


def test_check_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 2
    assert "Write one with `soundings init`" in capsys.readouterr().out


@given(name=st.text(max_size=50), names=st.text(max_size=50), feed=st.text(max_size=50))
def test_any_answer_makes_valid_toml(name: str, names: str, feed: str) -> None:
    document = tomllib.loads(init.compose(init.DEFAULTS | {"name": name, "names": names, "feed": feed}))
    assert document["council"]["name"] == name
    assert document["area"]["names"] == [part.strip() for part in names.split(",") if part.strip()]


def test_counted_says_none_yet() -> None:
    assert check._counted(iter([])) == "none yet"


def test_a_real_council_keeps_out_of_the_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    path = load().council_path
    path.parent.mkdir(parents=True)
    path.write_text("[council]\ninvented = true\n")
    assert main(["init", "--yes", "--force"]) == 2
    assert "holds the demonstration" in capsys.readouterr().err


def test_the_unit_knows_the_user_and_the_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOUNDINGS_PAGE_PORT", "9000")
    assert main(["up", "--print-systemd"]) == 0
    unit = capsys.readouterr().out
    assert 'Environment="SOUNDINGS_PAGE_PORT=9000"' in unit
    assert f'Environment="SOUNDINGS_HOME={load().home.resolve()}"' in unit
    assert "User=" in unit
