"""What docker-compose.yml may say and what must be true of it, as functions that list what is wrong.

The shapes below are our own and narrower than what Compose takes: a key that this file does not use is a fault here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundings.cli import COMMANDS, STAGES
from soundings.settings import Settings

IMAGE = "council-soundings:local"
ENTRYPOINTS = (["soundings"], ["hold", "soundings"])
OUR_NAME = re.compile(r"SOUNDINGS_([A-Z_]+)")

Words = list[str]
Seconds = Annotated[str, Field(pattern=r"^\d+s$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z_-]*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Health(_Shape):
    """`healthcheck`, in the form of a list of words: no shell."""

    test: Annotated[Words, Field(min_length=2)]
    interval: Seconds
    timeout: Seconds
    retries: int
    start_period: Seconds


class Waits(_Shape):
    """One entry of `depends_on`."""

    condition: Literal["service_healthy"]


class Limits(_Shape):
    """`ulimits.nofile`."""

    soft: int
    hard: int


class Mounted(_Shape):
    """One entry of a service's `configs`."""

    source: Name
    target: Annotated[str, Field(pattern=r"^/etc/")]
    mode: Literal[0o444] | None = None


class Service(_Shape):
    """One container."""

    image: Annotated[str, Field(pattern=r"^[a-z/-]+:[\w.-]+$")]
    build: Literal["."] | None = None
    init: bool = False
    restart: Literal["unless-stopped", "no"]
    stop_grace_period: Seconds | None = None
    read_only: bool = False
    tmpfs: Words = []
    cap_drop: list[Literal["ALL"]] = []
    security_opt: Words = []
    entrypoint: Words = []
    command: Words = []
    environment: dict[str, str] = {}
    configs: list[Mounted] = []
    secrets: list[Name] = []
    volumes: list[Annotated[str, Field(pattern=r"^[a-z]+:/[\w/-]+$")]] = []
    networks: Annotated[list[Name], Field(min_length=1)]
    ports: Words = []
    profiles: list[Name] = []
    ulimits: dict[Literal["nofile"], Limits] = {}
    depends_on: dict[Name, Waits] = {}
    healthcheck: Health | None = None


class Network(_Shape):
    """One entry of `networks`. `internal`: no way to or from the world."""

    internal: bool = False


class Volume(_Shape):
    """One entry of `volumes`: always the engine's own."""


class Secret(_Shape):
    """One entry of `secrets`: a file, never the environment."""

    file: Annotated[str, Field(pattern=r"^\./secrets/")]


class Config(_Shape):
    """One entry of `configs`: the council's file, what is imported beside it, or text that stands here."""

    file: Literal["./council.toml", "./places.jsonl", "./places.wards.json"] | None = None
    content: str | None = None


class Compose(_Shape):
    """The whole file, without the parts that only repeat (`x-...`)."""

    name: Literal["soundings"]
    services: dict[Name, Service]
    networks: dict[Name, Network]
    volumes: dict[Name, Volume]
    secrets: dict[Name, Secret]
    configs: dict[Name, Config]


