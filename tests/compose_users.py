"""The users of `store.access` as ClickHouse's configuration, for docker-compose.yml. `make docs` writes them there."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

from store import access
from store.gate import User

COMPOSE = Path(__file__).parent.parent / "docker-compose.yml"
DATABASE = "soundings"
BLOCK = re.compile(r"(?<=  clickhouse-users:\n    content: \|\n)(?:      .*\n)+")


def users() -> str:
    """The file users.d/soundings.xml. `default` goes: it has no password."""
    return "\n".join(
        [
            "<clickhouse>",
            "  <profiles>",
            *(line for user in access.USERS for line in _profile(user)),
            "  </profiles>",
            "  <users>",
            '    <default remove="remove"/>',
            *(line for user in access.USERS for line in _user(user)),
            "  </users>",
            "</clickhouse>\n",
        ]
    )


def _profile(user: User) -> Iterator[str]:
    settings = access.PROFILES[user]
    yield f"    <{user}>"
    yield from (f"      <{name}>{value}</{name}>" for name, value in settings.items())
    if user == "reader":
        yield "      <readonly>1</readonly>"
    yield "      <constraints>"
    yield from (f"        <{name}><const/></{name}>" for name in settings)
    yield "      </constraints>"
    yield f"    </{user}>"


def _user(user: User) -> Iterator[str]:
    yield f"    <{user}>"
    yield f'      <password from_env="{user.upper()}_PASSWORD"/>'
    yield "      <networks><ip>::/0</ip></networks>"
    yield f"      <profile>{user}</profile>"
    yield "      <quota>default</quota>"
    yield "      <grants>"
    yield from (f"        <query>{grant}</query>" for grant in _grants(user))
    yield "      </grants>"
    yield f"    </{user}>"


def _grants(user: User) -> Iterator[str]:
    for statement in access.grants(DATABASE):
        if match := re.fullmatch(rf"((?:GRANT|REVOKE) .*) (?:TO|FROM) {user}", statement):
            yield match.group(1)


def main() -> None:
    """Write them into docker-compose.yml."""
    text = COMPOSE.read_text(encoding="utf-8")
    new = textwrap.indent(users(), "      ")
    COMPOSE.write_text(BLOCK.sub(lambda _: new, text), encoding="utf-8")


if __name__ == "__main__":
    main()
