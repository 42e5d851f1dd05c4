"""What goes wrong beside the children takes none of them down. The whole of it is in tests/test_service.py."""

from __future__ import annotations

import pytest

from soundings import embedded
from soundings.errors import BadInput
from soundings.settings import Settings
from soundings.up import _Service


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), BadInput("no folder")])
def test_a_note_that_the_disk_does_not_take_is_tried_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    tries = 0

    def write() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise failure
        service._ending = True

    monkeypatch.setattr(embedded, "listens", lambda *_: False)
    service = _Service(settings, -1, 0, real=False)
    monkeypatch.setattr(service, "_write_note", write)
    service.keep()
    assert tries == 2
