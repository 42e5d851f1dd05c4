"""Which removals a restore obeys, and when it refuses for want of them. See also tests/test_backup.py."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from soundings import manifest, receipts, restore
from soundings.errors import BadInput
from soundings.receipts import Receipt, Tally
from soundings.settings import Settings
from tests.factories import NOON
from tests.soundings.test_manifest import make
from tests.soundings.test_receipts import gone

KNOWN = [gone("1"), gone("2")]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A backup on a tape, beside which two receipts lay when it was made."""
    (tmp_path / "tape").mkdir()
    return make(tmp_path / "tape", receipts=Tally.of(KNOWN, 395))


def orders(settings: Settings, made: Path, *options: str) -> list[Receipt]:
    given = restore._parser().parse_args([str(made), *options])
    return restore._orders(settings, made, manifest.read(made), NOON + timedelta(days=3), given)


def test_all_that_is_known_of_is_obeyed_and_counted(
    settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipts.append(settings.receipts, [*KNOWN, gone("3", 2)])
    assert orders(settings, made) == [*KNOWN, gone("3", 2)]
    assert "Removals to obey: 3, the newest of 2026-11-12 at 12:00 UTC." in capsys.readouterr().err


@pytest.mark.parametrize(("there", "missing"), [([], 2), (KNOWN[:1], 1), ([gone("3", 2)], 1)])
def test_a_folder_that_holds_less_is_not_taken_for_the_receipts(
    settings: Settings, made: Path, there: list[Receipt], missing: int
) -> None:
    """As one that `up` made on a new machine before anybody thought of the tape's, or an older copy of them."""
    settings.receipts.mkdir(parents=True)
    receipts.append(settings.receipts, there)
    said = f"^{missing} of the 2 receipts .* this backup knows of are not in .*would come back.*`--receipts`"
    with pytest.raises(BadInput, match=said):
        orders(settings, made)


def test_it_is_enough_when_the_rest_lies_beside_the_backup(settings: Settings, made: Path) -> None:
    receipts.append(settings.receipts, KNOWN[:1])
    receipts.append(made.parent / "receipts", KNOWN[1:])
    assert {one.order.post_id for one in orders(settings, made)} == {one.order.post_id for one in KNOWN}


def test_the_folder_that_is_named_is_looked_at(settings: Settings, made: Path, tmp_path: Path) -> None:
    receipts.append(settings.receipts, KNOWN)
    with pytest.raises(BadInput, match=f"no receipts of removals at {tmp_path / 'nowhere'}"):
        orders(settings, made, "--receipts", str(tmp_path / "nowhere"))
    receipts.append(tmp_path / "copy", KNOWN)
    shutil.rmtree(settings.receipts)
    assert orders(settings, made, "--receipts", str(tmp_path / "copy")) == KNOWN


def test_what_is_lost_for_good_must_be_meant_and_the_rest_is_obeyed(
    settings: Settings, made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert orders(settings, made, "--without-receipts") == []
    receipts.append(settings.receipts, KNOWN[:1])
    assert orders(settings, made, "--without-receipts") == KNOWN[:1]
    said = capsys.readouterr().err
    assert said.count("WITHOUT RECEIPTS") == 2
    assert "Removals to obey: 0." in said and "Removals to obey: 1, the newest" in said


def test_a_backup_of_before_they_were_counted_needs_only_the_folder(settings: Settings, tmp_path: Path) -> None:
    old = make(tmp_path)
    with pytest.raises(BadInput, match="There are no receipts"):
        orders(settings, old)
    settings.receipts.mkdir(parents=True)
    assert orders(settings, old) == []
