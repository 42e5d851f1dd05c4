"""The systemd unit that `soundings up --print-systemd` prints, for a machine that reboots."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from soundings.settings import Settings

UNIT = """\
[Unit]
Description=Soundings, resident listening
After=network.target

[Service]
User={user}
ExecStart={python} -m soundings up
{environment}
WorkingDirectory={folder}
Restart=on-failure
KillMode=mixed
TimeoutStopSec=60

[Install]
WantedBy=multi-user.target
"""


def unit(settings: Settings) -> str:
    """The unit for this installation: this Python, this home, this user, and the settings of this environment."""
    given = {name: value for name, value in sorted(os.environ.items()) if name.startswith("SOUNDINGS_")}
    environment = [f'Environment="{name}={value}"' for name, value in (given | _paths(settings)).items()]
    return UNIT.format(
        python=sys.executable, user=getpass.getuser(), folder=Path.cwd(), environment="\n".join(environment)
    )


def _paths(settings: Settings) -> dict[str, str]:
    return {
        "SOUNDINGS_HOME": str(settings.home.resolve()),
        "SOUNDINGS_COUNCIL": str(settings.council_path.resolve()),
    }
