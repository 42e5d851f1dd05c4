"""Public posts in, Post out. One file a source; no name or handle of a resident goes past this room."""
