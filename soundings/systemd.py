"""The systemd unit that `soundings up --print-systemd` prints, for a machine that reboots."""

from __future__ import annotations

import sys
from pathlib import Path

from soundings.settings import Settings

UNIT = """\
[Unit]
Description=Soundings, resident listening
After=network.target

[Service]
ExecStart={python} -m soundings up
Environment=SOUNDINGS_HOME={home}
WorkingDirectory={folder}
Restart=on-failure
KillMode=mixed
TimeoutStopSec=60

[Install]
WantedBy=multi-user.target
"""


def unit(settings: Settings) -> str:
    """The unit for this installation: this Python, this home folder, this working folder."""
    return UNIT.format(python=sys.executable, home=settings.home.resolve(), folder=Path.cwd())
