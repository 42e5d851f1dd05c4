"""The options that Streamlit is started with, and the heartbeat."""

from __future__ import annotations

import threading

import pytest
from streamlit import config

from dashboard import service
from soundings import runtime
from soundings.errors import BadInput
from soundings.settings import Settings
from soundings.vitals import Vitals


def test_streamlit_knows_every_option(settings: Settings) -> None:
    known = config.get_config_options()
    assert [name for name in service.flags(settings, 8501) if name not in known] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("server.address", "127.0.0.1"),
        ("server.port", 8765),
        ("server.headless", True),
        ("server.maxUploadSize", 1),
        ("server.fileWatcherType", "none"),
        ("browser.gatherUsageStats", False),
        ("client.showErrorDetails", "none"),
        ("client.toolbarMode", "minimal"),
        ("client.disableDataExport", True),
        ("runner.magicEnabled", False),
        ("server.enableAgentApi", False),
    ],
)
def test_private_and_quiet(settings: Settings, name: str, value: object) -> None:
    assert service.flags(settings, 8765)[name] == value


def test_on_this_machine_only_its_own_names_are_served(settings: Settings) -> None:
    assert "localhost" in service.flags(settings, 8501)["server.allowedHosts"]
    open_to_all = settings.model_copy(update={"page_address": "0.0.0.0"})
    assert service.flags(open_to_all, 8501)["server.allowedHosts"] == []


def test_a_wrong_council_file_is_said_before_anything_is_served(settings: Settings) -> None:
    settings.home.mkdir()
    settings.council_path.write_text("[council]\nnmae = 'Example'\n")
    with pytest.raises(BadInput, match="line 2"):
        service.main()


@pytest.mark.parametrize("name", ["server.enableCORS", "server.enableXsrfProtection"])
def test_protections_stay_on(settings: Settings, name: str) -> None:
    assert name not in service.flags(settings, 8501)
    assert config.get_config_options()[name].default_val is True


def test_it_beats_until_told_to_stop(settings: Settings) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=service.beat, args=(Vitals("dashboard", settings), stop))
    thread.start()
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_a_beat_is_a_sign_of_life(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda seconds: stop.set())
    service.beat(Vitals("dashboard", settings), stop)
    assert [one.doing for one in runtime.pulses(settings)] == ["running"]


FULL = (OSError(28, "No space left on device"), BadInput("Soundings cannot make the folder run/pulse"))


@pytest.mark.parametrize("failure", FULL, ids=["a file", "a folder"])
def test_a_full_disk_does_not_end_the_pages(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    stop = threading.Event()
    monkeypatch.setattr(stop, "wait", lambda seconds: stop.set())

    def full(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(runtime, "beat", full)
    service.beat(Vitals("dashboard", settings), stop)
