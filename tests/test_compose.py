"""docker-compose.yml and the Dockerfile say what the code says. No container engine is needed, and none is started."""

from __future__ import annotations

import contextlib
import copy
import os
import re
import signal
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from soundings import gazetteers
from soundings.cli import STAGES
from soundings.embedded import nats_binary
from soundings.settings import Settings
from tests import compose_users
from tests.compose_checks import problems

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def _no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SOUNDINGS_{name.upper()}", raising=False)


class Strict(yaml.SafeLoader):
    """As Compose reads: a key that stands twice is refused, where YAML's own loader takes the last."""


def _mapping(loader: Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    names = [loader.construct_object(key) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"{twice} stands twice", node.start_mark)
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def document() -> Document:
    """The file as Compose sees it, as far as YAML goes."""
    loaded: Document = yaml.load(TEXT, Strict)
    return loaded


def content(name: str) -> str:
    """A config that stands in the file, as its container sees it."""
    text: str = document()["configs"][name]["content"]
    return text.replace("$$", "$")


def test_the_file_is_in_order() -> None:
    assert problems(document()) == []


def test_the_imported_places_are_mounted_once_their_lines_count() -> None:
    """Beside the council file, of every container that reads it: a stage that does not find them stops."""
    counted, lines = re.subn(r"(?m)^( +)# (- \{source|places:|wards:)", r"\1\2", TEXT)
    file: Document = yaml.load(counted, Strict)
    assert lines == 4
    assert problems(file) == []
    for name in (*STAGES, "desk"):
        mounted = {file["configs"][one["source"]]["file"]: one["target"] for one in file["services"][name]["configs"]}
        assert mounted == {f"./{one}": f"/etc/soundings/{one}" for one in ("council.toml", *gazetteers.FILES)}


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3", "a: {b: 1, b: 1}", "a: [{b: 1, c: 2, b: 3}]"])
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(yaml.YAMLError, match="stands twice"):
        yaml.load(text, Strict)


def _service(name: str, **changes: Any) -> Callable[[Document], None]:
    def change(file: Document) -> None:
        file["services"][name].update(changes)

    return change


def _setting(name: str, **changes: str) -> Callable[[Document], None]:
    def change(file: Document) -> None:
        file["services"][name]["environment"].update(changes)

    return change


def _without(*path: str) -> Callable[[Document], None]:
    def change(file: Document) -> None:
        *folders, last = path
        for folder in folders:
            file = file[folder]
        del file[last]

    return change


BREAKAGES: list[tuple[Callable[[Document], None], str]] = [
    (_service("nlp", command=["run", "reader"]), "there is no stage ['reader']"),
    (_service("desk", command=["export"]), "there is no command ['export']"),
    (_service("nlp", entrypoint=["python", "-m", "soundings"]), "does not start `soundings`"),
    (_service("nlp", entrypoint=["soundings"]), "is not started again, or for ever"),
    (_without("services", "store"), "no service runs the stage store"),
    (_without("services", "nlp", "healthcheck"), "no check of its health"),
    (_setting("nlp", SOUNDINGS_NATS_ADDRESS="nats://nats:4222"), "SOUNDINGS_NATS_ADDRESS is not a setting"),
    (_setting("nlp", PYTHONPATH="/"), "PYTHONPATH is not a setting"),
    (_setting("dashboard", SOUNDINGS_PAGE_PORT="page"), "the setting page_port"),
    (_setting("store", SOUNDINGS_CLICKHOUSE_PASSWORD_FILE="/run/secrets/other"), "not one of its secrets"),
    (_setting("clickhouse", CLICKHOUSE_PASSWORD="letmein"), "carries a secret in the open"),
    (_service("nlp", secrets=["nats_token", "no_such"]), "there is no secret no_such"),
    (_without("secrets", "nats_key"), "there is no secret nats_key"),
    (lambda file: file["secrets"].update(nats_key={"environment": "KEY"}), "secrets.nats_key"),
    (lambda file: file["secrets"].update(spare={"file": "./secrets/spare"}), "no service uses the secret spare"),
    (_service("dashboard", ports=["8501:8501"]), "beyond this machine"),
    (_service("dashboard", ports=["0.0.0.0:8501:8501"]), "beyond this machine"),
    (_service("nats", ports=["4222:4222"]), "beyond this machine"),
    (_without("volumes", "bus"), "there is no volume bus"),
    (_without("configs", "council"), "there is no config council"),
    (lambda file: file["configs"].update(nats={}), "the config nats has not one of file and content"),
    (_without("networks", "inside"), "there is no network inside"),
    (_service("nlp", depends_on={"broker": {"condition": "service_healthy"}}), "there is no service broker"),
    (_without("services", "nats", "healthcheck"), "waits for the health of nats"),
    (_service("nlp", read_only=False), "may write to its own image"),
    (_service("nlp", cap_drop=[]), "keeps capabilities"),
    (_service("nlp", security_opt=[]), "may gain privileges"),
    (_service("nlp", privileged=True), "services.nlp.privileged: Extra inputs are not permitted"),
    (_service("nlp", volumes=["/var/run/docker.sock:/var/run/docker.sock"]), "services.nlp.volumes"),
    (_service("nlp", healtcheck={}), "services.nlp.healtcheck"),
    (_service("nats", read_only=True), "cannot be copied into a read-only container"),
    (_service("nats", configs=[{"source": "nats", "target": "/etc/nats/soundings.conf"}]), "nats has no mode"),
    (_service("nlp", restart="always"), "services.nlp.restart"),
    (_service("nats", image="nats"), "services.nats.image"),
]


@pytest.mark.parametrize(("broken", "said"), BREAKAGES, ids=[said for _, said in BREAKAGES])
def test_a_broken_file_is_seen(broken: Callable[[Document], None], said: str) -> None:
    file = copy.deepcopy(document())
    broken(file)
    assert [problem for problem in problems(file) if said in problem]


def test_nothing_is_filled_in_from_the_shell() -> None:
    """A single `$` would be Compose's own; `$$` reaches the container."""
    assert re.findall(r"(?<!\$)\$(?:\$\$)*(?!\$)", TEXT) == []


def test_a_password_reaches_only_who_needs_it() -> None:
    services = document()["services"]
    holders = {
        secret: {name for name, service in services.items() if secret in service["secrets"]}
        for secret in document()["secrets"]
    }
    assert holders == {
        "nats_token": {"nats", "listeners", "nlp", "store", "dashboard", "desk"},
        "nats_key": {"nats"},
        "clickhouse_writer": {"clickhouse", "store"},
        "clickhouse_officer": {"clickhouse"},
        "clickhouse_reader": {"clickhouse", "dashboard", "desk"},
    }


def test_only_listeners_reach_out_and_only_the_page_is_reached() -> None:
    file = document()
    assert file["networks"]["inside"] == {"internal": True}
    beyond = {name: set(service["networks"]) - {"inside"} for name, service in file["services"].items()}
    assert {name: networks for name, networks in beyond.items() if networks} == {
        "listeners": {"outside"},
        "dashboard": {"page"},
    }


def test_the_key_file_is_seen_by_listeners_and_desk_only() -> None:
    holders = {
        name
        for name, service in document()["services"].items()
        if any(volume.startswith("home:") for volume in service.get("volumes", []))
    }
    assert holders == {"listeners", "desk"}


def test_receipts_and_backups_outlive_the_containers_of_store_and_desk_and_no_other_sees_them() -> None:
    holders = {
        name: service["environment"].get("SOUNDINGS_BACKUPS")
        for name, service in document()["services"].items()
        if any(volume.startswith("backups:") for volume in service.get("volumes", []))
    }
    assert holders == {"store": "/var/lib/backups", "desk": "/var/lib/backups"}
    for name, folder in holders.items():
        assert f"backups:{folder}" in document()["services"][name]["volumes"]
    assert "-o soundings -g soundings /var/lib/soundings /var/lib/soundings/run /var/lib/backups" in DOCKERFILE


def test_the_users_are_those_of_the_store() -> None:
    assert content("clickhouse-users") == compose_users.users(), "run `make docs`"


@pytest.mark.parametrize("token", ["5e3", "0123", "plain", "with-dash_and.dot"])
def test_the_bus_takes_its_configuration(tmp_path: Path, token: str) -> None:
    """As nats-server itself reads it; a token that looks like a number is still a text."""
    config = tmp_path / "nats.conf"
    config.write_text(content("nats").replace("/data", str(tmp_path / "data")), encoding="utf-8")
    given = {**os.environ, "NATS_TOKEN": f'"{token}"', "NATS_KEY": f'"{token}"'}
    check = [nats_binary(), "-t", "-c", str(config)]
    assert subprocess.run(check, env=given, capture_output=True).returncode == 0
    unset = {name: value for name, value in given.items() if name != "NATS_KEY"}
    assert subprocess.run(check, env=unset, capture_output=True).returncode != 0


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for package in packages:
        assert f"COPY {package} ./{package}\n" in DOCKERFILE
        assert f"!{package}" in ignored
    assert "*" in ignored
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.MULTILINE)
    assert 'ENTRYPOINT ["soundings"]' in DOCKERFILE
    assert "-c constraints.txt" in DOCKERFILE


@pytest.fixture
def hold(tmp_path: Path) -> str:
    """The script that the Dockerfile writes."""
    found = re.search(r"<<'EOF' /usr/local/bin/hold\n(.*?)^EOF$", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert found
    path = tmp_path / "hold"
    path.write_text(found.group(1), encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("code", [0, 1, 3])
def test_a_stage_that_may_start_again_ends(hold: str, code: int) -> None:
    assert subprocess.run([hold, "sh", "-c", f"exit {code}"], timeout=10).returncode == code


@pytest.mark.parametrize("code", [2, 4])
def test_a_stage_that_must_not_start_again_is_held_until_told(hold: str, code: int) -> None:
    process = subprocess.Popen(
        [hold, "sh", "-c", f"exit {code}"], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr
    try:
        assert f"Stopped for good with code {code}" in process.stderr.readline()
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == code
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its `sleep`, which the container's own end would take


def test_a_stage_is_told_to_stop_and_may_finish(hold: str) -> None:
    script = "trap 'echo finished; exit 0' TERM; echo ready; while :; do sleep 0.05; done"
    process = subprocess.Popen([hold, "sh", "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.terminate()
    assert process.stdout.read() == "finished\n"
    assert process.wait(10) == 0
