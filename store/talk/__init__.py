"""Conversations: who asked, who answered, and what came of it. Entry: `store.conversations`, `store.dialogue`.

Everything here is worked out when it is asked for, from the posts that may be shown at that moment. Nothing about a
post is kept elsewhere, so a removal is obeyed by being a removal, and a deleted answer un-answers (invariant R2).
"""
