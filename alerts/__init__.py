"""Asks the store, tells a person. Its rules come with a later version; the room is here so that the arrows hold."""
