"""The page Conversations. No logic here: see `dashboard.components.talk.conversations`."""

from dashboard.components import frame
from dashboard.components.talk import conversations

frame.page("Conversations", conversations.body)
