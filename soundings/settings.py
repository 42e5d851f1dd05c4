"""Every setting, each with a default and a description. `docs/settings.md` is generated from here.

Settings come from the environment (`SOUNDINGS_...`). Secrets come from the environment or from a file that
only its owner can read. Knows nothing of the council file: that is what a council edits, this is what its
IT sets.
"""

from __future__ import annotations

import stat
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from soundings.errors import BadInput


class Settings(BaseSettings):
    """Where this installation keeps its things and what it talks to."""

    model_config = SettingsConfigDict(env_prefix="SOUNDINGS_", extra="ignore", frozen=True)

    home: Path = Field(Path("soundings-data"), description="Folder that holds all state of this installation.")
    council: Path | None = Field(None, description="The council file. Default: `council.toml` in the home folder.")
    nats_url: str = Field(
        "", description="Address of the bus, `nats://host:4222`. Empty: the one that `soundings up` started."
    )
    nats_token_file: Path | None = Field(
        None, description="File (mode 0600) with the token for the bus, when it asks for one."
    )
    nats_replicas: int = Field(1, ge=1, le=5, description="Copies of each stream: 3 on a NATS cluster.")
    stream_megabytes: int = Field(
        512,
        ge=1,
        le=65536,
        description="Megabytes that each of the queues `posts` and `readings` may hold; then whoever fills it waits. "
        "`notices` and `rejected` may hold an eighth. Taken up when a stage starts.",
    )
    clickhouse_url: str = Field(
        "", description="Address of ClickHouse, `http://host:8123`. Empty: the engine in the store process."
    )
    clickhouse_database: str = Field("soundings", pattern=r"^[a-z_]{1,40}$", description="Database name.")
    clickhouse_password_file: Path | None = Field(
        None, description="File (mode 0600) with the password of the users `writer`, `officer` and `reader`."
    )
    page_address: str = Field("127.0.0.1", description="Address that the dashboard listens on.")
    page_port: int = Field(8501, ge=0, le=65535, description="Port of the dashboard; 0 takes a free one.")
    officer_header: str = Field(
        "",
        pattern=r"^[A-Za-z0-9-]{0,80}$",
        description="Header in which the sign-in in front of the dashboard names the officer, such as "
        "`X-Forwarded-User`. It is believed: only that sign-in may reach the port. Empty: everybody is `officer`.",
    )
    health_address: str = Field("127.0.0.1", description="Address on which each stage answers /health and /metrics.")
    health_port: int = Field(
        0,
        ge=0,
        le=65532,
        description="Port of the listeners' /health and /metrics; nlp, store and dashboard take the next three. 0 "
        "takes free ones, which `soundings status --json` names.",
    )
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$", description="How much to log.")
    retention_days: int = Field(
        395, ge=1, le=3660, description="Days after collection until a post is removed (13 months)."
    )

    backups: Path | None = Field(
        None,
        description="Folder of the backups and of the receipts of removals. Default: beside the home folder, its name "
        "with `-backups`.",
    )
    backups_kept: int = Field(7, ge=0, le=400, description="Daily backups that `soundings up` keeps; 0 makes none.")

    @property
    def council_path(self) -> Path:
        """Where the council file is, or would be."""
        return self.council or self.home / "council.toml"

    @property
    def keys_path(self) -> Path:
        """The key file: outside the store, readable by its owner only."""
        return self.home / "keys.json"

    @property
    def backups_path(self) -> Path:
        """The folder of the backups: beside the home folder, whose loss they outlive."""
        return self.backups or self.home.resolve().with_name(self.home.resolve().name + "-backups")

    @property
    def receipts(self) -> Path:
        """The folder of the receipts of removals: beside the backups, never in one."""
        return self.backups_path / "receipts"

    @property
    def ledgers(self) -> Path:
        """Folder of the listeners' ledgers, one SQLite file a source."""
        return self.home / "ledgers"

    @property
    def run(self) -> Path:
        """Folder of what is true only while something runs: process ids, ports, heartbeats."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """Folder of the stages' logs."""
        return self.home / "logs"


def load() -> Settings:
    """The settings of this process. Raises BadInput naming the variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "SOUNDINGS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise BadInput(f"The setting {name} is wrong: {first['msg']}. docs/settings.md lists what it may be.") from None


def secret(path: Path | None) -> SecretStr | None:
    """The secret in a file, without its line end. Refuses a file that others on the machine can read."""
    if path is None:
        return None
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInput(f"The secret file {path} cannot be read: {error.strerror}.") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and not str(path).startswith("/run/secrets/"):
        raise BadInput(f"The secret file {path} can be read by others: run `chmod 600 {path}`.")
    return SecretStr(text)


def describe() -> str:
    """The page docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Made by `make docs` from `soundings/settings.py`; do not edit. Each is an environment variable.",
        "",
        "| variable | default | what it sets |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, "") else f"`{field.default}`"
        lines.append(f"| `SOUNDINGS_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
