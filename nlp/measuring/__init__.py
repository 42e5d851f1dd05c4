"""How well a reader hears: its answers beside what people said, as figures with their intervals. No buses, no store."""
