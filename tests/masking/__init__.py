"""How much of what points at a person is masked, and how much else is."""