def problems(document: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a parsed compose file; empty when it is in order."""
    kept = {key: value for key, value in document.items() if not key.startswith("x-")}
    try:
        compose = Compose.model_validate(kept)
    except ValidationError as error:
        return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    found = [*_references(compose), *_stages(compose), *_unused(compose), *_copied(compose)]
    for name, service in compose.services.items():
        found += [f"{name}: {fault}" for fault in (*_locked_down(service), *_secrets(service))]
        if service.image == IMAGE:
            found += [f"{name}: {fault}" for fault in (*_command(service), *_settings(service), *_ours(service))]
    return found


def _references(compose: Compose) -> Iterator[str]:
    for name, service in compose.services.items():
        named: list[tuple[str, Iterable[str], Iterable[str]]] = [
            ("volume", (volume.partition(":")[0] for volume in service.volumes), compose.volumes),
            ("network", service.networks, compose.networks),
            ("secret", service.secrets, compose.secrets),
            ("config", (config.source for config in service.configs), compose.configs),
            ("service", service.depends_on, compose.services),
        ]
        for kind, used, declared in named:
            yield from (f"{name}: there is no {kind} {one}" for one in used if one not in declared)
        for other in service.depends_on:
            if other in compose.services and compose.services[other].healthcheck is None:
                yield f"{name}: waits for the health of {other}, which has no check"


def _copied(compose: Compose) -> Iterator[str]:
    """Compose mounts a file, and copies a text: the copy needs a file system that takes it, and its own mode."""
    for name, service in compose.services.items():
        for mounted in service.configs:
            if mounted.source not in compose.configs or compose.configs[mounted.source].content is None:
                continue
            if service.read_only:
                yield f"{name}: the text of {mounted.source} cannot be copied into a read-only container"
            if mounted.mode is None:
                yield f"{name}: the config {mounted.source} has no mode, so its reader may not be able to read it"


def _unused(compose: Compose) -> Iterator[str]:
    services = compose.services.values()
    used = {
        "volume": {volume.partition(":")[0] for service in services for volume in service.volumes},
        "network": {network for service in services for network in service.networks},
        "secret": {secret for service in services for secret in service.secrets},
        "config": {config.source for service in services for config in service.configs},
    }
    declared: dict[str, Iterable[str]] = {
        "volume": compose.volumes,
        "network": compose.networks,
        "secret": compose.secrets,
        "config": compose.configs,
    }
    for kind, names in declared.items():
        yield from (f"no service uses the {kind} {name}" for name in names if name not in used[kind])
    yield from (
        f"the config {name} has not one of file and content"
        for name, config in compose.configs.items()
        if (config.file is None) == (config.content is None)
    )


def _stages(compose: Compose) -> Iterator[str]:
    run_by = {
        service.command[1]: service
        for service in compose.services.values()
        if service.image == IMAGE and service.command[:1] == ["run"] and len(service.command) == 2
    }
    for stage in STAGES:
        if stage not in run_by:
            yield f"no service runs the stage {stage}"
            continue
        health = run_by[stage].healthcheck
        if health is None or health.test != ["CMD", "soundings", "status", "--stage", stage]:
            yield f"the stage {stage} has no check of its health by `soundings status`"
        if run_by[stage].entrypoint[:1] != ["hold"] or run_by[stage].restart != "unless-stopped":
            yield f"the stage {stage} is not started again, or for ever"


def _command(service: Service) -> Iterator[str]:
    if service.entrypoint not in ENTRYPOINTS:
        yield f"does not start `soundings`: {service.entrypoint}"
    if not service.command or service.command[0] not in COMMANDS:
        yield f"there is no command {service.command[:1]}"
    elif service.command[0] == "run" and (len(service.command) != 2 or service.command[1] not in STAGES):
        yield f"there is no stage {service.command[1:]}"


def _settings(service: Service) -> Iterator[str]:
    known = Settings.model_fields
    given = {}
    for name, value in service.environment.items():
        match = OUR_NAME.fullmatch(name)
        if match is None or match.group(1).lower() not in known:
            yield f"{name} is not a setting"
        else:
            given[match.group(1).lower()] = value
    try:
        Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        yield from (f"the setting {fault['loc'][0]}: {fault['msg']}" for fault in error.errors())


def _secrets(service: Service) -> Iterator[str]:
    for name, value in service.environment.items():
        if name.endswith("_FILE"):
            if value.removeprefix("/run/secrets/") not in service.secrets:
                yield f"{name} names {value}, which is not one of its secrets"
        elif re.search(r"PASSWORD|TOKEN|SECRET|KEY", name):
            yield f"{name} carries a secret in the open"


def _locked_down(service: Service) -> Iterator[str]:
    if "no-new-privileges:true" not in service.security_opt:
        yield "may gain privileges"
    yield from (f"publishes {port} beyond this machine" for port in service.ports if not port.startswith("127.0.0.1:"))


def _ours(service: Service) -> Iterator[str]:
    if not service.read_only:
        yield "may write to its own image"
    if service.cap_drop != ["ALL"]:
        yield "keeps capabilities"
    if service.build is None:
        yield "is not built from the Dockerfile"
