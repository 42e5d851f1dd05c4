"""The page You said, we did. No logic here: see `dashboard.components.talk.said`."""

from dashboard.components import frame
from dashboard.components.talk import said

frame.page("You said, we did", said.body)
